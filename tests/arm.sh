#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The PNG coder on ARM: built for it, run by QEMU, and every byte is that of this processor.
set -eu -o pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# build COMPILER NAME: with what the coder itself is built with
build()
{
	"$1" -std=gnu11 -O2 -fvect-cost-model=dynamic -Wall -Wextra -Wno-unused-parameter -Werror -static \
		-I"$work/include" -Icli/png -Itests/unit -o "$work/$2" \
		tests/arm/png_bytes.c tests/unit/png_content.c cli/png/*.c
}

# only the declarations: the program has the two functions itself
mkdir "$work/include"
cp "$(pkg-config --variable=includedir libdeflate)/libdeflate.h" "$work/include"

# pack NAME COMMAND...: what it makes of the pictures, by each of its paths
pack()
{
	"${@:2}" >"$work/$1.out" 2>"$work/$1.paths" || { cat "$work/$1.out" "$work/$1.paths"; exit 1; }
}

build gcc native
build aarch64-linux-gnu-gcc arm
pack native "$work/native"
pack arm qemu-aarch64 "$work/arm"
grep -qx neon "$work/arm.paths" || { echo "the path for ARM is not in it"; exit 1; }
diff "$work/native.out" "$work/arm.out"
echo "$(wc -l <"$work/arm.out") pictures: the same bytes by $(paste -sd' ' "$work/native.paths")" \
	"as by $(paste -sd' ' "$work/arm.paths") on ARM"

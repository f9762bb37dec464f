#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# install.sh PREFIX: what "make install" put there is all there, and works from there.
# Run by "make installcheck", and so by "make distcheck", which sees that "make uninstall"
# leaves nothing.
set -eu
root=$1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"

for file in bin/grab bin/grab-vfio include/libcapture.h include/libcapture_format.h lib/libcapture.so lib/libcapture.a \
	lib/pkgconfig/libcapture.pc share/man/man1/grab.1 share/man/man3/libcapture.3 \
	share/bash-completion/completions/grab share/zsh/site-functions/_grab
do
	[ -e "$root/$file" ] || { echo "missing: $root/$file"; exit 1; }
done

# the command
export LD_LIBRARY_PATH=$root/lib
"$root/bin/grab" --version
"$root/bin/grab" -d sim:size=64x48 -n 2 -o x.png
[ "$(echo x-*.png)" = "x-000000.png x-000001.png" ]

# a program from the manual, shared and static
export PKG_CONFIG_PATH=$root/lib/pkgconfig
cat >once.c <<'END'
#include <libcapture.h>
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
	struct capture_format format = { .width = 64, .height = 48 };
	char *memory = malloc(64 * 48 * 4);
	int err = capture_grab("sim:", &format, memory, 64 * 48 * 4, 10000, NULL);

	if (err)
		fprintf(stderr, "%s\n", capture_error());
	free(memory);
	return err != 0;
}
END
# shellcheck disable=SC2046 # lists of words
gcc -Wall -Werror once.c -o shared $(pkg-config --cflags --libs libcapture)
./shared
unset LD_LIBRARY_PATH
# the libraries below libcapture are shared: Debian has some of them in no other way
below=$(sed -n 's/^Requires.private: //p' "$PKG_CONFIG_PATH/libcapture.pc")
# shellcheck disable=SC2046,SC2086 # lists of words
gcc -Wall -Werror once.c -o static $(pkg-config --cflags libcapture) "$root/lib/libcapture.a" \
	$(pkg-config --libs $below) -lpthread
./static
echo "installed in $root: works"

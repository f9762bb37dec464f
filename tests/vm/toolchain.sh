# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # vm_cache, vm_dir: common.sh
# An unpacked Debian that compiles modules, usable from where it lies. Sourced by headers.sh and
# modules.sh.

# The folder of a kernel's headers and compiler; a change in here makes a new one.
headers_tree()
{
	local tree recipe

	tree=$(vm_tree "$1") || return 1
	tree=${tree##*/}
	recipe=$(cat "$vm_dir/headers.sh" "$vm_dir/toolchain.sh" | sha256sum)
	printf '%s/headers/%s_%s\n' "$vm_cache" "${tree%_*}" "${recipe:0:8}"
}

# toolchain_unpack TREE DEBS: it appears whole or not at all.
toolchain_unpack()
{
	local tree=$1 new=$1.new deb

	rm -rf "$new"
	mkdir -p "$new"
	for deb in "$2"/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" |
			tar -x -C "$new" --no-same-owner --keep-directory-symlink \
				--exclude='./usr/share/doc' --exclude='./usr/share/man' \
				--exclude='./usr/share/locale' --exclude='./etc' --exclude='./var' \
				--exclude='./boot' --exclude='./*/modules/*/kernel'
	done
	toolchain_merge_usr "$new"
	toolchain_move_paths "$new" "$tree"
	rm -rf "$tree"
	mv "$new" "$tree"
	toolchain_set_interpreter "$tree"
}

# Packages of before and after the merge of /lib into /usr/lib lie side by side.
toolchain_merge_usr()
{
	local d

	for d in lib lib64 bin sbin; do
		if [ -d "$1/$d" ] && [ ! -L "$1/$d" ]; then
			mkdir -p "$1/usr/$d"
			cp -a "$1/$d/." "$1/usr/$d/"
			rm -r "${1:?}/$d"
		fi
		[ -e "$1/$d" ] || ln -s "usr/$d" "$1/$d"
	done
}

# Debian's headers name their other half and their helpers by absolute paths: in makefiles and links.
toolchain_move_paths()
{
	local file target build

	build=$(find "$1/usr/src" -maxdepth 1 -name 'linux-headers-*-amd64' | head -n 1)
	basename "$build" | sed 's/^linux-headers-//' >"$1/release"
	find "$1/usr/src" -maxdepth 2 -type f \( -name Makefile -o -name .kernelvariables -o -name Kbuild \) \
		-exec sed -i "s#/usr/\(src\|lib\)/linux-#$2/usr/\1/linux-#g" {} +
	while read -r file; do
		target=$(readlink "$file")
		[[ $target != /usr/* ]] || ln -sfn "$2$target" "$file"
	done < <(find "$1/usr/src" "$1/usr/lib/modules" "$1"/usr/lib/linux-kbuild* -type l 2>/dev/null)
	ln -s "usr/src/${build##*/}" "$1/build"
	# a compiler without the links that only its own Debian would need
	for file in as ld; do
		[ -e "$1/usr/bin/$file" ] || ln -s "x86_64-linux-gnu-$file" "$1/usr/bin/$file"
	done
}

# Programs run with the loader and the libraries beside them.
toolchain_set_interpreter()
{
	local file loader libraries

	loader=$(find "$1/usr/lib64" "$1/usr/lib/x86_64-linux-gnu" -name 'ld-linux-x86-64.so.2' | head -n 1)
	libraries=$1/usr/lib/x86_64-linux-gnu:$1/lib/x86_64-linux-gnu
	while read -r file; do
		patchelf --force-rpath --set-interpreter "$loader" --set-rpath "$libraries" "$file" 2>/dev/null || :
	done < <(toolchain_programs "$1")
}

# Dynamically linked programs: those that name a loader.
toolchain_programs()
{
	local file

	{
		find "$1/usr/bin" "$1"/usr/lib/linux-kbuild* "$1/usr/lib/gcc" "$1/usr/libexec/gcc" \
			-type f -perm -u+x 2>/dev/null || :
	} | while read -r file; do
		! patchelf --print-interpreter "$file" >/dev/null 2>&1 || printf '%s\n' "$file"
	done
}

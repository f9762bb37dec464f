# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # vm_cache, vm_dir: common.sh
# Fetches Debian's kernel packages without root. Sourced by setup.sh.
#
# A private apt root is used: own lists, own cache, an empty package status. Mirror and keys are
# those that the machine's own apt uses; only the suite is another. The machine's own lists and
# settings stay as they are.

fetch_root=$vm_cache/apt
fetch_suites=(bookworm trixie trixie-backports)

# The machine's sources of Debian packages: lines "URI RELEASE FILE:LINE". apt knows them only
# when it has read its lists; where nobody did (a fresh container), they are read into a folder here.
fetch_sources()
{
	local lists=$fetch_root/own list

	# shellcheck disable=SC2016 # names of fields, for apt
	list=(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(SOURCESENTRY)'
		'Created-By: Packages' 'Component: main' 'Origin: Debian')
	if [ -z "$("${list[@]}")" ]; then
		list+=(-o "Dir::State::lists=$lists")
		[ -d "$lists" ] || fetch_own "$lists"
	fi
	"${list[@]}"
}

# Reads the lists of the machine's own sources into a folder. One that cannot be read is no harm
# as long as Debian's are among the others.
fetch_own()
{
	mkdir -p "$1/partial"
	apt-get -q=2 update -o "Dir::State::lists=$1" -o "Dir::Cache=$fetch_root/cache" \
		-o APT::Sandbox::User= -o Acquire::PDiffs=false >&2 || :
}

# Of these, the archive of releases: not updates, security or backports, which have a dash.
fetch_archive()
{
	fetch_sources | awk '$2 !~ /-|\// { print; exit }'
}

# The key files that the machine trusts for its archive, comma-separated: those that its sources
# name, and Debian's own set, which also holds the keys of the other releases.
fetch_keys()
{
	local all=/usr/share/keyrings/debian-archive-keyring.gpg named

	named=$(sed -nE -e 's/^[Ss]igned-[Bb]y:[[:space:]]*(\/.*)$/\1/p' \
		-e 's/^deb .*signed-by=([^] ]+).*/\1/p' "$1" 2>/dev/null | head -n 1)
	[ -e "$all" ] && [ "$named" != "$all" ] && named=${named:+$named,}$all
	printf '%s' "${named// /,}"
}

# Settings that belong to the machine's network (proxies, time-outs, lists without a date check).
fetch_settings()
{
	apt-config dump | grep -E '^Acquire::' | grep -vE '^Acquire::(IndexTargets|Languages|Changelogs)'
}

fetch_configure()
{
	local archive uri file keys

	mkdir -p "$fetch_root"/{lists/partial,cache/archives/partial,log}
	archive=$(fetch_archive)
	[ -n "$archive" ] || die "no Debian archive in this machine's apt sources;" \
		"the kernels of the VM tests are Debian's: run on Debian 12 or newer"
	read -r uri _ file <<<"$archive"
	keys=$(fetch_keys "${file%:*}")
	: >"$fetch_root/status"
	{
		printf "$uri %s\n" "${fetch_suites[@]}"
		fetch_sources
	} | awk -v "k=${keys:+ signed-by=$keys}" '!seen[$1, $2]++ {
		print "deb [arch=amd64" k "] " $1 " " $2 " main" }' >"$fetch_root/sources.list"
	{
		fetch_settings
		cat <<-EOF
		APT::Architecture "amd64";
		APT::Architectures { "amd64"; };
		APT::Sandbox::User "";
		Acquire::Languages "none";
		Acquire::PDiffs "false";
		Dir::Etc::main "/dev/null";
		Dir::Etc::parts "/dev/null";
		Dir::Etc::sourcelist "$fetch_root/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::Etc::preferences "/dev/null";
		Dir::Etc::preferencesparts "/dev/null";
		Dir::State "$fetch_root";
		Dir::State::lists "$fetch_root/lists";
		Dir::State::status "$fetch_root/status";
		Dir::Cache "$fetch_root/cache";
		Dir::Log "$fetch_root/log";
		EOF
	} >"$fetch_root/apt.conf"
}

# Runs an apt tool in the private root.
fetch_apt()
{
	APT_CONFIG=$fetch_root/apt.conf "$@"
}

# The newest kernel image whose version starts with the argument, of the flavour behind a dash.
# Flavours (cloud, rt), debug symbols and unsigned images have a word between version and
# architecture, or after it.
fetch_newest()
{
	local version=${1%%-*} flavour=

	[[ $1 != *-* ]] || flavour=${1#*-}
	fetch_apt apt-cache search --names-only "^linux-image-${version//./\\.}\\.[^ ]*-amd64\$" |
		awk -v want="$flavour" '{
			flavour = match($1, /-(cloud|rt)-amd64$/) ? substr($1, RSTART + 1, RLENGTH - 7) : ""
			if (flavour == want) print $1
		}' | sort -V | tail -n 1
}

# The image of a kernel and what it was split into: newer kernels have an image package that only
# depends on one with the kernel, one with its modules and one with their index.
fetch_parts()
{
	printf '%s\n' "$1"
	fetch_apt apt-cache depends "$1" |
		sed -nE 's/^ *Depends: (linux-(binary|modules|base)-[0-9].*)$/\1/p'
}

# fetch_kernel NAME: its packages into the cache. Returns 1 where the archive has no such kernel.
fetch_kernel()
{
	local image parts dir=$vm_cache/debs/$1

	if vm_is_debug "$1"; then
		debug_fetch "$1"
		return
	fi
	image=$(fetch_newest "$1")
	# Backports moves on; the bench wants its newest kernel, whatever its number.
	[ -n "$image" ] || [ "${1%%.*}" != 7 ] || image=$(fetch_newest 7)
	[ -n "$image" ] || return 1
	say "$1: downloading $image"
	rm -rf "$dir.new"
	mkdir -p "$dir.new"
	mapfile -t parts < <(fetch_parts "$image")
	(cd "$dir.new" && fetch_apt apt-get -q=2 download "${parts[@]}") || return 1
	rm -rf "$dir"
	mv "$dir.new" "$dir"
}

# fetch_kernels NAME...: all of them, with one update of the private lists.
fetch_kernels()
{
	local k missing=()

	fetch_configure
	say "reading the package lists of ${fetch_suites[*]}"
	fetch_apt apt-get -q=2 update || die "the package lists cannot be read; see the message above"
	for k in "$@"; do
		fetch_kernel "$k" || missing+=("$k")
	done
	rm -rf "$fetch_root"
	[ ${#missing[@]} -eq 0 ] || die "cannot download a kernel for: ${missing[*]};" \
		"what apt says above tells why (network, mirror, proxy)"
}

# fetch_source: the package with the kernel's source is there afterwards; one at a time.
fetch_source()
{
	exec 8>"$vm_cache/lock"
	flock -n 8 || { say "waiting for another set-up to end"; flock 8; }
	[ -n "$(vm_debs debug)" ] || fetch_kernels debug
	flock -u 8
}

# source_unpack DEB FOLDER ARGUMENT...: of the kernel's source, what tar's arguments say
source_unpack()
{
	dpkg-deb --fsys-tarfile "$1" | tar -xO --wildcards './usr/src/linux-source-*.tar.xz' |
		xz -dcT0 | tar -x -C "$2" "${@:3}"
}

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Imports run one way: cli -> libcapture.h -> session -> backend.h <- backends -> kmod.
set -u
shopt -s extglob
cd "$GRAB_SRC" || exit 99
bad=0

# forbid WHY FILES... -- REGEX: no include line in FILES may match
forbid() {
	local why=$1 regex
	shift
	local files=()
	while [ "$1" != -- ]; do files+=("$1"); shift; done
	regex=$2
	if grep -nE "^ *# *include +[<\"]($regex)" "${files[@]}" /dev/null; then
		echo "not ok: $why"
		bad=1
	fi
}

names() { ls "$1"/*.h 2>/dev/null | sed 's|.*/||; s|\.|\\.|g' | grep -vx "${2:-none}" | paste -sd'|'; }

library=$(names libcapture 'libcapture\\.h')
backends=$(names backends)
command=$(names cli)

forbid "cli/ sees only libcapture.h of the library" cli/*.[ch] -- "$library${backends:+|$backends}|udma\\.h|chunk\\.h|grabber\\.h"
forbid "libpci lives in backends/pci.c alone" libcapture/*.[ch] cli/*.[ch] backends/!(pci).[ch] kmod/*.h kmod/*/*.[ch] -- 'pci/pci\.h'
forbid "the devices' code is for the kernel, too" kmod/grabber.h kmod/grabbers/*.[ch] -- 'std(lib|io|bool|int)\.h|string\.h|sys/.*|unistd\.h'
forbid "libcapture/ knows no backend by name, no command" libcapture/*.[ch] -- "${backends:-none}|${command:-none}"
forbid "backends/ do not reach into the core or the command" backends/*.[ch] -- "queue\\.h|${command:-none}"
forbid "argp lives in cli/args.c alone" libcapture/*.[ch] backends/*.[ch] cli/[!a]*.[ch] -- 'argp\.h'
forbid "one file knows libpng to write, and one to read" libcapture/*.[ch] backends/!(file_png).[ch] cli/!(png_file).[ch] -- 'png\.h'
forbid "libtiff lives in cli/tiff_page.c alone" libcapture/*.[ch] backends/*.[ch] cli/!(tiff_page).[ch] -- 'tiffio\.h'
forbid "cli/png/ stands alone" cli/png/*.[ch] -- "$command|$library|libcapture\\.h|\\.\\./|png\\.h"
forbid "the library writes no JSON" libcapture/*.[ch] backends/*.[ch] -- 'jansson\.h'

# a backend's name in the core would be a special case
if grep -nE '"(sim|v4l2|vfio|udma|file)"' libcapture/*.c; then
	echo "not ok: libcapture/ names a backend"
	bad=1
fi
# the only poll(2) is in the core, but for a backend's own thread, which is no operation
if grep -nE '\b(poll|ppoll|select|epoll_wait)\(' backends/!(*_thread).c; then
	echo "not ok: a backend polls"
	bad=1
fi
exit $bad

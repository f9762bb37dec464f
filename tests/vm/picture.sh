# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# For suites that look at pictures: what grab captured against what vivid's formulas say, and by
# which way it says that frames came. Sourced after lib.sh. DEVICE is the URI under test.

S=320x180

# pixels PATTERN FOURCC [FRAMES [OPTION...]]: capture and compare with the formula. A slow guest may
# make the driver drop frames, which is no concern here.
pixels()
{
	local pattern=$1 fourcc=$2 frames=${3:-2}

	expect_exit 0 grab -y -d "$DEVICE" -c "test_pattern=$pattern" -s "$S" -p "$fourcc" -n "$frames" \
		-f raw -o "$TMP/frames" --loss ignore --stats text "${@:4}" || return
	perl "$GRAB_SRC/tests/vm/picture.pl" "$pattern" "$fourcc" "$S" "$frames" |
		cmp "$TMP/frames" || fail "pattern $pattern in $fourcc differs"
}

# way WORDS: the report of the last grab says so
way()
{
	[[ $(<"$ERR")$'\n' =~ "; $1"(', at most '[0-9]+' bytes pinned')?$'\n' ]] || fail "the report does not say \"$1\": $(<"$ERR")"
}

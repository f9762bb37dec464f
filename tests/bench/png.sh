#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# PNG beside other programs, in one thread unless said otherwise, from frames in a file in memory:
#
#	PNG of CLASS		whole processes that write a file a frame to memory
#	... without files	the coder and libpng alone
#	... one frame		from the start of the process to the file
#	... by threads		the command with one and two writers; the coder without files
#
# Cameras' frames are photographs from a Debian package with the noise that a camera adds (frames.c);
# the others are drawn. Takes about eight minutes on a quiet machine, and never more than BENCH_LIMIT:
# what is not done by then is left out, and said to be. BENCH_CLASSES="scene text" measures those classes
# alone. Run by run.sh.
set -u
. "$GRAB_SRC/tests/bench/lib.sh"

BENCH_LIMIT=${BENCH_LIMIT:-1200}	# seconds
SLOW=3				# a tool that takes longer for its frames is not asked again
if [ -n "${BENCH_SMOKE:-}" ]; then
	WIDTH=64 HEIGHT=48 SHORT=1 LONG=2 REPS=1
	cameras=(webcam mono12) drawings=(testsrc2)
else
	WIDTH=1920 HEIGHT=1080 SHORT=2 LONG=12 REPS=3
	cameras=(webcam sensor mono8 mono12 night clean)
	drawings=(testsrc2 smptehdbars scene gradients mandelbrot text black)
fi
SIZE=${WIDTH}x$HEIGHT
PHOTOS=/usr/share/backgrounds/mate/nature
FONT=/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf

FILES=$(mktemp -d /dev/shm/bench.XXXXXX 2>/dev/null || mktemp -d "$BENCH_TMP/files.XXXXXX")
trap 'rm -rf "$FILES"' EXIT

# ---- frames -------------------------------------------------------------------

# photographs FRAMES: rgb24, scene after scene; without the package drawn ones (for the smoke test)
photographs()
{
	local list=("$PHOTOS"/*.jpg) i

	for ((i = 0; i < $1; i++)); do
		if [ -e "${list[0]}" ]; then
			ffmpeg -v error -nostdin -i "${list[i % ${#list[@]}]}" -frames:v 1 -vf \
				"scale=$SIZE:force_original_aspect_ratio=increase,crop=$WIDTH:$HEIGHT" \
				-pix_fmt rgb24 -f rawvideo -
		else
			ffmpeg -v error -nostdin -f lavfi -i "testsrc2=size=$SIZE" -frames:v 1 \
				-pix_fmt rgb24 -f rawvideo -
		fi
	done
}

# text FRAMES: windows with a title, a list at the left, and lines of the licence that scroll by
text()
{
	local i lines

	for ((i = 0; i < $1; i++)); do
		lines=$(tail -n "+$((1 + 5 * i))" "$GRAB_SRC/COPYING" | head -n 55 | sed 's/[%\\]/ /g')
		convert -size "$SIZE" xc:white -font "$FONT" -fill '#3c3b37' -draw "rectangle 0,0 $WIDTH,36" \
			-fill '#f2f1f0' -draw "rectangle 0,37 260,$HEIGHT" \
			-fill '#dd4814' -draw "roundrectangle 12,$((60 + 28 * i)) 248,$((84 + 28 * i)) 6,6" \
			-fill white -pointsize 16 -annotate +20+24 "COPYING - page $i" \
			-fill '#3c3b37' -annotate +24+78 "$(seq -f 'Section %g' 1 30)" \
			-fill black -pointsize 14 -annotate +290+64 "$lines" -depth 8 rgb:-
	done
}

# drawn CLASS FRAMES
drawn()
{
	local source=$1=size=$SIZE

	case $1 in
	text)
		text "$2"
		return
		;;
	scene)
		LD_PRELOAD=$(bench_library) "$(bench_program cli/grab)" --no-config -q -n "$2" -f raw -o - \
			-d "sim:size=$SIZE,format=RGB3,pattern=scene"
		return
		;;
	gradients) source+=:seed=1 ;;
	black) source=color=black:size=$SIZE ;;
	esac
	ffmpeg -v error -nostdin -f lavfi -i "$source" -frames:v "$2" -pix_fmt rgb24 -f rawvideo -
}

# ---- tools: each takes FRAMES and leaves its files in $FILES/out ----------------

# encode PNG FRAMES-THERE {FOLDER | - FRAMES [THREADS {apart | together}]}
encode()
{
	LD_PRELOAD=$(bench_library) run_measured "$(bench_program tests/bench/encode)" png "$1" \
		"$FOURCC" "$WIDTH" "$HEIGHT" "$FILES/in.$2" "${@:3}"
	[ "$(run_word status)" = 0 ]
}
grab_fast() { encode fast "$1" "$FILES/out"; }
grab_avx2() { GRAB_PNG_PATH=avx2 grab_fast "$1"; }
grab_scalar() { GRAB_PNG_PATH=scalar grab_fast "$1"; }

# in_memory PNG FRAMES [THREADS {apart | together}]: a hole as long as the files would be
in_memory() { encode "$1" "$LONG" - "${@:2}" && truncate -s "$(cat "$RUN_OUT")" "$FILES/out/bytes"; }
memory_fast() { in_memory fast "$1"; }
memory_avx2() { GRAB_PNG_PATH=avx2 memory_fast "$1"; }
memory_apart() { in_memory fast "$1" 2 apart; }
memory_together() { in_memory fast "$1" 2 together; }
memory_libpng() { in_memory 6,all "$1"; }

# looped: as many frames as are wanted
recording() { printf 'file:%s,size=%s,format=%s,loop=1' "$FILES/in.$LONG" "$SIZE" "$FOURCC"; }
grab_command() { run_grab -- -q -d "$(recording)" -n "$1" -o "$FILES/out/x-%d.png"; }
grab_writers() { run_grab -- -q -d "$(recording)" -n "$1" -b 8 --writers "$2" -o "$FILES/out/x-%d.png"; }
grab_1_writer() { grab_writers "$1" 1; }
grab_2_writers() { grab_writers "$1" 2; }
ffmpeg_png()
{
	local n=$1
	shift
	run_measured ffmpeg -v error -nostdin -y -threads 1 -f rawvideo -pix_fmt "$PIXELS" \
		-video_size "$SIZE" -i "$FILES/in.$n" -threads 1 "$@" "$FILES/out/x-%d.png"
}
ffmpeg_default() { ffmpeg_png "$1"; }
ffmpeg_1_sub() { ffmpeg_png "$1" -compression_level 1 -pred sub; }
ffmpeg_0() { ffmpeg_png "$1" -compression_level 0; }
gst_default()
{
	run_measured gst-launch-1.0 -q filesrc "location=$FILES/in.$1" ! rawvideoparse \
		"width=$WIDTH" "height=$HEIGHT" "format=$GST" ! pngenc ! \
		multifilesink "location=$FILES/out/x-%d.png"
}
magick()
{
	run_measured convert -limit thread 1 -size "$SIZE" -depth "$DEPTH" "$MAGICK:$FILES/in.$1" \
		"$FILES/out/x-%d.png"
}
# one frame, whatever the number
fswebcam_default()
{
	run_measured fswebcam -q -d "RAW:$FILES/in.1" -r "$SIZE" -p RGB24 --no-banner --png -1 "$FILES/out/x.png"
}

# ---- groups -------------------------------------------------------------------

# ask GROUP TOOL FRAMES REP FUNCTION: within the time that there is left
ask()
{
	local left=$((BENCH_LIMIT - SECONDS))

	RUN_LIMIT=$((left < 60 ? left : 60))
	if [ "$left" -lt 1 ]; then
		cut_off "$1" "$2" "$3" "$4" 0
		return
	fi
	measure_tool "$@"
	awk -v "wall=$(run_word wall)" -v "slow=$SLOW" 'BEGIN { exit wall < slow }' && slow[$2]=1
}

# compare GROUP LENGTHS REPS {TOOL FUNCTION}...: the tools take turns
compare()
{
	local group="$1, $FOURCC $SIZE" lengths=$2 reps=$3 tools rep n i
	local -A slow=()

	shift 3
	tools=("$@")
	say "$group"
	for ((rep = 1; rep <= reps; rep++)); do
		for ((i = 0; i < ${#tools[@]}; i += 2)); do
			[ -z "${slow[${tools[i]}]:-}" ] || continue
			for n in $lengths; do
				ask "$group" "${tools[i]}" "$n" "$rep" "${tools[i + 1]}"
			done
		done
	done
}

has_avx2() { grep -qw avx2 /proc/cpuinfo; }

whole_processes()
{
	local tools=(grab grab_fast "ffmpeg, default" ffmpeg_default "ffmpeg, level 1 sub" ffmpeg_1_sub
		"ffmpeg, level 0" ffmpeg_0 "ImageMagick" magick)

	! has_avx2 || tools+=("grab, AVX2" grab_avx2)
	tools+=("grab, scalar" grab_scalar)
	! command -v gst-launch-1.0 >/dev/null || tools+=("gst pngenc" gst_default)
	compare "PNG of $1" "$SHORT $LONG" "$REPS" "${tools[@]}"
}

without_files()
{
	local tools=(grab memory_fast "libpng, default" memory_libpng)

	! has_avx2 || tools+=("grab, AVX2" memory_avx2)
	compare "PNG of $1, without files" "$SHORT $LONG" "$REPS" "${tools[@]}"
}

one_frame()
{
	local tools=(grab grab_command "ffmpeg, default" ffmpeg_default
		"ffmpeg, level 1 sub" ffmpeg_1_sub ImageMagick magick)

	! command -v gst-launch-1.0 >/dev/null || tools+=("gst pngenc" gst_default)
	! command -v fswebcam >/dev/null || tools+=(fswebcam fswebcam_default)
	# short ones, of which chance is a large part
	compare "PNG of $1, one frame" 1 $((3 * REPS)) "${tools[@]}"
}

by_threads()
{
	compare "PNG of $1, by threads" "$SHORT $((5 * LONG))" "$REPS" grab grab_1_writer \
		"grab --writers 2" grab_2_writers
	compare "PNG of $1, without files, by threads" "$SHORT $((10 * LONG))" "$REPS" grab memory_fast \
		"grab, 2 threads, a frame each" memory_apart \
		"grab, 2 threads, parts of a frame" memory_together
}

# pixels CLASS: what its frames are, in each program's words
pixels()
{
	case $1 in
	mono8) FOURCC=GREY PIXELS=gray GST=gray8 MAGICK=gray DEPTH=8 BYTES=1 ;;
	mono12) FOURCC=Y16B PIXELS=gray16be GST=gray16-be MAGICK=gray DEPTH=16 BYTES=2 ;;
	*) FOURCC=RGB3 PIXELS=rgb24 GST=rgb MAGICK=rgb DEPTH=8 BYTES=3 ;;
	esac
}

failed=0
photographs "$LONG" >"$FILES/photographs"
for class in "${cameras[@]}" "${drawings[@]}"; do
	[[ " ${BENCH_CLASSES:-$class} " == *" $class "* ]] || continue
	pixels "$class"
	if [[ " ${drawings[*]} " == *" $class "* ]]; then
		drawn "$class" "$LONG" >"$FILES/in.$LONG"
	else
		"$(bench_program tests/bench/frames)" "$class" "$WIDTH" "$HEIGHT" 1 \
			<"$FILES/photographs" >"$FILES/in.$LONG"
	fi
	for n in 1 "$SHORT"; do
		head -c "$((n * WIDTH * HEIGHT * BYTES))" "$FILES/in.$LONG" >"$FILES/in.$n"
	done
	whole_processes "$class"
	without_files "$class"
	[ "$class" = "${cameras[0]}" ] || continue
	one_frame "$class"
	by_threads "$class"
done
exit $failed

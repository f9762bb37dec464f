#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# PNG beside other programs: whole processes that read the same frames from a file and write a PNG
# file a frame to memory, in one thread. Frames are photographs from a Debian package with the noise
# that a camera adds (frames.c), and drawn test pictures. Run by run.sh.
set -u
. "$GRAB_SRC/tests/bench/lib.sh"

if [ -n "${BENCH_SMOKE:-}" ]; then
	WIDTH=64 HEIGHT=48 SHORT=1 LONG=2 REPS=1
else
	WIDTH=1920 HEIGHT=1080 SHORT=2 LONG=12 REPS=3
fi
SIZE=${WIDTH}x$HEIGHT
PHOTOS=/usr/share/backgrounds/mate/nature

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

# drawn CLASS FRAMES
drawn()
{
	ffmpeg -v error -nostdin -f lavfi -i "$1=size=$SIZE" -frames:v "$2" -pix_fmt rgb24 -f rawvideo -
}

# ---- tools: each takes FRAMES and leaves its files in $FILES/out ----------------

encode()
{
	LD_PRELOAD=$(bench_library) run_measured "$(bench_program tests/bench/encode)" png "$1" \
		"$FOURCC" "$WIDTH" "$HEIGHT" "$FILES/in.$2" "$FILES/out"
	[ "$(run_word status)" = 0 ]
}
grab_fast() { encode fast "$1"; }
grab_avx2() { GRAB_PNG_PATH=avx2 encode fast "$1"; }
grab_scalar() { GRAB_PNG_PATH=scalar encode fast "$1"; }
libpng_default() { encode 6,all "$1"; }
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

# compare GROUP: the tools take turns
compare()
{
	local group="$1, $FOURCC $SIZE" tools rep n i

	tools=(grab grab_fast "libpng, default" libpng_default "ffmpeg, default" ffmpeg_default
		"ffmpeg, level 1 sub" ffmpeg_1_sub "ffmpeg, level 0" ffmpeg_0 "ImageMagick" magick)
	! grep -qw avx2 /proc/cpuinfo || tools+=("grab, AVX2" grab_avx2)
	tools+=("grab, scalar" grab_scalar)
	! command -v gst-launch-1.0 >/dev/null || tools+=("gst pngenc" gst_default)
	say "$group"
	for ((rep = 1; rep <= REPS; rep++)); do
		for ((i = 0; i < ${#tools[@]}; i += 2)); do
			for n in $SHORT $LONG; do
				measure_tool "$group" "${tools[i]}" "$n" "$rep" "${tools[i + 1]}"
			done
		done
	done
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
classes=(webcam sensor mono8 mono12 testsrc2 smptehdbars)
[ -z "${BENCH_SMOKE:-}" ] || classes=(mono12 testsrc2)
photographs "$LONG" >"$FILES/photographs"
for class in "${classes[@]}"; do
	pixels "$class"
	case $class in
	testsrc2 | smptehdbars) drawn "$class" "$LONG" >"$FILES/in.$LONG" ;;
	*)
		"$(bench_program tests/bench/frames)" "$class" "$WIDTH" "$HEIGHT" 1 \
			<"$FILES/photographs" >"$FILES/in.$LONG"
		;;
	esac
	head -c "$((SHORT * WIDTH * HEIGHT * BYTES))" "$FILES/in.$LONG" >"$FILES/in.$SHORT"
	compare "PNG of $class"
done
exit $failed

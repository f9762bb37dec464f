# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# One way to ask each program for the same: frames of $WIDTH x $HEIGHT YUYV from $VIDEO. Sourced in
# a guest; the format is set on the device before.

# peer_capture TOOL SINK FRAMES: sets command. SINK is
#   null   captured, and not looked at
#   raw    to files in $TMP/out, one or one a frame as the program can
#   png    a file a frame, likewise
# False where the program cannot do that.
peer_capture()
{
	local size=${WIDTH}x$HEIGHT to=$TMP/out n=$3
	local ffmpeg=(ffmpeg -hide_banner -loglevel info -nostdin -y -f v4l2 -input_format yuyv422
		-video_size "$size" -i "$VIDEO" -frames:v "$n")
	local gst=(gst-launch-1.0 -q v4l2src "device=$VIDEO" "num-buffers=$n" !
		"video/x-raw,format=YUY2,width=$WIDTH,height=$HEIGHT" !)
	local grab=(grab --no-config -q -d "$VIDEO" -s "$size" -p YUYV -n "$n" --stats json)

	case $1:$2 in
	grab:null) command=("${grab[@]}") ;;
	grab:raw) command=("${grab[@]}" -o "$to/x.raw") ;;
	'grab -b 8:raw') command=("${grab[@]}" -b 8 -o "$to/x.raw") ;;
	grab:png) command=("${grab[@]}" -o "$to/x-%d.png") ;;
	'grab -b 8:png') command=("${grab[@]}" -b 8 -o "$to/x-%d.png") ;;
	'v4l2-ctl mmap':null) command=(v4l2-ctl -d "$VIDEO" --stream-mmap "--stream-count=$n") ;;
	'v4l2-ctl user':null) command=(v4l2-ctl -d "$VIDEO" --stream-user "--stream-count=$n") ;;
	'v4l2-ctl mmap':raw)
		command=(v4l2-ctl -d "$VIDEO" --stream-mmap "--stream-count=$n" "--stream-to=$to/x.raw") ;;
	'v4l2-ctl user':raw)
		command=(v4l2-ctl -d "$VIDEO" --stream-user "--stream-count=$n" "--stream-to=$to/x.raw") ;;
	'yavta mmap':null) command=(yavta -c"$n" -n4 -f YUYV -s "$size" "$VIDEO") ;;
	'yavta user':null) command=(yavta -c"$n" -n4 -u -f YUYV -s "$size" "$VIDEO") ;;
	'yavta mmap':raw) command=(yavta -c"$n" -n4 -f YUYV -s "$size" "-F$to/x-#.raw" "$VIDEO") ;;
	'yavta user':raw) command=(yavta -c"$n" -n4 -u -f YUYV -s "$size" "-F$to/x-#.raw" "$VIDEO") ;;
	'ffmpeg copy':null) command=("${ffmpeg[@]}" -c copy -f rawvideo /dev/null) ;;
	'ffmpeg rawvideo':null) command=("${ffmpeg[@]}" -f rawvideo /dev/null) ;;
	'ffmpeg copy':raw) command=("${ffmpeg[@]}" -c copy -f rawvideo "$to/x.raw") ;;
	'ffmpeg rawvideo':raw) command=("${ffmpeg[@]}" -f rawvideo "$to/x.raw") ;;
	ffmpeg:png) command=("${ffmpeg[@]}" "$to/x-%d.png") ;;
	gst:null) command=("${gst[@]}" fakesink) ;;
	gst:raw) command=("${gst[@]}" filesink "location=$to/x.raw") ;;
	gst:png) command=("${gst[@]}" videoconvert ! pngenc ! multifilesink "location=$to/x-%d.png") ;;
	fswebcam:png)
		[ "$n" = 1 ] || return 1
		command=(fswebcam -q -d "$VIDEO" -r "$size" -p YUYV --no-banner --png -1 "$to/x.png") ;;
	'streamer (PPM)':png)
		[ "$n" = 1 ] || return 1
		command=(streamer -q -c "$VIDEO" -s "$size" -f ppm -o "$to/x.ppm") ;;
	*) return 1 ;;
	esac
}

# peer_says TOOL: how many lost frames the last run told of; empty: it has no word for that.
peer_says()
{
	case $1 in
	grab*) sed -nE 's/.*"lost":\{"device":([0-9]+).*/\1/p' "$RUN_ERR" "$RUN_OUT" | tail -n 1 ;;
	v4l2-ctl*) tr ',' '\n' <"$RUN_ERR" | awk '/dropped buffers:/ { n += $NF } END { print n + 0 }' ;;
	esac
}

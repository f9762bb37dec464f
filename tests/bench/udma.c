/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the udma module's work on memory costs, as words that a shell can read:
 *
 *	udma stream NODE PAGES CHUNK WINDOW FRAMES	frames as fast as they come; CHUNK 0: pinned whole
 *							at attach, and kept
 *	udma kept NODE FRAMES				the calls for a frame into a buffer that is kept
 *	udma fresh NODE FRAMES				... and into one that is attached for it
 *	udma qbuf VIDEO FRAMES				VIDIOC_QBUF of new memory by V4L2, for comparison
 *
 * PAGES is small, thp or hugetlb.  Frames are of 1920x1080 pixels.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "clock.h"
#include "device.h"
#include "pages.h"

#define WIDTH 1920
#define HEIGHT 1080
#define BUFFERS 4

const char *device_path;

static void stream(const char *kind, uint64_t chunk, uint32_t window, unsigned int frames)
{
	struct udma_stats before, after;
	struct buffer b[BUFFERS];
	struct udma_done done;
	uint64_t begun, taken;
	struct device d;
	unsigned int i;

	device_open(&d, WIDTH, HEIGHT, 0);
	if (chunk)
		device_setup(&d, chunk, window);
	for (i = 0; i < BUFFERS; i++) {
		b[i].memory = pages_get(kind, d.format.size);
		EXPECT(!device_attach(&d, b[i].memory, d.format.size, chunk ? 0 : UDMA_ATTACH_KEEP,
				      &b[i].handle), "ATTACH");
		EXPECT(!device_queue(&d, b[i].handle), "QUEUE");
	}
	before = stats_of(&d);
	begun = clock_now();
	EXPECT(!device_start(&d), "START");
	for (i = 0; i < frames; i++) {
		done = must_dequeue(&d);
		EXPECT(!done.status, "a frame failed");
		EXPECT(!device_queue(&d, done.handle), "QUEUE");
	}
	taken = clock_now() - begun;
	after = stats_of(&d);
	printf("bytes=%llu ns=%llu pin_ns=%llu map_ns=%llu unpin_ns=%llu moved=%llu stalls=%llu pinned=%llu\n",
	       (unsigned long long)d.format.size * frames, (unsigned long long)taken,
	       (unsigned long long)(after.pin_ns - before.pin_ns),
	       (unsigned long long)(after.map_ns - before.map_ns),
	       (unsigned long long)(after.unpin_ns - before.unpin_ns),
	       (unsigned long long)(after.bytes - before.bytes),
	       (unsigned long long)(after.stalls - before.stalls),
	       (unsigned long long)done.pinned_peak * (chunk ? 1 : BUFFERS));
	device_close(&d);
}

/* Only the calls; the frame itself is waited for outside. */
static void attached(bool fresh, unsigned int frames)
{
	uint64_t taken = 0, begun;
	struct device d;
	struct buffer b;
	unsigned int i;

	device_open(&d, WIDTH, HEIGHT, 0);
	b.memory = pages_get("small", d.format.size);
	EXPECT(!device_attach(&d, b.memory, d.format.size, UDMA_ATTACH_KEEP, &b.handle), "ATTACH");
	EXPECT(!device_start(&d), "START");
	if (fresh)
		EXPECT(!device_detach(&d, b.handle), "DETACH");
	for (i = 0; i < frames; i++) {
		begun = clock_now();
		if (fresh)
			EXPECT(!device_attach(&d, b.memory, d.format.size, UDMA_ATTACH_KEEP,
					      &b.handle), "ATTACH");
		EXPECT(!device_queue(&d, b.handle), "QUEUE");
		taken += clock_now() - begun;
		EXPECT(!must_dequeue(&d).status, "a frame failed");
		begun = clock_now();
		if (fresh)
			EXPECT(!device_detach(&d, b.handle), "DETACH");
		taken += clock_now() - begun;
	}
	printf("bytes=%llu ns=%llu\n", (unsigned long long)d.format.size * frames,
	       (unsigned long long)taken);
	device_close(&d);
}

static void video_call(int fd, unsigned long request, void *arg, const char *name)
{
	EXPECT(!ioctl(fd, request, arg), "%s: %s", name, strerror(errno));
}

/* The driver pins memory that it does not know when it is queued, and lets go when it is told to. */
static void qbuf(const char *video, unsigned int frames)
{
	struct v4l2_format format = { .type = V4L2_BUF_TYPE_VIDEO_CAPTURE };
	int fd = open(video, O_RDWR | O_CLOEXEC);
	uint64_t taken = 0, begun;
	unsigned int i;
	void *memory;

	EXPECT(fd >= 0, "%s: %s", video, strerror(errno));
	video_call(fd, VIDIOC_G_FMT, &format, "G_FMT");
	memory = pages_get("small", format.fmt.pix.sizeimage);
	for (i = 0; i < frames; i++) {
		struct v4l2_requestbuffers some = {
			.count = 1, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_USERPTR,
		};
		struct v4l2_buffer b = {
			.type = some.type, .memory = some.memory, .m.userptr = (uintptr_t)memory,
			.length = format.fmt.pix.sizeimage,
		};

		video_call(fd, VIDIOC_REQBUFS, &some, "REQBUFS");
		begun = clock_now();
		video_call(fd, VIDIOC_QBUF, &b, "QBUF");
		some.count = 0;
		video_call(fd, VIDIOC_REQBUFS, &some, "REQBUFS");
		taken += clock_now() - begun;
	}
	printf("bytes=%llu ns=%llu\n", (unsigned long long)format.fmt.pix.sizeimage * frames,
	       (unsigned long long)taken);
}

static unsigned int number(const char *text)
{
	return (unsigned int)strtoul(text, NULL, 10);
}

int main(int argc, char **argv)
{
	const char *what = argc > 3 ? argv[1] : "";

	device_path = argc > 2 ? argv[2] : NULL;
	if (!strcmp(what, "stream") && argc == 7)
		stream(argv[3], number(argv[4]), number(argv[5]), number(argv[6]));
	else if (!strcmp(what, "kept") || !strcmp(what, "fresh"))
		attached(!strcmp(what, "fresh"), number(argv[3]));
	else if (!strcmp(what, "qbuf"))
		qbuf(argv[2], number(argv[3]));
	else {
		fprintf(stderr, "usage: udma stream NODE small|thp|hugetlb CHUNK WINDOW FRAMES\n"
			"       udma kept|fresh|qbuf NODE FRAMES\n");
		return 64;
	}
	return 0;
}

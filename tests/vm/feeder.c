/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * feeder NODE FILE: shows the frames in FILE on a video output, round and round,
 * until it is killed.  The node's format must be set; each frame has as many bytes
 * as that says.  A line on standard output tells when the first one was shown.
 *
 * With the output looped to an input of the same driver, any picture can be
 * captured, and must come out as it went in.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Filled once and shown again and again: an output that runs dry would be seen as
 * a picture of the driver's own.
 */
#define BUFFERS 16

static void die(const char *what)
{
	fprintf(stderr, "feeder: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void must(int fd, unsigned long request, void *arg, const char *what)
{
	if (ioctl(fd, request, arg))
		die(what);
}

static unsigned char *read_frames(const char *path, size_t *len)
{
	struct stat st;
	unsigned char *frames;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st))
		die(path);
	frames = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (frames == MAP_FAILED)
		die(path);
	close(fd);
	*len = (size_t)st.st_size;
	return frames;
}

/* Wait until a buffer was shown, and give it back. */
static void show_again(int fd, size_t size)
{
	struct v4l2_buffer b = {
		.type = V4L2_BUF_TYPE_VIDEO_OUTPUT, .memory = V4L2_MEMORY_MMAP,
	};

	must(fd, VIDIOC_DQBUF, &b, "VIDIOC_DQBUF");
	b.bytesused = (__u32)size;
	must(fd, VIDIOC_QBUF, &b, "VIDIOC_QBUF");
}

int main(int argc, char **argv)
{
	struct v4l2_format format = { .type = V4L2_BUF_TYPE_VIDEO_OUTPUT };
	struct v4l2_requestbuffers request = {
		.count = BUFFERS, .type = V4L2_BUF_TYPE_VIDEO_OUTPUT, .memory = V4L2_MEMORY_MMAP,
	};
	enum v4l2_buf_type type = V4L2_BUF_TYPE_VIDEO_OUTPUT;
	unsigned char *frames, *memory;
	size_t len, size, at = 0;
	unsigned int i;
	int fd;

	if (argc != 3) {
		fprintf(stderr, "usage: feeder NODE FILE\n");
		return 64;
	}
	frames = read_frames(argv[2], &len);
	fd = open(argv[1], O_RDWR | O_CLOEXEC);
	if (fd < 0)
		die(argv[1]);
	must(fd, VIDIOC_G_FMT, &format, "VIDIOC_G_FMT");
	size = format.fmt.pix.sizeimage;
	if (!size || len < size || len % size) {
		fprintf(stderr, "feeder: %s has %zu bytes, and a frame %zu\n", argv[2], len, size);
		return 1;
	}
	must(fd, VIDIOC_REQBUFS, &request, "VIDIOC_REQBUFS");
	if (request.count > BUFFERS)
		request.count = BUFFERS;
	for (i = 0; i < request.count; i++) {
		struct v4l2_buffer b = { .index = i, .type = type, .memory = V4L2_MEMORY_MMAP };

		must(fd, VIDIOC_QUERYBUF, &b, "VIDIOC_QUERYBUF");
		memory = mmap(NULL, b.length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, b.m.offset);
		if (memory == MAP_FAILED)
			die("mmap");
		memcpy(memory, frames + at, size);
		at = (at + size) % len;
		b.bytesused = (__u32)size;
		b.field = format.fmt.pix.field;
		must(fd, VIDIOC_QBUF, &b, "VIDIOC_QBUF");
	}
	must(fd, VIDIOC_STREAMON, &type, "VIDIOC_STREAMON");
	show_again(fd, size);
	puts("feeding");
	fflush(stdout);
	for (;;)
		show_again(fd, size);
}

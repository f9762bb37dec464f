/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <libv4l2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "libcapture.h"
#include "v4l2_fake.h"
#include "v4l2_fake_controls.h"

struct v4l2_fake device;
static int wake[2] = { -1, -1 };	/* a byte in the pipe for each frame that is ready */

const char *v4l2_fake_reset(void)
{
	static char path[40];

	v4l2_fake_end();
	memset(&device, 0, sizeof(device));
	device.caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
	device.memories = 1 << V4L2_MEMORY_MMAP | 1 << V4L2_MEMORY_USERPTR |
			  1 << V4L2_MEMORY_DMABUF;
	device.buffers_max = 32;
	device.width = 64;
	device.height = 48;
	device.fourcc = V4L2_PIX_FMT_YUYV;
	device.field = V4L2_FIELD_NONE;
	device.colorspace = V4L2_COLORSPACE_SRGB;
	device.planes = 1;
	device.numerator = 1;
	device.denominator = 30;
	device.open_flags = -1;
	device.buffer_flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
	device.time.tv_sec = 1;
	if (pipe2(wake, O_CLOEXEC | O_NONBLOCK))
		abort();
	/* opening it makes another end of the pipe, which is as good as a device node */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", wake[0]);
	return path;
}

static void unpin(struct v4l2_fake_slot *slot, unsigned int p)
{
	if (slot->alias[p])
		munmap(slot->alias[p], slot->alias_length[p]);
	slot->alias[p] = slot->pages[p] = NULL;
	slot->start[p] = 0;
	slot->length[p] = 0;
}

static void free_buffers(void)
{
	unsigned int i, p;

	for (i = 0; i < FAKE_BUFFERS_MAX; i++) {
		for (p = 0; p < VIDEO_MAX_PLANES; p++) {
			unpin(&device.slot[i], p);
			free(device.slot[i].memory[p]);
		}
	}
	memset(device.slot, 0, sizeof(device.slot));
	device.count = device.queued = device.ready = 0;
}

void v4l2_fake_end(void)
{
	free_buffers();
	if (wake[0] >= 0) {
		close(wake[0]);
		close(wake[1]);
	}
	wake[0] = wake[1] = -1;
}

void v4l2_fake_fail(unsigned long request, int error, unsigned int times)
{
	device.call[_IOC_NR(request)].error = error;
	device.call[_IOC_NR(request)].errors = times;
}

unsigned int v4l2_fake_calls(unsigned long request)
{
	return device.call[_IOC_NR(request)].count;
}

/* ---- format ------------------------------------------------------------- */

static uint32_t row(unsigned int plane)
{
	struct capture_format f = {
		.width = device.width, .height = device.height, .fourcc = device.fourcc,
	};

	if (capture_format_layout(&f) || plane >= f.planes)
		return device.width;
	return f.plane[plane].stride;
}

uint32_t v4l2_fake_size(unsigned int plane)
{
	struct capture_format f = {
		.width = device.width, .height = device.height, .fourcc = device.fourcc,
	};
	uint32_t size;

	if (capture_format_layout(&f) || plane >= f.planes)
		size = device.width * device.height;
	else
		size = (uint32_t)(device.planes > 1 ?
				  (uint64_t)f.plane[plane].stride * f.plane[plane].lines : f.size);
	return size + (plane ? 0 : device.skip) + (uint32_t)device.size_lie;
}

static void take_wish(uint32_t width, uint32_t height, uint32_t fourcc)
{
	/* in steps of 16 up to 640x480, and no RGB: like any device it rounds */
	device.width = width > 640 ? 640 : width < 16 ? 16 : width / 16 * 16;
	device.height = height > 480 ? 480 : height < 16 ? 16 : height / 16 * 16;
	device.fourcc = fourcc == V4L2_PIX_FMT_RGB24 ? V4L2_PIX_FMT_YUYV : fourcc;
}

static int format(struct v4l2_format *f, bool set, bool keep)
{
	const uint32_t old[] = { device.width, device.height, device.fourcc };
	unsigned int p;

	if (f->type != (device.multiplanar ? V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE :
					     V4L2_BUF_TYPE_VIDEO_CAPTURE))
		return EINVAL;
	/* videobuf1 asks for more than that there are buffers: videobuf_queue_is_busy() */
	if (set && keep && (device.videobuf1 ? device.queued || device.mapped : device.count))
		return EBUSY;
	if (set && device.multiplanar)
		take_wish(f->fmt.pix_mp.width, f->fmt.pix_mp.height, f->fmt.pix_mp.pixelformat);
	else if (set)
		take_wish(f->fmt.pix.width, f->fmt.pix.height, f->fmt.pix.pixelformat);
	if (device.multiplanar) {
		f->fmt.pix_mp.width = device.width;
		f->fmt.pix_mp.height = device.height;
		f->fmt.pix_mp.pixelformat = device.fourcc;
		f->fmt.pix_mp.field = device.field;
		f->fmt.pix_mp.colorspace = device.colorspace;
		f->fmt.pix_mp.num_planes = (uint8_t)device.planes;
		for (p = 0; p < device.planes && p < VIDEO_MAX_PLANES; p++) {
			f->fmt.pix_mp.plane_fmt[p].bytesperline = row(p) + (uint32_t)device.stride_lie;
			f->fmt.pix_mp.plane_fmt[p].sizeimage = v4l2_fake_size(p);
		}
	} else {
		f->fmt.pix.width = device.width;
		f->fmt.pix.height = device.height;
		f->fmt.pix.pixelformat = device.fourcc;
		f->fmt.pix.field = device.field;
		f->fmt.pix.colorspace = device.colorspace;
		f->fmt.pix.bytesperline = row(0) + (uint32_t)device.stride_lie;
		f->fmt.pix.sizeimage = v4l2_fake_size(0);
		f->fmt.pix.priv = V4L2_PIX_FMT_PRIV_MAGIC;
	}
	if (!keep) {
		device.width = old[0];
		device.height = old[1];
		device.fourcc = old[2];
	}
	return 0;
}

static int enum_format(struct v4l2_fmtdesc *d)
{
	static const uint32_t codes[] = { V4L2_PIX_FMT_YUYV, V4L2_PIX_FMT_GREY, V4L2_PIX_FMT_MJPEG };

	if (d->index >= sizeof(codes) / sizeof(codes[0]))
		return EINVAL;
	d->pixelformat = codes[d->index];
	d->flags = d->pixelformat == V4L2_PIX_FMT_MJPEG ? V4L2_FMT_FLAG_COMPRESSED : 0;
	snprintf((char *)d->description, sizeof(d->description), "format %u", d->index);
	return 0;
}

/* YUYV has two sizes, GREY a range, MJPEG no list */
static int enum_size(struct v4l2_frmsizeenum *e)
{
	if (e->pixel_format == V4L2_PIX_FMT_YUYV && e->index < 2) {
		e->type = V4L2_FRMSIZE_TYPE_DISCRETE;
		e->discrete.width = e->index ? 640 : 64;
		e->discrete.height = e->index ? 480 : 48;
		return 0;
	}
	if (e->pixel_format == V4L2_PIX_FMT_GREY && !e->index) {
		e->type = V4L2_FRMSIZE_TYPE_STEPWISE;
		e->stepwise = (struct v4l2_frmsize_stepwise){ 16, 640, 16, 16, 480, 16 };
		return 0;
	}
	return EINVAL;
}

static int enum_interval(struct v4l2_frmivalenum *e)
{
	/* slowest first, to be sorted */
	static const struct v4l2_fract intervals[] = { { 1, 10 }, { 1001, 30000 }, { 1, 60 } };

	if (e->pixel_format == V4L2_PIX_FMT_YUYV && e->index < 3) {
		e->type = V4L2_FRMIVAL_TYPE_DISCRETE;
		e->discrete = intervals[e->index];
		return 0;
	}
	if (e->pixel_format == V4L2_PIX_FMT_GREY && !e->index) {
		e->type = V4L2_FRMIVAL_TYPE_CONTINUOUS;
		e->stepwise.min = (struct v4l2_fract){ 1, 50 };
		e->stepwise.max = (struct v4l2_fract){ 1, 5 };
		return 0;
	}
	return EINVAL;
}

static int parm(struct v4l2_streamparm *s, bool set)
{
	struct v4l2_fract *t = &s->parm.capture.timeperframe;

	if (!device.denominator)
		return ENOTTY;
	if (set && t->denominator) {
		/* no faster than 60 */
		bool fast = (uint64_t)t->denominator > 60ull * t->numerator;

		device.numerator = fast ? 1 : t->numerator;
		device.denominator = fast ? 60 : t->denominator;
	}
	s->parm.capture.capability = V4L2_CAP_TIMEPERFRAME;
	t->numerator = device.numerator * 100;	/* drivers do not reduce */
	t->denominator = device.denominator * 100;
	return 0;
}

/* ---- buffers ------------------------------------------------------------ */

static int request_buffers(struct v4l2_requestbuffers *r)
{
	unsigned int i, p;

	if (!(device.memories & 1u << r->memory))
		return EINVAL;
	if (device.streaming)
		return EBUSY;
	if (device.videobuf1 && device.queued)
		return EBUSY;
	free_buffers();
	device.memory = r->memory;
	r->capabilities = device.videobuf1 ? 0 : V4L2_BUF_CAP_SUPPORTS_MMAP;
	if (!r->count)
		return 0;
	if (r->count < 2)
		r->count = 2;
	if (r->count > device.buffers_max)
		r->count = device.buffers_max;
	device.count = r->count;
	for (i = 0; r->memory == V4L2_MEMORY_MMAP && i < device.count; i++)
		for (p = 0; p < device.planes; p++)
			device.slot[i].memory[p] = calloc(1, v4l2_fake_size(p));
	return 0;
}

static int query_buffer(struct v4l2_buffer *b)
{
	unsigned int p;

	if (b->index >= device.count)
		return EINVAL;
	if (!device.multiplanar) {
		b->length = v4l2_fake_size(0);
		b->m.offset = b->index * VIDEO_MAX_PLANES * 4096;
		return 0;
	}
	for (p = 0; p < device.planes; p++) {
		b->m.planes[p].length = v4l2_fake_size(p);
		b->m.planes[p].m.mem_offset = (b->index * VIDEO_MAX_PLANES + p) * 4096;
	}
	return 0;
}

/*
 * Pages are held by a second mapping of them, which shared memory allows: mremap()
 * of 0 bytes.  Private memory is written through its address.
 */
static void pin(struct v4l2_fake_slot *slot, unsigned int p, uintptr_t start, uint32_t length)
{
	const uintptr_t page = 4096;
	uintptr_t first = start & ~(page - 1);
	void *alias;

	slot->alias_length[p] = (start + length - first + page - 1) & ~(page - 1);
	alias = mremap((void *)first, 0, slot->alias_length[p], MREMAP_MAYMOVE);
	slot->alias[p] = alias == MAP_FAILED ? NULL : alias;
	slot->pages[p] = slot->alias[p] ? (char *)alias + (start - first) : (char *)start;
	slot->start[p] = start;
	slot->length[p] = length;
	device.pins++;
}

static int prepare_plane(struct v4l2_fake_slot *slot, unsigned int p, uintptr_t start,
			 uint32_t length)
{
	if (length > device.longest)
		device.longest = length;
	if (slot->start[p] == start && slot->length[p] == length)
		return 0;
	unpin(slot, p);
	if (length < v4l2_fake_size(p))
		return EINVAL;
	if (device.refuse_all || (device.refuse && (uintptr_t)device.refuse == start))
		return EFAULT;
	pin(slot, p, start, length);
	return 0;
}

static int queue_buffer(struct v4l2_buffer *b)
{
	struct v4l2_fake_slot *slot = &device.slot[b->index];
	unsigned int p;
	int err = 0;

	if (device.dead)
		return EIO;
	if (b->index >= device.count || slot->queued || b->memory != device.memory)
		return EINVAL;
	if (b->memory == V4L2_MEMORY_USERPTR && !device.multiplanar)
		err = prepare_plane(slot, 0, b->m.userptr, b->length);
	else if (b->memory == V4L2_MEMORY_USERPTR)
		for (p = 0; p < device.planes && !err; p++)
			err = prepare_plane(slot, p, b->m.planes[p].m.userptr,
					    b->m.planes[p].length);
	else if (b->memory == V4L2_MEMORY_MMAP)
		for (p = 0; p < device.planes; p++)
			slot->pages[p] = slot->memory[p];
	else
		err = EINVAL;
	if (err)
		return err;
	slot->queued = true;
	device.last_index = b->index;
	device.order[device.queued++] = b->index;
	return 0;
}

void v4l2_fake_complete(void)
{
	struct v4l2_fake_slot *slot = &device.slot[device.order[0]];
	unsigned int p;

	if (!device.streaming || !device.queued)
		abort();
	for (p = 0; p < device.planes; p++) {
		uint32_t size = v4l2_fake_size(p);
		uint32_t skip = p ? 0 : device.skip, none = skip + device.short_by;

		memset(slot->pages[p], 0x80, skip);
		memset(slot->pages[p] + skip, (int)(device.sequence + 1) & 0xff,
		       size > none ? size - none : 0);
	}
	slot->sequence = device.sequence++;
	slot->flags = device.buffer_flags;
	device.done[device.ready++] = device.order[0];
	device.queued--;
	memmove(device.order, device.order + 1, device.queued * sizeof(device.order[0]));
	if (write(wake[1], "", 1) != 1)
		abort();
}

static int dequeue_buffer(struct v4l2_buffer *b)
{
	const struct v4l2_fake_slot *slot = &device.slot[device.done[0]];
	char byte;
	unsigned int p;

	if (device.dead)
		return EIO;
	if (!device.streaming)
		return EINVAL;
	if (!device.ready)
		return EAGAIN;
	device.slot[device.done[0]].queued = false;
	b->index = device.done[0] + (unsigned int)device.index_lie;
	b->flags = slot->flags;
	b->sequence = slot->sequence;
	b->timestamp = device.time;
	for (p = 0; p < device.planes; p++) {
		uint32_t used = v4l2_fake_size(p) - device.short_by + (p ? 0 : device.used_lie);

		if (!device.multiplanar) {
			b->bytesused = used;
			continue;
		}
		b->m.planes[p].bytesused = used;
		b->m.planes[p].data_offset = p ? 0 : device.skip;
	}
	device.ready--;
	memmove(device.done, device.done + 1, device.ready * sizeof(device.done[0]));
	if (read(wake[0], &byte, 1) != 1)
		abort();
	return 0;
}

static int stream_off(void)
{
	char bytes[FAKE_BUFFERS_MAX];
	unsigned int i, p;

	if (device.videobuf1 && !device.streaming)
		return EINVAL;
	for (i = 0; i < FAKE_BUFFERS_MAX; i++) {
		device.slot[i].queued = false;
		for (p = 0; device.videobuf1 && p < VIDEO_MAX_PLANES; p++)
			unpin(&device.slot[i], p);
	}
	if (read(wake[0], bytes, sizeof(bytes)) < 0 && errno != EAGAIN)
		abort();
	device.queued = device.ready = 0;
	device.streaming = device.dead = false;
	return 0;
}

/* ---- inputs ------------------------------------------------------------- */

static int enum_input(struct v4l2_input *input)
{
	if (input->index)
		return EINVAL;
	snprintf((char *)input->name, sizeof(input->name), "Camera 1");
	input->capabilities = device.input_caps;
	input->status = device.input_status;
	return 0;
}

static int enum_standard(struct v4l2_standard *s)
{
	if (!device.standard)
		return ENODATA;
	if (s->index > 1)
		return EINVAL;
	s->id = s->index ? V4L2_STD_NTSC : V4L2_STD_PAL;
	snprintf((char *)s->name, sizeof(s->name), s->index ? "NTSC" : "PAL");
	return 0;
}

static int standard(v4l2_std_id *id, unsigned long request)
{
	if (!device.standard)
		return ENODATA;
	if (request == VIDIOC_S_STD)
		device.standard = *id;
	else
		*id = request == VIDIOC_QUERYSTD ? device.seen_standard : device.standard;
	return 0;
}

/* ---- the seam ----------------------------------------------------------- */

static int query_caps(struct v4l2_capability *cap)
{
	memset(cap, 0, sizeof(*cap));
	snprintf((char *)cap->driver, sizeof(cap->driver), "fake");
	snprintf((char *)cap->card, sizeof(cap->card), "A camera that is not there");
	snprintf((char *)cap->bus_info, sizeof(cap->bus_info), "usb-fake-1");
	cap->device_caps = device.caps;
	cap->capabilities = device.caps | V4L2_CAP_DEVICE_CAPS;
	return 0;
}

static int answer(unsigned long request, void *arg)
{
	switch (request) {
	case VIDIOC_QUERYCAP: return query_caps(arg);
	case VIDIOC_ENUM_FMT: return enum_format(arg);
	case VIDIOC_G_FMT: return format(arg, false, true);
	case VIDIOC_S_FMT: return format(arg, true, true);
	case VIDIOC_TRY_FMT: return format(arg, true, false);
	case VIDIOC_G_PARM: return parm(arg, false);
	case VIDIOC_S_PARM: return parm(arg, true);
	case VIDIOC_ENUM_FRAMESIZES: return enum_size(arg);
	case VIDIOC_ENUM_FRAMEINTERVALS: return enum_interval(arg);
	case VIDIOC_G_INPUT: *(int *)arg = 0; return 0;
	case VIDIOC_S_INPUT: return *(int *)arg ? EINVAL : 0;
	case VIDIOC_ENUMINPUT: return enum_input(arg);
	case VIDIOC_QUERY_EXT_CTRL: return fake_query_control(arg);
	case VIDIOC_QUERYMENU: return fake_query_menu(arg);
	case VIDIOC_G_EXT_CTRLS: return fake_exchange_control(arg, false);
	case VIDIOC_S_EXT_CTRLS: return fake_exchange_control(arg, true);
	case VIDIOC_REQBUFS: return request_buffers(arg);
	case VIDIOC_QUERYBUF: return query_buffer(arg);
	case VIDIOC_QBUF: return queue_buffer(arg);
	case VIDIOC_DQBUF: return dequeue_buffer(arg);
	case VIDIOC_STREAMON: device.streaming = true; return 0;
	case VIDIOC_STREAMOFF: return stream_off();
	case VIDIOC_ENUMSTD: return enum_standard(arg);
	case VIDIOC_G_STD:
	case VIDIOC_S_STD:
	case VIDIOC_QUERYSTD: return standard(arg, request);
	case VIDIOC_QUERY_DV_TIMINGS:
		((struct v4l2_dv_timings *)arg)->bt = device.source;
		return device.query_timings_error;
	case VIDIOC_G_DV_TIMINGS: ((struct v4l2_dv_timings *)arg)->bt = device.timings; return 0;
	case VIDIOC_S_DV_TIMINGS: device.timings = ((struct v4l2_dv_timings *)arg)->bt; return 0;
	default: return ENOTTY;
	}
}

int v4l2_ioctl(int fd, unsigned long int request, ...)
{
	struct v4l2_fake_call *call = &device.call[_IOC_NR(request)];
	va_list args;
	void *arg;
	int err;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	call->count++;
	if (device.gone)
		err = ENODEV;
	else if (call->errors && call->count > call->after) {
		err = call->error;
		if (call->errors != UINT32_MAX)
			call->errors--;
	} else
		err = answer(request, arg);
	errno = err;
	return err ? -1 : 0;
}

int v4l2_fd_open(int fd, int flags)
{
	device.open_flags = flags;
	return fd;
}

int v4l2_close(int fd)
{
	device.closes++;
	device.closed_while_mapped = device.mapped;
	/* as the kernel on the last reference */
	device.streaming = false;
	free_buffers();
	return close(fd);
}

void *v4l2_mmap(void *start, size_t length, int prot, int flags, int fd, int64_t offset)
{
	unsigned int index = (unsigned int)(offset / 4096);

	/* videobuf_mmap_mapper(): "app bug: PROT_WRITE please" */
	if (device.videobuf1 && !(prot & PROT_WRITE)) {
		errno = EINVAL;
		return MAP_FAILED;
	}
	device.mapped++;
	return device.slot[index / VIDEO_MAX_PLANES].memory[index % VIDEO_MAX_PLANES];
}

int v4l2_munmap(void *start, size_t length)
{
	device.mapped--;
	device.unmaps++;
	return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The udma backend: the operations of backend.h as ioctls of kmod/udma.h. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "udma_backend.h"

int udma_ioctl(int fd, unsigned long request, void *arg)
{
	int ret;

	do
		ret = ioctl(fd, request, arg);
	while (ret < 0 && errno == EINTR);
	return ret < 0 ? -errno : 0;
}

/* ---- the session ---- */

static int read_flag(const struct capture_uri *uri, const char *key, bool *out)
{
	uint64_t value = *out;
	int err = uri_get_u64(uri, key, 0, 1, &value);

	*out = value;
	return err;
}

static int read_options(struct udma_session *u, const struct capture_uri *uri)
{
	bool bounce = true;
	int err = read_flag(uri, "keep", &u->keep);

	if (!err)
		err = read_flag(uri, "bounce", &bounce);
	u->no_bounce = !bounce;
	return err;
}

static int set_up(struct capture_session *s)
{
	const struct udma_session *u = udma_of(s);
	struct udma_setup setup = { .chunk = s->config.chunk, .window = s->config.window };

	if (setup.chunk > u->info.chunk_max)
		return fail(-EINVAL, "%s: a chunk of %llu bytes; the driver takes at most %llu", u->path,
			    (unsigned long long)setup.chunk, (unsigned long long)u->info.chunk_max);
	if (setup.window > u->info.window_max)
		return fail(-EINVAL, "%s: a window of %u chunks; the driver takes at most %u", u->path,
			    setup.window, u->info.window_max);
	return udma_fail(s, "SETUP", udma_ioctl(s->fd, UDMA_IOC_SETUP, &setup));
}

static int check_abi(struct capture_session *s)
{
	struct udma_session *u = udma_of(s);
	int err = udma_ioctl(s->fd, UDMA_IOC_INFO, &u->info);

	if (err)
		return fail(-ENODEV, "%s: is no udma device (%s); list the devices", u->path,
			    strerror(-err));
	if (u->info.abi != UDMA_ABI)
		return fail(-ENODEV, "%s: the udma module speaks version %u and this libcapture version %u; update the older one",
			    u->path, u->info.abi, UDMA_ABI);
	return 0;
}

static int tell_info(struct capture_session *s)
{
	const struct udma_session *u = udma_of(s);
	const struct udma_info *info = &u->info;

	s->info.driver = strndup(info->driver, sizeof(info->driver));
	s->info.name = strndup(info->name, sizeof(info->name));
	s->info.bus = strndup(info->bus, sizeof(info->bus));
	if (!s->info.driver || !s->info.name || !s->info.bus)
		return fail(-ENOMEM, "%s: no memory for a session", u->path);
	if (info->serial[0]) {
		s->info.serial = strndup(info->serial, sizeof(info->serial));
		if (asprintf(&s->info.stable, "udma:serial=%s", info->serial) < 0)
			s->info.stable = NULL;
	}
	s->info.way = CAPTURE_WAY_DIRECT;
	s->info.way_name = "dma";
	s->info.way_why = u->keep ? "pages are pinned at attach and their translation is kept" :
				    "pages are pinned chunk by chunk, never more than the window";
	if (info->features & UDMA_FEATURE_BOUNCED) {
		s->info.way = CAPTURE_WAY_COPIED;
		s->info.way_why = "this machine's memory is out of the device's reach: the kernel copies (swiotlb)";
	}
	return 0;
}

static void udma_close(struct capture_session *s)
{
	if (s->fd >= 0)
		close(s->fd);
}

static int udma_open(struct capture_session *s, const struct capture_uri *uri)
{
	struct udma_session *u = udma_of(s);
	int err = udma_address(uri, u->path);

	if (!err)
		err = read_options(u, uri);
	if (err)
		return err;
	s->fd = open(u->path, O_RDWR | O_CLOEXEC);
	if (s->fd < 0)
		return udma_fail_open(u->path, -errno);
	err = check_abi(s);
	if (!err)
		err = tell_info(s);
	if (!err)
		err = set_up(s);
	if (!err)
		err = udma_fail(s, "GET_FORMAT", udma_ioctl(s->fd, UDMA_IOC_GET_FORMAT, &u->format));
	if (err) {
		udma_close(s);
		return err;
	}
	s->depth = u->info.depth;
	s->sequence_bits = 64;
	s->sequence_from_start = u->info.features & UDMA_FEATURE_FROM_START;
	s->tells_starved = u->info.features & UDMA_FEATURE_STARVED;
	return 0;
}

/* ---- buffers ---- */

static int udma_attach_buffer(struct capture_buffer *b)
{
	const struct capture_session *s = b->session;
	const struct udma_session *u = udma_of(s);
	struct udma_buffer *own = b->priv;
	struct udma_attach attach = { .addr = (uintptr_t)b->addr, .len = b->len };
	int err;

	if (u->keep && b->flags & CAPTURE_ATTACH_STABLE)
		attach.flags |= UDMA_ATTACH_KEEP;
	if (u->no_bounce)
		attach.flags |= UDMA_ATTACH_NO_BOUNCE;
	err = udma_ioctl(s->fd, UDMA_IOC_ATTACH, &attach);
	if (err)
		return udma_fail_attach(s, b, err);
	own->handle = attach.handle;
	return 0;
}

static void udma_detach_buffer(struct capture_buffer *b)
{
	struct udma_buffer *own = b->priv;
	struct udma_handle h = { .handle = own->handle };

	udma_ioctl(b->session->fd, UDMA_IOC_DETACH, &h);
}

static int udma_queue_buffer(struct capture_buffer *b)
{
	const struct udma_buffer *own = b->priv;
	struct udma_handle h = { .handle = own->handle, .cookie = (uintptr_t)b };

	return udma_fail(b->session, "QUEUE", udma_ioctl(b->session->fd, UDMA_IOC_QUEUE, &h));
}

/* ---- streaming ---- */

/* What the device has counted since it was looked at last. */
static void take_stats(struct capture_session *s)
{
	struct udma_session *u = udma_of(s);
	const struct udma_stats before = u->stats;
	uint64_t faults;

	if (udma_ioctl(s->fd, UDMA_IOC_STATS, &u->stats)) {
		u->stats = before;
		return;
	}
	faults = u->stats.faults + u->stats.timeouts - before.faults - before.timeouts;
	if (faults)
		capture_count_faults(s, faults, udma_fault_words(u->stats.fault));
	s->stats.interrupts_lost += u->stats.interrupts_lost - before.interrupts_lost;
}

static int udma_start(struct capture_session *s)
{
	struct udma_session *u = udma_of(s);

	/* what others did with the device is not this session's */
	udma_ioctl(s->fd, UDMA_IOC_STATS, &u->stats);
	return udma_fail(s, "START", udma_ioctl(s->fd, UDMA_IOC_START, NULL));
}

/* The few states of a frame that an application is told to expect. */
static int32_t frame_status(int32_t status)
{
	switch (status) {
	case 0:
	case -EFAULT:
		return status;
	case -ESTALE:
		return -EFAULT;
	default:
		return -EIO;
	}
}

/* Frames that were cancelled under a running session, as the device goes, come back by its stop. */
static int dequeue(const struct capture_session *s, struct udma_done *done)
{
	int err;

	do {
		*done = (struct udma_done){ 0 };
		err = udma_ioctl(s->fd, UDMA_IOC_DEQUEUE, done);
	} while (!err && done->status == -ECANCELED);
	return err;
}

static void tell_failure(struct capture_session *s, const struct udma_done *done)
{
	const uint64_t faults = s->stats.faults;

	take_stats(s);
	capture_log(s, CAPTURE_LOG_WARNING, "%s: frame %llu failed after %llu bytes: %s",
		    udma_of(s)->path, (unsigned long long)done->sequence,
		    (unsigned long long)done->bytes,
		    s->stats.faults > faults ? s->stats.fault : strerror(-done->status));
}

static int udma_reap(struct capture_session *s, struct capture_frame *frame)
{
	struct udma_done done;
	int err = dequeue(s, &done);

	if (err)
		return err == -EAGAIN ? err : udma_fail(s, "DEQUEUE", err);
	frame->buffer = (struct capture_buffer *)(uintptr_t)done.cookie;
	frame->bytes = done.bytes;
	frame->sequence = done.sequence;
	frame->time_ns = done.time_ns;
	frame->time_source = CAPTURE_TIME_END;
	frame->status = frame_status(done.status);
	frame->chunks = done.chunks;
	frame->segments = done.segments;
	frame->pinned_peak = done.pinned_peak;
	frame->copied = done.bounced;
	frame->buffer->starved = done.starved;
	udma_plane_offsets(&udma_of(s)->format, frame->plane_offset);
	if (done.flags & UDMA_DONE_INCOMPLETE)
		frame->flags |= CAPTURE_FRAME_INCOMPLETE;
	if (udma_of(s)->info.features & UDMA_FEATURE_BOUNCED)
		frame->flags |= CAPTURE_FRAME_COPIED;
	if (done.flags & UDMA_DONE_BOUNCED)
		frame->flags |= CAPTURE_FRAME_BOUNCED;
	if (done.flags & UDMA_DONE_CORRUPT)
		frame->flags |= CAPTURE_FRAME_CORRUPT;
	if (frame->status)
		tell_failure(s, &done);
	return 0;
}

/* The device is silent afterwards, and what was not taken is the core's to cancel. */
static int udma_stop(struct capture_session *s)
{
	struct udma_done done = { 0 };
	int err = udma_ioctl(s->fd, UDMA_IOC_STOP, NULL);

	take_stats(s);
	while (!udma_ioctl(s->fd, UDMA_IOC_DEQUEUE, &done))
		done = (struct udma_done){ 0 };
	return err == -ENODEV ? 0 : udma_fail(s, "STOP", err);
}

static const struct capture_option udma_options[] = {
	{ "serial", NULL, "the device with this serial number" },
	{ "bus", NULL, "the device that is there (0000:03:00.0)" },
	{ "keep", "0", "1: pin whole buffers at attach and keep their translation" },
	{ "bounce", "1", "0: refuse memory that would have to be copied" },
	{ NULL, NULL, NULL },
};

const struct capture_backend udma_backend = {
	.name = "udma",
	.help = "grabbers of the udma kernel module (/dev/udmaN)",
	.options = udma_options,
	.session_size = sizeof(struct udma_session),
	.buffer_size = sizeof(struct udma_buffer),
	.chunks = true,
	.list = udma_list,
	.open = udma_open,
	.close = udma_close,
	.get_format = udma_get_format,
	.set_format = udma_set_format,
	.try_format = udma_try_format,
	.formats = udma_formats,
	.attach = udma_attach_buffer,
	.detach = udma_detach_buffer,
	.start = udma_start,
	.queue = udma_queue_buffer,
	.reap = udma_reap,
	.stop = udma_stop,
	.limits = udma_limits,
	.verify = udma_verify,
};

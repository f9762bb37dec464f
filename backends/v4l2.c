/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The v4l2 backend: every camera and grabber that has a kernel driver. */
#include <fcntl.h>
#include <libv4l2.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "v4l2.h"

/* libv4l2 knows so many devices in a process, and prints when there are more. */
#define LIBV4L2_DEVICES 16

static atomic_int libv4l2_devices;

/*
 * With its converter libv4l2 refuses user pointers, so it is told to leave it
 * out.  Multi-planar devices are kept from it: its plugin for them prints to
 * standard output, and hides their planes.  v4l2_ioctl() passes straight on for
 * descriptors that it does not know.
 */
static void register_device(struct v4l_session *v, const struct v4l2_capability *cap)
{
	const uint32_t multiplanar = V4L2_CAP_VIDEO_CAPTURE_MPLANE | V4L2_CAP_VIDEO_OUTPUT_MPLANE |
				     V4L2_CAP_VIDEO_M2M_MPLANE;
	struct v4l2_format format = { .type = V4L2_BUF_TYPE_VIDEO_CAPTURE };

	/* it prints to standard error when it cannot read the format */
	if (cap->capabilities & multiplanar || v4l_ioctl(v, VIDIOC_G_FMT, &format))
		return;
	if (atomic_fetch_add(&libv4l2_devices, 1) < LIBV4L2_DEVICES &&
	    v4l2_fd_open(v->fd, V4L2_DISABLE_CONVERSION) == v->fd)
		v->registered = true;
	else
		atomic_fetch_sub(&libv4l2_devices, 1);
}

static int fail_open(struct v4l_session *v)
{
	int err = -errno;

	switch (err) {
	case -ENOENT:
	case -ENXIO:
	case -ENODEV:
		return fail(-ENODEV, "%s: no such device; plug it in, load its driver, or list the devices",
			    v->path);
	case -EACCES:
	case -EPERM:
		return fail(err, "%s: %m; join the group \"video\" (sudo usermod -aG video USER) and log in again",
			    v->path);
	default:
		return v4l_fail(v, "open", err);
	}
}

static int check_caps(struct v4l_session *v, const struct v4l2_capability *cap)
{
	v->caps = cap->capabilities & V4L2_CAP_DEVICE_CAPS ? cap->device_caps : cap->capabilities;
	if (v->caps & V4L2_CAP_VIDEO_CAPTURE)
		v->type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	else if (v->caps & V4L2_CAP_VIDEO_CAPTURE_MPLANE)
		v->type = V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;
	else
		return fail(-ENODEV, "%s: does not capture video (it may be a node for metadata or output); list the devices",
			    v->path);
	if (!(v->caps & V4L2_CAP_STREAMING))
		return fail(-EOPNOTSUPP, "%s: the driver has read(2) only, and no buffers", v->path);
	return 0;
}

static char *copy_array(const uint8_t *text, size_t size)
{
	return strndup((const char *)text, size);
}

static void tell_info(struct v4l_session *v, const struct v4l2_capability *cap)
{
	struct capture_session *s = v->session;
	struct v4l_node node = { 0 };

	s->info.driver = copy_array(cap->driver, sizeof(cap->driver));
	s->info.name = copy_array(cap->card, sizeof(cap->card));
	s->info.bus = copy_array(cap->bus_info, sizeof(cap->bus_info));
	v4l_node_identify(v->fd, &node);
	if (node.serial)
		s->info.serial = strdup(node.serial);
	node.bus = s->info.bus ? strdup(s->info.bus) : NULL;
	if (node.unit)
		s->info.stable = v4l_stable_uri(&node, node.serial &&
						       v4l_serial_is_shared(node.serial));
	v4l_node_free(&node);
}

static int read_options(struct v4l_session *v, const struct capture_uri *uri)
{
	const char *io = uri_get(uri, "io");

	if (io && strcmp(io, "auto")) {
		v->wanted = v4l_way_named(io);
		if (!v->wanted)
			return fail(-EINVAL, "v4l2: io=%s is none of auto, userptr, dmabuf, mmap", io);
	}
	return v4l_signal_open(v, uri);
}

static void v4l_close(struct capture_session *s)
{
	struct v4l_session *v = v4l_of(s);

	v4l_release(v);
	if (v->fd >= 0)
		v4l2_close(v->fd);
	if (v->registered)
		atomic_fetch_sub(&libv4l2_devices, 1);
}

static int v4l_open(struct capture_session *s, const struct capture_uri *uri)
{
	struct v4l_session *v = v4l_of(s);
	struct v4l2_capability cap = { 0 };
	int err;

	v->session = s;
	err = v4l_address(uri, v->path);
	if (err)
		return err;
	v->fd = open(v->path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (v->fd < 0)
		return fail_open(v);
	err = v4l_ioctl(v, VIDIOC_QUERYCAP, &cap);
	if (err) {
		err = fail(-ENODEV, "%s: is no V4L2 device (%s); list the devices", v->path,
			   strerror(-err));
		goto close_it;
	}
	err = check_caps(v, &cap);
	if (err)
		goto close_it;
	register_device(v, &cap);
	err = read_options(v, uri);
	if (err)
		goto close_it;
	tell_info(v, &cap);
	s->fd = v->fd;
	s->depth = V4L_SLOTS_MAX;
	s->sequence_bits = 32;
	return 0;

close_it:
	v4l_close(s);
	return err;
}

static const struct capture_option v4l_options[] = {
	{ "serial", NULL, "the unit with this serial number" },
	{ "bus", NULL, "the unit that is plugged in there (usb-0000:00:14.0-1)" },
	{ "index", NULL, "which capture node of a unit (default: the first)" },
	{ "io", "auto", "the way of frames into memory: auto, userptr, dmabuf, mmap" },
	{ "std", NULL, "TV standard: its name, or auto" },
	{ "signal", "require", "require: no start without a signal; ignore: capture what comes" },
	{ NULL, NULL, NULL },
};

const struct capture_backend v4l2_backend = {
	.name = "v4l2",
	.help = "cameras and grabbers with a kernel driver (/dev/videoN)",
	.options = v4l_options,
	.session_size = sizeof(struct v4l_session),
	.buffer_size = sizeof(struct v4l_buffer),
	.uses_fd = true,
	.list = v4l_list,
	.open = v4l_open,
	.close = v4l_close,
	.get_format = v4l_get_format,
	.set_format = v4l_set_format,
	.try_format = v4l_try_format,
	.formats = v4l_formats,
	.inputs = v4l_inputs,
	.set_input = v4l_set_input,
	.controls = v4l_controls,
	.get_control = v4l_get_control,
	.set_control = v4l_set_control,
	.attach = v4l_attach,
	.detach = v4l_detach,
	.start = v4l_start,
	.queue = v4l_queue,
	.reap = v4l_reap,
	.stop = v4l_stop,
};

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The vfio backend: PCI grabbers without a kernel driver of their own.  The
 * device belongs to vfio-pci, and the IOMMU sees to it that it writes only
 * where it may.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "vfio.h"

static const struct capture_option vfio_options[] = {
	{ "field", "auto", "auto, woven, top or bottom" },
	{ "iommu", "auto", "auto, type1 or iommufd" },
	{ "irq", "auto", "auto, msi, msix or intx" },
	{ "std", "auto", "television standard: auto, pal or ntsc" },
	{ NULL, NULL, NULL },
};

static int irq_option(struct vfio_session *v, const struct capture_uri *uri)
{
	static const char *const names[] = { "auto", "msi", "msix", "intx" };
	const char *wish = uri_get(uri, "irq");
	size_t i;

	v->irq = names[0];
	if (!wish)
		return 0;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i], wish)) {
			v->irq = names[i];
			return 0;
		}
	return fail(-EINVAL, "vfio: irq=%s; there are auto, msi, msix and intx", wish);
}

/* iommufd where both of its files may be opened, else the group. */
static int choose_iommu(struct vfio_session *v, const struct capture_uri *uri, const char *address)
{
	const char *wish = uri_get(uri, "iommu");
	char path[64];

	if (!wish || !strcmp(wish, "auto")) {
		v->device.iommu = vfio_cdev_usable(address, path) ? &vfio_iommufd : &vfio_type1;
		return 0;
	}
	v->device.iommu = !strcmp(wish, "iommufd") ? &vfio_iommufd : &vfio_type1;
	if (strcmp(wish, v->device.iommu->name))
		return fail(-EINVAL, "vfio: iommu=%s; there are auto, type1 and iommufd", wish);
	return 0;
}

static int open_events(struct vfio_session *v)
{
	struct capture_session *s = v->session;
	int err;

	s->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	v->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (s->fd < 0 || v->stop_fd < 0)
		return fail(-errno, "vfio: cannot make an event descriptor: %m; close some files or raise ulimit -n");
	err = bus_open(&v->bus, false);
	if (err)
		return fail_in(err, "vfio: ");
	if (!s->config.window)
		return 0;
	v->held = calloc(2 * (size_t)s->config.window, sizeof(*v->held));
	return v->held ? 0 : fail(-ENOMEM, "vfio: no memory for a window of %u chunks", s->config.window);
}

static int open_grabber(struct vfio_session *v, const struct pci_place *place,
			const struct capture_uri *uri)
{
	const struct grabber_device *kind = grabber_find(place->vendor, place->device, NULL);
	int err;

	err = vfio_device_set_up(&v->device, kind);
	if (err)
		return err;
	v->grabber = calloc(1, kind->size);
	if (!v->grabber)
		return fail(-ENOMEM, "vfio: no memory for a session");
	v->grabber->device = kind;
	v->grabber->io = &vfio_registers;
	v->grabber->ctx = &v->device;
	err = kind->init(v->grabber);
	if (err)
		return fail(err, "vfio:%s: the device does not answer as a %s does", place->address, kind->name);
	return vfio_format_options(v, uri);
}

static int fill_info(struct capture_session *s, const struct pci_place *place)
{
	if (asprintf(&s->info.stable, "vfio:%s", place->address) < 0)
		s->info.stable = NULL;
	if (asprintf(&s->info.bus, "pci %s, IOMMU group %d", place->address, place->group) < 0)
		s->info.bus = NULL;
	s->info.name = strdup(place->name);
	s->info.driver = strdup(vfio_of(s)->grabber->device->name);
	if (!s->info.stable || !s->info.bus || !s->info.name || !s->info.driver)
		return fail(-ENOMEM, "vfio: no memory for a session");
	s->depth = VFIO_DEPTH;
	s->sequence_bits = 64;
	s->sequence_from_start = true;
	s->tells_starved = true;
	s->info.way = CAPTURE_WAY_DIRECT;
	s->info.way_name = "vfio";
	s->info.way_why = "the device writes through the IOMMU into the application's memory";
	return 0;
}

static void release(struct vfio_session *v)
{
	struct capture_session *s = v->session;

	vfio_program_close(v);
	if (v->grabber)
		vfio_reset(&v->device);
	vfio_device_tear_down(&v->device);
	v->device.iommu->close(&v->device);
	free(v->grabber);
	free(v->held);
	if (v->bus.self)
		bus_close(&v->bus);
	if (s->fd >= 0)
		close(s->fd);
	if (v->stop_fd >= 0)
		close(v->stop_fd);
	s->fd = v->stop_fd = -1;
	pthread_mutex_destroy(&v->lock);
}

static int vfio_open(struct capture_session *s, const struct capture_uri *uri)
{
	struct vfio_session *v = vfio_of(s);
	struct pci_place place;
	int err;

	v->session = s;
	v->stop_fd = -1;
	v->device.fd = v->device.container = v->device.group = -1;
	v->device.irq_fd = v->device.request_fd = -1;
	err = irq_option(v, uri);
	if (!err)
		err = vfio_find(uri, &place);
	if (!err)
		err = choose_iommu(v, uri, place.address);
	if (err)
		return err;
	memcpy(v->device.address, place.address, sizeof(v->device.address));
	pthread_mutex_init(&v->lock, NULL);
	err = open_events(v);
	if (!err)
		err = v->device.iommu->open(&v->device, &place);
	if (!err)
		err = open_grabber(v, &place, uri);
	if (!err)
		err = fill_info(s, &place);
	if (err)
		release(v);
	return err;
}

static void vfio_close(struct capture_session *s)
{
	release(vfio_of(s));
}

static int vfio_verify(struct capture_session *s, const struct capture_frame *frame)
{
	struct vfio_session *v = vfio_of(s);
	const struct grabber_device *d = v->grabber->device;
	const uint8_t *data;
	uint8_t want[4096];
	uint64_t at, i, n;

	if (!d->predict)
		return fail(-EOPNOTSUPP, "vfio: what a %s sees cannot be predicted", d->name);
	if (!frame)
		return 0;
	if (!frame->buffer)
		return fail(-EINVAL, "vfio: a frame without a buffer cannot be verified");
	data = capture_buffer_data(frame->buffer);
	for (at = 0; at < frame->bytes; at += n) {
		n = frame->bytes - at < sizeof(want) ? frame->bytes - at : sizeof(want);
		d->predict(v->grabber, frame->sequence, (uint32_t)at, want, (uint32_t)n);
		for (i = 0; i < n; i++)
			if (data[at + i] != want[i])
				return fail(-EBADMSG, "vfio: frame %llu: byte %llu is 0x%02x and should be 0x%02x",
					    (unsigned long long)frame->sequence, (unsigned long long)(at + i),
					    data[at + i], want[i]);
	}
	return 0;
}

#define VFIO_OPERATIONS \
	.options = vfio_options, \
	.session_size = sizeof(struct vfio_session), \
	.buffer_size = sizeof(struct vfio_buffer), \
	.chunks = true, \
	.whole = true, \
	.open = vfio_open, \
	.close = vfio_close, \
	.get_format = vfio_get_format, \
	.set_format = vfio_set_format, \
	.try_format = vfio_try_format, \
	.formats = vfio_formats, \
	.inputs = vfio_inputs, \
	.set_input = vfio_set_input, \
	.controls = vfio_controls, \
	.get_control = vfio_get_control, \
	.set_control = vfio_set_control, \
	.attach = vfio_attach, \
	.detach = vfio_detach, \
	.start = vfio_start, \
	.queue = vfio_queue, \
	.reap = vfio_reap, \
	.stop = vfio_stop, \
	.limits = vfio_limits, \
	.verify = vfio_verify

const struct capture_backend vfio_backend = {
	.name = "vfio",
	.help = "PCI grabbers, driven from user space behind the IOMMU",
	.list = vfio_list,
	VFIO_OPERATIONS,
};

/* The same devices by their ids. */
const struct capture_backend pci_backend = {
	.name = "pci",
	.help = "a PCI grabber by its ids: pci:109e:036e",
	VFIO_OPERATIONS,
};

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The grabber's formats, inputs and picture controls as the library has them. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "vfio.h"

static const char *const fields[] = { "auto", "woven", "top", "bottom" };

static bool is_luma(uint32_t fourcc)
{
	const struct capture_pixel_format *pixels = capture_pixel_format_find(fourcc);

	return pixels && (pixels->xsub || pixels->planes > 1);
}

static void to_format(const struct vfio_session *v, const struct grabber_mode *mode,
		      struct capture_format *format)
{
	unsigned int i;

	*format = (struct capture_format){
		.width = mode->width,
		.height = mode->height,
		.fourcc = mode->fourcc,
		.fps_num = mode->rate_num,
		.fps_den = mode->rate_den,
		.size = mode->bytes,
		.planes = mode->planes,
	};
	if (mode->field == GRABBER_FIELD_WOVEN)
		format->flags |= CAPTURE_FORMAT_INTERLACED;
	if (is_luma(mode->fourcc) || v->grabber->device->standards)
		format->flags |= CAPTURE_FORMAT_LIMITED_RANGE;
	for (i = 0; i < mode->planes; i++)
		format->plane[i] = (struct capture_plane){
			.offset = mode->offset[i], .stride = mode->stride[i], .lines = mode->lines[i],
		};
}

static void wished(const struct vfio_session *v, const struct capture_format *format,
		   struct grabber_mode *mode)
{
	*mode = (struct grabber_mode){
		.width = format->width,
		.height = format->height,
		.fourcc = format->fourcc,
		.field = v->wish.field,
	};
	v->grabber->device->try_mode(v->grabber, mode);
}

static int check_gone(struct vfio_session *v)
{
	int gone;

	vfio_lock(v);
	gone = v->health == VFIO_GONE || vfio_is_gone(&v->device);
	pthread_mutex_unlock(&v->lock);
	return gone ? fail(-ENODEV, "vfio:%s: the device is gone; open it again", v->device.address) : 0;
}

int vfio_get_format(struct capture_session *s, struct capture_format *format)
{
	*format = vfio_of(s)->format;
	return 0;
}

int vfio_try_format(struct capture_session *s, struct capture_format *format)
{
	struct vfio_session *v = vfio_of(s);
	struct grabber_mode mode;
	int err = check_gone(v);

	if (err)
		return err;
	wished(v, format, &mode);
	to_format(v, &mode, format);
	return 0;
}

int vfio_set_format(struct capture_session *s, struct capture_format *format)
{
	struct vfio_session *v = vfio_of(s);
	struct grabber_mode mode;
	int err = check_gone(v);

	if (err)
		return err;
	wished(v, format, &mode);
	v->grabber->device->set_mode(v->grabber, &mode);
	to_format(v, &v->grabber->mode, &v->format);
	*format = v->format;
	return 0;
}

int vfio_formats(struct capture_session *s, capture_format_fn *each, void *arg)
{
	struct vfio_session *v = vfio_of(s);
	const struct grabber_mode *mode = &v->grabber->mode;
	const uint32_t rate[1][2] = { { mode->rate_num, mode->rate_den } };
	const struct capture_pixel_format *pixels;
	struct capture_format_info info;
	struct grabber_format f;
	unsigned int i;
	int err = check_gone(v);

	for (i = 0; !err && !v->grabber->device->format(v->grabber, i, &f); i++) {
		pixels = capture_pixel_format_find(f.fourcc);
		info = (struct capture_format_info){
			.fourcc = f.fourcc,
			.help = pixels ? pixels->help : NULL,
			.width = f.width_min,
			.height = f.height_min,
			.width_max = f.width_max,
			.height_max = f.height_max,
			.width_step = f.width_step,
			.height_step = f.height_step,
			.fps = mode->rate_num ? rate : NULL,
			.fps_count = mode->rate_num ? 1 : 0,
		};
		err = each(arg, &info);
	}
	return err;
}

/* ---- options ---- */

static int find_name(const char *const *names, unsigned int count, const char *text)
{
	unsigned int i;

	for (i = 0; i < count && names[i]; i++)
		if (!strcasecmp(names[i], text))
			return (int)i;
	return -1;
}

int vfio_format_options(struct vfio_session *v, const struct capture_uri *uri)
{
	const struct grabber_device *d = v->grabber->device;
	const char *field = uri_get(uri, "field"), *standard = uri_get(uri, "std");
	struct grabber_mode mode = v->grabber->mode;
	int index;

	if (field) {
		index = find_name(fields, 4, field);
		if (index < 0)
			return fail(-EINVAL, "vfio: field=%s; there are auto, woven, top and bottom", field);
		v->wish.field = (uint32_t)index;
	}
	if (standard && strcasecmp(standard, "auto")) {
		index = d->standards ? find_name(d->standards, 16, standard) : -1;
		if (index < 0 || d->set_standard(v->grabber, index))
			return fail(-EINVAL, "vfio: std=%s; there are auto%s", standard,
				    d->standards ? ", pal and ntsc" : " only: the device has no television standards");
	}
	mode.field = v->wish.field;
	d->try_mode(v->grabber, &mode);
	d->set_mode(v->grabber, &mode);
	to_format(v, &v->grabber->mode, &v->format);
	return 0;
}

/* ---- inputs ---- */

static int no_inputs(const struct vfio_session *v)
{
	return fail(-EOPNOTSUPP, "vfio:%s: has no choice of inputs", v->device.address);
}

int vfio_inputs(struct capture_session *s, capture_input_fn *each, void *arg)
{
	struct vfio_session *v = vfio_of(s);
	struct capture_input input;
	struct grabber_input in;
	uint32_t i;
	int err = check_gone(v);

	if (!v->grabber->device->input)
		return no_inputs(v);
	for (i = 0; !err && !v->grabber->device->input(v->grabber, i, &in); i++) {
		input = (struct capture_input){
			.index = i,
			.name = in.name,
			.status = in.signal ? NULL : "no signal",
			.flags = in.selected ? CAPTURE_INPUT_CURRENT : 0,
		};
		err = each(arg, &input);
	}
	return err;
}

int vfio_set_input(struct capture_session *s, const char *text)
{
	struct vfio_session *v = vfio_of(s);
	struct grabber_input in;
	char *end;
	unsigned long number = strtoul(text, &end, 10);
	uint32_t i;
	int err = check_gone(v);

	if (err)
		return err;
	if (!v->grabber->device->input)
		return no_inputs(v);
	for (i = 0; !v->grabber->device->input(v->grabber, i, &in); i++)
		if (!strcasecmp(in.name, text) || (*text && !*end && number == i))
			return v->grabber->device->set_input(v->grabber, i);
	return fail(-ENOENT, "vfio:%s: no input \"%s\"; list the inputs", v->device.address, text);
}

/* ---- controls: their ids are their indices, from 1 ---- */

int vfio_controls(struct capture_session *s, capture_control_fn *each, void *arg)
{
	struct vfio_session *v = vfio_of(s);
	const struct grabber_device *d = v->grabber->device;
	struct capture_control control;
	struct grabber_control c;
	int32_t value;
	uint32_t i;
	int err = check_gone(v);

	if (!d->control)
		return fail(-EOPNOTSUPP, "vfio:%s: has no controls", v->device.address);
	for (i = 0; !err && !d->control(v->grabber, i, &c); i++) {
		d->get_control(v->grabber, i, &value);
		control = (struct capture_control){
			.id = i + 1,
			.type = CAPTURE_CONTROL_INTEGER,
			.name = c.name,
			.title = c.title,
			.min = c.min,
			.max = c.max,
			.step = c.step,
			.def = c.def,
			.value = value,
		};
		err = each(arg, &control);
	}
	return err;
}

int vfio_get_control(struct capture_session *s, uint32_t id, int64_t *value)
{
	struct vfio_session *v = vfio_of(s);
	int32_t now = 0;
	int err = check_gone(v);

	if (!err)
		v->grabber->device->get_control(v->grabber, id - 1, &now);
	*value = now;
	return err;
}

int vfio_set_control(struct capture_session *s, uint32_t id, int64_t value)
{
	struct vfio_session *v = vfio_of(s);
	int err = check_gone(v);

	if (err)
		return err;
	vfio_lock(v);
	err = v->grabber->device->set_control(v->grabber, id - 1, (int32_t)value);
	pthread_mutex_unlock(&v->lock);
	return err ? fail(err, "vfio:%s: the device does not take that value", v->device.address) : 0;
}

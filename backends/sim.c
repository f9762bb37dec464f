/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The simulator: a camera without hardware, whose every byte and every fault can
 * be told in advance.  The operations of backend.h on a struct sim_device.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sim.h"
#include "sim_controls.h"

enum { INPUT_CAMERA, INPUT_BARS, INPUT_OPEN, INPUTS };

static const char *const input_names[INPUTS] = { "Camera", "Colour bars", "Open end" };

static struct sim *sim_of(const struct capture_session *s)
{
	return s->priv;
}

static struct sim_device *device_of(const struct capture_session *s)
{
	return &sim_of(s)->device;
}

static int sim_list(capture_device_fn *each, void *arg)
{
	static const struct capture_device device = {
		.uri = "sim:",
		.stable = "sim:",
		.backend = "sim",
		.name = "Simulated camera",
		.ways = "simulated",
		.flags = CAPTURE_DEVICE_ACCESSIBLE | CAPTURE_DEVICE_SIMULATED,
	};

	return each(arg, &device);
}

/* ---- formats ---- */

static uint32_t limit(uint32_t value, uint32_t max)
{
	return value < max ? value : max;
}

/* What a wish becomes; what it leaves open stays as it is in @now. */
static int settle(const struct sim_device *d, const struct capture_format *now,
		  struct capture_format *format)
{
	struct capture_format f = { .fps_num = now->fps_num, .fps_den = now->fps_den };
	const struct capture_pixel_format *pixels;
	uint64_t stride;
	int err;

	f.width = limit(format->width ? format->width : now->width, SIM_SIDE_MAX);
	f.height = limit(format->height ? format->height : now->height, SIM_SIDE_MAX);
	f.fourcc = pattern_can(format->fourcc) ? format->fourcc : now->fourcc;
	if (format->fps_num) {
		f.fps_num = format->fps_num;
		f.fps_den = format->fps_den;
	}
	if (f.fps_num && f.fps_num / f.fps_den >= SIM_RATE_MAX) {
		f.fps_num = SIM_RATE_MAX;
		f.fps_den = 1;
	}
	err = pattern_layout(&f);
	pixels = capture_pixel_format_find(f.fourcc);
	if (!err && f.plane[0].stride && d->options.align > 1) {
		/* halved for chroma planes it must still be a multiple */
		stride = (uint64_t)f.plane[0].stride + d->options.align - 1;
		stride -= stride % d->options.align;
		if (pixels->xsub && pixels->planes > 2 && (stride >> pixels->xsub) % d->options.align)
			stride += d->options.align;
		f.plane[0].stride = stride;
		err = pattern_layout(&f);
	}
	if (!f.fps_num)
		f.flags |= CAPTURE_FORMAT_ON_DEMAND;
	if (!err)
		*format = f;
	return err;
}

static int sim_get_format(struct capture_session *s, struct capture_format *format)
{
	int err = device_check(device_of(s));

	if (!err)
		*format = device_of(s)->format;
	return err;
}

static int sim_try_format(struct capture_session *s, struct capture_format *format)
{
	struct sim_device *d = device_of(s);
	int err = device_check(d);

	return err ? err : settle(d, &d->format, format);
}

static int sim_set_format(struct capture_session *s, struct capture_format *format)
{
	int err = sim_try_format(s, format);

	if (!err)
		device_of(s)->format = *format;
	return err;
}

static int sim_formats(struct capture_session *s, capture_format_fn *each, void *arg)
{
	const struct capture_pixel_format *pixels;
	struct capture_format_info info;
	unsigned int i;
	int err = device_check(device_of(s));

	for (i = 0; !err && (pixels = capture_pixel_format_at(i)); i++) {
		if (!pattern_can(pixels->fourcc))
			continue;
		info = (struct capture_format_info){
			.fourcc = pixels->fourcc,
			.flags = pixels->flags,
			.help = pixels->help,
			.width = 1,
			.height = 1,
			.width_max = SIM_SIDE_MAX,
			.height_max = SIM_SIDE_MAX,
			.width_step = 1,
			.height_step = 1,
		};
		err = each(arg, &info);
	}
	return err;
}

/* ---- inputs ---- */

static int sim_inputs(struct capture_session *s, capture_input_fn *each, void *arg)
{
	struct capture_input input;
	uint32_t i;
	int err = device_check(device_of(s));

	for (i = 0; !err && i < INPUTS; i++) {
		input = (struct capture_input){
			.index = i,
			.name = input_names[i],
			.status = i == INPUT_OPEN ? "no signal" : NULL,
			.flags = i == sim_of(s)->input ? CAPTURE_INPUT_CURRENT : 0,
		};
		err = each(arg, &input);
	}
	return err;
}

static int sim_set_input(struct capture_session *s, const char *text)
{
	struct sim_device *d = device_of(s);
	uint32_t i;
	int err = device_check(d);

	if (err)
		return err;
	for (i = 0; i < INPUTS; i++)
		if (!strcasecmp(text, input_names[i]) || (text[0] == (char)('0' + i) && !text[1]))
			break;
	if (i == INPUTS)
		return fail(-ENOENT, "sim: no input \"%s\"; there are 0 (%s), 1 (%s) and 2 (%s)", text,
			    input_names[0], input_names[1], input_names[2]);
	sim_of(s)->input = i;
	sim_control_set(d, SIM_TEST_PATTERN, i == INPUT_BARS ? PATTERN_BARS : d->options.pattern);
	return 0;
}

/* ---- controls ---- */

static int sim_list_controls(struct capture_session *s, capture_control_fn *each, void *arg)
{
	int err = device_check(device_of(s));

	return err ? err : sim_controls(device_of(s), each, arg);
}

static int sim_get_control(struct capture_session *s, uint32_t id, int64_t *value)
{
	int err = device_check(device_of(s));

	if (!err)
		*value = sim_control_get(device_of(s), id);
	return err;
}

static int sim_set_control(struct capture_session *s, uint32_t id, int64_t value)
{
	int err = device_check(device_of(s));

	if (!err)
		sim_control_set(device_of(s), id, value);
	return err;
}

/* ---- the session ---- */

static int sim_open(struct capture_session *s, const struct capture_uri *uri)
{
	struct sim_device *d = device_of(s);
	int err;

	err = sim_options_parse(uri, &d->options);
	if (err)
		return err;
	if (d->options.fail_open)
		return fail(d->options.fail_open, "sim: fail-open: %m");
	d->format = (struct capture_format){
		.width = d->options.width,
		.height = d->options.height,
		.fourcc = d->options.fourcc,
		.fps_num = d->options.fps_num,
		.fps_den = d->options.fps_den,
	};
	err = settle(d, &d->format, &d->format);
	if (err)
		return err;
	s->info.name = strdup("Simulated camera");
	if (!s->info.name)
		return fail(-ENOMEM, "sim: no memory for a session");
	d->chunk = s->config.chunk;
	d->window = s->config.window;
	d->look = sim_default_look(&d->options);
	err = device_init(d);
	if (err)
		return err;
	s->fd = d->event_fd;
	s->depth = d->options.depth;
	s->tells_starved = true;
	s->sequence_bits = 32;
	s->sequence_from_start = true;
	s->first_sequence = device_first_sequence(d);
	s->info.way = CAPTURE_WAY_SIMULATED;
	s->info.way_name = "simulated";
	s->info.way_why = "a thread plays the device and copies each frame to where it is wanted";
	return 0;
}

static void sim_close(struct capture_session *s)
{
	device_fini(device_of(s));
}

static bool can_guard(const struct capture_buffer *b)
{
	uintptr_t page = sysconf(_SC_PAGESIZE), at = ((uintptr_t)b->addr + page - 1) & -page;

	/* parts of a huge page cannot have an access of their own */
	return at + page > (uintptr_t)b->addr + b->len ||
	       !mprotect((void *)at, page, PROT_READ | PROT_WRITE);
}

static int sim_attach(struct capture_buffer *b)
{
	struct sim_buffer *buffer = b->priv;

	if (device_of(b->session)->options.guard && !can_guard(b))
		return fail(-EOPNOTSUPP, "sim: guard=1 cannot take access from a part of this memory: %m; leave guard out for huge pages");
	buffer->buffer = b;
	return 0;
}

static int sim_start(struct capture_session *s)
{
	if (sim_of(s)->input == INPUT_OPEN)
		return fail(-ENOLINK, "sim: no signal at input %u (%s); choose another input",
			    INPUT_OPEN, input_names[INPUT_OPEN]);
	return device_start(device_of(s));
}

static int sim_queue(struct capture_buffer *b)
{
	return device_queue(device_of(b->session), b->priv);
}

static int sim_reap(struct capture_session *s, struct capture_frame *frame)
{
	int err = device_reap(device_of(s), frame);

	if (!err && frame->status)
		capture_log(s, CAPTURE_LOG_WARNING, "sim: frame %u failed after %llu bytes: %s",
			    (unsigned int)frame->sequence, (unsigned long long)frame->bytes,
			    strerror(-frame->status));
	return err;
}

static int sim_stop(struct capture_session *s)
{
	device_stop(device_of(s));
	return 0;
}

static int sim_verify(struct capture_session *s, const struct capture_frame *frame)
{
	if (!frame)
		return 0;
	if (!frame->buffer)
		return fail(-EINVAL, "sim: a frame without a buffer cannot be verified");
	return sim_verify_frame(sim_of(s), frame->buffer->priv, frame);
}

const struct capture_backend sim_backend = {
	.name = "sim",
	.help = "a simulated camera with predictable frames and faults",
	.options = sim_option_table,
	.session_size = sizeof(struct sim),
	.buffer_size = sizeof(struct sim_buffer),
	.chunks = true,
	.list = sim_list,
	.open = sim_open,
	.close = sim_close,
	.get_format = sim_get_format,
	.set_format = sim_set_format,
	.try_format = sim_try_format,
	.formats = sim_formats,
	.inputs = sim_inputs,
	.set_input = sim_set_input,
	.controls = sim_list_controls,
	.get_control = sim_get_control,
	.set_control = sim_set_control,
	.attach = sim_attach,
	.start = sim_start,
	.queue = sim_queue,
	.reap = sim_reap,
	.stop = sim_stop,
	.verify = sim_verify,
};

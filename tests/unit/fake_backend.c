/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "fake_backend.h"

#define HELD_MAX 64

struct done {
	struct capture_buffer *buffer;
	uint64_t sequence;
	uint32_t flags;
	int32_t status;
};

struct fake fake;
static struct capture_buffer *held[HELD_MAX];
static struct done done[HELD_MAX];
static unsigned int done_count;
static int ready_fd = -1, next_fd = -1;

void fake_reset(void)
{
	memset(&fake, 0, sizeof(fake));
	fake.depth = 4;
	done_count = 0;
}

void fake_complete(uint64_t sequence, uint32_t flags, int32_t status)
{
	done[done_count++] = (struct done){ held[0], sequence, flags, status };
	memmove(held, held + 1, sizeof(held) - sizeof(held[0]));
	eventfd_write(ready_fd, 1);
}

void fake_make_noise(void)
{
	eventfd_write(ready_fd, 1);
}

void fake_die(int error)
{
	fake.reap_error = error;
	eventfd_write(ready_fd, 1);
}

static int fake_open(struct capture_session *s, const struct capture_uri *uri)
{
	if (uri_get(uri, "fail"))
		return fail(-ENODEV, "fake: told to fail");
	ready_fd = eventfd(0, EFD_NONBLOCK | EFD_SEMAPHORE);
	next_fd = eventfd(0, EFD_NONBLOCK | EFD_SEMAPHORE);
	s->fd = ready_fd;
	s->depth = fake.depth;
	s->sequence_from_start = fake.sequence_from_start;
	s->tells_starved = fake.tells_starved;
	s->wakes_for_oldest = fake.wakes_for_oldest;
	s->info.name = strdup("a fake");
	fake.opens++;
	return 0;
}

static void fake_close(struct capture_session *s)
{
	close(ready_fd);
	close(next_fd);
	fake.closes++;
}

static int fake_get_format(struct capture_session *s, struct capture_format *format)
{
	*format = (struct capture_format){ .width = 10, .height = 10,
					   .fourcc = CAPTURE_FOURCC('G', 'R', 'E', 'Y'),
					   .fps_num = 1000, .fps_den = 1 };
	return capture_format_layout(format);
}

static int fake_set_format(struct capture_session *s, struct capture_format *format)
{
	if (!format->fourcc)
		format->fourcc = CAPTURE_FOURCC('G', 'R', 'E', 'Y');
	return capture_format_layout(format);
}

static int fake_attach(struct capture_buffer *b)
{
	fake.attaches++;
	return 0;
}

static void fake_detach(struct capture_buffer *b)
{
	fake.detaches++;
}

static int fake_start(struct capture_session *s)
{
	if (fake.start_error)
		return fail(fake.start_error, "fake: start");
	fake.starts++;
	return 0;
}

static int fake_queue(struct capture_buffer *b)
{
	int err = fake.queue_error;

	fake.queue_error = 0;
	if (err)
		return fail(err, "fake: queue");
	held[fake.held++ - done_count] = b;	/* what is done is in the other list */
	fake.queues++;
	return 0;
}

/* Who waits has to begin anew, or waits at the wrong place. */
static void change_places(struct capture_session *s)
{
	int fd = ready_fd;

	ready_fd = s->fd = next_fd;
	next_fd = fd;
}

static int fake_reap(struct capture_session *s, struct capture_frame *frame)
{
	eventfd_t ignored;

	if (fake.reap_error)
		return fail(fake.reap_error, "fake: reap");
	if (!done_count)
		return -EAGAIN;
	eventfd_read(ready_fd, &ignored);
	if (fake.wakes_for_oldest)
		change_places(s);
	frame->buffer = done[0].buffer;
	frame->sequence = done[0].sequence;
	frame->flags = done[0].flags;
	frame->status = done[0].status;
	frame->bytes = 100;
	frame->buffer->starved = fake.starved;
	if (fake.end_ns) {
		frame->time_source = CAPTURE_TIME_END;
		frame->time_ns = fake.end_ns;
	}
	memmove(done, done + 1, sizeof(done) - sizeof(done[0]));
	done_count--;
	fake.held--;
	return 0;
}

static int fake_stop(struct capture_session *s)
{
	eventfd_t ignored;

	while (!eventfd_read(ready_fd, &ignored))
		;
	done_count = 0;
	fake.held = 0;
	fake.stops++;
	return fake.stop_error ? fail(fake.stop_error, "fake: stop") : 0;
}

static const char *const menu[] = { "off", NULL, "auto" };

static int fake_controls(struct capture_session *s, capture_control_fn *each, void *arg)
{
	const struct capture_control controls[] = {
		{ .id = 1, .type = CAPTURE_CONTROL_INTEGER, .name = "gain", .title = "Gain, Analogue",
		  .min = -5, .max = 5, .step = 1 },
		{ .id = 2, .type = CAPTURE_CONTROL_MENU, .name = "exposure_auto",
		  .title = "Exposure Auto", .max = 2, .menu = menu, .menu_count = 3 },
		{ .id = 3, .type = CAPTURE_CONTROL_INTEGER, .name = "temperature", .max = 100,
		  .flags = CAPTURE_CONTROL_READ_ONLY },
		{ .id = 4, .type = CAPTURE_CONTROL_BUTTON, .name = "reset" },
		{ .id = 5, .type = CAPTURE_CONTROL_BITMASK, .name = "lines", .max = 0x0f },
		{ .id = 6, .type = CAPTURE_CONTROL_OTHER, .name = "label" },
	};
	size_t i;
	int err;

	for (i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
		err = each(arg, &controls[i]);
		if (err)
			return err;
	}
	return 0;
}

static int64_t values[7];

static int fake_get_control(struct capture_session *s, uint32_t id, int64_t *value)
{
	*value = values[id];
	return 0;
}

static int fake_set_control(struct capture_session *s, uint32_t id, int64_t value)
{
	values[id] = value;
	return 0;
}

static const struct capture_option options[] = { { "fail", NULL, "open fails" }, { 0 } };

static const struct capture_backend fake_backend = {
	.name = "fake",
	.help = "played by the test",
	.options = options,
	.open = fake_open,
	.close = fake_close,
	.get_format = fake_get_format,
	.set_format = fake_set_format,
	.controls = fake_controls,
	.get_control = fake_get_control,
	.set_control = fake_set_control,
	.attach = fake_attach,
	.detach = fake_detach,
	.start = fake_start,
	.queue = fake_queue,
	.reap = fake_reap,
	.stop = fake_stop,
};

static struct capture_backend chunky_backend;

const struct capture_backend *const capture_backends[] = { &fake_backend, &chunky_backend, NULL };
const char *const capture_path_backend = "fake";

/* the same, but one that works in chunks */
__attribute__((constructor)) static void make_chunky(void)
{
	chunky_backend = fake_backend;
	chunky_backend.name = "chunky";
	chunky_backend.chunks = true;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every kind of memory: frames into it, canaries around it, refusals where they are due. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "conformance.h"
#include "guard.h"

#define BUFFERS 3

struct memory_case {
	const struct plan *plan;
	const struct memory_kind *kind;
	const struct bad_memory *bad;
	size_t shift;
	unsigned int flags;
	bool with_fd;
	/* while it runs */
	struct capture_session *s;
	struct capture_format format;
};

static int attach(const struct memory_case *c, const struct memory *m, unsigned int i,
		  struct capture_buffer **out)
{
	if (c->with_fd)
		return capture_attach_fd(c->s, m->at[i], m->len, c->flags, m->fd,
					 m->at[i] - m->base, out);
	return capture_attach(c->s, m->at[i], m->len, c->flags, out);
}

static void expect_canaries(const struct memory *m)
{
	ptrdiff_t at = memory_damage(m);

	EXPECT(at < 0, "the byte at offset %td, outside of all buffers, was written", at);
}

static void stream_into(void *arg, struct memory *m)
{
	struct memory_case *c = arg;
	struct capture_buffer *b[BUFFERS];
	struct capture_frame frame;
	unsigned int i;

	for (i = 0; i < BUFFERS; i++) {
		spoil(m->at[i], m->len);
		EXPECT(!attach(c, m, i, &b[i]), "%s", capture_error());
		EXPECT(capture_buffer_data(b[i]) == m->at[i] && capture_buffer_size(b[i]) == m->len,
		       "the buffer does not know its memory");
	}
	for (i = 0; i < BUFFERS; i++)
		must_queue(b[i]);
	must_start(c->s);
	for (i = 0; i < c->plan->frames; i++) {
		frame = must_get_frame(c->s);
		check_content(c->plan, c->s, &c->format, &frame);
		expect_canaries(m);
		spoil(capture_buffer_data(frame.buffer), m->len);
		must_queue(frame.buffer);
	}
	stop_and_drain(c->s);
	for (i = 0; i < BUFFERS; i++)
		EXPECT(!capture_detach(b[i]), "%s", capture_error());
	expect_canaries(m);
}

static void kind_case(void *arg)
{
	struct memory_case *c = arg;
	const char *why;

	c->s = open_source(c->plan, c->plan->uri, &c->format);
	why = c->kind->with(BUFFERS, c->format.size, c->shift, stream_into, c);
	if (why)
		tap_skip("%s", why);
	EXPECT(!capture_close(c->s), "%s", capture_error());
}

static void bad_case(void *arg)
{
	struct memory_case *c = arg;
	struct capture_buffer *b = NULL;
	void *at;
	int err;

	c->s = open_source(c->plan, c->plan->uri, &c->format);
	at = c->bad->get(c->format.size);
	if (!at)
		tap_skip("this machine has no such memory");
	err = capture_attach(c->s, at, c->format.size, c->flags, &b);
	EXPECT(err == -EFAULT, "attach said %s, not EFAULT", err ? strerror(-err) : "yes");
	EXPECT(strlen(capture_error()) > 10, "without words");
	EXPECT(!b, "a buffer was made in spite of it");
	EXPECT(!capture_close(c->s), "%s", capture_error());
}

static void arguments_case(void *arg)
{
	const struct plan *plan = arg;
	struct capture_format format;
	struct capture_session *s = open_source(plan, plan->uri, &format);
	struct capture_buffer *b;
	char *memory = malloc(format.size);

	EXPECT(capture_attach(s, NULL, format.size, 0, &b) == -EINVAL, "NULL was taken");
	EXPECT(capture_attach(s, memory, 0, 0, &b) == -EINVAL, "0 bytes were taken");
	EXPECT(capture_attach(s, (void *)(uintptr_t)-8, format.size, 0, &b) == -EINVAL,
	       "a range that wraps was taken");
	EXPECT(capture_attach(s, memory, format.size, 1u << 31, &b) == -EINVAL,
	       "an unknown flag was taken");
	EXPECT(capture_attach(s, memory, format.size - 1, 0, &b) == -EMSGSIZE,
	       "a buffer one byte too short was taken");
	EXPECT(capture_attach_fd(s, memory, format.size, 0, -1, 0, &b) == -EBADF,
	       "descriptor -1 was taken");
	EXPECT(!capture_attach(s, memory, format.size, 0, &b), "%s", capture_error());
	EXPECT(!capture_detach(b), "%s", capture_error());
	EXPECT(!capture_detach(NULL), "NULL cannot be detached");
	EXPECT(!capture_close(s), "%s", capture_error());
	free(memory);
}

/* A buffer may be longer than a frame: what is behind the frame stays as it was. */
static void longer_case(void *arg)
{
	const struct plan *plan = arg;
	const size_t more = 100001;
	struct capture_frame frame;
	struct capture_format format;
	struct capture_session *s = open_source(plan, plan->uri, &format);
	uint8_t *memory = malloc(format.size + more);
	struct capture_buffer *b;
	unsigned int i;

	spoil(memory, format.size);
	guard_fill(memory + format.size, more);
	EXPECT(!capture_attach(s, memory, format.size + more, 0, &b), "%s", capture_error());
	must_queue(b);
	must_start(s);
	for (i = 0; i < plan->frames; i++) {
		frame = must_get_frame(s);
		check_content(plan, s, &format, &frame);
		EXPECT(guard_damage(memory + format.size, more) < 0, "bytes behind the frame were written");
		must_queue(b);
	}
	stop_and_drain(s);
	EXPECT(!capture_detach(b), "%s", capture_error());
	EXPECT(guard_damage(memory + format.size, more) < 0, "bytes behind the frame were written");
	EXPECT(!capture_close(s), "%s", capture_error());
	free(memory);
}

/* Attached and detached while the session runs. */
static void running_case(void *arg)
{
	const struct plan *plan = arg;
	struct capture_frame frame;
	struct bench bench;
	unsigned int i;

	bench_open(&bench, plan, 2);
	bench_queue_all(&bench);
	must_start(bench.s);
	for (i = 0; i < plan->frames; i++) {
		frame = must_get_frame(bench.s);
		check_content(plan, bench.s, &bench.format, &frame);
		if (frame.buffer == bench.buffer[0]) {
			EXPECT(!capture_detach(bench.buffer[0]), "%s", capture_error());
			EXPECT(!capture_attach(bench.s, bench.memory[0], bench.format.size,
					       CAPTURE_ATTACH_STABLE, &bench.buffer[0]),
			       "%s", capture_error());
			frame.buffer = bench.buffer[0];
		}
		must_queue(frame.buffer);
	}
	bench_close(&bench);
}

static void budget_case(void *arg)
{
	struct plan plan = *(struct plan *)arg;
	struct capture_format format;
	struct capture_session *s;
	struct capture_buffer *b;
	char *memory;

	plan.config.budget = 1;
	s = open_source(&plan, plan.uri, &format);
	memory = malloc(format.size);
	EXPECT(capture_attach(s, memory, format.size, 0, &b) == -EDQUOT, "more than the budget was taken");
	EXPECT(strstr(capture_error(), "budget"), "the words do not name the budget: %s", capture_error());
	EXPECT(!capture_close(s), "%s", capture_error());
	free(memory);
}

static bool is_memfd(const struct memory_kind *kind)
{
	return !strcmp(kind->name, "memfd") || !strcmp(kind->name, "hugetlb memfd");
}

static void kind_cases(struct plan *plan, const struct memory_kind *kind)
{
	struct memory_case c = { .plan = plan, .kind = kind };
	unsigned int i;

	for (i = 0; i < 4; i++) {
		if (i & 1 && kind->fixed)
			continue;
		c.shift = i & 1;
		c.flags = i & 2 ? CAPTURE_ATTACH_STABLE : 0;
		tap_run(kind_case, &c, "memory: %s%s%s", kind->name,
			c.shift ? ", at an odd offset" : "", c.flags ? ", stable" : "");
	}
	if (!is_memfd(kind))
		return;
	c.with_fd = true;
	for (c.shift = 0; c.shift < 2; c.shift++)
		tap_run(kind_case, &c, "memory: %s by its descriptor%s", kind->name,
			c.shift ? ", at an odd offset" : "");
}

void memory_cases(struct plan *plan)
{
	struct memory_case c = { .plan = plan };
	const struct memory_kind *kind;

	for (kind = memory_kinds; kind->name; kind++)
		kind_cases(plan, kind);
	for (c.bad = bad_memories; c.bad->name; c.bad++) {
		c.flags = 0;
		tap_run(bad_case, &c, "memory: %s is refused", c.bad->name);
		c.flags = CAPTURE_ATTACH_STABLE;
		tap_run(bad_case, &c, "memory: %s is refused, stable", c.bad->name);
	}
	tap_run(arguments_case, plan, "memory: arguments of attach");
	tap_run(longer_case, plan, "memory: a buffer longer than a frame");
	tap_run(running_case, plan, "memory: attach and detach while running");
	tap_run(budget_case, plan, "memory: the budget holds");
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The simulator as applications meet it: what its URI asks for is what happens. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "libcapture.h"
#include "sim_schedule.h"
#include "unit.h"

#define BUFFERS 4
#define FRAMES_MAX 256
#define PATIENCE_MS 60000	/* nothing here takes that long unless something is broken */

struct run {
	struct capture_session *s;
	struct capture_format format;
	struct capture_buffer *buffer[BUFFERS];
	uint8_t *memory[BUFFERS];
	unsigned int queued;
	unsigned int count;
	struct capture_frame frame[FRAMES_MAX];
	struct capture_stats stats;
};

static struct capture_session *open_uri(const char *uri)
{
	struct capture_session *s;

	if (capture_open(uri, NULL, &s))
		fail_msg("%s: %s", uri, capture_error());
	return s;
}

static void begin(struct run *r, const char *uri)
{
	unsigned int i;

	memset(r, 0, sizeof(*r));
	r->s = open_uri(uri);
	assert_int_equal(capture_get_format(r->s, &r->format), 0);
	for (i = 0; i < BUFFERS; i++) {
		r->memory[i] = malloc(r->format.size);
		assert_non_null(r->memory[i]);
		memset(r->memory[i], 0x5a, r->format.size);
		assert_int_equal(capture_attach(r->s, r->memory[i], r->format.size, 0,
						&r->buffer[i]), 0);
	}
}

static void end(struct run *r)
{
	struct capture_frame frame;
	unsigned int i;

	assert_int_equal(capture_stop(r->s), 0);
	while (!capture_wait(r->s, 0, &frame))
		;
	for (i = 0; i < BUFFERS; i++) {
		assert_int_equal(capture_detach(r->buffer[i]), 0);
		free(r->memory[i]);
	}
	assert_int_equal(capture_close(r->s), 0);
}

static struct capture_frame *take(struct run *r)
{
	struct capture_frame *frame = &r->frame[r->count++];

	assert_true(r->count <= FRAMES_MAX);
	if (capture_wait(r->s, PATIENCE_MS, frame))
		fail_msg("frame %u: %s", r->count - 1, capture_error());
	return frame;
}

/* Take @count buffers back, never more queued than that, so that the counts are exact. */
static void stream(struct run *r, unsigned int count)
{
	struct capture_frame *frame;

	while (r->queued < BUFFERS && r->queued < count)
		assert_int_equal(capture_queue(r->buffer[r->queued++]), 0);
	assert_int_equal(capture_start(r->s), 0);
	while (r->count < count) {
		frame = take(r);
		if (!frame->status && capture_verify(r->s, frame))
			fail_msg("frame %u: %s", r->count - 1, capture_error());
		if (r->queued < count) {
			assert_int_equal(capture_queue(frame->buffer), 0);
			r->queued++;
		}
	}
	assert_int_equal(capture_stats(r->s, &r->stats), 0);
}

static unsigned int flagged(const struct run *r, uint32_t flag)
{
	unsigned int i, n = 0;

	for (i = 0; i < r->count; i++)
		n += !!(r->frame[i].flags & flag);
	return n;
}

/* ---- frames ---- */

static void plain(void **state)
{
	struct capture_info info;
	struct run r;
	unsigned int i;

	begin(&r, "sim:size=64x48");
	stream(&r, 40);
	for (i = 0; i < 40; i++) {
		assert_int_equal(r.frame[i].sequence, i);
		assert_int_equal(r.frame[i].bytes, 64 * 48 * 2);
		assert_int_equal(r.frame[i].status, 0);
		assert_int_equal(r.frame[i].flags, 0);
		assert_int_equal(r.frame[i].time_source, CAPTURE_TIME_END);
		assert_true(r.frame[i].dequeue_ns >= r.frame[i].time_ns);
		assert_ptr_equal(r.frame[i].buffer, r.buffer[i % BUFFERS]);
	}
	assert_int_equal(r.stats.frames, 40);
	assert_int_equal(r.stats.lost, 0);
	capture_info(r.s, &info);
	assert_int_equal(info.way, CAPTURE_WAY_SIMULATED);
	assert_string_equal(info.way_name, "simulated");
	end(&r);
}

/* Frame n comes n+1 periods after the start, not when this machine has time. */
static void clock_is_exact(void **state)
{
	struct run r;
	unsigned int i;

	begin(&r, "sim:size=16x16,fps=300");
	stream(&r, 20);
	for (i = 1; i < 20; i++)
		assert_in_range(r.frame[i].time_ns - r.frame[i - 1].time_ns,
				1000000000 / 300 * (r.frame[i].gap + 1),
				1000000000 / 300 * (r.frame[i].gap + 1) + 2 * (r.frame[i].gap + 1));
	end(&r);
}

static void sleep_until(uint64_t ns)
{
	const struct timespec ts = { .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) == EINTR)
		;
}

static void starved_is_lost(void **state)
{
	struct capture_frame *frame;
	struct run r;
	uint64_t first;

	begin(&r, "sim:size=16x16,fps=1000");
	assert_int_equal(capture_queue(r.buffer[0]), 0);
	assert_int_equal(capture_start(r.s), 0);
	frame = take(&r);
	first = frame->sequence;
	sleep_until(frame->time_ns + 20500000);
	assert_int_equal(capture_queue(frame->buffer), 0);
	frame = take(&r);
	assert_true(frame->gap >= 20);
	assert_int_equal(frame->sequence, first + 1 + frame->gap);
	assert_int_equal(capture_verify(r.s, frame), 0);
	capture_stats(r.s, &r.stats);
	assert_true(r.stats.lost >= 20);
	assert_int_equal(r.stats.lost_starved, r.stats.lost);
	end(&r);
}

/* ---- faults: the counts are those that were asked for ---- */

static void drop(void **state)
{
	struct run r;

	begin(&r, "sim:size=8x8,drop=7");
	stream(&r, 20);
	assert_int_equal(r.stats.lost, 3);
	assert_int_equal(r.stats.lost_starved, 0);
	assert_int_equal(r.frame[6].sequence, 7);
	assert_int_equal(r.frame[6].gap, 1);
	assert_int_equal(r.frame[19].sequence, 22);
	end(&r);

	begin(&r, "sim:size=8x8,drop=2@0+@5,fps=2000");
	stream(&r, 5);
	assert_int_equal(r.frame[0].gap + 1, r.frame[0].sequence + 1);
	assert_true(r.frame[0].sequence >= 2);
	end(&r);
}

static void error(void **state)
{
	struct schedule schedule;
	unsigned int i, expected = 0;
	struct run r;

	begin(&r, "sim:size=8x8,error=30%,seed=4");
	stream(&r, 200);
	assert_int_equal(schedule_parse("error", "30%", &schedule), 0);
	for (i = 0; i < 200; i++) {
		assert_int_equal(!!(r.frame[i].flags & CAPTURE_FRAME_CORRUPT),
				 schedule_hits(&schedule, 4, i));
		expected += schedule_hits(&schedule, 4, i);
	}
	assert_int_equal(r.stats.corrupt, expected);
	assert_int_equal(r.stats.frames, 200);
	end(&r);
}

static void incomplete(void **state)
{
	const struct capture_frame *frame;
	struct run r;
	size_t i;

	begin(&r, "sim:size=64x64,short=@3");
	stream(&r, 4);
	frame = &r.frame[3];
	assert_int_equal(r.stats.incomplete, 1);
	assert_int_equal(frame->flags, CAPTURE_FRAME_INCOMPLETE);
	assert_int_equal(frame->status, 0);
	assert_true(frame->bytes < r.format.size);
	for (i = frame->bytes; i < r.format.size; i++)
		assert_int_equal(r.memory[3][i], 0x5a);
	end(&r);
}

static void repeat(void **state)
{
	static const unsigned int sequence[] = { 0, 1, 2, 2, 3, 4, 5, 5, 6 };
	struct run r;
	unsigned int i;

	begin(&r, "sim:size=8x8,repeat=3");
	stream(&r, 9);
	for (i = 0; i < 9; i++)
		assert_int_equal(r.frame[i].sequence, sequence[i]);
	assert_int_equal(r.stats.repeated, 2);
	assert_int_equal(r.stats.lost, 0);
	end(&r);
}

static void wrap(void **state)
{
	struct run r;
	unsigned int i;

	begin(&r, "sim:size=8x8,wrap=5,drop=@4+@5");
	stream(&r, 10);
	for (i = 0; i < 10; i++)
		assert_int_equal(r.frame[i].sequence, UINT64_C(4294967296) - 5 + i + (i > 3 ? 2 : 0));
	assert_int_equal(r.stats.lost, 2);
	assert_int_equal(r.stats.repeated, 0);
	end(&r);
}

static void late(void **state)
{
	struct run r;

	begin(&r, "sim:size=8x8,late=@2+@5,fps=500");
	stream(&r, 6);
	assert_int_equal(flagged(&r, CAPTURE_FRAME_LATE), 2);
	end(&r);
	begin(&r, "sim:size=8x8,late=@1");
	stream(&r, 3);
	assert_int_equal(r.frame[1].flags, CAPTURE_FRAME_LATE);
	assert_true(r.frame[1].time_ns >= r.frame[0].time_ns + 10000000);
	end(&r);
}

static void jitter(void **state)
{
	struct run r;
	uint64_t slot;
	unsigned int i, off = 0;

	begin(&r, "sim:size=8x8,jitter=2ms,fps=200,seed=3");
	stream(&r, 30);
	for (i = 1; i < 30; i++) {
		slot = r.frame[0].time_ns + (r.frame[i].sequence - r.frame[0].sequence) * 5000000;
		assert_in_range(r.frame[i].time_ns, slot - 2000001, slot + 2000001);
		off += r.frame[i].time_ns != slot;
	}
	assert_true(off > 20);
	end(&r);
}

static void fail_frame(void **state)
{
	struct run r;

	begin(&r, "sim:size=8x8,fail-frame=@2");
	stream(&r, 5);
	assert_int_equal(r.frame[2].status, -EIO);
	assert_int_equal(r.frame[2].bytes, 0);
	assert_int_equal(r.stats.failed, 1);
	assert_int_equal(r.stats.frames, 4);
	assert_int_equal(capture_verify(r.s, &r.frame[2]), -EINVAL);
	end(&r);
}

static void stray(void **state)
{
	struct run r;

	begin(&r, "sim:size=1024x2048,format=RGB3,guard=1,stray=@1");
	stream(&r, 4);
	assert_int_equal(r.frame[1].status, -EFAULT);
	assert_int_equal(r.stats.failed, 1);
	assert_int_equal(r.stats.frames, 3);
	end(&r);
	begin(&r, "sim:size=8x8,guard=1,stray=@1");
	assert_int_equal(capture_queue(r.buffer[0]), -EINVAL);
	assert_non_null(strstr(capture_error(), "stray"));
	end(&r);
}

static void stall(void **state)
{
	struct run r;

	begin(&r, "sim:size=8x8,stall=300ms@2,fps=1000");
	stream(&r, 4);
	assert_true(r.frame[2].time_ns - r.frame[1].time_ns >= 300000000);
	end(&r);
	begin(&r, "sim:size=8x8,stall=50ms@1");
	stream(&r, 3);
	assert_true(r.frame[1].time_ns - r.frame[0].time_ns >= 50000000);
	end(&r);
}

static void cancelled(struct run *r, unsigned int count)
{
	struct capture_frame frame;

	assert_int_equal(capture_stop(r->s), 0);
	for (; count; count--) {
		assert_int_equal(capture_wait(r->s, 0, &frame), 0);
		assert_int_equal(frame.status, -ECANCELED);
	}
	assert_int_equal(capture_wait(r->s, 0, &frame), -ENODATA);
}

static void stall_for_ever(void **state)
{
	struct capture_frame frame;
	struct run r;
	unsigned int i;

	begin(&r, "sim:size=8x8,stall=forever@0");
	for (i = 0; i < BUFFERS; i++)
		assert_int_equal(capture_queue(r.buffer[i]), 0);
	assert_int_equal(capture_start(r.s), 0);
	assert_int_equal(capture_wait(r.s, 0, &frame), -ETIMEDOUT);
	assert_int_equal(capture_wait(r.s, 30, &frame), -ETIMEDOUT);
	assert_non_null(strstr(capture_error(), "30 ms"));
	cancelled(&r, BUFFERS);
	end(&r);
}

static uint64_t cpu_ns(void)
{
	struct timespec ts;

	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts), 0);
	return ts.tv_sec * UINT64_C(1000000000) + ts.tv_nsec;
}

/* All frames lost is silence too, and not a thread that spins. */
static void drop_everything(void **state)
{
	struct capture_frame frame;
	uint64_t used;
	struct run r;

	begin(&r, "sim:size=8x8,drop=1");
	assert_int_equal(capture_queue(r.buffer[0]), 0);
	used = cpu_ns();
	assert_int_equal(capture_start(r.s), 0);
	assert_int_equal(capture_wait(r.s, 1000, &frame), -ETIMEDOUT);
	assert_true(cpu_ns() - used < 700000000);
	cancelled(&r, 1);
	end(&r);
}

static void expect_gone(struct run *r)
{
	struct capture_frame frame;
	int64_t value;

	assert_int_equal(capture_wait(r->s, PATIENCE_MS, &frame), -ENODEV);
	assert_int_equal(capture_wait(r->s, 0, &frame), -ENODEV);
	assert_non_null(strstr(capture_error(), "unplugged"));
	assert_int_equal(capture_get_control(r->s, "gain", &value), -ENODEV);
	assert_int_equal(capture_stop(r->s), 0);
	while (!capture_wait(r->s, 0, &frame))
		assert_int_equal(frame.status, -ECANCELED);
	assert_int_equal(capture_queue(r->buffer[0]), -ENODEV);
	assert_int_equal(capture_start(r->s), -ENODEV);
}

static void unplug(void **state)
{
	struct run r;

	begin(&r, "sim:size=8x8,unplug=6");
	stream(&r, 6);
	/* one more than will come; refused if the device is gone already */
	(void)capture_queue(r.buffer[0]);
	if (capture_stats(r.s, &r.stats) || !r.stats.queued)
		assert_int_equal(capture_queue(r.buffer[1]), -ENODEV);
	else
		expect_gone(&r);
	end(&r);
}

static void unplug_with_a_clock(void **state)
{
	struct run r;
	unsigned int i;

	begin(&r, "sim:size=8x8,unplug=3,fps=100");
	for (i = 0; i < BUFFERS; i++)
		assert_int_equal(capture_queue(r.buffer[i]), 0);
	assert_int_equal(capture_start(r.s), 0);
	for (i = 0; i < 3; i++)
		assert_int_equal(take(&r)->sequence, i);
	expect_gone(&r);
	end(&r);
}

static void unplug_button(void **state)
{
	struct run r;

	begin(&r, "sim:size=8x8,stall=forever@2");
	stream(&r, 2);
	assert_int_equal(capture_queue(r.buffer[0]), 0);
	assert_int_equal(capture_set_control(r.s, "disconnect", 1), 0);
	expect_gone(&r);
	end(&r);
}

static void dead_queue(void **state)
{
	struct capture_frame frame;
	struct run r;
	unsigned int i;

	begin(&r, "sim:size=8x8,fatal=2");
	for (i = 0; i < 3; i++)
		assert_int_equal(capture_queue(r.buffer[i]), 0);
	assert_int_equal(capture_start(r.s), 0);
	take(&r);
	take(&r);
	assert_int_equal(capture_wait(r.s, PATIENCE_MS, &frame), -EIO);
	assert_int_equal(capture_queue(r.buffer[3]), -EIO);
	cancelled(&r, 1);
	/* stop and start revive it */
	assert_int_equal(capture_queue(r.buffer[0]), 0);
	assert_int_equal(capture_start(r.s), 0);
	assert_int_equal(take(&r)->sequence, 0);
	end(&r);
}

static void failing_calls(void **state)
{
	struct capture_session *s;
	struct run r;

	assert_int_equal(capture_open("sim:seed=0,fail-open", NULL, &s), -EIO);
	assert_int_equal(capture_open("sim:fail-open=EBUSY", NULL, &s), -EBUSY);
	assert_non_null(strstr(capture_error(), "fail-open"));

	begin(&r, "sim:size=8x8,fail-start=ENOSPC");
	assert_int_equal(capture_start(r.s), -ENOSPC);
	stream(&r, 3);
	end(&r);

	begin(&r, "sim:size=8x8,fail-queue=@1");
	assert_int_equal(capture_queue(r.buffer[0]), 0);
	assert_int_equal(capture_queue(r.buffer[1]), -EINVAL);
	assert_int_equal(capture_queue(r.buffer[1]), 0);
	end(&r);
}

static void many_faults_at_once(void **state)
{
	struct run r;

	begin(&r, "sim:size=32x32,drop=5,error=3,short=4,repeat=@9,late=@2,fail-frame=@7,jitter=1ms,wrap=6,seed=8");
	stream(&r, 60);
	/* 60 buffers: frames 0 to 73 without the 14 dropped, and 9 is dropped, so not repeated */
	assert_int_equal(r.frame[59].sequence - r.frame[0].sequence, 73);
	assert_int_equal(r.stats.lost, 14);
	assert_int_equal(r.stats.failed, 1);
	assert_int_equal(r.stats.repeated, 0);
	/* of every 60 frames 20 hit by error, 15 by short; dropped ones do not come */
	assert_int_equal(r.stats.corrupt, 20);
	assert_int_equal(r.stats.incomplete, 14);
	end(&r);
}

/* ---- memory ---- */

/* A buffer that waits behind another one in the library loses its memory. */
static void memory_lost_while_queued(void **state)
{
	const size_t len = 64 * 64 * 2;
	struct capture_session *s = open_uri("sim:size=64x64,depth=1");
	struct capture_buffer *a, *b;
	struct capture_frame frame;
	char *keep = malloc(len);
	char *lose = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_int_equal(capture_attach(s, keep, len, 0, &a), 0);
	assert_int_equal(capture_attach(s, lose, len, 0, &b), 0);
	assert_int_equal(capture_queue(a), 0);
	assert_int_equal(capture_queue(b), 0);
	/* unmapped, but so that nothing else can come to lie there */
	assert_ptr_equal(mmap(lose, len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0),
			 lose);
	assert_int_equal(capture_start(s), 0);
	assert_int_equal(capture_wait(s, PATIENCE_MS, &frame), 0);
	assert_int_equal(frame.status, 0);
	assert_int_equal(capture_wait(s, PATIENCE_MS, &frame), 0);
	assert_ptr_equal(frame.buffer, b);
	assert_int_equal(frame.status, -EFAULT);
	assert_int_equal(capture_stop(s), 0);
	capture_detach(a);
	capture_detach(b);
	assert_int_equal(capture_close(s), 0);
	munmap(lose, len);
	free(keep);
}

static uint64_t pages_between(uintptr_t from, uintptr_t to)
{
	uintptr_t page = sysconf(_SC_PAGESIZE);

	return ((to + page - 1) & -page) - (from & -page);
}

/* What a frame says of chunks and pins is what arithmetic says. */
static void chunks(uint64_t chunk, uint32_t window, const char *uri)
{
	struct capture_config config = CAPTURE_CONFIG_INIT;
	uintptr_t at, edge[300], end;
	unsigned int n = 0, i, j;
	struct capture_frame frame;
	struct capture_buffer *b;
	struct capture_session *s;
	uint64_t peak = 0, held;
	uint8_t *memory = malloc(500 * 700 + 3);

	config.chunk = chunk;
	config.window = window;
	assert_int_equal(capture_open(uri, &config, &s), 0);
	assert_int_equal(capture_attach(s, memory + 3, 500 * 700, 0, &b), 0);
	assert_int_equal(capture_queue(b), 0);
	assert_int_equal(capture_start(s), 0);
	assert_int_equal(capture_wait(s, PATIENCE_MS, &frame), 0);
	assert_int_equal(frame.status, 0);
	assert_int_equal(capture_verify(s, &frame), 0);

	at = (uintptr_t)memory + 3;
	end = at + 500 * 700;
	for (edge[n++] = at; at < end; edge[n++] = at) {
		at = (at / chunk + 1) * chunk;
		if (at > end)
			at = end;
	}
	assert_int_equal(frame.chunks, n - 1);
	for (i = 0; i + 1 < n; i++) {
		for (held = 0, j = i; j < i + window && j + 1 < n; j++)
			held += pages_between(edge[j], edge[j + 1]);
		if (held > peak)
			peak = held;
	}
	assert_int_equal(frame.pinned_peak, peak);
	assert_true(peak <= chunk * window);
	assert_int_equal(capture_stop(s), 0);
	assert_int_equal(capture_detach(b), 0);
	assert_int_equal(capture_close(s), 0);
	free(memory);
}

static void chunks_are_honoured(void **state)
{
	static const char *const uris[] = { "sim:size=500x700,format=GREY",
					    "sim:size=500x700,format=GREY,guard=1" };
	size_t i;

	for (i = 0; i < 2; i++) {
		chunks(4096, 1, uris[i]);
		chunks(4096, 2, uris[i]);
		chunks(65536, 1, uris[i]);
		chunks(65536, 3, uris[i]);
		chunks(1 << 20, 1, uris[i]);
		chunks(UINT64_C(1) << 40, 2, uris[i]);
	}
}

static void verify_finds_one_wrong_byte(void **state)
{
	struct run r;

	begin(&r, "sim:size=64x48,format=NV12");
	stream(&r, 1);
	r.memory[0][64 * 48 + 64 * 5 + 9] ^= 1;
	assert_int_equal(capture_verify(r.s, &r.frame[0]), -EBADMSG);
	assert_non_null(strstr(capture_error(), "plane 1, line 5, byte 9"));
	r.memory[0][64 * 48 + 64 * 5 + 9] ^= 1;
	assert_int_equal(capture_verify(r.s, &r.frame[0]), 0);
	r.frame[0].bytes--;
	assert_int_equal(capture_verify(r.s, &r.frame[0]), -EBADMSG);
	r.frame[0].bytes++;
	r.frame[0].sequence++;
	assert_int_equal(capture_verify(r.s, &r.frame[0]), -EBADMSG);
	end(&r);
}

/* ---- geometry ---- */

/* One frame into exactly as many bytes as the format says, with canaries around. */
static void one_frame(struct capture_session *s)
{
	struct capture_format format;
	struct capture_buffer *b;
	struct capture_frame frame;
	uint8_t *memory;
	size_t i;

	capture_get_format(s, &format);
	memory = malloc(format.size + 128);
	assert_non_null(memory);
	memset(memory, 0xc3, 64);
	memset(memory + 64 + format.size, 0xc3, 64);
	assert_int_equal(capture_attach(s, memory + 64, format.size, 0, &b), 0);
	assert_int_equal(capture_queue(b), 0);
	assert_int_equal(capture_start(s), 0);
	assert_int_equal(capture_wait(s, PATIENCE_MS, &frame), 0);
	assert_int_equal(frame.status, 0);
	if (capture_verify(s, &frame))
		fail_msg("%ux%u: %s", format.width, format.height, capture_error());
	assert_int_equal(capture_stop(s), 0);
	assert_int_equal(capture_detach(b), 0);
	for (i = 0; i < 64; i++) {
		assert_int_equal(memory[i], 0xc3);
		assert_int_equal(memory[64 + format.size + i], 0xc3);
	}
	free(memory);
}

static int each_format(void *arg, const struct capture_format_info *info)
{
	static const uint32_t sizes[][2] = { { 1, 1 }, { 3, 2 }, { 2, 3 }, { 33, 31 } };
	struct capture_session *s = arg;
	struct capture_format format;
	size_t i;

	assert_true(info->width == 1 && info->width_step == 1 && info->width_max >= 16384);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		format = (struct capture_format){ .width = sizes[i][0], .height = sizes[i][1],
						  .fourcc = info->fourcc };
		assert_int_equal(capture_set_format(s, &format), 0);
		assert_int_equal(format.width, sizes[i][0]);
		assert_int_equal(format.height, sizes[i][1]);
		assert_int_equal(format.fourcc, info->fourcc);
		one_frame(s);
	}
	return 0;
}

static void odd_sizes_in_every_format(void **state)
{
	static const char *const uris[] = { "sim:", "sim:align=32", "sim:align=7,pattern=bytes" };
	struct capture_session *s;
	size_t i;

	for (i = 0; i < sizeof(uris) / sizeof(uris[0]); i++) {
		s = open_uri(uris[i]);
		assert_int_equal(capture_formats(s, each_format, s), 0);
		assert_int_equal(capture_close(s), 0);
	}
}

static void largest_sizes(void **state)
{
	static const char *const uris[] = {
		"sim:size=32768x1,format=RGB3", "sim:size=1x32768,format=NV12",
		"sim:size=16384x16384,format=GREY,pattern=bytes",
		"sim:size=4096x8192,format=YUYV,guard=1",
	};
	struct capture_session *s;
	size_t i;

	for (i = 0; i < sizeof(uris) / sizeof(uris[0]); i++) {
		s = open_uri(uris[i]);
		one_frame(s);
		assert_int_equal(capture_close(s), 0);
	}
}

static void strides(void **state)
{
	struct capture_session *s = open_uri("sim:size=33x7,format=YU12,align=64");
	struct capture_format format;
	unsigned int i;

	capture_get_format(s, &format);
	for (i = 0; i < 3; i++)
		assert_int_equal(format.plane[i].stride % 64, 0);
	assert_int_equal(format.plane[0].stride, 128);
	assert_int_equal(capture_close(s), 0);
}

static void wishes(void **state)
{
	struct capture_session *s = open_uri("sim:size=320x240,format=Y12,fps=25");
	struct capture_format f = { .width = 1000000, .fourcc = CAPTURE_FOURCC('H', '2', '6', '4'),
				    .fps_num = 4000000000u, .fps_den = 1 };

	assert_int_equal(capture_try_format(s, &f), 0);
	assert_int_equal(f.width, 32768);
	assert_int_equal(f.height, 240);
	assert_int_equal(f.fourcc, CAPTURE_FOURCC('Y', '1', '2', ' '));
	assert_int_equal(f.fps_num, 1000000);
	assert_int_equal(capture_get_format(s, &f), 0);
	assert_int_equal(f.width, 320);
	assert_int_equal(f.fps_num, 25);
	f = (struct capture_format){ .fps_num = 50, .fps_den = 1 };
	assert_int_equal(capture_set_format(s, &f), 0);
	assert_int_equal(f.width, 320);
	assert_int_equal(f.fps_num, 50);
	assert_int_equal(capture_close(s), 0);
}

/* ---- controls and inputs ---- */

static int count_controls(void *arg, const struct capture_control *control)
{
	assert_true(control->name && control->title);
	assert_true(control->value >= control->min && control->value <= control->max);
	++*(int *)arg;
	return 0;
}

static void controls(void **state)
{
	struct run r;
	int64_t value;
	int count = 0;

	begin(&r, "sim:size=64x48,pattern=ramp");
	assert_int_equal(capture_controls(r.s, count_controls, &count), 0);
	assert_int_equal(count, 10);
	assert_int_equal(capture_get_control(r.s, "test_pattern", &value), 0);
	assert_int_equal(value, 3);
	assert_int_equal(capture_set_control(r.s, "brightness", -20), 0);
	assert_int_equal(capture_set_control(r.s, "gain", 50), 0);
	assert_int_equal(capture_set_control(r.s, "Exposure Time, Absolute", 200), 0);
	assert_int_equal(capture_set_control(r.s, "horizontal-flip", 1), 0);
	assert_int_equal(capture_set_control(r.s, "vertical_flip", 1), 0);
	assert_int_equal(capture_set_control(r.s, "speed", 4), 0);
	assert_int_equal(capture_get_control(r.s, "speed", &value), 0);
	assert_int_equal(value, 4);
	assert_int_equal(capture_set_control(r.s, "speed", 0), 0);
	assert_int_equal(capture_get_control(r.s, "speed", &value), 0);
	assert_int_equal(value, 0);
	assert_int_equal(capture_set_control(r.s, "brightness", 129), -ERANGE);
	assert_int_equal(capture_set_control(r.s, "sensor_temperature", 1), -EACCES);
	assert_int_equal(capture_get_control(r.s, "disconnect", &value), -EACCES);
	assert_int_equal(capture_set_control(r.s, "colour", 1), -ENOENT);
	stream(&r, 5);
	assert_int_equal(capture_get_control(r.s, "sensor_temperature", &value), 0);
	assert_int_equal(value, 25005);
	end(&r);
}

/* Every frame is checked with the controls that it was made with. */
static void controls_in_the_middle(void **state)
{
	struct run r;
	unsigned int i;

	begin(&r, "sim:size=64x48,format=RGB3");
	stream(&r, 4);
	for (i = 0; i < 40; i++) {
		assert_int_equal(capture_queue(r.buffer[i % BUFFERS]), 0);
		assert_int_equal(capture_set_control(r.s, "brightness", i), 0);
		assert_int_equal(capture_set_control(r.s, "test_pattern", i % 8), 0);
		assert_int_equal(capture_verify(r.s, take(&r)), 0);
	}
	end(&r);
}

static void injected_error(void **state)
{
	struct run r;

	begin(&r, "sim:size=64x48");
	assert_int_equal(capture_set_control(r.s, "inject_error", 1), 0);
	stream(&r, 5);
	assert_int_equal(r.frame[0].flags, CAPTURE_FRAME_CORRUPT);
	assert_int_equal(r.stats.corrupt, 1);
	end(&r);
}

static int see_input(void *arg, const struct capture_input *input)
{
	unsigned int *seen = arg;

	assert_int_equal(input->index, *seen & 0xff);
	if (input->flags & CAPTURE_INPUT_CURRENT)
		*seen |= 0x100 << input->index;
	if (input->status)
		assert_string_equal(input->status, "no signal");
	++*seen;
	return 0;
}

static void inputs(void **state)
{
	struct capture_session *s = open_uri("sim:size=64x48");
	unsigned int seen = 0;
	int64_t value;

	assert_int_equal(capture_inputs(s, see_input, &seen), 0);
	assert_int_equal(seen, 0x103);
	assert_int_equal(capture_set_input(s, "colour BARS"), 0);
	assert_int_equal(capture_get_control(s, "test_pattern", &value), 0);
	assert_int_equal(value, 1);
	assert_int_equal(capture_set_input(s, "2"), 0);
	assert_int_equal(capture_start(s), -ENOLINK);
	assert_non_null(strstr(capture_error(), "choose another input"));
	assert_int_equal(capture_set_input(s, "3"), -ENOENT);
	assert_int_equal(capture_set_input(s, "0"), 0);
	assert_int_equal(capture_get_control(s, "test_pattern", &value), 0);
	assert_int_equal(value, 0);
	one_frame(s);
	assert_int_equal(capture_close(s), 0);
}

static int see_device(void *arg, const struct capture_device *device)
{
	assert_true(device->flags & CAPTURE_DEVICE_SIMULATED);
	assert_string_equal(device->uri, "sim:");
	++*(int *)arg;
	return 0;
}

static void listed_as_what_it_is(void **state)
{
	int count = 0;

	assert_int_equal(capture_list("sim", see_device, &count), 0);
	assert_int_equal(count, 1);
}

/* ---- threads and descriptors ---- */

static void *whole_run(void *uri)
{
	struct run *r = malloc(sizeof(*r));

	begin(r, uri);
	stream(r, 100);
	end(r);
	free(r);
	return NULL;
}

static void sessions_in_threads(void **state)
{
	static const char *const uris[3] = {
		"sim:size=64x64,drop=3,error=2", "sim:size=48x48,format=MJPG,guard=1",
		"sim:size=500x300,fps=2000,jitter=1ms",
	};
	pthread_t thread[3];
	unsigned int i;

	for (i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, whole_run, (void *)uris[i]), 0);
	for (i = 0; i < 3; i++)
		assert_int_equal(pthread_join(thread[i], NULL), 0);
}

/* Signals belong to the application's threads: the device's thread takes none. */
static void signals_are_left_alone(void **state)
{
	sigset_t set, pending;
	struct run r;
	int got;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	begin(&r, "sim:size=8x8");
	stream(&r, 20);
	kill(getpid(), SIGUSR1);
	assert_int_equal(capture_queue(r.buffer[0]), 0);
	take(&r);
	sigpending(&pending);
	assert_true(sigismember(&pending, SIGUSR1));
	assert_int_equal(sigwait(&set, &got), 0);
	end(&r);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

static void descriptor_tells(void **state)
{
	struct capture_frame frame;
	struct pollfd p;
	struct run r;
	unsigned int i;

	begin(&r, "sim:size=8x8,fps=500,stall=forever@100000");
	assert_int_equal(capture_start(r.s), 0);
	p = (struct pollfd){ .fd = capture_fd(r.s), .events = POLLIN };
	for (i = 0; i < 10; i++) {
		assert_int_equal(poll(&p, 1, 0), 0);
		assert_int_equal(capture_queue(r.buffer[0]), 0);
		assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
		if (capture_wait(r.s, 0, &frame) != 0)
			fail_msg("readable, but: %s", capture_error());
	}
	end(&r);
}

static void start_and_stop_often(void **state)
{
	struct capture_frame frame;
	unsigned int i, back, n;
	struct run r;

	begin(&r, "sim:size=160x120,guard=1");
	for (n = 0; n < 50; n++) {
		for (i = 0; i < BUFFERS; i++)
			assert_int_equal(capture_queue(r.buffer[i]), 0);
		assert_int_equal(capture_start(r.s), 0);
		if (n & 1)
			assert_int_equal(take(&r)->sequence, 0);
		assert_int_equal(capture_stop(r.s), 0);
		for (back = n & 1; !capture_wait(r.s, 0, &frame); back++)
			if (!frame.status)
				assert_int_equal(capture_verify(r.s, &frame), 0);
		assert_int_equal(back, BUFFERS);
	}
	end(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain),
		cmocka_unit_test(clock_is_exact),
		cmocka_unit_test(starved_is_lost),
		cmocka_unit_test(drop),
		cmocka_unit_test(error),
		cmocka_unit_test(incomplete),
		cmocka_unit_test(repeat),
		cmocka_unit_test(wrap),
		cmocka_unit_test(late),
		cmocka_unit_test(jitter),
		cmocka_unit_test(fail_frame),
		cmocka_unit_test(stray),
		cmocka_unit_test(stall),
		cmocka_unit_test(stall_for_ever),
		cmocka_unit_test(drop_everything),
		cmocka_unit_test(unplug),
		cmocka_unit_test(unplug_with_a_clock),
		cmocka_unit_test(unplug_button),
		cmocka_unit_test(dead_queue),
		cmocka_unit_test(failing_calls),
		cmocka_unit_test(many_faults_at_once),
		cmocka_unit_test(memory_lost_while_queued),
		cmocka_unit_test(chunks_are_honoured),
		cmocka_unit_test(verify_finds_one_wrong_byte),
		cmocka_unit_test(odd_sizes_in_every_format),
		cmocka_unit_test(largest_sizes),
		cmocka_unit_test(strides),
		cmocka_unit_test(wishes),
		cmocka_unit_test(controls),
		cmocka_unit_test(controls_in_the_middle),
		cmocka_unit_test(injected_error),
		cmocka_unit_test(inputs),
		cmocka_unit_test(listed_as_what_it_is),
		cmocka_unit_test(sessions_in_threads),
		cmocka_unit_test(signals_are_left_alone),
		cmocka_unit_test(descriptor_tells),
		cmocka_unit_test(start_and_stop_often),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which frames are kept, what counts as lost, and the exit status that follows. */
#include <errno.h>
#include <signal.h>

#include "sieve.h"
#include "status.h"
#include "unit.h"

#define PERIOD 10000000u	/* 100 fps */

/* a source of frames, and what becomes of them */
struct run {
	struct request request;
	struct sieve sieve;
	struct tally tally;
	uint64_t next;		/* sequence number */
	uint64_t starved;	/* as capture_stats counts */
};

static void begin(struct run *run)
{
	sieve_open(&run->sieve, &run->request);
}

static struct run fresh(void)
{
	return (struct run){ .request = REQUEST_INIT };
}

/* The device gives a frame after losing @gap of them, @starved of those for want of a buffer. */
static enum verdict give_after(struct run *run, uint64_t gap, uint64_t starved, int status,
			       uint32_t flags)
{
	struct capture_frame frame = {
		.sequence = run->next + gap, .gap = gap, .status = status, .flags = flags,
		.time_ns = 1000000000 + (run->next + gap) * PERIOD, .bytes = 100,
	};
	enum verdict verdict;

	frame.dequeue_ns = frame.time_ns + 1000;
	run->next += gap + 1;
	run->starved += starved;
	verdict = sieve_judge(&run->sieve, &frame, run->starved, &run->tally);
	if (verdict == VERDICT_KEEP) {
		tally_frame(&run->tally, &frame, PERIOD);
		run->tally.written++;
	}
	return verdict;
}

static enum verdict give(struct run *run)
{
	return give_after(run, 0, 0, 0, 0);
}

static void all_good(void **state)
{
	struct run run = fresh();

	run.request.frames = 5;
	begin(&run);
	for (int i = 0; i < 5; i++)
		assert_int_equal(give(&run), VERDICT_KEEP);
	assert_int_equal(run.tally.captured, 5);
	assert_int_equal(run.tally.bytes, 500);
	assert_int_equal(tally_lost(&run.tally, &run.request), 0);
	assert_int_equal(tally_status(&run.tally, &run.request), STATUS_OK);
	assert_true(tally_fps(&run.tally) > 99.9 && tally_fps(&run.tally) < 100.1);
	assert_string_equal(tally_proof(&run.tally), "seq");
	assert_int_equal(run.tally.jitter.max, 0);
	assert_int_equal(run.tally.latency.max, 1000);
}

static void losses_by_their_place(void **state)
{
	struct run run = fresh();

	run.request.frames = 3;
	begin(&run);
	give(&run);
	assert_int_equal(give_after(&run, 3, 0, 0, 0), VERDICT_KEEP);
	assert_int_equal(run.tally.lost.device, 3);
	assert_int_equal(give_after(&run, 5, 4, 0, 0), VERDICT_KEEP);
	assert_int_equal(run.tally.lost.device, 4);
	assert_int_equal(run.tally.lost.ring_full, 4);
	assert_int_equal(tally_status(&run.tally, &run.request), STATUS_LOSS);
	assert_int_equal(run.tally.jitter.max, 0);	/* a gap is no jitter */
	run.request.loss = LOSS_IGNORE;
	assert_int_equal(tally_status(&run.tally, &run.request), STATUS_OK);
}

static void damaged_frames_are_no_frames(void **state)
{
	struct run run = fresh();

	begin(&run);
	assert_int_equal(give_after(&run, 0, 0, 0, CAPTURE_FRAME_CORRUPT), VERDICT_BAD);
	assert_int_equal(give_after(&run, 0, 0, 0, CAPTURE_FRAME_INCOMPLETE), VERDICT_BAD);
	assert_int_equal(give_after(&run, 0, 0, -EIO, 0), VERDICT_BAD);
	/* one frame is lost once */
	assert_int_equal(give_after(&run, 0, 0, 0, CAPTURE_FRAME_CORRUPT | CAPTURE_FRAME_INCOMPLETE),
			 VERDICT_BAD);
	assert_int_equal(run.tally.lost.corrupt, 2);
	assert_int_equal(run.tally.lost.incomplete, 1);
	assert_int_equal(run.tally.lost.transfer, 1);
	assert_int_equal(run.tally.captured, 0);
	assert_int_equal(tally_lost(&run.tally, &run.request), 4);
}

static void refused_buffers_are_no_frames(void **state)
{
	struct run run = fresh();

	begin(&run);
	assert_int_equal(give_after(&run, 0, 0, -EINVAL, CAPTURE_FRAME_REFUSED), VERDICT_BAD);
	assert_int_equal(give(&run), VERDICT_KEEP);
	assert_int_equal(give_after(&run, 0, 0, -ENODEV, CAPTURE_FRAME_REFUSED), VERDICT_BAD);
	assert_int_equal(tally_lost(&run.tally, &run.request), 0);
}

static void unless_they_are_wanted(void **state)
{
	struct run run = fresh();

	run.request.damaged = DAMAGED_KEEP;
	begin(&run);
	assert_int_equal(give_after(&run, 0, 0, 0, CAPTURE_FRAME_CORRUPT), VERDICT_KEEP);
	assert_int_equal(give_after(&run, 0, 0, -EIO, 0), VERDICT_BAD);
	assert_int_equal(run.tally.lost.corrupt, 1);
	assert_int_equal(tally_status(&run.tally, &run.request), STATUS_LOSS);
}

static void other_flags_are_harmless(void **state)
{
	struct run run = fresh();

	begin(&run);
	assert_int_equal(give_after(&run, 0, 0, 0, CAPTURE_FRAME_COPIED | CAPTURE_FRAME_REPEATED |
				    CAPTURE_FRAME_LATE | CAPTURE_FRAME_BOUNCED), VERDICT_KEEP);
	assert_int_equal(tally_lost(&run.tally, &run.request), 0);
}

static void skip_frames(void **state)
{
	struct run run = fresh();

	run.request.skip_frames = 2;
	begin(&run);
	assert_int_equal(give_after(&run, 5, 0, 0, 0), VERDICT_PASS);
	/* not counted, but not what is waited for either */
	assert_int_equal(give_after(&run, 0, 0, -EIO, 0), VERDICT_BAD);
	assert_int_equal(give_after(&run, 0, 0, 0, CAPTURE_FRAME_CORRUPT), VERDICT_PASS);
	assert_int_equal(give_after(&run, 2, 2, 0, 0), VERDICT_KEEP);
	assert_int_equal(run.tally.skipped, 2);
	assert_int_equal(tally_lost(&run.tally, &run.request), 0);
	give_after(&run, 1, 1, 0, 0);
	assert_int_equal(run.tally.lost.ring_full, 1);
	assert_int_equal(run.tally.lost.device, 0);
}

static void skip_time(void **state)
{
	struct run run = fresh();

	run.request.skip_ns = 3 * PERIOD;
	begin(&run);
	for (int i = 0; i < 3; i++)
		assert_int_equal(give(&run), VERDICT_PASS);
	assert_int_equal(give(&run), VERDICT_KEEP);
	assert_int_equal(run.tally.skipped, 3);
}

static void every_third(void **state)
{
	struct run run = fresh();

	run.request.every = 3;
	begin(&run);
	for (int i = 0; i < 9; i++)
		assert_int_equal(give(&run), i % 3 ? VERDICT_PASS : VERDICT_KEEP);
	assert_int_equal(run.tally.captured, 3);
	assert_int_equal(run.tally.skipped, 6);
}

static void a_frame_per_interval(void **state)
{
	struct run run = fresh();

	run.request.interval_ns = 5 * PERIOD / 2;	/* frames 0, 3, 5, 8, 10, ... */
	begin(&run);
	for (int i = 0; i < 11; i++) {
		bool opens = i == 0 || i == 3 || i == 5 || i == 8 || i == 10;

		assert_int_equal(give(&run), opens ? VERDICT_KEEP : VERDICT_PASS);
	}
	assert_int_equal(run.tally.lost.slots, 0);
	/* frames 11 to 18 lost: the slots from 12.5 and 15 have none */
	assert_int_equal(give_after(&run, 7, 0, 0, 0), VERDICT_KEEP);
	assert_int_equal(run.tally.lost.slots, 2);
	assert_int_equal(run.tally.lost.device, 7);
	assert_int_equal(tally_lost(&run.tally, &run.request), 2);
}

static void for_a_duration(void **state)
{
	struct run run = fresh();

	run.request.duration_ns = 4 * PERIOD;
	begin(&run);
	for (int i = 0; i < 4; i++)
		assert_int_equal(give(&run), VERDICT_KEEP);
	assert_int_equal(give_after(&run, 3, 0, 0, 0), VERDICT_END);
	run.tally.end = END_DURATION;
	assert_int_equal(tally_status(&run.tally, &run.request), STATUS_OK);
	run.request.frames = 10;
	assert_int_equal(tally_status(&run.tally, &run.request), STATUS_EARLY);
}

static void how_it_ends(void **state)
{
	struct run run = fresh();

	begin(&run);
	give(&run);
	run.tally.end = END_SIGNAL;
	run.tally.signal = SIGINT;
	assert_int_equal(tally_status(&run.tally, &run.request), STATUS_OK);	/* open-ended */
	run.request.frames = 2;
	assert_int_equal(tally_status(&run.tally, &run.request), STATUS_SIGNAL + SIGINT);
	run.tally.error_status = STATUS_WRITE;
	assert_int_equal(tally_status(&run.tally, &run.request), STATUS_WRITE);
	run.tally.error_status = 0;
	run.tally.end = END_LOSS;
	assert_int_equal(tally_status(&run.tally, &run.request), STATUS_EARLY);
}

static void no_counter_no_proof(void **state)
{
	struct run run = fresh();

	begin(&run);
	assert_string_equal(tally_proof(&run.tally), "none");
	for (int i = 0; i < 3; i++) {
		run.next = 0;
		give(&run);
	}
	assert_string_equal(tally_proof(&run.tally), "none");
	run.tally.verified = true;
	assert_string_equal(tally_proof(&run.tally), "content");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_good), cmocka_unit_test(losses_by_their_place),
		cmocka_unit_test(damaged_frames_are_no_frames), cmocka_unit_test(refused_buffers_are_no_frames),
		cmocka_unit_test(unless_they_are_wanted),
		cmocka_unit_test(other_flags_are_harmless), cmocka_unit_test(skip_frames),
		cmocka_unit_test(skip_time), cmocka_unit_test(every_third),
		cmocka_unit_test(a_frame_per_interval), cmocka_unit_test(for_a_duration),
		cmocka_unit_test(how_it_ends), cmocka_unit_test(no_counter_no_proof),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

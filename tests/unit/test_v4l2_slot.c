/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which index a buffer takes: the rule that keeps frames out of forgotten pages. */
#include <stdlib.h>
#include <string.h>

#include "unit.h"
#include "v4l2.h"

#define LEN 1000u

static struct v4l_session *v;
static struct v4l_buffer own[3];
static char memory[4000];
static struct capture_buffer buffer[3];

static int setup(void **state)
{
	unsigned int i;

	v = calloc(1, sizeof(*v));
	v->slots = 4;
	memset(own, 0, sizeof(own));
	for (i = 0; i < 3; i++) {
		buffer[i] = (struct capture_buffer){ .addr = memory + i * 100, .len = LEN,
						     .priv = &own[i] };
		own[i].number = i + 1;
	}
	return 0;
}

static int teardown(void **state)
{
	free(v);
	return 0;
}

static void holds(unsigned int slot, unsigned int which, uint64_t length, bool lasting)
{
	v->slot[slot].addr = (uintptr_t)buffer[which].addr;
	v->slot[slot].length = length;
	v->slot[slot].owner = lasting ? own[which].number : 0;
	own[which].slot = slot;
}

static void chosen(unsigned int which, unsigned int slot, uint64_t length, bool bounce)
{
	struct v4l_choice choice = v4l_choose(v, &buffer[which], LEN, buffer[which].len);

	assert_int_equal(choice.slot, slot);
	assert_int_equal(choice.length, length);
	assert_int_equal(choice.bounce, bounce);
}

static void lasting_takes_an_empty_one(void **state)
{
	buffer[0].flags = CAPTURE_ATTACH_STABLE;
	holds(0, 1, LEN, false);
	chosen(0, 1, LEN, false);
}

static void lasting_goes_back(void **state)
{
	buffer[0].flags = CAPTURE_ATTACH_STABLE;
	holds(2, 0, LEN, true);
	chosen(0, 2, LEN, false);
}

static void lasting_goes_elsewhere_when_taken(void **state)
{
	buffer[0].flags = CAPTURE_ATTACH_STABLE;
	holds(2, 0, LEN, true);
	v->slot[2].queued = true;
	chosen(0, 0, LEN, false);
}

/* The same address in another attach's name: its mapping may be another one. */
static void lasting_does_not_trust_an_earlier_attach(void **state)
{
	buffer[0].flags = CAPTURE_ATTACH_STABLE;
	holds(0, 0, LEN, true);
	own[0].number = 77;
	chosen(0, 1, LEN, false);
	holds(1, 1, LEN, false);
	holds(2, 0, LEN, false);
	holds(3, 0, LEN, false);
	v->slot[0].owner = 0;
	chosen(0, 1, LEN, false);
	v->slot[1].queued = true;
	chosen(0, 0, LEN, true);
}

/* A first turn too must not believe what it finds. */
static void lasting_spares_others(void **state)
{
	buffer[2].flags = CAPTURE_ATTACH_STABLE;
	holds(0, 0, LEN, true);
	holds(1, 1, LEN, false);
	holds(2, 0, LEN, true);
	holds(3, 0, LEN, true);
	chosen(2, 1, LEN, false);
}

static void another_length_where_there_is_room(void **state)
{
	buffer[0].len = LEN + 1;
	holds(1, 0, LEN, false);
	chosen(0, 1, LEN + 1, false);
	holds(1, 0, LEN + 1, false);
	chosen(0, 1, LEN, false);
}

/* In steps that keep the length aligned where that matters, never past the buffer. */
static void length_stays_in_the_buffer(void **state)
{
	buffer[0].len = LEN + 2000;
	holds(1, 0, LEN, false);
	chosen(0, 1, LEN + 128, false);
	buffer[0].len = LEN + 5;
	chosen(0, 1, LEN + 5, false);
}

static void another_index_where_there_is_none(void **state)
{
	holds(0, 0, LEN, false);
	chosen(0, 1, LEN, false);	/* nothing else to take */
	holds(2, 1, LEN, false);
	chosen(0, 2, LEN, false);	/* a used one rather than one more pin */
}

static void around_as_the_last_resort(void **state)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		holds(i, 0, LEN, false);
	chosen(0, 0, LEN, true);
	/* which cures the index */
	v->slot[0].addr = 4711;
	chosen(0, 0, LEN, false);
}

static void around_where_nothing_is_known(void **state)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		v->slot[i].unknown = true;
	chosen(0, 0, LEN, true);
	buffer[1].flags = CAPTURE_ATTACH_STABLE;
	holds(2, 1, LEN, true);
	chosen(1, 0, LEN, true);
}

static void only_free_ones(void **state)
{
	v->slot[0].queued = v->slot[1].queued = v->slot[2].queued = true;
	chosen(0, 3, LEN, false);
	holds(3, 0, LEN, false);
	own[0].slot = 3;
	chosen(0, 3, LEN, true);
}

/* Whatever came before: what is chosen is free, and the driver would look again. */
static void any_state(void **state)
{
	const unsigned int seed = 20240517;
	unsigned int rounds, i;

	print_message("seed %u\n", seed);
	srand(seed);
	for (rounds = 0; rounds < 20000; rounds++) {
		unsigned int which = (unsigned int)rand() % 3, room = 1 + (unsigned int)rand() % 3;
		struct v4l_choice c;

		for (i = 0; i < 4; i++) {
			struct v4l_slot *slot = &v->slot[i];

			slot->queued = rand() & 1;
			slot->unknown = !(rand() % 8);
			slot->addr = rand() & 1 ? (uintptr_t)buffer[rand() % 3].addr : 0;
			slot->length = LEN + (unsigned int)rand() % room;
			slot->owner = (uint64_t)rand() % 4;
		}
		v->slot[rand() % 4].queued = false;
		buffer[which].len = LEN + room - 1;
		buffer[which].flags = rand() & 1 ? CAPTURE_ATTACH_STABLE : 0;
		own[which].slot = (unsigned int)rand() % 4;
		c = v4l_choose(v, &buffer[which], LEN, buffer[which].len);
		assert_true(c.slot < 4);
		assert_false(v->slot[c.slot].queued);
		assert_in_range(c.length, LEN, buffer[which].len);
		if (c.bounce)
			continue;
		assert_false(v->slot[c.slot].unknown);
		if (v->slot[c.slot].addr == (uintptr_t)buffer[which].addr &&
		    v->slot[c.slot].length == c.length) {
			assert_true(buffer[which].flags & CAPTURE_ATTACH_STABLE);
			assert_int_equal(v->slot[c.slot].owner, own[which].number);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lasting_takes_an_empty_one, setup, teardown),
		cmocka_unit_test_setup_teardown(lasting_goes_back, setup, teardown),
		cmocka_unit_test_setup_teardown(lasting_goes_elsewhere_when_taken, setup, teardown),
		cmocka_unit_test_setup_teardown(lasting_does_not_trust_an_earlier_attach, setup,
						teardown),
		cmocka_unit_test_setup_teardown(lasting_spares_others, setup, teardown),
		cmocka_unit_test_setup_teardown(another_length_where_there_is_room, setup, teardown),
		cmocka_unit_test_setup_teardown(length_stays_in_the_buffer, setup, teardown),
		cmocka_unit_test_setup_teardown(another_index_where_there_is_none, setup, teardown),
		cmocka_unit_test_setup_teardown(around_as_the_last_resort, setup, teardown),
		cmocka_unit_test_setup_teardown(around_where_nothing_is_known, setup, teardown),
		cmocka_unit_test_setup_teardown(only_free_ones, setup, teardown),
		cmocka_unit_test_setup_teardown(any_state, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

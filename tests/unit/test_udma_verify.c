/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Only devices that say that their frames can be told in advance are compared with anything. */
#include <string.h>

#include "udma_backend.h"
#include "udma_bytes.h"
#include "unit.h"

#define STRIDE 50
#define LINES 4

static uint8_t memory[STRIDE * LINES];
static struct udma_session priv;
static struct capture_session session = { .priv = &priv };
static struct capture_buffer buffer;
static struct capture_frame frame;

static int set_up(void **state)
{
	uint32_t line;

	priv = (struct udma_session){
		.path = "/dev/udma0",
		.info = { .features = UDMA_FEATURE_PREDICTABLE, .seed = 5 },
		.format = { .planes = 2, .plane = { { STRIDE, 3 }, { STRIDE, 1 } } },
	};
	buffer = (struct capture_buffer){ .addr = memory, .len = sizeof(memory) };
	frame = (struct capture_frame){ .buffer = &buffer, .bytes = sizeof(memory), .sequence = 7 };
	for (line = 0; line < LINES; line++)
		udma_bytes_fill(udma_bytes_line(5, 7, line), 0, STRIDE, memory + line * STRIDE);
	return 0;
}

static void right_and_wrong(void **state)
{
	assert_int_equal(udma_verify(&session, NULL), 0);
	assert_int_equal(udma_verify(&session, &frame), 0);
	memory[3 * STRIDE + 20] ^= 1;
	assert_int_equal(udma_verify(&session, &frame), -EBADMSG);
	assert_non_null(strstr(capture_error(), "line 3, byte 20 "));
	/* what is not valid does not matter */
	frame.bytes = 3 * STRIDE + 20;
	assert_int_equal(udma_verify(&session, &frame), 0);
}

static void another_frame(void **state)
{
	frame.sequence++;
	assert_int_equal(udma_verify(&session, &frame), -EBADMSG);
}

static void nothing_to_compare(void **state)
{
	frame.status = -EIO;
	assert_int_equal(udma_verify(&session, &frame), -EINVAL);
	frame.status = 0;
	frame.buffer = NULL;
	assert_int_equal(udma_verify(&session, &frame), -EINVAL);
}

/* a device of somebody else: a camera's frames, even such that happen to be the same */
static void cannot_be_told(void **state)
{
	priv.info.features = UDMA_FEATURE_FROM_START | UDMA_FEATURE_SIMULATED;
	assert_int_equal(udma_verify(&session, NULL), -EOPNOTSUPP);
	assert_int_equal(udma_verify(&session, &frame), -EOPNOTSUPP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(right_and_wrong, set_up),
		cmocka_unit_test_setup(another_frame, set_up),
		cmocka_unit_test_setup(nothing_to_compare, set_up),
		cmocka_unit_test_setup(cannot_be_told, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

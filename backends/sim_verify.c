/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The judge: makes the frame once more and compares. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"
#include "sim_transfer.h"

static int say_wrong(const struct sim *sim, const struct sim_buffer *buffer, uint64_t offset,
		     uint8_t expected, uint8_t got)
{
	uint32_t plane, line;
	uint64_t column;

	pattern_place(&sim->device.format, offset, &plane, &line, &column);
	return fail(-EBADMSG, "sim: frame %" PRIu64 ": plane %u, line %u, byte %" PRIu64
		    " (offset %" PRIu64 ") is 0x%02x and should be 0x%02x", buffer->number, plane,
		    line, column, offset, got, expected);
}

static int compare(const struct sim *sim, const struct sim_buffer *buffer,
		   const struct transfer *t, uint8_t *expected)
{
	const uint8_t *got = buffer->buffer->addr;
	uint64_t offset;
	size_t part, i;

	for (offset = 0; offset < t->bytes; offset += part) {
		part = t->bytes - offset < TRANSFER_SCRATCH ? t->bytes - offset : TRANSFER_SCRATCH;
		transfer_make(t, offset, part, expected);
		if (!memcmp(expected, got + offset, part))
			continue;
		for (i = 0; expected[i] == got[offset + i]; i++)
			;
		return say_wrong(sim, buffer, offset + i, expected[i], got[offset + i]);
	}
	return 0;
}

static int check_facts(const struct sim *sim, const struct sim_buffer *buffer,
		       const struct capture_frame *frame, uint64_t whole)
{
	uint32_t sequence = device_first_sequence(&sim->device) + (uint32_t)buffer->number;
	uint64_t bytes = sim_frame_bytes(&sim->device, buffer->number, whole);

	if ((uint32_t)frame->sequence != sequence)
		return fail(-EBADMSG, "sim: frame %" PRIu64 " came as sequence %" PRIu64 " and should be %u (modulo 2^32)",
			    buffer->number, frame->sequence, sequence);
	if (frame->bytes != bytes)
		return fail(-EBADMSG, "sim: frame %" PRIu64 " has %" PRIu64 " bytes and should have %" PRIu64,
			    buffer->number, frame->bytes, bytes);
	return 0;
}

int sim_verify_frame(struct sim *sim, const struct sim_buffer *buffer,
		     const struct capture_frame *frame)
{
	struct transfer t = {
		.bytes = frame->bytes,
		.damage_at = buffer->damage_at,
		.damage_len = buffer->damage_len,
	};
	uint8_t *expected;
	uint64_t whole;
	int err;

	if (frame->status)
		return fail(-EINVAL, "sim: frame %" PRIu64 " failed: there is nothing to compare",
			    frame->sequence);
	expected = malloc(TRANSFER_SCRATCH);
	if (!expected)
		return fail(-ENOMEM, "sim: no memory to verify a frame");
	err = pattern_new(&sim->device.format, &t.pattern);
	if (err)
		goto free_expected;
	err = pattern_begin(t.pattern, &buffer->look, buffer->number, &whole);
	if (!err)
		err = check_facts(sim, buffer, frame, whole);
	if (!err)
		err = compare(sim, buffer, &t, expected);
	pattern_free(t.pattern);
free_expected:
	free(expected);
	return err;
}

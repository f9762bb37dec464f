/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames of devices that send bytes which can be told in advance. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "udma_backend.h"
#include "udma_bytes.h"

static int say_wrong(const struct udma_session *u, const struct capture_frame *frame, uint32_t line,
		     const uint8_t *got, const uint8_t *expected, uint32_t bytes)
{
	uint32_t i;

	for (i = 0; i < bytes - 1 && got[i] == expected[i]; i++)
		;
	return fail(-EBADMSG, "%s: frame %" PRIu64 ": line %u, byte %u is 0x%02x and should be 0x%02x",
		    u->path, frame->sequence, line, i, got[i], expected[i]);
}

static int compare(const struct udma_session *u, const struct capture_frame *frame, uint8_t *expected)
{
	const uint8_t *got = frame->buffer->addr;
	uint64_t left = frame->bytes;
	uint32_t plane, y, line = 0, part;

	for (plane = 0; plane < u->format.planes; plane++) {
		for (y = 0; y < u->format.plane[plane].lines && left; y++, line++) {
			part = u->format.plane[plane].stride;
			part = part < left ? part : (uint32_t)left;
			udma_bytes_fill(udma_bytes_line(u->info.seed, (uint32_t)frame->sequence, line),
					0, part, expected);
			if (memcmp(got, expected, part))
				return say_wrong(u, frame, line, got, expected, part);
			got += part;
			left -= part;
		}
	}
	return 0;
}

int udma_verify(struct capture_session *s, const struct capture_frame *frame)
{
	const struct udma_session *u = udma_of(s);
	uint32_t longest = 1, i;
	uint8_t *expected;
	int err;

	if (!(u->info.features & UDMA_FEATURE_PREDICTABLE))
		return fail(-EOPNOTSUPP, "%s: what this device sends cannot be told in advance", u->path);
	if (!frame)
		return 0;
	if (!frame->buffer || frame->status)
		return fail(-EINVAL, "%s: frame %" PRIu64 " has nothing to compare", u->path,
			    frame->sequence);
	for (i = 0; i < u->format.planes; i++)
		if (u->format.plane[i].stride > longest)
			longest = u->format.plane[i].stride;
	expected = malloc(longest);
	if (!expected)
		return fail(-ENOMEM, "%s: no memory to verify a frame", u->path);
	err = compare(u, frame, expected);
	free(expected);
	return err;
}

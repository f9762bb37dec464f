/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "inspection.h"

#include <inttypes.h>
#include <string.h>

#include "camera_jpeg.h"
#include "picture.h"
#include "say.h"
#include "words.h"

void inspection_open(struct inspection *inspection, const struct capture_format *format,
		     const struct output *outputs, unsigned int count)
{
	unsigned int i;

	*inspection = (struct inspection){ .format = format };
	for (i = 0; i < count && camera_jpeg_is(format->fourcc); i++)
		inspection->needed |= !outputs[i].wish->encoder->plain;
}

void inspection_look(struct inspection *inspection, struct capture_frame *frame)
{
	struct picture picture;

	if (!inspection->needed || frame->status || frame->flags & CAPTURE_FRAME_INCOMPLETE)
		return;
	picture_set(&picture, inspection->format, frame, 0);
	if (!camera_jpeg_check(&picture))
		return;
	frame->flags |= CAPTURE_FRAME_CORRUPT;
	say(inspection->told ? SAY_DETAILS : SAY_NOTES, "frame %" PRIu64 " of the device: %s",
	    frame->sequence, why());
	inspection->told = true;
}

void inspection_blank(const struct inspection *inspection, const struct capture_frame *frame)
{
	uint8_t *data = capture_buffer_data(frame->buffer);

	if (!picture_has_no_rows(inspection->format) && frame->bytes < inspection->format->size)
		memset(data + frame->bytes, 0, inspection->format->size - frame->bytes);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes nothing: for measuring, and for runs that only want the report. */
#include "encoders.h"

static int null_accepts(const struct capture_format *format, const struct encode_options *options)
{
	return 0;
}

static int null_frame(struct encode *e, const struct picture *picture, struct sink *sink)
{
	return 0;
}

const struct encoder encoder_null = {
	.name = "null",
	.suffixes = "",
	.help = "nothing is written",
	.discards = true,
	.accepts = null_accepts,
	.frame = null_frame,
};

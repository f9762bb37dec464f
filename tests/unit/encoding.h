/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tests of encoders share: instances that must open, frames that must encode. */
#ifndef ENCODING_H
#define ENCODING_H

#include "encode.h"

/* where encoding_frame() writes to */
extern struct sink_memory encoded;

/* Formats of every family, 0 ends. */
extern const uint32_t encoding_formats[];

/* An instance; @options may be NULL. */
struct encode *encoding_open(const char *encoder, const struct capture_format *format,
			     const struct encode_options *options);

/* Encode one picture into @encoded, which is emptied before. */
void encoding_frame(struct encode *e, const struct picture *picture);

/* For cmocka: print the seed and prepare @encoded; and the end. */
int encoding_setup(void **unused);
int encoding_teardown(void **unused);

#endif /* ENCODING_H */

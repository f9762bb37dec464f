/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Readers of what the encoders write, for comparing. */
#ifndef DECODE_H
#define DECODE_H

#include <stdint.h>

#include "sink.h"

struct decoded {
	uint32_t width, height;
	int channels;
	uint32_t maxval;
	uint16_t *sample;	/* width x height x channels numbers */
	/* png */
	int sbit;		/* 0: none */
	int srgb;		/* 1: tagged so */
	int year, second;	/* of tIME; year 0: none */
	char texts[512];	/* "Key=value;" each */
	uint64_t length;	/* bytes of input used */
};

/* All end the test on malformed input. */
void decode_png(const uint8_t *data, uint64_t size, struct decoded *out);
void decode_pnm(const uint8_t *data, uint64_t size, struct decoded *out);
void decode_free(struct decoded *out);

#endif /* DECODE_H */

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pictures that a compressor may stumble over, and a way back from its bytes. */
#ifndef PNG_CONTENT_H
#define PNG_CONTENT_H

#include <stddef.h>
#include <stdint.h>

#define PNG_CONTENTS 17

/* Fill rows of @row bytes with one of PNG_CONTENTS kinds; the same for the same seed. */
void png_content(unsigned int kind, uint64_t seed, uint8_t *data, size_t row, uint32_t rows);

/* Take PNG's filters back, in place: rows of their number and @row bytes. 0, or -1: no such filter. */
int png_unfilter(uint8_t *data, size_t row, uint32_t rows, unsigned int pixel_bytes);

#endif /* PNG_CONTENT_H */

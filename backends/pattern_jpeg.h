/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pictures as a camera with a JPEG compressor gives them: 4:2:2, quality 90. */
#ifndef PATTERN_JPEG_H
#define PATTERN_JPEG_H

#include <stddef.h>
#include <stdint.h>

struct jpeg;

/* The most bytes that a picture can take; 0: too large for JPEG. */
uint64_t jpeg_size_max(uint32_t width, uint32_t height);

/* 0; -EINVAL: too large; -ENOMEM. jpeg_free(NULL) is fine. */
int jpeg_new(uint32_t width, uint32_t height, struct jpeg **out);
void jpeg_free(struct jpeg *jpeg);

/* The row to fill before jpeg_compress(): 3 * width bytes, RGB. */
uint8_t *jpeg_row(struct jpeg *jpeg, uint32_t y);

/* 0 and the compressed picture, which stays valid until the next call; or -EIO. */
int jpeg_compress(struct jpeg *jpeg, const uint8_t **data, size_t *bytes);

#endif /* PATTERN_JPEG_H */

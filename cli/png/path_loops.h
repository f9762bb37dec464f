/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inner loops in C.  They are compiled into functions for several kinds of
 * processor (path.c, path_arm.c, path_x86.c), where the compiler makes vectors of them.
 */
#ifndef PNG_PATH_LOOPS_H
#define PNG_PATH_LOOPS_H

#include <endian.h>
#include <stdlib.h>

#include "path.h"

#define PNG_LOOP static inline __attribute__((always_inline))

PNG_LOOP void png_loop_none(uint8_t *restrict out, const uint8_t *x, const uint8_t *left,
			    const uint8_t *above, const uint8_t *above_left, size_t length)
{
	memcpy(out, x, length);
}

PNG_LOOP void png_loop_sub(uint8_t *restrict out, const uint8_t *x, const uint8_t *left,
			   const uint8_t *above, const uint8_t *above_left, size_t length)
{
	for (size_t i = 0; i < length; i++)
		out[i] = (uint8_t)(x[i] - left[i]);
}

PNG_LOOP void png_loop_up(uint8_t *restrict out, const uint8_t *x, const uint8_t *left,
			  const uint8_t *above, const uint8_t *above_left, size_t length)
{
	for (size_t i = 0; i < length; i++)
		out[i] = (uint8_t)(x[i] - above[i]);
}

PNG_LOOP void png_loop_avg(uint8_t *restrict out, const uint8_t *x, const uint8_t *left,
			   const uint8_t *above, const uint8_t *above_left, size_t length)
{
	/* the mean without a ninth bit */
	for (size_t i = 0; i < length; i++)
		out[i] = (uint8_t)(x[i] - ((left[i] & above[i]) + ((left[i] ^ above[i]) >> 1)));
}

PNG_LOOP void png_loop_paeth(uint8_t *restrict out, const uint8_t *x, const uint8_t *left,
			     const uint8_t *above, const uint8_t *above_left, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		int16_t a = left[i], b = above[i], c = above_left[i];
		int16_t to_a = (int16_t)abs(b - c), to_b = (int16_t)abs(a - c);
		int16_t to_c = (int16_t)abs(a + b - 2 * c);
		int16_t b_or_c = to_b <= to_c ? b : c;

		out[i] = (uint8_t)(x[i] - (to_a <= to_b && to_a <= to_c ? a : b_or_c));
	}
}

/* Four codes are joined before the one shift that has to wait for those before. */
PNG_LOOP void png_loop_literals(struct png_bits *bits, const uint8_t *data, size_t length,
				const struct png_literal_codes *codes)
{
	struct png_bits b = *bits;
	const uint32_t *entry = codes->entry;
	size_t i;

	for (i = 0; i + 4 <= length; i += 4) {
		uint64_t e0 = entry[data[i]], e1 = entry[data[i + 1]];
		uint64_t e2 = entry[data[i + 2]], e3 = entry[data[i + 3]];
		uint64_t first = e0 >> 6 | (e1 >> 6) << (e0 & 63);
		uint64_t second = e2 >> 6 | (e3 >> 6) << (e2 & 63);
		unsigned int n = (unsigned int)(e0 + e1) & 63, m = (unsigned int)(e2 + e3) & 63;

		if (__builtin_expect(n + m <= PNG_BITS_MOST, 1)) {
			png_bits_put(&b, first | second << n, n + m);
		} else {
			png_bits_put(&b, first, n);
			png_bits_put(&b, second, m);
		}
	}
	for (; i < length; i++)
		png_bits_put(&b, entry[data[i]] >> 6, entry[data[i]] & 63);
	*bits = b;
}

PNG_LOOP void png_loop_mark(uint8_t *marks, const uint8_t *data, size_t length)
{
	for (size_t i = 0; i < length; i++)
		marks[data[i]] = 255;
}

/* 64 bytes at most, eight at a time; the tail one by one. */
PNG_LOOP uint64_t png_loop_differ(const uint8_t *a, const uint8_t *b, size_t length)
{
	const uint64_t sevens = 0x7f7f7f7f7f7f7f7f;
	uint64_t map = 0, x, y;
	size_t i;

	for (i = 0; i + 8 <= length; i += 8) {
		memcpy(&x, a + i, 8);
		memcpy(&y, b + i, 8);
		x = le64toh(x ^ y);
		/* the highest bit of each byte that is not 0, and all eight of them side by side */
		x = (((x & sevens) + sevens) | x) >> 7 & 0x0101010101010101;
		map |= (x * 0x0102040810204080 >> 56) << i;
	}
	for (; i < length; i++)
		map |= (uint64_t)(a[i] != b[i]) << i;
	return length < 64 ? map | UINT64_MAX << length : map;
}

/* ---- the functions of a path, as it compiles them: behind the attribute of its processor ---- */

#define PNG_PATH_FILTER(kind)									\
	static void kind(uint8_t *out, const uint8_t *x, const uint8_t *left,			\
			 const uint8_t *above, const uint8_t *above_left, size_t length)	\
	{											\
		png_loop_##kind(out, x, left, above, above_left, length);			\
	}

#define PNG_PATH_LITERALS(name)									\
	static void name(struct png_bits *bits, const uint8_t *data, size_t length,		\
			 const struct png_literal_codes *codes)					\
	{											\
		png_loop_literals(bits, data, length, codes);					\
	}

#define PNG_PATH_MARK(name)									\
	static void name(uint8_t *marks, const uint8_t *data, size_t length)			\
	{											\
		png_loop_mark(marks, data, length);						\
	}

/* @of_64: the word for 64 bytes of each */
#define PNG_PATH_DIFFER(name, of_64)								\
	static void name(uint64_t *map, const uint8_t *a, const uint8_t *b, size_t length)	\
	{											\
		size_t i;									\
												\
		for (i = 0; i + 64 <= length; i += 64)						\
			map[i / 64] = of_64(a + i, b + i);					\
		map[i / 64] = png_loop_differ(a + i, b + i, length - i);			\
	}

#endif /* PNG_PATH_LOOPS_H */

/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Frames whose every byte can be told in advance: what udma_sim sends, what the
 * simulator sends with pattern=bytes, and what checkers compare with.
 *
 * The byte at @column of @line of frame @number; lines are counted through all
 * planes.  Four neighbours are the bytes of one word, lowest first.
 */
#ifndef UDMA_BYTES_H
#define UDMA_BYTES_H

#include <linux/types.h>

/* 32 bits to 32 bits, each of which depends on all of the input */
static inline __u32 udma_bytes_mix(__u32 x)
{
	x ^= x >> 16;
	x *= 0x7feb352d;
	x ^= x >> 15;
	x *= 0x846ca68b;
	return x ^ x >> 16;
}

static inline __u32 udma_bytes_line(__u32 seed, __u32 number, __u32 line)
{
	return udma_bytes_mix(udma_bytes_mix(udma_bytes_mix(seed ^ 0x62797465) + number) + line);
}

static inline __u32 udma_bytes_word(__u32 line_key, __u32 index)
{
	return udma_bytes_mix(line_key + index);
}

/* @len bytes of a line, from its byte @column */
static inline void udma_bytes_fill(__u32 line_key, __u32 column, __u32 len, __u8 *out)
{
	__u32 word = udma_bytes_word(line_key, column / 4);

	for (; len && column & 3; len--, column++)
		*out++ = (__u8)(word >> 8 * (column & 3));
	for (; len; column += 4, out += 4) {
		word = udma_bytes_word(line_key, column / 4);
		if (len < 4)
			break;
		out[0] = (__u8)word;
		out[1] = (__u8)(word >> 8);
		out[2] = (__u8)(word >> 16);
		out[3] = (__u8)(word >> 24);
		len -= 4;
	}
	for (; len; len--, word >>= 8)
		*out++ = (__u8)word;
}

#endif /* UDMA_BYTES_H */

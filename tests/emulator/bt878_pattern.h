/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the Bt878's camera shows: the byte at every place of every frame.
 *
 * A line is a row of 32-bit words, least significant byte first:
 *
 *	word 0		the number of the frame, from 0 since the RISC engine was started
 *	word 1		15:0 the line, 17:16 the plane, 19:18 the input (IFORM 6:5), 31:20 0x8A7
 *	word n		bt878_mix() of all of that and n
 *
 * The line is counted in the whole frame, from 0: odd (top) fields have the
 * even numbers.  It counts lines as the vertical scaler gives them out, and
 * so does a single field: its lines are 0, 2, 4... or 1, 3, 5...
 * Planes: 0 packed data or Y, 1 Cb, 2 Cr, 3 the vertical blanking interval.
 *
 * COLOR_CTL may swap bytes and words of a packed line: byte x of the line in
 * memory is then byte x ^ swap of the line of the camera.
 *
 * Who has the frame's number and the geometry can compute every byte, and who
 * has only the bytes finds the number in them.  No two words are alike by
 * construction, so a byte in the wrong place is seen.
 */
#ifndef EMULATOR_BT878_PATTERN_H
#define EMULATOR_BT878_PATTERN_H

#include <stdint.h>

#define BT878_PATTERN_MAGIC	0x8A700000u
#define BT878_PATTERN_BSWAP	1u	/* bytes of a word of 16 bits */
#define BT878_PATTERN_WSWAP	2u	/* words of a word of 32 bits */

enum bt878_plane { BT878_PLANE_Y, BT878_PLANE_CB, BT878_PLANE_CR, BT878_PLANE_VBI };

struct bt878_place {
	uint32_t frame;
	uint32_t line;
	uint32_t plane;
	uint32_t input;
};

static inline uint32_t bt878_where(const struct bt878_place *at)
{
	return BT878_PATTERN_MAGIC | (at->input & 3) << 18 | (at->plane & 3) << 16 |
	       (at->line & 0xffff);
}

static inline uint32_t bt878_mix(uint32_t frame, uint32_t where, uint32_t n)
{
	uint32_t h = frame * 0x9E3779B1u ^ where * 0x85EBCA77u ^ n * 0xC2B2AE3Du;

	h = (h ^ h >> 15) * 0x2C1B3C6Du;
	h = (h ^ h >> 12) * 0x297A2D39u;
	return h ^ h >> 15;
}

/* Word @n of a line. */
static inline uint32_t bt878_word(const struct bt878_place *at, uint32_t n)
{
	if (n == 0)
		return at->frame;
	return n == 1 ? bt878_where(at) : bt878_mix(at->frame, bt878_where(at), n);
}

/* Byte @x of a line, as it lies in memory; @swap: BT878_PATTERN_?SWAP or'ed. */
static inline uint8_t bt878_byte(const struct bt878_place *at, uint32_t x, uint32_t swap)
{
	x ^= swap;
	return bt878_word(at, x / 4) >> x % 4 * 8;
}

#endif /* EMULATOR_BT878_PATTERN_H */

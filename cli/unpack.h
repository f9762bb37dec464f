/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Samples of 8 to 16 bits: out of the packings that sensors use, into the ones
 * that files use.  No library has these.  Rows go through numbers of 16 bits.
 *
 * Packings, as the kernel's "Image Formats" has them
 *	P10	4 pixels in 5 bytes: their upper 8 bits, then a byte of four times
 *		two lower bits, the first pixel's lowest
 *	P12	2 pixels in 3 bytes: upper 8 bits each, then twice 4 lower bits, the
 *		first pixel's lowest
 *	P14	4 pixels in 7 bytes: upper 8 bits each, then four times 6 lower bits
 *		in 3 bytes, the first pixel's lowest
 *	STRING10  4 pixels in 5 bytes: a string of bits, the most significant first
 */
#ifndef GRAB_UNPACK_H
#define GRAB_UNPACK_H

#include <stdint.h>

enum unpack_kind {
	UNPACK_8,
	UNPACK_16LE,
	UNPACK_16BE,
	UNPACK_P10,
	UNPACK_P12,
	UNPACK_P14,
	UNPACK_STRING10,
};

enum store_kind {
	STORE_8,
	STORE_16BE,
	STORE_16LE,
};

/* how numbers become samples of a file: number >> right in 8 bits, number << left in 16 */
struct store {
	enum store_kind kind;
	uint8_t left, right;
};

#endif /* GRAB_UNPACK_H */

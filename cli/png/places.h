/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Places where bytes stood before, found by a hash of them.  What is inline here would
 * cost a twentieth more by calls.
 */
#ifndef PNG_PLACES_H
#define PNG_PLACES_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

/** png_load - the eight bytes there, the first one lowest */
static inline uint64_t png_load(const uint8_t *data)
{
	uint64_t word;

	memcpy(&word, data, sizeof(word));
	return le64toh(word);
}

/** png_hash - of so many bits */
static inline unsigned int png_hash(uint64_t word, unsigned int bits)
{
	return (unsigned int)(word * 0x9e3779b97f4a7c15u >> (64 - bits));
}

/** png_common - how many bytes are the same from there on, of @most */
static inline unsigned int png_common(const uint8_t *a, const uint8_t *b, unsigned int most)
{
	unsigned int n = 0;

	while (n + 8 <= most) {
		uint64_t differ = png_load(a + n) ^ png_load(b + n);

		if (differ)
			return n + (unsigned int)__builtin_ctzll(differ) / 8;
		n += 8;
	}
	while (n < most && a[n] == b[n])
		n++;
	return n;
}

#endif /* PNG_PLACES_H */

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <endian.h>
#include <string.h>

#include "unpack.h"

static void unpack_8(const uint8_t *src, uint16_t *dst, uint32_t width)
{
	uint32_t x;

	for (x = 0; x < width; x++)
		dst[x] = src[x];
}

static void unpack_16le(unsigned int bits, const uint8_t *src, uint16_t *dst, uint32_t width)
{
	const uint16_t mask = (uint16_t)((1u << bits) - 1);
	uint32_t x;

	for (x = 0; x < width; x++) {
		uint16_t v;

		memcpy(&v, src + 2 * (uint64_t)x, 2);
		dst[x] = le16toh(v) & mask;
	}
}

static void unpack_16be(unsigned int bits, const uint8_t *src, uint16_t *dst, uint32_t width)
{
	const uint16_t mask = (uint16_t)((1u << bits) - 1);
	uint32_t x;

	for (x = 0; x < width; x++) {
		uint16_t v;

		memcpy(&v, src + 2 * (uint64_t)x, 2);
		dst[x] = be16toh(v) & mask;
	}
}

static void group_p10(const uint8_t *s, uint16_t *d)
{
	d[0] = (uint16_t)(s[0] << 2 | (s[4] & 3));
	d[1] = (uint16_t)(s[1] << 2 | (s[4] >> 2 & 3));
	d[2] = (uint16_t)(s[2] << 2 | (s[4] >> 4 & 3));
	d[3] = (uint16_t)(s[3] << 2 | s[4] >> 6);
}

static void group_p12(const uint8_t *s, uint16_t *d)
{
	d[0] = (uint16_t)(s[0] << 4 | (s[2] & 15));
	d[1] = (uint16_t)(s[1] << 4 | s[2] >> 4);
}

static void group_p14(const uint8_t *s, uint16_t *d)
{
	d[0] = (uint16_t)(s[0] << 6 | (s[4] & 63));
	d[1] = (uint16_t)(s[1] << 6 | s[4] >> 6 | (s[5] & 15) << 2);
	d[2] = (uint16_t)(s[2] << 6 | s[5] >> 4 | (s[6] & 3) << 4);
	d[3] = (uint16_t)(s[3] << 6 | s[6] >> 2);
}

static void group_string10(const uint8_t *s, uint16_t *d)
{
	d[0] = (uint16_t)(s[0] << 2 | s[1] >> 6);
	d[1] = (uint16_t)((s[1] & 63) << 4 | s[2] >> 4);
	d[2] = (uint16_t)((s[2] & 15) << 6 | s[3] >> 2);
	d[3] = (uint16_t)((s[3] & 3) << 8 | s[4]);
}

/* Groups of @pixels in @bytes; the last group may be used in part. */
#define UNPACK_GROUPS(group, pixels, bytes) do { \
	uint16_t last[pixels]; \
	uint32_t x; \
 \
	for (x = 0; width - x >= (pixels); x += (pixels), src += (bytes)) \
		group(src, dst + x); \
	if (x < width) { \
		group(src, last); \
		memcpy(dst + x, last, (width - x) * sizeof(*dst)); \
	} \
} while (0)

void unpack_row(enum unpack_kind kind, unsigned int bits, const uint8_t *src, uint16_t *dst,
		uint32_t width)
{
	switch (kind) {
	case UNPACK_8:
		unpack_8(src, dst, width);
		break;
	case UNPACK_16LE:
		unpack_16le(bits, src, dst, width);
		break;
	case UNPACK_16BE:
		unpack_16be(bits, src, dst, width);
		break;
	case UNPACK_P10:
		UNPACK_GROUPS(group_p10, 4, 5);
		break;
	case UNPACK_P12:
		UNPACK_GROUPS(group_p12, 2, 3);
		break;
	case UNPACK_P14:
		UNPACK_GROUPS(group_p14, 4, 7);
		break;
	case UNPACK_STRING10:
		UNPACK_GROUPS(group_string10, 4, 5);
		break;
	}
}

void store_row(const struct store *store, const uint16_t *src, uint8_t *dst, uint64_t count)
{
	const unsigned int left = store->left, right = store->right;
	uint64_t i;
	uint16_t v;

	switch (store->kind) {
	case STORE_8:
		for (i = 0; i < count; i++)
			dst[i] = (uint8_t)(src[i] >> right);
		break;
	case STORE_16BE:
		for (i = 0; i < count; i++) {
			v = htobe16((uint16_t)(src[i] << left));
			memcpy(dst + 2 * i, &v, 2);
		}
		break;
	case STORE_16LE:
		for (i = 0; i < count; i++) {
			v = htole16((uint16_t)(src[i] << left));
			memcpy(dst + 2 * i, &v, 2);
		}
		break;
	}
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "reference.h"

#define F(a, b, c, d) CAPTURE_FOURCC(a, b, c, d)
#define BE(code) ((code) | 1u << 31)

enum kind {
	GREY,		/* text: packing */
	BAYER,		/* text: packing, then four letters of the upper left square */
	BYTES,		/* text: a letter for each byte of a pixel */
	WORD,		/* text: a letter for each bit of a pixel, the highest first */
	MACRO,		/* text: a letter for each byte of two pixels */
	PLANES,		/* text: planes, '/' between; then xsub, ysub */
};

/* packings: '8' bytes, 'l' and 'b' words of little and big endian, 'p' MIPI, 's' string of bits */
static const struct description {
	uint32_t fourcc;
	enum kind kind;
	const char *text;
	int bits;
	int xsub, ysub;
} descriptions[] = {
	{ F('G', 'R', 'E', 'Y'), GREY, "8", 8, 0, 0 },
	{ F('Y', '1', '0', ' '), GREY, "l", 10, 0, 0 },
	{ F('Y', '1', '2', ' '), GREY, "l", 12, 0, 0 },
	{ F('Y', '1', '4', ' '), GREY, "l", 14, 0, 0 },
	{ F('Y', '1', '6', ' '), GREY, "l", 16, 0, 0 },
	{ BE(F('Y', '1', '6', ' ')), GREY, "b", 16, 0, 0 },
	{ F('Y', '1', '0', 'B'), GREY, "s", 10, 0, 0 },
	{ F('Y', '1', '0', 'P'), GREY, "p", 10, 0, 0 },
	{ F('Y', '1', '2', 'P'), GREY, "p", 12, 0, 0 },
	{ F('Y', '1', '4', 'P'), GREY, "p", 14, 0, 0 },

	{ F('B', 'A', '8', '1'), BAYER, "8BGGR", 8, 0, 0 },
	{ F('G', 'B', 'R', 'G'), BAYER, "8GBRG", 8, 0, 0 },
	{ F('G', 'R', 'B', 'G'), BAYER, "8GRBG", 8, 0, 0 },
	{ F('R', 'G', 'G', 'B'), BAYER, "8RGGB", 8, 0, 0 },
	{ F('B', 'G', '1', '0'), BAYER, "lBGGR", 10, 0, 0 },
	{ F('G', 'B', '1', '0'), BAYER, "lGBRG", 10, 0, 0 },
	{ F('B', 'A', '1', '0'), BAYER, "lGRBG", 10, 0, 0 },
	{ F('R', 'G', '1', '0'), BAYER, "lRGGB", 10, 0, 0 },
	{ F('p', 'B', 'A', 'A'), BAYER, "pBGGR", 10, 0, 0 },
	{ F('p', 'G', 'A', 'A'), BAYER, "pGBRG", 10, 0, 0 },
	{ F('p', 'g', 'A', 'A'), BAYER, "pGRBG", 10, 0, 0 },
	{ F('p', 'R', 'A', 'A'), BAYER, "pRGGB", 10, 0, 0 },
	{ F('B', 'G', '1', '2'), BAYER, "lBGGR", 12, 0, 0 },
	{ F('G', 'B', '1', '2'), BAYER, "lGBRG", 12, 0, 0 },
	{ F('B', 'A', '1', '2'), BAYER, "lGRBG", 12, 0, 0 },
	{ F('R', 'G', '1', '2'), BAYER, "lRGGB", 12, 0, 0 },
	{ F('p', 'B', 'C', 'C'), BAYER, "pBGGR", 12, 0, 0 },
	{ F('p', 'G', 'C', 'C'), BAYER, "pGBRG", 12, 0, 0 },
	{ F('p', 'g', 'C', 'C'), BAYER, "pGRBG", 12, 0, 0 },
	{ F('p', 'R', 'C', 'C'), BAYER, "pRGGB", 12, 0, 0 },
	{ F('B', 'G', '1', '4'), BAYER, "lBGGR", 14, 0, 0 },
	{ F('G', 'B', '1', '4'), BAYER, "lGBRG", 14, 0, 0 },
	{ F('G', 'R', '1', '4'), BAYER, "lGRBG", 14, 0, 0 },
	{ F('R', 'G', '1', '4'), BAYER, "lRGGB", 14, 0, 0 },
	{ F('p', 'B', 'E', 'E'), BAYER, "pBGGR", 14, 0, 0 },
	{ F('p', 'G', 'E', 'E'), BAYER, "pGBRG", 14, 0, 0 },
	{ F('p', 'g', 'E', 'E'), BAYER, "pGRBG", 14, 0, 0 },
	{ F('p', 'R', 'E', 'E'), BAYER, "pRGGB", 14, 0, 0 },
	{ F('B', 'Y', 'R', '2'), BAYER, "lBGGR", 16, 0, 0 },
	{ F('G', 'B', '1', '6'), BAYER, "lGBRG", 16, 0, 0 },
	{ F('G', 'R', '1', '6'), BAYER, "lGRBG", 16, 0, 0 },
	{ F('R', 'G', '1', '6'), BAYER, "lRGGB", 16, 0, 0 },

	{ F('R', 'G', 'B', '3'), BYTES, "RGB", 8, 0, 0 },
	{ F('B', 'G', 'R', '3'), BYTES, "BGR", 8, 0, 0 },
	{ F('X', 'R', '2', '4'), BYTES, "BGRx", 8, 0, 0 },
	{ F('A', 'R', '2', '4'), BYTES, "BGRa", 8, 0, 0 },
	{ F('B', 'G', 'R', '4'), BYTES, "BGRx", 8, 0, 0 },
	{ F('X', 'B', '2', '4'), BYTES, "RGBx", 8, 0, 0 },
	{ F('A', 'B', '2', '4'), BYTES, "RGBa", 8, 0, 0 },
	{ F('B', 'X', '2', '4'), BYTES, "xRGB", 8, 0, 0 },
	{ F('B', 'A', '2', '4'), BYTES, "aRGB", 8, 0, 0 },
	{ F('R', 'G', 'B', '4'), BYTES, "xRGB", 8, 0, 0 },
	{ F('R', 'X', '2', '4'), BYTES, "xBGR", 8, 0, 0 },
	{ F('R', 'A', '2', '4'), BYTES, "aBGR", 8, 0, 0 },

	{ F('R', 'G', 'B', '1'), WORD, "rrrgggbb", 8, 0, 0 },
	{ F('R', 'G', 'B', 'P'), WORD, "rrrrrggggggbbbbb", 8, 0, 0 },
	{ F('R', 'G', 'B', 'R'), WORD, "rrrrrggggggbbbbb>", 8, 0, 0 },
	{ F('R', 'G', 'B', 'O'), WORD, "arrrrrgggggbbbbb", 8, 0, 0 },
	{ F('A', 'R', '1', '5'), WORD, "arrrrrgggggbbbbb", 8, 0, 0 },
	{ F('X', 'R', '1', '5'), WORD, "xrrrrrgggggbbbbb", 8, 0, 0 },
	{ F('R', 'G', 'B', 'Q'), WORD, "arrrrrgggggbbbbb>", 8, 0, 0 },
	{ BE(F('A', 'R', '1', '5')), WORD, "arrrrrgggggbbbbb>", 8, 0, 0 },
	{ BE(F('X', 'R', '1', '5')), WORD, "xrrrrrgggggbbbbb>", 8, 0, 0 },
	{ F('R', 'A', '1', '5'), WORD, "rrrrrgggggbbbbba", 8, 0, 0 },
	{ F('R', 'X', '1', '5'), WORD, "rrrrrgggggbbbbbx", 8, 0, 0 },
	{ F('A', 'B', '1', '5'), WORD, "abbbbbgggggrrrrr", 8, 0, 0 },
	{ F('X', 'B', '1', '5'), WORD, "xbbbbbgggggrrrrr", 8, 0, 0 },
	{ F('B', 'A', '1', '5'), WORD, "bbbbbgggggrrrrra", 8, 0, 0 },
	{ F('B', 'X', '1', '5'), WORD, "bbbbbgggggrrrrrx", 8, 0, 0 },
	{ F('R', '4', '4', '4'), WORD, "xxxxrrrrggggbbbb", 8, 0, 0 },
	{ F('A', 'R', '1', '2'), WORD, "aaaarrrrggggbbbb", 8, 0, 0 },
	{ F('X', 'R', '1', '2'), WORD, "xxxxrrrrggggbbbb", 8, 0, 0 },
	{ F('R', 'A', '1', '2'), WORD, "rrrrggggbbbbaaaa", 8, 0, 0 },
	{ F('R', 'X', '1', '2'), WORD, "rrrrggggbbbbxxxx", 8, 0, 0 },
	{ F('A', 'B', '1', '2'), WORD, "aaaabbbbggggrrrr", 8, 0, 0 },
	{ F('X', 'B', '1', '2'), WORD, "xxxxbbbbggggrrrr", 8, 0, 0 },
	{ F('G', 'A', '1', '2'), WORD, "bbbbggggrrrraaaa", 8, 0, 0 },
	{ F('B', 'X', '1', '2'), WORD, "bbbbggggrrrrxxxx", 8, 0, 0 },

	{ F('Y', 'U', 'Y', 'V'), MACRO, "YUYV", 8, 0, 0 },
	{ F('U', 'Y', 'V', 'Y'), MACRO, "UYVY", 8, 0, 0 },
	{ F('Y', 'V', 'Y', 'U'), MACRO, "YVYU", 8, 0, 0 },
	{ F('V', 'Y', 'U', 'Y'), MACRO, "VYUY", 8, 0, 0 },
	{ F('Y', 'U', 'V', '3'), BYTES, "YUV", 8, 0, 0 },
	{ F('Y', 'U', 'V', '4'), BYTES, "aYUV", 8, 0, 0 },
	{ F('A', 'Y', 'U', 'V'), BYTES, "aYUV", 8, 0, 0 },
	{ F('X', 'Y', 'U', 'V'), BYTES, "xYUV", 8, 0, 0 },
	{ F('Y', 'U', 'V', 'A'), BYTES, "YUVa", 8, 0, 0 },
	{ F('Y', 'U', 'V', 'X'), BYTES, "YUVx", 8, 0, 0 },
	{ F('V', 'U', 'Y', 'A'), BYTES, "VUYa", 8, 0, 0 },
	{ F('V', 'U', 'Y', 'X'), BYTES, "VUYx", 8, 0, 0 },

	{ F('N', 'V', '1', '2'), PLANES, "Y/UV", 8, 1, 1 },
	{ F('N', 'V', '2', '1'), PLANES, "Y/VU", 8, 1, 1 },
	{ F('N', 'V', '1', '6'), PLANES, "Y/UV", 8, 1, 0 },
	{ F('N', 'V', '6', '1'), PLANES, "Y/VU", 8, 1, 0 },
	{ F('N', 'V', '2', '4'), PLANES, "Y/UV", 8, 0, 0 },
	{ F('N', 'V', '4', '2'), PLANES, "Y/VU", 8, 0, 0 },
	{ F('N', 'M', '1', '2'), PLANES, "Y/UV", 8, 1, 1 },
	{ F('N', 'M', '2', '1'), PLANES, "Y/VU", 8, 1, 1 },
	{ F('N', 'M', '1', '6'), PLANES, "Y/UV", 8, 1, 0 },
	{ F('N', 'M', '6', '1'), PLANES, "Y/VU", 8, 1, 0 },
	{ F('Y', 'U', '1', '2'), PLANES, "Y/U/V", 8, 1, 1 },
	{ F('Y', 'V', '1', '2'), PLANES, "Y/V/U", 8, 1, 1 },
	{ F('4', '2', '2', 'P'), PLANES, "Y/U/V", 8, 1, 0 },
	{ F('Y', 'M', '1', '2'), PLANES, "Y/U/V", 8, 1, 1 },
	{ F('Y', 'M', '2', '1'), PLANES, "Y/V/U", 8, 1, 1 },
	{ F('Y', 'M', '1', '6'), PLANES, "Y/U/V", 8, 1, 0 },
	{ F('Y', 'M', '6', '1'), PLANES, "Y/V/U", 8, 1, 0 },
	{ F('Y', 'M', '2', '4'), PLANES, "Y/U/V", 8, 0, 0 },
	{ F('Y', 'M', '4', '2'), PLANES, "Y/V/U", 8, 0, 0 },
};

const uint32_t reference_more_formats[] = {
	F('p', 'B', 'E', 'E'), F('p', 'G', 'E', 'E'), F('p', 'g', 'E', 'E'), F('p', 'R', 'E', 'E'),
	F('R', 'G', 'B', '1'), F('R', 'G', 'B', 'P'), F('R', 'G', 'B', 'R'), F('R', 'G', 'B', 'O'),
	F('A', 'R', '1', '5'), F('X', 'R', '1', '5'), F('R', 'G', 'B', 'Q'),
	BE(F('A', 'R', '1', '5')), BE(F('X', 'R', '1', '5')), F('R', 'A', '1', '5'),
	F('R', 'X', '1', '5'), F('A', 'B', '1', '5'), F('X', 'B', '1', '5'), F('B', 'A', '1', '5'),
	F('B', 'X', '1', '5'), F('R', '4', '4', '4'), F('A', 'R', '1', '2'), F('X', 'R', '1', '2'),
	F('R', 'A', '1', '2'), F('R', 'X', '1', '2'), F('A', 'B', '1', '2'), F('X', 'B', '1', '2'),
	F('G', 'A', '1', '2'), F('B', 'X', '1', '2'), F('Y', 'U', 'V', '3'), F('Y', 'U', 'V', '4'),
	F('A', 'Y', 'U', 'V'), F('X', 'Y', 'U', 'V'), F('Y', 'U', 'V', 'A'), F('Y', 'U', 'V', 'X'),
	F('V', 'U', 'Y', 'A'), F('V', 'U', 'Y', 'X'), 0,
};

static const struct description *describe(uint32_t fourcc)
{
	size_t i;

	for (i = 0; i < sizeof(descriptions) / sizeof(descriptions[0]); i++)
		if (descriptions[i].fourcc == fourcc)
			return &descriptions[i];
	return NULL;
}

bool reference_knows(uint32_t fourcc)
{
	return describe(fourcc) != NULL;
}

/* ---- one sample --------------------------------------------------------- */

/* A row of a plane; what people see at the top may be the last one in memory. */
static const uint8_t *row_at(const struct picture *p, unsigned int plane, uint32_t y)
{
	const struct capture_plane *cp = &p->format->plane[plane];

	if (p->format->flags & CAPTURE_FORMAT_BOTTOM_UP)
		y = cp->lines - 1 - y;
	return p->data + p->plane_offset[plane] + (uint64_t)cp->stride * y;
}

static unsigned int bit_at(const uint8_t *bytes, unsigned int bit, bool highest_first)
{
	return bytes[bit / 8] >> (highest_first ? 7 - bit % 8 : bit % 8) & 1;
}

/* MIPI: the upper 8 bits of a group's pixels, then their lower bits, the lowest first. */
static unsigned int mipi(const uint8_t *row, uint32_t x, int bits)
{
	unsigned int lower = (unsigned int)bits - 8, group = bits == 12 ? 2 : 4;
	const uint8_t *unit = row + x / group * (group * (unsigned int)bits / 8);
	unsigned int i, value = unit[x % group] << lower;

	for (i = 0; i < lower; i++)
		value |= bit_at(unit + group, x % group * lower + i, false) << i;
	return value;
}

static unsigned int number_at(const struct picture *p, char packing, int bits, uint32_t x, uint32_t y)
{
	const uint8_t *row = row_at(p, 0, y);
	unsigned int i, value = 0;

	switch (packing) {
	case '8':
		return row[x];
	case 'l':
		return (row[2 * x] + 256u * row[2 * x + 1]) % (1u << bits);
	case 'b':
		return row[2 * x + 1] + 256u * row[2 * x];
	case 's':
		for (i = 0; i < (unsigned int)bits; i++)
			value = 2 * value + bit_at(row, x * (unsigned int)bits + i, true);
		return value;
	default:
		return mipi(row, x, bits);
	}
}

/* ---- Bayer -------------------------------------------------------------- */

static uint32_t mirrored(int64_t i, uint32_t n)
{
	if (n == 1)
		return 0;
	if (i < 0)
		return 1;
	return i >= n ? n - 2 : (uint32_t)i;
}

/* The mean of those of the eight neighbours (or itself) that have @colour, nearest first. */
static double bayer_colour(const struct picture *p, const struct description *d, char colour,
			   uint32_t x, uint32_t y)
{
	const uint32_t w = p->format->width, h = p->format->height;
	static const int ring[3][4][2] = {
		{ { 0, 0 }, { 0, 0 }, { 0, 0 }, { 0, 0 } },
		{ { -1, 0 }, { 1, 0 }, { 0, -1 }, { 0, 1 } },
		{ { -1, -1 }, { 1, -1 }, { -1, 1 }, { 1, 1 } },
	};
	int r, i, found, sum;

	for (r = 0; r < 3; r++) {
		for (i = found = sum = 0; i < (r ? 4 : 1); i++) {
			/* the pattern goes on beyond the edge */
			int64_t px = (int64_t)x + ring[r][i][0], py = (int64_t)y + ring[r][i][1];

			if (d->text[1 + (py & 1) * 2 + (px & 1)] != colour)
				continue;
			found++;
			sum += (int)number_at(p, d->text[0], d->bits, mirrored(px, w),
					      mirrored(py, h));
		}
		if (found)
			return (sum + found / 2) / found;
	}
	abort();
}

/* ---- YCbCr -------------------------------------------------------------- */

static uint8_t planes_sample(const struct picture *p, const struct description *d, char letter,
			     uint32_t x, uint32_t y)
{
	unsigned int plane = 0, in_plane = 0, samples = 1;
	const char *at = d->text;

	for (; *at != letter; at++) {
		in_plane++;
		if (*at == '/') {
			plane++;
			in_plane = 0;
		}
	}
	if (plane && strlen(d->text) == 4)
		samples = 2;
	if (plane) {
		x >>= d->xsub;
		y >>= d->ysub;
	}
	return row_at(p, plane, y)[x * samples + in_plane];
}

bool reference_ycbcr(const struct picture *p, uint32_t x, uint32_t y, uint8_t out[3])
{
	const struct description *d = describe(p->format->fourcc);
	static const char letters[] = "YUV";
	int i;

	if (!d || !strchr(d->text, 'Y'))
		return false;
	for (i = 0; i < 3; i++) {
		const uint8_t *row = row_at(p, 0, y);
		const char *at = strchr(d->text, letters[i]);

		if (d->kind == PLANES)
			out[i] = planes_sample(p, d, letters[i], x, y);
		else if (d->kind == BYTES)
			out[i] = row[x * strlen(d->text) + (size_t)(at - d->text)];
		else	/* two pixels: the second Y is two bytes behind the first */
			out[i] = row[x / 2 * 4 + (size_t)(at - d->text) + (i ? 0 : x % 2 * 2)];
	}
	return true;
}

static double clamp(double v)
{
	return v < 0 ? 0 : v > 255 ? 255 : v;
}

/* ITU-R BT.601 and BT.709 by their definition. */
static void to_rgb(const uint8_t in[3], uint32_t flags, double rgb[3])
{
	const bool limited = flags & CAPTURE_FORMAT_LIMITED_RANGE;
	const double kr = flags & CAPTURE_FORMAT_BT709 ? 0.2126 : 0.299;
	const double kb = flags & CAPTURE_FORMAT_BT709 ? 0.0722 : 0.114;
	const double y = limited ? (in[0] - 16) * 255.0 / 219 : in[0];
	const double cb = (in[1] - 128) * (limited ? 255.0 / 224 : 1);
	const double cr = (in[2] - 128) * (limited ? 255.0 / 224 : 1);
	const double r = y + 2 * (1 - kr) * cr, b = y + 2 * (1 - kb) * cb;

	rgb[0] = clamp(r);
	rgb[1] = clamp((y - kr * r - kb * b) / (1 - kr - kb));
	rgb[2] = clamp(b);
}

/* ---- a pixel ------------------------------------------------------------ */

static double field_of(const struct picture *p, const struct description *d, char letter,
		       uint32_t x, uint32_t y)
{
	bool big = strchr(d->text, '>');
	size_t bits = strlen(d->text) - big, i, count = 0;
	const uint8_t *at = row_at(p, 0, y) + x * bits / 8;
	unsigned int word = bits == 8 ? at[0] : big ? 256u * at[0] + at[1] : 256u * at[1] + at[0];
	unsigned int value = 0;

	for (i = 0; i < bits; i++)
		if (d->text[i] == letter) {
			value = 2 * value + (word >> (bits - 1 - i) & 1);
			count++;
		}
	/* to the nearest of 0 to 255 */
	return (int)(value * 255.0 / ((1u << count) - 1) + 0.5);
}

void reference_pixel(const struct picture *p, uint32_t x, uint32_t y, bool debayer,
		     struct reference_pixel *out)
{
	const struct description *d = describe(p->format->fourcc);
	uint8_t ycbcr[3];
	int i;

	*out = (struct reference_pixel){ .channels = 3, .bits = d->bits, .exact = true };
	if (reference_ycbcr(p, x, y, ycbcr)) {
		to_rgb(ycbcr, p->format->flags, out->value);
		out->exact = false;
	} else if (d->kind == GREY || (d->kind == BAYER && !debayer)) {
		out->channels = 1;
		out->value[0] = number_at(p, d->text[0], d->bits, x, y);
	} else if (d->kind == BAYER) {
		for (i = 0; i < 3; i++)
			out->value[i] = bayer_colour(p, d, "RGB"[i], x, y);
	} else if (d->kind == BYTES) {
		for (i = 0; i < 3; i++)
			out->value[i] = row_at(p, 0, y)[x * strlen(d->text) +
					(size_t)(strchr(d->text, "RGB"[i]) - d->text)];
	} else {
		for (i = 0; i < 3; i++)
			out->value[i] = field_of(p, d, "rgb"[i], x, y);
	}
}

/* ---- pictures ----------------------------------------------------------- */

static uint64_t state;

uint32_t reference_random(uint32_t limit)
{
	/* xorshift64*, Vigna 2016 */
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (uint32_t)((state * 0x2545F4914F6CDD1Du) >> 33) % limit;
}

void reference_seed(void)
{
	const char *given = getenv("GRAB_TEST_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 0) : (uint64_t)time(NULL);

	printf("# GRAB_TEST_SEED=%llu\n", (unsigned long long)seed);
	state = seed * 2 + 1;
}

/* The smallest row of a format that libcapture has no layout for. */
static uint32_t packed_row(const struct description *d, uint32_t width)
{
	if (d->kind == BAYER)	/* MIPI 14: 4 pixels in 7 bytes */
		return (width + 3) / 4 * 7;
	return width * (uint32_t)(strlen(d->text) - (strchr(d->text, '>') ? 1 : 0)) /
	       (d->kind == WORD ? 8 : 1);
}

static void lay_out(struct capture_format *f, bool padding)
{
	uint64_t offset = 0;
	unsigned int i;

	if (capture_format_layout(f)) {
		f->planes = 1;
		f->plane[0].stride = packed_row(describe(f->fourcc), f->width);
		f->plane[0].lines = f->height;
	}
	for (i = 0; i < f->planes; i++) {
		f->plane[i].stride += padding ? reference_random(70) : 0;
		f->plane[i].offset = offset + (padding ? reference_random(40) : 0);
		offset = f->plane[i].offset + (uint64_t)f->plane[i].stride * f->plane[i].lines;
	}
	f->size = offset;
}

/*
 * The last row has no padding behind it, so that whoever reads on falls over
 * the edge.  Only the memory before it is written.
 */
static uint64_t last_padding(const struct capture_format *f)
{
	const struct capture_plane *last = &f->plane[f->planes - 1];

	if (!capture_pixel_format_find(f->fourcc))
		return 0;
	return last->stride - picture_row_bytes(f, f->planes - 1);
}

void reference_make(struct reference_picture *r, uint32_t fourcc, uint32_t width, uint32_t height,
		    bool padding, bool guard_first, uint32_t flags)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), bytes, i;
	uint8_t *data;

	memset(r, 0, sizeof(*r));
	r->format = (struct capture_format){ .width = width, .height = height, .fourcc = fourcc };
	lay_out(&r->format, padding);
	r->format.flags = flags;
	bytes = r->format.size - last_padding(&r->format);
	r->map_size = (bytes + page - 1) / page * page + 2 * page;
	r->map = mmap(NULL, r->map_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (r->map == MAP_FAILED ||
	    mprotect((char *)r->map + page, r->map_size - 2 * page, PROT_READ | PROT_WRITE))
		abort();
	data = (uint8_t *)r->map + (guard_first ? page : r->map_size - page - bytes);
	for (i = 0; i < bytes; i++)
		data[i] = (uint8_t)reference_random(256);
	r->picture = (struct picture){
		.format = &r->format, .data = data, .size = bytes, .bytes = bytes,
		.utc_ns = INT64_MIN,
	};
	for (i = 0; i < r->format.planes; i++)
		r->picture.plane_offset[i] = r->format.plane[i].offset;
}

void reference_free(struct reference_picture *r)
{
	munmap(r->map, r->map_size);
}

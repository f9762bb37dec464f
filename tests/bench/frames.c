/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From photographs to what a camera would have made of them.
 *
 *	frames CLASS WIDTH HEIGHT SEED <rgb24 >frames
 *
 *	webcam	YCbCr 4:2:2 of BT.601, limited range, luma noise of sigma 1.2; back to RGB24
 *	sensor	a Bayer mosaic RGGB of 8 bits with shot noise (variance 0.06 x value + 1),
 *		bilinear interpolation to RGB24
 *	mono8	luma with noise of variance 0.03 x value + 0.5
 *	night	the same as RGB24, as of a camera that sees no colours in the dark
 *	mono12	a 12-bit sensor, variance 0.41 x value + 8, in 16 bits: the top ones, high byte first
 *	clean	as they are
 *
 * The noise of a frame depends on the seed and its number alone.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned int width, height;
static uint64_t state;

static double uniform(void)
{
	/* xorshift64*, Vigna 2016 */
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return ((double)((state * 0x2545F4914F6CDD1Du) >> 11) + 0.5) / 9007199254740992.0;
}

/* Box and Muller's way to normal numbers. */
static double normal(void)
{
	return sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform());
}

static int within(double value, int most)
{
	int n = (int)floor(value + 0.5);

	return n < 0 ? 0 : n > most ? most : n;
}

static double luma_of(const uint8_t *p)
{
	return 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2];
}

static void put_rgb(double y, double cb, double cr, uint8_t *out)
{
	double l = (y - 16) * 255 / 219, b = (cb - 128) * 255 / 224, r = (cr - 128) * 255 / 224;

	out[0] = (uint8_t)within(l + 1.402 * r, 255);
	out[1] = (uint8_t)within(l - 0.344136 * b - 0.714136 * r, 255);
	out[2] = (uint8_t)within(l + 1.772 * b, 255);
}

static void webcam(const uint8_t *in, uint8_t *out)
{
	size_t i, n = (size_t)width * height;

	for (i = 0; i + 2 <= n; i += 2, in += 6, out += 6) {
		double l0 = luma_of(in), l1 = luma_of(in + 3), l = (l0 + l1) / 2;
		int cb = within(128 + ((in[2] + in[5]) / 2.0 - l) / 1.772 * 224 / 255, 255);
		int cr = within(128 + ((in[0] + in[3]) / 2.0 - l) / 1.402 * 224 / 255, 255);

		put_rgb(within(16 + l0 * 219 / 255 + 1.2 * normal(), 255), cb, cr, out);
		put_rgb(within(16 + l1 * 219 / 255 + 1.2 * normal(), 255), cb, cr, out + 3);
	}
}

/* Which colour a site of the mosaic sees. */
static unsigned int site(unsigned int x, unsigned int y)
{
	return (x & 1) + (y & 1);
}

/* The mean of the neighbours, itself among them, that see a colour. */
static uint8_t mean_of(const uint8_t *mosaic, unsigned int x, unsigned int y, unsigned int colour)
{
	unsigned int sum = 0, count = 0, u, v;

	if (site(x, y) == colour)
		return mosaic[(size_t)y * width + x];
	for (v = y ? y - 1 : 0; v <= y + 1 && v < height; v++)
		for (u = x ? x - 1 : 0; u <= x + 1 && u < width; u++) {
			/* of green only those at the sides */
			if (site(u, v) != colour || (colour == 1 && u != x && v != y))
				continue;
			sum += mosaic[(size_t)v * width + u];
			count++;
		}
	return count ? (uint8_t)((sum + count / 2) / count) : 0;
}

static void sensor(const uint8_t *in, uint8_t *out)
{
	static uint8_t *mosaic;
	unsigned int x, y, colour;

	if (!mosaic)
		mosaic = malloc((size_t)width * height);
	if (!mosaic)
		exit(1);
	for (y = 0; y < height; y++)
		for (x = 0; x < width; x++) {
			double v = in[((size_t)y * width + x) * 3 + site(x, y)];

			mosaic[(size_t)y * width + x] =
				(uint8_t)within(v + sqrt(0.06 * v + 1) * normal(), 255);
		}
	for (y = 0; y < height; y++)
		for (x = 0; x < width; x++)
			for (colour = 0; colour < 3; colour++)
				*out++ = mean_of(mosaic, x, y, colour);
}

static void mono8(const uint8_t *in, uint8_t *out)
{
	size_t i, n = (size_t)width * height;

	for (i = 0; i < n; i++, in += 3) {
		double v = luma_of(in);

		out[i] = (uint8_t)within(v + sqrt(0.03 * v + 0.5) * normal(), 255);
	}
}

static void night(const uint8_t *in, uint8_t *out)
{
	size_t n = (size_t)width * height, i;

	mono8(in, out);
	for (i = n; i-- > 0;)
		memset(out + 3 * i, out[i], 3);
}

static void mono12(const uint8_t *in, uint8_t *out)
{
	size_t i, n = (size_t)width * height;

	for (i = 0; i < n; i++, in += 3) {
		double v = luma_of(in) * 4095 / 255;
		int value = within(v + sqrt(0.41 * v + 8) * normal(), 4095) << 4;

		out[2 * i] = (uint8_t)(value >> 8);
		out[2 * i + 1] = (uint8_t)value;
	}
}

static void clean(const uint8_t *in, uint8_t *out)
{
	memcpy(out, in, (size_t)width * height * 3);
}

static const struct {
	const char *name;
	void (*make)(const uint8_t *in, uint8_t *out);
	unsigned int pixel_bytes;
} classes[] = {
	{ "webcam", webcam, 3 }, { "sensor", sensor, 3 }, { "mono8", mono8, 1 },
	{ "night", night, 3 },	 { "mono12", mono12, 2 }, { "clean", clean, 3 },
};

int main(int argc, char **argv)
{
	uint64_t seed, frame;
	uint8_t *in, *out;
	size_t i = 0, n;

	while (argc == 5 && i < sizeof(classes) / sizeof(classes[0]) &&
	       strcmp(classes[i].name, argv[1]))
		i++;
	if (argc != 5 || i == sizeof(classes) / sizeof(classes[0])) {
		fprintf(stderr, "usage: frames webcam|sensor|mono8|night|mono12|clean WIDTH HEIGHT SEED\n");
		return 64;
	}
	width = (unsigned int)strtoul(argv[2], NULL, 10);
	height = (unsigned int)strtoul(argv[3], NULL, 10);
	seed = strtoull(argv[4], NULL, 10);
	n = (size_t)width * height;
	in = malloc(3 * n);
	out = malloc(3 * n);
	if (!n || !in || !out)
		return 1;
	for (frame = 0; fread(in, 3 * n, 1, stdin) == 1; frame++) {
		state = (seed << 32) + frame + 1;
		classes[i].make(in, out);
		if (fwrite(out, classes[i].pixel_bytes * n, 1, stdout) != 1)
			return 1;
	}
	return fflush(stdout) ? 1 : 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a fourcc means.  Codes and memory layouts: the kernel's "Image Formats"
 * (Documentation/userspace-api/media/v4l/pixfmt.rst).
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "error.h"
#include "libcapture.h"

#define F(a, b, c, d) CAPTURE_FOURCC(a, b, c, d)
#define BE(code) ((code) | 1u << 31)

#define ROW(code, n, text, dep, pl, bpp, xs, ys, al) \
	{ .fourcc = (code), .name = (n), .help = (text), .depth = (dep), .planes = (pl), \
	  .bits = (bpp), .xsub = (xs), .ysub = (ys), .align = (al) }
#define GREY_ROW(code, n, text, dep, bpp, al) ROW(code, n, text, dep, 1, bpp, 0, 0, al)
#define RGB_ROW(code, n, text, bpp) ROW(code, n, text, 8, 1, bpp, 0, 0, 1)
#define PACKED_ROW(code, n, text) ROW(code, n, text, 8, 1, 16, 1, 0, 2)
#define PLANAR_ROW(code, n, text, pl, xs, ys) \
	ROW(code, n, text, 8, pl, 8, xs, ys, 1 << (xs))
#define BAYER_ROW(code, n, text, dep, bpp, al) ROW(code, n, text, dep, 1, bpp, 0, 0, al)
#define JPEG_ROW(code, n, text) \
	{ .fourcc = (code), .name = (n), .help = (text), .flags = CAPTURE_FORMAT_COMPRESSED, \
	  .depth = 8, .planes = 1, .align = 1 }

static const struct capture_pixel_format pixel_formats[] = {
	GREY_ROW(F('G', 'R', 'E', 'Y'), "GREY", "8-bit grey", 8, 8, 1),
	GREY_ROW(F('Y', '1', '0', ' '), "Y10", "10-bit grey in 16 bits", 10, 16, 1),
	GREY_ROW(F('Y', '1', '2', ' '), "Y12", "12-bit grey in 16 bits", 12, 16, 1),
	GREY_ROW(F('Y', '1', '4', ' '), "Y14", "14-bit grey in 16 bits", 14, 16, 1),
	GREY_ROW(F('Y', '1', '6', ' '), "Y16", "16-bit grey", 16, 16, 1),
	GREY_ROW(BE(F('Y', '1', '6', ' ')), "Y16-BE", "16-bit grey, big endian", 16, 16, 1),
	GREY_ROW(F('Y', '1', '0', 'B'), "Y10B", "10-bit grey, a string of bits", 10, 10, 4),
	GREY_ROW(F('Y', '1', '0', 'P'), "Y10P", "10-bit grey, 4 pixels in 5 bytes", 10, 10, 4),
	GREY_ROW(F('Y', '1', '2', 'P'), "Y12P", "12-bit grey, 2 pixels in 3 bytes", 12, 12, 2),
	GREY_ROW(F('Y', '1', '4', 'P'), "Y14P", "14-bit grey, 4 pixels in 7 bytes", 14, 14, 4),

	RGB_ROW(F('R', 'G', 'B', '3'), "RGB3", "8-bit R G B", 24),
	RGB_ROW(F('B', 'G', 'R', '3'), "BGR3", "8-bit B G R", 24),
	RGB_ROW(F('X', 'R', '2', '4'), "XR24", "8-bit B G R x", 32),
	RGB_ROW(F('A', 'R', '2', '4'), "AR24", "8-bit B G R A", 32),
	RGB_ROW(F('B', 'X', '2', '4'), "BX24", "8-bit x R G B", 32),
	RGB_ROW(F('B', 'A', '2', '4'), "BA24", "8-bit A R G B", 32),
	RGB_ROW(F('X', 'B', '2', '4'), "XB24", "8-bit R G B x", 32),
	RGB_ROW(F('A', 'B', '2', '4'), "AB24", "8-bit R G B A", 32),
	RGB_ROW(F('R', 'X', '2', '4'), "RX24", "8-bit x B G R", 32),
	RGB_ROW(F('R', 'A', '2', '4'), "RA24", "8-bit A B G R", 32),
	RGB_ROW(F('R', 'G', 'B', '4'), "RGB4", "8-bit A R G B, old code", 32),
	RGB_ROW(F('B', 'G', 'R', '4'), "BGR4", "8-bit B G R A, old code", 32),

	PACKED_ROW(F('Y', 'U', 'Y', 'V'), "YUYV", "YCbCr 4:2:2, Y0 Cb Y1 Cr"),
	PACKED_ROW(F('U', 'Y', 'V', 'Y'), "UYVY", "YCbCr 4:2:2, Cb Y0 Cr Y1"),
	PACKED_ROW(F('Y', 'V', 'Y', 'U'), "YVYU", "YCbCr 4:2:2, Y0 Cr Y1 Cb"),
	PACKED_ROW(F('V', 'Y', 'U', 'Y'), "VYUY", "YCbCr 4:2:2, Cr Y0 Cb Y1"),

	PLANAR_ROW(F('N', 'V', '1', '2'), "NV12", "Y, CbCr 4:2:0", 2, 1, 1),
	PLANAR_ROW(F('N', 'V', '2', '1'), "NV21", "Y, CrCb 4:2:0", 2, 1, 1),
	PLANAR_ROW(F('N', 'V', '1', '6'), "NV16", "Y, CbCr 4:2:2", 2, 1, 0),
	PLANAR_ROW(F('N', 'V', '6', '1'), "NV61", "Y, CrCb 4:2:2", 2, 1, 0),
	PLANAR_ROW(F('N', 'V', '2', '4'), "NV24", "Y, CbCr 4:4:4", 2, 0, 0),
	PLANAR_ROW(F('N', 'V', '4', '2'), "NV42", "Y, CrCb 4:4:4", 2, 0, 0),
	PLANAR_ROW(F('N', 'M', '1', '2'), "NM12", "Y, CbCr 4:2:0, separate planes", 2, 1, 1),
	PLANAR_ROW(F('N', 'M', '2', '1'), "NM21", "Y, CrCb 4:2:0, separate planes", 2, 1, 1),
	PLANAR_ROW(F('N', 'M', '1', '6'), "NM16", "Y, CbCr 4:2:2, separate planes", 2, 1, 0),
	PLANAR_ROW(F('N', 'M', '6', '1'), "NM61", "Y, CrCb 4:2:2, separate planes", 2, 1, 0),
	PLANAR_ROW(F('Y', 'U', '1', '2'), "YU12", "Y, Cb, Cr 4:2:0", 3, 1, 1),
	PLANAR_ROW(F('Y', 'V', '1', '2'), "YV12", "Y, Cr, Cb 4:2:0", 3, 1, 1),
	PLANAR_ROW(F('4', '2', '2', 'P'), "422P", "Y, Cb, Cr 4:2:2", 3, 1, 0),
	PLANAR_ROW(F('Y', 'M', '1', '2'), "YM12", "Y, Cb, Cr 4:2:0, separate planes", 3, 1, 1),
	PLANAR_ROW(F('Y', 'M', '2', '1'), "YM21", "Y, Cr, Cb 4:2:0, separate planes", 3, 1, 1),
	PLANAR_ROW(F('Y', 'M', '1', '6'), "YM16", "Y, Cb, Cr 4:2:2, separate planes", 3, 1, 0),
	PLANAR_ROW(F('Y', 'M', '6', '1'), "YM61", "Y, Cr, Cb 4:2:2, separate planes", 3, 1, 0),
	PLANAR_ROW(F('Y', 'M', '2', '4'), "YM24", "Y, Cb, Cr 4:4:4, separate planes", 3, 0, 0),
	PLANAR_ROW(F('Y', 'M', '4', '2'), "YM42", "Y, Cr, Cb 4:4:4, separate planes", 3, 0, 0),

	BAYER_ROW(F('B', 'A', '8', '1'), "BA81", "Bayer BGGR, 8 bits", 8, 8, 1),
	BAYER_ROW(F('G', 'B', 'R', 'G'), "GBRG", "Bayer GBRG, 8 bits", 8, 8, 1),
	BAYER_ROW(F('G', 'R', 'B', 'G'), "GRBG", "Bayer GRBG, 8 bits", 8, 8, 1),
	BAYER_ROW(F('R', 'G', 'G', 'B'), "RGGB", "Bayer RGGB, 8 bits", 8, 8, 1),
	BAYER_ROW(F('B', 'G', '1', '0'), "BG10", "Bayer BGGR, 10 bits in 16", 10, 16, 1),
	BAYER_ROW(F('G', 'B', '1', '0'), "GB10", "Bayer GBRG, 10 bits in 16", 10, 16, 1),
	BAYER_ROW(F('B', 'A', '1', '0'), "BA10", "Bayer GRBG, 10 bits in 16", 10, 16, 1),
	BAYER_ROW(F('R', 'G', '1', '0'), "RG10", "Bayer RGGB, 10 bits in 16", 10, 16, 1),
	BAYER_ROW(F('p', 'B', 'A', 'A'), "pBAA", "Bayer BGGR, 4 pixels in 5 bytes", 10, 10, 4),
	BAYER_ROW(F('p', 'G', 'A', 'A'), "pGAA", "Bayer GBRG, 4 pixels in 5 bytes", 10, 10, 4),
	BAYER_ROW(F('p', 'g', 'A', 'A'), "pgAA", "Bayer GRBG, 4 pixels in 5 bytes", 10, 10, 4),
	BAYER_ROW(F('p', 'R', 'A', 'A'), "pRAA", "Bayer RGGB, 4 pixels in 5 bytes", 10, 10, 4),
	BAYER_ROW(F('B', 'G', '1', '2'), "BG12", "Bayer BGGR, 12 bits in 16", 12, 16, 1),
	BAYER_ROW(F('G', 'B', '1', '2'), "GB12", "Bayer GBRG, 12 bits in 16", 12, 16, 1),
	BAYER_ROW(F('B', 'A', '1', '2'), "BA12", "Bayer GRBG, 12 bits in 16", 12, 16, 1),
	BAYER_ROW(F('R', 'G', '1', '2'), "RG12", "Bayer RGGB, 12 bits in 16", 12, 16, 1),
	BAYER_ROW(F('p', 'B', 'C', 'C'), "pBCC", "Bayer BGGR, 2 pixels in 3 bytes", 12, 12, 2),
	BAYER_ROW(F('p', 'G', 'C', 'C'), "pGCC", "Bayer GBRG, 2 pixels in 3 bytes", 12, 12, 2),
	BAYER_ROW(F('p', 'g', 'C', 'C'), "pgCC", "Bayer GRBG, 2 pixels in 3 bytes", 12, 12, 2),
	BAYER_ROW(F('p', 'R', 'C', 'C'), "pRCC", "Bayer RGGB, 2 pixels in 3 bytes", 12, 12, 2),
	BAYER_ROW(F('B', 'G', '1', '4'), "BG14", "Bayer BGGR, 14 bits in 16", 14, 16, 1),
	BAYER_ROW(F('G', 'B', '1', '4'), "GB14", "Bayer GBRG, 14 bits in 16", 14, 16, 1),
	BAYER_ROW(F('G', 'R', '1', '4'), "GR14", "Bayer GRBG, 14 bits in 16", 14, 16, 1),
	BAYER_ROW(F('R', 'G', '1', '4'), "RG14", "Bayer RGGB, 14 bits in 16", 14, 16, 1),
	BAYER_ROW(F('B', 'Y', 'R', '2'), "BYR2", "Bayer BGGR, 16 bits", 16, 16, 1),
	BAYER_ROW(F('G', 'B', '1', '6'), "GB16", "Bayer GBRG, 16 bits", 16, 16, 1),
	BAYER_ROW(F('G', 'R', '1', '6'), "GR16", "Bayer GRBG, 16 bits", 16, 16, 1),
	BAYER_ROW(F('R', 'G', '1', '6'), "RG16", "Bayer RGGB, 16 bits", 16, 16, 1),

	JPEG_ROW(F('M', 'J', 'P', 'G'), "MJPG", "a JPEG picture a frame, tables may be left out"),
	JPEG_ROW(F('J', 'P', 'E', 'G'), "JPEG", "a JPEG picture a frame"),
};

static const size_t count = sizeof(pixel_formats) / sizeof(pixel_formats[0]);

/* what people call them elsewhere */
static const struct {
	const char *name;
	uint32_t fourcc;
} aliases[] = {
	{ "gray", F('G', 'R', 'E', 'Y') },	{ "gray8", F('G', 'R', 'E', 'Y') },
	{ "grey8", F('G', 'R', 'E', 'Y') },	{ "mono8", F('G', 'R', 'E', 'Y') },
	{ "mono10", F('Y', '1', '0', ' ') },	{ "mono12", F('Y', '1', '2', ' ') },
	{ "mono14", F('Y', '1', '4', ' ') },	{ "mono16", F('Y', '1', '6', ' ') },
	{ "gray16", F('Y', '1', '6', ' ') },	{ "gray16le", F('Y', '1', '6', ' ') },
	{ "gray16be", BE(F('Y', '1', '6', ' ')) },
	{ "rgb24", F('R', 'G', 'B', '3') },	{ "rgb", F('R', 'G', 'B', '3') },
	{ "bgr24", F('B', 'G', 'R', '3') },	{ "bgr", F('B', 'G', 'R', '3') },
	{ "yuyv422", F('Y', 'U', 'Y', 'V') },	{ "yuy2", F('Y', 'U', 'Y', 'V') },
	{ "uyvy422", F('U', 'Y', 'V', 'Y') },
	{ "i420", F('Y', 'U', '1', '2') },	{ "yuv420p", F('Y', 'U', '1', '2') },
	{ "yuv422p", F('4', '2', '2', 'P') },
	{ "mjpeg", F('M', 'J', 'P', 'G') },
	{ "bggr", F('B', 'A', '8', '1') },
	{ "sbggr8", F('B', 'A', '8', '1') },	{ "sgbrg8", F('G', 'B', 'R', 'G') },
	{ "sgrbg8", F('G', 'R', 'B', 'G') },	{ "srggb8", F('R', 'G', 'G', 'B') },
	{ "sbggr10", F('B', 'G', '1', '0') },	{ "sgbrg10", F('G', 'B', '1', '0') },
	{ "sgrbg10", F('B', 'A', '1', '0') },	{ "srggb10", F('R', 'G', '1', '0') },
	{ "sbggr12", F('B', 'G', '1', '2') },	{ "sgbrg12", F('G', 'B', '1', '2') },
	{ "sgrbg12", F('B', 'A', '1', '2') },	{ "srggb12", F('R', 'G', '1', '2') },
	{ "sbggr14", F('B', 'G', '1', '4') },	{ "sgbrg14", F('G', 'B', '1', '4') },
	{ "sgrbg14", F('G', 'R', '1', '4') },	{ "srggb14", F('R', 'G', '1', '4') },
	{ "sbggr16", F('B', 'Y', 'R', '2') },	{ "sgbrg16", F('G', 'B', '1', '6') },
	{ "sgrbg16", F('G', 'R', '1', '6') },	{ "srggb16", F('R', 'G', '1', '6') },
};

const struct capture_pixel_format *capture_pixel_format_find(uint32_t fourcc)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (pixel_formats[i].fourcc == fourcc)
			return &pixel_formats[i];
	return NULL;
}

const struct capture_pixel_format *capture_pixel_format_at(unsigned int index)
{
	return index < count ? &pixel_formats[index] : NULL;
}

static int find_name(const char *name, int (*compare)(const char *, const char *), uint32_t *fourcc)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!compare(name, pixel_formats[i].name)) {
			*fourcc = pixel_formats[i].fourcc;
			return 1;
		}
	return 0;
}

int capture_fourcc_parse(const char *name, uint32_t *fourcc)
{
	char code[4] = { ' ', ' ', ' ', ' ' };
	size_t i, len = strlen(name);

	if (find_name(name, strcmp, fourcc))
		return 0;
	for (i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (!strcasecmp(name, aliases[i].name)) {
			*fourcc = aliases[i].fourcc;
			return 0;
		}
	if (find_name(name, strcasecmp, fourcc))
		return 0;
	if (!len || len > sizeof(code))
		return fail(-EINVAL, "\"%s\" is no pixel format; write a V4L2 code such as YUYV, GREY or Y12",
			    name);
	for (i = 0; i < len; i++) {
		if (!isprint((unsigned char)name[i]))
			return fail(-EINVAL, "a pixel format of unprintable characters; write a V4L2 code such as YUYV");
		code[i] = name[i];
	}
	*fourcc = F(code[0], code[1], code[2], code[3]);
	return 0;
}

const char *capture_fourcc_name(uint32_t fourcc, char text[20])
{
	const struct capture_pixel_format *known = capture_pixel_format_find(fourcc);
	unsigned char c;
	size_t len = 0;
	int i;

	if (known) {
		snprintf(text, 20, "%s", known->name);
		return text;
	}
	for (i = 0; i < 4; i++) {
		c = (unsigned char)(fourcc >> 8 * i);
		if (isprint(c))
			text[len++] = (char)c;
		else
			len += (size_t)snprintf(text + len, 20 - len, "\\x%02X", c);
	}
	while (len && text[len - 1] == ' ')
		len--;
	text[len] = '\0';
	return text;
}

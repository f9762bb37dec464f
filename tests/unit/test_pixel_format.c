/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <linux/videodev2.h>
#include <string.h>

#include "libcapture.h"
#include "unit.h"

/* the kernel's own numbers, for codes that its headers have had for long */
static void same_codes_as_the_kernel(void **state)
{
	static const struct {
		const char *name;
		uint32_t fourcc;
	} codes[] = {
		{ "GREY", V4L2_PIX_FMT_GREY },	  { "Y10", V4L2_PIX_FMT_Y10 },
		{ "Y12", V4L2_PIX_FMT_Y12 },	  { "Y14", V4L2_PIX_FMT_Y14 },
		{ "Y16", V4L2_PIX_FMT_Y16 },	  { "Y16-BE", V4L2_PIX_FMT_Y16_BE },
		{ "Y10B", V4L2_PIX_FMT_Y10BPACK },{ "Y10P", V4L2_PIX_FMT_Y10P },
		{ "RGB3", V4L2_PIX_FMT_RGB24 },	  { "BGR3", V4L2_PIX_FMT_BGR24 },
		{ "XR24", V4L2_PIX_FMT_XBGR32 },  { "AR24", V4L2_PIX_FMT_ABGR32 },
		{ "BX24", V4L2_PIX_FMT_XRGB32 },  { "BA24", V4L2_PIX_FMT_ARGB32 },
		{ "XB24", V4L2_PIX_FMT_RGBX32 },  { "AB24", V4L2_PIX_FMT_RGBA32 },
		{ "RX24", V4L2_PIX_FMT_BGRX32 },  { "RA24", V4L2_PIX_FMT_BGRA32 },
		{ "RGB4", V4L2_PIX_FMT_RGB32 },	  { "BGR4", V4L2_PIX_FMT_BGR32 },
		{ "YUYV", V4L2_PIX_FMT_YUYV },	  { "UYVY", V4L2_PIX_FMT_UYVY },
		{ "YVYU", V4L2_PIX_FMT_YVYU },	  { "VYUY", V4L2_PIX_FMT_VYUY },
		{ "NV12", V4L2_PIX_FMT_NV12 },	  { "NV21", V4L2_PIX_FMT_NV21 },
		{ "NV16", V4L2_PIX_FMT_NV16 },	  { "NV24", V4L2_PIX_FMT_NV24 },
		{ "NM12", V4L2_PIX_FMT_NV12M },	  { "NM16", V4L2_PIX_FMT_NV16M },
		{ "YU12", V4L2_PIX_FMT_YUV420 },  { "YV12", V4L2_PIX_FMT_YVU420 },
		{ "422P", V4L2_PIX_FMT_YUV422P }, { "YM12", V4L2_PIX_FMT_YUV420M },
		{ "YM21", V4L2_PIX_FMT_YVU420M }, { "YM16", V4L2_PIX_FMT_YUV422M },
		{ "YM61", V4L2_PIX_FMT_YVU422M }, { "YM24", V4L2_PIX_FMT_YUV444M },
		{ "YM42", V4L2_PIX_FMT_YVU444M }, { "BA81", V4L2_PIX_FMT_SBGGR8 },
		{ "GBRG", V4L2_PIX_FMT_SGBRG8 },  { "GRBG", V4L2_PIX_FMT_SGRBG8 },
		{ "RGGB", V4L2_PIX_FMT_SRGGB8 },  { "BG10", V4L2_PIX_FMT_SBGGR10 },
		{ "GB10", V4L2_PIX_FMT_SGBRG10 }, { "BA10", V4L2_PIX_FMT_SGRBG10 },
		{ "RG10", V4L2_PIX_FMT_SRGGB10 }, { "pBAA", V4L2_PIX_FMT_SBGGR10P },
		{ "pGAA", V4L2_PIX_FMT_SGBRG10P },{ "pgAA", V4L2_PIX_FMT_SGRBG10P },
		{ "pRAA", V4L2_PIX_FMT_SRGGB10P },{ "BG12", V4L2_PIX_FMT_SBGGR12 },
		{ "GB12", V4L2_PIX_FMT_SGBRG12 }, { "BA12", V4L2_PIX_FMT_SGRBG12 },
		{ "RG12", V4L2_PIX_FMT_SRGGB12 }, { "pBCC", V4L2_PIX_FMT_SBGGR12P },
		{ "pGCC", V4L2_PIX_FMT_SGBRG12P },{ "pgCC", V4L2_PIX_FMT_SGRBG12P },
		{ "pRCC", V4L2_PIX_FMT_SRGGB12P },{ "BG14", V4L2_PIX_FMT_SBGGR14 },
		{ "GB14", V4L2_PIX_FMT_SGBRG14 }, { "GR14", V4L2_PIX_FMT_SGRBG14 },
		{ "RG14", V4L2_PIX_FMT_SRGGB14 }, { "BYR2", V4L2_PIX_FMT_SBGGR16 },
		{ "GB16", V4L2_PIX_FMT_SGBRG16 }, { "GR16", V4L2_PIX_FMT_SGRBG16 },
		{ "RG16", V4L2_PIX_FMT_SRGGB16 }, { "MJPG", V4L2_PIX_FMT_MJPEG },
		{ "JPEG", V4L2_PIX_FMT_JPEG },
	};
	uint32_t fourcc;
	char text[20];
	size_t i;

	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		assert_int_equal(capture_fourcc_parse(codes[i].name, &fourcc), 0);
		assert_int_equal(fourcc, codes[i].fourcc);
		assert_string_equal(capture_fourcc_name(fourcc, text), codes[i].name);
	}
}

static void table_is_sound(void **state)
{
	const struct capture_pixel_format *pf, *same;
	unsigned int i;
	uint32_t fourcc;

	for (i = 0; (pf = capture_pixel_format_at(i)); i++) {
		same = capture_pixel_format_find(pf->fourcc);
		assert_ptr_equal(pf, same);
		assert_int_equal(capture_fourcc_parse(pf->name, &fourcc), 0);
		assert_int_equal(fourcc, pf->fourcc);
		assert_true(pf->planes >= 1 && pf->planes <= CAPTURE_PLANES_MAX);
		assert_true(pf->bits || pf->flags & CAPTURE_FORMAT_COMPRESSED);
		assert_true(pf->align);
	}
	assert_true(i > 60);
	assert_null(capture_pixel_format_find(CAPTURE_FOURCC('?', '?', '?', '?')));
}

static void names(void **state)
{
	static const struct {
		const char *name;
		uint32_t fourcc;
	} good[] = {
		{ "yuyv", V4L2_PIX_FMT_YUYV },	  { "y12", V4L2_PIX_FMT_Y12 },
		{ "gray8", V4L2_PIX_FMT_GREY },	  { "RGB24", V4L2_PIX_FMT_RGB24 },
		{ "SRGGB8", V4L2_PIX_FMT_SRGGB8 },{ "mjpeg", V4L2_PIX_FMT_MJPEG },
		{ "I420", V4L2_PIX_FMT_YUV420 },  { "H264", V4L2_PIX_FMT_H264 },
		{ "pGAA", V4L2_PIX_FMT_SGBRG10P },{ "pgAA", V4L2_PIX_FMT_SGRBG10P },
	};
	static const char *const bad[] = { "", "YUYVX", "a\n", "\xff" };
	uint32_t fourcc;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(capture_fourcc_parse(good[i].name, &fourcc), 0);
		assert_int_equal(fourcc, good[i].fourcc);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(capture_fourcc_parse(bad[i], &fourcc), -EINVAL);
}

static void unknown_codes_print(void **state)
{
	char text[20];

	assert_string_equal(capture_fourcc_name(V4L2_PIX_FMT_H264, text), "H264");
	assert_string_equal(capture_fourcc_name(0, text), "\\x00\\x00\\x00\\x00");
	assert_string_equal(capture_fourcc_name(CAPTURE_FOURCC('a', ' ', ' ', ' '), text), "a");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_codes_as_the_kernel),
		cmocka_unit_test(table_is_sound),
		cmocka_unit_test(names),
		cmocka_unit_test(unknown_codes_print),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

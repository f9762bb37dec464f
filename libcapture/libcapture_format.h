/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libcapture: pixel formats, and how pictures lie in memory. A part of libcapture.h. */
#ifndef LIBCAPTURE_FORMAT_H
#define LIBCAPTURE_FORMAT_H

#ifndef LIBCAPTURE_H
#error "include libcapture.h"
#endif

#define CAPTURE_FOURCC(a, b, c, d) \
	((uint32_t)(uint8_t)(a) | (uint32_t)(uint8_t)(b) << 8 | \
	 (uint32_t)(uint8_t)(c) << 16 | (uint32_t)(uint8_t)(d) << 24)

#define CAPTURE_PLANES_MAX 4

/* one colour plane of a picture in memory */
struct capture_plane {
	uint64_t offset;	/* bytes from the start of the buffer to the first row */
	uint32_t stride;	/* bytes from one row to the next; 0: compressed */
	uint32_t lines;		/* rows of this plane */
};

#define CAPTURE_FORMAT_COMPRESSED	(1u << 0)	/* frames vary in bytes (JPEG) */
#define CAPTURE_FORMAT_LIMITED_RANGE	(1u << 1)	/* YCbCr 16-235/240, else 0-255 */
#define CAPTURE_FORMAT_BT709		(1u << 2)	/* YCbCr matrix BT.709, else BT.601 */
#define CAPTURE_FORMAT_INTERLACED	(1u << 3)	/* both fields woven in one frame */
#define CAPTURE_FORMAT_BOTTOM_UP	(1u << 4)	/* the first row in memory is the lowest */
#define CAPTURE_FORMAT_ON_DEMAND	(1u << 5)	/* the source waits for buffers, loses none */

/*
 * A wish going into capture_set_format(), the truth coming out of it.  In a
 * wish 0 means "as the device likes", and only width, height, fourcc and the
 * rate are read.
 */
struct capture_format {
	uint32_t width, height;		/* pixels */
	uint32_t fourcc;		/* V4L2 pixel format code */
	uint32_t flags;			/* CAPTURE_FORMAT_* */
	uint32_t fps_num, fps_den;	/* frames per second; 0/0: not known, or no fixed rate */
	uint64_t size;			/* bytes of one frame: the least a buffer may have */
	uint32_t planes;		/* colour planes, 1 to CAPTURE_PLANES_MAX */
	uint32_t reserved0;
	struct capture_plane plane[CAPTURE_PLANES_MAX];
	uint64_t reserved[4];
};

/* what is known of a fourcc, whatever the source */
struct capture_pixel_format {
	uint32_t fourcc;
	uint32_t flags;		/* CAPTURE_FORMAT_COMPRESSED or 0 */
	const char *name;	/* the code in letters, trailing blanks cut: "YUYV", "Y12" */
	const char *help;	/* a few words: "12-bit grey in 16 bits" */
	uint8_t depth;		/* significant bits of one sample: 8, 10, 12, 14, 16 */
	uint8_t planes;		/* colour planes; 2: the second holds both chroma samples */
	uint8_t bits;		/* bits per pixel in plane 0; 0: compressed */
	uint8_t xsub, ysub;	/* chroma subsampling as shifts, of planes 1 and up */
	uint8_t align;		/* pixels of one unit: rows are padded to a multiple of it */
	uint8_t reserved[10];
};

/** capture_pixel_format_find - Return: a constant entry, or NULL: not known. */
CAPTURE_API const struct capture_pixel_format *capture_pixel_format_find(uint32_t fourcc);

/** capture_pixel_format_at - entry 0, 1, 2, ... Return: NULL past the last. */
CAPTURE_API const struct capture_pixel_format *capture_pixel_format_at(unsigned int index);

/**
 * capture_fourcc_parse - a pixel format's name to its code
 * @name:	1 to 4 printable characters, case as given first, then upper
 *		case; or a common name ("gray8", "rgb24", "bgr24", "mjpeg",
 *		"SRGGB8", "RGGB", "I420")
 * @fourcc:	the code
 *
 * A code of four characters that the library does not know is accepted: the
 * device decides.
 * Return: 0, or -EINVAL where @name cannot be a code.
 */
CAPTURE_API int capture_fourcc_parse(const char *name, uint32_t *fourcc);

/** capture_fourcc_name - a code's name into @text, which it returns; unprintable: "\\xNN" */
CAPTURE_API const char *capture_fourcc_name(uint32_t fourcc, char text[20]);

/**
 * capture_format_layout - the memory layout of a picture
 * @format:	width, height and fourcc are read; plane[0].stride too if it is
 *		not 0 (it must hold a row); planes, plane[] and size are written:
 *		planes follow each other without a gap, chroma strides follow
 *		from the first as V4L2 has them
 * Return: 0; -EINVAL: width or height 0, or a stride too small for the width;
 * -EOPNOTSUPP: unknown or compressed fourcc; -EOVERFLOW: more than 2^63 bytes.
 */
CAPTURE_API int capture_format_layout(struct capture_format *format);

#endif /* LIBCAPTURE_FORMAT_H */

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Encoders: from a captured picture to bytes of a file format.
 *
 * An encoder is one const struct and one row in encode.c.  An instance (struct
 * encode) belongs to one thread; each worker opens its own.  Everything it needs
 * is allocated and faulted in at encode_open(): encoding a frame allocates
 * nothing and takes no page fault in the steady state.
 *
 *	one file a frame (png, pnm, jpeg)	container (raw, y4m, tiff)
 *
 *	encode_open			encode_open
 *	{ outfile_open			outfile_open
 *	  encode_frame			encode_header
 *	  outfile_commit }		{ encode_frame }	in order, one thread
 *	encode_close			encode_trailer
 *					outfile_commit
 *					encode_close
 *
 * A container may also get one file a frame: header, frame and trailer for each.
 * encode_header() and encode_trailer() write nothing for formats that have none,
 * so a caller may use the right-hand order for all: png, pnm and jpeg frames that
 * go to one stream simply follow each other.
 *
 * What each format takes (accepts() says the rest in words)
 *	png	every pixel format that pixels.h converts; 8- and 16-bit grey and RGB
 *	pnm	the same; P5 and P6
 *	jpeg	the same in 8 bits, whatever depth says; camera JPEG is not decoded:
 *		its bytes are kept (encode_jpeg.c)
 *	raw	every pixel format, also ones nobody here knows.  A frame is the
 *		planes one after the other, each stride x lines bytes, exactly as
 *		captured: rows keep their padding and their order in memory, what
 *		lies between and behind the planes is left out.  All frames of a
 *		file therefore have the same length, also one that came short.
 *		Of a compressed pixel format, or one that libcapture does not know,
 *		a frame is the bytes that the device wrote from plane_offset[0] on;
 *		frames then vary in length and nothing marks their ends.
 *	y4m	grey (Cmono, Cmono10, Cmono12, Cmono16), YCbCr as 4:2:0, 4:2:2,
 *		4:1:1 or 4:4:4 planes without a loss, camera JPEG likewise; RGB as
 *		4:4:4 BT.601 limited range, which rounds
 *	tiff	as pnm, little endian; samples of 16 bits as depth says
 *	null	every pixel format; writes nothing and reads nothing
 */
#ifndef GRAB_ENCODE_H
#define GRAB_ENCODE_H

#include <stdbool.h>
#include <stdint.h>

#include "libcapture.h"
#include "picture.h"
#include "sink.h"

/* Samples of 10, 12 and 14 bits in a file of 8- and 16-bit samples: --depth */
enum encode_depth {
	ENCODE_DEPTH_MSB,	/* 16 bits, justified to the top; png: sBIT tells how many are real */
	ENCODE_DEPTH_NATIVE,	/* 16 bits, the device's number; pnm: maxval is 2^depth-1 */
	ENCODE_DEPTH_8,		/* the top 8 bits; 16-bit samples too */
};

/* How PNG is compressed: --png */
enum encode_png {
	ENCODE_PNG_FAST,	/* by our own coder */
	ENCODE_PNG_LEVEL,	/* by libpng, png_level and png_filter */
	ENCODE_PNG_BEST,	/* by libdeflate, as small as it can */
};

/* PNG row filters: --png L,FILTER */
enum encode_filter {
	ENCODE_FILTER_NONE,
	ENCODE_FILTER_SUB,
	ENCODE_FILTER_UP,
	ENCODE_FILTER_AVG,
	ENCODE_FILTER_PAETH,
	ENCODE_FILTER_ALL,	/* the best one by libpng's heuristic, row by row */
};

/* Of how many pixels a JPEG picture has the colour: --jpeg Q,CHROMA */
enum encode_chroma {
	ENCODE_CHROMA_SAME,	/* as the pixel format has it; of each where that is RGB */
	ENCODE_CHROMA_444,	/* of each */
	ENCODE_CHROMA_422,	/* of two side by side */
	ENCODE_CHROMA_420,	/* of two by two */
};

struct encode_options {
	enum encode_depth depth;
	bool debayer;			/* Bayer becomes RGB; else grey as it is */
	enum encode_png png;
	unsigned int png_level;		/* 0 (stored) to 9 */
	enum encode_filter png_filter;
	unsigned int jpeg_quality;	/* 1 to 100 */
	enum encode_chroma jpeg_chroma;
	const char *software;		/* png tEXt Software; NULL: "grab VERSION" */
	const char *source;		/* png tEXt Source: the device's URI; NULL: none */
};
#define ENCODE_OPTIONS_INIT { \
	.depth = ENCODE_DEPTH_MSB, .png_level = 1, .png_filter = ENCODE_FILTER_SUB, \
	.jpeg_quality = ENCODE_JPEG_QUALITY }
/* 75, libjpeg's own, shows at edges and in letters; from 95 on files grow by the sensor's noise. */
#define ENCODE_JPEG_QUALITY 90

/**
 * encode_parse_png - "fast", "best", "L" or "L,FILTER" as given to --png
 *
 * L is 0 to 9; FILTER none, sub, up, avg, paeth or all.  Without FILTER it is
 * none for level 0 and sub for the others.
 *
 * Return: 0, or -EINVAL with words.
 */
int encode_parse_png(const char *text, struct encode_options *options);

/**
 * encode_parse_jpeg - "Q" or "Q,CHROMA" as given to --jpeg
 *
 * Q is 1 to 100; CHROMA same, 444, 422 or 420.  Without CHROMA it is same.
 *
 * Return: 0, or -EINVAL with words.
 */
int encode_parse_jpeg(const char *text, struct encode_options *options);

/**
 * encode_parse_depth - "msb", "native" or "8" as given to --depth
 *
 * Return: 0, or -EINVAL with words.
 */
int encode_parse_depth(const char *text, struct encode_options *options);

struct encode;

/*
 * Threads with instances for the same format that may lend a hand.  call() tells
 * them that the instance it was given to by encode_set_helpers() is at a frame
 * with parts for the taking; it returns at once.
 */
struct encode_helpers {
	void (*call)(const struct encode_helpers *helpers);
};

struct encoder {
	const char *name;	/* as given to --format: "png" */
	const char *suffixes;	/* file name endings that choose it, blank between: "pnm pgm ppm" */
	const char *help;	/* one line */
	bool container;		/* all frames go in one file, in order */
	bool by_name;		/* a container; but if the name has tokens, one file a frame */
	bool plain;		/* gives the sink the picture's own memory and nothing else */
	bool lends;		/* some of what it gives the sink may be the picture's own memory */
	bool discards;		/* writes nothing: needs no file and no sink */
	size_t priv_size;	/* zeroed private part of an instance */

	/* Can it write this? 0, or -EOPNOTSUPP with words that say what to do. */
	int (*accepts)(const struct capture_format *format, const struct encode_options *options);
	/* encoder_rank() of a format that it accepts; NULL: all are equal */
	unsigned int (*rank)(const struct capture_format *format,
			     const struct encode_options *options);
	int (*open)(struct encode *e);					/* optional */
	int (*prepare)(struct encode *e);				/* optional: memory for frames */
	int (*header)(struct encode *e, struct sink *sink);		/* optional */
	int (*frame)(struct encode *e, const struct picture *picture, struct sink *sink);
	int (*trailer)(struct encode *e, struct sink *sink);		/* optional */
	void (*assist)(struct encode *e, struct encode *of);		/* optional */
	void (*close)(struct encode *e);				/* optional; after a failed open too */
};

struct encode {
	const struct encoder *encoder;
	struct capture_format format;	/* a copy */
	struct encode_options options;	/* a copy; its strings are borrowed */
	const struct encode_helpers *helpers;	/* NULL: none */
	uint64_t frames;		/* encoded without failure */
	uint64_t file_frames;		/* most that one file will have; 0: not known */
	uint64_t frame_bound;		/* set by open: no frame is longer, in bytes; 0: not known */
	bool frame_fixed;		/* set by open: and none is shorter, but for a few bytes */
	uint32_t parts;			/* set by open: so many can share a frame; 0: one */
	char about[80];			/* set by open: "16-bit grey, 12 significant, from Y12" */
	void *priv;			/* encoder->priv_size bytes */
};

/* ---- choosing ----------------------------------------------------------- */

/** encoder_at - walk through all encoders. NULL past the last. */
const struct encoder *encoder_at(unsigned int index);

/** encoder_find - by name (case ignored), as given to --format. NULL: none. */
const struct encoder *encoder_find(const char *name);

/**
 * encoder_for_path - by the ending of a file name or template
 *
 * The part after the last dot of the last path component, case ignored.
 *
 * Return: NULL for an unknown ending or none.
 */
const struct encoder *encoder_for_path(const char *path);

/**
 * encoder_accepts - can it write pictures of this format?
 *
 * Return: 0, or -EOPNOTSUPP with words that say what to do.
 */
int encoder_accepts(const struct encoder *encoder, const struct capture_format *format,
		    const struct encode_options *options);

/**
 * encoder_rank - how well a pixel format suits an encoder
 *
 * For choosing among what a device offers when the user named none.
 *
 * Return: 0: cannot be written; else the higher the better: lossy camera JPEG
 * below converted YCbCr below RGB and grey that are written as they are; but for
 * jpeg, camera JPEG above all.
 */
unsigned int encoder_rank(const struct encoder *encoder, uint32_t fourcc,
			  const struct encode_options *options);

/* ---- using -------------------------------------------------------------- */

/**
 * encode_open - an instance for pictures of one format
 * @options:	NULL for the defaults
 * @out:	ends with encode_close()
 *
 * Return: 0; -EOPNOTSUPP: see encoder_accepts(); -EOVERFLOW: a picture too large
 * for the file format or for memory; -ENOMEM.  With words.
 */
int encode_open(const struct encoder *encoder, const struct capture_format *format,
		const struct encode_options *options, struct encode **out);

/* what an instance would be like */
struct encode_facts {
	uint64_t frame_bound;		/* as in struct encode */
	bool frame_fixed;
	uint32_t parts;			/* 1 or more */
};

/** encode_ask - as encode_open(), but without memory for frames, and without an instance */
int encode_ask(const struct encoder *encoder, const struct capture_format *format,
	       const struct encode_options *options, struct encode_facts *facts);

/**
 * encode_expect - how many frames one file will have at most
 * @frames:	0: not known, as it is before the first call
 *
 * Before encode_header().
 */
void encode_expect(struct encode *e, uint64_t frames);

/** encode_header - what stands before the first frame of a file */
int encode_header(struct encode *e, struct sink *sink);

/**
 * encode_frame - one picture
 * @picture:	its format must equal the one given to encode_open() in size and
 *		fourcc; strides and offsets may differ (multi-planar devices)
 * @sink:	NULL only for an encoder that discards
 *
 * Return: 0; -EINVAL: another format; -EMSGSIZE: the picture's planes do not hold
 * it, or do not lie within its memory;
 * -EBADMSG: a compressed picture that cannot be decoded (nothing was written);
 * or the sink's error.  With words.
 */
int encode_frame(struct encode *e, const struct picture *picture, struct sink *sink);

/**
 * encode_set_helpers - who may lend a hand with large frames
 *
 * Threads that were called use encode_assist().  Only for encoders that have
 * assist(); the bytes are the same with and without.
 */
void encode_set_helpers(struct encode *e, const struct encode_helpers *helpers);

/**
 * encode_assist - do parts of the frame that another instance is at
 * @e:	of the calling thread
 * @of:	another's, of the same encoder, format and options
 *
 * Returns when there is nothing left that this thread could do now; at once if
 * @of is at no frame.
 */
void encode_assist(struct encode *e, struct encode *of);

/** encode_trailer - what stands after the last frame of a file */
int encode_trailer(struct encode *e, struct sink *sink);

/** encode_close - end an instance. NULL is fine. */
void encode_close(struct encode *e);

#endif /* GRAB_ENCODE_H */

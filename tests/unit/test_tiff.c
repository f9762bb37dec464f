/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TIFF files, as libtiff reads them: pixels, pages, words, and places beyond 4 GiB. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "unit.h"

#include <tiffio.h>

#include "encoding.h"
#include "reference.h"
#include "words.h"

#define F(a, b, c, d) CAPTURE_FOURCC(a, b, c, d)
#define UTC 1767323045123456789ll	/* 2026-01-02T03:04:05.123456789Z */

/* ---- a file in memory ---------------------------------------------------- */

/* Like a regular file: what is in it can be changed. And it can have an end. */
struct file {
	struct sink sink;
	struct sink_memory memory;
	uint64_t room;
	unsigned int patches;
};

static int file_write(struct sink *sink, struct iovec *piece, int count)
{
	struct file *f = (struct file *)sink;
	int i;

	for (i = 0; i < count; i++) {
		if (f->memory.length + piece[i].iov_len > f->room) {
			piece[i].iov_len = f->room - f->memory.length;
			sink_write(&f->memory.sink, piece[i].iov_base, piece[i].iov_len);
			return say_why(-ENOSPC, "the test's disk is full");
		}
		assert_int_equal(sink_write(&f->memory.sink, piece[i].iov_base, piece[i].iov_len), 0);
	}
	return 0;
}

static int file_patch(struct sink *sink, uint64_t at, const void *data, size_t length)
{
	struct file *f = (struct file *)sink;

	assert_true(at + length <= f->memory.length);
	memcpy(f->memory.data + at, data, length);
	f->patches++;
	return 0;
}

static void file_begin(struct file *f)
{
	*f = (struct file){ .sink.write = file_write, .sink.patch = file_patch, .room = UINT64_MAX };
	sink_memory_init(&f->memory);
}

/* libtiff on these bytes, at its first page. */
static TIFF *reader(const uint8_t *data, size_t length)
{
	int fd = memfd_create("tiff", 0);
	TIFF *tiff;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, length), length);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	tiff = TIFFFdOpen(fd, "test", "r");
	assert_non_null(tiff);
	return tiff;
}

/* The tests' own reader says what it does not like. */
__attribute__((format(printf, 2, 0)))
static void complain(const char *module, const char *format, va_list args)
{
	char text[256];

	vsnprintf(text, sizeof(text), format, args);
	fail_msg("libtiff: %s", text);
}

/* ---- pixels -------------------------------------------------------------- */

/* What -f pnm makes of it, in TIFF's order of bytes. */
static uint8_t *pnm_pixels(const struct reference_picture *r, const struct encode_options *o,
			   size_t bytes, unsigned int sample_bytes)
{
	struct encode *e = encoding_open("pnm", &r->format, o);
	uint8_t *out = malloc(bytes), swap;
	size_t i;

	assert_non_null(out);
	encoding_frame(e, &r->picture);
	assert_true(encoded.length > bytes);
	memcpy(out, encoded.data + encoded.length - bytes, bytes);
	for (i = 0; sample_bytes == 2 && i < bytes; i += 2) {
		swap = out[i];
		out[i] = out[i + 1];
		out[i + 1] = swap;
	}
	encode_close(e);
	return out;
}

static void expect_page(TIFF *tiff, const struct reference_picture *r, const struct encode_options *o)
{
	uint32_t width = 0, height = 0, row;
	uint16_t bits = 0, channels = 0;
	uint8_t *want, *line;
	tmsize_t bytes = TIFFScanlineSize(tiff);

	TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width);
	TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height);
	TIFFGetField(tiff, TIFFTAG_BITSPERSAMPLE, &bits);
	TIFFGetField(tiff, TIFFTAG_SAMPLESPERPIXEL, &channels);
	assert_int_equal(width, r->format.width);
	assert_int_equal(height, r->format.height);
	assert_true(bits == 8 || bits == 16);
	assert_true(channels == 1 || channels == 3);
	assert_int_equal(bytes, width * channels * bits / 8);
	want = pnm_pixels(r, o, (size_t)bytes * height, bits / 8);
	line = malloc((size_t)bytes);
	assert_non_null(line);
	for (row = 0; row < height; row++) {
		assert_int_equal(TIFFReadScanline(tiff, line, row, 0), 1);
		assert_memory_equal(line, want + (size_t)bytes * row, bytes);
	}
	free(line);
	free(want);
}

static void pixels_as_pnm(void **unused)
{
	static const uint32_t sizes[][2] = { { 1, 1 }, { 3, 3 }, { 301, 211 }, { 640, 480 } };
	struct encode_options o = ENCODE_OPTIONS_INIT;
	struct reference_picture r;
	struct encode *e;
	size_t f, s;
	int way;

	for (f = 0; encoding_formats[f]; f++)
		for (s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++)
			for (way = 0; way < 3; way++) {
				TIFF *tiff;
				struct sink_memory out;

				o.depth = (enum encode_depth)way;
				o.debayer = way == 1;
				sink_memory_init(&out);
				reference_make(&r, encoding_formats[f], sizes[s][0], sizes[s][1], way == 1,
					       way == 2, way == 2 ? CAPTURE_FORMAT_BOTTOM_UP : 0);
				e = encoding_open("tiff", &r.format, &o);
				encode_expect(e, 1);
				assert_int_equal(encode_header(e, &out.sink), 0);
				assert_int_equal(encode_frame(e, &r.picture, &out.sink), 0);
				assert_int_equal(encode_trailer(e, &out.sink), 0);
				assert_true(out.length <= e->frame_bound);
				tiff = reader(out.data, out.length);
				expect_page(tiff, &r, &o);
				assert_int_equal(TIFFNumberOfDirectories(tiff), 1);
				TIFFClose(tiff);
				encode_close(e);
				reference_free(&r);
				sink_memory_free(&out);
			}
}

/* ---- words --------------------------------------------------------------- */

static void expect_text(TIFF *tiff, uint32_t tag, const char *want)
{
	char *text = NULL;

	assert_int_equal(TIFFGetField(tiff, tag, &text), 1);
	assert_string_equal(text, want);
}

static void words(void **unused)
{
	struct encode_options o = ENCODE_OPTIONS_INIT;
	struct reference_picture r;
	struct sink_memory out;
	struct encode *e;
	uint16_t max = 0;
	char *text;
	TIFF *tiff;

	o.software = "t\u00e9st";
	o.source = "sim:seed=1\n";
	o.depth = ENCODE_DEPTH_NATIVE;
	sink_memory_init(&out);
	reference_make(&r, F('Y', '1', '2', ' '), 8, 8, false, false, 0);
	r.picture.sequence = 4711;
	r.picture.utc_ns = UTC;
	e = encoding_open("tiff", &r.format, &o);
	encode_expect(e, 1);
	assert_int_equal(encode_header(e, &out.sink), 0);
	assert_int_equal(encode_frame(e, &r.picture, &out.sink), 0);
	tiff = reader(out.data, out.length);
	expect_text(tiff, TIFFTAG_SOFTWARE, "t??st");
	expect_text(tiff, TIFFTAG_DATETIME, "2026:01:02 03:04:05");
	expect_text(tiff, TIFFTAG_IMAGEDESCRIPTION, "Source: sim:seed=1?\nSequence: 4711\n"
		    "Significant Bits: 12\nCreation Time: 2026-01-02T03:04:05.123456789Z");
	assert_int_equal(TIFFGetField(tiff, TIFFTAG_MAXSAMPLEVALUE, &max), 1);
	assert_int_equal(max, 4095);
	TIFFClose(tiff);
	/* what is not known is not told */
	r.picture.utc_ns = INT64_MIN;
	sink_memory_rewind(&out);
	assert_int_equal(encode_header(e, &out.sink), 0);
	assert_int_equal(encode_frame(e, &r.picture, &out.sink), 0);
	tiff = reader(out.data, out.length);
	assert_int_equal(TIFFGetField(tiff, TIFFTAG_DATETIME, &text), 0);
	TIFFClose(tiff);
	encode_close(e);
	reference_free(&r);
	sink_memory_free(&out);
}

/* ---- pages --------------------------------------------------------------- */

static void expect_pages(const uint8_t *data, size_t length, const struct reference_picture *r,
			 unsigned int pages)
{
	TIFF *tiff = reader(data, length);
	char want[64], *text;
	unsigned int page;

	for (page = 0; page < pages; page++) {
		expect_page(tiff, r, NULL);
		snprintf(want, sizeof(want), "Sequence: %u", page * page * page);
		assert_int_equal(TIFFGetField(tiff, TIFFTAG_IMAGEDESCRIPTION, &text), 1);
		assert_string_equal(text, want);
		assert_int_equal(TIFFReadDirectory(tiff), page + 1 < pages);
	}
	TIFFClose(tiff);
}

/* Descriptions differ in length, so that directories do, too. */
static int write_pages(struct encode *e, struct reference_picture *r, struct sink *sink,
		       uint64_t pages)
{
	uint64_t i;
	int err = encode_header(e, sink);

	for (i = 0; !err && i < pages; i++) {
		r->picture.sequence = i * i * i;
		err = encode_frame(e, &r->picture, sink);
	}
	return err ? err : encode_trailer(e, sink);
}

/* A file, a stream, and a run of a known length: the same, but for the width of places. */
static void pages(void **unused)
{
	struct reference_picture r;
	struct sink_memory stream;
	struct file file;
	struct encode *e;
	size_t width;
	int known;

	for (width = 3; width < 300; width += 148)
		for (known = 0; known < 3; known++) {
			file_begin(&file);
			sink_memory_init(&stream);
			reference_make(&r, F('G', 'R', 'E', 'Y'), (uint32_t)width, 5, false, false, 0);
			r.picture.utc_ns = INT64_MIN;
			e = encoding_open("tiff", &r.format, NULL);
			encode_expect(e, known ? 4 + (uint64_t)known : 0);
			assert_int_equal(write_pages(e, &r, &stream.sink, 5), 0);
			assert_int_equal(write_pages(e, &r, &file.sink, 5), 0);
			assert_int_equal(file.patches, known == 1 ? 0 : 1);
			assert_int_equal(file.memory.length, stream.length);
			assert_memory_equal(file.memory.data, stream.data, stream.length);
			assert_int_equal(stream.data[2], known ? 42 : 43);
			expect_pages(stream.data, stream.length, &r, 5);
			encode_close(e);
			reference_free(&r);
			sink_memory_free(&file.memory);
			sink_memory_free(&stream);
		}
}

static void nothing_without_frames(void **unused)
{
	struct reference_picture r;
	struct file file;
	struct encode *e;

	file_begin(&file);
	reference_make(&r, F('G', 'R', 'E', 'Y'), 4, 4, false, false, 0);
	e = encoding_open("tiff", &r.format, NULL);
	assert_int_equal(write_pages(e, &r, &file.sink, 0), 0);
	assert_int_equal(file.memory.length, 0);
	encode_close(e);
	reference_free(&r);
	sink_memory_free(&file.memory);
}

/* A disk that fills at every byte: cut behind the last whole page, the file is as good as any. */
static void full_disk(void **unused)
{
	struct reference_picture r;
	struct file file;
	struct encode *e;
	uint64_t whole, room, length;
	unsigned int n;

	file_begin(&file);
	reference_make(&r, F('G', 'R', 'E', 'Y'), 9, 7, false, false, 0);
	r.picture.utc_ns = INT64_MIN;
	e = encoding_open("tiff", &r.format, NULL);
	assert_int_equal(write_pages(e, &r, &file.sink, 4), 0);
	length = file.memory.length;
	for (room = 0; room < length; room++) {
		sink_memory_rewind(&file.memory);
		file.room = room;
		assert_int_equal(encode_header(e, &file.sink), 0);
		for (n = 0, whole = 0; n < 4; n++) {
			r.picture.sequence = n * n * n;
			if (encode_frame(e, &r.picture, &file.sink))
				break;
			whole = file.memory.length;
		}
		assert_in_range(n, 0, 3);
		if (!n)
			continue;
		file.memory.length = whole;
		assert_int_equal(encode_trailer(e, &file.sink), 0);
		assert_int_equal(file.memory.length, whole);
		expect_pages(file.memory.data, whole, &r, n);
	}
	encode_close(e);
	reference_free(&r);
	sink_memory_free(&file.memory);
}

/* ---- beyond 4 GiB -------------------------------------------------------- */

/* Nothing is kept: directories are told from pixels by their length, and the chain is followed. */
struct chain {
	struct sink sink;
	uint64_t directory;	/* where the next one must be */
	uint64_t links;
	uint64_t patched;
};

static uint64_t number(const uint8_t *at, unsigned int bytes)
{
	uint64_t value = 0;

	while (bytes--)
		value = value << 8 | at[bytes];
	return value;
}

static int chain_write(struct sink *sink, struct iovec *piece, int count)
{
	struct chain *c = (struct chain *)sink;
	const uint8_t *data = piece->iov_base;

	assert_int_equal(count, 1);
	if (!sink->bytes) {
		assert_int_equal(data[2], 43);
		c->directory = number(data + 8, 8);
	} else if (piece->iov_len < 4096) {
		assert_int_equal(sink->bytes, c->directory);
		c->directory = number(data + 8 + 20 * number(data, 8), 8);
		c->links++;
	}
	return 0;
}

static int chain_patch(struct sink *sink, uint64_t at, const void *data, size_t length)
{
	struct chain *c = (struct chain *)sink;

	assert_int_equal(length, 8);
	assert_int_equal(number(data, 8), 0);
	c->patched = at;
	return 0;
}

static void beyond_32_bits(void **unused)
{
	struct chain chain = { .sink.write = chain_write, .sink.patch = chain_patch };
	struct reference_picture r;
	struct encode *e;

	reference_make(&r, F('G', 'R', 'E', 'Y'), 4096, 4096, false, false, 0);
	e = encoding_open("tiff", &r.format, NULL);
	encode_expect(e, 300);
	assert_int_equal(write_pages(e, &r, &chain.sink, 270), 0);
	assert_int_equal(chain.links, 270);
	assert_true(chain.sink.bytes > UINT32_MAX);
	assert_in_range(chain.patched, chain.sink.bytes - 2000, chain.sink.bytes);
	encode_close(e);
	reference_free(&r);
}

static int setup(void **state)
{
	TIFFSetErrorHandler(complain);
	TIFFSetWarningHandler(complain);
	return encoding_setup(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pixels_as_pnm),
		cmocka_unit_test(words),
		cmocka_unit_test(pages),
		cmocka_unit_test(nothing_without_frames),
		cmocka_unit_test(full_disk),
		cmocka_unit_test(beyond_32_bits),
	};

	return cmocka_run_group_tests(tests, setup, encoding_teardown);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PNG pictures as a recording: every kind of pixels to the bit, names, and damage. */
#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <png.h>

#include "folder.h"
#include "sim_run.h"

#define WIDTH 13
#define HEIGHT 5
#define ROW_MAX (WIDTH * 8)

struct picture {
	int color, depth, significant, interlace;
	unsigned int seed;
};

/* Bytes of a row as PNG has them; the values are those of rand_r. */
static void fill_row(const struct picture *p, unsigned int y, uint8_t row[ROW_MAX])
{
	unsigned int seed = p->seed + y, i;

	for (i = 0; i < ROW_MAX; i++)
		row[i] = (uint8_t)rand_r(&seed);
	/* the low bits repeat the high ones, as they should where not all are significant */
	for (i = 0; p->significant && i < ROW_MAX; i += 2)
		row[i + 1] = (uint8_t)((row[i + 1] & (0xff << (16 - p->significant))) |
				       row[i] >> (p->significant - 8));
}

static void put_picture(const char *path, const struct picture *p)
{
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png_create_info_struct(png);
	png_color palette[256];
	png_color_8 bits = { .gray = (uint8_t)p->significant };
	FILE *file = fopen(path, "w");
	uint8_t row[ROW_MAX];
	unsigned int i, pass, passes;

	assert_non_null(file);
	if (setjmp(png_jmpbuf(png)))
		fail_msg("%s cannot be written", path);
	png_init_io(png, file);
	png_set_IHDR(png, info, WIDTH, HEIGHT, p->depth, p->color, p->interlace, PNG_COMPRESSION_TYPE_BASE,
		     PNG_FILTER_TYPE_BASE);
	for (i = 0; i < 256; i++)
		palette[i] = (png_color){ (uint8_t)i, (uint8_t)(i + 1), (uint8_t)(255 - i) };
	if (p->color == PNG_COLOR_TYPE_PALETTE)
		png_set_PLTE(png, info, palette, 1 << p->depth);
	if (p->significant)
		png_set_sBIT(png, info, &bits);
	png_write_info(png, info);
	passes = (unsigned int)png_set_interlace_handling(png);
	for (pass = 0; pass < passes; pass++)
		for (i = 0; i < HEIGHT; i++) {
			fill_row(p, i, row);
			png_write_row(png, row);
		}
	png_write_end(png, NULL);
	png_destroy_write_struct(&png, &info);
	assert_int_equal(fclose(file), 0);
}

/* ---- every kind ---- */

/* Sample @x of a row of PNG's with @depth bits. */
static unsigned int sample(const uint8_t *row, unsigned int x, int depth)
{
	if (depth == 16)
		return (unsigned int)row[2 * x] << 8 | row[2 * x + 1];
	return row[x * (unsigned int)depth / 8] >> (8 - depth - (int)(x * (unsigned int)depth % 8)) &
	       ((1u << depth) - 1);
}

/* What a row must be in memory, by the meaning of samples in the specification of PNG. */
static void expect_row(const struct picture *p, const uint8_t *row, const uint8_t *memory)
{
	unsigned int x, value, samples = WIDTH;

	if (p->color == PNG_COLOR_TYPE_RGB || p->color == PNG_COLOR_TYPE_RGB_ALPHA) {
		assert_memory_equal(memory, row, WIDTH * (p->color == PNG_COLOR_TYPE_RGB ? 3 : 4));
		return;
	}
	for (x = 0; x < samples; x++) {
		value = sample(row, x, p->depth);
		if (p->color == PNG_COLOR_TYPE_PALETTE) {
			assert_int_equal(memory[3 * x], value);
			assert_int_equal(memory[3 * x + 1], (uint8_t)(value + 1));
			assert_int_equal(memory[3 * x + 2], 255 - value);
		} else if (p->depth == 16) {
			value >>= p->significant ? 16 - p->significant : 0;
			assert_int_equal(memory[2 * x] | memory[2 * x + 1] << 8, value);
		} else {
			assert_int_equal(memory[x], value * 255 / ((1u << p->depth) - 1));
		}
	}
}

static void kind(int color, int depth, int significant, const char *fourcc)
{
	const struct picture p = { color, depth, significant, PNG_INTERLACE_NONE, (unsigned int)depth };
	uint8_t row[ROW_MAX];
	unsigned int y;
	uint32_t code;
	struct run r;

	put_picture("p.png", &p);
	run_begin(&r, "file:p.png");
	assert_int_equal(capture_fourcc_parse(fourcc, &code), 0);
	assert_int_equal(r.format.fourcc, code);
	assert_int_equal(r.format.width, WIDTH);
	assert_int_equal(r.format.height, HEIGHT);
	run_stream(&r, 1);
	assert_int_equal(r.frame[0].status, 0);
	assert_int_equal(r.frame[0].bytes, r.format.size);
	for (y = 0; y < HEIGHT; y++) {
		fill_row(&p, y, row);
		expect_row(&p, row, r.memory[0] + (size_t)y * r.format.plane[0].stride);
	}
	assert_int_equal(capture_verify(r.s, &r.frame[0]), 0);
	r.memory[0][r.format.size - 1] ^= 1;
	assert_int_equal(capture_verify(r.s, &r.frame[0]), -EBADMSG);
	run_end(&r);
}

static void kinds(void **state)
{
	int depth;

	for (depth = 1; depth <= 8; depth *= 2) {
		kind(PNG_COLOR_TYPE_GRAY, depth, 0, "GREY");
		kind(PNG_COLOR_TYPE_PALETTE, depth, 0, "RGB3");
	}
	kind(PNG_COLOR_TYPE_GRAY, 16, 0, "Y16");
	kind(PNG_COLOR_TYPE_GRAY, 16, 10, "Y10");
	kind(PNG_COLOR_TYPE_GRAY, 16, 12, "Y12");
	kind(PNG_COLOR_TYPE_GRAY, 16, 14, "Y14");
	kind(PNG_COLOR_TYPE_RGB, 8, 0, "RGB3");
	kind(PNG_COLOR_TYPE_RGB_ALPHA, 8, 0, "AB24");
}

/* ---- what is refused ---- */

static void refuse_kind(int color, int depth, int interlace, const char *words)
{
	put_picture("p.png", &(struct picture){ color, depth, 0, interlace, 1 });
	run_refused("file:p.png", -EOPNOTSUPP, words);
}

static void refusals(void **state)
{
	refuse_kind(PNG_COLOR_TYPE_RGB, 16, PNG_INTERLACE_NONE, "rgb24");
	refuse_kind(PNG_COLOR_TYPE_RGB_ALPHA, 16, PNG_INTERLACE_NONE, "rgb24");
	refuse_kind(PNG_COLOR_TYPE_GRAY_ALPHA, 8, PNG_INTERLACE_NONE, "rgb24");
	refuse_kind(PNG_COLOR_TYPE_GRAY, 8, PNG_INTERLACE_ADAM7, "-interlace none");
	put_picture("a1.png", &(struct picture){ PNG_COLOR_TYPE_GRAY, 8, 0, 0, 1 });
	run_refused("file:a#.png,fps=file", -EINVAL, "does not tell its rate");
	put_picture("a2.png", &(struct picture){ PNG_COLOR_TYPE_RGB, 8, 0, 0, 1 });
	run_refused("file:a%d.png", -EINVAL, "a2.png differs");
	run_refused("file:a#.png,size=13x5", -EINVAL, "leave size out");
	run_refused("file:a##.png", -ENODEV, "no file has a name like a##.png");
	run_refused("file:none/a#.png", -ENODEV, "folder");
	folder_put("a2.png", "GIF89a and more, so that it is long enough");
	run_refused("file:a#.png", -EOPNOTSUPP, "a2.png is no PNG");
	folder_put("a2.png", "");
	run_refused("file:a#.png", -EBADMSG, "a2.png is empty");
	/* what is no number that printf would write is a name like others */
	run_refused("file:a%5d.png", -ENODEV, "no file a%5d.png");
	run_refused("file:a%x.png", -ENODEV, "no file a%x.png");
}

/* ---- names ---- */

/* Frames of pictures with one grey each, by name; the last number of a name is its grey. */
static void expect_order(const char *uri, const char *greys)
{
	struct run r;
	size_t i;

	run_begin(&r, uri);
	run_stream(&r, (unsigned int)strlen(greys));
	for (i = 0; greys[i]; i++) {
		assert_int_equal(r.frame[i].sequence, i);
		assert_int_equal(capture_verify(r.s, &r.frame[i]), 0);
		if (i >= strlen(greys) - BUFFERS)
			assert_int_equal(*(uint8_t *)capture_buffer_data(r.frame[i].buffer), greys[i]);
	}
	run_end(&r);
}

static void put_grey(const char *path, char grey)
{
	png_image image = { .version = PNG_IMAGE_VERSION, .width = 1, .height = 1, .format = PNG_FORMAT_GRAY };

	assert_int_not_equal(png_image_write_to_file(&image, path, 0, &grey, 0, NULL), 0);
}

static void names(void **state)
{
	put_grey("p10.png", 'd');
	put_grey("p9.png", 'c');
	put_grey("p0.png", 'a');
	put_grey("p2.png", 'b');
	put_grey("p05.png", 'x');
	put_grey("p5.png.png", 'x');
	put_grey("p.png", 'x');
	put_grey("p-1.png", 'x');
	expect_order("file:p%d.png", "abcd");
	expect_order("file:p#.png", "abcd");
	expect_order("file:./p%01d.png", "abcd");
	put_grey("p010.png", 'f');
	put_grey("p007.png", 'e');
	put_grey("p1000.png", 'g');
	expect_order("file:p%03d.png", "efg");
	expect_order("file:p###.png", "efg");
	/* a file that is called so is that file */
	put_grey("p###.png", 'h');
	expect_order("file:p###.png", "h");
	put_grey("1", 'i');
	expect_order("file:%d", "i");
}

/* ---- damage ---- */

static size_t get_bytes(const char *path, uint8_t *bytes, size_t room)
{
	FILE *file = fopen(path, "r");
	size_t length;

	assert_non_null(file);
	length = fread(bytes, 1, room, file);
	assert_int_equal(fclose(file), 0);
	return length;
}

/* It is refused, or its frame fails, or it is a whole frame that the file holds; never anything else. */
static void play_damaged(void)
{
	struct capture_session *s;
	struct capture_frame *frame;
	struct run r;

	if (capture_open("file:p.png", NULL, &s)) {
		assert_true(*capture_error());
		return;
	}
	assert_int_equal(capture_close(s), 0);
	run_begin(&r, "file:p.png");
	assert_int_equal(capture_queue(r.buffer[0]), 0);
	assert_int_equal(capture_start(r.s), 0);
	frame = run_take(&r);
	if (frame->status) {
		assert_int_equal(frame->status, -EIO);
		assert_int_equal(capture_queue(r.buffer[1]), -EIO);
		assert_non_null(strstr(capture_error(), "p.png: "));
		assert_non_null(strstr(capture_error(), "damaged"));
	} else {
		assert_int_equal(frame->bytes, r.format.size);
		assert_int_equal(capture_verify(r.s, frame), 0);
	}
	run_end(&r);
}

static void every_byte(void **state)
{
	uint8_t bytes[4096];
	size_t length, i;

	put_picture("p.png", &(struct picture){ PNG_COLOR_TYPE_PALETTE, 8, 0, 0, 1 });
	length = get_bytes("p.png", bytes, sizeof(bytes));
	assert_in_range(length, 800, sizeof(bytes) - 1);
	for (i = 0; i < length; i++) {
		bytes[i] ^= 0x55;
		folder_put_bytes("p.png", bytes, length);
		play_damaged();
		bytes[i] ^= 0x55;
	}
	for (i = 1; i < length; i++) {
		folder_put_bytes("p.png", bytes, i);
		play_damaged();
	}
}

static void damaged_in_the_middle(void **state)
{
	uint8_t bytes[4096];
	size_t length;
	struct run r;

	put_picture("p1.png", &(struct picture){ PNG_COLOR_TYPE_GRAY, 8, 0, 0, 1 });
	length = get_bytes("p1.png", bytes, sizeof(bytes));
	folder_put_bytes("p2.png", bytes, length - 20);
	run_begin(&r, "file:p#.png");
	assert_int_equal(capture_queue(r.buffer[0]), 0);
	assert_int_equal(capture_queue(r.buffer[1]), 0);
	assert_int_equal(capture_start(r.s), 0);
	assert_int_equal(run_take(&r)->status, 0);
	assert_int_equal(run_take(&r)->status, -EIO);
	assert_int_equal(capture_queue(r.buffer[2]), -EIO);
	assert_non_null(strstr(capture_error(), "p2.png"));
	run_end(&r);
}

static void changed_after_the_start(void **state)
{
	struct run r;

	put_picture("p1.png", &(struct picture){ PNG_COLOR_TYPE_GRAY, 8, 0, 0, 1 });
	put_picture("p2.png", &(struct picture){ PNG_COLOR_TYPE_GRAY, 8, 0, 0, 2 });
	run_begin(&r, "file:p#.png");
	put_picture("p1.png", &(struct picture){ PNG_COLOR_TYPE_RGB, 8, 0, 0, 1 });
	assert_int_equal(capture_queue(r.buffer[0]), 0);
	assert_int_equal(capture_start(r.s), 0);
	assert_int_equal(run_take(&r)->status, -EIO);
	assert_int_equal(capture_queue(r.buffer[1]), -EIO);
	assert_non_null(strstr(capture_error(), "another kind"));
	run_end(&r);
	run_begin(&r, "file:p2.png");
	assert_int_equal(unlink("p2.png"), 0);
	assert_int_equal(capture_queue(r.buffer[0]), 0);
	assert_int_equal(capture_start(r.s), 0);
	assert_int_equal(run_take(&r)->status, -EIO);
	assert_int_equal(capture_queue(r.buffer[1]), -EIO);
	assert_non_null(strstr(capture_error(), "no file p2.png"));
	run_end(&r);
}

/* Memory that is gone is a frame that failed, and no crash; the next one is whole. */
static void memory_that_is_gone(void **state)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct capture_buffer *buffer;
	struct capture_frame frame;
	struct capture_session *s;
	uint8_t *memory;

	put_picture("p1.png", &(struct picture){ PNG_COLOR_TYPE_RGB, 8, 0, 0, 1 });
	put_picture("p2.png", &(struct picture){ PNG_COLOR_TYPE_RGB, 8, 0, 0, 2 });
	s = open_uri("file:p#.png");
	memory = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(memory != MAP_FAILED);
	assert_int_equal(capture_attach(s, memory, page, 0, &buffer), 0);
	assert_int_equal(capture_queue(buffer), 0);
	assert_int_equal(mprotect(memory, page, PROT_READ), 0);
	assert_int_equal(capture_start(s), 0);
	assert_int_equal(capture_wait(s, PATIENCE_MS, &frame), 0);
	assert_int_equal(frame.status, -EFAULT);
	assert_int_equal(mprotect(memory, page, PROT_READ | PROT_WRITE), 0);
	assert_int_equal(capture_queue(buffer), 0);
	assert_int_equal(capture_wait(s, PATIENCE_MS, &frame), 0);
	assert_int_equal(frame.status, 0);
	assert_int_equal(capture_verify(s, &frame), 0);
	assert_int_equal(capture_stop(s), 0);
	assert_int_equal(capture_detach(buffer), 0);
	assert_int_equal(capture_close(s), 0);
	assert_int_equal(munmap(memory, page), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(kinds, folder_enter, folder_leave),
		cmocka_unit_test_setup_teardown(refusals, folder_enter, folder_leave),
		cmocka_unit_test_setup_teardown(names, folder_enter, folder_leave),
		cmocka_unit_test_setup_teardown(every_byte, folder_enter, folder_leave),
		cmocka_unit_test_setup_teardown(damaged_in_the_middle, folder_enter, folder_leave),
		cmocka_unit_test_setup_teardown(changed_after_the_start, folder_enter, folder_leave),
		cmocka_unit_test_setup_teardown(memory_that_is_gone, folder_enter, folder_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The coder: what it writes gives the picture back, and is the same on every path. */
#include <stdlib.h>
#include <string.h>

#include <libdeflate.h>

#include "unit.h"

#include "png/coder.h"
#include "png_content.h"
#include "rounds.h"

#define CANARY 0xc5

/* a picture, compressed */
struct packed {
	uint8_t *data;
	size_t length;
	uint32_t adler;
};

struct test {
	struct png_shape shape;
	struct png_coder *coder;
	uint8_t *data;
	size_t row;
};

static void begin(struct test *t, const struct png_shape *shape, const char *path,
		  unsigned int kind)
{
	t->shape = *shape;
	assert_int_equal(png_coder_open(shape, png_path_find(path), &t->coder), 0);
	t->row = png_coder_row_bytes(t->coder);
	t->data = malloc(t->row * shape->height);
	assert_non_null(t->data);
	png_content(kind, kind + shape->width, t->data, t->row, shape->height);
}

static void end(struct test *t)
{
	png_coder_close(t->coder);
	free(t->data);
}

static struct png_rows rows_of(const struct test *t, uint32_t first, uint32_t count)
{
	const uint8_t *at = t->data + t->row * first;

	return (struct png_rows){ at, (ptrdiff_t)t->row, count, first ? at - t->row : NULL };
}

static enum png_flatness flatness_of(const struct test *t)
{
	uint32_t i, most = t->shape.height < 4 ? t->shape.height : 4;
	enum png_flatness least = PNG_BLANK, here;

	for (i = 0; i < 4; i++) {
		struct png_rows rows = rows_of(t, (t->shape.height - most) / 4 * i, most);

		here = png_coder_flatness(t->coder, &rows);
		least = here < least ? here : least;
	}
	return least;
}

/* All strips, in memory that is exactly as large as promised. */
static struct packed pack(struct test *t, enum png_flatness flatness)
{
	uint32_t rows = png_coder_strip_rows(t->coder, flatness), first, count;
	struct packed out = { .adler = 1 };

	for (first = 0; first < t->shape.height; first += count) {
		struct png_rows part;
		struct png_strip strip;
		size_t bound;
		uint8_t *strip_data;

		count = t->shape.height - first < rows ? t->shape.height - first : rows;
		part = rows_of(t, first, count);
		bound = png_coder_bound(t->coder, count);
		strip_data = malloc(bound + 1);
		assert_non_null(strip_data);
		strip_data[bound] = CANARY;
		png_coder_strip(t->coder, &part, first + count == t->shape.height, strip_data, &strip);
		assert_int_equal(strip_data[bound], CANARY);
		assert_true(strip.length <= strip.bytes + strip.bytes / 1024 + 64);
		assert_int_equal(strip.bytes, (t->row + 1) * count);
		out.data = realloc(out.data, out.length + strip.length);
		assert_non_null(out.data);
		memcpy(out.data + out.length, strip_data, strip.length);
		out.length += strip.length;
		out.adler = png_adler_join(out.adler, strip.adler, strip.bytes);
		free(strip_data);
	}
	return out;
}

static void gives_back(const struct test *t, const struct packed *packed)
{
	size_t length = (t->row + 1) * t->shape.height, got, y;
	uint8_t *data = malloc(length);
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();

	assert_non_null(data);
	assert_non_null(d);
	assert_int_equal(libdeflate_deflate_decompress(d, packed->data, packed->length, data, length,
						       &got), LIBDEFLATE_SUCCESS);
	assert_int_equal(got, length);
	assert_int_equal(libdeflate_adler32(1, data, length), packed->adler);
	assert_int_equal(png_unfilter(data, t->row, t->shape.height,
				      (unsigned int)t->shape.channels * t->shape.sample_bytes), 0);
	for (y = 0; y < t->shape.height; y++)
		assert_memory_equal(data + y * (t->row + 1) + 1, t->data + y * t->row, t->row);
	libdeflate_free_decompressor(d);
	free(data);
}

/* Every path: the picture comes back, and the bytes are those of the first path. */
static void on_all_paths(const struct png_shape *shape, unsigned int kind)
{
	struct packed first = { 0 }, packed;
	const struct png_path *path;
	struct test t;
	unsigned int i;

	for (i = 0; (path = png_path_at(i)); i++) {
		if (!png_path_runs(path))
			continue;
		begin(&t, shape, path->name, kind);
		packed = pack(&t, flatness_of(&t));
		if (!first.data) {
			gives_back(&t, &packed);
			first = packed;
		} else {
			assert_int_equal(packed.length, first.length);
			assert_memory_equal(packed.data, first.data, first.length);
			free(packed.data);
		}
		end(&t);
	}
	free(first.data);
}

static const struct {
	uint8_t channels, sample_bytes;
} pixels[] = { { 1, 1 }, { 3, 1 }, { 1, 2 }, { 3, 2 } };

static void small_pictures(void **unused)
{
	static const uint32_t sides[] = { 1, 2, 3, 7, 64, 131 };
	unsigned int kind, tries = 0;
	size_t p, w, h;

	for (p = 0; p < 4; p++)
		for (w = 0; w < 6; w++)
			for (h = 0; h < 6; h++)
				for (kind = 0; kind < PNG_CONTENTS; kind++)
					if (tries++ % ROUNDS_DIVISOR == 0)
						on_all_paths(&(struct png_shape){
							sides[w], sides[h], pixels[p].channels,
							pixels[p].sample_bytes }, kind);
}

/* More than one strip; rows as long as the pieces that are sampled; rows of one pixel. */
static void large_pictures(void **unused)
{
	static const uint32_t sizes[][2] = {
		{ 1920, 1080 }, { 1024, 700 }, { 341, 1300 }, { 1, 500000 }, { 700001, 3 },
	};
	unsigned int kind, tries = 0;
	size_t s, p;

	for (s = 0; s < 5; s++)
		for (kind = 0; kind < PNG_CONTENTS; kind++) {
			if (tries++ % ROUNDS_DIVISOR)
				continue;
			p = (s + kind) % 4;
			on_all_paths(&(struct png_shape){ sizes[s][0], sizes[s][1], pixels[p].channels,
							  pixels[p].sample_bytes }, kind);
		}
}

/* A flat picture's strips are larger, and a picture that only seems flat is whole all the same. */
static void seemingly_flat(void **unused)
{
	enum png_flatness i;
	struct packed packed;
	struct test t;

	begin(&t, &(struct png_shape){ 640, 3000, 3, 1 }, "scalar", 0);
	assert_int_equal(flatness_of(&t), PNG_BLANK);
	assert_true(png_coder_strip_rows(t.coder, PNG_FLAT) > png_coder_strip_rows(t.coder, PNG_NOT_FLAT));
	assert_true(png_coder_strip_rows(t.coder, PNG_BLANK) > png_coder_strip_rows(t.coder, PNG_FLAT));
	packed = pack(&t, PNG_BLANK);
	gives_back(&t, &packed);
	free(packed.data);
	t.data[t.row / 2] ^= 1;
	assert_int_equal(flatness_of(&t), PNG_FLAT);
	png_content(2, 1, t.data, t.row, 3000);
	assert_int_equal(flatness_of(&t), PNG_NOT_FLAT);
	for (i = PNG_FLAT; i < PNG_FLATNESSES; i++) {
		packed = pack(&t, i);
		gives_back(&t, &packed);
		free(packed.data);
	}
	end(&t);
}

/* Rows may stand upside down in memory, and strips be made in any order. */
static void any_order(void **unused)
{
	struct png_strip strip, again;
	struct png_rows rows;
	uint8_t *out, *second;
	struct test t;
	uint32_t count;
	int i;

	begin(&t, &(struct png_shape){ 800, 600, 3, 1 }, "scalar", 4);
	count = png_coder_strip_rows(t.coder, PNG_NOT_FLAT);
	out = malloc(png_coder_bound(t.coder, count));
	second = malloc(png_coder_bound(t.coder, count));
	rows = (struct png_rows){ t.data + t.row * 500, -(ptrdiff_t)t.row, count,
				  t.data + t.row * 501 };
	png_coder_strip(t.coder, &rows, false, out, &strip);
	for (i = 0; i < 3; i++) {
		struct png_rows other = rows_of(&t, (uint32_t)i * 100, 100);

		png_coder_strip(t.coder, &other, true, second, &again);
		png_coder_strip(t.coder, &rows, false, second, &again);
		assert_int_equal(again.length, strip.length);
		assert_memory_equal(second, out, strip.length);
	}
	free(out);
	free(second);
	end(&t);
}

/* What the picture decides: a run that is all of it costs next to nothing, noise never more than itself. */
static void sizes(void **unused)
{
	static const struct {
		unsigned int kind;
		size_t least, most;	/* per mille of the picture */
	} want[] = { { 0, 0, 2 }, { 1, 0, 2 }, { 2, 999, 1002 }, { 3, 0, 8 }, { 4, 200, 400 }, { 8, 0, 8 },
		     { 13, 0, 400 }, { 14, 0, 300 }, { 15, 0, 260 }, { 16, 0, 3 } };
	struct packed packed;
	struct test t;
	size_t i, n;

	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		begin(&t, &(struct png_shape){ 1280, 720, 3, 1 }, "scalar", want[i].kind);
		packed = pack(&t, flatness_of(&t));
		n = t.row * t.shape.height / 1000;
		if (packed.length < want[i].least * n || packed.length > want[i].most * n)
			fail_msg("content %u takes %zu bytes of %zu", want[i].kind, packed.length,
				 t.row * t.shape.height);
		free(packed.data);
		end(&t);
	}
}

static void adler(void **unused)
{
	static uint8_t data[200000];
	static const size_t cuts[] = { 0, 1, 65520, 65521, 65522, 131042, 199999, 200000 };
	size_t i, n;

	for (n = 0; n < 2; n++) {
		memset(data, n ? 0xff : 0, sizeof(data));
		for (i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++)
			assert_int_equal(png_adler_join(libdeflate_adler32(1, data, cuts[i]),
							libdeflate_adler32(1, data + cuts[i],
									   sizeof(data) - cuts[i]),
							sizeof(data) - cuts[i]),
					 libdeflate_adler32(1, data, sizeof(data)));
	}
}

static void paths(void **unused)
{
	assert_string_equal(png_path_at(0)->name, "scalar");
	assert_ptr_equal(png_path_find("scalar"), png_path_at(0));
	assert_null(png_path_find("nonsense"));
	assert_true(png_path_runs(png_path_best()));
	print_message("best path here: %s\n", png_path_best()->name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths),
		cmocka_unit_test(adler),
		cmocka_unit_test(small_pictures),
		cmocka_unit_test(large_pictures),
		cmocka_unit_test(seemingly_flat),
		cmocka_unit_test(any_order),
		cmocka_unit_test(sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

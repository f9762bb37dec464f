/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "path_x86.h"

#if PNG_HAVE_X86

#include <immintrin.h>
#include <stdbool.h>

#include "path_loops.h"

#define AVX2 __attribute__((target("avx2,bmi,bmi2")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,bmi,bmi2")))

AVX2 PNG_PATH_FILTER(none)
AVX2 PNG_PATH_FILTER(sub)
AVX2 PNG_PATH_FILTER(up)
AVX2 PNG_PATH_FILTER(avg)
AVX2 PNG_PATH_LITERALS(literals_avx2)

AVX2 static inline __m256i at_most(__m256i x, __m256i y)
{
	return _mm256_cmpeq_epi8(_mm256_min_epu8(x, y), x);
}

/*
 * Distances to @a and @b fit in bytes.  That to @c is their sum where @a and @b lie on the
 * same side of it, and else their difference; it is compared with them, so 255 stands for more.
 */
AVX2 static inline __m256i predict(__m256i a, __m256i b, __m256i c)
{
	const __m256i zero = _mm256_setzero_si256();
	__m256i b_above = _mm256_subs_epu8(b, c), a_above = _mm256_subs_epu8(a, c);
	__m256i to_a = _mm256_or_si256(b_above, _mm256_subs_epu8(c, b));
	__m256i to_b = _mm256_or_si256(a_above, _mm256_subs_epu8(c, a));
	__m256i apart = _mm256_xor_si256(_mm256_cmpeq_epi8(a_above, zero),
					 _mm256_cmpeq_epi8(b_above, zero));
	__m256i difference = _mm256_or_si256(_mm256_subs_epu8(to_a, to_b),
					     _mm256_subs_epu8(to_b, to_a));
	__m256i to_c = _mm256_blendv_epi8(_mm256_adds_epu8(to_a, to_b), difference, apart);
	__m256i b_or_c = _mm256_blendv_epi8(c, b, at_most(to_b, to_c));

	return _mm256_blendv_epi8(b_or_c, a, _mm256_and_si256(at_most(to_a, to_b),
							      at_most(to_a, to_c)));
}

AVX2 static inline __m256i load(const uint8_t *data)
{
	return _mm256_loadu_si256((const __m256i_u *)data);
}

AVX2 static void paeth(uint8_t *out, const uint8_t *x, const uint8_t *left, const uint8_t *above,
		       const uint8_t *above_left, size_t length)
{
	size_t i;

	for (i = 0; i + 32 <= length; i += 32) {
		__m256i guess = predict(load(left + i), load(above + i), load(above_left + i));

		_mm256_storeu_si256((__m256i_u *)(out + i), _mm256_sub_epi8(load(x + i), guess));
	}
	png_loop_paeth(out + i, x + i, left + i, above + i, above_left + i, length - i);
}

/* Marks as bits: those of bytes below 128 that end in the same four bits are one byte, the others of @upper. */
struct bytes_set {
	__m256i lower, upper;
};

AVX2 static struct bytes_set set_of(const uint8_t *marks)
{
	uint8_t bits[2][16] = { 0 };

	for (unsigned int x = 0; x < 256; x++)
		bits[x >> 7][x & 15] |= (uint8_t)((marks[x] & 1) << (x >> 4 & 7));
	return (struct bytes_set){
		_mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i_u *)bits[0])),
		_mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i_u *)bits[1])),
	};
}

AVX2 static inline bool has_all(const struct bytes_set *set, __m256i x)
{
	const __m256i bit_of = _mm256_set1_epi64x((long long)0x8040201008040201);
	__m256i low = _mm256_and_si256(x, _mm256_set1_epi8(15));
	__m256i high = _mm256_and_si256(_mm256_srli_epi16(x, 4), _mm256_set1_epi8(7));
	__m256i bits = _mm256_blendv_epi8(_mm256_shuffle_epi8(set->lower, low),
					  _mm256_shuffle_epi8(set->upper, low), x);

	bits = _mm256_and_si256(bits, _mm256_shuffle_epi8(bit_of, high));
	return !_mm256_movemask_epi8(_mm256_cmpeq_epi8(bits, _mm256_setzero_si256()));
}

AVX2 static void mark_avx2(uint8_t *marks, const uint8_t *data, size_t length)
{
	struct bytes_set set = set_of(marks);
	size_t i;

	for (i = 0; i + 32 <= length; i += 32) {
		if (has_all(&set, load(data + i)))
			continue;
		png_loop_mark(marks, data + i, 32);
		set = set_of(marks);
	}
	png_loop_mark(marks, data + i, length - i);
}

AVX2 static inline uint64_t differ_32(const uint8_t *a, const uint8_t *b)
{
	__m256i same = _mm256_cmpeq_epi8(load(a), load(b));

	return (uint32_t)~_mm256_movemask_epi8(same);
}

AVX2 static inline uint64_t differ_64_avx2(const uint8_t *a, const uint8_t *b)
{
	return differ_32(a, b) | differ_32(a + 32, b + 32) << 32;
}

AVX2 PNG_PATH_DIFFER(differ_avx2, differ_64_avx2)

/* ---- 64 literals at a time ---------------------------------------------- */

/* A table of 256 bytes in four registers. */
struct table {
	__m512i part[4];
};

AVX512 static inline struct table table_load(const uint8_t *bytes)
{
	struct table t;

	for (int i = 0; i < 4; i++)
		t.part[i] = _mm512_loadu_si512(bytes + 64 * i);
	return t;
}

/* A permutation sees the low seven bits; @upper says where the eighth is set. */
AVX512 static inline __m512i table_find(const struct table *t, __m512i index, __mmask64 upper)
{
	return _mm512_mask_blend_epi8(upper,
				      _mm512_permutex2var_epi8(t->part[0], index, t->part[1]),
				      _mm512_permutex2var_epi8(t->part[2], index, t->part[3]));
}

/* codes, the first bit lowest, and their lengths; in lanes of equal width */
struct codes {
	__m512i code, length;
};

/* Neighbours joined: lanes of 16 bits become lanes of 32, then 64. */
AVX512 static inline struct codes join_16(struct codes in)
{
	const __m512i even = _mm512_set1_epi32(0xffff);
	__m512i first = _mm512_and_si512(in.length, even);

	return (struct codes){
		_mm512_or_si512(_mm512_and_si512(in.code, even),
				_mm512_sllv_epi32(_mm512_srli_epi32(in.code, 16), first)),
		_mm512_add_epi32(first, _mm512_srli_epi32(in.length, 16)),
	};
}

AVX512 static inline struct codes join_32(struct codes in)
{
	const __m512i even = _mm512_set1_epi64(0xffffffff);
	__m512i first = _mm512_and_si512(in.length, even);

	return (struct codes){
		_mm512_or_si512(_mm512_and_si512(in.code, even),
				_mm512_sllv_epi64(_mm512_srli_epi64(in.code, 32), first)),
		_mm512_add_epi64(first, _mm512_srli_epi64(in.length, 32)),
	};
}

/* Four of the longest codes are more than one put takes. */
AVX512 static inline void put_word(struct png_bits *bits, uint64_t word, unsigned int count)
{
	if (count > PNG_BITS_MOST) {
		png_bits_put(bits, word & 0xffffffff, 32);
		word >>= 32;
		count -= 32;
	}
	png_bits_put(bits, word, count);
}

/*
 * After the joins a word has four literals.  Within each 128 bits @a has the
 * first two words and @b the next two, so unpacking both gives the eight even
 * words and the eight odd ones in their order.
 */
AVX512 static inline void put_words(struct png_bits *bits, struct codes a, struct codes b)
{
	__m512i even = _mm512_unpacklo_epi64(a.code, b.code);
	__m512i odd = _mm512_unpackhi_epi64(a.code, b.code);
	__m512i even_length = _mm512_unpacklo_epi64(a.length, b.length);
	__m512i odd_length = _mm512_unpackhi_epi64(a.length, b.length);
	__m512i length = _mm512_add_epi64(even_length, odd_length);
	uint64_t word[2][8], count[2][8];
	int i;

	if (__builtin_expect(!_mm512_cmpgt_epu64_mask(length, _mm512_set1_epi64(PNG_BITS_MOST)), 1)) {
		_mm512_storeu_si512(word[0], _mm512_or_si512(even,
							     _mm512_sllv_epi64(odd, even_length)));
		_mm512_storeu_si512(count[0], length);
		for (i = 0; i < 8; i++)
			png_bits_put(bits, word[0][i], (unsigned int)count[0][i]);
		return;
	}
	_mm512_storeu_si512(word[0], even);
	_mm512_storeu_si512(word[1], odd);
	_mm512_storeu_si512(count[0], even_length);
	_mm512_storeu_si512(count[1], odd_length);
	for (i = 0; i < 8; i++) {
		put_word(bits, word[0][i], (unsigned int)count[0][i]);
		put_word(bits, word[1][i], (unsigned int)count[1][i]);
	}
}

AVX512 static void literals_avx512(struct png_bits *bits, const uint8_t *data, size_t length,
				   const struct png_literal_codes *codes)
{
	const struct table low = table_load(codes->low), high = table_load(codes->high);
	const struct table lengths = table_load(codes->length);
	const __m512i zero = _mm512_setzero_si512();
	struct png_bits b = *bits;
	size_t i;

	for (i = 0; i + 64 <= length; i += 64) {
		__m512i x = _mm512_loadu_si512(data + i);
		__mmask64 upper = _mm512_movepi8_mask(x);
		__m512i l = table_find(&low, x, upper), h = table_find(&high, x, upper);
		__m512i n = table_find(&lengths, x, upper);
		struct codes first = { _mm512_unpacklo_epi8(l, h), _mm512_unpacklo_epi8(n, zero) };
		struct codes second = { _mm512_unpackhi_epi8(l, h), _mm512_unpackhi_epi8(n, zero) };

		put_words(&b, join_32(join_16(first)), join_32(join_16(second)));
	}
	*bits = b;
	png_loop_literals(bits, data + i, length - i, codes);
}

AVX512 static void mark_avx512(uint8_t *marks, const uint8_t *data, size_t length)
{
	struct table table = table_load(marks);
	size_t i;

	for (i = 0; i + 64 <= length; i += 64) {
		__m512i x = _mm512_loadu_si512(data + i);
		__m512i found = table_find(&table, x, _mm512_movepi8_mask(x));

		if (!_mm512_testn_epi8_mask(found, found))
			continue;
		png_loop_mark(marks, data + i, 64);
		table = table_load(marks);
	}
	png_loop_mark(marks, data + i, length - i);
}

AVX512 static inline uint64_t differ_64_avx512(const uint8_t *a, const uint8_t *b)
{
	return _mm512_cmpneq_epi8_mask(_mm512_loadu_si512(a), _mm512_loadu_si512(b));
}

AVX512 PNG_PATH_DIFFER(differ_avx512, differ_64_avx512)

/* ---- the rows of the table ---------------------------------------------- */

const struct png_path png_path_avx2 = {
	.name = "avx2",
	.filter = { none, sub, up, avg, paeth },
	.literals = literals_avx2,
	.mark = mark_avx2,
	.differ = differ_avx2,
};

const struct png_path png_path_avx512 = {
	.name = "avx512",
	.filter = { none, sub, up, avg, paeth },
	.literals = literals_avx512,
	.mark = mark_avx512,
	.differ = differ_avx512,
};

int png_path_runs_avx2(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
	       __builtin_cpu_supports("bmi2");
}

int png_path_runs_avx512(void)
{
	return png_path_runs_avx2() && __builtin_cpu_supports("avx512f") &&
	       __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
	       __builtin_cpu_supports("avx512vbmi");
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parse.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"

static int refuse(int error, const char *text, const char *form)
{
	return say_why(error, error == -ERANGE ? "'%s' is out of range; write %s" :
						 "'%s' is not understood; write %s", text, form);
}

/* Digits at *at, which moves past them. */
static int digits(const char **at, uint64_t *value)
{
	const char *p = *at;
	uint64_t sum = 0;

	if (!isdigit((unsigned char)*p))
		return -EINVAL;
	for (; isdigit((unsigned char)*p); p++) {
		if (__builtin_mul_overflow(sum, 10u, &sum) ||
		    __builtin_add_overflow(sum, (uint64_t)(*p - '0'), &sum))
			return -ERANGE;
	}
	*at = p;
	*value = sum;
	return 0;
}

/* A number with an optional fraction; the fraction in parts of 10^9, more digits are cut. */
static int decimal(const char **at, uint64_t *whole, uint64_t *billionths)
{
	uint64_t scale = NSEC_PER_SEC / 10;
	int err = digits(at, whole);

	*billionths = 0;
	if (err || **at != '.')
		return err;
	if (!isdigit((unsigned char)*++*at))
		return -EINVAL;
	for (; isdigit((unsigned char)**at); ++*at, scale /= 10)
		*billionths += scale * (uint64_t)(**at - '0');
	return 0;
}

/* (whole + billionths / 10^9) * unit, rounded down */
static int scaled(uint64_t whole, uint64_t billionths, uint64_t unit, uint64_t *out)
{
	uint64_t product;

	if (__builtin_mul_overflow(whole, unit, &product))
		return -ERANGE;
	if (__builtin_add_overflow(product,
				   (uint64_t)((unsigned __int128)billionths * unit / NSEC_PER_SEC),
				   &product))
		return -ERANGE;
	*out = product;
	return 0;
}

/* Times are added to a clock's, and counts are JSON's: both stay below 2^63. */
static int below_2_63(uint64_t value)
{
	return value > INT64_MAX ? -ERANGE : 0;
}

static int read_count(const char *text, uint64_t *value)
{
	uint64_t found;
	int err = digits(&text, &found);

	if (err)
		return err;
	if (*text)
		return -EINVAL;
	err = below_2_63(found);
	if (!err)
		*value = found;
	return err;
}

static int read_size(const char *text, uint32_t *width, uint32_t *height)
{
	uint64_t w, h;
	int err = digits(&text, &w);

	if (err)
		return err;
	if (*text != 'x' && *text != 'X')
		return -EINVAL;
	text++;
	err = digits(&text, &h);
	if (err)
		return err;
	if (*text)
		return -EINVAL;
	if (!w || !h || w > UINT32_MAX || h > UINT32_MAX)
		return -ERANGE;
	*width = (uint32_t)w;
	*height = (uint32_t)h;
	return 0;
}

static uint64_t greatest_divisor(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

static int read_rate(const char *text, uint32_t *num, uint32_t *den)
{
	uint64_t n, fraction, d = 1, divisor;
	int err = decimal(&text, &n, &fraction);

	if (err)
		return err;
	if (*text == '/') {
		if (fraction)
			return -EINVAL;
		text++;
		err = digits(&text, &d);
		if (err)
			return err;
	}
	if (*text)
		return -EINVAL;
	if (fraction) {
		if (n > UINT32_MAX)
			return -ERANGE;
		n = n * NSEC_PER_SEC + fraction;
		d = NSEC_PER_SEC;
	}
	if (!n || !d)
		return -ERANGE;
	divisor = greatest_divisor(n, d);
	n /= divisor;
	d /= divisor;
	if (n > UINT32_MAX || d > UINT32_MAX)
		return -ERANGE;
	*num = (uint32_t)n;
	*den = (uint32_t)d;
	return 0;
}

/* "1:30" or "1:30:00.5", after the first number */
static int read_clock(const char *text, uint64_t first, uint64_t *ns)
{
	uint64_t total = first, part = 0, fraction = 0;
	unsigned int colons = 0;
	int err;

	while (*text == ':') {
		text++;
		if (++colons > 2)
			return -EINVAL;
		err = decimal(&text, &part, &fraction);
		if (err)
			return err;
		if (part > 59 || (fraction && *text))
			return -EINVAL;
		if (__builtin_mul_overflow(total, 60u, &total) ||
		    __builtin_add_overflow(total, part, &total))
			return -ERANGE;
	}
	if (*text)
		return -EINVAL;
	return scaled(total, fraction, NSEC_PER_SEC, ns);
}

static int read_time(const char *text, uint64_t *ns)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = {
		{ "", NSEC_PER_SEC },		{ "s", NSEC_PER_SEC },
		{ "ms", 1000000 },		{ "us", 1000 },
		{ "ns", 1 },			{ "m", 60 * NSEC_PER_SEC },
		{ "min", 60 * NSEC_PER_SEC },	{ "h", 3600 * NSEC_PER_SEC },
		{ "d", 86400 * NSEC_PER_SEC },
	};
	uint64_t whole, fraction;
	int err = decimal(&text, &whole, &fraction);

	if (err)
		return err;
	if (*text == ':')
		return fraction ? -EINVAL : read_clock(text, whole, ns);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (!strcmp(text, units[i].name))
			return scaled(whole, fraction, units[i].ns, ns);
	return -EINVAL;
}

static int read_bytes(const char *text, uint64_t *bytes)
{
	static const char prefixes[] = "kmgtpe";
	uint64_t whole, fraction, unit = 1;
	const char *found;
	int err = decimal(&text, &whole, &fraction);

	if (err)
		return err;
	found = *text ? strchr(prefixes, tolower((unsigned char)*text)) : NULL;
	if (found) {
		unit <<= 10 * (found - prefixes + 1);
		text++;
		if (*text == 'i' && text[1] == 'B')
			text++;
	}
	if (*text == 'B')
		text++;
	if (*text || (fraction && !found))
		return -EINVAL;
	return scaled(whole, fraction, unit, bytes);
}

static int read_percent(const char *text, uint32_t *thousandths)
{
	uint64_t whole, fraction;
	int err = decimal(&text, &whole, &fraction);

	if (err)
		return err;
	if (strcmp(text, "%"))
		return -EINVAL;
	if (whole > 100 || (whole == 100 && fraction))
		return -ERANGE;
	*thousandths = (uint32_t)(whole * 1000 + fraction / (NSEC_PER_SEC / 1000));
	return 0;
}

static int read_value(const char *text, int64_t *value)
{
	const char *first = text + (*text == '-');
	long long found;
	char *end;

	if (!isdigit((unsigned char)*first))
		return -EINVAL;
	errno = 0;
	/* base 0 would read "010" as 8 */
	found = strtoll(text, &end, first[0] == '0' && tolower((unsigned char)first[1]) == 'x' ? 16 : 10);
	if (end == text || *end)
		return -EINVAL;
	if (errno)
		return -ERANGE;
	*value = found;
	return 0;
}

int parse_count(const char *text, uint64_t *value)
{
	int err = read_count(text, value);

	return err ? refuse(err, text, "a number, such as 100") : 0;
}

int parse_size(const char *text, uint32_t *width, uint32_t *height)
{
	int err = read_size(text, width, height);

	return err ? refuse(err, text, "WIDTHxHEIGHT, such as 640x480") : 0;
}

int parse_rate(const char *text, uint32_t *num, uint32_t *den)
{
	int err = read_rate(text, num, den);

	return err ? refuse(err, text, "frames per second, such as 30, 29.97 or 30000/1001") : 0;
}

int parse_time(const char *text, uint64_t *ns)
{
	int err = read_time(text, ns);

	if (!err)
		err = below_2_63(*ns);
	return err ? refuse(err, text, "a time, such as 10, 500ms, 1.5h or 1:30") : 0;
}

int parse_bytes(const char *text, uint64_t *bytes)
{
	int err = read_bytes(text, bytes);

	return err ? refuse(err, text, "a size in bytes, such as 4096, 64K or 1.5G") : 0;
}

int parse_percent(const char *text, uint32_t *thousandths)
{
	int err = read_percent(text, thousandths);

	return err ? refuse(err, text, "a share, such as 25%") : 0;
}

int parse_value(const char *text, int64_t *value)
{
	int err = read_value(text, value);

	return err ? refuse(err, text, "a whole number, such as -12 or 0x1f") : 0;
}

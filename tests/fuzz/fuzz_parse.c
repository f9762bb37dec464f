/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sizes, rates, times, byte counts, shares and values as people write them. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "parse.h"

const char *const fuzz_seeds[] = {
	"640x480", "30000/1001", "29.97", "1:30:00.5", "500ms", "1.5G", "64KiB", "25%", "-0x1f",
	"18446744073709551615", "99999999999999999999d", NULL,
};

/* 0, or a negative errno; what is promised of the outputs holds after 0. */
static void expect(int err, int promise_holds)
{
	if (err > 0 || (!err && !promise_holds))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	uint32_t a, b;
	uint64_t count;
	int64_t value;
	int err;

	if (!text)
		return 0;
	err = parse_size(text, &a, &b);
	expect(err, err || (a && b));
	err = parse_rate(text, &a, &b);
	expect(err, err || (a && b));
	err = parse_percent(text, &a);
	expect(err, err || a <= 100000);
	expect(parse_count(text, &count), 1);
	expect(parse_time(text, &count), 1);
	expect(parse_bytes(text, &count), 1);
	expect(parse_value(text, &value), 1);
	free(text);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recordings: of whatever is accepted all frames lie within the file, and can be played. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "file.h"
#include "fuzz.h"

const char *const fuzz_seeds[] = {
	"YUV4MPEG2 W4 H2 F30:1 Ip A1:1 C420jpeg XCOLORRANGE=LIMITED\nFRAME\n012345678901FRAME Ix\n012345678901",
	"YUV4MPEG2 W3 H3 C422\nFRAME\n012345678901234567890",
	"YUV4MPEG2 W1 H1 Cmono16 It\nFRAME\nxxFRAME\nyyFRAME\nzz",
	"YUV4MPEG2 W16777216 H16777216 F0:0 C444\nFRAME\n", "raw", NULL,
};

static void expect(bool truth)
{
	if (!truth)
		abort();
}

static int look_at(void *arg, uint64_t at, const void *bytes, size_t len)
{
	const struct recording *r = arg;

	expect(len && at + len <= r->format.size);
	return 0;
}

static void check(struct recording *r)
{
	const struct capture_format *f = &r->format;
	uint64_t i, end = 0;

	expect(r->count && f->size && f->width && f->height && !f->fps_num == !f->fps_den);
	for (i = 0; i < f->planes; i++) {
		expect(f->plane[i].offset == end);
		end += (uint64_t)f->plane[i].stride * f->plane[i].lines;
	}
	expect(end == f->size);
	if (r->pattern) {
		expect(r->count == 1);
		(void)recording_read(r, 0, look_at, r);
		return;
	}
	for (i = 0; i < r->count; i++) {
		expect(recording_offset(r, i) + f->size <= r->length);
		expect(!i || recording_offset(r, i) >= recording_offset(r, i - 1) + f->size);
	}
	expect(recording_offset(r, r->count) == recording_offset(r, 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const options[] = { "", ",size=1x1,format=GREY", ",size=3x2,format=NV12,stride=4" };
	struct capture_uri uri;
	struct recording r;
	char text[80];
	size_t i;
	int fd = memfd_create("recording", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		snprintf(text, sizeof(text), "file:/proc/self/fd/%d%s", fd, options[i]);
		expect(!uri_parse(text, &uri));
		if (recording_open(&r, &uri))
			continue;
		check(&r);
		recording_close(&r);
	}
	close(fd);
	return 0;
}

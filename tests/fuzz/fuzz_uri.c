/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Device URIs: anything may come from a command line or a config file. */
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "fuzz.h"
#include "uri.h"

const char *const fuzz_seeds[] = {
	"sim:", "sim:size=640x480,fps=30,format=Y12", "v4l2:/dev/video0,io=mmap", "0",
	"/dev/video0", "v4l2:bus=usb-0000:00:14.0-1", "vfio:0000:03:00.0", "sim:size=1x1,fps=29.97",
	"sim:time=500ms,rate=30000/1001", "pci:109e:036e,1", "a:b\\,c,d=e\\,f", NULL,
};

static const struct capture_option table[] = {
	{ "size", NULL, "" }, { "fps", NULL, "" }, { "time", NULL, "" }, { "n", NULL, "" }, { 0 },
};

static void expect_inside(const struct capture_uri *uri, const char *text)
{
	if (text < uri->text || text + strlen(text) >= uri->text + sizeof(uri->text))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	uint32_t width = 1, height = 1, num = 1, den = 1;
	struct capture_uri uri;
	uint64_t value = 7;
	unsigned int i;

	if (!text)
		return 0;
	if (!uri_parse(text, &uri)) {
		for (i = 0; i < uri.count; i++)
			expect_inside(&uri, uri.option[i].key);
		uri_check(&uri, table);
		uri_get_size(&uri, "size", &width, &height);
		uri_get_rate(&uri, "fps", &num, &den);
		uri_get_time(&uri, "time", &value);
		if (!width || !height || !num || !den)
			abort();
		value = 7;
		if (uri_get_u64(&uri, "n", 5, 10, &value) == 0 && (value < 5 || value > 10))
			abort();
	}
	free(text);
	return 0;
}

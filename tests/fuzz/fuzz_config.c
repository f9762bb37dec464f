/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Configuration files. */
#include <stdlib.h>
#include <string.h>

#include "conffile.h"
#include "fuzz.h"

const char *const fuzz_seeds[] = {
	"# comment\nsize 640x480\nfps=30\n", "[device sim:]\nctrl gain=8,hue=50%\nrelax\n",
	"mem-budget = 25%\nskip 2s\noutput a%06d.png\n", "stats json:x\nbuffers all\nstart auto\n",
	"png 9,paeth\nexposure 5ms\n[device v4l2:serial=A]\nformat y4m\n", NULL,
};

/* A file that was taken must also apply. */
static void apply(const struct conffile *file, const char *device)
{
	struct request request = REQUEST_INIT;

	if (conffile_apply(file, device, &request))
		abort();
	request_free(&request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct conffile file = { .path = strdup("fuzz"), .level = LEVEL_USER };
	char *text = malloc(size + 1);

	if (text && file.path) {
		if (size)
			memcpy(text, data, size);
		text[size] = '\0';
		if (!conffile_parse(&file, text, size)) {
			apply(&file, NULL);
			apply(&file, "sim:");
		}
	}
	free(file.path);
	free(file.lines);
	free(text);
	return 0;
}

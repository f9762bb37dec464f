/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conformance URI [OPTION...]: does this source keep the contract of libcapture,
 * in every kind of memory?  TAP on stdout, exit status 0 if all cases passed.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance.h"

static const char usage[] =
	"usage: conformance URI [OPTION...]\n"
	"  --format FOURCC       pixel format (default: as the source has it)\n"
	"  --size WxH            picture size\n"
	"  --fps N[/D]           frame rate\n"
	"  --chunk BYTES         chunk of the session\n"
	"  --window N            window of the session\n"
	"  --control NAME=VALUE  set before every case; may be repeated\n"
	"  --expect PATTERN      bars, checkers, squares or ramp: what each frame must show (RGB3)\n"
	"  --second URI          a second source that can run at the same time\n"
	"  --frames N            frames in a case that streams (default 6)\n"
	"  --only TEXT           only cases with this in their name; may be repeated\n"
	"  --timeout SECONDS     for one case (default 120)\n";

static int wrong(const char *what)
{
	fprintf(stderr, "conformance: %s\n%s", what, usage);
	return 64;
}

enum { FORMAT = 256, SIZE, FPS, CHUNK, WINDOW, CONTROL, EXPECTATION, SECOND, FRAMES, ONLY, TIMEOUT };

static const struct option options[] = {
	{ "format", required_argument, NULL, FORMAT },
	{ "size", required_argument, NULL, SIZE },
	{ "fps", required_argument, NULL, FPS },
	{ "chunk", required_argument, NULL, CHUNK },
	{ "window", required_argument, NULL, WINDOW },
	{ "control", required_argument, NULL, CONTROL },
	{ "expect", required_argument, NULL, EXPECTATION },
	{ "second", required_argument, NULL, SECOND },
	{ "frames", required_argument, NULL, FRAMES },
	{ "only", required_argument, NULL, ONLY },
	{ "timeout", required_argument, NULL, TIMEOUT },
	{ NULL, 0, NULL, 0 },
};

static bool parse_option(struct plan *plan, int option, const char *text)
{
	switch (option) {
	case FORMAT:
		return !capture_fourcc_parse(text, &plan->wish.fourcc);
	case SIZE:
		return sscanf(text, "%ux%u", &plan->wish.width, &plan->wish.height) == 2;
	case FPS:
		plan->wish.fps_den = 1;
		return sscanf(text, "%u/%u", &plan->wish.fps_num, &plan->wish.fps_den) >= 1;
	case CHUNK:
		plan->config.chunk = strtoull(text, NULL, 0);
		return plan->config.chunk != 0;
	case WINDOW:
		plan->config.window = strtoul(text, NULL, 0);
		return plan->config.window != 0;
	case CONTROL:
		if (plan->control_count == CONTROLS_MAX)
			return false;
		plan->controls[plan->control_count++] = text;
		return true;
	case EXPECTATION:
		plan->expect = expectation_find(text);
		return plan->expect != NULL;
	case SECOND:
		plan->second = text;
		return true;
	case FRAMES:
		plan->frames = strtoul(text, NULL, 0);
		return plan->frames != 0;
	case ONLY:
		tap_only(text);
		return true;
	case TIMEOUT:
		tap_timeout(strtoul(text, NULL, 0));
		return true;
	}
	return false;
}

int main(int argc, char **argv)
{
	struct plan plan = { .config = CAPTURE_CONFIG_INIT, .frames = 6 };
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0)
		if (!parse_option(&plan, option, optarg))
			return wrong(option == '?' ? "unknown option" : "bad value for an option");
	if (optind != argc - 1)
		return wrong("one URI is needed");
	plan.uri = argv[optind];
	if (plan.expect && plan.wish.fourcc != plan.expect->fourcc)
		return wrong("--expect needs --format RGB3");

	printf("# %s\n", plan.uri);
	describe_cases(&plan);
	order_cases(&plan);
	silence_cases(&plan);
	session_cases(&plan);
	remap_cases(&plan);
	memory_cases(&plan);
	return tap_finish();
}

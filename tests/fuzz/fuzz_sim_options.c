/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The simulator's options: whatever is accepted must be fit to run with. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "sim_options.h"

const char *const fuzz_seeds[] = {
	"sim:", "sim:size=1920x1080,fps=60,format=Y12,seed=1,drop=7,error=3%,short=2,stall=2s@50,unplug=80,jitter=1ms",
	"sim:size=16384x16384,format=NV12,pattern=bytes,align=64,depth=1", "sim:fps=max,wrap=10,fatal=3",
	"sim:drop=@1+3@5+0.5%+9,repeat=@4,late=100%", "sim:stall=forever@0,fail-open=EBUSY",
	"sim:guard=1,stray=@2,fail-queue=1,fail-frame=@9,fail-start=ENOSPC", NULL,
};

static void expect(bool truth)
{
	if (!truth)
		abort();
}

static void check(const struct sim_options *o)
{
	struct capture_format format = {
		.width = o->width, .height = o->height, .fourcc = o->fourcc,
	};
	uint64_t i;

	expect(o->width && o->width <= SIM_SIDE_MAX && o->height && o->height <= SIM_SIDE_MAX);
	expect(pattern_layout(&format) == 0 && format.size);
	expect(!o->fps_num == !o->fps_den);
	expect(!o->fps_num || o->fps_num / o->fps_den < SIM_RATE_MAX);
	expect(o->pattern <= PATTERN_BYTES && o->align && o->depth);
	expect(o->jitter_ns <= SIM_TIME_MAX);
	expect(o->stall_ns <= SIM_TIME_MAX || o->stall_ns == SIM_NEVER);
	expect(o->fail_open <= 0 && o->fail_start <= 0);
	expect(!o->stray.count || o->guard);
	for (i = 1; i; i *= 2) {
		schedule_hits(&o->drop, o->seed, i);
		schedule_hits(&o->error, o->seed, i);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct sim_options options;
	struct capture_uri uri;

	if (!text)
		return 0;
	if (!uri_parse(text, &uri) && !strcmp(uri.backend, "sim") &&
	    !uri_check(&uri, sim_option_table) && !sim_options_parse(&uri, &options))
		check(&options);
	free(text);
	return 0;
}

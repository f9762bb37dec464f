/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "option.h"

#include <stdlib.h>
#include <string.h>

#include "parse.h"
#include "words.h"

const char *const option_group_titles[GROUP_COUNT] = {
	[GROUP_SOURCE] = "Source:",
	[GROUP_AMOUNT] = "How much and when:",
	[GROUP_OUTPUT] = "Output:",
	[GROUP_MEMORY] = "Memory:",
	[GROUP_EVIDENCE] = "Evidence:",
	[GROUP_LISTS] = "Instead of capturing:",
	[GROUP_OTHER] = "Other:",
};

static int apply_backend(struct request *r, const char *value, enum option_level level)
{
	r->backend = strcmp(value, "auto") ? value : NULL;
	return 0;
}

static int apply_size(struct request *r, const char *value, enum option_level level)
{
	return parse_size(value, &r->width, &r->height);
}

static int apply_pixel_format(struct request *r, const char *value, enum option_level level)
{
	if (!capture_fourcc_parse(value, &r->fourcc))
		return 0;
	return say_why(-EINVAL, "'%s' is no pixel format; write its four letters or a common name, "
		       "such as YUYV, Y12 or gray8, or see --list-formats", value);
}

static int apply_rate(struct request *r, const char *value, enum option_level level)
{
	return parse_rate(value, &r->fps_num, &r->fps_den);
}

static int apply_control(struct request *r, const char *value, enum option_level level)
{
	while (1) {
		size_t length = strcspn(value, ",");
		int err = request_add_setting(r, value, length, level);

		if (err || !value[length])
			return err;
		value += length + 1;
	}
}

static int apply_exposure(struct request *r, const char *value, enum option_level level)
{
	int err = parse_time(value, &r->exposure_ns);

	if (!err && !r->exposure_ns)
		return say_why(-EINVAL, "'%s' is no exposure; write a time above 0", value);
	return err;
}

static int apply_frames(struct request *r, const char *value, enum option_level level)
{
	r->have_frames = true;
	return parse_count(value, &r->frames);
}

static int apply_skip(struct request *r, const char *value, enum option_level level)
{
	uint64_t frames = 0, ns = 0;
	int err = value[strspn(value, "0123456789")] ? parse_time(value, &ns) :
						       parse_count(value, &frames);

	if (err)
		return err;
	r->skip_frames = frames;
	r->skip_ns = ns;
	return 0;
}

static int apply_timeout(struct request *r, const char *value, enum option_level level)
{
	r->have_timeout = true;
	return parse_time(value, &r->timeout_ns);
}

static int apply_output(struct request *r, const char *value, enum option_level level)
{
	return request_add_output(r, value, (int)level);
}

static int apply_format(struct request *r, const char *value, enum option_level level)
{
	char names[128] = "";

	r->format = encoder_find(value);
	if (r->format)
		return 0;
	for (unsigned int i = 0; encoder_at(i); i++) {
		strncat(names, i ? ", " : "", sizeof(names) - strlen(names) - 1);
		strncat(names, encoder_at(i)->name, sizeof(names) - strlen(names) - 1);
	}
	return say_why(-EINVAL, "'%s' is no file format; there are %s", value, names);
}

static int apply_png(struct request *r, const char *value, enum option_level level)
{
	return encode_parse_png(value, &r->encode);
}

static int apply_jpeg(struct request *r, const char *value, enum option_level level)
{
	return encode_parse_jpeg(value, &r->encode);
}

static int apply_start(struct request *r, const char *value, enum option_level level)
{
	r->start_auto = !strcmp(value, "auto");
	r->start = 0;
	return r->start_auto ? 0 : parse_count(value, &r->start);
}

static int apply_buffers(struct request *r, const char *value, enum option_level level)
{
	r->buffers_all = !strcmp(value, "all");
	r->buffers = 0;
	if (r->buffers_all || !strcmp(value, "auto"))
		return 0;
	if (!parse_count(value, &r->buffers) && r->buffers)
		return 0;
	return say_why(-EINVAL, "'%s' is not understood; write a number above 0, 'all' or 'auto'",
		       value);
}

static int apply_budget(struct request *r, const char *value, enum option_level level)
{
	uint64_t bytes = 0;
	uint32_t share = 0;
	int err = strchr(value, '%') ? parse_percent(value, &share) : parse_bytes(value, &bytes);

	if (err)
		return err;
	if (!bytes && !share)
		return say_why(-EINVAL, "'%s' leaves no memory at all; write a size or a share above 0",
			       value);
	r->budget = bytes;
	r->budget_share = share;
	return 0;
}

static int apply_stats(struct request *r, const char *value, enum option_level level)
{
	static const struct {
		const char *word;
		enum stats_form form;
	} forms[] = {
		{ "none", STATS_NONE }, { "text", STATS_TEXT }, { "json", STATS_JSON },
	};
	size_t length = strcspn(value, ":");

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (strlen(forms[i].word) != length || strncmp(value, forms[i].word, length))
			continue;
		if (value[length] && (!value[length + 1] || forms[i].form == STATS_NONE))
			break;
		r->stats = forms[i].form;
		r->stats_file = value[length] ? value + length + 1 : NULL;
		return 0;
	}
	return say_why(-EINVAL, "'%s' is not understood; write none, text, json, text:FILE or json:FILE",
		       value);
}

static int apply_verbose(struct request *r, const char *value, enum option_level level)
{
	r->verbose++;
	return 0;
}

static int apply_action(struct request *r, enum action action)
{
	if (r->action != ACTION_CAPTURE && r->action != action)
		return say_why(-EINVAL, "only one list or plan at a time; run grab once for each");
	r->action = action;
	return 0;
}

static int apply_list_devices(struct request *r, const char *value, enum option_level level)
{
	return apply_action(r, ACTION_LIST_DEVICES);
}

static int apply_list_formats(struct request *r, const char *value, enum option_level level)
{
	return apply_action(r, ACTION_LIST_FORMATS);
}

static int apply_list_controls(struct request *r, const char *value, enum option_level level)
{
	return apply_action(r, ACTION_LIST_CONTROLS);
}

static int apply_explain(struct request *r, const char *value, enum option_level level)
{
	return apply_action(r, ACTION_EXPLAIN);
}

#define SPECIAL(function)	.kind = KIND_SPECIAL, .apply = function
#define INTO(type, field)	.kind = type, .offset = offsetof(struct request, field)
#define WORDS(field, list)	INTO(KIND_WORD, field), .complete = COMPLETE_WORDS, .words = list
#define NO_FILE			ROW_ARGUMENT_ONLY

const struct grab_option option_table[] = {
	{ "device", 'd', "URI", GROUP_SOURCE, INTO(KIND_TEXT, device),
	  .complete = COMPLETE_DEVICE, .flags = ROW_ONCE,
	  .def = "$GRAB_DEVICE, else the only device there is",
	  .help = "where frames come from: v4l2:/dev/video0, /dev/video0, 0, "
		  "v4l2:serial=S, sim:size=640x480,fps=30" },
	{ "backend", 'B', "NAME", GROUP_SOURCE, SPECIAL(apply_backend),
	  .complete = COMPLETE_BACKEND, .def = "auto", .help = "consider only this backend's devices" },
	{ "input", 'I', "N|NAME", GROUP_SOURCE, INTO(KIND_TEXT, input),
	  .def = "the current one", .help = "connector to capture from" },
	{ "size", 's', "WxH", GROUP_SOURCE, SPECIAL(apply_size),
	  .def = "the device's", .help = "frame size in pixels" },
	{ "pixel-format", 'p', "FOURCC", GROUP_SOURCE, SPECIAL(apply_pixel_format),
	  .complete = COMPLETE_PIXEL_FORMAT, .def = "the best for the output",
	  .help = "pixels as the device sends them: GREY, Y12, YUYV, SRGGB8, ..." },
	{ "fps", 'r', "N[/D]", GROUP_SOURCE, SPECIAL(apply_rate),
	  .def = "the device's", .help = "frames per second" },
	{ "relax", 0, NULL, GROUP_SOURCE, INTO(KIND_SWITCH, relax),
	  .help = "accept another size, pixel format or rate than asked for" },
	{ "ctrl", 'c', "NAME=VALUE[,...]", GROUP_SOURCE, SPECIAL(apply_control),
	  .help = "set a control: a number, a menu entry, 50% of its range, or 'default'; "
		  "all=default resets all" },
	{ "set-ctrl", 0, NULL, .flags = ROW_ALIAS },
	{ "exposure", 0, "TIME", GROUP_SOURCE, SPECIAL(apply_exposure),
	  .help = "exposure time; switches automatic exposure off" },
	{ "gain", 0, "VALUE", GROUP_SOURCE, INTO(KIND_TEXT, gain),
	  .help = "gain, as for --ctrl; switches automatic gain off" },
	{ "restore-ctrls", 0, NULL, GROUP_SOURCE, INTO(KIND_SWITCH, restore_controls),
	  .help = "put changed controls back at the end" },

	{ "frames", 'n', "N", GROUP_AMOUNT, SPECIAL(apply_frames),
	  .def = "1, or no limit with --duration",
	  .help = "frames to write; 0: until a signal comes" },
	{ "count", 0, NULL, .flags = ROW_ALIAS },
	{ "duration", 't', "TIME", GROUP_AMOUNT, INTO(KIND_TIME, duration_ns),
	  .help = "capture for so long: 10, 500ms, 1:30, 2h" },
	{ "interval", 'i', "TIME", GROUP_AMOUNT, INTO(KIND_TIME, interval_ns),
	  .help = "one frame per interval, without drift" },
	{ "every", 0, "N", GROUP_AMOUNT, INTO(KIND_POSITIVE, every),
	  .def = "1", .help = "keep only every Nth frame" },
	{ "skip", 'S', "N|TIME", GROUP_AMOUNT, SPECIAL(apply_skip),
	  .def = "0", .help = "let so many first frames go by" },
	{ "timeout", 'T', "TIME", GROUP_AMOUNT, SPECIAL(apply_timeout),
	  .def = "5s, or 5 frame times if longer",
	  .help = "longest wait for the next good frame; 0: for ever" },

	{ "output", 'o', "TEMPLATE", GROUP_OUTPUT, SPECIAL(apply_output),
	  .complete = COMPLETE_FILE, .def = "none: capture and discard",
	  .help = "file, name with tokens (%06d, ###, %q, %{%H%M%S}), or - for standard output; "
		  "several: every frame goes to each" },
	{ "format", 'f', "NAME", GROUP_OUTPUT, SPECIAL(apply_format),
	  .complete = COMPLETE_ENCODER, .def = "by the ending of the name",
	  .help = "file format: png, pnm, jpeg, tiff, raw, y4m, null" },
	{ "png", 0, "LEVEL[,FILTER]", GROUP_OUTPUT, SPECIAL(apply_png),
	  .def = "fast", .help = "PNG compression: fast, best, or zlib's level 0 to 9 and a row filter: "
				 "none, sub, up, avg, paeth, all" },
	{ "jpeg", 0, "QUALITY[,CHROMA]", GROUP_OUTPUT, SPECIAL(apply_jpeg),
	  .def = "90", .help = "JPEG quality, 1 to 100, and of how many pixels there is a colour: "
			       "same (as captured), 444, 422, 420; a camera's own JPEG is not changed" },
	{ "depth", 0, "HOW", GROUP_OUTPUT, WORDS(encode.depth, "msb native 8"),
	  .def = "msb", .help = "10- to 14-bit samples: msb (justified to 16 bits), native, or 8" },
	{ "debayer", 0, NULL, GROUP_OUTPUT, INTO(KIND_SWITCH, encode.debayer),
	  .help = "make RGB of Bayer pixels" },
	{ "start", 0, "N|auto", GROUP_OUTPUT, SPECIAL(apply_start),
	  .def = "0", .help = "number of the first file; auto: after the highest that exists" },
	{ "overwrite", 'y', NULL, GROUP_OUTPUT, INTO(KIND_SWITCH, outfile.overwrite),
	  .help = "replace existing files" },
	{ "mkdir", 0, NULL, GROUP_OUTPUT, INTO(KIND_SWITCH, outfile.mkdir),
	  .help = "make missing folders" },
	{ "no-template", 0, NULL, GROUP_OUTPUT, INTO(KIND_SWITCH, literal_name),
	  .help = "take % and # in the output's name as they are" },
	{ "clock", 0, "ZONE", GROUP_OUTPUT, WORDS(clock, "utc local"),
	  .def = "utc", .help = "clock of %{...} in names: utc or local" },
	{ "fsync", 0, "WHEN", GROUP_OUTPUT, WORDS(outfile.sync, "none end frame"),
	  .def = "end", .help = "make files durable: none, at the end, or each frame" },
	{ "direct", 0, "WHEN", GROUP_OUTPUT, WORDS(direct, "auto on off"),
	  .def = "auto", .help = "write raw files past the page cache: where it can be done and helps, "
				 "on (or fail), off" },
	{ "damaged", 0, "RULE", GROUP_OUTPUT, WORDS(damaged, "drop keep"),
	  .def = "drop", .help = "corrupt and short frames: drop or keep (write) them; "
				 "counted as lost either way" },

	{ "buffers", 'b', "N|all|auto", GROUP_MEMORY, SPECIAL(apply_buffers),
	  .def = "auto", .help = "frames of memory; all: one for every frame of the run" },
	{ "mem", 0, "KIND", GROUP_MEMORY, WORDS(memory, "auto normal thp huge memfd"),
	  .def = "auto", .help = "how that memory is had: auto, normal, thp, huge, memfd" },
	{ "mem-budget", 0, "SIZE|%", GROUP_MEMORY, SPECIAL(apply_budget),
	  .def = "$GRAB_MEM_BUDGET, else 25% of the RAM",
	  .help = "most memory for frames" },
	{ "chunk", 0, "SIZE", GROUP_MEMORY, INTO(KIND_BYTES, chunk),
	  .def = "1M where the backend works in chunks", .help = "bytes of one transfer" },
	{ "window", 0, "N", GROUP_MEMORY, INTO(KIND_POSITIVE, window),
	  .help = "chunks pinned at once; 1: strictly one" },
	{ "writers", 0, "N", GROUP_MEMORY, INTO(KIND_POSITIVE, writers),
	  .def = "processors less one", .help = "threads that encode and write files, for each output" },

	{ "loss", 0, "RULE", GROUP_EVIDENCE, WORDS(loss, "fail abort ignore"),
	  .def = "fail", .help = "lost frames: fail (finish, then exit 1), abort at once, or ignore" },
	{ "metadata", 'M', "FILE", GROUP_EVIDENCE, INTO(KIND_TEXT, metadata),
	  .complete = COMPLETE_FILE, .help = "a line of JSON for each frame written" },
	{ "check", 0, NULL, GROUP_EVIDENCE, INTO(KIND_SWITCH, check),
	  .help = "compare each frame with what the source must have sent (sim)" },
	{ "stats", 0, "FORM[:FILE]", GROUP_EVIDENCE, SPECIAL(apply_stats),
	  .complete = COMPLETE_WORDS, .words = "none text json",
	  .def = "text on a terminal or with -v", .help = "report at the end: none, text, json" },
	{ "progress", 0, "FORM", GROUP_EVIDENCE, WORDS(progress, "auto bar json none"),
	  .def = "auto: a bar on a terminal", .help = "while it runs: auto, bar, json, none" },
	{ "json", 0, NULL, GROUP_EVIDENCE, INTO(KIND_SWITCH, json),
	  .help = "lists, plan and errors as JSON" },

	{ "list-devices", 'L', NULL, GROUP_LISTS, SPECIAL(apply_list_devices), .flags = NO_FILE,
	  .help = "show the devices there are" },
	{ "list-formats", 0, NULL, GROUP_LISTS, SPECIAL(apply_list_formats), .flags = NO_FILE,
	  .help = "show pixel formats, sizes and rates of the device" },
	{ "list-ctrls", 0, NULL, GROUP_LISTS, SPECIAL(apply_list_controls), .flags = NO_FILE,
	  .help = "show the controls of the device" },
	{ "list-controls", 0, NULL, .flags = ROW_ALIAS | NO_FILE },
	{ "explain", 'N', NULL, GROUP_LISTS, SPECIAL(apply_explain), .flags = NO_FILE,
	  .help = "show what would happen and why; touch nothing" },
	{ "dry-run", 0, NULL, .flags = ROW_ALIAS | NO_FILE },

	{ "config", 0, "FILE", GROUP_OTHER, INTO(KIND_TEXT, config), .flags = NO_FILE,
	  .complete = COMPLETE_FILE, .def = "$GRAB_CONFIG, else the user's and the system's",
	  .help = "read options from this file" },
	{ "no-config", 0, NULL, GROUP_OTHER, INTO(KIND_SWITCH, no_config), .flags = NO_FILE,
	  .help = "read no configuration file" },
	{ "quiet", 'q', NULL, GROUP_OTHER, INTO(KIND_SWITCH, quiet), .help = "say nothing but errors" },
	{ "verbose", 'v', NULL, GROUP_OTHER, SPECIAL(apply_verbose),
	  .help = "say more; twice: everything the library says" },
	{ "help", 'h', NULL, GROUP_OTHER, .flags = ROW_DISPLAY | NO_FILE,
	  .help = "show this list" },
	{ "usage", 0, NULL, GROUP_OTHER, .flags = ROW_DISPLAY | NO_FILE,
	  .help = "show a short usage" },
	{ "version", 'V', NULL, GROUP_OTHER, .flags = ROW_DISPLAY | NO_FILE,
	  .help = "show the version" },
	{ .name = NULL }
};

_Static_assert(sizeof(option_table) / sizeof(option_table[0]) <= REQUEST_OPTIONS_MAX,
	       "request.level[] is too short");

/* The row that does the work for an alias. */
static const struct grab_option *resolve(const struct grab_option *option)
{
	while (option->flags & ROW_ALIAS)
		option--;
	return option;
}

const struct grab_option *option_find(const char *name)
{
	for (const struct grab_option *o = option_table; o->name; o++)
		if (!strcmp(o->name, name))
			return o;
	return NULL;
}

enum option_level option_level(const struct request *request, const char *name)
{
	const struct grab_option *option = option_find(name);

	return option ? request->level[resolve(option) - option_table] : LEVEL_DEFAULT;
}

static int apply_word(const struct grab_option *option, const char *value, int *out)
{
	const char *word = option->words;
	char list[128] = "";

	for (int i = 0; *word; i++) {
		size_t length = strcspn(word, " ");

		if (strlen(value) == length && !strncmp(value, word, length)) {
			*out = i;
			return 0;
		}
		strncat(list, i ? ", " : "", sizeof(list) - strlen(list) - 1);
		strncat(list, word, length);
		word += length + (word[length] == ' ');
	}
	return say_why(-EINVAL, "'%s' is not understood; write one of %s", value, list);
}

static int apply_time(const char *value, uint64_t *ns)
{
	int err = parse_time(value, ns);

	if (!err && !*ns)
		err = say_why(-EINVAL, "'%s' is no time to wait for; write more than 0, or leave the option out",
			      value);
	return err;
}

static int apply_field(const struct grab_option *option, const char *value, void *field)
{
	switch (option->kind) {
	case KIND_SWITCH:
		*(bool *)field = true;
		return 0;
	case KIND_TEXT:
		if (!*value)
			return say_why(-EINVAL, "the argument is empty; leave the option out instead");
		*(const char **)field = value;
		return 0;
	case KIND_POSITIVE:
		if (!parse_count(value, (uint64_t *)field) && *(uint64_t *)field)
			return 0;
		return say_why(-EINVAL, "'%s' is not understood; write a number above 0", value);
	case KIND_TIME:
		return apply_time(value, (uint64_t *)field);
	case KIND_BYTES:
		return parse_bytes(value, (uint64_t *)field);
	case KIND_WORD:
		return apply_word(option, value, (int *)field);
	case KIND_SPECIAL:
		break;
	}
	return -EINVAL;
}

int option_apply(const struct grab_option *option, const char *value, enum option_level level,
		 struct request *request)
{
	const struct grab_option *row = resolve(option);
	uint8_t *set_by = &request->level[row - option_table];
	/* what a stronger level has set must stay: the weaker value goes to a copy that is dropped */
	struct request copy = { .settings = NULL };
	struct request *into = request;
	int err;

	if (level == LEVEL_ARGUMENT && *set_by == level && (row->flags & ROW_ONCE))
		return say_why(-EINVAL, "--%s: given twice; one is enough", option->name);
	if (level < *set_by && row->apply != apply_control)
		into = &copy;
	else
		*set_by = level > *set_by ? level : *set_by;
	err = row->kind == KIND_SPECIAL ? row->apply(into, value, level) :
					  apply_field(row, value, (char *)into + row->offset);
	return err ? say_why_in(err, "--%s: ", option->name) : 0;
}

int option_environment(struct request *request)
{
	static const struct {
		const char *variable, *option;
	} table[] = {
		{ "GRAB_DEVICE", "device" },
		{ "GRAB_MEM_BUDGET", "mem-budget" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const char *value = getenv(table[i].variable);
		int err;

		if (!value || !*value)
			continue;
		err = option_apply(option_find(table[i].option), value, LEVEL_ENVIRONMENT, request);
		if (err)
			return say_why_in(err, "%s: ", table[i].variable);
	}
	return 0;
}

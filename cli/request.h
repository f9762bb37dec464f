/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the user wants, gathered from arguments, environment and configuration.
 * Strings point into those and are borrowed, but for settings.
 */
#ifndef GRAB_REQUEST_H
#define GRAB_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "encode.h"
#include "outfile.h"

#define REQUEST_OPTIONS_MAX 80
#define REQUEST_OUTPUTS_MAX 16

enum action {
	ACTION_CAPTURE,
	ACTION_EXPLAIN,
	ACTION_LIST_DEVICES,
	ACTION_LIST_FORMATS,
	ACTION_LIST_CONTROLS,
};

/* Enumerations below are in the order of the words in option.c. */
enum loss_rule { LOSS_FAIL, LOSS_ABORT, LOSS_IGNORE };
enum damaged_rule { DAMAGED_DROP, DAMAGED_KEEP };
enum memory_kind { MEMORY_AUTO, MEMORY_NORMAL, MEMORY_THP, MEMORY_HUGE, MEMORY_MEMFD };
enum progress_form { PROGRESS_AUTO, PROGRESS_BAR, PROGRESS_JSON, PROGRESS_NONE };
enum stats_form { STATS_AUTO, STATS_NONE, STATS_TEXT, STATS_JSON };
enum direct_rule { DIRECT_AUTO, DIRECT_ON, DIRECT_OFF };
enum name_clock { NAME_CLOCK_UTC, NAME_CLOCK_LOCAL };

/* one control to set */
struct setting {
	char *name;		/* owned; the value follows it in the same memory */
	char *value;
	int level;		/* enum option_level: stronger ones come later */
};

/* one place where all frames go: --output */
struct output_wish {
	const char *template;	/* "-": standard output */
	const struct encoder *encoder;	/* set by request_check() */
};

struct request {
	uint8_t level[REQUEST_OPTIONS_MAX];	/* enum option_level, who set the option of that row */
	enum action action;

	/* source */
	const char *device;	/* URI; NULL: the only one there is */
	const char *backend;	/* NULL: any */
	const char *input;	/* NULL: as it is */
	uint32_t width, height;	/* pixels; 0: as the device is */
	uint32_t fourcc;	/* 0: the best for the output */
	uint32_t fps_num, fps_den;	/* 0/0: as the device is */
	bool relax;
	struct setting *settings;
	unsigned int settings_count;
	uint64_t exposure_ns;	/* 0: untouched */
	const char *gain;	/* NULL: untouched */
	bool restore_controls;

	/* amount */
	bool have_frames;	/* --frames was given */
	uint64_t frames;	/* 0: no limit */
	uint64_t duration_ns;	/* 0: no limit */
	uint64_t interval_ns;	/* 0: every frame */
	uint64_t every;		/* 1: every frame */
	uint64_t skip_frames, skip_ns;
	bool have_timeout;
	uint64_t timeout_ns;	/* 0: wait for ever */

	/* output */
	struct output_wish outputs[REQUEST_OUTPUTS_MAX];
	unsigned int output_count;	/* 0: discard */
	int output_level;	/* enum option_level, who set them: a stronger one begins anew */
	const struct encoder *format;	/* --format; NULL: by the names of the outputs */
	struct encode_options encode;
	bool start_auto;
	uint64_t start;
	struct outfile_policy outfile;
	enum direct_rule direct;
	bool literal_name;	/* --no-template */
	enum name_clock clock;
	enum damaged_rule damaged;

	/* memory */
	bool buffers_all;	/* -b all: every frame of the run, or refuse */
	uint64_t buffers;	/* 0: as the budget allows */
	enum memory_kind memory;
	uint64_t budget;	/* bytes; 0: see budget_share */
	uint32_t budget_share;	/* thousandths of a per cent of the RAM; 0: the default */
	uint64_t chunk;		/* bytes; 0: the library's default */
	uint64_t window;	/* chunks; 0: the backend's choice */
	uint64_t writers;	/* threads; 0: one less than there are processors */

	/* evidence */
	enum loss_rule loss;
	const char *metadata;	/* file, "-", or NULL */
	bool check;
	enum stats_form stats;
	const char *stats_file;	/* NULL: stderr */
	enum progress_form progress;
	bool json;

	/* configuration and messages */
	const char *config;
	bool no_config;
	bool quiet;
	uint64_t verbose;
};

#define REQUEST_INIT { \
	.every = 1, .encode = ENCODE_OPTIONS_INIT, .outfile.sync = OUTFILE_SYNC_END, \
}

/* Frees settings. */
void request_free(struct request *request);

/**
 * request_check - fill in what follows from the rest, refuse what contradicts
 *
 * The encoders from the outputs' names, one frame where neither --frames nor
 * --duration is given, and so on.
 *
 * Return: 0, or -EINVAL with words.
 */
int request_check(struct request *request);

/**
 * request_add_output - one more place for all frames
 * @level:	enum option_level; what weaker levels named is dropped
 *
 * Return: 0; -EINVAL: empty, or too many, with words.
 */
int request_add_output(struct request *request, const char *template, int level);

/**
 * request_add_setting - one NAME=VALUE
 *
 * Kept in the order of levels, and within a level in the order of the calls.
 *
 * Return: 0; -EINVAL: no "=" or no name, with words; -ENOMEM.
 */
int request_add_setting(struct request *request, const char *text, size_t length, int level);

#endif /* GRAB_REQUEST_H */

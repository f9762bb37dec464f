/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one table of options. The parser of the command line, --help, the
 * configuration file, the shell completions and the test of the man page are
 * all fed from it.
 */
#ifndef GRAB_OPTION_H
#define GRAB_OPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "request.h"

enum option_group {
	GROUP_SOURCE,
	GROUP_AMOUNT,
	GROUP_OUTPUT,
	GROUP_MEMORY,
	GROUP_EVIDENCE,
	GROUP_LISTS,
	GROUP_OTHER,
	GROUP_COUNT
};

extern const char *const option_group_titles[GROUP_COUNT];

/* what a shell offers for the argument */
enum option_complete {
	COMPLETE_NOTHING,
	COMPLETE_WORDS,		/* option.words */
	COMPLETE_FILE,
	COMPLETE_DEVICE,	/* URIs and device nodes */
	COMPLETE_BACKEND,
	COMPLETE_ENCODER,
	COMPLETE_PIXEL_FORMAT,
};

/* where an option came from; the stronger wins whatever the order */
enum option_level {
	LEVEL_DEFAULT,
	LEVEL_SYSTEM,		/* the system's configuration file */
	LEVEL_SYSTEM_SECTION,	/* a [device URI] section in it */
	LEVEL_USER,
	LEVEL_USER_SECTION,
	LEVEL_ENVIRONMENT,
	LEVEL_ARGUMENT,
};

/* how the argument becomes a field of struct request */
enum option_kind {
	KIND_SPECIAL,		/* by option.apply */
	KIND_SWITCH,		/* bool; no argument */
	KIND_TEXT,		/* const char * */
	KIND_POSITIVE,		/* uint64_t, not 0 */
	KIND_TIME,		/* uint64_t, nanoseconds, not 0 */
	KIND_BYTES,		/* uint64_t */
	KIND_WORD,		/* an enum: the index in option.words, from 0 */
};

#define ROW_ALIAS		(1u << 0)	/* another name of the row before */
#define ROW_ARGUMENT_ONLY	(1u << 1)	/* makes no sense in a configuration file */
#define ROW_ONCE		(1u << 2)	/* twice on one command line is a mistake */
#define ROW_DISPLAY		(1u << 3)	/* args.c answers it by itself: --help, --version */

struct grab_option {
	const char *name;	/* NULL ends the table */
	int letter;		/* 0: none */
	const char *arg;	/* NULL: takes none */
	enum option_group group;
	enum option_kind kind;
	size_t offset;		/* of the field in struct request */
	int (*apply)(struct request *request, const char *value, enum option_level level);
	enum option_complete complete;
	const char *words;	/* blank between */
	const char *def;	/* for --help; NULL: none to speak of */
	const char *help;
	unsigned int flags;	/* ROW_* */
};

extern const struct grab_option option_table[];

/* By its long name, written out in full. NULL: none. */
const struct grab_option *option_find(const char *name);

/**
 * option_apply - one option into the request
 * @value:	NULL for an option without an argument; borrowed by the request
 *
 * An option that is set already from a stronger level stays as it is, but its
 * value must be right all the same.
 *
 * Return: 0; -EINVAL, -ERANGE, -ENOMEM with words that begin with the option's name.
 */
int option_apply(const struct grab_option *option, const char *value, enum option_level level,
		 struct request *request);

/* The environment: GRAB_DEVICE and GRAB_MEM_BUDGET. Return as option_apply(). */
int option_environment(struct request *request);

/* Was the option of this name set at all, and by whom? */
enum option_level option_level(const struct request *request, const char *name);

#endif /* GRAB_OPTION_H */

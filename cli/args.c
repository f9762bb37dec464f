/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "args.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "complete.h"
#include "libcapture.h"
#include "option.h"
#include "status.h"
#include "words.h"

#define KEY_ROW		0x100	/* options without a letter: this plus their row */
#define KEY_COMPLETION	0x1000	/* beyond all rows */

static const char doc[] =
	"Capture frames from a camera or frame grabber straight into memory, and write them to files.\v"
	"grab --frames 100 -o out.png writes out-000000.png to out-000099.png.\n\n"
	"Exit status 0 means that every frame asked for is there and none was lost; "
	"grab(1) has the others.";

static int key_of(const struct grab_option *option)
{
	return option->letter ? option->letter : KEY_ROW + (int)(option - option_table);
}

static const struct grab_option *option_of(int key)
{
	if (key >= KEY_ROW && key < KEY_COMPLETION)
		return &option_table[key - KEY_ROW];
	for (const struct grab_option *o = option_table; o->name; o++)
		if (o->letter && o->letter == key)
			return o;
	return NULL;
}

static void display(const struct grab_option *option, struct argp_state *state)
{
	switch (option->letter) {
	case 'h':
		argp_state_help(state, stdout, ARGP_HELP_STD_HELP);
		break;
	case 'V':
		printf("grab %s, libcapture %s\n", PACKAGE_VERSION, capture_version());
		exit(fflush(stdout) ? STATUS_WRITE : STATUS_OK);
	default:
		argp_state_help(state, stdout, ARGP_HELP_USAGE | ARGP_HELP_EXIT_OK);
		break;
	}
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct request *request = state->input;
	const struct grab_option *option;

	if (key == ARGP_KEY_ARG) {
		argp_error(state, "unexpected operand '%s'; did you forget -o?", arg);
		return EINVAL;
	}
	if (key == KEY_COMPLETION) {
		if (!complete_print(arg, stdout))
			exit(fflush(stdout) ? STATUS_WRITE : STATUS_OK);
		argp_error(state, "--completion: %s", why());
		return EINVAL;
	}
	option = option_of(key);
	if (!option)
		return ARGP_ERR_UNKNOWN;
	if (option->flags & ROW_DISPLAY)
		display(option, state);
	else if (option_apply(option, arg, LEVEL_ARGUMENT, request))
		argp_error(state, "%s", why());
	return 0;
}

/* "help text (default: X)"; lives until the program ends */
static const char *help_of(const struct grab_option *option)
{
	char *text;

	if (!option->def || asprintf(&text, "%s (default: %s)", option->help, option->def) < 0)
		return option->help;
	return text;
}

/* The table in argp's form; @to has room for every row, the titles and what ends it. */
static void fill(struct argp_option *to)
{
	int group = -1;

	for (const struct grab_option *o = option_table; o->name; o++) {
		if (o->flags & ROW_ALIAS) {	/* argp takes the rest from the row before */
			*to++ = (struct argp_option){ .name = o->name, .flags = OPTION_ALIAS };
			continue;
		}
		if ((int)o->group != group) {
			group = (int)o->group;
			*to++ = (struct argp_option){ .doc = option_group_titles[group],
						      .group = group + 1 };
		}
		*to++ = (struct argp_option){ .name = o->name, .key = key_of(o), .arg = o->arg,
					      .doc = help_of(o), .group = group + 1 };
	}
	*to++ = (struct argp_option){ .name = "completion", .key = KEY_COMPLETION, .arg = "SHELL",
				      .flags = OPTION_HIDDEN };
	*to = (struct argp_option){ .name = NULL };
}

void args_parse(int argc, char **argv, struct request *request)
{
	/* argp keeps no copy, and exit() may still need it: static */
	static struct argp_option options[REQUEST_OPTIONS_MAX + GROUP_COUNT + 2];
	const struct argp argp = { .options = options, .parser = parse, .args_doc = "", .doc = doc };
	static char name[] = "grab";

	fill(options);
	argv[0] = name;		/* messages name the command, not the path of a wrapper */
	argp_parse(&argp, argc, argv, ARGP_NO_HELP, NULL, request);
}

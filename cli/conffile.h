/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Configuration files: options as on the command line, without the dashes.
 *
 *	# a comment
 *	size 1280x720		name and value, by blanks or "="
 *	relax			an option without an argument
 *
 *	[device v4l2:serial=762B1F5F]
 *	pixel-format = Y12	only for the device of exactly this URI
 *
 * A "#" begins a comment only where a line begins: names of files may have it.
 */
#ifndef GRAB_CONFFILE_H
#define GRAB_CONFFILE_H

#include <stddef.h>

#include "option.h"

struct conffile_line {
	const char *device;		/* of the section; NULL: for all devices */
	const struct grab_option *option;
	const char *value;		/* NULL: no argument */
	unsigned int number;		/* from 1 */
};

struct conffile {
	char *path;
	char *text;			/* the lines point into it */
	struct conffile_line *lines;
	unsigned int count;
	enum option_level level;	/* of lines for all devices; sections are one above */
};

/* the system's and the user's, or the one that was named */
struct configuration {
	struct conffile file[2];
	unsigned int count;
};

/**
 * conffile_parse - take a configuration text apart
 * @file:	path and level are set; gets @text, which the lines keep borrowing
 * @length:	of @text, which ends in NUL
 *
 * Every value is looked at, also those of other devices' sections.
 *
 * Return: 0; -EINVAL with words that begin with path and line; -ENOMEM.
 */
int conffile_parse(struct conffile *file, char *text, size_t length);

/**
 * conffile_apply - its lines into the request
 * @device:	NULL: the lines for all devices; else those of this device's section
 *
 * Return: as option_apply(), with words that begin with path and line.
 */
int conffile_apply(const struct conffile *file, const char *device, struct request *request);

/**
 * configuration_load - read the files there are and apply what is for all devices
 *
 * --config or $GRAB_CONFIG name the only file, which must be there; else
 * SYSCONFDIR/grab.conf and $XDG_CONFIG_HOME/grab/config, if they are there.
 *
 * Return: 0, or a negative errno with words. Ends with configuration_free()
 * either way; the request borrows from it.
 */
int configuration_load(struct configuration *configuration, struct request *request);

/* Is there a section of any device? */
bool configuration_has_sections(const struct configuration *configuration);

/* Apply the sections of a device: by its URI, and by its stable URI (may be NULL). */
int configuration_apply_device(const struct configuration *configuration, const char *uri,
			       const char *stable, struct request *request);

void configuration_free(struct configuration *configuration);

#endif /* GRAB_CONFFILE_H */

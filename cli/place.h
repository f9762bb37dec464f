/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Do two things of a run go to the same place?
 *
 * Names that are known are compared as the file system knows them: with folders
 * resolved, links followed.  Names that tokens make are compared as patterns: a
 * number can be any digits, a time or serial number anything without a slash.
 * Where two patterns share a name it is a clash, whether or not this run would
 * come to it.
 */
#ifndef GRAB_PLACE_H
#define GRAB_PLACE_H

#include "output.h"

/* in a pattern, beside characters that stand for themselves */
#define PLACE_DIGITS '\1'	/* one digit or blank, or more */
#define PLACE_ANY '\2'		/* any characters but a slash, or none */

/** place_patterns_meet - is there a name that fits both? */
bool place_patterns_meet(const char *one, const char *other);

/**
 * places_check - outputs, metadata and statistics each at a place of its own
 *
 * Character devices, as /dev/null, may be named more than once.
 *
 * Return: 0, or an exit status after a message.
 */
int places_check(const struct output *outputs, unsigned int count, const struct request *request);

#endif /* GRAB_PLACE_H */

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is said at the end of a run, and on SIGUSR2: --stats. */
#ifndef GRAB_REPORT_H
#define GRAB_REPORT_H

#include "output.h"
#include "tally.h"
#include "writer.h"

struct report {
	const struct request *request;
	struct capture_session *session;
	const struct capture_format *format;
	const char *uri;
	const struct output *outputs;
	struct writer **writers;	/* one an output */
	unsigned int output_count;
	const char *memory;	/* kind, "thp" */
};

/**
 * report_print - as --stats says, where --stats says
 *
 * Return: 0, or a negative errno with words: the file could not be written.
 */
int report_print(const struct report *report, const struct tally *tally);

/** report_verdict - in words, why a run that met no error ends with status 1 or 2 */
void report_verdict(const struct report *report, const struct tally *tally);

/** report_show - now, on stderr, whatever --stats says but its form: SIGUSR2 */
void report_show(const struct report *report, const struct tally *tally);

#endif /* GRAB_REPORT_H */

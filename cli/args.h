/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line, by argp. */
#ifndef GRAB_ARGS_H
#define GRAB_ARGS_H

#include "request.h"

/**
 * args_parse - arguments into the request
 *
 * Answers --help, --usage, --version and --completion itself, and exits; exits
 * with STATUS_USAGE, after a message, on anything that it does not understand.
 */
void args_parse(int argc, char **argv, struct request *request);

#endif /* GRAB_ARGS_H */

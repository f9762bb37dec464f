/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Agreeing with the device on input, size, pixel format and rate.
 *
 * Where no pixel format was named: the one the device has now, if the output
 * can hold it without decoding; else of what the device offers the one that
 * suits the output best (encoder_rank), the device's order among equals.
 */
#ifndef GRAB_AGREE_H
#define GRAB_AGREE_H

#include <stdbool.h>

#include "request.h"

/**
 * agree - on what the request names, and nothing less
 * @change:	set it; else only ask, and leave the device as it is
 * @format:	what the device gives, or would give
 *
 * What was named and is not given ends in STATUS_CONFIG, unless --relax.
 *
 * Return: 0, or an exit status after a message.
 */
int agree(struct capture_session *session, const struct request *request, bool change,
	  struct capture_format *format);

#endif /* GRAB_AGREE_H */

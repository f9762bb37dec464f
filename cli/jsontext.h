/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Our JSON: one object a line, sizes in bytes, times in nanoseconds.  Counters
 * and times that may exceed 2^53 are strings of digits.
 */
#ifndef GRAB_JSONTEXT_H
#define GRAB_JSONTEXT_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

/* A number as a string of digits. */
json_t *json_count_text(uint64_t value);

/*
 * A text, or null.  Devices and file names may have bytes that are no UTF-8:
 * those appear as "\xNN".
 */
json_t *json_text(const char *text);

/* "30/1", or null where a rate is not known */
json_t *json_rate(uint32_t num, uint32_t den);

/**
 * json_print - one line; @object is given up, NULL says that making it failed
 *
 * Return: 0, or a negative errno with words.
 */
int json_print(json_t *object, FILE *out);

#endif /* GRAB_JSONTEXT_H */

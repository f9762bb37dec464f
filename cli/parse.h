/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What people write on a command line, as numbers.
 *
 * Every function takes the whole text, without blanks around it, or refuses it.
 * Return: 0; -EINVAL: not of the form described; -ERANGE: of the form, but too
 * large (or 0 where 0 makes no sense).  Both with words.  Outputs are written on
 * success only.
 */
#ifndef GRAB_PARSE_H
#define GRAB_PARSE_H

#include <stdint.h>

#define NSEC_PER_SEC 1000000000ull

/* "12": decimal digits only */
int parse_count(const char *text, uint64_t *value);

/* "640x480", "640X480": width and height, neither 0 */
int parse_size(const char *text, uint32_t *width, uint32_t *height);

/* "30", "30/1", "29.97", "30000/1001": frames per second, in lowest terms, neither 0 */
int parse_rate(const char *text, uint32_t *num, uint32_t *den);

/*
 * "10" and "10s" (seconds), "500ms", "250us", "10ns", "2m", "2min", "1.5h",
 * "1d", "1:30" (minutes), "1:30:00" (hours): nanoseconds
 */
int parse_time(const char *text, uint64_t *ns);

/* "4096", "64k", "64K", "1M", "1.5G", "2T", "64KiB", "64MB": bytes; every prefix is a power of 1024 */
int parse_bytes(const char *text, uint64_t *bytes);

/* "25%", "0.5%", up to 100%: thousandths of a per cent */
int parse_percent(const char *text, uint32_t *thousandths);

/* "-12", "0x1f", "12": a control's value */
int parse_value(const char *text, int64_t *value);

#endif /* GRAB_PARSE_H */

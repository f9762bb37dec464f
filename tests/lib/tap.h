/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test cases as processes of their own, reported as TAP (testanything.org).
 *
 * A case that crashes, hangs or leaves a device open spoils no other one.  It
 * ends by returning (ok), by tap_fail() or by tap_skip().
 */
#ifndef TAP_H
#define TAP_H

#include <stdbool.h>

typedef void tap_fn(void *arg);

/* A case must end within that many seconds, or as many times more as tap_slow() says. */
void tap_timeout(unsigned int seconds);

/* How much slower than usual the machine is: SLOW of the environment, or 1. */
unsigned int tap_slow(void);

/* Run only cases whose name contains this, or one of several such texts. */
void tap_only(const char *part);

__attribute__((format(printf, 3, 4)))
void tap_run(tap_fn *fn, void *arg, const char *name, ...);

/* "1..N" and a line that counts.  Returns the exit status: 0, or 1 if any failed. */
int tap_finish(void);

/* In a case: end it. */
__attribute__((format(printf, 3, 4), noreturn))
void tap_fail(const char *file, int line, const char *format, ...);
__attribute__((format(printf, 1, 2), noreturn))
void tap_skip(const char *format, ...);

/* In a case: a remark. */
__attribute__((format(printf, 1, 2)))
void tap_note(const char *format, ...);

#define EXPECT(truth, ...) \
	do { \
		if (!(truth)) \
			tap_fail(__FILE__, __LINE__, __VA_ARGS__); \
	} while (0)

#endif /* TAP_H */

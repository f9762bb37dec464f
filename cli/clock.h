/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Clocks, in nanoseconds. */
#ifndef GRAB_CLOCK_H
#define GRAB_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t clock_read(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* CLOCK_MONOTONIC, as frames are stamped */
static inline uint64_t clock_now(void)
{
	return clock_read(CLOCK_MONOTONIC);
}

/**
 * clock_utc - a moment of CLOCK_MONOTONIC as time since 1970
 * @error_ns:	how far off it may be, for reading two clocks takes time; may be NULL
 */
static inline int64_t clock_utc(uint64_t monotonic_ns, uint64_t *error_ns)
{
	uint64_t before = clock_now(), utc = clock_read(CLOCK_REALTIME), after = clock_now();

	if (error_ns)
		*error_ns = after - before;
	return (int64_t)(utc + monotonic_ns - before);
}

#endif /* GRAB_CLOCK_H */

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How often a test of random or many cases tries. ThreadSanitizer makes each try ten
 * times slower, and has nothing to find where there is one thread: there, one in
 * ROUNDS_DIVISOR is tried.
 */
#ifndef ROUNDS_H
#define ROUNDS_H

#ifdef __has_feature
#if __has_feature(thread_sanitizer)
#define ROUNDS_DIVISOR 10
#endif
#endif
#ifdef __SANITIZE_THREAD__
#define ROUNDS_DIVISOR 10
#endif
#ifndef ROUNDS_DIVISOR
#define ROUNDS_DIVISOR 1
#endif

#endif /* ROUNDS_H */

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the threads of backends have in common. */
#ifndef THREAD_H
#define THREAD_H

#include <pthread.h>

/* Signals are the application's business: the thread gets none. 0 or a negative errno. */
int thread_start(pthread_t *thread, void *(*run)(void *arg), void *arg);

/* For waits that end at a time of capture_now_ns(). 0 or a negative errno. */
int thread_cond_init(pthread_cond_t *cond);

#endif /* THREAD_H */

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signals as events of the capture loop: nothing runs in a handler.
 *
 *	SIGINT SIGTERM SIGHUP	end the run; the second one at once
 *	SIGUSR2			show the counts
 *	SIGPIPE SIGXFSZ		ignored: writing says EPIPE, EFBIG
 */
#ifndef GRAB_SIGNALS_H
#define GRAB_SIGNALS_H

#include <stdbool.h>

/**
 * signals_expect_interrupt - let SIGINT have its effect
 *
 * A shell starts what it puts in the background with SIGINT ignored; scripts send it all
 * the same.  For the beginning of main(): until then it is lost.
 */
void signals_expect_interrupt(void);

/**
 * signals_open - block them, in this thread and all that it will start
 *
 * SIGHUP stays ignored where it is (nohup).
 *
 * Return: a descriptor that polls readable when one came, or a negative errno.
 */
int signals_open(void);

/** signals_hold - false: let them end the process as usual for a while; true: hold them again */
void signals_hold(bool hold);

/** signals_take - the next one that came; 0: none */
int signals_take(int fd);

/** signals_die - end the process by a signal, as whoever waits for it expects */
_Noreturn void signals_die(int number);

#endif /* GRAB_SIGNALS_H */

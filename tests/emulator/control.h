/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket: one line in, a command; lines out, the last of which is
 * "ok" or "error: WHY".
 *
 *	counters	all numbers, "name value" a line
 *	zero		counts from here: what was mapped at most is what is mapped now
 *	help		the commands of device and model
 *	...		those commands, see there
 */
#ifndef EMULATOR_CONTROL_H
#define EMULATOR_CONTROL_H

#include <poll.h>

#include "pci.h"

#define CONTROL_PEERS 4
#define CONTROL_FDS (1 + CONTROL_PEERS)

struct control {
	struct pci *pci;
	int listener;		/* -1: no control socket */
	struct peer {
		int fd;
		size_t length;
		char line[128];
	} peer[CONTROL_PEERS];
};

/* Takes over the listening socket, or -1. */
void control_open(struct control *control, int listener, struct pci *pci);
void control_close(struct control *control);
/* Fill CONTROL_FDS entries to wait on, and serve what came. */
void control_wait(const struct control *control, struct pollfd *fds);
void control_serve(struct control *control, const struct pollfd *fds);

/* One command; the answer goes to @to. */
void control_execute(struct pci *pci, const char *line, FILE *to);

#endif /* EMULATOR_CONTROL_H */

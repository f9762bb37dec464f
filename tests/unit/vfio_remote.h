/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The emulator as a program of its own, and a vfio-user client of it with the driver of the Bt878. */
#ifndef VFIO_REMOTE_H
#define VFIO_REMOTE_H

#include <stdbool.h>
#include <sys/types.h>

#include "grabber.h"
#include "unit.h"

#define REMOTE_BASE 0x40000000u	/* of the client's memory on the bus */

struct server {
	pid_t pid;
	char folder[32], path[48];
};

/* It waits for one client after the other. */
void server_start(struct server *server);
/* Its status, as waitpid() has it, after a signal. */
int server_end(struct server *server, int signal);
unsigned int server_descriptors(const struct server *server);

struct remote {
	int fd;			/* the connection */
	int event;		/* eventfd of the interrupt */
	uint16_t id;
	bool lost;		/* there was no answer: all registers are ones from now on */
	struct grabber *grabber;
};

/* Connect, reset the device, and let it be a master of the bus. */
void remote_open(struct remote *remote, const struct server *server);
void remote_close(struct remote *remote);
/* Let the device reach so many bytes of a file, at the same offset behind REMOTE_BASE. */
void remote_map(struct remote *remote, int file, uint32_t offset, uint32_t bytes);
/* Until there is an interrupt, or the server is gone. */
void remote_wait(struct remote *remote);
/* The interrupt may come again. */
void remote_unmask(struct remote *remote);

#endif /* VFIO_REMOTE_H */

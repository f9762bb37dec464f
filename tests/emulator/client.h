/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One connection of a vfio-user client, and what its messages ask of the device. */
#ifndef EMULATOR_CLIENT_H
#define EMULATOR_CLIENT_H

#include "message.h"
#include "pci.h"

struct client {
	struct channel channel;
	struct pci *pci;
	uint8_t *reply;		/* the data of the answer, while a command is executed */
	bool agreed;		/* on the protocol's version */
	uint32_t transfer;	/* most bytes of memory in one message */
	uint16_t id;		/* of the next message to the client */
	bool lost;		/* what it said made no sense, or it is gone */
};

/* Takes over the connected socket.  0 or -ENOMEM. */
int client_open(struct client *client, int fd, struct pci *pci);
/* Also takes from the device what this client gave: memory and events. */
void client_close(struct client *client);

/* Answer all messages that are there.  0; a negative errno: the connection is over. */
int client_serve(struct client *client);

/* A dma_remote: move data by messages.  Serves the client meanwhile. */
int client_memory(void *host, uint64_t address, void *data, size_t length, bool write);

/* client_info.c: what the device tells of itself.  Payloads of replies are built in place. */
/* The client's proposal to ours; sets @transfer.  The length of the reply or a negative errno. */
int client_version(struct client *client, const struct message *in, void *reply, size_t room);
int client_device_info(struct client *client, const struct message *in, void *reply);
int client_region_info(struct client *client, const struct message *in, void *reply);
int client_irq_info(struct client *client, const struct message *in, void *reply);

#endif /* EMULATOR_CLIENT_H */

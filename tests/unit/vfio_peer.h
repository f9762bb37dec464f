/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A vfio-user client for tests: the other end of a socketpair, in the same thread. */
#ifndef VFIO_PEER_H
#define VFIO_PEER_H

#include "client.h"
#include "unit.h"

#define PEER_MESSAGES 4		/* MSI vectors of the device */
#define PEER_MSIX 3		/* MSI-X vectors, in the BAR ... */
#define PEER_MSIX_BAR 1
#define PEER_MSIX_TABLE 0x40	/* ... from here on */
#define PEER_MSIX_PENDING 0x80

/* A device that keeps what is written, and reaches for memory when told. */
struct toy {
	struct model model;
	uint32_t reg[4];	/* of BAR 0; [1] writes set the line, [2] send a message */
	unsigned int resets;
	uint64_t dma;		/* where the next tick writes and reads back 16 bytes; 0: nothing */
	int wrote, read;	/* what came of it */
	uint8_t got[16];
};

struct peer {
	struct pci pci;
	struct client client;
	struct toy *toy;
	int fd;			/* the peer's end */
	uint16_t id;
	int serve;		/* what client_serve() said last */
	struct message_header header;	/* of the last reply */
	uint8_t reply[MESSAGE_DATA];
	uint32_t length;
};

/* Connected and agreed on the version; for cmocka's setup and teardown. */
int peer_get(void **state);
int peer_put(void **state);
/* Connected only. */
int peer_get_raw(void **state);

/* Send without waiting for the server; @fds may be NULL. */
void peer_send(struct peer *peer, uint16_t command, uint32_t flags, const void *data, size_t length,
	       const int *fds, unsigned int n_fds);
/* Is a message there?  Then it is taken. */
bool peer_receive(struct peer *peer);
/* A command and its reply: 0, or the errno that the reply tells.  -1: no reply, the server hung up. */
int peer_ask(struct peer *peer, uint16_t command, const void *data, size_t length, const int *fds,
	     unsigned int n_fds);

int peer_map(struct peer *peer, uint64_t address, uint64_t size, uint32_t flags, int fd,
	     uint64_t offset);
int peer_unmap(struct peer *peer, uint64_t address, uint64_t size, uint32_t flags);
int peer_read(struct peer *peer, uint32_t region, uint64_t offset, uint32_t count);
int peer_write(struct peer *peer, uint32_t region, uint64_t offset, uint32_t count,
	       const void *data);
/* The last bytes read, as a number. */
uint32_t peer_value(const struct peer *peer);
int peer_set_irqs(struct peer *peer, uint32_t flags, uint32_t index, uint32_t start, uint32_t count,
		  const int *fds, unsigned int n_fds);

/* A memfd of zeros. */
int peer_memory(size_t size);
/* How often an eventfd was signalled since. */
uint64_t peer_events(int fd);
unsigned int peer_open_fds(void);

#endif /* VFIO_PEER_H */

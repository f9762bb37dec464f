/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages of the vfio-user protocol on a stream socket: a header, data, and
 * descriptors that come with them (QEMU, docs/interop/vfio-user.rst).
 *
 * Nothing that the other side sends is believed: lengths are limits, and more
 * descriptors than there may be are closed.
 */
#ifndef EMULATOR_MESSAGE_H
#define EMULATOR_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum message_command {
	MESSAGE_VERSION = 1, MESSAGE_DMA_MAP, MESSAGE_DMA_UNMAP, MESSAGE_DEVICE_GET_INFO,
	MESSAGE_GET_REGION_INFO, MESSAGE_GET_REGION_IO_FDS, MESSAGE_GET_IRQ_INFO,
	MESSAGE_SET_IRQS, MESSAGE_REGION_READ, MESSAGE_REGION_WRITE, MESSAGE_DMA_READ,
	MESSAGE_DMA_WRITE, MESSAGE_DEVICE_RESET, MESSAGE_REGION_WRITE_MULTI = 15,
};

/* Flags */
#define MESSAGE_TYPE 0xfu
#define MESSAGE_REPLY 0x1u
#define MESSAGE_NO_REPLY 0x10u
#define MESSAGE_ERROR 0x20u

#define MESSAGE_TRANSFER 0x100000u	/* most bytes of a region or of memory in one message */
#define MESSAGE_DATA (MESSAGE_TRANSFER + 64)
#define MESSAGE_FDS 8u

struct message_header {
	uint16_t id;
	uint16_t command;
	uint32_t size;			/* with the header */
	uint32_t flags;
	uint32_t error;
};

struct message {
	struct message_header header;
	uint8_t *data;
	uint32_t length;		/* of the data */
	int fd[MESSAGE_FDS];		/* who takes one writes -1 in its place */
	unsigned int fds;
};

/* One end of a connection, and the message that is on its way. */
struct channel {
	int fd;
	size_t got;			/* bytes of it, header included */
	struct message in;
	uint8_t *data;
};

/* The descriptor, a stream socket, is the channel's when this succeeds.  0 or -ENOMEM. */
int channel_open(struct channel *channel, int fd);
/* Closes everything, the descriptors of an unfinished message included. */
void channel_close(struct channel *channel);

/*
 * Take what has come, without waiting.  1: a whole message, valid until the next call; 0: not yet;
 * -ECONNRESET: the other side is gone; -EPROTO: no message of this protocol begins like that.
 */
int channel_receive(struct channel *channel, struct message **message);

/* Send header and data; sets the header's size.  0, or -EPIPE when nobody takes it in time. */
int channel_send(struct channel *channel, struct message_header *header, const void *data,
		 size_t length);

#endif /* EMULATOR_MESSAGE_H */

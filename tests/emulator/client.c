/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A client's messages: one after the other, each checked, answered, done with. */
#include <errno.h>
#include <linux/vfio.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

#define ANSWER_LIMIT_MS 5000	/* a client that does not answer for so long is gone */

/* What precedes the data of a message that moves some. */
struct region_access {
	uint64_t offset;
	uint32_t region, count;
};

struct region_write {
	struct region_access at;
	uint8_t data[8];
};

struct memory_access {
	uint64_t address, count;
};

struct unmap {
	uint32_t argsz, flags;
	uint64_t address, size;
};

int client_open(struct client *client, int fd, struct pci *pci)
{
	*client = (struct client){ .pci = pci, .transfer = MESSAGE_TRANSFER };
	client->reply = malloc(MESSAGE_DATA);
	if (client->reply && !channel_open(&client->channel, fd))
		return 0;
	free(client->reply);
	close(fd);
	return -ENOMEM;
}

void client_close(struct client *client)
{
	channel_close(&client->channel);
	free(client->reply);
	client->reply = NULL;
	pci_disconnect(client->pci);
	client->lost = true;
}

/* ---- commands: the length of the reply's data, or a negative errno ---- */

static int do_version(struct client *client, struct message *in, uint8_t *reply)
{
	int length;

	if (client->agreed)
		return -EINVAL;
	length = client_version(client, in, reply, 512);
	client->agreed = length > 0;
	return length;
}

static int do_map(struct client *client, struct message *in, uint8_t *reply)
{
	struct { uint32_t argsz, flags; uint64_t offset, address, size; } map;
	int fd = in->fds ? in->fd[0] : -1;

	(void)reply;
	memcpy(&map, in->data, sizeof(map));
	if (map.argsz < sizeof(map) || in->fds > 1)
		return -EINVAL;
	if (in->fds)
		in->fd[0] = -1;
	return dma_map(&client->pci->dma, map.address, map.size, map.flags, fd, map.offset);
}

static int do_unmap(struct client *client, struct message *in, uint8_t *reply)
{
	struct unmap unmap;
	int err = 0;

	memcpy(&unmap, in->data, sizeof(unmap));
	if (unmap.argsz < sizeof(unmap) || unmap.flags & ~(uint32_t)VFIO_DMA_UNMAP_FLAG_ALL)
		return -EINVAL;
	if (unmap.flags & VFIO_DMA_UNMAP_FLAG_ALL)
		dma_unmap_all(&client->pci->dma);
	else
		err = dma_unmap(&client->pci->dma, unmap.address, unmap.size);
	memcpy(reply, &unmap, sizeof(unmap));
	return err ? err : (int)sizeof(unmap);
}

static int do_device_info(struct client *client, struct message *in, uint8_t *reply)
{
	return client_device_info(client, in, reply);
}

static int do_region_info(struct client *client, struct message *in, uint8_t *reply)
{
	return client_region_info(client, in, reply);
}

static int do_irq_info(struct client *client, struct message *in, uint8_t *reply)
{
	return client_irq_info(client, in, reply);
}

static int do_set_irqs(struct client *client, struct message *in, uint8_t *reply)
{
	struct vfio_irq_set set;
	uint32_t bools = in->length - sizeof(set);

	(void)reply;
	memcpy(&set, in->data, sizeof(set));
	if (set.argsz < sizeof(set) || (set.flags & VFIO_IRQ_SET_DATA_BOOL && bools < set.count))
		return -EINVAL;
	return pci_set_irqs(client->pci, set.flags, set.index, set.start, set.count,
			    in->data + sizeof(set), in->fd, in->fds);
}

static int do_region_read(struct client *client, struct message *in, uint8_t *reply)
{
	struct region_access at;
	int err;

	memcpy(&at, in->data, sizeof(at));
	if (at.count > MESSAGE_TRANSFER)
		return -EINVAL;
	memcpy(reply, &at, sizeof(at));
	err = pci_read(client->pci, at.region, at.offset, reply + sizeof(at), at.count);
	return err ? err : (int)(sizeof(at) + at.count);
}

static int do_region_write(struct client *client, struct message *in, uint8_t *reply)
{
	struct region_access at;
	int err;

	memcpy(&at, in->data, sizeof(at));
	if (at.count != in->length - sizeof(at))
		return -EINVAL;
	memcpy(reply, &at, sizeof(at));
	err = pci_write(client->pci, at.region, at.offset, in->data + sizeof(at), at.count);
	return err ? err : (int)sizeof(at);
}

static int do_region_write_multi(struct client *client, struct message *in, uint8_t *reply)
{
	uint64_t count, i;
	struct region_write one;
	int err;

	memcpy(&count, in->data, sizeof(count));
	if (count > (in->length - sizeof(count)) / sizeof(one))
		return -EINVAL;
	for (i = 0; i < count; i++) {
		memcpy(&one, in->data + sizeof(count) + i * sizeof(one), sizeof(one));
		if (one.at.count > sizeof(one.data))
			return -EINVAL;
		err = pci_write(client->pci, one.at.region, one.at.offset, one.data, one.at.count);
		if (err)
			return err;
	}
	memcpy(reply, &count, sizeof(count));
	return sizeof(count);
}

static int do_reset(struct client *client, struct message *in, uint8_t *reply)
{
	(void)in;
	(void)reply;
	pci_reset(client->pci);
	return 0;
}

static const struct {
	int (*serve)(struct client *client, struct message *in, uint8_t *reply);
	uint32_t least;			/* bytes of data */
} commands[] = {
	[MESSAGE_VERSION] = { do_version, 4 },
	[MESSAGE_DMA_MAP] = { do_map, 32 },
	[MESSAGE_DMA_UNMAP] = { do_unmap, sizeof(struct unmap) },
	[MESSAGE_DEVICE_GET_INFO] = { do_device_info, 16 },
	[MESSAGE_GET_REGION_INFO] = { do_region_info, sizeof(struct vfio_region_info) },
	[MESSAGE_GET_IRQ_INFO] = { do_irq_info, sizeof(struct vfio_irq_info) },
	[MESSAGE_SET_IRQS] = { do_set_irqs, sizeof(struct vfio_irq_set) },
	[MESSAGE_REGION_READ] = { do_region_read, sizeof(struct region_access) },
	[MESSAGE_REGION_WRITE] = { do_region_write, sizeof(struct region_access) },
	[MESSAGE_DEVICE_RESET] = { do_reset, 0 },
	[MESSAGE_REGION_WRITE_MULTI] = { do_region_write_multi, 8 },
};

static int execute(struct client *client, struct message *in, uint8_t *reply)
{
	uint16_t command = in->header.command;

	if (command >= sizeof(commands) / sizeof(commands[0]) || !commands[command].serve)
		return -ENOTSUP;
	return in->length < commands[command].least ? -EINVAL :
		commands[command].serve(client, in, reply);
}

/* Answer one command.  The connection is over when it does not begin with an agreement. */
static int answer(struct client *client, struct message *in)
{
	struct message_header header = {
		.id = in->header.id, .command = in->header.command, .flags = MESSAGE_REPLY,
	};
	bool silent = in->header.flags & MESSAGE_NO_REPLY;
	int length, err = 0;

	if (!client->agreed && in->header.command != MESSAGE_VERSION)
		length = -EPROTO;
	else
		length = execute(client, in, client->reply);
	if (length < 0) {
		header.flags |= MESSAGE_ERROR;
		header.error = -length;
		length = 0;
	}
	if (!silent)
		err = channel_send(&client->channel, &header, client->reply, length);
	return client->agreed ? err : -EPROTO;
}

int client_serve(struct client *client)
{
	struct message *in;
	int err = client->lost ? -ECONNRESET : 0;

	while (!err) {
		err = channel_receive(&client->channel, &in);
		if (err == 0)
			return 0;
		if (err == 1)
			err = (in->header.flags & MESSAGE_TYPE) == 0 ? answer(client, in) : -EPROTO;
	}
	client->lost = true;
	return err;
}

/* ---- memory by messages ---- */

/*
 * Wait for the reply; commands that come first are answered, as a client that
 * waits for one itself may not look at ours before.  They do not nest: no
 * command makes the device reach for memory, only time does.
 */
static int wait_reply(struct client *client, const struct message_header *sent,
		      struct message **reply)
{
	struct pollfd more = { .fd = client->channel.fd, .events = POLLIN };
	int got;

	for (;;) {
		got = channel_receive(&client->channel, reply);
		if (got < 0)
			return got;
		if (got == 0) {
			if (poll(&more, 1, ANSWER_LIMIT_MS) <= 0)
				return -ETIMEDOUT;
			continue;
		}
		if (((*reply)->header.flags & MESSAGE_TYPE) == MESSAGE_REPLY)
			break;
		if (((*reply)->header.flags & MESSAGE_TYPE) != 0)
			return -EPROTO;
		got = answer(client, *reply);
		if (got)
			return got;
	}
	if ((*reply)->header.id != sent->id || (*reply)->header.command != sent->command)
		return -EPROTO;
	return 0;
}

static int move(struct client *client, uint64_t address, uint8_t *data, uint32_t count, bool write)
{
	struct message_header header = {
		.id = client->id++, .command = write ? MESSAGE_DMA_WRITE : MESSAGE_DMA_READ,
	};
	struct memory_access at = { .address = address, .count = count };
	size_t length = sizeof(at) + (write ? count : 0);
	struct message *reply;
	uint8_t *out;
	int err;

	out = malloc(length);
	if (!out)
		return -ENOMEM;
	memcpy(out, &at, sizeof(at));
	if (write)
		memcpy(out + sizeof(at), data, count);
	err = channel_send(&client->channel, &header, out, length);
	free(out);
	if (!err)
		err = wait_reply(client, &header, &reply);
	if (err) {
		client->lost = true;
		return err;
	}
	if (reply->header.flags & MESSAGE_ERROR)
		return -EFAULT;
	if (write)
		return 0;
	if (reply->length != sizeof(at) + count || memcmp(reply->data, &at, sizeof(at)))
		return -EFAULT;
	memcpy(data, reply->data + sizeof(at), count);
	return 0;
}

int client_memory(void *host, uint64_t address, void *data, size_t length, bool write)
{
	struct client *client = host;
	uint8_t *at = data;
	uint32_t part;
	int err = 0;

	while (length && !err) {
		if (client->lost || !client->agreed)
			return -EFAULT;
		part = length < client->transfer ? length : client->transfer;
		err = move(client, address, at, part, write);
		address += part;
		at += part;
		length -= part;
	}
	return err;
}

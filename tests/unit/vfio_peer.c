/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <linux/vfio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "vfio_peer.h"

/* ---- the device ---- */

static struct model *toy_open(const struct model_bus *bus);

static void toy_close(struct model *model)
{
	free(model);
}

static void toy_reset(struct model *model)
{
	struct toy *toy = (struct toy *)model;

	memset(toy->reg, 0, sizeof(toy->reg));
	toy->resets++;
	model->bus.line(model->bus.host, false);
}

static uint32_t toy_read(struct model *model, unsigned int bar, uint32_t offset, unsigned int size)
{
	struct toy *toy = (struct toy *)model;
	uint32_t value;

	assert_true(bar == 0 && offset + size <= sizeof(toy->reg) && offset % size == 0);
	value = toy->reg[offset / 4] >> offset % 4 * 8;
	return size == 4 ? value : value & ((1u << size * 8) - 1);
}

static void toy_write(struct model *model, unsigned int bar, uint32_t offset, unsigned int size,
		      uint32_t value)
{
	struct toy *toy = (struct toy *)model;

	assert_true(bar == 0 && offset + size <= sizeof(toy->reg) && offset % size == 0);
	memcpy((char *)toy->reg + offset, &value, size);
	if (offset == 4)
		model->bus.line(model->bus.host, value);
	if (offset == 8)
		model->bus.message(model->bus.host, value);
}

static uint64_t toy_tick(struct model *model, uint64_t now)
{
	struct toy *toy = (struct toy *)model;
	uint64_t to = toy->dma;

	toy->dma = 0;
	if (to) {
		toy->wrote = model->bus.dma_write(model->bus.host, to, "0123456789abcdef", 16);
		toy->read = model->bus.dma_read(model->bus.host, to, toy->got, 16);
	}
	return MODEL_NEVER;
}

static int toy_command(struct model *model, const char *text)
{
	return strcmp(text, "defaults") ? -ENOENT : 0;
}

static void toy_counters(const struct model *model, FILE *to)
{
	fprintf(to, "toys 1\n");
}

static const struct model_ops toy_model = {
	.name = "toy", .what = "for tests",
	.pci = {
		.vendor = 0x1234, .device = 0x5678, .subsystem_vendor = 0x9abc, .subsystem = 0xdef0,
		.revision = 7, .class = 0xff0102, .line = true,
		.bar = { { .size = 16 }, { .size = 256 } },
		.messages = PEER_MESSAGES,
		.msix = { PEER_MSIX, PEER_MSIX_BAR, PEER_MSIX_TABLE, PEER_MSIX_PENDING },
	},
	.open = toy_open, .close = toy_close, .reset = toy_reset, .read = toy_read,
	.write = toy_write, .tick = toy_tick, .command = toy_command, .help = "",
	.counters = toy_counters,
};

static struct model *toy_open(const struct model_bus *bus)
{
	struct toy *toy = calloc(1, sizeof(*toy));

	assert_non_null(toy);
	toy->model.ops = &toy_model;
	toy->model.bus = *bus;
	return &toy->model;
}

/* ---- the connection ---- */

int peer_get_raw(void **state)
{
	struct peer *peer = calloc(1, sizeof(*peer));
	int fds[2];

	assert_non_null(peer);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	assert_int_equal(pci_open(&peer->pci, &toy_model, client_memory, &peer->client), 0);
	assert_int_equal(client_open(&peer->client, fds[0], &peer->pci), 0);
	peer->toy = (struct toy *)peer->pci.model;
	peer->fd = fds[1];
	*state = peer;
	return 0;
}

int peer_get(void **state)
{
	static const char version[] = "\0\0\1\0{\"capabilities\":{\"max_data_xfer_size\":8}}";
	struct peer *peer;

	peer_get_raw(state);
	peer = *state;
	assert_int_equal(peer_ask(peer, MESSAGE_VERSION, version, sizeof(version), NULL, 0), 0);
	return 0;
}

int peer_put(void **state)
{
	struct peer *peer = *state;

	client_close(&peer->client);
	pci_close(&peer->pci);
	if (peer->fd >= 0)
		close(peer->fd);
	free(peer);
	return 0;
}

void peer_send(struct peer *peer, uint16_t command, uint32_t flags, const void *data, size_t length,
	       const int *fds, unsigned int n_fds)
{
	char control[CMSG_SPACE(64 * sizeof(int))] = { 0 };
	struct message_header header = {
		.id = peer->id, .command = command, .flags = flags, .size = sizeof(header) + length,
	};
	struct iovec iov[2] = { { &header, sizeof(header) }, { (void *)data, length } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };
	struct cmsghdr *c;

	if (n_fds) {
		msg.msg_control = control;
		msg.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
		memcpy(CMSG_DATA(c), fds, n_fds * sizeof(int));
	}
	assert_int_equal(sendmsg(peer->fd, &msg, MSG_NOSIGNAL), header.size);
}

bool peer_receive(struct peer *peer)
{
	ssize_t got = recv(peer->fd, &peer->header, sizeof(peer->header), MSG_DONTWAIT);

	if (got != sizeof(peer->header))
		return false;
	peer->length = peer->header.size - sizeof(peer->header);
	assert_true(peer->length <= sizeof(peer->reply));
	if (peer->length)
		assert_int_equal(recv(peer->fd, peer->reply, peer->length, MSG_WAITALL),
				 peer->length);
	return true;
}

int peer_ask(struct peer *peer, uint16_t command, const void *data, size_t length, const int *fds,
	     unsigned int n_fds)
{
	peer->id++;
	peer_send(peer, command, 0, data, length, fds, n_fds);
	peer->serve = client_serve(&peer->client);
	if (!peer_receive(peer))
		return -1;
	assert_int_equal(peer->header.id, peer->id);
	assert_int_equal(peer->header.command, command);
	assert_int_equal(peer->header.flags & MESSAGE_TYPE, MESSAGE_REPLY);
	if (!(peer->header.flags & MESSAGE_ERROR))
		return 0;
	assert_int_equal(peer->length, 0);
	assert_true(peer->header.error > 0);
	return peer->header.error;
}

int peer_map(struct peer *peer, uint64_t address, uint64_t size, uint32_t flags, int fd,
	     uint64_t offset)
{
	const struct { uint32_t argsz, flags; uint64_t offset, address, size; } map = {
		32, flags, offset, address, size,
	};

	return peer_ask(peer, MESSAGE_DMA_MAP, &map, sizeof(map), &fd, fd >= 0);
}

int peer_unmap(struct peer *peer, uint64_t address, uint64_t size, uint32_t flags)
{
	const struct { uint32_t argsz, flags; uint64_t address, size; } unmap = {
		24, flags, address, size,
	};
	int err = peer_ask(peer, MESSAGE_DMA_UNMAP, &unmap, sizeof(unmap), NULL, 0);

	if (!err)
		assert_memory_equal(peer->reply, &unmap, sizeof(unmap));
	return err;
}

struct access {
	uint64_t offset;
	uint32_t region, count;
};

int peer_read(struct peer *peer, uint32_t region, uint64_t offset, uint32_t count)
{
	const struct access at = { offset, region, count };
	int err = peer_ask(peer, MESSAGE_REGION_READ, &at, sizeof(at), NULL, 0);

	if (!err)
		assert_int_equal(peer->length, sizeof(at) + count);
	return err;
}

uint32_t peer_value(const struct peer *peer)
{
	uint32_t value = 0;

	memcpy(&value, peer->reply + sizeof(struct access), peer->length - sizeof(struct access));
	return value;
}

int peer_write(struct peer *peer, uint32_t region, uint64_t offset, uint32_t count,
	       const void *data)
{
	uint8_t out[sizeof(struct access) + 256];
	const struct access at = { offset, region, count };

	assert_true(count <= 256);
	memcpy(out, &at, sizeof(at));
	memcpy(out + sizeof(at), data, count);
	return peer_ask(peer, MESSAGE_REGION_WRITE, out, sizeof(at) + count, NULL, 0);
}

int peer_set_irqs(struct peer *peer, uint32_t flags, uint32_t index, uint32_t start, uint32_t count,
		  const int *fds, unsigned int n_fds)
{
	const uint32_t set[5] = { 20, flags, index, start, count };

	return peer_ask(peer, MESSAGE_SET_IRQS, set, sizeof(set), fds, n_fds);
}

int peer_memory(size_t size)
{
	int fd = memfd_create("memory", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, size), 0);
	return fd;
}

uint64_t peer_events(int fd)
{
	uint64_t count = 0;

	return read(fd, &count, sizeof(count)) == sizeof(count) ? count : 0;
}

unsigned int peer_open_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned int count = 0;

	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

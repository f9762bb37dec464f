/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The vfio-user server: the client's memory, by descriptor and by message. */
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "vfio_peer.h"

#define RW (DMA_READ | DMA_WRITE)
#define PAGE 4096ull

static void master(struct peer *peer)
{
	assert_int_equal(peer_write(peer, PCI_REGION_CONFIG, 4, 2, "\x06\0"), 0);
}

/* The device writes 16 bytes and reads them back. */
static void dma(struct peer *peer, uint64_t address, int wrote, int read)
{
	memset(peer->toy->got, 0, sizeof(peer->toy->got));
	peer->toy->dma = address;
	pci_tick(&peer->pci, 0);
	assert_int_equal(peer->toy->wrote, wrote);
	assert_int_equal(peer->toy->read, read);
	if (!wrote && !read)
		assert_memory_equal(peer->toy->got, "0123456789abcdef", 16);
}

static void by_descriptor(void **state)
{
	struct peer *peer = *state;
	int fd = peer_memory(4 * PAGE);
	char *memory = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	assert_true(memory != MAP_FAILED);
	assert_int_equal(peer_map(peer, 0x100000, PAGE, RW, fd, PAGE), 0);
	/* without bus mastering nothing moves */
	dma(peer, 0x100010, -EFAULT, -EFAULT);
	assert_int_equal(peer->pci.refused_master, 2);
	master(peer);
	dma(peer, 0x100010, 0, 0);
	assert_memory_equal(memory + PAGE + 16, "0123456789abcdef", 16);
	/* at its ends, and beyond */
	dma(peer, 0x100000, 0, 0);
	dma(peer, 0x100ff0, 0, 0);
	dma(peer, 0x100ff1, -EFAULT, -EFAULT);
	dma(peer, 0x0ffff8, -EFAULT, -EFAULT);
	dma(peer, UINT64_MAX - 3, -EFAULT, -EFAULT);
	assert_int_equal(peer->pci.dma.refused, 6);
	assert_int_equal(memory[2 * PAGE], 0);
	/* over two regions that are neighbours on the bus and not in the file */
	assert_int_equal(peer_map(peer, 0x101000, PAGE, RW, fd, 3 * PAGE), 0);
	dma(peer, 0x100ff8, 0, 0);
	assert_memory_equal(memory + 2 * PAGE - 8, "01234567", 8);
	assert_memory_equal(memory + 3 * PAGE, "89abcdef", 8);
	munmap(memory, 4 * PAGE);
	close(fd);
}

static void rights(void **state)
{
	struct peer *peer = *state;
	int fd = peer_memory(2 * PAGE);

	master(peer);
	assert_int_equal(peer_map(peer, 0x1000, PAGE, DMA_READ, fd, 0), 0);
	assert_int_equal(peer_map(peer, 0x2000, PAGE, DMA_WRITE, fd, 0), 0);
	dma(peer, 0x1000, -EFAULT, 0);
	dma(peer, 0x2000, 0, -EFAULT);
	/* flags that there are not */
	assert_int_equal(peer_map(peer, 0x3000, PAGE, 0, fd, 0), EINVAL);
	assert_int_equal(peer_map(peer, 0x3000, PAGE, 4 | RW, fd, 0), EINVAL);
	close(fd);
}

static void wrong_maps(void **state)
{
	struct peer *peer = *state;
	unsigned int before;
	int fd = peer_memory(2 * PAGE), event = eventfd(0, EFD_CLOEXEC), pipes[2];

	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	before = peer_open_fds();
	assert_int_equal(peer_map(peer, 0x1000, 0, RW, fd, 0), EINVAL);
	assert_int_equal(peer_map(peer, UINT64_MAX - PAGE + 2, PAGE, RW, fd, 0), EINVAL);
	assert_int_equal(peer_map(peer, 0, UINT64_MAX, RW, fd, 1), EINVAL);
	assert_int_equal(peer_map(peer, 0x1000, PAGE, RW, fd, UINT64_MAX), EINVAL);
	assert_int_equal(peer_map(peer, 0x1000, PAGE, RW, event, 0), EINVAL);
	assert_int_equal(peer_map(peer, 0x1000, PAGE, RW, pipes[0], 0), EINVAL);
	assert_int_equal(peer->pci.dma.count, 0);
	assert_int_equal(peer_map(peer, 0x1000, 2 * PAGE, RW, fd, 0), 0);
	assert_int_equal(peer_map(peer, 0x1000, PAGE, RW, fd, 0), EEXIST);
	assert_int_equal(peer_map(peer, 0x2fff, 1, RW, -1, 0), EEXIST);
	assert_int_equal(peer_map(peer, 0x0, 0x1001, RW, -1, 0), EEXIST);
	assert_int_equal(peer_map(peer, 0x0, UINT64_MAX, RW, -1, 0), EEXIST);
	assert_int_equal(peer_map(peer, 0x3000, PAGE, RW, -1, 0), 0);
	assert_int_equal(peer_unmap(peer, 0, 0, VFIO_DMA_UNMAP_FLAG_ALL), 0);
	assert_int_equal(peer_open_fds(), before);
	close(fd);
	close(event);
	close(pipes[0]);
	close(pipes[1]);
}

static void unmaps(void **state)
{
	struct peer *peer = *state;
	int fd = peer_memory(16 * PAGE);
	unsigned int i, before = peer_open_fds();

	for (i = 0; i < 8; i++)
		assert_int_equal(peer_map(peer, (1 + 2 * i) * PAGE, PAGE, RW, fd, i * PAGE), 0);
	assert_int_equal(peer->pci.dma.bytes, 8 * PAGE);
	/* one, exactly */
	assert_int_equal(peer_unmap(peer, PAGE, PAGE, 0), 0);
	/* a range that holds some, and one that holds none */
	assert_int_equal(peer_unmap(peer, 2 * PAGE, 4 * PAGE, 0), 0);
	assert_int_equal(peer->pci.dma.count, 5);
	assert_int_equal(peer_unmap(peer, 0x80000000, 0x40000000, 0), 0);
	assert_int_equal(peer_unmap(peer, 2 * PAGE, PAGE, 0), 0);
	/* one that would cut */
	assert_int_equal(peer_unmap(peer, 7 * PAGE, PAGE - 1, 0), EINVAL);
	assert_int_equal(peer_unmap(peer, 7 * PAGE + 1, 8 * PAGE, 0), EINVAL);
	assert_int_equal(peer_unmap(peer, 0, 0, 0), EINVAL);
	assert_int_equal(peer_unmap(peer, PAGE, UINT64_MAX, 0), EINVAL);
	assert_int_equal(peer_unmap(peer, 0, PAGE, 8), EINVAL);
	assert_int_equal(peer->pci.dma.count, 5);
	/* the whole of the 48 bits, as when QEMU tears an address space down */
	assert_int_equal(peer_unmap(peer, 0, 1ull << 48, 0), 0);
	assert_int_equal(peer->pci.dma.count, 0);
	assert_int_equal(peer->pci.dma.bytes, 0);
	assert_int_equal(peer->pci.dma.bytes_most, 8 * PAGE);
	assert_int_equal(peer->pci.dma.maps, 8);
	assert_int_equal(peer->pci.dma.unmaps, 8);
	assert_int_equal(peer_open_fds(), before);
	/* and it can be mapped anew */
	assert_int_equal(peer_map(peer, PAGE, PAGE, RW, fd, 0), 0);
	close(fd);
}

/* What was mapped at most counts from where it was zeroed. */
static void counters(void **state)
{
	struct peer *peer = *state;
	int fd = peer_memory(4 * PAGE);

	assert_int_equal(peer_map(peer, 0, 4 * PAGE, RW, fd, 0), 0);
	assert_int_equal(peer_unmap(peer, 0, 4 * PAGE, 0), 0);
	assert_int_equal(peer_map(peer, 0, PAGE, RW, fd, 0), 0);
	dma_reset_counters(&peer->pci.dma);
	assert_int_equal(peer->pci.dma.bytes_most, PAGE);
	assert_int_equal(peer_map(peer, PAGE, PAGE, RW, fd, 0), 0);
	assert_int_equal(peer_unmap(peer, 0, 2 * PAGE, 0), 0);
	assert_int_equal(peer->pci.dma.bytes_most, 2 * PAGE);
	assert_int_equal(peer->pci.dma.count_most, 2);
	close(fd);
}

/* More regions than a process may have descriptors: those of one file share one. */
static void many_regions(void **state)
{
	const unsigned int many = 20000;
	struct peer *peer = *state;
	struct rlimit limit;
	int fd = peer_memory(many * PAGE);
	unsigned int i;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = 100;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	master(peer);
	/* not in the order of the bus */
	for (i = 0; i < many; i++)
		assert_int_equal(peer_map(peer, (i * 7919ull % many) * 2 * PAGE, PAGE, RW, fd,
					  i * PAGE), 0);
	dma(peer, (many - 1) * 2 * PAGE, 0, 0);
	dma(peer, (many - 1) * 2 * PAGE + PAGE, -EFAULT, -EFAULT);
	assert_int_equal(peer->pci.dma.count_most, many);
	close(fd);
}

static void too_many_regions(void **state)
{
	struct peer *peer = *state;
	unsigned int i;

	for (i = 0; i < DMA_REGIONS; i++)
		assert_int_equal(peer_map(peer, i * 2 * PAGE, PAGE, RW, -1, 0), 0);
	assert_int_equal(peer_map(peer, i * 2 * PAGE, PAGE, RW, -1, 0), ENOSPC);
	assert_int_equal(peer_unmap(peer, 0, PAGE, 0), 0);
	assert_int_equal(peer_map(peer, i * 2 * PAGE, PAGE, RW, -1, 0), 0);
}

/* The client takes memory away that it said was there. */
static void truncated(void **state)
{
	struct peer *peer = *state;
	int fd = peer_memory(2 * PAGE), sealed = memfd_create("sealed", MFD_ALLOW_SEALING);

	master(peer);
	assert_int_equal(peer_map(peer, 0, 2 * PAGE, DMA_READ, fd, 0), 0);
	assert_int_equal(ftruncate(fd, PAGE + 8), 0);
	dma(peer, PAGE, -EFAULT, -EFAULT);
	assert_int_equal(ftruncate(sealed, PAGE), 0);
	assert_int_equal(fcntl(sealed, F_ADD_SEALS, F_SEAL_WRITE), 0);
	assert_int_equal(peer_map(peer, 0x10000, PAGE, RW, sealed, 0), 0);
	dma(peer, 0x10000, -EFAULT, 0);
	close(fd);
	close(sealed);
}

/* ---- memory without a descriptor ---- */

struct at {
	uint64_t address, count;
};

/* The next message must be a request of the server for this; it is answered. */
static void answer(struct peer *peer, uint16_t command, const struct at *at, const void *data,
		   size_t length)
{
	uint8_t out[64];

	assert_true(peer_receive(peer));
	assert_int_equal(peer->header.command, command);
	assert_int_equal(peer->header.flags & MESSAGE_TYPE, 0);
	assert_memory_equal(peer->reply, at, sizeof(*at));
	memcpy(out, at, sizeof(*at));
	if (length)
		memcpy(out + sizeof(*at), data, length);
	peer->id = peer->header.id;
	peer_send(peer, command, MESSAGE_REPLY, out, sizeof(*at) + length, NULL, 0);
}

/*
 * The server waits for each answer, in this one thread: answers are sent before they are asked
 * for, as they are known.  The client said that it takes 8 bytes at a time.
 */
static void foresee(struct peer *peer, uint16_t id, uint16_t command, uint64_t address,
		    const char *data)
{
	struct { struct at at; char data[8]; } out = { { address, 8 }, "" };

	peer->id = id;
	if (data)
		memcpy(out.data, data, 8);
	peer_send(peer, command, MESSAGE_REPLY, &out, data ? sizeof(out) : sizeof(out.at), NULL, 0);
}

static void by_message(void **state)
{
	struct peer *peer = *state;
	const struct at first = { 0x5000, 8 }, second = { 0x5008, 8 };

	master(peer);
	assert_int_equal(peer_map(peer, 0x5000, PAGE, RW, -1, 0), 0);
	foresee(peer, 0, MESSAGE_DMA_WRITE, 0x5000, NULL);
	/* a command in between is served, too */
	peer_send(peer, MESSAGE_REGION_WRITE, MESSAGE_NO_REPLY,
		  "\0\0\0\0\0\0\0\0\0\0\0\0\x04\0\0\0wxyz", 20, NULL, 0);
	foresee(peer, 1, MESSAGE_DMA_WRITE, 0x5008, NULL);
	foresee(peer, 2, MESSAGE_DMA_READ, 0x5000, "01234567");
	foresee(peer, 3, MESSAGE_DMA_READ, 0x5008, "89abcdef");
	dma(peer, 0x5000, 0, 0);
	assert_memory_equal(peer->toy->reg, "wxyz", 4);
	assert_true(peer_receive(peer));
	assert_memory_equal(peer->reply, &first, sizeof(first));
	assert_memory_equal(peer->reply + 16, "01234567", 8);
	answer(peer, MESSAGE_DMA_WRITE, &second, NULL, 0);
	assert_memory_equal(peer->reply + 16, "89abcdef", 8);
	assert_true(peer_receive(peer));
	assert_int_equal(peer->header.command, MESSAGE_DMA_READ);
	assert_memory_equal(peer->reply, &first, sizeof(first));
}

static void refused_by_message(void **state)
{
	struct peer *peer = *state;

	master(peer);
	assert_int_equal(peer_map(peer, 0x5000, PAGE, RW, -1, 0), 0);
	peer->id = 0;
	peer_send(peer, MESSAGE_DMA_WRITE, MESSAGE_REPLY | MESSAGE_ERROR, NULL, 0, NULL, 0);
	/* a reply with other bytes than were asked for */
	foresee(peer, 1, MESSAGE_DMA_READ, 0x6000, "01234567");
	dma(peer, 0x5000, -EFAULT, -EFAULT);
	assert_false(peer->client.lost);
	assert_int_equal(peer->pci.dma.refused, 2);
}

/* Answers to nothing: the connection is over, and the device goes on without memory. */
static void wrong_answer(void **state)
{
	static const struct { uint16_t id, command; } wrong[] = {
		{ 5, MESSAGE_DMA_WRITE }, { 0, MESSAGE_DMA_READ },
	};
	unsigned int i;

	for (i = 0; i < 2; i++) {
		struct peer *peer;

		peer_get(state);
		peer = *state;
		master(peer);
		assert_int_equal(peer_map(peer, 0x5000, PAGE, RW, -1, 0), 0);
		foresee(peer, wrong[i].id, wrong[i].command, 0x5000, NULL);
		dma(peer, 0x5000, -EFAULT, -EFAULT);
		assert_true(peer->client.lost);
		assert_int_equal(client_serve(&peer->client), -ECONNRESET);
		peer_put(state);
	}
}

/* It unmaps the region while the device waits for the first half of it. */
static void unmapped_meanwhile(void **state)
{
	struct peer *peer = *state;
	const struct { uint32_t argsz, flags; uint64_t address, size; } unmap = {
		24, 0, 0x5000, PAGE,
	};

	master(peer);
	assert_int_equal(peer_map(peer, 0x5000, PAGE, RW, -1, 0), 0);
	peer_send(peer, MESSAGE_DMA_UNMAP, 0, &unmap, sizeof(unmap), NULL, 0);
	foresee(peer, 0, MESSAGE_DMA_WRITE, 0x5000, NULL);
	foresee(peer, 1, MESSAGE_DMA_WRITE, 0x5008, NULL);
	dma(peer, 0x5000, 0, -EFAULT);
	assert_false(peer->client.lost);
	assert_int_equal(peer->pci.dma.count, 0);
}

/* It hangs up while the device waits. */
static void gone_meanwhile(void **state)
{
	struct peer *peer = *state;

	master(peer);
	assert_int_equal(peer_map(peer, 0x5000, PAGE, RW, -1, 0), 0);
	close(peer->fd);
	peer->fd = -1;
	dma(peer, 0x5000, -EFAULT, -EFAULT);
	assert_true(peer->client.lost);
}

/* A client that is gone leaves nothing behind, and the device stays as it is. */
static void disconnect(void **state)
{
	struct peer *peer = *state;
	int fd = peer_memory(PAGE);
	unsigned int before = peer_open_fds();

	assert_int_equal(peer_map(peer, 0, PAGE, RW, fd, 0), 0);
	assert_int_equal(peer_write(peer, 0, 0, 4, "abcd"), 0);
	close(peer->fd);
	peer->fd = -1;
	assert_int_equal(client_serve(&peer->client), -ECONNRESET);
	client_close(&peer->client);
	assert_int_equal(peer->pci.dma.count, 0);
	assert_memory_equal(peer->toy->reg, "abcd", 4);
	/* both ends of the connection and the memory's descriptor */
	assert_int_equal(peer_open_fds(), before - 2);
	close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, peer_get, peer_put)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(by_descriptor), TEST(rights), TEST(wrong_maps), TEST(unmaps), TEST(counters),
		TEST(many_regions), TEST(too_many_regions), TEST(truncated), TEST(by_message),
		TEST(refused_by_message), cmocka_unit_test(wrong_answer), TEST(unmapped_meanwhile),
		TEST(gone_meanwhile),		TEST(disconnect),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

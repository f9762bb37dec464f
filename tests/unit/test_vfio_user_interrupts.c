/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The vfio-user server: the interrupt line with its mask, messages, and events that are none. */
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "vfio_peer.h"

#define EVENT (VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER)
#define UNMASK (VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_UNMASK)
#define MASK (VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_MASK)
#define FIRE (VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER)

static int event_fd(void)
{
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	assert_true(fd >= 0);
	return fd;
}

static void level(struct peer *peer, bool up)
{
	assert_int_equal(peer_write(peer, 0, 4, 4, up ? "\x01\0\0\0" : "\0\0\0\0"), 0);
}

/* The client listens to the line. */
static int listen_line(struct peer *peer)
{
	int fd = event_fd();

	assert_int_equal(peer_set_irqs(peer, EVENT, PCI_IRQ_LINE, 0, 1, &fd, 1), 0);
	return fd;
}

static void line(void **state)
{
	struct peer *peer = *state;
	int fd = listen_line(peer);

	assert_int_equal(peer_events(fd), 0);
	level(peer, true);
	assert_int_equal(peer_events(fd), 1);
	/* masked now: neither the level nor an edge is told */
	level(peer, false);
	level(peer, true);
	assert_int_equal(peer_events(fd), 0);
	/* unmasked with the level up: told again, a moment later */
	pci_tick(&peer->pci, 1000);
	assert_int_equal(peer_set_irqs(peer, UNMASK, PCI_IRQ_LINE, 0, 1, NULL, 0), 0);
	assert_int_equal(peer_events(fd), 0);
	assert_true(pci_tick(&peer->pci, 2000) < 1000000000);
	assert_int_equal(peer_events(fd), 0);
	pci_tick(&peer->pci, 1000000000);
	assert_int_equal(peer_events(fd), 1);
	/* unmasked, and the level falls before that moment */
	assert_int_equal(peer_set_irqs(peer, UNMASK, PCI_IRQ_LINE, 0, 1, NULL, 0), 0);
	level(peer, false);
	assert_true(pci_tick(&peer->pci, 2000000000) == MODEL_NEVER);
	assert_int_equal(peer_events(fd), 0);
	level(peer, true);
	assert_int_equal(peer_events(fd), 1);
	close(fd);
}

/* Switched off in the command register; the status register shows the level. */
static void line_off(void **state)
{
	struct peer *peer = *state;
	int fd = listen_line(peer);

	assert_int_equal(peer_write(peer, PCI_REGION_CONFIG, 4, 2, "\0\x04"), 0);
	level(peer, true);
	assert_int_equal(peer_events(fd), 0);
	assert_int_equal(peer_read(peer, PCI_REGION_CONFIG, 6, 1), 0);
	assert_int_equal(peer_value(peer) & 8, 8);
	assert_int_equal(peer_write(peer, PCI_REGION_CONFIG, 4, 2, "\0\0"), 0);
	assert_int_equal(peer_events(fd), 1);
	level(peer, false);
	assert_int_equal(peer_read(peer, PCI_REGION_CONFIG, 6, 1), 0);
	assert_int_equal(peer_value(peer) & 8, 0);
	close(fd);
}

static void masks(void **state)
{
	struct peer *peer = *state;
	int fd = listen_line(peer), unmask = event_fd();
	const uint64_t one = 1;

	assert_int_equal(peer_set_irqs(peer, MASK, PCI_IRQ_LINE, 0, 1, NULL, 0), 0);
	level(peer, true);
	assert_int_equal(peer_events(fd), 0);
	/* the client unmasks by an event of its own */
	assert_int_equal(peer_set_irqs(peer, VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_UNMASK,
				       PCI_IRQ_LINE, 0, 1, &unmask, 1), 0);
	assert_int_equal(write(unmask, &one, sizeof(one)), sizeof(one));
	assert_true(peer->pci.unmask_event >= 0);
	pci_unmask(&peer->pci);
	pci_tick(&peer->pci, 1000000000);
	assert_int_equal(peer_events(fd), 1);
	/* fired by the client itself, which tests its own wiring */
	assert_int_equal(peer_set_irqs(peer, FIRE, PCI_IRQ_LINE, 0, 1, NULL, 0), 0);
	assert_int_equal(peer_events(fd), 1);
	/* nobody listens any more */
	assert_int_equal(peer_set_irqs(peer, FIRE, PCI_IRQ_LINE, 0, 0, NULL, 0), 0);
	assert_int_equal(peer->pci.unmask_event, -1);
	level(peer, false);
	level(peer, true);
	assert_int_equal(peer_events(fd), 0);
	close(fd);
	close(unmask);
}

/* Who listens when the level is up already hears of it. */
static void late_listener(void **state)
{
	struct peer *peer = *state;
	int fd;

	level(peer, true);
	fd = listen_line(peer);
	assert_int_equal(peer_events(fd), 1);
	close(fd);
}

static void booleans(void **state)
{
	struct peer *peer = *state;
	struct { uint32_t set[5]; uint8_t flag[4]; } irqs = {
		{ 24, VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_ACTION_TRIGGER, PCI_IRQ_MSI, 0, 4 },
		{ 1, 0, 0, 1 },
	};
	int fds[PEER_MESSAGES], i;

	for (i = 0; i < PEER_MESSAGES; i++)
		fds[i] = event_fd();
	assert_int_equal(peer_set_irqs(peer, EVENT, PCI_IRQ_MSI, 0, 4, fds, 4), 0);
	assert_int_equal(peer_ask(peer, MESSAGE_SET_IRQS, &irqs, sizeof(irqs), NULL, 0), 0);
	for (i = 0; i < PEER_MESSAGES; i++)
		assert_int_equal(peer_events(fds[i]), irqs.flag[i]);
	/* fewer booleans than it says */
	assert_int_equal(peer_ask(peer, MESSAGE_SET_IRQS, &irqs, sizeof(irqs) - 1, NULL, 0), EINVAL);
	for (i = 0; i < PEER_MESSAGES; i++)
		close(fds[i]);
}

static void messages(void **state)
{
	struct peer *peer = *state;
	int fds[2] = { event_fd(), event_fd() };

	assert_int_equal(peer_set_irqs(peer, EVENT, PCI_IRQ_MSI, 1, 2, fds, 2), 0);
	/* a message is a write by the device: only a master of the bus can */
	assert_int_equal(peer_write(peer, 0, 8, 4, "\x01\0\0\0"), 0);
	assert_int_equal(peer_events(fds[0]), 0);
	assert_int_equal(peer_write(peer, PCI_REGION_CONFIG, 4, 2, "\x04\0"), 0);
	assert_int_equal(peer_write(peer, 0, 8, 4, "\x01\0\0\0"), 0);
	assert_int_equal(peer_write(peer, 0, 8, 4, "\x02\0\0\0"), 0);
	assert_int_equal(peer_events(fds[0]), 1);
	assert_int_equal(peer_events(fds[1]), 1);
	/* vectors that nobody listens to, or that there are not */
	assert_int_equal(peer_write(peer, 0, 8, 4, "\0\0\0\0"), 0);
	assert_int_equal(peer_write(peer, 0, 8, 4, "\xff\xff\xff\xff"), 0);
	/* one goes away */
	assert_int_equal(peer_set_irqs(peer, EVENT, PCI_IRQ_MSI, 1, 1, NULL, 0), 0);
	assert_int_equal(peer_write(peer, 0, 8, 4, "\x01\0\0\0"), 0);
	assert_int_equal(peer_events(fds[0]), 0);
	close(fds[0]);
	close(fds[1]);
}

/* A client has events for MSI-X instead; its table is memory, masked after a reset. */
static void messages_by_table(void **state)
{
	struct peer *peer = *state;
	int fds[PEER_MSIX] = { event_fd(), event_fd(), event_fd() }, i;

	assert_int_equal(peer_set_irqs(peer, EVENT, PCI_IRQ_MSIX, 0, PEER_MSIX, fds, PEER_MSIX), 0);
	assert_int_equal(peer_write(peer, PCI_REGION_CONFIG, 4, 2, "\x04\0"), 0);
	assert_int_equal(peer_write(peer, 0, 8, 4, "\x02\0\0\0"), 0);
	for (i = 0; i < PEER_MSIX; i++)
		assert_int_equal(peer_events(fds[i]), i == 2);
	assert_int_equal(peer_read(peer, PEER_MSIX_BAR, PEER_MSIX_TABLE + 2 * 16 + 12, 4), 0);
	assert_memory_equal(peer->reply + 16, "\x01\0\0\0", 4);
	/* the last of one entry and the first of the next */
	assert_int_equal(peer_write(peer, PEER_MSIX_BAR, PEER_MSIX_TABLE + 12, 8, "abcdefgh"), 0);
	assert_int_equal(peer_read(peer, PEER_MSIX_BAR, PEER_MSIX_TABLE + 12, 8), 0);
	assert_memory_equal(peer->reply + 16, "abcdefgh", 8);
	assert_int_equal(peer_write(peer, PEER_MSIX_BAR, PEER_MSIX_PENDING, 8, "abcdefgh"), 0);
	assert_int_equal(peer_read(peer, PEER_MSIX_BAR, PEER_MSIX_PENDING, 8), 0);
	assert_memory_equal(peer->reply + 16, "\0\0\0\0\0\0\0\0", 8);
	assert_int_equal(peer_ask(peer, MESSAGE_DEVICE_RESET, NULL, 0, NULL, 0), 0);
	assert_int_equal(peer_read(peer, PEER_MSIX_BAR, PEER_MSIX_TABLE + 12, 8), 0);
	assert_memory_equal(peer->reply + 16, "\x01\0\0\0\0\0\0\0", 8);
	for (i = 0; i < PEER_MSIX; i++)
		close(fds[i]);
}

static void table_outside(void **state)
{
	struct model_pci id = { .bar = { { .size = 64 } }, .msix = { 2, 0, 0, 32 } };

	(void)state;
	assert_true(pci_msix_fits(&id));
	id.msix.pending = 60;
	assert_false(pci_msix_fits(&id));
	id.msix.pending = 64;
	assert_false(pci_msix_fits(&id));
	id.msix.pending = 32;
	id.msix.table = 40;
	assert_false(pci_msix_fits(&id));
	id.msix.table = 0;
	id.msix.bar = MODEL_BARS;
	assert_false(pci_msix_fits(&id));
	id.msix.bar = 0;
	id.msix.vectors = PCI_VECTORS + 1;
	assert_false(pci_msix_fits(&id));
}

static void wrong_sets(void **state)
{
	struct peer *peer = *state;
	int fd = event_fd();
	unsigned int before = peer_open_fds();

	assert_int_equal(peer_set_irqs(peer, EVENT, PCI_IRQS, 0, 1, &fd, 1), EINVAL);
	assert_int_equal(peer_set_irqs(peer, EVENT, UINT32_MAX, 0, 1, &fd, 1), EINVAL);
	assert_int_equal(peer_set_irqs(peer, EVENT, PCI_IRQ_LINE, 1, 1, &fd, 1), EINVAL);
	assert_int_equal(peer_set_irqs(peer, EVENT, PCI_IRQ_MSI, UINT32_MAX, 2, &fd, 1), EINVAL);
	assert_int_equal(peer_set_irqs(peer, EVENT, PCI_IRQ_MSI, 0, 5, &fd, 1), EINVAL);
	assert_int_equal(peer_set_irqs(peer, EVENT, PCI_IRQ_MSI, 0, 2, &fd, 1), EINVAL);
	assert_int_equal(peer_set_irqs(peer, EVENT, PCI_IRQ_MSIX, PEER_MSIX, 1, &fd, 1), EINVAL);
	assert_int_equal(peer_set_irqs(peer, MASK, PCI_IRQ_MSI, 0, 1, NULL, 0), EINVAL);
	assert_int_equal(peer_set_irqs(peer, 0, PCI_IRQ_LINE, 0, 1, NULL, 0), EINVAL);
	assert_int_equal(peer_set_irqs(peer, EVENT | MASK, PCI_IRQ_LINE, 0, 1, &fd, 1), EINVAL);
	assert_int_equal(peer_set_irqs(peer, UINT32_MAX, PCI_IRQ_LINE, 0, 1, &fd, 1), EINVAL);
	assert_int_equal(peer_set_irqs(peer, VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_MASK,
				       PCI_IRQ_LINE, 0, 1, &fd, 1), EINVAL);
	/* a message that is wrong gives its descriptors back with the next one */
	assert_int_equal(peer_read(peer, 0, 0, 1), 0);
	assert_int_equal(peer_open_fds(), before);
	close(fd);
}

/* What the client calls an event blocks, or is closed at its other end: the server goes on. */
static void no_events(void **state)
{
	struct peer *peer = *state;
	int pipes[2], full = eventfd(0, EFD_CLOEXEC);
	const uint64_t most = UINT64_MAX - 1;
	char junk[4096] = { 0 };

	assert_int_equal(write(full, &most, sizeof(most)), sizeof(most));
	assert_int_equal(peer_set_irqs(peer, EVENT, PCI_IRQ_LINE, 0, 1, &full, 1), 0);
	level(peer, true);
	assert_int_equal(pipe2(pipes, O_CLOEXEC | O_NONBLOCK), 0);
	while (write(pipes[1], junk, sizeof(junk)) > 0)
		;
	assert_int_equal(fcntl(pipes[1], F_SETFL, 0), 0);
	assert_int_equal(peer_set_irqs(peer, EVENT, PCI_IRQ_LINE, 0, 1, &pipes[1], 1), 0);
	assert_int_equal(peer_set_irqs(peer, FIRE, PCI_IRQ_LINE, 0, 1, NULL, 0), 0);
	assert_int_equal(peer_set_irqs(peer, EVENT, PCI_IRQ_LINE, 0, 1, &pipes[0], 1), 0);
	assert_int_equal(peer_set_irqs(peer, FIRE, PCI_IRQ_LINE, 0, 1, NULL, 0), 0);
	close(pipes[0]);
	close(pipes[1]);
	close(full);
}

static void lost_and_spurious(void **state)
{
	struct peer *peer = *state;
	int fd = listen_line(peer);

	assert_int_equal(pci_command(&peer->pci, "lose-irq 1"), 0);
	level(peer, true);
	assert_int_equal(peer_events(fd), 0);
	level(peer, false);
	level(peer, true);
	assert_int_equal(peer_events(fd), 1);
	assert_int_equal(peer->pci.lost, 1);
	level(peer, false);
	assert_int_equal(peer_set_irqs(peer, UNMASK, PCI_IRQ_LINE, 0, 1, NULL, 0), 0);
	assert_int_equal(pci_command(&peer->pci, "spurious-irq 2"), 0);
	assert_int_equal(peer_events(fd), 1);
	/* its status says so, as of any that Linux hands on to VFIO */
	assert_true(peer->pci.config[PCI_STATUS] & PCI_STATUS_INTERRUPT);
	assert_int_equal(peer_set_irqs(peer, UNMASK, PCI_IRQ_LINE, 0, 1, NULL, 0), 0);
	assert_false(peer->pci.config[PCI_STATUS] & PCI_STATUS_INTERRUPT);
	pci_tick(&peer->pci, 1000000000);
	assert_int_equal(peer_events(fd), 1);
	assert_int_equal(peer_set_irqs(peer, UNMASK, PCI_IRQ_LINE, 0, 1, NULL, 0), 0);
	pci_tick(&peer->pci, 2000000000);
	assert_int_equal(peer_events(fd), 0);
	close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, peer_get, peer_put)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(line), TEST(line_off), TEST(masks), TEST(late_listener), TEST(booleans),
		TEST(messages), TEST(messages_by_table), TEST(table_outside), TEST(wrong_sets),
		TEST(no_events), TEST(lost_and_spurious),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

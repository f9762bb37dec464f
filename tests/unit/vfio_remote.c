/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <linux/vfio.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "message.h"
#include "pci.h"
#include "vfio_remote.h"

#define LIMIT_MS 60000		/* for whatever must come; a busy machine is slow */
#define COMMAND_REGISTER 4

/* ---- the server ---- */

static _Noreturn void become_server(const struct server *server)
{
	char program[512];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(program, sizeof(program), "%s/tests/emulator/emulator", getenv("GRAB_BUILD"));
	execl(program, "emulator", "--keep", "--command", "fps 0", "--socket", server->path, "bt878", NULL);
	_exit(127);
}

void server_start(struct server *server)
{
	*server = (struct server){ .folder = "/tmp/emulator.XXXXXX" };
	assert_non_null(getenv("GRAB_BUILD"));
	assert_non_null(mkdtemp(server->folder));
	snprintf(server->path, sizeof(server->path), "%s/s", server->folder);
	server->pid = fork();
	assert_true(server->pid >= 0);
	if (!server->pid)
		become_server(server);
}

int server_end(struct server *server, int signal)
{
	int status;

	assert_int_equal(kill(server->pid, signal), 0);
	assert_int_equal(waitpid(server->pid, &status, 0), server->pid);
	unlink(server->path);
	rmdir(server->folder);
	return status;
}

unsigned int server_descriptors(const struct server *server)
{
	unsigned int count = 0;
	char path[32];
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", server->pid);
	dir = opendir(path);
	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

/* ---- messages ---- */

static bool receive(struct remote *r, void *data, size_t length)
{
	struct pollfd more = { .fd = r->fd, .events = POLLIN };
	uint8_t *at = data;
	ssize_t got;

	for (; length; at += got, length -= (size_t)got) {
		assert_int_equal(poll(&more, 1, LIMIT_MS), 1);
		got = recv(r->fd, at, length, 0);
		if (got <= 0)
			return false;
	}
	return true;
}

static bool transmit(struct remote *r, struct message_header *header, const void *data, size_t length,
		     int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov[2] = { { header, sizeof(*header) }, { (void *)data, length } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };
	struct cmsghdr *c;

	if (fd >= 0) {
		msg.msg_control = control;
		msg.msg_controllen = sizeof(control);
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(int));
	}
	return sendmsg(r->fd, &msg, MSG_NOSIGNAL) == (ssize_t)header->size;
}

/* A command and its reply, which must not be an error, into @reply; a server that is gone is lost. */
static void ask(struct remote *r, uint16_t command, const void *data, size_t length, int fd, void *reply,
		size_t room)
{
	struct message_header header = {
		.id = ++r->id, .command = command, .size = (uint32_t)(sizeof(header) + length),
	};

	if (r->lost)
		return;
	r->lost = !transmit(r, &header, data, length, fd) || !receive(r, &header, sizeof(header));
	if (r->lost)
		return;
	assert_int_equal(header.id, r->id);
	assert_int_equal(header.flags & (MESSAGE_TYPE | MESSAGE_ERROR), MESSAGE_REPLY);
	assert_in_range(header.size, sizeof(header), sizeof(header) + room);
	r->lost = !receive(r, reply, header.size - sizeof(header));
}

struct access {
	uint64_t offset;
	uint32_t region, count, value;
};

static uint32_t read_register(void *ctx, uint32_t reg)
{
	struct access at = { .offset = reg, .count = 4 };

	ask(ctx, MESSAGE_REGION_READ, &at, sizeof(at) - 8, -1, &at, sizeof(at));
	return ((struct remote *)ctx)->lost ? UINT32_MAX : at.value;
}

static void write_region(struct remote *r, uint32_t region, uint32_t offset, uint32_t value)
{
	struct access at = { .offset = offset, .region = region, .count = 4, .value = value };

	ask(r, MESSAGE_REGION_WRITE, &at, sizeof(at) - 4, -1, &at, sizeof(at));
}

static void write_register(void *ctx, uint32_t reg, uint32_t value)
{
	write_region(ctx, 0, reg, value);
}

/* ---- the client ---- */

static void join(struct remote *r, const struct server *server)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int waited;

	strcpy(address.sun_path, server->path);
	r->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(r->fd >= 0);
	/* it may not be there yet */
	for (waited = 0; connect(r->fd, (struct sockaddr *)&address, sizeof(address)); waited++) {
		assert_in_range(waited, 0, LIMIT_MS);
		assert_int_equal(waitpid(server->pid, NULL, WNOHANG), 0);
		usleep(1000);
	}
}

static void set_irq(struct remote *r, uint32_t flags, int fd)
{
	const uint32_t set[] = { 20, flags, VFIO_PCI_INTX_IRQ_INDEX, 0, 1 };

	ask(r, MESSAGE_SET_IRQS, set, sizeof(set), fd, NULL, 0);
}

void remote_open(struct remote *r, const struct server *server)
{
	static const struct grabber_io io = { .read = read_register, .write = write_register };
	static const char version[] = "\0\0\1\0{}";
	char reply[512];

	*r = (struct remote){ .event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) };
	assert_true(r->event >= 0);
	join(r, server);
	ask(r, MESSAGE_VERSION, version, sizeof(version), -1, reply, sizeof(reply));
	ask(r, MESSAGE_DEVICE_RESET, NULL, 0, -1, NULL, 0);
	write_region(r, PCI_REGION_CONFIG, COMMAND_REGISTER, PCI_MEMORY | PCI_MASTER);
	set_irq(r, VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER, r->event);
	r->grabber = calloc(1, bt8x8_grabber.size);
	assert_non_null(r->grabber);
	r->grabber->device = &bt8x8_grabber;
	r->grabber->io = &io;
	r->grabber->ctx = r;
	assert_int_equal(bt8x8_grabber.init(r->grabber), 0);
	assert_false(r->lost);
}

void remote_close(struct remote *r)
{
	close(r->fd);
	close(r->event);
	free(r->grabber);
}

void remote_map(struct remote *r, int file, uint32_t offset, uint32_t bytes)
{
	const struct { uint32_t argsz, flags; uint64_t offset, address, size; } map = {
		sizeof(map), VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE, offset,
		REMOTE_BASE + (uint64_t)offset, bytes,
	};

	ask(r, MESSAGE_DMA_MAP, &map, sizeof(map), file, NULL, 0);
}

void remote_wait(struct remote *r)
{
	struct pollfd fds[] = {
		{ .fd = r->event, .events = POLLIN }, { .fd = r->fd, .events = POLLIN },
	};
	eventfd_t count;

	assert_true(poll(fds, 2, LIMIT_MS) > 0);
	eventfd_read(r->event, &count);
	/* it says nothing by itself: what there is to read is its end */
	r->lost |= fds[1].revents != 0;
}

void remote_unmask(struct remote *r)
{
	set_irq(r, VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_UNMASK, -1);
}

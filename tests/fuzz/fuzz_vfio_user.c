/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A vfio-user client that may say anything, to the server with the Bt878 behind
 * it: no message crashes it, none makes it wait, and descriptors are not lost.
 *
 * The input is a script.  A line is a message, of words:
 *
 *	c8	the command	!16	the flags	+4	added to the size that it tells
 *	q5	a number of 8 bytes	l5	of 4	w5	of 2	b5	of 1
 *	z9	so many zeros	t...	text
 *	m e p	with a descriptor: memory, event, pipe
 *	.	time passes; alone in its line
 *
 * Numbers are as strtoull() reads them.  The memory holds the input, so that a
 * line "." runs it as a program of the chip.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bt878.h"
#include "client.h"
#include "fuzz.h"

#define MEMORY 65536u
#define FDS 12

#define HELLO "c1 w0 w1 t{\"capabilities\":{\"max_data_xfer_size\":64}} b0\n"
#define MASTER "c10 q4 l7 l2 w6\n"
#define MAP "c2 l32 l3 q0 q0 q65536 m\n"

const char *const fuzz_seeds[] = {
	HELLO "c4 z16\nc5 l32 l0 l7 z20\nc7 l16 l0 l0 l0\nc9 q0 l7 l64\n.\n",
	HELLO MASTER MAP "c10 q0x104 l0 l4 l0xfffff\nc10 q0x114 l0 l4 l0\n"
	"c10 q0xdc l0 l4 l15\nc10 q0x10c l0 l4 l3\n.\n.\nc9 q0x100 l0 l4\n.\n",
	HELLO MASTER "c2 l32 l3 q0 q4096 q4096\nc10 q0x114 l0 l4 l4096\nc10 q0x10c l0 l4 l3\n"
	"c11 !1 q4096 q4 l0\n.\n.\n",
	HELLO "c8 l20 l36 l0 l0 l1 e\nc8 l20 l17 l0 l0 l1\nc8 l20 l33 l0 l0 l0\nc8 l20 l36 l1 l0 l3 e e p\n",
	HELLO MAP "c3 l24 l0 q0 q65536\n" MAP "c3 l24 l2 q0 q0\nc2 l32 l1 q8192 q0xfffffffffffff000 q4096 m\n",
	HELLO "c15 q2 q0x104 l0 l4 q1 q0x100 l0 l4 q7\nc13\nc10 !16 q0 l0 l4 l0\n",
	"c13\n" HELLO, "c1 w0 w0\nc4 +99999 z16\n", HELLO "c9 q0 l0 l1048576\nc9 +7 q0 l7\nc10 q0 l0 l8 q1\n",
	NULL,
};

struct script {
	int fd;				/* the client's end */
	int memory, event, pipe;
	uint8_t data[8192];
	size_t length;
	struct message_header header;
	int fds[FDS];
	unsigned int n_fds;
};

static void put(struct script *s, const void *from, size_t size)
{
	if (size > sizeof(s->data) - s->length)
		size = sizeof(s->data) - s->length;
	memcpy(s->data + s->length, from, size);
	s->length += size;
}

static void number(struct script *s, const char *text, size_t size)
{
	uint64_t value = strtoull(text, NULL, 0);

	put(s, &value, size);
}

static void attach(struct script *s, int fd)
{
	if (s->n_fds < FDS)
		s->fds[s->n_fds++] = fd;
}

static void word(struct script *s, const char *text)
{
	static const uint8_t zeros[4096];
	uint64_t value = strtoull(text + 1, NULL, 0);

	switch (*text) {
	case 'c': s->header.command = value; break;
	case '!': s->header.flags = value; break;
	case '+': s->header.size += value; break;
	case 'q': number(s, text + 1, 8); break;
	case 'l': number(s, text + 1, 4); break;
	case 'w': number(s, text + 1, 2); break;
	case 'b': number(s, text + 1, 1); break;
	case 'z': put(s, zeros, value < sizeof(zeros) ? value : sizeof(zeros)); break;
	case 't': put(s, text + 1, strlen(text + 1)); break;
	case 'm': attach(s, s->memory); break;
	case 'e': attach(s, s->event); break;
	case 'p': attach(s, s->pipe); break;
	default: break;
	}
}

static void transmit(struct script *s)
{
	char control[CMSG_SPACE(FDS * sizeof(int))] = { 0 };
	struct iovec iov[2] = { { &s->header, sizeof(s->header) }, { s->data, s->length } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };
	struct cmsghdr *c;

	s->header.size += sizeof(s->header) + s->length;
	if (s->n_fds) {
		msg.msg_control = control;
		msg.msg_controllen = CMSG_SPACE(s->n_fds * sizeof(int));
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(s->n_fds * sizeof(int));
		memcpy(CMSG_DATA(c), s->fds, s->n_fds * sizeof(int));
	}
	sendmsg(s->fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
	/* nobody waits for an answer, so none may fill the socket */
	while (recv(s->fd, s->data, sizeof(s->data), MSG_DONTWAIT) > 0)
		;
}

static void message(struct script *s, char *line)
{
	char *save, *w;

	s->length = s->n_fds = 0;
	s->header = (struct message_header){ .id = 0 };
	for (w = strtok_r(line, " ", &save); w; w = strtok_r(NULL, " ", &save))
		word(s, w);
	transmit(s);
}

static int open_memory(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, MEMORY) || pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
	return fd;
}

static unsigned int next_fd(void)
{
	int fd = dup(STDIN_FILENO);

	close(fd);
	return fd;
}

/* A device that waits for a client's answer would wait for ever here: it gets none. */
static void run(struct script *s, struct client *client, struct pci *pci, char *text)
{
	char *save, *line;
	uint64_t now = 0;

	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (*line == '.') {
			now += 20000000;
			pci_tick(pci, now);
		} else {
			message(s, line);
			client_serve(client);
		}
		if (pci->dma.count > DMA_REGIONS)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int before = next_fd();
	char *text = strndup((const char *)data, size);
	struct script script = { 0 };
	struct client client;
	struct pci pci;
	int ends[2], pipes[2];

	if (!text || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) ||
	    pipe2(pipes, O_CLOEXEC | O_NONBLOCK))
		abort();
	script.fd = ends[1];
	script.memory = open_memory(data, size < MEMORY ? size : MEMORY);
	script.event = eventfd(0, EFD_CLOEXEC);
	script.pipe = pipes[1];
	/* memory without a descriptor is refused at once, else each round would wait for it */
	if (pci_open(&pci, &bt878_model, NULL, NULL) || client_open(&client, ends[0], &pci))
		abort();
	run(&script, &client, &pci, text);
	client_close(&client);
	pci_close(&pci);
	close(script.fd);
	close(script.memory);
	close(script.event);
	close(pipes[0]);
	close(pipes[1]);
	free(text);
	if (next_fd() != before)
		abort();
	return 0;
}

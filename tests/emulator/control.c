/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control.h"

void control_open(struct control *control, int listener, struct pci *pci)
{
	unsigned int i;

	*control = (struct control){ .pci = pci, .listener = listener };
	for (i = 0; i < CONTROL_PEERS; i++)
		control->peer[i].fd = -1;
}

static void hang_up(struct peer *peer)
{
	if (peer->fd >= 0)
		close(peer->fd);
	peer->fd = -1;
	peer->length = 0;
}

void control_close(struct control *control)
{
	unsigned int i;

	for (i = 0; i < CONTROL_PEERS; i++)
		hang_up(&control->peer[i]);
	if (control->listener >= 0)
		close(control->listener);
	control->listener = -1;
}

void control_execute(struct pci *pci, const char *line, FILE *to)
{
	int err = 0;

	if (!strcmp(line, "counters"))
		pci_counters(pci, to);
	else if (!strcmp(line, "zero"))
		pci_zero(pci);
	else if (!strcmp(line, "help"))
		fprintf(to, "%s%s", pci_help, pci->model->ops->help);
	else
		err = pci_command(pci, line);
	if (!err)
		fputs("ok\n", to);
	else
		fprintf(to, "error: %s\n", err == -ENOENT ? "no such command" : "wrong value");
}

/* Who does not read its answers gets none. */
static void execute(struct control *control, struct peer *peer)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return;
	control_execute(control->pci, peer->line, f);
	if (fclose(f) || send(peer->fd, text, size, MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)size)
		hang_up(peer);
	free(text);
}

/* Bytes to lines; a carriage return, which terminals send, ends one too. */
static void take(struct control *control, struct peer *peer)
{
	char bytes[256];
	ssize_t got = recv(peer->fd, bytes, sizeof(bytes), MSG_DONTWAIT), i;

	if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
		hang_up(peer);
		return;
	}
	for (i = 0; i < got && peer->fd >= 0; i++) {
		if (bytes[i] != '\n' && bytes[i] != '\r') {
			/* what is longer than any command becomes one that does not exist */
			if (peer->length < sizeof(peer->line) - 1)
				peer->line[peer->length++] = bytes[i];
			continue;
		}
		peer->line[peer->length] = '\0';
		peer->length = 0;
		if (*peer->line)
			execute(control, peer);
	}
}

static void admit(struct control *control)
{
	int fd = accept4(control->listener, NULL, NULL, SOCK_CLOEXEC);
	unsigned int i;

	for (i = 0; fd >= 0 && i < CONTROL_PEERS; i++) {
		if (control->peer[i].fd < 0) {
			control->peer[i] = (struct peer){ .fd = fd };
			return;
		}
	}
	if (fd >= 0)
		close(fd);
}

void control_wait(const struct control *control, struct pollfd *fds)
{
	unsigned int i;

	fds[0] = (struct pollfd){ .fd = control->listener, .events = POLLIN };
	for (i = 0; i < CONTROL_PEERS; i++)
		fds[1 + i] = (struct pollfd){ .fd = control->peer[i].fd, .events = POLLIN };
}

void control_serve(struct control *control, const struct pollfd *fds)
{
	unsigned int i;

	for (i = 0; i < CONTROL_PEERS; i++)
		if (fds[1 + i].revents)
			take(control, &control->peer[i]);
	if (fds[0].revents)
		admit(control);
}

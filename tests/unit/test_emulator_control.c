/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The emulator's control socket: lines in, answers out, and whoever does not listen. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bt878.h"
#include "control.h"
#include "unit.h"

struct state {
	struct pci pci;
	struct control control;
	struct sockaddr_un address;
	char folder[32];
};

static int get(void **state)
{
	struct state *s = calloc(1, sizeof(*s));
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_non_null(s);
	strcpy(s->folder, "/tmp/control.XXXXXX");
	assert_non_null(mkdtemp(s->folder));
	s->address.sun_family = AF_UNIX;
	snprintf(s->address.sun_path, sizeof(s->address.sun_path), "%s/s", s->folder);
	assert_int_equal(bind(fd, (struct sockaddr *)&s->address, sizeof(s->address)), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(pci_open(&s->pci, &bt878_model, NULL, NULL), 0);
	control_open(&s->control, fd, &s->pci);
	*state = s;
	return 0;
}

static int put(void **state)
{
	struct state *s = *state;

	control_close(&s->control);
	pci_close(&s->pci);
	unlink(s->address.sun_path);
	rmdir(s->folder);
	free(s);
	return 0;
}

/* Serve until there is nothing more to do. */
static void serve(struct state *s)
{
	struct pollfd fds[CONTROL_FDS];

	for (control_wait(&s->control, fds); poll(fds, CONTROL_FDS, 0) > 0;
	     control_wait(&s->control, fds))
		control_serve(&s->control, fds);
}

static int join(struct state *s)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&s->address, sizeof(s->address)), 0);
	serve(s);
	return fd;
}

static void tell(struct state *s, int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
	serve(s);
}

static void hear(int fd, const char *answer)
{
	char text[4096];
	ssize_t got = recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT);

	text[got > 0 ? got : 0] = '\0';
	assert_string_equal(text, answer);
}

static void lines(void **state)
{
	struct state *s = *state;
	int fd = join(s), other = join(s);

	tell(s, fd, "fps 0\n");
	hear(fd, "ok\n");
	/* in pieces, two at once, ends as terminals send them, nothing */
	tell(s, fd, "fp");
	hear(fd, "");
	tell(s, fd, "s 50\r\n\n\r\nsignal off\nhang");
	hear(fd, "ok\nok\n");
	tell(s, fd, "\n");
	hear(fd, "ok\n");
	tell(s, other, "nonsense\n");
	hear(other, "error: no such command\n");
	tell(s, other, "fps x\n");
	hear(other, "error: wrong value\n");
	hear(fd, "");
	close(fd);
	close(other);
}

static void answers(void **state)
{
	struct state *s = *state;
	char text[4096];
	int fd = join(s);
	ssize_t got;

	tell(s, fd, "counters\n");
	got = recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT);
	assert_true(got > 0);
	text[got] = '\0';
	assert_non_null(strstr(text, "\nmapped_most 0\n"));
	assert_non_null(strstr(text, "\nfields 0\n"));
	assert_string_equal(text + got - 4, "\nok\n");
	tell(s, fd, "help\n");
	got = recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT);
	text[got] = '\0';
	assert_non_null(strstr(text, "lose-irq COUNT"));
	assert_non_null(strstr(text, "slow-stop LINES"));
	s->pci.dma.bytes_most = 5;
	tell(s, fd, "zero\n");
	hear(fd, "ok\n");
	assert_int_equal(s->pci.dma.bytes_most, 0);
	close(fd);
}

static void too_long(void **state)
{
	struct state *s = *state;
	char text[1000];
	int fd = join(s);

	memset(text, 'f', sizeof(text));
	text[998] = '\n';
	text[999] = '\0';
	tell(s, fd, text);
	hear(fd, "error: no such command\n");
	tell(s, fd, "fps 0\n");
	hear(fd, "ok\n");
	close(fd);
}

/* More than there is room for are sent away; a place that is left can be taken. */
static void crowd(void **state)
{
	struct state *s = *state;
	int fd[CONTROL_PEERS + 1], i;
	char byte;

	for (i = 0; i <= CONTROL_PEERS; i++)
		fd[i] = join(s);
	assert_int_equal(recv(fd[CONTROL_PEERS], &byte, 1, MSG_DONTWAIT), 0);
	close(fd[CONTROL_PEERS]);
	close(fd[1]);
	serve(s);
	fd[1] = join(s);
	tell(s, fd[1], "fps 0\n");
	hear(fd[1], "ok\n");
	for (i = 0; i < CONTROL_PEERS; i++)
		close(fd[i]);
}

/* Who asks and never reads is dropped when its socket is full, and nobody waits for it. */
static void deaf(void **state)
{
	struct state *s = *state;
	int fd = join(s), i;

	for (i = 0; i < 100000 && s->control.peer[0].fd >= 0; i++) {
		send(fd, "counters\n", 9, MSG_NOSIGNAL | MSG_DONTWAIT);
		serve(s);
	}
	assert_int_equal(s->control.peer[0].fd, -1);
	close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, get, put)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lines), TEST(answers), TEST(too_long), TEST(crowd), TEST(deaf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

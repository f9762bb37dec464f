/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A vfio-user server: one emulated PCI device, one client at a time.
 *
 *	emulator --socket PATH [--control PATH] [--command TEXT]... MODEL
 *
 * It ends with its client, or on SIGTERM, and tells its counters then.
 */
#include <argp.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "client.h"
#include "clock.h"
#include "control.h"

#define COMMANDS 32

struct options {
	const char *socket, *control, *model;
	const char *command[COMMANDS];
	unsigned int commands;
	bool keep;
};

struct server {
	struct pci pci;
	struct client client;
	struct control control;
	int listener;
	bool connected, keep;
};

enum { POLL_CLIENT, POLL_UNMASK, POLL_CONTROL, POLL_FDS = POLL_CONTROL + CONTROL_FDS };

static volatile sig_atomic_t ended;

static void end(int signal)
{
	(void)signal;
	ended = 1;
}

/* ---- options ---- */

static const struct argp_option option_table[] = {
	{ "socket", 's', "PATH", 0, "where the client connects", 0 },
	{ "control", 'c', "PATH", 0, "where commands are taken", 0 },
	{ "command", 'e', "TEXT", 0, "a command to begin with; may be repeated", 0 },
	{ "keep", 'k', NULL, 0, "wait for another client when one is gone", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 's': o->socket = arg; return 0;
	case 'c': o->control = arg; return 0;
	case 'k': o->keep = true; return 0;
	case 'e':
		if (o->commands == COMMANDS)
			argp_error(state, "more than %d commands", COMMANDS);
		o->command[o->commands++] = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (o->model)
			argp_usage(state);
		o->model = arg;
		return 0;
	case ARGP_KEY_END:
		if (!o->model || !o->socket)
			argp_error(state, "a model and --socket are needed");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct model_ops *find_model(const char *name)
{
	unsigned int i;

	for (i = 0; models[i]; i++)
		if (!strcmp(models[i]->name, name))
			return models[i];
	fprintf(stderr, "emulator: no model is called \"%s\"; there are:\n", name);
	for (i = 0; models[i]; i++)
		fprintf(stderr, "  %-10s %s\n", models[i]->name, models[i]->what);
	return NULL;
}

/* ---- sockets ---- */

static int listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct stat st;
	int fd;

	if (strlen(path) >= sizeof(address.sun_path)) {
		fprintf(stderr, "emulator: %s: longer than a socket's name may be (%zu)\n", path,
			sizeof(address.sun_path) - 1);
		return -1;
	}
	strcpy(address.sun_path, path);
	if (!lstat(path, &st) && S_ISSOCK(st.st_mode))
		unlink(path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && !bind(fd, (struct sockaddr *)&address, sizeof(address)) && !listen(fd, 4))
		return fd;
	fprintf(stderr, "emulator: %s: %s\n", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

static int client_socket(void *host, uint64_t address, void *data, size_t length, bool write)
{
	struct server *server = host;

	return server->connected ? client_memory(&server->client, address, data, length, write)
				 : -EFAULT;
}

static void connect_client(struct server *server)
{
	int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd >= 0)
		server->connected = !client_open(&server->client, fd, &server->pci);
}

static void serve_client(struct server *server)
{
	int err = client_serve(&server->client);

	if (!err)
		return;
	if (err != -ECONNRESET)
		fprintf(stderr, "emulator: the client was dropped: %s\n", strerror(-err));
	client_close(&server->client);
	server->connected = false;
	if (!server->keep)
		ended = 1;
}

static void take_unmask(struct server *server)
{
	uint64_t count;

	if (read(server->pci.unmask_event, &count, sizeof(count)) == sizeof(count))
		pci_unmask(&server->pci);
}

/* ---- the loop ---- */

/* Until something comes, or until @due. */
static void wait_until(struct pollfd *fds, uint64_t due, const sigset_t *signals)
{
	uint64_t passed = clock_now(), left = due > passed ? due - passed : 0;
	struct timespec t = { .tv_sec = left / 1000000000, .tv_nsec = left % 1000000000 };
	int i;

	if (ppoll(fds, POLL_FDS, due == MODEL_NEVER ? NULL : &t, signals) > 0)
		return;
	for (i = 0; i < POLL_FDS; i++)
		fds[i].revents = 0;
}

static void run(struct server *server, const sigset_t *signals)
{
	struct pollfd fds[POLL_FDS];
	uint64_t due;

	while (!ended) {
		due = pci_tick(&server->pci, clock_now());
		fds[POLL_CLIENT] = (struct pollfd){
			.fd = server->connected ? server->client.channel.fd : server->listener,
			.events = POLLIN,
		};
		fds[POLL_UNMASK] = (struct pollfd){
			.fd = server->pci.unmask_event, .events = POLLIN,
		};
		control_wait(&server->control, &fds[POLL_CONTROL]);
		wait_until(fds, due, signals);
		if (fds[POLL_UNMASK].revents)
			take_unmask(server);
		control_serve(&server->control, &fds[POLL_CONTROL]);
		if (server->connected && (fds[POLL_CLIENT].revents || server->client.lost))
			serve_client(server);
		else if (fds[POLL_CLIENT].revents)
			connect_client(server);
	}
}

/* SIGTERM and the like arrive while waiting only. */
static void set_up_signals(sigset_t *waiting)
{
	struct sigaction action = { .sa_handler = end };
	sigset_t blocked;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGINT);
	sigprocmask(SIG_BLOCK, &blocked, waiting);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = option_table, .parser = parse, .args_doc = "MODEL",
		.doc = "An emulated PCI device for a vfio-user client, such as QEMU's vfio-user-pci.",
	};
	struct options options = { 0 };
	struct server server = { .listener = -1 };
	const struct model_ops *ops;
	int control = -1, err;
	sigset_t waiting;
	unsigned int i;

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	ops = find_model(options.model);
	if (!ops)
		return EXIT_FAILURE;
	set_up_signals(&waiting);
	if (pci_open(&server.pci, ops, client_socket, &server)) {
		fprintf(stderr, "emulator: out of memory\n");
		return EXIT_FAILURE;
	}
	for (i = 0; i < options.commands; i++) {
		err = pci_command(&server.pci, options.command[i]);
		if (err) {
			fprintf(stderr, "emulator: \"%s\": %s\n", options.command[i],
				err == -ENOENT ? "no such command" : "wrong value");
			return EXIT_FAILURE;
		}
	}
	server.keep = options.keep;
	if (options.control)
		control = listen_at(options.control);
	server.listener = listen_at(options.socket);
	if (server.listener < 0 || (options.control && control < 0))
		return EXIT_FAILURE;
	control_open(&server.control, control, &server.pci);
	run(&server, &waiting);
	pci_counters(&server.pci, stderr);
	if (server.connected)
		client_close(&server.client);
	control_close(&server.control);
	close(server.listener);
	pci_close(&server.pci);
	return EXIT_SUCCESS;
}

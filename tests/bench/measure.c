/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a command and tells what it cost, as words that a shell can read:
 *
 *	measure [-t SECONDS] [-r ROOT] [-i STDIN] [-o STDOUT] [-e STDERR] REPORT COMMAND [ARGUMENT...]
 *
 * ROOT is what the command sees as "/".  REPORT becomes one line: wall= cpu= user= system= (seconds), rss= (peak, KiB), status= (124: it
 * took longer than -t and was killed), start= (CLOCK_MONOTONIC, seconds).
 *
 * A program of its own because a process inherits the peak of the one that made it: a shell's would
 * hide what a small command needs.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct setup {
	const char *stream[3];	/* files for standard input, output and error; NULL: as they are */
	unsigned int limit_s;	/* 0: none */
	const char *root;	/* NULL: this one's */
	const char *report;
	char **command;
};

static _Noreturn void stop(const char *what, int err)
{
	fprintf(stderr, "measure: %s: %s\n", what, strerror(err));
	exit(125);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/* In the child. */
static _Noreturn void become(const struct setup *setup)
{
	static const int flags[3] = { O_RDONLY, O_WRONLY | O_CREAT | O_TRUNC,
				      O_WRONLY | O_CREAT | O_TRUNC };
	sigset_t none;

	/* a group of its own: what the command starts is killed with it */
	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int i = 0; i < 3; i++) {
		int fd = setup->stream[i] ? open(setup->stream[i], flags[i] | O_CLOEXEC, 0666) : i;

		if (fd < 0 || (fd != i && dup2(fd, i) < 0))
			stop(setup->stream[i], errno);
	}
	if (setup->root && (chroot(setup->root) || chdir("/")))
		stop(setup->root, errno);
	execvp(setup->command[0], setup->command);
	stop(setup->command[0], errno);
}

static pid_t start(const struct setup *setup)
{
	pid_t pid = fork();

	if (pid < 0)
		stop("fork", errno);
	if (!pid)
		become(setup);
	return pid;
}

/* Until the command ends, or its time is over. SIGCHLD is blocked. */
static void wait_for_end(const struct setup *setup, double started, pid_t pid)
{
	siginfo_t info = { 0 };
	sigset_t child;
	double left;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	while (!waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) && !info.si_pid) {
		struct timespec t = { .tv_sec = 3600 };

		if (setup->limit_s) {
			left = started + setup->limit_s - now();
			if (left <= 0) {
				kill(-pid, SIGKILL);
				return;
			}
			t.tv_sec = (time_t)left;
			t.tv_nsec = (long)((left - (double)t.tv_sec) * 1e9);
		}
		sigtimedwait(&child, NULL, &t);
	}
}

static int run(const struct setup *setup)
{
	double started = now(), ended;
	pid_t pid = start(setup);
	struct rusage usage;
	int status, code;
	FILE *out;

	wait_for_end(setup, started, pid);
	while (wait4(pid, &status, 0, &usage) < 0)
		if (errno != EINTR)
			stop("wait4", errno);
	ended = now();
	code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	if (setup->limit_s && ended - started >= setup->limit_s)
		code = 124;
	out = fopen(setup->report, "we");
	if (!out)
		stop(setup->report, errno);
	fprintf(out, "wall=%.6f cpu=%.6f user=%.6f system=%.6f rss=%ld status=%d start=%.6f\n",
		ended - started, seconds(usage.ru_utime) + seconds(usage.ru_stime),
		seconds(usage.ru_utime), seconds(usage.ru_stime), usage.ru_maxrss, code, started);
	if (fclose(out))
		stop(setup->report, errno);
	return code;
}

int main(int argc, char **argv)
{
	struct setup setup = { 0 };
	sigset_t child;
	int option;

	while ((option = getopt(argc, argv, "+t:r:i:o:e:")) != -1) {
		switch (option) {
		case 't':
			setup.limit_s = (unsigned int)strtoul(optarg, NULL, 10);
			break;
		case 'r':
			setup.root = optarg;
			break;
		case 'i':
			setup.stream[0] = optarg;
			break;
		case 'o':
			setup.stream[1] = optarg;
			break;
		case 'e':
			setup.stream[2] = optarg;
			break;
		default:
			return 125;
		}
	}
	if (argc - optind < 2) {
		fprintf(stderr, "usage: measure [-t SECONDS] [-r ROOT] [-i STDIN] [-o STDOUT] "
			"[-e STDERR] REPORT COMMAND [ARGUMENT...]\n");
		return 125;
	}
	setup.report = argv[optind];
	setup.command = argv + optind + 1;
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	return run(&setup);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

#define SKIPPED 77
#define ONLY_MAX 16

static unsigned int timeout_s = 120;
static const char *only[ONLY_MAX];
static unsigned int only_count;
static unsigned int count, failed, skipped;
static int reason_fd = -1;	/* a case's way to say why it was skipped */

void tap_timeout(unsigned int seconds)
{
	timeout_s = seconds;
}

void tap_only(const char *part)
{
	if (only_count < ONLY_MAX)
		only[only_count++] = part;
}

unsigned int tap_slow(void)
{
	const char *slow = getenv("SLOW");
	unsigned long times = slow ? strtoul(slow, NULL, 10) : 1;

	return times && times < 1000 ? (unsigned int)times : 1;
}

static bool is_wanted(const char *title)
{
	unsigned int i;

	for (i = 0; i < only_count; i++)
		if (strstr(title, only[i]))
			return true;
	return !only_count;
}

__attribute__((format(printf, 1, 0)))
static void vnote(const char *format, va_list args)
{
	char text[1024], *line, *rest = text;

	vsnprintf(text, sizeof(text), format, args);
	while ((line = strsep(&rest, "\n")))
		printf("# %s\n", line);
	fflush(stdout);
}

void tap_note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vnote(format, args);
	va_end(args);
}

void tap_fail(const char *file, int line, const char *format, ...)
{
	va_list args;

	tap_note("%s:%d:", file, line);
	va_start(args, format);
	vnote(format, args);
	va_end(args);
	_exit(1);
}

void tap_skip(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vdprintf(reason_fd, format, args);
	va_end(args);
	_exit(SKIPPED);
}

/* exit(3) and not _exit(2): a sanitizer has its last word there. */
static void child(tap_fn *fn, void *arg, int fd)
{
	reason_fd = fd;
	alarm(timeout_s * tap_slow());
	fn(arg);
	fflush(stdout);
	exit(0);
}

static void report(const char *name, int status, const char *reason)
{
	count++;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		printf("ok %u - %s\n", count, name);
	} else if (WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED) {
		skipped++;
		printf("ok %u - %s # SKIP %s\n", count, name, reason);
	} else {
		failed++;
		if (WIFSIGNALED(status))
			printf("# killed by signal %d (%s)\n", WTERMSIG(status),
			       strsignal(WTERMSIG(status)));
		else
			printf("# exit status %d\n", WEXITSTATUS(status));
		printf("not ok %u - %s\n", count, name);
	}
	fflush(stdout);
}

void tap_run(tap_fn *fn, void *arg, const char *name, ...)
{
	char title[256], reason[256] = "";
	int fds[2], status;
	va_list args;
	ssize_t len;
	pid_t pid;

	va_start(args, name);
	vsnprintf(title, sizeof(title), name, args);
	va_end(args);
	if (!is_wanted(title))
		return;
	fflush(stdout);
	if (pipe(fds) || (pid = fork()) < 0) {
		perror("tap_run");
		exit(99);
	}
	if (!pid)
		child(fn, arg, fds[1]);
	close(fds[1]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	len = read(fds[0], reason, sizeof(reason) - 1);
	reason[len > 0 ? len : 0] = '\0';
	close(fds[0]);
	report(title, status, reason);
}

int tap_finish(void)
{
	printf("1..%u\n# %u cases: %u passed, %u failed, %u skipped\n", count, count,
	       count - failed - skipped, failed, skipped);
	return failed || !count;
}

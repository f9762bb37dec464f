/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that are whole or not there. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

#include "folder.h"
#include "outfile.h"
#include "words.h"

static const struct outfile_policy careful = { .sync = OUTFILE_SYNC_NONE };
static const struct outfile_policy replacing = { .overwrite = true };

static struct outfile file;

static int write_file(const char *path, const char *text, const struct outfile_policy *policy)
{
	int r = outfile_open(&file, path, policy);

	if (r)
		return r;
	assert_int_equal(sink_write(&file.out.sink, text, strlen(text)), 0);
	return outfile_commit(&file);
}

/* ---- file systems that lack something ----------------------------------- */

static bool no_renameat2, no_link;

int __real_renameat2(int from_fd, const char *from, int to_fd, const char *to, unsigned int flags);
int __wrap_renameat2(int from_fd, const char *from, int to_fd, const char *to, unsigned int flags);
int __real_link(const char *from, const char *to);
int __wrap_link(const char *from, const char *to);

int __wrap_renameat2(int from_fd, const char *from, int to_fd, const char *to, unsigned int flags)
{
	if (!no_renameat2)
		return __real_renameat2(from_fd, from, to_fd, to, flags);
	errno = EINVAL;
	return -1;
}

int __wrap_link(const char *from, const char *to)
{
	if (!no_link)
		return __real_link(from, to);
	errno = EPERM;
	return -1;
}

/* ---- opening, committing, aborting -------------------------------------- */

static void whole_or_not_there(void **unused)
{
	assert_int_equal(outfile_open(&file, "a.png", &careful), 0);
	assert_int_equal(access("a.png", F_OK), -1);
	assert_int_equal(folder_names("."), 1);
	assert_int_equal(strncmp(file.temporary, ".a.png.grab-", 12), 0);
	assert_string_equal(file.temporary + strlen(file.temporary) - 4, ".tmp");
	assert_int_equal(sink_write(&file.out.sink, "abc", 3), 0);
	assert_int_equal(file.out.sink.bytes, 3);
	assert_int_equal(outfile_commit(&file), 0);
	folder_holds("a.png", "abc");
	assert_int_equal(folder_names("."), 1);

	assert_int_equal(outfile_open(&file, "b.png", &careful), 0);
	assert_int_equal(sink_write(&file.out.sink, "abc", 3), 0);
	outfile_abort(&file);
	assert_int_equal(folder_names("."), 1);
}

static void existing_files(void **unused)
{
	folder_put("a", "old");
	assert_int_equal(write_file("a", "new", &careful), -EEXIST);
	assert_non_null(strstr(why(), "-y"));
	folder_holds("a", "old");
	assert_int_equal(write_file("a", "new", &replacing), 0);
	folder_holds("a", "new");

	/* somebody is faster */
	assert_int_equal(outfile_open(&file, "b", &careful), 0);
	folder_put("b", "theirs");
	assert_int_equal(outfile_commit(&file), -EEXIST);
	folder_holds("b", "theirs");
	assert_int_equal(folder_names("."), 2);
}

static void poorer_file_systems(void **unused)
{
	int i;

	for (i = 1; i <= 2; i++) {
		no_renameat2 = true;
		no_link = i == 2;
		assert_int_equal(write_file("new", "x", &careful), 0);
		folder_holds("new", "x");
		assert_int_equal(outfile_open(&file, "taken", &careful), 0);
		folder_put("taken", "theirs");
		assert_int_equal(outfile_commit(&file), -EEXIST);
		folder_holds("taken", "theirs");
		assert_int_equal(folder_names("."), 2);
		unlink("new");
		unlink("taken");
	}
	no_renameat2 = no_link = false;
}

static void *many_files(void *arg)
{
	static const struct outfile_policy policy = { .sync = OUTFILE_SYNC_END };
	struct outfile *own = malloc(sizeof(*own));
	int i, bad = !own;
	char path[40];

	for (i = 0; i < 60 && !bad; i++) {
		snprintf(path, sizeof(path), "%s-%d", (const char *)arg, i);
		bad = outfile_open(own, path, &policy) ||
		      sink_write(&own->out.sink, path, strlen(path));
		if (i % 3)
			bad |= outfile_commit(own);
		else
			outfile_abort(own);
	}
	free(own);
	return bad ? NULL : arg;
}

static void in_threads(void **unused)
{
	static char names[4][2] = { "a", "b", "c", "d" };
	pthread_t thread[4];
	void *result;
	int i;

	for (i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, many_files, names[i]), 0);
	for (i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(thread[i], &result), 0);
		assert_non_null(result);
	}
	assert_int_equal(outfile_sync_all(), 0);
	assert_int_equal(folder_names("."), 160);
	folder_holds("c-58", "c-58");
}

static void two_at_once(void **unused)
{
	static struct outfile other;

	assert_int_equal(outfile_open(&file, "a", &careful), 0);
	assert_int_equal(outfile_open(&other, "a", &careful), 0);
	assert_string_not_equal(file.temporary, other.temporary);
	assert_int_equal(sink_write(&other.out.sink, "2", 1), 0);
	assert_int_equal(outfile_commit(&other), 0);
	assert_int_equal(outfile_commit(&file), -EEXIST);
	folder_holds("a", "2");
	assert_int_equal(folder_names("."), 1);
}

static void long_names(void **unused)
{
	char path[NAME_MAX + 2];

	memset(path, 'n', sizeof(path));
	path[NAME_MAX] = '\0';
	assert_int_equal(write_file(path, "x", &careful), 0);
	folder_holds(path, "x");
	path[NAME_MAX] = 'n';
	path[NAME_MAX + 1] = '\0';
	assert_int_equal(write_file(path, "x", &careful), -ENAMETOOLONG);
}

static void folders(void **unused)
{
	static const struct outfile_policy making = { .mkdir = true };

	assert_int_equal(write_file("no/such/a", "x", &careful), -ENOENT);
	assert_non_null(strstr(why(), "--mkdir"));
	assert_int_equal(write_file("no/such/a", "x", &making), 0);
	folder_holds("no/such/a", "x");
	assert_int_equal(write_file("no", "x", &replacing), -EISDIR);
	assert_int_equal(write_file("no/such/a/b", "x", &making), -ENOTDIR);
	assert_int_equal(outfile_kind("no"), OUTFILE_FOLDER);
	assert_int_equal(outfile_kind("no/such/a"), OUTFILE_REGULAR);
	assert_int_equal(outfile_kind("none"), OUTFILE_ABSENT);
}

static void read_only_folder(void **unused)
{
	int r;

	assert_int_equal(mkdir("ro", 0555), 0);
	folder_drop_root();
	r = write_file("ro/a", "x", &careful);
	folder_regain_root();
	assert_int_equal(r, -EACCES);
	assert_non_null(strstr(why(), "permissions"));
	assert_int_equal(folder_names("ro"), 0);
}

static void symbolic_links(void **unused)
{
	struct stat st;

	assert_int_equal(mkdir("d", 0777), 0);
	folder_put("d/real", "old");
	assert_int_equal(symlink("d/real", "link"), 0);
	assert_int_equal(write_file("link", "new", &careful), -EEXIST);
	assert_int_equal(write_file("link", "new", &replacing), 0);
	folder_holds("d/real", "new");
	assert_int_equal(lstat("link", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(folder_names("d"), 1);

	assert_int_equal(symlink("nowhere", "dangling"), 0);
	assert_int_equal(write_file("dangling", "x", &replacing), -ELOOP);
	assert_int_equal(outfile_kind("dangling"), -ELOOP);
	assert_int_equal(symlink("loop", "loop"), 0);
	assert_int_equal(write_file("loop", "x", &replacing), -ELOOP);
}

static void direct_targets(void **unused)
{
	char text[4] = "";
	int fd;

	assert_int_equal(outfile_kind("/dev/null"), OUTFILE_DIRECT);
	assert_int_equal(write_file("/dev/null", "x", &careful), 0);
	assert_true(file.direct);
	assert_int_equal(outfile_kind("/dev/null"), OUTFILE_DIRECT);

	assert_int_equal(mkfifo("fifo", 0600), 0);
	fd = open("fifo", O_RDWR);
	assert_true(fd >= 0);
	assert_int_equal(write_file("fifo", "abc", &careful), 0);
	assert_int_equal(read(fd, text, 3), 3);
	assert_string_equal(text, "abc");
	assert_int_equal(outfile_open(&file, "fifo", &careful), 0);
	outfile_abort(&file);
	close(fd);
	assert_int_equal(outfile_kind("fifo"), OUTFILE_DIRECT);
}

static void durable(void **unused)
{
	struct outfile_policy policy = { .sync = OUTFILE_SYNC_FRAME };
	char path[20];
	int i;

	assert_int_equal(write_file("frame", "x", &policy), 0);
	policy.sync = OUTFILE_SYNC_END;
	assert_int_equal(write_file("end", "x", &policy), 0);
	assert_int_equal(outfile_sync_all(), 0);
	/* so many that they are no longer synced one by one */
	for (i = 0; i < 100; i++) {
		snprintf(path, sizeof(path), "many-%d", i);
		assert_int_equal(write_file(path, "x", &policy), 0);
	}
	assert_int_equal(outfile_sync_all(), 0);
	assert_int_equal(outfile_sync_all(), 0);
	assert_int_equal(folder_names("."), 102);
}

static void descriptors_balance(void **unused)
{
	struct outfile_policy policy = { .sync = OUTFILE_SYNC_END };
	int before = folder_names("/proc/self/fd"), i;
	char path[20];

	for (i = 0; i < 50; i++) {
		snprintf(path, sizeof(path), "f%d", i);
		assert_int_equal(write_file(path, "x", &policy), 0);
		assert_int_equal(write_file(path, "x", &policy), -EEXIST);
		assert_int_equal(outfile_open(&file, "a", &policy), 0);
		outfile_abort(&file);
	}
	assert_int_equal(outfile_sync_all(), 0);
	assert_int_equal(folder_names("/proc/self/fd"), before);
}

static void parse_sync(void **unused)
{
	enum outfile_sync sync = OUTFILE_SYNC_END;

	assert_int_equal(outfile_parse_sync("none", &sync), 0);
	assert_int_equal(sync, OUTFILE_SYNC_NONE);
	assert_int_equal(outfile_parse_sync("FRAME", &sync), 0);
	assert_int_equal(sync, OUTFILE_SYNC_FRAME);
	assert_int_equal(outfile_parse_sync("", &sync), -EINVAL);
	assert_int_equal(outfile_parse_sync("frames", &sync), -EINVAL);
	assert_int_equal(sync, OUTFILE_SYNC_FRAME);
}

/* ---- ends --------------------------------------------------------------- */

/* A child that opens a file, writes a part, says so, and comes to its end by @signal. */
static void end_by(int signal)
{
	int ready[2], status;
	char byte;
	pid_t child;

	assert_int_equal(pipe(ready), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		if (outfile_open(&file, "killed", &careful) ||
		    sink_write(&file.out.sink, "half", 4) || write(ready[1], "r", 1) != 1)
			_exit(9);
		for (;;)
			pause();
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	kill(child, signal);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	close(ready[0]);
	close(ready[1]);
}

static void killed(void **unused)
{
	end_by(SIGKILL);
	assert_int_equal(access("killed", F_OK), -1);
	assert_int_equal(folder_names("."), 1);	/* the temporary, hidden */
	/* what it left does not disturb */
	assert_int_equal(write_file("killed", "whole", &careful), 0);
	folder_holds("killed", "whole");
}

static void handler(int signal)
{
	outfile_unlink_all();
	_exit(signal == SIGTERM ? 0 : 1);
}

static void fatal_signal(void **unused)
{
	static struct outfile files[20];
	int status, i;
	char path[20];
	pid_t child = fork();

	assert_true(child >= 0);
	if (!child) {
		signal(SIGTERM, handler);
		for (i = 0; i < 20; i++) {
			snprintf(path, sizeof(path), "f%d", i);
			if (outfile_open(&files[i], path, &careful))
				_exit(9);
		}
		/* one is done, one is given up */
		if (outfile_commit(&files[3]))
			_exit(9);
		outfile_abort(&files[4]);
		raise(SIGTERM);
		_exit(9);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(folder_names("."), 1);
	folder_holds("f3", "");
}

static void none_after_the_end(void **unused)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (!child) {
		outfile_unlink_all();
		_exit(outfile_open(&file, "late", &careful) == -ECANCELED ? 0 : 9);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(folder_names("."), 0);
}

static void file_size_limit(void **unused)
{
	struct rlimit old, small = { 10, 10 };
	struct sigaction ignore = { .sa_handler = SIG_IGN }, was;
	int r;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small.rlim_max = old.rlim_max;
	sigaction(SIGXFSZ, &ignore, &was);
	assert_int_equal(outfile_open(&file, "a", &careful), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	r = sink_write(&file.out.sink, "0123456789abcdef", 16);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	sigaction(SIGXFSZ, &was, NULL);
	assert_int_equal(r, -EFBIG);
	assert_non_null(strstr(why(), "ulimit -f"));
	outfile_abort(&file);
	assert_int_equal(folder_names("."), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, folder_enter, folder_leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(whole_or_not_there),
		TEST(existing_files),
		TEST(poorer_file_systems),
		TEST(two_at_once),
		TEST(in_threads),
		TEST(long_names),
		TEST(folders),
		TEST(read_only_folder),
		TEST(symbolic_links),
		TEST(direct_targets),
		TEST(durable),
		TEST(descriptors_balance),
		TEST(parse_sync),
		TEST(killed),
		TEST(fatal_signal),
		TEST(none_after_the_end),
		TEST(file_size_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is this memory that file? And who has a device open? What /proc tells. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"
#include "v4l2.h"

#define PAGE 4096u
#define PAGES 8u

static int fd;
static char *memory;
static struct v4l_file_range range;

static int setup(void **state)
{
	struct stat st;

	fd = memfd_create("test", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, PAGES * PAGE) || fstat(fd, &st))
		return -1;
	memory = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		return -1;
	range = (struct v4l_file_range){
		.addr = (uintptr_t)memory,
		.len = PAGES * PAGE,
		.dev_major = major(st.st_dev),
		.dev_minor = minor(st.st_dev),
		.inode = st.st_ino,
	};
	return 0;
}

static int teardown(void **state)
{
	munmap(memory, PAGES * PAGE);
	close(fd);
	return 0;
}

static bool shown(void)
{
	return v4l_maps_show("/proc/self/maps", &range);
}

static void put(unsigned int page, unsigned int count, int flags, int file, off_t offset)
{
	void *m = mmap(memory + page * PAGE, count * PAGE, PROT_READ | PROT_WRITE,
		       MAP_FIXED | flags, file, offset);

	assert_ptr_equal(m, memory + page * PAGE);
}

static void the_whole_and_a_part(void **state)
{
	assert_true(shown());
	range.addr += 100;
	range.offset += 100;
	range.len = 3 * PAGE;
	assert_true(shown());
	range.offset = 0;
	assert_false(shown());
}

static void two_mappings_in_turn(void **state)
{
	assert_int_equal(mprotect(memory + 2 * PAGE, PAGE, PROT_READ), 0);
	assert_true(shown());	/* three areas, one file, no gap */
	assert_int_equal(mprotect(memory + 2 * PAGE, PAGE, PROT_READ | PROT_WRITE), 0);
	/* the same file, but another part of it in the middle */
	put(3, 1, MAP_SHARED, fd, 0);
	assert_false(shown());
	put(3, 1, MAP_SHARED, fd, 3 * PAGE);
	assert_true(shown());
}

static void something_else(void **state)
{
	put(7, 1, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_false(shown());
	put(7, 1, MAP_PRIVATE, fd, 7 * PAGE);	/* a copy: frames would not be seen in it */
	assert_false(shown());
	put(7, 1, MAP_SHARED, fd, 7 * PAGE);
	assert_true(shown());
	range.inode++;
	assert_false(shown());
}

static void a_hole(void **state)
{
	assert_int_equal(munmap(memory + 4 * PAGE, PAGE), 0);
	assert_false(shown());
	put(4, 1, MAP_SHARED, fd, 4 * PAGE);
	assert_true(shown());
}

static void no_maps(void **state)
{
	assert_false(v4l_maps_show("/proc/self/there-is-no-such-file", &range));
	assert_false(v4l_maps_show("/dev/null", &range));
}

static void who_has_it(void **state)
{
	char name[] = "/tmp/test-v4l2-XXXXXX", who[64], pid_text[32];
	int file = mkstemp(name), ready[2];
	char byte;
	pid_t pid;

	assert_true(file >= 0);
	assert_int_equal(pipe(ready), 0);
	assert_false(v4l_holder(name, who, sizeof(who)));	/* we ourselves do not count */
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		/* has the file, until the other end closes */
		close(ready[1]);
		_exit(read(ready[0], &byte, 1) != 0);
	}
	assert_true(v4l_holder(name, who, sizeof(who)));
	snprintf(pid_text, sizeof(pid_text), "(pid %d)", (int)pid);
	assert_non_null(strstr(who, pid_text));
	assert_non_null(strstr(who, "test_v4l2_maps"));
	close(ready[0]);
	close(ready[1]);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_false(v4l_holder(name, who, sizeof(who)));
	unlink(name);
	assert_false(v4l_holder(name, who, sizeof(who)));
	close(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_whole_and_a_part, setup, teardown),
		cmocka_unit_test_setup_teardown(two_mappings_in_turn, setup, teardown),
		cmocka_unit_test_setup_teardown(something_else, setup, teardown),
		cmocka_unit_test_setup_teardown(a_hole, setup, teardown),
		cmocka_unit_test_setup_teardown(no_maps, setup, teardown),
		cmocka_unit_test(who_has_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

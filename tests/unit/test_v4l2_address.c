/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which device serial=, bus= and index= mean, and the names that last. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"
#include "v4l2.h"

#define OPEN CAPTURE_DEVICE_ACCESSIBLE
#define NODE(p, s, u, b, i, f, h) \
	{ .path = (char *)(p), .serial = (char *)(s), .unit = (char *)(u), .bus = (char *)(b), \
	  .index = (i), .flags = (f), .hint = (char *)(h) }

/* Two cameras of one make with the same serial number, one with two nodes, and a grabber card. */
static struct v4l_node table[] = {
	NODE("/dev/video0", "4711", "/sys/usb/1-1", "usb-a-1", 0, OPEN, NULL),
	NODE("/dev/video2", "4711", "/sys/usb/1-2", "usb-a-2", 0, OPEN, NULL),
	NODE("/dev/video4", "A,B", "/sys/usb/1-3", "usb-a-3", 2, OPEN, NULL),
	NODE("/dev/video5", "A,B", "/sys/usb/1-3", "usb-a-3", 1, OPEN, NULL),
	NODE("/dev/video7", NULL, "/sys/pci/3", "PCI:0000:03:00.0", 0, OPEN, NULL),
	NODE("/dev/video8", NULL, "/sys/pci/3", "PCI:0000:03:00.1", 0, OPEN, NULL),
	NODE("/dev/video9", "closed", "/sys/usb/1-9", NULL, 0, 0, "join the group \"video\""),
};

static int look(const char *text, const struct v4l_node *nodes, size_t count,
		const struct v4l_node **found)
{
	const struct v4l_nodes all = { .node = (struct v4l_node *)nodes, .count = count };
	struct capture_uri uri;

	assert_int_equal(uri_parse(text, &uri), 0);
	return v4l_nodes_find(&all, &uri, found);
}

static const char *find(const char *text)
{
	const struct v4l_node *found;

	assert_int_equal(look(text, table, sizeof(table) / sizeof(table[0]), &found), 0);
	return found->path;
}

static int not_found(const char *text)
{
	const struct v4l_node *found;

	return look(text, table, sizeof(table) / sizeof(table[0]), &found);
}

static void by_name(void **state)
{
	assert_string_equal(find("v4l2:bus=PCI:0000:03:00.0"), "/dev/video7");
	assert_string_equal(find("v4l2:bus=PCI:0000:03:00.1"), "/dev/video8");
	assert_string_equal(find("v4l2:bus=usb-a-2"), "/dev/video2");
	assert_string_equal(find("v4l2:serial=4711,bus=usb-a-1"), "/dev/video0");
	assert_string_equal(find("v4l2:serial=closed"), "/dev/video9");
}

static void nodes_of_one_unit(void **state)
{
	assert_string_equal(find("v4l2:serial=A\\,B"), "/dev/video5");
	assert_string_equal(find("v4l2:serial=A\\,B,index=2"), "/dev/video4");
	assert_int_equal(not_found("v4l2:serial=A\\,B,index=0"), -ENODEV);
}

static void several_units(void **state)
{
	const struct v4l_node *found;

	assert_int_equal(not_found("v4l2:serial=4711"), -ENOTUNIQ);
	/* the names that would do */
	assert_non_null(strstr(capture_error(), "v4l2:bus=usb-a-1"));
	assert_non_null(strstr(capture_error(), "v4l2:bus=usb-a-2"));
	assert_null(strstr(capture_error(), "usb-a-3"));
	assert_int_equal(not_found("v4l2:"), -ENOTUNIQ);
	assert_non_null(strstr(capture_error(), "v4l2:/dev/video9"));
	/* one driver, two units */
	assert_int_equal(look("v4l2:", table + 4, 2, &found), -ENOTUNIQ);
	assert_non_null(strstr(capture_error(), "v4l2:bus=PCI:0000:03:00.1"));
}

static void nothing_there(void **state)
{
	const struct v4l_node *found;

	assert_int_equal(not_found("v4l2:serial=1"), -ENODEV);
	/* it may be the one that this user cannot ask */
	assert_non_null(strstr(capture_error(), "/dev/video9"));
	assert_non_null(strstr(capture_error(), "group"));
	assert_int_equal(look("v4l2:bus=x", table, 2, &found), -ENODEV);
	assert_non_null(strstr(capture_error(), "bus=x"));
	assert_int_equal(look("v4l2:", NULL, 0, &found), -ENODEV);
	assert_non_null(strstr(capture_error(), "no V4L2 capture device"));
	assert_int_equal(look("v4l2:", table, 1, &found), 0);
	assert_int_equal(not_found("v4l2:index=1001"), -EINVAL);
}

static void lasting_names(void **state)
{
	static const struct {
		unsigned int node;
		bool shared;
		const char *uri;
	} rows[] = {
		{ 0, false, "v4l2:serial=4711" },
		{ 0, true, "v4l2:bus=usb-a-1" },
		{ 3, false, "v4l2:serial=A\\,B,index=1" },
		{ 4, false, "v4l2:bus=PCI:0000:03:00.0" },
		{ 6, true, NULL },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *uri = v4l_stable_uri(&table[rows[i].node], rows[i].shared);

		if (rows[i].uri)
			assert_string_equal(uri, rows[i].uri);
		else
			assert_null(uri);
		free(uri);
	}
}

/* What is given out is understood again. */
static void there_and_back(void **state)
{
	size_t i;

	for (i = 0; i < 6; i++) {
		char *uri = v4l_stable_uri(&table[i], i < 2);

		assert_string_equal(find(uri), table[i].path);
		free(uri);
	}
}

static int count(void *arg, const struct capture_device *device)
{
	++*(int *)arg;
	assert_string_equal(device->backend, "v4l2");
	assert_int_equal(strncmp(device->uri, "v4l2:/dev/", 10), 0);
	return 0;
}

/* Whatever this machine has: the walk ends, and lets go of what it opened. */
static void this_machine(void **state)
{
	int devices = 0;

	assert_int_equal(capture_list("v4l2", count, &devices), 0);
	print_message("%d devices\n", devices);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_name),
		cmocka_unit_test(nodes_of_one_unit),
		cmocka_unit_test(several_units),
		cmocka_unit_test(nothing_there),
		cmocka_unit_test(lasting_names),
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(this_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

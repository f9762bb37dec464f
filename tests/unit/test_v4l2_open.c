/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a V4L2 device is opened, and what is no V4L2 device. */
#include <errno.h>
#include <fcntl.h>
#include <libv4l2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"
#include "v4l2.h"
#include "v4l2_fake.h"

static const char *path;

static int setup(void **state)
{
	path = v4l2_fake_reset();
	return 0;
}

static int teardown(void **state)
{
	v4l2_fake_end();
	return 0;
}

static int try_open(const char *options)
{
	struct capture_session *s;
	char uri[128];
	int err;

	snprintf(uri, sizeof(uri), "v4l2:%s%s", path, options);
	err = capture_open(uri, NULL, &s);
	if (!err)
		assert_int_equal(capture_close(s), 0);
	return err;
}

static bool said(const char *words)
{
	return strstr(capture_error(), words);
}

/* With its converter libv4l2 refuses user pointers: everything else rests on this flag. */
static void libv4l2_must_not_convert(void **state)
{
	assert_int_equal(try_open(""), 0);
	assert_int_equal(device.open_flags, V4L2_DISABLE_CONVERSION);
	assert_int_equal(device.closes, 1);
}

/* Its plugin for them prints to standard output and hides the planes. */
static void multiplanar_stays_unregistered(void **state)
{
	device.multiplanar = true;
	device.caps = V4L2_CAP_VIDEO_CAPTURE_MPLANE | V4L2_CAP_STREAMING;
	assert_int_equal(try_open(""), 0);
	assert_int_equal(device.open_flags, -1);
	assert_int_equal(device.closes, 1);
}

/* It prints when there are more than it knows. */
static void many_sessions(void **state)
{
	struct capture_session *s[20];
	unsigned int i, registered = 0;
	char uri[64];

	snprintf(uri, sizeof(uri), "v4l2:%s", path);
	for (i = 0; i < 20; i++) {
		device.open_flags = -1;
		assert_int_equal(capture_open(uri, NULL, &s[i]), 0);
		registered += device.open_flags >= 0;
	}
	assert_int_equal(registered, 16);
	for (i = 0; i < 20; i++)
		assert_int_equal(capture_close(s[i]), 0);
	device.open_flags = -1;
	assert_int_equal(try_open(""), 0);
	assert_int_equal(device.open_flags, V4L2_DISABLE_CONVERSION);
}

static void descriptor_flags(void **state)
{
	struct capture_session *s;
	char uri[64];

	snprintf(uri, sizeof(uri), "v4l2:%s", path);
	assert_int_equal(capture_open(uri, NULL, &s), 0);
	assert_true(fcntl(s->fd, F_GETFL) & O_NONBLOCK);
	assert_int_equal(fcntl(s->fd, F_GETFL) & O_ACCMODE, O_RDWR);
	assert_true(fcntl(s->fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(capture_close(s), 0);
}

static void facts(void **state)
{
	struct capture_session *s;
	struct capture_info info;
	char uri[64];

	snprintf(uri, sizeof(uri), "v4l2:%s", path);
	assert_int_equal(capture_open(uri, NULL, &s), 0);
	assert_int_equal(capture_info(s, &info), 0);
	assert_string_equal(info.backend, "v4l2");
	assert_string_equal(info.driver, "fake");
	assert_string_equal(info.name, "A camera that is not there");
	assert_string_equal(info.bus, "usb-fake-1");
	assert_null(info.way_name);
	assert_int_equal(info.way, CAPTURE_WAY_UNKNOWN);
	assert_int_equal(capture_close(s), 0);
}

/* Nothing is changed and nothing held: the driver is only asked. */
static void opening_changes_nothing(void **state)
{
	assert_int_equal(try_open(""), 0);
	assert_int_equal(v4l2_fake_calls(VIDIOC_S_FMT), 0);
	assert_int_equal(v4l2_fake_calls(VIDIOC_S_PARM), 0);
	assert_int_equal(v4l2_fake_calls(VIDIOC_S_INPUT), 0);
	assert_int_equal(v4l2_fake_calls(VIDIOC_REQBUFS), 0);
}

static void not_a_capture_device(void **state)
{
	device.caps = V4L2_CAP_META_CAPTURE | V4L2_CAP_STREAMING;
	assert_int_equal(try_open(""), -ENODEV);
	assert_true(said("does not capture video"));
	assert_int_equal(device.closes, 1);

	device.caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_READWRITE;
	assert_int_equal(try_open(""), -EOPNOTSUPP);

	v4l2_fake_fail(VIDIOC_QUERYCAP, ENOTTY, 1);
	assert_int_equal(try_open(""), -ENODEV);
	assert_true(said("no V4L2 device"));
}

static void wrong_addresses(void **state)
{
	struct capture_session *s;

	assert_int_equal(capture_open("v4l2:/dev/there-is-no-such-node", NULL, &s), -ENODEV);
	assert_true(said("/dev/there-is-no-such-node"));
	assert_int_equal(capture_open("v4l2:camera", NULL, &s), -EINVAL);
	assert_int_equal(capture_open("v4l2:9999", NULL, &s), -ENODEV);
	assert_true(said("/dev/video9999"));
	assert_int_equal(capture_open("v4l2:0,serial=1", NULL, &s), -EINVAL);
	assert_int_equal(capture_open("v4l2:serial=nobody has this one", NULL, &s), -ENODEV);
	assert_true(said("serial=nobody has this one"));
	assert_int_equal(capture_open("v4l2:index=x", NULL, &s), -EINVAL);
}

static void no_right_to_open(void **state)
{
	char name[] = "/tmp/test-v4l2-XXXXXX";
	int fd = mkstemp(name);

	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(chmod(name, 0), 0);
	path = name;
	if (access(name, R_OK)) {
		assert_int_equal(try_open(""), -EACCES);
		assert_true(said("group \"video\""));
	} else {
		/* root may open anything: then it is just no device */
		v4l2_fake_fail(VIDIOC_QUERYCAP, ENOTTY, 1);
		assert_int_equal(try_open(""), -ENODEV);
	}
	unlink(name);
}

static void options(void **state)
{
	assert_int_equal(try_open(",io=auto"), 0);
	assert_int_equal(try_open(",io=userptr"), 0);
	assert_int_equal(try_open(",io=read"), -EINVAL);
	assert_true(said("auto, userptr, dmabuf, mmap"));
	assert_int_equal(try_open(",signal=ignore"), 0);
	assert_int_equal(try_open(",signal=maybe"), -EINVAL);
	assert_int_equal(try_open(",std=PAL"), 0);	/* set with the format */
	assert_int_equal(try_open(",std="), -EINVAL);
	assert_int_equal(try_open(",colour=red"), -EINVAL);
	assert_true(said("io"));
	assert_int_equal(device.closes, 7);	/* an unknown key is refused before */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(libv4l2_must_not_convert, setup, teardown),
		cmocka_unit_test_setup_teardown(multiplanar_stays_unregistered, setup, teardown),
		cmocka_unit_test_setup_teardown(many_sessions, setup, teardown),
		cmocka_unit_test_setup_teardown(descriptor_flags, setup, teardown),
		cmocka_unit_test_setup_teardown(facts, setup, teardown),
		cmocka_unit_test_setup_teardown(opening_changes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(not_a_capture_device, setup, teardown),
		cmocka_unit_test_setup_teardown(wrong_addresses, setup, teardown),
		cmocka_unit_test_setup_teardown(no_right_to_open, setup, teardown),
		cmocka_unit_test_setup_teardown(options, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

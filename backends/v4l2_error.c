/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls to the driver, and their failures in words: what failed, why, what to do. */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <libv4l2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "v4l2.h"

/* the most processes, and descriptors of each, that are looked at */
#define PROCESSES_MAX 4096
#define DESCRIPTORS_MAX 1024

static const struct {
	const char *call;	/* NULL: any */
	int error;
	const char *remedy;
} remedies[] = {
	{ NULL, ENODEV, "it is unplugged or its driver is gone; plug it in and open it again" },
	{ NULL, EACCES, "the driver does not allow it; another program may have priority" },
	{ "VIDIOC_S_FMT", EINVAL, "list the formats that it has" },
	{ "VIDIOC_TRY_FMT", EINVAL, "list the formats that it has" },
	{ "VIDIOC_REQBUFS", ENOMEM, "not enough memory for the driver's buffers; use a smaller size" },
	{ "VIDIOC_REQBUFS", EINVAL, "the driver offers this way and yet refused it; try again, or name another way with io=" },
	{ "VIDIOC_QBUF", EFAULT, "the driver cannot write to this memory; use io=mmap, or attach huge pages" },
	{ "VIDIOC_QBUF", EINVAL, "the driver refused the buffer twice; use io=mmap" },
	{ "VIDIOC_QBUF", EIO, "the driver's queue is dead; stop and start, and replug the device if that does not help" },
	{ "VIDIOC_DQBUF", EIO, "the driver's queue is dead; stop and start, and replug the device if that does not help" },
	{ "VIDIOC_STREAMON", ENOSPC, "not enough bandwidth on the USB bus; use a smaller size, a lower rate or a compressed format, or plug other devices into another controller" },
	{ "VIDIOC_QBUF", ENOSPC, "not enough bandwidth on the USB bus; use a smaller size, a lower rate or a compressed format, or plug other devices into another controller" },
	{ "VIDIOC_STREAMON", EPIPE, "the parts of the media pipeline do not have the same format; set them up with media-ctl(1)" },
	{ "VIDIOC_STREAMON", ENOLINK, "nothing is connected, or the media pipeline has no link; see media-ctl(1)" },
	{ "VIDIOC_STREAMON", EINVAL, "the driver does not start; try again, and see dmesg(1)" },
	{ "VIDIOC_STREAMON", EIO, "the device does not start; replug it, and see dmesg(1)" },
	{ "VIDIOC_STREAMON", ENOMEM, "not enough memory for the driver; use a smaller size" },
};

int v4l_ioctl(struct v4l_session *v, unsigned long request, void *arg)
{
	int ret;

	if (v->fd < 0)
		return -ENODEV;
	do
		ret = v4l2_ioctl(v->fd, request, arg);
	while (ret < 0 && errno == EINTR);
	return ret < 0 ? -errno : ret;
}

static const char *remedy_for(const char *call, int error)
{
	size_t i;

	for (i = 0; i < sizeof(remedies) / sizeof(remedies[0]); i++)
		if (remedies[i].error == -error &&
		    (!remedies[i].call || !strcmp(remedies[i].call, call)))
			return remedies[i].remedy;
	return NULL;
}

static int fail_busy(const char *path, const char *call)
{
	char who[128];

	if (v4l_holder(path, who, sizeof(who)))
		return fail(-EBUSY, "%s: %s: %m; %s has it open: end that program, or use another device",
			    path, call, who);
	return fail(-EBUSY, "%s: %s: %m; another program or session uses it: end that one, or use another device",
		    path, call);
}

int (v4l_fail)(struct v4l_session *v, const char *call, int error)
{
	const char *remedy = remedy_for(call, error);

	if (error == -EBUSY)
		return fail_busy(v->path, call);
	if (remedy)
		return fail(error, "%s: %s: %m; %s", v->path, call, remedy);
	return fail(error, "%s: %s: %m", v->path, call);
}

/* ---- who has it open: best effort, for other users' processes only with privilege ---- */

static bool process_has(int proc, const char *pid, const char *path)
{
	char name[300], target[PATH_MAX];
	struct dirent *entry;
	bool found = false;
	unsigned int left = DESCRIPTORS_MAX;
	ssize_t len;
	DIR *dir;
	int fd;

	snprintf(name, sizeof(name), "%s/fd", pid);
	fd = openat(proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return false;
	}
	while (!found && left-- && (entry = readdir(dir))) {
		len = readlinkat(fd, entry->d_name, target, sizeof(target) - 1);
		if (len < 0)
			continue;
		target[len] = '\0';
		found = !strcmp(target, path);
	}
	closedir(dir);
	return found;
}

static void name_process(int proc, const char *pid, char *text, size_t size)
{
	char path[300], name[64];
	ssize_t len = -1;
	int fd;

	snprintf(path, sizeof(path), "%s/comm", pid);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		len = read(fd, name, sizeof(name) - 1);
		close(fd);
	}
	if (len <= 0) {
		snprintf(text, size, "pid %s", pid);
		return;
	}
	name[len] = '\0';
	name[strcspn(name, "\n")] = '\0';
	snprintf(text, size, "%s (pid %s)", name, pid);
}

bool v4l_holder(const char *path, char *text, size_t size)
{
	char real[PATH_MAX];
	struct dirent *entry;
	unsigned int left = PROCESSES_MAX;
	bool found = false;
	DIR *proc;

	if (!realpath(path, real))
		return false;
	proc = opendir("/proc");
	if (!proc)
		return false;
	while (!found && left && (entry = readdir(proc))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		left--;
		if (atol(entry->d_name) == (long)getpid())
			continue;
		found = process_has(dirfd(proc), entry->d_name, real);
		if (found)
			name_process(dirfd(proc), entry->d_name, text, size);
	}
	closedir(proc);
	return found;
}

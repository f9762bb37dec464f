/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The video nodes of this machine.  libudev finds them and tells what sysfs
 * knows; a node that may be opened is asked itself.  No udev daemon is needed.
 */
#include <fcntl.h>
#include <grp.h>
#include <libudev.h>
#include <libv4l2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "v4l2.h"

void v4l_node_free(struct v4l_node *node)
{
	free(node->path);
	free(node->driver);
	free(node->name);
	free(node->bus);
	free(node->serial);
	free(node->unit);
	free(node->ways);
	free(node->hint);
}

void v4l_nodes_free(struct v4l_nodes *nodes)
{
	size_t i;

	for (i = 0; i < nodes->count; i++)
		v4l_node_free(&nodes->node[i]);
	free(nodes->node);
	nodes->node = NULL;
	nodes->count = 0;
}

static char *copy(const char *text)
{
	return text && *text ? strdup(text) : NULL;
}

/* Names in the driver's structs fill their arrays. */
static char *copy_array(const uint8_t *text, size_t size)
{
	return *text ? strndup((const char *)text, size) : NULL;
}

/* ---- what sysfs knows --------------------------------------------------- */

static void read_sysfs(struct udev_device *device, struct v4l_node *node)
{
	struct udev_device *usb, *unit;
	const char *index = udev_device_get_sysattr_value(device, "index");

	usb = udev_device_get_parent_with_subsystem_devtype(device, "usb", "usb_device");
	unit = usb ? usb : udev_device_get_parent(device);
	if (usb)
		node->serial = copy(udev_device_get_sysattr_value(usb, "serial"));
	node->unit = copy(udev_device_get_syspath(unit ? unit : device));
	node->name = copy(udev_device_get_sysattr_value(device, "name"));
	node->index = index ? (unsigned int)strtoul(index, NULL, 10) : 0;
}

void v4l_node_identify(int fd, struct v4l_node *node)
{
	struct udev_device *device;
	struct udev *udev;
	struct stat st;

	if (fstat(fd, &st) || !S_ISCHR(st.st_mode))
		return;
	udev = udev_new();
	if (!udev)
		return;
	device = udev_device_new_from_devnum(udev, 'c', st.st_rdev);
	if (device) {
		read_sysfs(device, node);
		udev_device_unref(device);
	}
	udev_unref(udev);
}

/* Call @each with every video node's device until it returns false. */
static int walk(bool (*each)(void *arg, struct udev_device *device), void *arg)
{
	struct udev_enumerate *list = NULL;
	struct udev_list_entry *entry;
	struct udev_device *device;
	struct udev *udev;
	bool more = true;
	int err = 0;

	udev = udev_new();
	if (udev)
		list = udev_enumerate_new(udev);
	if (!list || udev_enumerate_add_match_subsystem(list, "video4linux") ||
	    udev_enumerate_add_match_sysname(list, "video*") ||
	    udev_enumerate_scan_devices(list)) {
		err = fail(-EIO, "v4l2: cannot look for devices; is /sys mounted?");
		goto out;
	}
	udev_list_entry_foreach(entry, udev_enumerate_get_list_entry(list)) {
		device = udev_device_new_from_syspath(udev, udev_list_entry_get_name(entry));
		if (!device)
			continue;
		more = each(arg, device);
		udev_device_unref(device);
		if (!more)
			break;
	}
out:
	if (list)
		udev_enumerate_unref(list);
	if (udev)
		udev_unref(udev);
	return err;
}

struct sharing {
	const char *serial;
	char *unit;
	bool shared;
};

static bool compare_serial(void *arg, struct udev_device *device)
{
	struct sharing *sharing = arg;
	struct v4l_node node = { 0 };

	read_sysfs(device, &node);
	if (node.serial && node.unit && !strcmp(node.serial, sharing->serial)) {
		if (!sharing->unit)
			sharing->unit = strdup(node.unit);
		else
			sharing->shared = strcmp(sharing->unit, node.unit);
	}
	v4l_node_free(&node);
	return !sharing->shared;
}

bool v4l_serial_is_shared(const char *serial)
{
	struct sharing sharing = { .serial = serial };

	walk(compare_serial, &sharing);
	free(sharing.unit);
	return sharing.shared;
}

/* ---- what the node says itself ------------------------------------------ */

static void add_way(char *ways, size_t size, const char *way)
{
	size_t len = strlen(ways);

	snprintf(ways + len, size - len, "%s%s", len ? "," : "", way);
}

/* Asking for no buffer changes nothing, and tells the ways and whether somebody has buffers. */
static void ask_ways(int fd, uint32_t type, struct v4l_node *node)
{
	struct v4l2_requestbuffers r = { .type = type, .memory = V4L2_MEMORY_MMAP };
	char ways[40] = "";

	if (v4l2_ioctl(fd, VIDIOC_REQBUFS, &r)) {
		if (errno == EBUSY)
			node->flags |= CAPTURE_DEVICE_BUSY;
		return;
	}
	if (r.capabilities & V4L2_BUF_CAP_SUPPORTS_USERPTR)
		add_way(ways, sizeof(ways), v4l_userptr.name);
	if (r.capabilities & V4L2_BUF_CAP_SUPPORTS_DMABUF && !access("/dev/udmabuf", R_OK | W_OK))
		add_way(ways, sizeof(ways), v4l_dmabuf.name);
	if (r.capabilities & V4L2_BUF_CAP_SUPPORTS_MMAP)
		add_way(ways, sizeof(ways), v4l_mmap.name);
	node->ways = copy(ways);
}

/* False: it does not capture video. */
static bool ask_node(int fd, struct v4l_node *node)
{
	struct v4l2_capability cap;
	uint32_t caps;

	if (v4l2_ioctl(fd, VIDIOC_QUERYCAP, &cap))
		return false;
	caps = cap.capabilities & V4L2_CAP_DEVICE_CAPS ? cap.device_caps : cap.capabilities;
	if (!(caps & (V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_VIDEO_CAPTURE_MPLANE)))
		return false;
	free(node->name);
	node->name = copy_array(cap.card, sizeof(cap.card));
	node->driver = copy_array(cap.driver, sizeof(cap.driver));
	node->bus = copy_array(cap.bus_info, sizeof(cap.bus_info));
	node->flags |= CAPTURE_DEVICE_ACCESSIBLE;
	ask_ways(fd, caps & V4L2_CAP_VIDEO_CAPTURE ? V4L2_BUF_TYPE_VIDEO_CAPTURE :
						     V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE, node);
	return true;
}

static char *hint_for(const char *path, int err)
{
	char *hint = NULL, names[512];
	struct group group, *found = NULL;
	struct stat st;
	int len;

	if (err == EACCES && !stat(path, &st) && st.st_mode & S_IRGRP && st.st_mode & S_IWGRP &&
	    st.st_gid && !getgrgid_r(st.st_gid, &group, names, sizeof(names), &found) && found)
		len = asprintf(&hint, "join the group \"%s\" (sudo usermod -aG %s USER) and log in again",
			       found->gr_name, found->gr_name);
	else if (err == EACCES || err == EPERM)
		len = asprintf(&hint, "only another user may open it; ask for the rights on %s", path);
	else
		len = asprintf(&hint, "cannot be opened: %s", strerror(err));
	return len < 0 ? NULL : hint;
}

/* What udev's rules found out when the node appeared; without them it may be anything. */
static bool may_capture(struct udev_device *device)
{
	const char *caps = udev_device_get_property_value(device, "ID_V4L_CAPABILITIES");

	return !caps || strstr(caps, ":capture:");
}

/* False: not for us. */
static bool read_node(struct udev_device *device, struct v4l_node *node)
{
	const char *path = udev_device_get_devnode(device);
	bool ours;
	int fd;

	memset(node, 0, sizeof(*node));
	if (!path)
		return false;
	fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 && (errno == ENOENT || errno == ENXIO || errno == ENODEV))
		return false;
	if (fd < 0) {
		if (errno == EBUSY)
			node->flags |= CAPTURE_DEVICE_BUSY;
		node->hint = hint_for(path, errno);
	}
	read_sysfs(device, node);
	node->path = strdup(path);
	ours = fd >= 0 ? ask_node(fd, node) : may_capture(device);
	if (fd >= 0)
		close(fd);
	if (ours && node->path)
		return true;
	v4l_node_free(node);
	return false;
}

static bool add_node(void *arg, struct udev_device *device)
{
	struct v4l_nodes *nodes = arg;
	struct v4l_node node, *more;

	if (!read_node(device, &node))
		return true;
	more = realloc(nodes->node, (nodes->count + 1) * sizeof(*more));
	if (!more) {
		v4l_node_free(&node);
		return false;
	}
	nodes->node = more;
	nodes->node[nodes->count++] = node;
	return true;
}

/* video2 before video10 */
static int by_number(const void *left, const void *right)
{
	const struct v4l_node *a = left, *b = right;
	size_t x = strlen(a->path), y = strlen(b->path);

	return x != y ? (x < y ? -1 : 1) : strcmp(a->path, b->path);
}

int v4l_nodes_read(struct v4l_nodes *nodes)
{
	int err;

	nodes->node = NULL;
	nodes->count = 0;
	err = walk(add_node, nodes);
	if (!err && nodes->count)
		qsort(nodes->node, nodes->count, sizeof(nodes->node[0]), by_number);
	return err;
}

static bool shared_in(const struct v4l_nodes *nodes, const struct v4l_node *node)
{
	size_t i;

	for (i = 0; i < nodes->count; i++)
		if (node->serial && nodes->node[i].serial && node->unit && nodes->node[i].unit &&
		    !strcmp(nodes->node[i].serial, node->serial) &&
		    strcmp(nodes->node[i].unit, node->unit))
			return true;
	return false;
}

static int give(const struct v4l_nodes *nodes, const struct v4l_node *node,
		capture_device_fn *each, void *arg)
{
	char *stable = v4l_stable_uri(node, shared_in(nodes, node));
	char uri[PATH_MAX + 8];
	struct capture_device device = {
		.uri = uri,
		.stable = stable,
		.backend = "v4l2",
		.driver = node->driver,
		.name = node->name,
		.bus = node->bus,
		.serial = node->serial,
		.ways = node->ways,
		.hint = node->hint,
		.flags = node->flags,
	};
	int err;

	snprintf(uri, sizeof(uri), "v4l2:%s", node->path);
	err = each(arg, &device);
	free(stable);
	return err;
}

int v4l_list(capture_device_fn *each, void *arg)
{
	struct v4l_nodes nodes;
	size_t i;
	int err;

	err = v4l_nodes_read(&nodes);
	for (i = 0; !err && i < nodes.count; i++)
		err = give(&nodes, &nodes.node[i], each, arg);
	v4l_nodes_free(&nodes);
	return err;
}

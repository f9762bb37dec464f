/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which devices there are, and which one is meant. */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "udma_backend.h"

#define DEVICES_MAX 64

struct node {
	char path[32];
	struct udma_info info;
	int err;		/* of open: nothing is known */
};

static void read_node(unsigned int number, struct node *node)
{
	int fd;

	memset(node, 0, sizeof(*node));
	snprintf(node->path, sizeof(node->path), "/dev/udma%u", number);
	fd = open(node->path, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		node->err = -errno;
		return;
	}
	node->err = udma_ioctl(fd, UDMA_IOC_INFO, &node->info);
	close(fd);
}

static bool is_there(const struct node *node)
{
	return node->err != -ENOENT && node->err != -ENXIO && node->err != -ENODEV &&
	       node->err != -ENOTTY;
}

static int give(const struct node *node, capture_device_fn *each, void *arg)
{
	char uri[64], stable[64];
	struct capture_device device = {
		.uri = uri,
		.backend = "udma",
		.driver = node->info.driver,
		.name = node->info.name,
		.bus = node->info.bus,
		.ways = "dma",
	};

	snprintf(uri, sizeof(uri), "udma:%s", node->path + strlen("/dev/udma"));
	if (node->err) {
		device.driver = device.name = device.bus = NULL;
		device.hint = node->err == -EACCES || node->err == -EPERM ?
			      "join the group \"video\" (sudo usermod -aG video USER) and log in again" :
			      "cannot be opened";
	} else {
		device.flags |= CAPTURE_DEVICE_ACCESSIBLE;
	}
	if (node->info.serial[0]) {
		snprintf(stable, sizeof(stable), "udma:serial=%s", node->info.serial);
		device.stable = stable;
		device.serial = node->info.serial;
	}
	if (node->info.state == UDMA_STATE_RUNNING)
		device.flags |= CAPTURE_DEVICE_BUSY;
	if (node->info.features & UDMA_FEATURE_SIMULATED)
		device.flags |= CAPTURE_DEVICE_SIMULATED;
	return each(arg, &device);
}

int udma_list(capture_device_fn *each, void *arg)
{
	struct node node;
	unsigned int i;
	int err = 0;

	for (i = 0; i < DEVICES_MAX && !err; i++) {
		read_node(i, &node);
		if (is_there(&node))
			err = give(&node, each, arg);
	}
	return err;
}

/* ---- addresses ---- */

static bool fits(const struct node *node, const char *serial, const char *bus)
{
	return !node->err && (!serial || !strcmp(serial, node->info.serial)) &&
	       (!bus || !strcmp(bus, node->info.bus));
}

static int find(const char *serial, const char *bus, char path[PATH_MAX])
{
	struct node node;
	unsigned int i, count = 0;

	for (i = 0; i < DEVICES_MAX; i++) {
		read_node(i, &node);
		if (fits(&node, serial, bus) && !count++)
			snprintf(path, PATH_MAX, "%s", node.path);
	}
	if (!count)
		return fail(-ENODEV, "udma: no device that you may open has %s%s%s%s; list the devices",
			    serial ? "serial=" : "", serial ? serial : "", bus ? " bus=" : "",
			    bus ? bus : "");
	if (count > 1)
		return fail(-ENOTUNIQ, "udma: %u devices fit; name one by its number, like udma:0", count);
	return 0;
}

static bool is_number(const char *text)
{
	size_t i;

	for (i = 0; text[i]; i++)
		if (!isdigit((unsigned char)text[i]))
			return false;
	return i > 0 && i < 4;
}

int udma_address(const struct capture_uri *uri, char path[PATH_MAX])
{
	const char *serial = uri_get(uri, "serial"), *bus = uri_get(uri, "bus");

	if (serial || bus) {
		if (*uri->address)
			return fail(-EINVAL, "udma: \"%s\" and serial= or bus= name a device twice; leave one out",
				    uri->address);
		return find(serial, bus, path);
	}
	if (!*uri->address)
		return fail(-EINVAL, "udma: which device? udma:0, udma:/dev/udma0 or udma:serial=...; list the devices");
	if (is_number(uri->address))
		snprintf(path, PATH_MAX, "/dev/udma%s", uri->address);
	else if (uri->address[0] == '/')
		snprintf(path, PATH_MAX, "%s", uri->address);
	else
		return fail(-EINVAL, "udma: \"%s\" is neither a number nor a path; list the devices",
			    uri->address);
	return 0;
}

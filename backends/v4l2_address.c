/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which device a URI means.
 *
 *	v4l2:/dev/video2   v4l2:/dev/v4l/by-id/...	a device file or a link to one
 *	v4l2:2						/dev/video2
 *	v4l2:serial=762B1F5F				wherever it is plugged in
 *	v4l2:bus=usb-0000:00:14.0-1			whatever is plugged in there
 *	v4l2:						the only one there is
 *
 * A unit may have several nodes that capture; index= tells which, else the first.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "v4l2.h"

/* A comma in a value would end it. */
static char *escape(const char *text)
{
	char *out = malloc(2 * strlen(text) + 1), *to = out;

	if (!out)
		return NULL;
	for (; *text; text++) {
		if (*text == ',')
			*to++ = '\\';
		*to++ = *text;
	}
	*to = '\0';
	return out;
}

char *v4l_stable_uri(const struct v4l_node *node, bool serial_is_shared)
{
	bool by_serial = node->serial && !serial_is_shared;
	const char *value = by_serial ? node->serial : node->bus;
	char *escaped = value ? escape(value) : NULL, *uri = NULL;
	char index[24] = "";

	if (!escaped)
		return NULL;
	if (node->index)
		snprintf(index, sizeof(index), ",index=%u", node->index);
	if (asprintf(&uri, "v4l2:%s=%s%s", by_serial ? "serial" : "bus", escaped, index) < 0)
		uri = NULL;
	free(escaped);
	return uri;
}

struct wanted {
	const char *serial, *bus;	/* NULL: any */
	uint64_t index;			/* UINT64_MAX: the first that captures */
};

static bool matches(const struct v4l_node *node, const struct wanted *wanted)
{
	if (wanted->serial && (!node->serial || strcmp(node->serial, wanted->serial)))
		return false;
	if (wanted->bus && (!node->bus || strcmp(node->bus, wanted->bus)))
		return false;
	return wanted->index == UINT64_MAX || wanted->index == node->index;
}

/* One device in sysfs may drive several units; then their places differ. */
static bool same_unit(const struct v4l_node *a, const struct v4l_node *b)
{
	if (a->bus && b->bus && strcmp(a->bus, b->bus))
		return false;
	return a->unit && b->unit && !strcmp(a->unit, b->unit);
}

static void describe(const struct wanted *wanted, char *text, size_t size)
{
	size_t len;

	len = (size_t)snprintf(text, size, "v4l2:%s%s%s%s%s", wanted->serial ? "serial=" : "",
			       wanted->serial ? wanted->serial : "",
			       wanted->serial && wanted->bus ? "," : "",
			       wanted->bus ? "bus=" : "", wanted->bus ? wanted->bus : "");
	if (len < size && wanted->index != UINT64_MAX)
		snprintf(text + len, size - len, "%sindex=%llu",
			 wanted->serial || wanted->bus ? "," : "",
			 (unsigned long long)wanted->index);
}

static int fail_none(const struct v4l_nodes *nodes, const struct wanted *wanted)
{
	char what[256];
	size_t i;

	describe(wanted, what, sizeof(what));
	for (i = 0; nodes->node && i < nodes->count; i++) {
		const struct v4l_node *node = &nodes->node[i];

		if (!(node->flags & CAPTURE_DEVICE_ACCESSIBLE) && node->hint)
			return fail(-ENODEV, "%s: no such device among those that can be opened; %s: %s",
				    what, node->path, node->hint);
	}
	if (!nodes->count)
		return fail(-ENODEV, "%s: there is no V4L2 capture device; plug one in, or load its driver",
			    what);
	return fail(-ENODEV, "%s: no such device; list the devices", what);
}

/* The names that say which one: where they are plugged in, and their numbers where that is not known. */
static int fail_several(const struct v4l_nodes *nodes, const struct wanted *wanted)
{
	char what[256], list[700] = "";
	size_t i, len = 0;

	describe(wanted, what, sizeof(what));
	for (i = 0; i < nodes->count && len < sizeof(list); i++) {
		const struct v4l_node *node = &nodes->node[i];
		char *uri;

		if (!matches(node, wanted))
			continue;
		uri = v4l_stable_uri(node, true);
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s%s", len ? ", " : "",
					uri ? "" : "v4l2:", uri ? uri : node->path);
		free(uri);
	}
	return fail(-ENOTUNIQ, "%s: fits several devices; take one of %s", what, list);
}

int v4l_nodes_find(const struct v4l_nodes *nodes, const struct capture_uri *uri,
		   const struct v4l_node **found)
{
	struct wanted wanted = {
		.serial = uri_get(uri, "serial"),
		.bus = uri_get(uri, "bus"),
		.index = UINT64_MAX,
	};
	const struct v4l_node *best = NULL;
	size_t i;
	int err;

	err = uri_get_u64(uri, "index", 0, 1000, &wanted.index);
	if (err)
		return err;
	for (i = 0; i < nodes->count; i++) {
		const struct v4l_node *node = &nodes->node[i];

		if (!matches(node, &wanted))
			continue;
		if (best && !same_unit(best, node))
			return fail_several(nodes, &wanted);
		if (!best || node->index < best->index)
			best = node;
	}
	if (!best)
		return fail_none(nodes, &wanted);
	*found = best;
	return 0;
}

static int search(const struct capture_uri *uri, char path[PATH_MAX])
{
	const struct v4l_node *node = NULL;
	struct v4l_nodes nodes;
	int err;

	err = v4l_nodes_read(&nodes);
	if (!err)
		err = v4l_nodes_find(&nodes, uri, &node);
	if (node)
		snprintf(path, PATH_MAX, "%s", node->path);
	v4l_nodes_free(&nodes);
	return err;
}

int v4l_address(const struct capture_uri *uri, char path[PATH_MAX])
{
	const char *address = uri->address;

	if (!*address)
		return search(uri, path);
	if (uri_get(uri, "serial") || uri_get(uri, "bus") || uri_get(uri, "index"))
		return fail(-EINVAL, "v4l2: \"%s\" names the device already; leave serial=, bus= and index= out",
			    address);
	if (*address == '/') {
		snprintf(path, PATH_MAX, "%s", address);
		return 0;
	}
	if (strspn(address, "0123456789") == strlen(address) && strlen(address) <= 4) {
		snprintf(path, PATH_MAX, "/dev/video%s", address);
		return 0;
	}
	return fail(-EINVAL, "v4l2: \"%s\" is no device; write a path (/dev/video0), a number, serial= or bus=",
		    address);
}

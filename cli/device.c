/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "device.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "option.h"
#include "say.h"

#define CANDIDATES_MAX 16

/* what a walk over all devices finds */
struct candidates {
	bool simulated_too;
	unsigned int count;	/* may be more than there is room for */
	struct {
		char uri[DEVICE_URI_MAX];
		char name[96];
	} device[CANDIDATES_MAX];
};

/* Does the URI begin with the name of a backend? */
static bool has_backend(const char *uri)
{
	struct capture_backend_info info;

	for (unsigned int i = 0; capture_backend_at(i, &info); i++) {
		size_t length = strlen(info.name);

		if (!strncmp(uri, info.name, length) && (uri[length] == ':' || !uri[length]))
			return true;
	}
	return false;
}

static const char *who_named_it(const struct request *request)
{
	switch (option_level(request, "device")) {
	case LEVEL_ARGUMENT:
		return "named by --device";
	case LEVEL_ENVIRONMENT:
		return "named by GRAB_DEVICE";
	default:
		return "named by the configuration file";
	}
}

static int choose_named(const struct request *r, struct device_choice *choice)
{
	bool bare = !has_backend(r->device);
	size_t length = r->backend ? strlen(r->backend) : 0;
	int printed;

	if (r->backend && !bare &&
	    (strncmp(r->device, r->backend, length) || (r->device[length] && r->device[length] != ':')))
		return say_error(STATUS_USAGE, 0, "%s: not a device of the backend %s; leave --backend "
				 "out", r->device, r->backend);
	printed = snprintf(choice->uri, sizeof(choice->uri), "%s%s%s", bare && length ? r->backend : "",
			   bare && length ? ":" : "", r->device);
	if (printed >= (int)sizeof(choice->uri))
		return say_error(STATUS_USAGE, 0, "the device's URI is longer than %zu bytes; shorten it",
				 sizeof(choice->uri) - 1);
	choice->why = who_named_it(r);
	choice->named = true;
	return 0;
}

static int collect(void *arg, const struct capture_device *device)
{
	struct candidates *found = arg;

	if (device->flags & CAPTURE_DEVICE_SIMULATED && !found->simulated_too)
		return 0;
	if (found->count < CANDIDATES_MAX) {
		snprintf(found->device[found->count].uri, DEVICE_URI_MAX, "%s", device->uri);
		snprintf(found->device[found->count].name, sizeof(found->device[0].name), "%s",
			 device->name ? device->name : "");
	}
	found->count++;
	return 0;
}

static int complain_of_none(const struct request *r)
{
	if (r->backend)
		return say_error(STATUS_NO_DEVICE, -ENODEV, "no device of the backend %s was found; "
				 "plug one in, or name it with -d", r->backend);
	return say_error(STATUS_NO_DEVICE, -ENODEV, "no capture device was found; plug one in and load "
			 "its driver, name one with -d, or try the simulated one: -d sim:");
}

static int complain_of_many(const struct candidates *found)
{
	char list[2048] = "";
	size_t used = 0;

	for (unsigned int i = 0; i < found->count && i < CANDIDATES_MAX && used < sizeof(list); i++)
		used += (size_t)snprintf(list + used, sizeof(list) - used, "%s-d %s (%s)",
					 i ? ", " : "", found->device[i].uri, found->device[i].name);
	return say_error(STATUS_NO_DEVICE, -ENOTUNIQ, "there are %u capture devices; choose one: %s",
			 found->count, list);
}

int device_choose(const struct request *r, struct device_choice *choice)
{
	struct candidates found = { .simulated_too = r->backend };
	int err;

	*choice = (struct device_choice){ .why = "the only device there is" };
	if (r->device)
		return choose_named(r, choice);
	err = capture_list(r->backend, collect, &found);
	if (err)
		return say_library_error(PHASE_OPEN, err);
	if (!found.count)
		return complain_of_none(r);
	if (found.count > 1)
		return complain_of_many(&found);
	snprintf(choice->uri, sizeof(choice->uri), "%s", found.device[0].uri);
	if (r->backend)
		choice->why = "the only device of the backend that was named";
	return 0;
}

static int note_other(void *arg, const struct capture_device *device)
{
	struct device_choice *choice = arg;
	const char *other = NULL;

	if (!strcmp(device->uri, choice->uri))
		other = device->stable;
	else if (device->stable && !strcmp(device->stable, choice->uri))
		other = device->uri;
	snprintf(choice->other, sizeof(choice->other), "%s", other ? other : "");
	return other ? 1 : 0;
}

const char *device_other_name(struct device_choice *choice)
{
	return capture_list(NULL, note_other, choice) > 0 ? choice->other : NULL;
}

/* what a backend has on offer */
struct offer {
	unsigned int real, simulated;
};

static int count_offer(void *arg, const struct capture_device *device)
{
	struct offer *offer = arg;

	if (device->flags & CAPTURE_DEVICE_SIMULATED)
		offer->simulated++;
	else
		offer->real++;
	return 0;
}

void device_rejections(const struct device_choice *choice, const char *chosen,
		       void (*each)(void *arg, const char *backend, const char *reason), void *arg)
{
	struct capture_backend_info info;

	for (unsigned int i = 0; capture_backend_at(i, &info); i++) {
		struct offer offer = { 0 };

		if (!strcmp(info.name, chosen))
			continue;
		if (choice->named)
			each(arg, info.name, "another device was named");
		else if (capture_list(info.name, count_offer, &offer))
			each(arg, info.name, capture_error());
		else if (offer.simulated && !offer.real)
			each(arg, info.name, "simulated: used only where it is named");
		else if (!offer.real)
			each(arg, info.name, "it has no device");
		else
			each(arg, info.name, "another backend was named");
	}
}

/* What goes wrong with single frames is counted; who wants to see it asks for it. */
static void log_line(void *arg, int level, const char *text)
{
	say(level == CAPTURE_LOG_ERROR ? SAY_NOTES : level <= CAPTURE_LOG_INFO ? SAY_DETAILS : SAY_DEBUG,
	    "%s", text);
}

int device_open(const struct request *request, const char *uri, uint64_t budget,
		struct capture_session **out)
{
	struct capture_config config = CAPTURE_CONFIG_INIT;
	int err;

	config.chunk = request->chunk;
	config.window = (uint32_t)request->window;
	config.budget = budget;
	config.log = log_line;
	err = capture_open(uri, &config, out);
	return err ? say_library_error(PHASE_OPEN, err) : 0;
}

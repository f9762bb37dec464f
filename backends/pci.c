/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <limits.h>
#include <pci/pci.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "pci.h"

#define SYSFS "/sys/bus/pci/devices"

/* where libpci's failures of this thread end */
static _Thread_local jmp_buf escape;
static _Thread_local char reason[256];

__attribute__((noreturn, format(printf, 1, 2)))
static void on_error(char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	longjmp(escape, 1);
}

__attribute__((format(printf, 1, 2)))
static void be_silent(char *format, ...)
{
	(void)format;
}

int pci_address(const char *text, char address[24])
{
	unsigned int domain = 0, bus, slot, function;
	int end = 0;

	if (sscanf(text, "%4x:%2x:%2x.%1x%n", &domain, &bus, &slot, &function, &end) != 4 || text[end]) {
		domain = 0;
		end = 0;
		if (sscanf(text, "%2x:%2x.%1x%n", &bus, &slot, &function, &end) != 3 || text[end])
			return -EINVAL;
	}
	if (slot > 31 || function > 7)
		return -EINVAL;
	snprintf(address, 24, "%04x:%02x:%02x.%u", domain, bus, slot, function);
	return 0;
}

/* The last part of where a link in the device's folder leads; "": there is none. */
static void link_name(const char *address, const char *link, char *name, size_t size)
{
	char path[PATH_MAX], target[PATH_MAX], *last;
	ssize_t len;

	*name = '\0';
	snprintf(path, sizeof(path), SYSFS "/%s/%s", address, link);
	len = readlink(path, target, sizeof(target) - 1);
	if (len < 0)
		return;
	target[len] = '\0';
	last = strrchr(target, '/');
	snprintf(name, size, "%.*s", (int)size - 1, last ? last + 1 : target);
}

static void describe(struct pci_access *access, struct pci_dev *dev, struct pci_place *place)
{
	char group[16];

	memset(place, 0, sizeof(*place));
	pci_fill_info(dev, PCI_FILL_IDENT);
	snprintf(place->address, sizeof(place->address), "%04x:%02x:%02x.%u",
		 (unsigned int)dev->domain & 0xffff, dev->bus, dev->dev, dev->func);
	place->vendor = dev->vendor_id;
	place->device = dev->device_id;
	pci_lookup_name(access, place->name, sizeof(place->name),
			PCI_LOOKUP_VENDOR | PCI_LOOKUP_DEVICE, dev->vendor_id, dev->device_id);
	link_name(place->address, "driver", place->driver, sizeof(place->driver));
	link_name(place->address, "iommu_group", group, sizeof(group));
	place->group = *group ? atoi(group) : -1;
}

struct walk {
	struct pci_place *place;
	unsigned int count;
};

/* Everything is copied first: what the caller does must not be left by a longjmp. */
static int add_place(struct pci_access *access, struct pci_dev *dev, struct walk *walk)
{
	struct pci_place *more = realloc(walk->place, (walk->count + 1) * sizeof(*more));

	if (!more)
		return fail(-ENOMEM, "pci: no memory for a list of devices");
	walk->place = more;
	describe(access, dev, &walk->place[walk->count++]);
	return 0;
}

static int scan(struct walk *walk)
{
	struct pci_access *volatile access = pci_alloc();
	struct pci_dev *dev;
	int err = 0;

	access->error = on_error;
	access->warning = be_silent;
	access->debug = be_silent;
	if (setjmp(escape)) {
		/* its own clean-up may fail in the same way: leave it */
		return fail(-EIO, "pci: cannot read the bus: %s; is /sys mounted?", reason);
	}
	pci_init(access);
	pci_scan_bus(access);
	for (dev = access->devices; dev && !err; dev = dev->next)
		err = add_place(access, dev, walk);
	pci_cleanup(access);
	return err;
}

static int by_address(const void *left, const void *right)
{
	const struct pci_place *a = left, *b = right;

	return strcmp(a->address, b->address);
}

int pci_devices(pci_fn *each, void *arg)
{
	struct walk walk = { NULL, 0 };
	unsigned int i;
	int err = 0;

	/* without the bus there is no device, which is no failure */
	if (!access(SYSFS, X_OK))
		err = scan(&walk);
	if (!err && walk.count)
		qsort(walk.place, walk.count, sizeof(*walk.place), by_address);
	for (i = 0; i < walk.count && !err; i++)
		err = each(arg, &walk.place[i]);
	free(walk.place);
	return err;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which grabbers there are, and which one a URI means.
 *
 *	vfio:0000:03:00.0	the device at that place; the domain 0000: may be left out
 *	pci:109e:036e		the device with these ids, wherever it is
 *	vfio:   pci:		the only one there is
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vfio.h"

#define DRIVER "vfio-pci"

/* Is it a driver that gives a device to user space?  Variants of vfio-pci have other names. */
static bool is_vfio(const struct pci_place *place)
{
	return strstr(place->driver, "vfio") != NULL;
}

/* What is between the user and the device; NULL: nothing. */
static const char *hint(const struct pci_place *place, char *text, size_t size, int *err)
{
	char group[32], file[64];

	*err = -ENODEV;
	if (place->group < 0 && access("/sys/kernel/iommu_groups/0", F_OK)) {
		snprintf(text, size, "no IOMMU is on; boot with intel_iommu=on or amd_iommu=on, and turn it on in the firmware (VT-d, AMD-Vi)");
		return text;
	}
	if (place->group < 0) {
		snprintf(text, size, "the IOMMU does not guard this device");
		return text;
	}
	if (!is_vfio(place)) {
		*err = *place->driver ? -EBUSY : -ENODEV;
		snprintf(text, size, "%s%s%s; give it to user space: grab-vfio bind %s",
			 *place->driver ? "it belongs to the driver \"" : "it has no driver",
			 place->driver, *place->driver ? "\"" : "", place->address);
		return text;
	}
	snprintf(group, sizeof(group), "/dev/vfio/%d", place->group);
	if (!access(group, R_OK | W_OK) || vfio_cdev_usable(place->address, file))
		return NULL;
	*err = -EACCES;
	snprintf(text, size, "no right to open %s; ask for it: sudo chown $USER %s, or see capture-vfio(7) for a udev rule",
		 group, group);
	return text;
}

/* ---- the list ---- */

struct listing {
	capture_device_fn *each;
	void *arg;
};

static int list_one(void *arg, const struct pci_place *place)
{
	const struct grabber_device *kind = grabber_find(place->vendor, place->device, NULL);
	const struct listing *listing = arg;
	char uri[40], bus[64], words[256];
	int err;
	struct capture_device device = {
		.uri = uri,
		.stable = uri,
		.backend = "vfio",
		.driver = *place->driver ? place->driver : NULL,
		.name = place->name,
		.bus = bus,
		.ways = "vfio",
	};

	if (!kind)
		return 0;
	snprintf(uri, sizeof(uri), "vfio:%s", place->address);
	if (place->group < 0)
		snprintf(bus, sizeof(bus), "pci %s", place->address);
	else
		snprintf(bus, sizeof(bus), "pci %s, IOMMU group %d", place->address, place->group);
	device.hint = hint(place, words, sizeof(words), &err);
	device.flags = device.hint ? 0 : CAPTURE_DEVICE_ACCESSIBLE;
	return listing->each(listing->arg, &device);
}

int vfio_list(capture_device_fn *each, void *arg)
{
	struct listing listing = { each, arg };

	return pci_devices(list_one, &listing);
}

/* ---- the one that is meant ---- */

struct search {
	const char *address;		/* NULL: any */
	unsigned int vendor, device;	/* 0, 0: any that is a grabber */
	struct pci_place found;
	unsigned int count;
	char list[512];
};

static int look_at(void *arg, const struct pci_place *place)
{
	struct search *search = arg;
	size_t len = strlen(search->list);

	if (search->address ? strcmp(search->address, place->address) :
	    search->vendor  ? search->vendor != place->vendor || search->device != place->device :
			      !grabber_find(place->vendor, place->device, NULL))
		return 0;
	if (!search->count++)
		search->found = *place;
	snprintf(search->list + len, sizeof(search->list) - len, "%svfio:%s", len ? ", " : "",
		 place->address);
	return 0;
}

static int parse_address(const struct capture_uri *uri, struct search *search, char address[24])
{
	int end = 0;

	if (!*uri->address)
		return 0;
	if (!strcmp(uri->backend, "pci")) {
		if (sscanf(uri->address, "%4x:%4x%n", &search->vendor, &search->device, &end) == 2 &&
		    !uri->address[end] && search->vendor)
			return 0;
		return fail(-EINVAL, "pci: \"%s\" is no pair of ids; write VENDOR:DEVICE in hexadecimal, as lspci -n shows it (pci:109e:036e)",
			    uri->address);
	}
	if (pci_address(uri->address, address))
		return fail(-EINVAL, "vfio: \"%s\" is no address; write BUS:SLOT.FUNCTION as lspci shows it (vfio:0000:03:00.0)",
			    uri->address);
	search->address = address;
	return 0;
}

int vfio_find(const struct capture_uri *uri, struct pci_place *place)
{
	struct search search = { 0 };
	char address[24], words[256];
	int err, why;

	err = parse_address(uri, &search, address);
	if (!err)
		err = pci_devices(look_at, &search);
	if (err)
		return err;
	if (!search.count)
		return fail(-ENODEV, "%s:%s: no such device; list the devices, or look with lspci -nn",
			    uri->backend, uri->address);
	if (search.count > 1)
		return fail(-ENOTUNIQ, "%s:%s: fits several devices; take one of %s", uri->backend,
			    uri->address, search.list);
	*place = search.found;
	if (!grabber_find(place->vendor, place->device, NULL))
		return fail(-ENODEV, "vfio:%s: %s [%04x:%04x] is no grabber that is known here; see capture-grabbers(7)",
			    place->address, place->name, place->vendor, place->device);
	if (hint(place, words, sizeof(words), &why))
		return fail(why, "vfio:%s: %s", place->address, words);
	return 0;
}

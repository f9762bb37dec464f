/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Every grabber there is. */
#include "../grabber.h"

const struct grabber_device *const grabber_devices[] = {
	&bt8x8_grabber,
	&edu_grabber,
	NULL,
};

const struct grabber_device *grabber_find(__u16 vendor, __u16 device, const struct grabber_id **found)
{
	const struct grabber_device *const *d;
	const struct grabber_id *id;

	for (d = grabber_devices; *d; d++)
		for (id = (*d)->ids; id->vendor; id++)
			if (id->vendor == vendor && id->device == device) {
				if (found)
					*found = id;
				return *d;
			}
	return NULL;
}

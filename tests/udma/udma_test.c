/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * udma_test NODE [TEXT...]: does the udma module keep what udma.h and udma(4)
 * say?  Cases with one of the texts in their name, or all.  TAP on standard
 * output.  The node must be udma_sim's; as root, because limits are changed.
 */
#include <stdio.h>

#include "device.h"

const char *device_path;

int main(int argc, char **argv)
{
	int i;

	if (argc < 2) {
		fprintf(stderr, "usage: udma_test NODE [TEXT...]\n");
		return 64;
	}
	device_path = argv[1];
	for (i = 2; i < argc; i++)
		tap_only(argv[i]);
	tap_timeout(240);
	abi_cases();
	frame_cases();
	mapping_cases();
	process_cases();
	limit_cases();
	read_cases();
	return tap_finish();
}

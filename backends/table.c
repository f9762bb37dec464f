/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every backend there is, in the order in which they are tried and listed. */
#include "backend.h"
#include "file.h"
#include "sim.h"
#include "udma_backend.h"
#include "v4l2.h"
#include "vfio.h"

const struct capture_backend *const capture_backends[] = {
	&v4l2_backend,
	&udma_backend,
	&vfio_backend,
	&pci_backend,
	&file_backend,
	&sim_backend,
	NULL,
};

const char *const capture_path_backend = "v4l2";

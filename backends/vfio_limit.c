/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Locked memory.  What the IOMMU maps is pinned, and counted against
 * RLIMIT_MEMLOCK of the process; CAP_IPC_LOCK is exempt.  The kernel says only
 * ENOMEM, so it is looked at before.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "vfio.h"

#define CAP_IPC_LOCK_BIT 14

/* What /proc says of the process: kB locked, and its capabilities. */
static bool read_status(uint64_t *locked_kb, uint64_t *capabilities)
{
	FILE *file = fopen("/proc/self/status", "re");
	char line[128];
	int found = 0;

	if (!file)
		return false;
	while (fgets(line, sizeof(line), file)) {
		found += sscanf(line, "VmLck: %" SCNu64, locked_kb) == 1;
		found += sscanf(line, "CapEff: %" SCNx64, capabilities) == 1;
	}
	fclose(file);
	return found == 2;
}

static uint64_t mib_up(uint64_t bytes)
{
	return (bytes + (1 << 20) - 1) >> 20;
}

int vfio_limit_check(const char *address, uint64_t bytes)
{
	uint64_t locked_kb, capabilities, wanted;
	struct rlimit limit;

	if (getrlimit(RLIMIT_MEMLOCK, &limit) || limit.rlim_cur == RLIM_INFINITY ||
	    !read_status(&locked_kb, &capabilities) || capabilities >> CAP_IPC_LOCK_BIT & 1)
		return 0;
	wanted = locked_kb * 1024 + bytes;
	if (wanted <= limit.rlim_cur)
		return 0;
	return fail(-EDQUOT, "vfio:%s: %" PRIu64 " KiB more would make %" PRIu64 " KiB locked, but RLIMIT_MEMLOCK is %" PRIu64 " KiB (%" PRIu64 " in use); raise it with \"ulimit -l %" PRIu64 "\" or in /etc/security/limits.conf, attach fewer buffers, or use a window",
		    address, bytes / 1024, wanted / 1024, (uint64_t)limit.rlim_cur / 1024, locked_kb,
		    mib_up(wanted) * 1024);
}

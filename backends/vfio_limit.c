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

/* @max UINT64_MAX: none for this process. False: not known. */
static bool read_limit(uint64_t *max, uint64_t *used)
{
	uint64_t locked_kb, capabilities;
	struct rlimit limit;

	if (getrlimit(RLIMIT_MEMLOCK, &limit) || !read_status(&locked_kb, &capabilities))
		return false;
	*used = locked_kb * 1024;
	*max = limit.rlim_cur;
	if (limit.rlim_cur == RLIM_INFINITY || capabilities >> CAP_IPC_LOCK_BIT & 1)
		*max = UINT64_MAX;
	return true;
}

int vfio_limits(struct capture_session *s, capture_limit_fn *each, void *arg)
{
	struct capture_limit limit = { .name = "RLIMIT_MEMLOCK", .help = "of this process: ulimit -l" };

	return read_limit(&limit.max, &limit.used) ? each(arg, &limit) : 0;
}

static uint64_t mib_up(uint64_t bytes)
{
	return (bytes + (1 << 20) - 1) >> 20;
}

int vfio_limit_check(const char *address, uint64_t bytes)
{
	uint64_t max, used, wanted;

	if (!read_limit(&max, &used))
		return 0;
	wanted = used + bytes;
	if (wanted <= max)
		return 0;
	return fail(-EDQUOT, "vfio:%s: %" PRIu64 " KiB more would make %" PRIu64 " KiB locked, but RLIMIT_MEMLOCK is %" PRIu64 " KiB (%" PRIu64 " in use); raise it with \"ulimit -l %" PRIu64 "\" or in /etc/security/limits.conf, attach fewer buffers, or use a window",
		    address, bytes / 1024, wanted / 1024, max / 1024, used / 1024,
		    mib_up(wanted) * 1024);
}

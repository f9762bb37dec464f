/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How much memory the module lets anybody pin, and who has how much. */
#include "udma_backend.h"

int udma_limits(struct capture_session *s, capture_limit_fn *each, void *arg)
{
	struct udma_limits l = { 0 };
	int err = udma_ioctl(s->fd, UDMA_IOC_LIMITS, &l);

	if (err)
		return udma_fail(s, "LIMITS", err);
	const struct capture_limit limits[] = {
		{ .name = "max_pinned", .help = "the system's: /sys/module/udma/parameters/max_pinned",
		  .max = l.global_max, .used = l.global_used },
		{ .name = "max_pinned_user",
		  .help = "a user's: /sys/module/udma/parameters/max_pinned_user",
		  .max = l.user_max, .used = l.user_used },
		{ .name = "RLIMIT_MEMLOCK", .help = "a user's, as this process has it: ulimit -l",
		  .max = l.memlock_max, .used = l.memlock_used },
	};

	for (unsigned int i = 0; !err && i < sizeof(limits) / sizeof(limits[0]); i++)
		err = each(arg, &limits[i]);
	return err;
}

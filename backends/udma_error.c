/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What failed in the kernel, in words that say what to do. */
#include <inttypes.h>
#include <string.h>

#include "udma_backend.h"

#define MIB(bytes) ((double)(bytes) / (1 << 20))

int udma_fail(const struct capture_session *s, const char *what, int err)
{
	const char *path = udma_of(s)->path;

	switch (err) {
	case 0:
		return 0;
	case -ENODEV:
		return fail(err, "%s: the device is gone; plug it in or bind its driver, and open it again",
			    path);
	case -EIO:
		return fail(err, "%s: the device does not work any more, and did not fall silent; memory that it may still write is held back; restart the machine",
			    path);
	case -EBUSY:
		return fail(err, "%s: another program uses the device; end it", path);
	case -ESTALE:
		return fail(err, "%s: a part of the buffer was unmapped after it was attached; detach and attach it again",
			    path);
	case -EFAULT:
		return fail(err, "%s: a part of the buffer is not mapped or not writable any more", path);
	case -EPERM:
		return fail(err, "%s: buffers belong to the process that attached them; open the device in this one",
			    path);
	case -ENOLINK:
		return fail(err, "%s: no signal at the input; check the cable", path);
	case -ETIMEDOUT:
		return fail(-EIO, "%s: the device does not get ready (its clock does not lock); is there a signal?",
			    path);
	case -EOPNOTSUPP:
		return fail(err, "%s: pictures of this format need all their chunks at once; choose a packed format, or a larger window or chunk",
			    path);
	case -EINVAL:
		return fail(err, "%s: the driver refuses these values (%s)", path, what);
	default:
		return fail(err, "%s: UDMA_IOC_%s: %m", path, what);
	}
}

const char *udma_fault_words(uint64_t fault)
{
	static const char *const words[] = {
		[UDMA_FAULT_ADDRESS] = "the device addressed memory that is not mapped for it (PCI abort)",
		[UDMA_FAULT_PROGRAM] = "the device met an instruction that it does not know",
		[UDMA_FAULT_SYNC] = "the device and its program are out of step",
		[UDMA_FAULT_PARITY] = "a parity error on the bus in the device's program",
		[UDMA_FAULT_SILENT] = "the device stood still and did not say why",
		[UDMA_FAULT_TIMEOUT] = "a transfer did not end in time",
	};
	const size_t count = sizeof(words) / sizeof(words[0]);

	return fault < count && words[fault] ? words[fault] : "the device had to be stopped; dmesg tells why";
}

int udma_fail_open(const char *path, int err)
{
	switch (err) {
	case -ENOENT:
	case -ENXIO:
	case -ENODEV:
		return fail(-ENODEV, "%s: no such device; load the module of your grabber (modprobe udma_sim for the simulated one)",
			    path);
	case -EACCES:
	case -EPERM:
		return fail(err, "%s: %m; join the group \"video\" (sudo usermod -aG video USER) and log in again",
			    path);
	default:
		return fail(err, "%s: open: %m", path);
	}
}

static int fail_limit(const struct capture_session *s, const struct udma_limits *l)
{
	const char *path = udma_of(s)->path;

	switch (l->refused) {
	case UDMA_LIMIT_GLOBAL:
		return fail(-EDQUOT, "%s: %.1f MiB more to pin, but the system's limit is %.1f MiB and %.1f MiB are in use; use a smaller window, or raise /sys/module/udma/parameters/max_pinned",
			    path, MIB(l->refused_bytes), MIB(l->global_max), MIB(l->global_used));
	case UDMA_LIMIT_USER:
		return fail(-EDQUOT, "%s: %.1f MiB more to pin, but a user's limit is %.1f MiB and %.1f MiB are in use; use a smaller window, or raise /sys/module/udma/parameters/max_pinned_user",
			    path, MIB(l->refused_bytes), MIB(l->user_max), MIB(l->user_used));
	default:
		return fail(-EDQUOT, "%s: %.1f MiB more to pin, but ulimit -l allows %.1f MiB and %.1f MiB are in use; use a smaller window, or raise RLIMIT_MEMLOCK (ulimit -l %" PRIu64 ")",
			    path, MIB(l->refused_bytes), MIB(l->memlock_max), MIB(l->memlock_used),
			    (uint64_t)((l->memlock_used + l->refused_bytes) >> 10));
	}
}

int udma_fail_attach(const struct capture_session *s, const struct capture_buffer *b, int err)
{
	struct udma_limits limits = { 0 };

	if (err == -ENOSPC || err == -EDQUOT || err == -ENOMEM) {
		if (!udma_ioctl(s->fd, UDMA_IOC_LIMITS, &limits) && limits.refused)
			return fail_limit(s, &limits);
		return fail(-ENOMEM, "%s: no memory to attach %zu bytes", udma_of(s)->path, b->len);
	}
	if (err == -EOPNOTSUPP)
		return fail(err, "%s: %zu bytes at %p would have to be copied (their alignment, or memory that cannot be pinned) and bounce=0 forbids it; leave bounce out or use other memory",
			    udma_of(s)->path, b->len, b->addr);
	return udma_fail(s, "ATTACH", err);
}

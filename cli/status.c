/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "status.h"

#include <errno.h>
#include <stddef.h>

const struct status_info status_table[] = {
	{ STATUS_OK, "ok", "every frame asked for was written and none was lost" },
	{ STATUS_LOSS, "loss", "the run is complete, but frames were lost or damaged on the way" },
	{ STATUS_EARLY, "early", "fewer frames than asked for: a limit was reached first" },
	{ STATUS_USAGE, "usage", "the command line is wrong" },
	{ STATUS_MISMATCH, "mismatch", "a frame differs from what the source must have sent, or a "
				      "recording is damaged" },
	{ STATUS_NO_DEVICE, "no-device", "no such device, or not clear which one" },
	{ STATUS_NO_BACKEND, "no-backend", "no such backend, or its driver is not there" },
	{ STATUS_INTERNAL, "internal", "an error in grab itself" },
	{ STATUS_MEMORY, "memory", "memory could not be had, attached or pinned" },
	{ STATUS_CREATE, "create", "an output file exists already or cannot be created" },
	{ STATUS_WRITE, "write", "an output file could not be written: no space, I/O error" },
	{ STATUS_RETRY, "timeout", "try again: no frame in time, device busy, no signal" },
	{ STATUS_GONE, "gone", "the device was lost or failed during the capture" },
	{ STATUS_PERMISSION, "permission", "no permission to use the device" },
	{ STATUS_CONFIG, "config", "the device does not offer what was asked for, or the "
				   "configuration file is wrong" },
	{ STATUS_SIGNAL, "signal", "ended by signal N before all frames were there: 128 + N" },
	{ 0, NULL, NULL }
};

/* In each phase the first row that fits; errno 0 fits all. */
static const struct {
	enum phase phase;
	int error;
	int status;
} errno_table[] = {
	{ PHASE_OPEN, EINVAL, STATUS_USAGE },
	{ PHASE_OPEN, ENOENT, STATUS_NO_BACKEND },
	{ PHASE_OPEN, ENODEV, STATUS_NO_DEVICE },
	{ PHASE_OPEN, ENXIO, STATUS_NO_DEVICE },
	{ PHASE_OPEN, ENOTUNIQ, STATUS_NO_DEVICE },
	{ PHASE_OPEN, EACCES, STATUS_PERMISSION },
	{ PHASE_OPEN, EPERM, STATUS_PERMISSION },
	{ PHASE_OPEN, EBUSY, STATUS_RETRY },
	{ PHASE_OPEN, EOPNOTSUPP, STATUS_CONFIG },
	{ PHASE_OPEN, ENOMEM, STATUS_MEMORY },
	{ PHASE_OPEN, EIO, STATUS_GONE },
	{ PHASE_OPEN, EBADMSG, STATUS_MISMATCH },	/* a damaged recording */
	{ PHASE_OPEN, 0, STATUS_NO_BACKEND },

	{ PHASE_AGREE, EBUSY, STATUS_RETRY },
	{ PHASE_AGREE, ENODEV, STATUS_GONE },
	{ PHASE_AGREE, EIO, STATUS_GONE },
	{ PHASE_AGREE, ENOMEM, STATUS_MEMORY },
	{ PHASE_AGREE, ENOLINK, STATUS_RETRY },
	{ PHASE_AGREE, 0, STATUS_CONFIG },

	{ PHASE_MEMORY, ENODEV, STATUS_GONE },
	{ PHASE_MEMORY, EOPNOTSUPP, STATUS_CONFIG },
	{ PHASE_MEMORY, 0, STATUS_MEMORY },

	{ PHASE_STREAM, EBUSY, STATUS_RETRY },
	{ PHASE_STREAM, ENOLINK, STATUS_RETRY },
	{ PHASE_STREAM, ENOSPC, STATUS_RETRY },		/* the bus has no bandwidth left */
	{ PHASE_STREAM, ETIMEDOUT, STATUS_RETRY },
	{ PHASE_STREAM, ENOMEM, STATUS_MEMORY },
	{ PHASE_STREAM, EDQUOT, STATUS_MEMORY },
	{ PHASE_STREAM, EFAULT, STATUS_MEMORY },
	{ PHASE_STREAM, ESTALE, STATUS_MEMORY },
	{ PHASE_STREAM, EACCES, STATUS_PERMISSION },
	{ PHASE_STREAM, EPERM, STATUS_PERMISSION },
	{ PHASE_STREAM, EOPNOTSUPP, STATUS_CONFIG },
	{ PHASE_STREAM, 0, STATUS_GONE },

	{ PHASE_CREATE, ENOSPC, STATUS_WRITE },
	{ PHASE_CREATE, EDQUOT, STATUS_WRITE },
	{ PHASE_CREATE, EIO, STATUS_WRITE },
	{ PHASE_CREATE, ENOMEM, STATUS_MEMORY },
	{ PHASE_CREATE, EAGAIN, STATUS_RETRY },		/* no more threads for this user */
	{ PHASE_CREATE, 0, STATUS_CREATE },

	{ PHASE_WRITE, EEXIST, STATUS_CREATE },
	{ PHASE_WRITE, ENOMEM, STATUS_MEMORY },
	{ PHASE_WRITE, EOPNOTSUPP, STATUS_CONFIG },
	{ PHASE_WRITE, 0, STATUS_WRITE },
};

const struct status_info *status_find(int status)
{
	const struct status_info *s = status_table;

	if (status > STATUS_SIGNAL)
		status = STATUS_SIGNAL;
	while (s->id && s->status != status)
		s++;
	return s->id ? s : status_find(STATUS_INTERNAL);
}

int status_of(enum phase phase, int error)
{
	for (size_t i = 0; i < sizeof(errno_table) / sizeof(errno_table[0]); i++)
		if (errno_table[i].phase == phase &&
		    (!errno_table[i].error || errno_table[i].error == -error))
			return errno_table[i].status;
	return STATUS_INTERNAL;
}

int status_worse(int first, int second)
{
	return second > first && !(first >= STATUS_USAGE) ? second : first;
}

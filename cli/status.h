/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How grab ends.  The numbers are a promise to scripts: grab(1), section EXIT
 * STATUS.  From 64 on they are those of <sysexits.h>.
 */
#ifndef GRAB_STATUS_H
#define GRAB_STATUS_H

enum status {
	STATUS_OK = 0,
	STATUS_LOSS = 1,
	STATUS_EARLY = 2,
	STATUS_USAGE = 64,
	STATUS_MISMATCH = 65,
	STATUS_NO_DEVICE = 66,
	STATUS_NO_BACKEND = 69,
	STATUS_INTERNAL = 70,
	STATUS_MEMORY = 71,
	STATUS_CREATE = 73,
	STATUS_WRITE = 74,
	STATUS_RETRY = 75,
	STATUS_GONE = 76,
	STATUS_PERMISSION = 77,
	STATUS_CONFIG = 78,
	STATUS_SIGNAL = 128,	/* plus the signal's number */
};

/* what grab was doing when an errno came: the same one means different things */
enum phase {
	PHASE_OPEN,	/* finding and opening the device */
	PHASE_AGREE,	/* format, input, controls */
	PHASE_MEMORY,	/* allocating and attaching */
	PHASE_STREAM,	/* start, queue, wait, stop */
	PHASE_CREATE,	/* before an output file has its first byte */
	PHASE_WRITE,	/* after */
};

struct status_info {
	int status;
	const char *id;		/* "timeout": stable, for machines */
	const char *meaning;	/* one line, for people */
};

/* All of them, ended by a NULL id; a signal's is the last. */
extern const struct status_info status_table[];

/* The row of an exit status; 129 and up give the row of STATUS_SIGNAL. Never NULL. */
const struct status_info *status_find(int status);

/* The exit status for a negative errno in a phase. */
int status_of(enum phase phase, int error);

/* Which of two says more: 64 and up before 2 before 1 before 0; @first of two equals. */
int status_worse(int first, int second);

#endif /* GRAB_STATUS_H */

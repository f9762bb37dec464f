/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The capture loop: one thread, one poll.
 *
 *	device --capture_wait--> sieve --> keep --> writers --> files
 *	   ^                       |                   |
 *	   +----- capture_queue ---+-------------------+
 *
 * Several outputs have writers each.  All of them get every frame, from the same
 * memory, which goes back to the device when the last one is done with it: the
 * slowest output sets the pace, and no output costs more memory.  The first one
 * that fails ends the run; the others write what was captured until then.
 *
 * A raw file in memory may give the memory that the device fills (inplace.h), a
 * buffer for each turn; then the one of the ring is for turns in which it has none.
 *
 * Where readers of pipes take memory itself (writer_takes_pages()), buffers are
 * given away with the frames in them, and never queued again.
 *
 * It never waits for an encoder.  While all memory is with the writers no buffer
 * is queued, and the frames that the device has then are lost: they are counted
 * (ring full) and the run ends in STATUS_LOSS.  Without writers a frame's buffer
 * goes back at once: three system calls a frame.
 */
#ifndef GRAB_PIPELINE_H
#define GRAB_PIPELINE_H

#include "metadata.h"
#include "output.h"
#include "progress.h"
#include "ring.h"
#include "tally.h"
#include "writer.h"

struct pipeline_setup {
	const struct request *request;
	struct capture_session *session;
	const struct capture_format *format;
	const struct ring *ring;
	struct output *outputs;		/* every frame goes to each */
	struct writer **writers;	/* one an output */
	unsigned int output_count;	/* 0: frames are discarded */
	unsigned int to_give;		/* buffers that no other frame will need: they may be a reader's
					   for good, once they are full */
	struct metadata *metadata;	/* NULL: none */
	struct progress *progress;
	int signals;			/* from signals_open() */
	/* SIGUSR2: show the counts */
	void (*show)(void *arg, const struct tally *tally);
	void *show_arg;
};

/**
 * pipeline_run - capture until it is enough
 * @tally:	requested is set; gets the rest
 *
 * When it returns the session is stopped and all buffers are idle.  Files are
 * finished, the stream or container too.
 *
 * Return: the exit status, after a message if it is 64 or more; STATUS_SIGNAL
 * plus a signal's number asks the caller to die of it when all is reported.
 */
int pipeline_run(const struct pipeline_setup *setup, struct tally *tally);

#endif /* GRAB_PIPELINE_H */

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A raw file that is in memory anyway (tmpfs, hugetlbfs) as the memory that frames
 * are captured into: nothing is copied, nothing is written.  It is not what costs
 * the least processor time: of pages that are mapped the kernel makes zeros first.
 *
 *	capture loop				writer
 *	inplace_claim -> memory
 *	  attach, queue, a frame ------------->	inplace_sink: its bytes are in place
 *	  detach <-----------------------------	done with
 *	inplace_release
 *
 * Frames lie in the file one behind the other.  Memory is claimed where the frame
 * will belong if all before it, which are with the device, are kept.  If one is
 * not, those behind it are copied to where they belong, and there is nothing to
 * claim for as many turns: such frames come from other memory, and are copied too.
 *
 * Threads: claim and release are for one thread, the sink and what ends it for one
 * other at a time.
 */
#ifndef GRAB_INPLACE_H
#define GRAB_INPLACE_H

#include <stdbool.h>

#include "sink.h"

struct inplace;

struct inplace_setup {
	uint64_t frame_bytes;	/* of each, in the file and in memory */
	uint64_t frames;	/* at most; 0: not known */
	unsigned int slots;	/* claims at once, 1 at least */
};

/** inplace_may - is the file system of @path (or of its folder) one in memory? */
bool inplace_may(const char *path);

/** inplace_must - is it one whose files cannot be written to, only mapped (hugetlbfs)? */
bool inplace_must(const char *path);

/**
 * inplace_open - for an empty file
 * @fd:		open for reading and writing; the caller's, and open until inplace_close()
 * @name:	for words; borrowed
 *
 * Return: 0; -EOPNOTSUPP: the file is not in memory; -ENOMEM.  With words.
 */
int inplace_open(int fd, const char *name, const struct inplace_setup *setup,
		 struct inplace **out);

/**
 * inplace_claim - memory for a frame, in the file
 * @slot:	which claim, below inplace_setup.slots; none of it is held
 * @index:	of the frame in the file, if those before it are kept
 *
 * Return: frame_bytes of it, with room in the file system; NULL: take other memory,
 * this time.
 */
void *inplace_claim(struct inplace *place, unsigned int slot, uint64_t index);

/** inplace_release - no device writes there any more. Not claimed is fine. */
void inplace_release(struct inplace *place, unsigned int slot);

/**
 * inplace_refuse - claim nothing from now on
 * @words:	why, copied
 */
void inplace_refuse(struct inplace *place, const char *words);

/** inplace_sink - to write whole frames to; its errors are those of sink_fd, and -EPROTO: see below */
struct sink *inplace_sink(struct inplace *place);

/**
 * inplace_copied - bytes that were not in place when they came; @words: why, if claims
 * were refused, else ""
 */
uint64_t inplace_copied(struct inplace *place, char words[160]);

/**
 * inplace_cut - keep the first @bytes
 *
 * hugetlbfs has whole pages only: there the file ends in zeros.
 *
 * Return: 0, or a negative errno with words.
 */
int inplace_cut(struct inplace *place, uint64_t bytes);

/** inplace_close - what is still claimed stays mapped. NULL is fine. */
void inplace_close(struct inplace *place);

#endif /* GRAB_INPLACE_H */

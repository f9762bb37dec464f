/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the driver says of a frame, and the bytes that must be carried by hand. */
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "memory.h"
#include "v4l2.h"

int v4l_filled(struct v4l_session *v, const struct v4l_message *m, struct v4l_filled *filled)
{
	const struct v4l2_buffer *b = &m->buffer;
	unsigned int i;

	if (b->index >= v->slots || !v->slot[b->index].queued)
		return fail(-EIO, "%s: the driver returned buffer %u, which it did not have (it has %u); stop and start, and report it to the driver's authors",
			    v->path, b->index, v->slots);
	*filled = (struct v4l_filled){
		.index = b->index,
		.flags = b->flags,
		.sequence = b->sequence,
		/* seconds may be far beyond 2^63 ns: no sign here */
		.time_ns = (uint64_t)b->timestamp.tv_sec * 1000000000u +
			   (uint64_t)b->timestamp.tv_usec * 1000u,
	};
	if (!v4l_multiplanar(v)) {
		filled->plane[0].used = b->bytesused;
		return 0;
	}
	for (i = 0; i < v->layout.planes; i++) {
		filled->plane[i].used = m->plane[i].bytesused;
		filled->plane[i].skip = m->plane[i].data_offset;
	}
	return 0;
}

bool v4l_filled_fits(const struct v4l_layout *layout, const struct v4l_filled *filled)
{
	unsigned int i;

	for (i = 0; i < layout->planes; i++)
		if (filled->plane[i].used > layout->plane[i].size ||
		    filled->plane[i].skip > filled->plane[i].used)
			return false;
	return true;
}

static bool is_whole(const struct v4l_layout *layout, const struct v4l_filled *filled)
{
	unsigned int i;

	for (i = 0; i < layout->planes; i++)
		if (filled->plane[i].used - filled->plane[i].skip < layout->plane[i].need)
			return false;
	return true;
}

static void tell_time(const struct v4l_filled *filled, struct capture_frame *frame)
{
	frame->time_ns = filled->time_ns;
	switch (filled->flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) {
	case V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC:
		frame->time_source = (filled->flags & V4L2_BUF_FLAG_TSTAMP_SRC_MASK) ==
					     V4L2_BUF_FLAG_TSTAMP_SRC_SOE ?
				     CAPTURE_TIME_START : CAPTURE_TIME_END;
		break;
	case V4L2_BUF_FLAG_TIMESTAMP_COPY:
		frame->time_source = CAPTURE_TIME_COPY;
		break;
	default:	/* of an unknown clock */
		frame->time_source = CAPTURE_TIME_NONE;
	}
}

void v4l_frame_facts(struct v4l_session *v, const struct v4l_filled *filled,
		     struct capture_frame *frame)
{
	const struct v4l_layout *layout = &v->layout;
	unsigned int i;

	tell_time(filled, frame);
	frame->sequence = filled->sequence;
	frame->chunks = 1;
	if (filled->flags & V4L2_BUF_FLAG_ERROR)
		frame->flags |= CAPTURE_FRAME_CORRUPT;
	if (!v4l_filled_fits(layout, filled)) {
		capture_log(v->session, CAPTURE_LOG_ERROR,
			    "%s: frame %u: the driver says it wrote more than the buffer holds",
			    v->path, filled->sequence);
		frame->status = -EIO;
		return;
	}
	for (i = 0; i < layout->planes; i++)
		if (filled->plane[i].used)
			frame->bytes = layout->plane[i].offset + filled->plane[i].used;
	for (i = 0; i < layout->colours; i++)
		frame->plane_offset[i] = layout->colour_offset[i] +
					 filled->plane[layout->memory_plane[i]].skip;
	if (!is_whole(layout, filled))
		frame->flags |= CAPTURE_FRAME_INCOMPLETE;
}

/*
 * The kernel writes through the page tables as they are now, and says so when
 * they do not allow it.  Where a sandbox forbids the call, the check and the copy
 * are two steps.
 */
int v4l_copy(struct capture_buffer *b, uint64_t offset, const void *from, size_t len)
{
	char *to = (char *)b->addr + offset;
	const struct iovec here = { .iov_base = (void *)(uintptr_t)from, .iov_len = len };
	const struct iovec there = { .iov_base = to, .iov_len = len };
	ssize_t done;
	int err;

	if (!len)
		return 0;
	done = process_vm_writev(getpid(), &here, 1, &there, 1, 0);
	if (done == (ssize_t)len)
		return 0;
	if (done >= 0 || (errno != EPERM && errno != ENOSYS))
		return -EFAULT;
	err = memory_make_present(to, len);
	if (err)
		return -EFAULT;
	memcpy(to, from, len);
	return 0;
}

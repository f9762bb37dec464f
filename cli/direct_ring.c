/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "direct_ring.h"

#include <stdlib.h>
#include <string.h>

#include "words.h"

#ifdef HAVE_LIBURING

#include <liburing.h>

struct direct_ring {
	struct io_uring ring;
	int fd;			/* as a submission names it */
	unsigned int flags;	/* IOSQE_FIXED_FILE where the file could be registered */
};

int direct_ring_open(int fd, unsigned int depth, struct direct_ring **out)
{
	struct direct_ring *r = calloc(1, sizeof(*r));
	int err;

	if (!r)
		return say_why(-ENOMEM, "%m");
	err = io_uring_queue_init(depth, &r->ring, 0);
	if (err) {
		free(r);
		return say_why(-EOPNOTSUPP, "the system allows no io_uring: %s", strerror(-err));
	}
	r->fd = fd;
	if (!io_uring_register_files(&r->ring, &fd, 1)) {
		r->fd = 0;
		r->flags = IOSQE_FIXED_FILE;
	}
	*out = r;
	return 0;
}

int direct_ring_write(struct direct_ring *r, const void *data, size_t length, uint64_t at,
		      unsigned int tag)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&r->ring);
	int begun;

	if (!sqe)
		return -EBUSY;
	io_uring_prep_write(sqe, r->fd, data, (unsigned int)length, at);
	io_uring_sqe_set_flags(sqe, r->flags);
	io_uring_sqe_set_data64(sqe, tag);
	do
		begun = io_uring_submit(&r->ring);
	while (begun == -EINTR || begun == -EAGAIN);
	return begun < 0 ? begun : 0;
}

unsigned int direct_ring_wait(struct direct_ring *r, int64_t *result)
{
	struct io_uring_cqe *cqe;
	unsigned int tag;

	while (io_uring_wait_cqe(&r->ring, &cqe))
		;	/* a signal */
	tag = (unsigned int)io_uring_cqe_get_data64(cqe);
	*result = cqe->res;
	io_uring_cqe_seen(&r->ring, cqe);
	return tag;
}

void direct_ring_close(struct direct_ring *r)
{
	if (!r)
		return;
	io_uring_queue_exit(&r->ring);
	free(r);
}

#else

int direct_ring_open(int fd, unsigned int depth, struct direct_ring **out)
{
	return say_why(-EOPNOTSUPP, "this grab was built without liburing");
}

int direct_ring_write(struct direct_ring *r, const void *data, size_t length, uint64_t at,
		      unsigned int tag)
{
	return -EOPNOTSUPP;
}

unsigned int direct_ring_wait(struct direct_ring *r, int64_t *result)
{
	*result = -EOPNOTSUPP;
	return 0;
}

void direct_ring_close(struct direct_ring *r)
{
}

#endif

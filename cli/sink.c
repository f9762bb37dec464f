/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sink.h"
#include "words.h"

#define PIPE_BYTES (1 << 20)	/* in a pipe; more than that takes rights */
#define SPLICE_LEAST 16384	/* bytes in a piece */

int sink_write_pieces(struct sink *sink, struct iovec *piece, int count)
{
	uint64_t bytes = 0;
	int i, r;

	for (i = 0; i < count; i++)
		bytes += piece[i].iov_len;
	r = sink->write(sink, piece, count);
	if (r)
		return r;
	sink->bytes += bytes;
	if (!sink->settle)
		sink->done = sink->bytes;
	return 0;
}

int sink_write(struct sink *sink, const void *data, size_t length)
{
	struct iovec piece = { (void *)data, length };

	return sink_write_pieces(sink, &piece, 1);
}

/* ---- a descriptor ------------------------------------------------------- */

static int write_failed(const struct sink_fd *out, int error)
{
	const char *remedy = "";

	switch (error) {
	case ENOSPC:
		remedy = "; free some space or write to another file system";
		break;
	case EDQUOT:
		remedy = "; your quota is used up: delete something or ask for more";
		break;
	case EFBIG:
		remedy = "; the file system or \"ulimit -f\" allows no larger file: split the run";
		break;
	case EIO:
		remedy = "; the kernel log may say what is wrong with the disk";
		break;
	case EPIPE:
		remedy = "; the program at the other end has gone";
		break;
	}
	return say_why(-error, "%s: %m%s", out->name, remedy);
}

/* Step over what was written; empty pieces are stepped over too. */
static void advance(struct iovec **piece, int *count, size_t done)
{
	while (*count && done >= (*piece)->iov_len) {
		done -= (*piece)->iov_len;
		(*piece)++;
		(*count)--;
	}
	if (*count) {
		(*piece)->iov_base = (char *)(*piece)->iov_base + done;
		(*piece)->iov_len -= done;
	}
}

/* A page of its own in the pipe is dear for a few bytes. */
static bool is_lent(const struct sink_fd *out, const struct iovec *piece)
{
	const uint8_t *data = piece->iov_base;

	return out->takes_pages && out->lent && piece->iov_len >= SPLICE_LEAST && data >= out->lent &&
	       data - out->lent <= (ptrdiff_t)(out->lent_bytes - piece->iov_len);
}

/* How many of the first pieces go the same way. */
static int alike(const struct sink_fd *out, const struct iovec *piece, int count)
{
	const bool lent = is_lent(out, piece);
	int n = 1;

	while (n < count && n < IOV_MAX && is_lent(out, &piece[n]) == lent)
		n++;
	return n;
}

/* Bytes written; -1: see errno. */
static ssize_t put(struct sink_fd *out, const struct iovec *piece, int count)
{
	const int n = alike(out, piece, count);
	ssize_t done;

	if (!is_lent(out, piece))
		return writev(out->fd, piece, n);
	done = vmsplice(out->fd, piece, (size_t)n, 0);
	if (done > 0)
		out->spliced += (uint64_t)done;
	if (done >= 0 || errno == EAGAIN || errno == EINTR || errno == EPIPE)
		return done;
	out->takes_pages = false;	/* forbidden, as in some containers */
	return writev(out->fd, piece, n);
}

static int fd_write(struct sink *sink, struct iovec *piece, int count)
{
	struct sink_fd *out = (struct sink_fd *)sink;
	struct pollfd ready = { out->fd, POLLOUT, 0 };
	ssize_t done;

	advance(&piece, &count, 0);
	while (count) {
		done = put(out, piece, count);
		if (done >= 0)
			advance(&piece, &count, (size_t)done);
		else if (errno == EAGAIN)
			poll(&ready, 1, -1);
		else if (errno != EINTR)
			return write_failed(out, errno);
	}
	return 0;
}

void sink_fd_init(struct sink_fd *out, int fd, const char *name)
{
	*out = (struct sink_fd){ .sink.write = fd_write, .fd = fd, .name = name };
}

bool sink_fd_widen(struct sink_fd *out)
{
	struct stat st;

	out->takes_pages = !fstat(out->fd, &st) && S_ISFIFO(st.st_mode);
	/* the limit of all pipes of a user may forbid it; what there is will do, more slowly */
	if (out->takes_pages && fcntl(out->fd, F_GETPIPE_SZ) < PIPE_BYTES)
		fcntl(out->fd, F_SETPIPE_SZ, PIPE_BYTES);
	return out->takes_pages;
}

void sink_fd_lend(struct sink_fd *out, const void *memory, size_t length)
{
	out->lent = memory;
	out->lent_bytes = length;
}

static int fd_patch(struct sink *sink, uint64_t at, const void *data, size_t length)
{
	struct sink_fd *out = (struct sink_fd *)sink;
	const uint8_t *next = data;
	ssize_t done;

	while (length) {
		done = pwrite(out->fd, next, length, (off_t)at);
		if (done < 0 && errno != EINTR)
			return write_failed(out, errno);
		if (done < 0)
			continue;
		next += done;
		at += (uint64_t)done;
		length -= (size_t)done;
	}
	return 0;
}

void sink_fd_may_patch(struct sink_fd *out)
{
	out->sink.patch = fd_patch;
}

/* ---- memory ------------------------------------------------------------- */

static int memory_reserve(struct sink_memory *out, size_t more)
{
	size_t room = out->room ? out->room : 4096;
	uint8_t *data;

	if (more > SIZE_MAX / 4 - out->length)
		return say_why(-EOVERFLOW, "an encoded frame does not fit in memory");
	while (room < out->length + more)
		room *= 2;
	if (room == out->room)
		return 0;
	data = realloc(out->data, room);
	if (!data)
		return say_why(-ENOMEM, "no memory for an encoded frame of %zu bytes",
			       out->length + more);
	out->data = data;
	out->room = room;
	return 0;
}

static int memory_write(struct sink *sink, struct iovec *piece, int count)
{
	struct sink_memory *out = (struct sink_memory *)sink;
	int i, r;

	for (i = 0; i < count; i++) {
		if (!piece[i].iov_len)
			continue;
		r = memory_reserve(out, piece[i].iov_len);
		if (r)
			return r;
		memcpy(out->data + out->length, piece[i].iov_base, piece[i].iov_len);
		out->length += piece[i].iov_len;
	}
	return 0;
}

void sink_memory_init(struct sink_memory *out)
{
	*out = (struct sink_memory){ .sink.write = memory_write };
}

void sink_memory_rewind(struct sink_memory *out)
{
	out->length = 0;
}

void sink_memory_free(struct sink_memory *out)
{
	free(out->data);
	sink_memory_init(out);
}

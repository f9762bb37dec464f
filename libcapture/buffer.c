/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Application memory made known to a session. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "backend.h"
#include "memory.h"

static int check_range(struct capture_session *s, void *addr, size_t len, unsigned int flags)
{
	uintptr_t end;

	if (!addr || !len || __builtin_add_overflow((uintptr_t)addr, len, &end))
		return fail(-EINVAL, "%s: %p+%zu is no memory", s->uri, addr, len);
	if (flags & ~CAPTURE_ATTACH_STABLE)
		return fail(-EINVAL, "%s: unknown attach flags %#x", s->uri, flags);
	if (len < s->format.size)
		return fail(-EMSGSIZE, "%s: a buffer of %zu bytes is too short for a frame of %llu; attach at least capture_format.size",
			    s->uri, len, (unsigned long long)s->format.size);
	return 0;
}

/* A backend that works in chunks holds its window pinned; any other may hold all. */
static int check_budget(struct capture_session *s, size_t len)
{
	uint64_t pinned = s->stats.attached_bytes + len;

	if (s->config.window && s->config.chunk * s->config.window < pinned)
		pinned = s->config.chunk * s->config.window;
	if (!s->config.budget || pinned <= s->config.budget)
		return 0;
	return fail(-EDQUOT, "%s: %zu bytes more would make %llu pinned, but the budget is %llu (%llu attached); attach fewer buffers or raise the budget",
		    s->uri, len, (unsigned long long)pinned, (unsigned long long)s->config.budget,
		    (unsigned long long)s->stats.attached_bytes);
}

static void link_buffer(struct capture_session *s, struct capture_buffer *b)
{
	b->next = s->buffers;
	if (b->next)
		b->next->prev = b;
	s->buffers = b;
	s->stats.attached++;
	s->stats.attached_bytes += b->len;
	s->stats.attaches++;
}

static void unlink_buffer(struct capture_session *s, struct capture_buffer *b)
{
	if (b->prev)
		b->prev->next = b->next;
	else
		s->buffers = b->next;
	if (b->next)
		b->next->prev = b->prev;
	s->stats.attached--;
	s->stats.attached_bytes -= b->len;
	s->stats.detaches++;
}

static void free_buffer(struct capture_buffer *b)
{
	if (b->fd >= 0)
		close(b->fd);
	free(b->priv);
	free(b);
}

static int attach(struct capture_session *s, void *addr, size_t len, unsigned int flags, int fd,
		  uint64_t offset, struct capture_buffer **out)
{
	struct capture_buffer *b;
	int err;

	err = check_range(s, addr, len, flags);
	if (!err)
		err = check_budget(s, len);
	if (!err)
		err = memory_make_present(addr, len);
	if (err)
		return err;
	b = calloc(1, sizeof(*b));
	if (!b)
		return fail(-ENOMEM, "%s: no memory for a buffer", s->uri);
	b->session = s;
	b->addr = addr;
	b->len = len;
	b->flags = flags;
	b->fd = -1;
	b->fd_offset = offset;
	b->priv = calloc(1, s->backend->buffer_size ? s->backend->buffer_size : 1);
	if (!b->priv) {
		err = fail(-ENOMEM, "%s: no memory for a buffer", s->uri);
		goto free_it;
	}
	if (fd >= 0) {
		b->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
		if (b->fd < 0) {
			err = fail(-errno, "%s: cannot keep the buffer's descriptor %d: %m", s->uri, fd);
			goto free_it;
		}
	}
	err = s->backend->attach ? s->backend->attach(b) : 0;
	if (err)
		goto free_it;
	link_buffer(s, b);
	*out = b;
	return 0;

free_it:
	free_buffer(b);
	return err;
}

int capture_attach(struct capture_session *s, void *addr, size_t len, unsigned int flags,
		   struct capture_buffer **out)
{
	return attach(s, addr, len, flags, -1, 0, out);
}

int capture_attach_fd(struct capture_session *s, void *addr, size_t len, unsigned int flags,
		      int fd, uint64_t offset, struct capture_buffer **out)
{
	if (fd < 0)
		return fail(-EBADF, "%s: %d is no file descriptor", s->uri, fd);
	return attach(s, addr, len, flags, fd, offset, out);
}

int capture_detach(struct capture_buffer *b)
{
	struct capture_session *s;

	if (!b)
		return 0;
	s = b->session;
	if (b->state != BUFFER_IDLE)
		return fail(-EBUSY, "%s: a queued buffer cannot be detached; wait for it or stop the session",
			    s->uri);
	if (s->backend->detach)
		s->backend->detach(b);
	unlink_buffer(s, b);
	free_buffer(b);
	return 0;
}

void *capture_buffer_data(const struct capture_buffer *b)
{
	return b->addr;
}

size_t capture_buffer_size(const struct capture_buffer *b)
{
	return b->len;
}

void capture_buffer_set_tag(struct capture_buffer *b, void *tag)
{
	b->tag = tag;
}

void *capture_buffer_tag(const struct capture_buffer *b)
{
	return b->tag;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "message.h"

#define SEND_LIMIT_MS 5000	/* a client that does not read for so long is gone */

int channel_open(struct channel *channel, int fd)
{
	*channel = (struct channel){ .fd = fd, .data = malloc(MESSAGE_DATA) };
	return channel->data ? 0 : -ENOMEM;
}

static void release_fds(struct message *message)
{
	unsigned int i;

	for (i = 0; i < message->fds; i++)
		if (message->fd[i] >= 0)
			close(message->fd[i]);
	message->fds = 0;
}

void channel_close(struct channel *channel)
{
	release_fds(&channel->in);
	free(channel->data);
	if (channel->fd >= 0)
		close(channel->fd);
	*channel = (struct channel){ .fd = -1 };
}

/* Descriptors belong to the message that is being received; those too many are closed. */
static void take_fds(struct message *message, struct msghdr *msg)
{
	struct cmsghdr *c;
	size_t i, count;
	int fd;

	for (c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(fd);
		for (i = 0; i < count; i++) {
			memcpy(&fd, CMSG_DATA(c) + i * sizeof(fd), sizeof(fd));
			if (message->fds < MESSAGE_FDS)
				message->fd[message->fds++] = fd;
			else
				close(fd);
		}
	}
}

/* Up to @want bytes.  Their number; 0: nothing there yet; or a negative errno. */
static ssize_t take(struct channel *channel, void *to, size_t want)
{
	char control[CMSG_SPACE(sizeof(int) * MESSAGE_FDS)]
		__attribute__((aligned(__alignof__(struct cmsghdr))));
	struct iovec iov = { .iov_base = to, .iov_len = want };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	ssize_t got;

	do {
		got = recvmsg(channel->fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return errno == EAGAIN ? 0 : -ECONNRESET;
	if (got == 0)
		return -ECONNRESET;
	take_fds(&channel->in, &msg);
	return got;
}

int channel_receive(struct channel *channel, struct message **message)
{
	struct message *in = &channel->in;
	const size_t head = sizeof(in->header);
	ssize_t got;

	if (channel->got >= head && channel->got == in->header.size) {
		release_fds(in);
		channel->got = 0;
	}
	while (channel->got < head || channel->got < in->header.size) {
		if (channel->got < head)
			got = take(channel, (char *)&in->header + channel->got, head - channel->got);
		else
			got = take(channel, channel->data + (channel->got - head),
				   in->header.size - channel->got);
		if (got <= 0)
			return got;
		channel->got += got;
		if (channel->got == head &&
		    (in->header.size < head || in->header.size - head > MESSAGE_DATA))
			return -EPROTO;
	}
	in->data = channel->data;
	in->length = in->header.size - head;
	*message = in;
	return 1;
}

int channel_send(struct channel *channel, struct message_header *header, const void *data,
		 size_t length)
{
	struct iovec iov[2] = {
		{ .iov_base = header, .iov_len = sizeof(*header) },
		{ .iov_base = (void *)data, .iov_len = length },
	};
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };
	struct pollfd room = { .fd = channel->fd, .events = POLLOUT };
	size_t left = sizeof(*header) + length, part;
	ssize_t sent;
	int i;

	header->size = left;
	while (left) {
		sent = sendmsg(channel->fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (sent < 0 && errno == EAGAIN) {
			if (poll(&room, 1, SEND_LIMIT_MS) <= 0)
				return -EPIPE;
			continue;
		}
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return -EPIPE;
		left -= sent;
		for (i = 0; i < 2; i++) {
			part = (size_t)sent < iov[i].iov_len ? (size_t)sent : iov[i].iov_len;
			iov[i].iov_base = (char *)iov[i].iov_base + part;
			iov[i].iov_len -= part;
			sent -= part;
		}
	}
	return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A session from open to close.
 *
 *	           attach/detach, queue
 *	            +--------------+
 *	open --> [ ready ] --start--> [ running ] --stop--> [ ready ] --> close
 *	            set_format           queue, wait           wait (drains)
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "backend.h"
#include "queue.h"

#define DEFAULT_CHUNK (1u << 20)
#define DEFAULT_WINDOW 2

const char *capture_version(void)
{
	return PACKAGE_VERSION;
}

void capture_log(struct capture_session *s, int level, const char *format, ...)
{
	char text[1024];
	va_list args;

	if (!s->config.log)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	s->config.log(s->config.log_arg, level, text);
}

/* Copy what the caller's version of the struct has; what is newer than us must be zero. */
static int copy_config(struct capture_config *to, const struct capture_config *from)
{
	const unsigned char *bytes = (const unsigned char *)from;
	size_t i;

	*to = (struct capture_config)CAPTURE_CONFIG_INIT;
	if (!from)
		return 0;
	if (from->size < offsetof(struct capture_config, chunk) + sizeof(from->chunk))
		return fail(-EINVAL, "capture_config.size is %zu; set it to sizeof(struct capture_config)",
			    from->size);
	for (i = sizeof(*to); i < from->size; i++)
		if (bytes[i])
			return fail(-EINVAL, "capture_config has a field that libcapture %s does not know",
				    capture_version());
	memcpy(to, from, from->size < sizeof(*to) ? from->size : sizeof(*to));
	to->size = sizeof(*to);
	if (to->flags)
		return fail(-EINVAL, "capture_config.flags is %#x; no flag is known", to->flags);
	if (to->chunk && (to->chunk & (to->chunk - 1) || to->chunk < (uint64_t)sysconf(_SC_PAGESIZE)))
		return fail(-EINVAL, "a chunk of %llu bytes; it must be a power of two and at least a page (%ld)",
			    (unsigned long long)to->chunk, sysconf(_SC_PAGESIZE));
	return 0;
}

static int settle_config(struct capture_session *s)
{
	if (!s->backend->chunks) {
		if (s->config.chunk || s->config.window)
			return fail(-EOPNOTSUPP, "%s: this backend moves frames whole; leave chunk and window out",
				    s->backend->name);
		return 0;
	}
	if (s->backend->whole && !s->config.chunk && !s->config.window)
		return 0;
	if (!s->config.chunk)
		s->config.chunk = DEFAULT_CHUNK;
	if (!s->config.window)
		s->config.window = DEFAULT_WINDOW;
	return 0;
}

static const struct capture_backend *find_backend(const char *name)
{
	const struct capture_backend *const *b;

	for (b = capture_backends; *b; b++)
		if (!strcmp((*b)->name, name))
			return *b;
	return NULL;
}

static int open_poll(struct capture_session *s)
{
	struct epoll_event event = { .events = EPOLLIN };

	s->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	s->poll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (s->event_fd < 0 || s->poll_fd < 0 ||
	    epoll_ctl(s->poll_fd, EPOLL_CTL_ADD, s->event_fd, &event))
		return fail(-errno, "%s: cannot make a poll descriptor: %m; close some files or raise ulimit -n",
			    s->uri);
	return 0;
}

static void free_session(struct capture_session *s)
{
	if (s->poll_fd >= 0)
		close(s->poll_fd);
	if (s->event_fd >= 0)
		close(s->event_fd);
	free(s->info.stable);
	free(s->info.driver);
	free(s->info.name);
	free(s->info.bus);
	free(s->info.serial);
	free(s->uri);
	free(s->priv);
	free(s);
}

static struct capture_session *new_session(const struct capture_backend *backend, const char *uri)
{
	struct capture_session *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->backend = backend;
	s->fd = s->poll_fd = s->event_fd = -1;
	s->depth = 1;
	s->sequence_bits = 32;
	s->uri = strdup(uri);
	s->priv = calloc(1, backend->session_size ? backend->session_size : 1);
	if (!s->uri || !s->priv) {
		free_session(s);
		return NULL;
	}
	return s;
}

int capture_open(const char *text, const struct capture_config *config,
		 struct capture_session **out)
{
	const struct capture_backend *backend;
	struct capture_session *s;
	struct capture_uri uri;
	int err;

	err = uri_parse(text, &uri);
	if (err)
		return err;
	backend = find_backend(uri.backend);
	if (!backend)
		return fail(-ENOENT, "no backend is named \"%s\"; see capture_backend_at(3) or grab --help",
			    uri.backend);
	err = uri_check(&uri, backend->options);
	if (err)
		return err;
	s = new_session(backend, text);
	if (!s)
		return fail(-ENOMEM, "%s: no memory for a session", text);
	err = copy_config(&s->config, config);
	if (!err)
		err = settle_config(s);
	if (!err)
		err = open_poll(s);
	if (!err)
		err = backend->open(s, &uri);
	if (err)
		goto free_it;
	err = backend->get_format(s, &s->format);
	if (err)
		goto close_it;
	*out = s;
	return 0;

close_it:
	backend->close(s);
free_it:
	free_session(s);
	return err;
}

int capture_info(const struct capture_session *s, struct capture_info *info)
{
	*info = (struct capture_info){
		.uri = s->uri,
		.stable = s->info.stable,
		.backend = s->backend->name,
		.driver = s->info.driver,
		.name = s->info.name,
		.bus = s->info.bus,
		.serial = s->info.serial,
		.way_name = s->info.way_name,
		.way_why = s->info.way_why,
		.way = s->info.way,
		.depth = s->depth,
		.chunk = s->config.chunk,
		.window = s->config.window,
		.flags = s->backend->uses_fd ? CAPTURE_INFO_FD : 0,
	};
	return 0;
}

int capture_close(struct capture_session *s)
{
	unsigned long long attached, queued;
	bool running;
	int err = 0;

	if (!s)
		return 0;
	running = s->running;
	attached = s->stats.attached;
	queued = s->stats.queued;
	if (running)
		err = capture_stop(s);
	queue_forget(s);
	while (s->buffers)
		capture_detach(s->buffers);
	if (!err && (running || attached))
		err = fail(-EBUSY, "%s: closed while %s, with %llu buffers attached and %llu of them queued; stop, wait for and detach them first",
			   s->uri, running ? "running" : "stopped", attached, queued);
	if (err)
		capture_log(s, CAPTURE_LOG_WARNING, "%s", capture_error());
	s->backend->close(s);
	free_session(s);
	return err;
}

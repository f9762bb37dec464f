/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The udma backend: a thin client of /dev/udmaN. */
#ifndef UDMA_BACKEND_H
#define UDMA_BACKEND_H

#include <limits.h>

#include "backend.h"
#include "udma.h"

/* private part of a session */
struct udma_session {
	char path[PATH_MAX];
	struct udma_info info;
	struct udma_format format;	/* in force, in the kernel's words */
	struct udma_stats stats;	/* of the device, as they were last looked at */
	bool keep;			/* pin at attach, keep the translation */
	bool no_bounce;
};

/* private part of a buffer */
struct udma_buffer {
	uint32_t handle;
};

static inline struct udma_session *udma_of(const struct capture_session *s)
{
	return s->priv;
}

/* 0 or a negative errno; a signal does not end it */
int udma_ioctl(int fd, unsigned long request, void *arg);

/* udma_list.c */
int udma_list(capture_device_fn *each, void *arg);
/* The node that a URI means, into @path. 0, or a negative errno with words. */
int udma_address(const struct capture_uri *uri, char path[PATH_MAX]);

/* udma_format.c */
void udma_plane_offsets(const struct udma_format *u, uint64_t offset[CAPTURE_PLANES_MAX]);
int udma_get_format(struct capture_session *s, struct capture_format *format);
int udma_set_format(struct capture_session *s, struct capture_format *format);
int udma_try_format(struct capture_session *s, struct capture_format *format);
int udma_formats(struct capture_session *s, capture_format_fn *each, void *arg);

/* udma_error.c: words, and the errno that libcapture.h has for it */
int udma_fail(const struct capture_session *s, const char *what, int err);
/* What stopped the device, UDMA_FAULT_*. */
const char *udma_fault_words(uint64_t fault);
int udma_fail_open(const char *path, int err);
int udma_fail_attach(const struct capture_session *s, const struct capture_buffer *b, int err);

/* udma_verify.c */
int udma_verify(struct capture_session *s, const struct capture_frame *frame);

extern const struct capture_backend udma_backend;

#endif /* UDMA_BACKEND_H */

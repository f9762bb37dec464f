/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * "BACKEND:ADDRESS,KEY=VALUE,..." in pieces.
 *
 *	sim:size=640x480,fps=30		backend "sim", no address, two options
 *	v4l2:/dev/video0,io=mmap	backend "v4l2", address, one option
 *	/dev/video0  0			short for v4l2:/dev/video0, v4l2:0
 *	vfio:0000:03:00.0		only the first colon ends the backend
 *
 * "\," in an address or a value is a comma.  A first piece without "=" is the
 * address; every later piece must be KEY=VALUE or KEY (value "1"); a key must
 * be in the backend's table and may come once.
 */
#ifndef CAPTURE_URI_H
#define CAPTURE_URI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define URI_OPTIONS_MAX 64
#define URI_LENGTH_MAX 1024
#define URI_PREFIX_MAX 32	/* room for the backend that a short form means */

struct uri_option {
	const char *key, *value;
};

struct capture_uri {
	const char *backend;		/* "sim"; never NULL */
	const char *address;		/* "" if there is none */
	unsigned int count;
	struct uri_option option[URI_OPTIONS_MAX];
	char text[URI_LENGTH_MAX + URI_PREFIX_MAX];	/* what the pointers point into */
};

/* Take @text apart. 0, or -EINVAL with words. */
int uri_parse(const char *text, struct capture_uri *uri);

struct capture_option;

/* Are all keys in @table, each once? 0, or -EINVAL with words that list the table. */
int uri_check(const struct capture_uri *uri, const struct capture_option *table);

/* The value of a key, or NULL. */
const char *uri_get(const struct capture_uri *uri, const char *key);

/* Values with units. All return 0, or -EINVAL with words; @out is kept where the key is absent. */
int uri_get_u64(const struct capture_uri *uri, const char *key, uint64_t min, uint64_t max,
		uint64_t *out);
int uri_get_size(const struct capture_uri *uri, const char *key, uint32_t *width, uint32_t *height);
int uri_get_rate(const struct capture_uri *uri, const char *key, uint32_t *num, uint32_t *den);
int uri_get_time(const struct capture_uri *uri, const char *key, uint64_t *ns);

#endif /* CAPTURE_URI_H */

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files with frames: opening them, and frames that are nothing but their bytes. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

static int open_file(struct recording *r, const char *name)
{
	struct stat st;

	if (!*name)
		return fail(-EINVAL, "file: which one? write file:NAME");
	/* without O_NONBLOCK a fifo would wait for its writer */
	r->fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (r->fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return fail(-ENODEV, "file: there is no file %s", name);
	if (r->fd < 0)
		return fail(-errno, "file: %s cannot be opened: %m", name);
	if (fstat(r->fd, &st) || !S_ISREG(st.st_mode))
		return fail(-ENODEV, "file: %s is no regular file; save what comes out of it to one first",
			    name);
	r->length = (uint64_t)st.st_size;
	if (!r->length)
		return fail(-EBADMSG, "file: %s is empty", name);
	return 0;
}

/* ---- raw frames ---- */

static int raw_format(struct capture_format *f, const struct capture_uri *uri)
{
	const char *fourcc = uri_get(uri, "format");
	uint64_t stride = 0;
	int err;

	if (!uri_get(uri, "size") || !fourcc)
		return fail(-EINVAL, "file: %s is not YUV4MPEG2, so its frames are raw; write size=WxH and format=FOURCC behind it",
			    uri->address);
	err = uri_get_size(uri, "size", &f->width, &f->height);
	if (!err)
		err = uri_get_u64(uri, "stride", 1, UINT32_MAX, &stride);
	if (err)
		return err;
	err = capture_fourcc_parse(fourcc, &f->fourcc);
	if (err)
		return fail_in(err, "file: format: ");
	f->plane[0].stride = (uint32_t)stride;
	err = capture_format_layout(f);
	if (err == -EOPNOTSUPP)
		return fail(-EOPNOTSUPP, "file: raw frames of %s have no length by which they could be told apart",
			    fourcc);
	return err ? fail_in(err, "file: ") : 0;
}

static int raw_read(struct recording *r, const struct capture_uri *uri)
{
	uint64_t size, rest;
	int err = raw_format(&r->format, uri);

	if (err)
		return err;
	size = r->format.size;
	r->count = r->length / size;
	rest = r->length % size;
	if (!r->count)
		return fail(-EINVAL, "file: %s has %" PRIu64 " bytes and one frame would have %" PRIu64 "; check size, format and stride",
			    uri->address, r->length, size);
	if (rest)
		return fail(-EINVAL, "file: %s has %" PRIu64 " bytes more than %" PRIu64 " frames of %" PRIu64 "; check size, format and stride, or if it was cut short drop them: truncate -s -%" PRIu64,
			    uri->address, rest, r->count, size, rest);
	return 0;
}

/* ---- both ---- */

static int refuse_raw_options(const struct capture_uri *uri)
{
	static const char *const keys[] = { "size", "format", "stride" };
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (uri_get(uri, keys[i]))
			return fail(-EINVAL, "file: %s is YUV4MPEG2 and tells of its frames itself; leave %s out",
				    uri->address, keys[i]);
	return 0;
}

int recording_open(struct recording *r, const struct capture_uri *uri)
{
	int err;

	*r = (struct recording){ .fd = -1 };
	err = open_file(r, uri->address);
	if (!err && y4m_recognise(r)) {
		err = refuse_raw_options(uri);
		if (!err)
			err = y4m_read(r, uri->address);
	} else if (!err) {
		err = raw_read(r, uri);
	}
	if (err)
		recording_close(r);
	return err;
}

void recording_close(struct recording *r)
{
	if (r->fd >= 0)
		close(r->fd);
	free(r->offsets);
}

uint64_t recording_offset(const struct recording *r, uint64_t number)
{
	number %= r->count;
	return r->offsets ? r->offsets[number] : number * r->format.size;
}

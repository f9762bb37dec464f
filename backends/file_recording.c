/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files with frames: which kind they are, and frames that are nothing but their bytes. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

#define PIECE 65536	/* bytes */

static int check_file(int fd, const char *name, uint64_t *length)
{
	struct stat st;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		return fail(-ENODEV, "file: %s is no regular file; save what comes out of it to one first",
			    name);
	*length = (uint64_t)st.st_size;
	return *length ? 0 : fail(-EBADMSG, "file: %s is empty", name);
}

int recording_open_file(const char *name, int *fd, uint64_t *length)
{
	int err;

	if (!*name)
		return fail(-EINVAL, "file: which one? write file:NAME");
	/* without O_NONBLOCK a fifo would wait for its writer */
	*fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (*fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return fail(-ENODEV, "file: there is no file %s", name);
	if (*fd < 0)
		return fail(-errno, "file: %s cannot be opened: %m", name);
	err = check_file(*fd, name, length);
	if (err)
		close(*fd);
	return err;
}

const char *recording_base_name(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? slash + 1 : name;
}

int recording_add(struct recording *r, uint64_t place)
{
	uint64_t *places;

	if (!(r->count & (r->count - 1))) {	/* the room doubles at powers of two */
		places = reallocarray(r->places, r->count ? 2 * r->count : 1, sizeof(*places));
		if (!places)
			return fail(-ENOMEM, "file: no memory for the places of %" PRIu64 " frames", r->count);
		r->places = places;
	}
	r->places[r->count++] = place;
	return 0;
}

/* ---- raw frames ---- */

static int raw_format(struct capture_format *f, const struct capture_uri *uri)
{
	const char *fourcc = uri_get(uri, "format");
	uint64_t stride = 0;
	int err;

	if (!uri_get(uri, "size") || !fourcc)
		return fail(-EINVAL, "file: %s is neither YUV4MPEG2 nor PNG, so its frames are raw; write size=WxH and format=FOURCC behind it",
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

static int raw_pieces(const struct recording *r, uint64_t number, recording_piece_fn *each, void *arg)
{
	const uint64_t offset = recording_offset(r, number);
	uint8_t bytes[PIECE];
	uint64_t at, left;
	ssize_t got;
	int err = 0;

	for (at = 0; at < r->format.size && !err; at += (uint64_t)got) {
		left = r->format.size - at;
		got = pread(r->fd, bytes, left < PIECE ? left : PIECE, (off_t)(offset + at));
		if (got <= 0)
			return fail(got ? -errno : -EIO, "file: cannot read frame %" PRIu64 ": %m", number);
		err = each(arg, at, bytes, (size_t)got);
	}
	return err;
}

/* ---- all kinds ---- */

/* What the file tells itself cannot be told otherwise. */
static int refuse_raw_options(const struct capture_uri *uri)
{
	static const char *const keys[] = { "size", "format", "stride" };
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (uri_get(uri, keys[i]))
			return fail(-EINVAL, "file: %s tells of its frames itself; leave %s out",
				    uri->address, keys[i]);
	return 0;
}

static int read_pictures(struct recording *r, const struct capture_uri *uri)
{
	int err = refuse_raw_options(uri);

	return err ? err : pictures_open(r, uri->address);
}

static int read_file(struct recording *r, const struct capture_uri *uri)
{
	int err = recording_open_file(uri->address, &r->fd, &r->length);

	if (err) {
		r->fd = -1;
		return err;
	}
	if (png_recognise(r)) {
		close(r->fd);
		r->fd = -1;
		return read_pictures(r, uri);
	}
	if (!y4m_recognise(r))
		return raw_read(r, uri);
	err = refuse_raw_options(uri);
	return err ? err : y4m_read(r, uri->address);
}

int recording_open(struct recording *r, const struct capture_uri *uri)
{
	int err;

	*r = (struct recording){ .fd = -1 };
	err = pictures_match(uri->address) ? read_pictures(r, uri) : read_file(r, uri);
	if (err)
		recording_close(r);
	return err;
}

void recording_close(struct recording *r)
{
	if (r->fd >= 0)
		close(r->fd);
	free(r->pattern);
	free(r->places);
}

uint64_t recording_offset(const struct recording *r, uint64_t number)
{
	number %= r->count;
	return r->places ? r->places[number] : number * r->format.size;
}

int recording_read(const struct recording *r, uint64_t number, recording_piece_fn *each, void *arg)
{
	return r->pattern ? pictures_read(r, number, each, arg) : raw_pieces(r, number, each, arg);
}

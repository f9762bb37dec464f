/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Agreeing with the driver on size and pixel format; single- and multi-planar are one here. */
#include <string.h>

#include "v4l2.h"

static void from_single(const struct v4l2_pix_format *pix, struct v4l_picture *p)
{
	*p = (struct v4l_picture){
		.width = pix->width,
		.height = pix->height,
		.fourcc = pix->pixelformat,
		.field = pix->field,
		.colorspace = pix->colorspace,
		.planes = 1,
	};
	/* older drivers leave these to chance, and say so by priv */
	if (pix->priv == V4L2_PIX_FMT_PRIV_MAGIC) {
		p->ycbcr_enc = pix->ycbcr_enc;
		p->quantization = pix->quantization;
	}
	p->plane[0].size = pix->sizeimage;
	p->plane[0].stride = pix->bytesperline;
}

static void from_multi(const struct v4l2_pix_format_mplane *pix, struct v4l_picture *p)
{
	unsigned int i;

	*p = (struct v4l_picture){
		.width = pix->width,
		.height = pix->height,
		.fourcc = pix->pixelformat,
		.field = pix->field,
		.colorspace = pix->colorspace,
		.ycbcr_enc = pix->ycbcr_enc,
		.quantization = pix->quantization,
		.planes = pix->num_planes,
	};
	for (i = 0; i < p->planes && i < VIDEO_MAX_PLANES; i++) {
		p->plane[i].size = pix->plane_fmt[i].sizeimage;
		p->plane[i].stride = pix->plane_fmt[i].bytesperline;
	}
}

static void from_driver(const struct v4l2_format *f, struct v4l_picture *p)
{
	if (V4L2_TYPE_IS_MULTIPLANAR(f->type))
		from_multi(&f->fmt.pix_mp, p);
	else
		from_single(&f->fmt.pix, p);
}

/* A question: strides and sizes are the driver's to choose. */
static void to_driver(const struct v4l_session *v, const struct v4l_picture *p,
		      struct v4l2_format *f)
{
	memset(f, 0, sizeof(*f));
	f->type = v->type;
	if (v4l_multiplanar(v)) {
		f->fmt.pix_mp.width = p->width;
		f->fmt.pix_mp.height = p->height;
		f->fmt.pix_mp.pixelformat = p->fourcc;
		f->fmt.pix_mp.field = p->field;
		return;
	}
	f->fmt.pix.width = p->width;
	f->fmt.pix.height = p->height;
	f->fmt.pix.pixelformat = p->fourcc;
	f->fmt.pix.field = p->field;
	f->fmt.pix.priv = V4L2_PIX_FMT_PRIV_MAGIC;
}

static int ask(struct v4l_session *v, unsigned long request, struct v4l_picture *p)
{
	struct v4l2_format f;
	int err;

	to_driver(v, p, &f);
	err = v4l_ioctl(v, request, &f);
	if (!err)
		from_driver(&f, p);
	return err;
}

static int read_picture(struct v4l_session *v, struct v4l_picture *p)
{
	struct v4l2_format f = { .type = v->type };
	int err = v4l_ioctl(v, VIDIOC_G_FMT, &f);

	if (err)
		return v4l_fail(v, "VIDIOC_G_FMT", err);
	from_driver(&f, p);
	return 0;
}

bool v4l_is_compressed(struct v4l_session *v, uint32_t fourcc)
{
	struct v4l2_fmtdesc d = { .type = v->type };

	for (; !v4l_ioctl(v, VIDIOC_ENUM_FMT, &d); d.index++)
		if (d.pixelformat == fourcc)
			return d.flags & V4L2_FMT_FLAG_COMPRESSED;
	return false;
}

static int understand(struct v4l_session *v, const struct v4l_picture *p,
		      struct capture_format *format, struct v4l_layout *layout)
{
	int err = v4l_layout(p, v4l_is_compressed(v, p->fourcc), format, layout);

	return err ? fail_in(err, "%s: ", v->path) : 0;
}

int v4l_get_format(struct capture_session *s, struct capture_format *format)
{
	struct v4l_session *v = v4l_of(s);
	struct v4l_picture p;
	int err;

	err = read_picture(v, &p);
	if (!err)
		err = understand(v, &p, format, &v->layout);
	if (!err)
		v4l_get_rate(v, format);
	return err;
}

static bool one_field_after_the_other(uint32_t field)
{
	return field == V4L2_FIELD_SEQ_TB || field == V4L2_FIELD_SEQ_BT;
}

/*
 * The driver chooses the field order.  One that no format can describe (two
 * fields in one buffer, one after the other) is asked to weave them.
 */
static int agree(struct v4l_session *v, unsigned long request, const char *call,
		 struct v4l_picture *p)
{
	struct v4l_picture wish = *p;
	int err;

	p->field = V4L2_FIELD_ANY;
	err = ask(v, request, p);
	if (!err && one_field_after_the_other(p->field)) {
		*p = wish;
		p->field = V4L2_FIELD_INTERLACED;
		err = ask(v, request, p);
	}
	if (err)
		return v4l_fail(v, call, err);
	if (one_field_after_the_other(p->field))
		return fail(-EOPNOTSUPP, "%s: the driver gives both fields one after the other and cannot weave them; choose a size of at most half the height",
			    v->path);
	return 0;
}

static void apply_wish(const struct capture_format *wish, struct v4l_picture *p)
{
	if (wish->width)
		p->width = wish->width;
	if (wish->height)
		p->height = wish->height;
	if (wish->fourcc)
		p->fourcc = wish->fourcc;
}

int v4l_set_format(struct capture_session *s, struct capture_format *format)
{
	struct v4l_session *v = v4l_of(s);
	const struct capture_format wish = *format;
	struct v4l_picture p;
	int err;

	err = v4l_signal_follow(v);
	if (!err)
		err = read_picture(v, &p);
	if (err)
		return err;
	if (wish.width || wish.height || wish.fourcc || one_field_after_the_other(p.field)) {
		apply_wish(&wish, &p);
		err = agree(v, VIDIOC_S_FMT, "VIDIOC_S_FMT", &p);
		if (err)
			return err;
	}
	err = understand(v, &p, format, &v->layout);
	if (err)
		return err;
	format->fps_num = wish.fps_num;
	format->fps_den = wish.fps_den;
	return v4l_set_rate(v, format);
}

int v4l_try_format(struct capture_session *s, struct capture_format *format)
{
	struct v4l_session *v = v4l_of(s);
	const struct capture_format wish = *format;
	struct v4l_layout layout;
	struct v4l_picture p;
	int err;

	err = read_picture(v, &p);
	if (err)
		return err;
	apply_wish(&wish, &p);
	err = agree(v, VIDIOC_TRY_FMT, "VIDIOC_TRY_FMT", &p);
	if (!err)
		err = understand(v, &p, format, &layout);
	if (err)
		return err;
	format->fps_num = wish.fps_num;
	format->fps_den = wish.fps_den;
	v4l_try_rate(v, format);
	return 0;
}

int v4l_try_size(struct v4l_session *v, uint32_t fourcc, uint32_t *width, uint32_t *height)
{
	struct v4l_picture p = {
		.width = *width, .height = *height, .fourcc = fourcc, .field = V4L2_FIELD_ANY,
	};
	int err = ask(v, VIDIOC_TRY_FMT, &p);

	if (err)
		return err;
	*width = p.width;
	*height = p.height;
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "agree.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>

#include "say.h"
#include "words.h"

/* the pixel format that suits the output best */
struct best {
	const struct request *request;
	uint32_t now;		/* what the device has */
	uint32_t fourcc;
	unsigned int rank;
};

static bool fits(uint32_t value, uint32_t min, uint32_t max, uint32_t step)
{
	if (!step)
		return value == min;
	return value >= min && value <= max && (value - min) % step == 0;
}

/* 29.97 asked and 30000/1001 given is the same rate: equal within a thousandth. */
static bool same_rate(uint32_t num, uint32_t den, uint32_t other_num, uint32_t other_den)
{
	unsigned __int128 a = (unsigned __int128)num * other_den, b = (unsigned __int128)other_num * den;

	return (a > b ? a - b : b - a) * 1000 <= a;
}

static bool has_rate(const struct capture_format_info *info, uint32_t num, uint32_t den)
{
	if (!info->fps_count || (info->fps_range && info->fps_count < 2))
		return true;
	if (info->fps_range)
		return (uint64_t)num * info->fps[0][1] <= (uint64_t)info->fps[0][0] * den &&
		       (uint64_t)num * info->fps[1][1] >= (uint64_t)info->fps[1][0] * den;
	for (uint32_t i = 0; i < info->fps_count; i++)
		if (same_rate(num, den, info->fps[i][0], info->fps[i][1]))
			return true;
	return false;
}

/* How well a pixel format suits all outputs: as well as the worst of them; 0: not. */
static unsigned int rank_of(const struct request *r, uint32_t fourcc)
{
	unsigned int rank, least = UINT_MAX - 1;

	for (unsigned int i = 0; i < r->output_count; i++) {
		rank = encoder_rank(r->outputs[i].encoder, fourcc, &r->encode);
		if (rank < least)
			least = rank;
	}
	return least;
}

static bool all_ranks_equal(const struct request *r)
{
	for (unsigned int i = 0; i < r->output_count; i++)
		if (r->outputs[i].encoder->rank)
			return false;
	return true;
}

static int rank_format(void *arg, const struct capture_format_info *info)
{
	struct best *best = arg;
	const struct request *r = best->request;
	unsigned int rank;

	if (r->width && (!fits(r->width, info->width, info->width_max, info->width_step) ||
			 !fits(r->height, info->height, info->height_max, info->height_step)))
		return 0;
	if (r->fps_num && !has_rate(info, r->fps_num, r->fps_den))
		return 0;
	rank = rank_of(r, info->fourcc);
	if (rank && info->fourcc == best->now &&
	    (!(info->flags & CAPTURE_FORMAT_COMPRESSED) || all_ranks_equal(r)))
		rank = UINT_MAX;
	if (rank > best->rank) {
		best->rank = rank;
		best->fourcc = info->fourcc;
	}
	return 0;
}

/* Does the pixel format of now suit the output, in the size and rate asked for? */
static bool does_as_it_is(struct capture_session *session, const struct request *r,
			  const struct capture_format *now)
{
	struct capture_format f = { .width = r->width, .height = r->height, .fourcc = now->fourcc,
				    .fps_num = r->fps_num, .fps_den = r->fps_den };

	if (now->flags & CAPTURE_FORMAT_COMPRESSED || !rank_of(r, now->fourcc))
		return false;
	if (!r->width && !r->fps_num)
		return true;
	return !capture_try_format(session, &f) && f.fourcc == now->fourcc &&
	       (!r->width || (f.width == r->width && f.height == r->height)) &&
	       (!r->fps_num || (f.fps_num && same_rate(r->fps_num, r->fps_den, f.fps_num, f.fps_den)));
}

/* The pixel format to wish for where the user named none. */
static uint32_t choose_fourcc(struct capture_session *session, const struct request *r,
			      const struct capture_format *now)
{
	struct best best = { .request = r, .now = now->fourcc };

	/* a device can have hundreds of formats: do not ask for them where it does as it is */
	if (does_as_it_is(session, r, now))
		return now->fourcc;
	capture_formats(session, rank_format, &best);	/* a source that cannot tell offers none */
	return best.fourcc ? best.fourcc : now->fourcc;
}

static void print_rate(uint32_t num, uint32_t den, char text[40])
{
	if (!num || !den)
		snprintf(text, 40, "no fixed rate");
	else if (den == 1)
		snprintf(text, 40, "%" PRIu32 " fps", num);
	else
		snprintf(text, 40, "%" PRIu32 "/%" PRIu32 " fps", num, den);
}

/* Say what is not as it was asked for. */
static int complain(const struct request *r, const char *uri, const char *asked, const char *given)
{
	if (r->relax) {
		say(SAY_NOTES, "%s: %s was asked for and %s is given", uri, asked, given);
		return 0;
	}
	return say_error(STATUS_CONFIG, 0, "%s: %s is not offered, the nearest is %s; see "
			 "--list-formats, or accept it with --relax", uri, asked, given);
}

static int compare(const struct request *r, const char *uri, const struct capture_format *f)
{
	char asked[40], given[40];
	int status = 0;

	if (r->width && (r->width != f->width || r->height != f->height)) {
		snprintf(asked, sizeof(asked), "%" PRIu32 "x%" PRIu32, r->width, r->height);
		snprintf(given, sizeof(given), "%" PRIu32 "x%" PRIu32, f->width, f->height);
		status = complain(r, uri, asked, given);
	}
	if (!status && r->fourcc && r->fourcc != f->fourcc)
		status = complain(r, uri, capture_fourcc_name(r->fourcc, asked),
				  capture_fourcc_name(f->fourcc, given));
	if (!status && r->fps_num && (!f->fps_num || !f->fps_den ||
				      !same_rate(r->fps_num, r->fps_den, f->fps_num, f->fps_den))) {
		print_rate(r->fps_num, r->fps_den, asked);
		print_rate(f->fps_num, f->fps_den, given);
		status = complain(r, uri, asked, given);
	}
	return status;
}

static int set_input(struct capture_session *session, const char *input)
{
	int err = capture_set_input(session, input);

	return err ? say_library_error(PHASE_AGREE, err) : 0;
}

/* capture_try_format(), or as near to it as the source can come */
static int ask(struct capture_session *session, struct capture_format *format)
{
	int err = capture_try_format(session, format);

	if (err != -EOPNOTSUPP)
		return err;
	say(SAY_NOTES, "the device cannot tell what it would give; this is what it has now");
	return capture_get_format(session, format);
}

int agree(struct capture_session *session, const struct request *r, bool change,
	  struct capture_format *format)
{
	struct capture_format now, wish = { .width = r->width, .height = r->height,
					    .fourcc = r->fourcc, .fps_num = r->fps_num,
					    .fps_den = r->fps_den };
	struct capture_info info;
	int err, status = r->input && change ? set_input(session, r->input) : 0;

	if (status)
		return status;
	err = capture_get_format(session, &now);
	if (err)
		return say_library_error(PHASE_AGREE, err);
	if (!wish.fourcc)
		wish.fourcc = choose_fourcc(session, r, &now);
	err = change ? capture_set_format(session, &wish) : ask(session, &wish);
	if (err)
		return say_library_error(PHASE_AGREE, err);
	capture_info(session, &info);
	status = compare(r, info.uri, &wish);
	if (status)
		return status;
	for (unsigned int i = 0; !err && i < r->output_count; i++)
		err = encoder_accepts(r->outputs[i].encoder, &wish, &r->encode);
	if (err)
		return say_error(status_of(PHASE_AGREE, err), err, "%s", why());
	*format = wish;
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "estimate.h"
#include "inplace.h"
#include "jsontext.h"
#include "limit_list.h"
#include "say.h"
#include "words.h"

/* what is worked out for people only */
struct output_forecast {
	double fps;		/* of its writers together; 0: not known */
	uint64_t frame_bytes;	/* of one frame in the file; 0: not known */
};

struct forecast {
	double device_fps;	/* 0: as fast as it can, or not known */
	double encoder_fps;	/* of all outputs together; 0: not known */
	struct output_forecast outputs[REQUEST_OUTPUTS_MAX];
	int status;		/* what the run would end with before its first frame; 0: it can begin */
	char verdict[1024];
};

static void forecast_output(const struct plan *plan, const struct output *o,
			    struct output_forecast *f)
{
	f->fps = estimate_fps(o->wish->encoder, &plan->format, &plan->request->encode,
			      &f->frame_bytes) * o->writers;
	if (o->frame_fixed)
		f->frame_bytes = o->frame_bytes;
}

/*
 * Every frame goes through all outputs: where they have processors of their own
 * the slowest tells, else their times add up.
 */
static double combine(const struct plan *plan, const struct forecast *f)
{
	unsigned int threads = 0;
	double slowest = 0, seconds = 0;

	for (unsigned int i = 0; i < plan->output_count; i++) {
		double fps = f->outputs[i].fps;

		if (fps <= 0)
			return 0;
		threads += plan->outputs[i].writers;
		seconds += 1 / fps;
		if (!i || fps < slowest)
			slowest = fps;
	}
	if (!plan->output_count || threads <= (unsigned long)sysconf(_SC_NPROCESSORS_ONLN))
		return slowest;
	return 1 / seconds;
}

static void forecast_rates(const struct plan *plan, struct forecast *f)
{
	const struct capture_format *format = &plan->format;

	if (format->fps_num && format->fps_den)
		f->device_fps = (double)format->fps_num / format->fps_den;
	for (unsigned int i = 0; i < plan->output_count; i++)
		forecast_output(plan, &plan->outputs[i], &f->outputs[i]);
	f->encoder_fps = combine(plan, f);
}

static void judge(const struct plan *plan, struct forecast *f)
{
	const struct request *r = plan->request;
	double kept_fps = f->device_fps / (double)r->every;

	if (r->interval_ns && kept_fps > 1e9 / (double)r->interval_ns)
		kept_fps = 1e9 / (double)r->interval_ns;
	if (!plan->output_count)
		snprintf(f->verdict, sizeof(f->verdict), "lossless: nothing is written, so every buffer is "
			 "free again at once");
	else if (plan->format.flags & CAPTURE_FORMAT_ON_DEMAND)
		snprintf(f->verdict, sizeof(f->verdict), "lossless: the source waits until memory is free");
	else if (r->frames && r->frames <= plan->buffers)
		snprintf(f->verdict, sizeof(f->verdict), "lossless: all frames fit in memory");
	else if (f->device_fps <= 0)
		snprintf(f->verdict, sizeof(f->verdict), "not known: the device has no fixed rate and the "
			 "run may be longer than memory");
	else if (f->encoder_fps <= 0)
		snprintf(f->verdict, sizeof(f->verdict), "not known: the speed of writing cannot be told "
			 "beforehand and the run may be longer than memory");
	else if (f->encoder_fps > kept_fps * 1.1)
		snprintf(f->verdict, sizeof(f->verdict), "lossless: writing (%.1f fps) is faster than the "
			 "device (%.1f fps), if the disk is", f->encoder_fps, kept_fps);
	else
		snprintf(f->verdict, sizeof(f->verdict), "lossy after about %.0f s: writing (%.1f fps) is "
			 "slower than the device (%.1f fps), and %u frames fit in memory",
			 plan->buffers / (kept_fps > f->encoder_fps ? kept_fps - f->encoder_fps :
								      kept_fps * 0.1),
			 f->encoder_fps, kept_fps, plan->buffers);
}

/* ---- JSON --------------------------------------------------------------- */

static void add_rejected(void *arg, const char *backend, const char *reason)
{
	json_array_append_new(arg, json_pack("{s:o, s:o}", "backend", json_text(backend),
					     "reason", json_text(reason)));
}

static json_t *count_or_null(uint64_t value)
{
	return value ? json_integer((json_int_t)value) : json_null();
}

/* of all frames; 0: not known */
static uint64_t needed_bytes(const struct output *o, const struct output_forecast *f)
{
	uint64_t bytes;

	return __builtin_mul_overflow(f->frame_bytes, o->count, &bytes) || bytes > INT64_MAX ?
	       INT64_MAX : bytes;
}

static json_t *real_or_null(double value)
{
	return value > 0 ? json_real(value) : json_null();
}

static json_t *format_object(const struct capture_format *f)
{
	char fourcc[20];

	return json_pack("{s:I, s:I, s:s, s:I, s:I, s:o}", "w", (json_int_t)f->width,
			 "h", (json_int_t)f->height, "fourcc", capture_fourcc_name(f->fourcc, fourcc),
			 "stride", (json_int_t)f->plane[0].stride, "bytes", (json_int_t)f->size,
			 "fps", json_rate(f->fps_num, f->fps_den));
}

static json_t *files_object(const struct output *o)
{
	switch (o->mode) {
	case OUTPUT_STREAM:
		return json_pack("{s:o, s:o, s:n}", "first", json_text(o->path), "last",
				 json_text(o->path), "exist");
	default:
		return json_pack("{s:o, s:o, s:I}", "first", json_text(o->report.first), "last",
				 *o->report.last ? json_text(o->report.last) : json_null(),
				 "exist", (json_int_t)o->report.existing);
	}
}

static const char *way_if_not_direct(const struct request *r)
{
	return r->direct == DIRECT_ON ? "refused" : direct_way_name(DIRECT_NO);
}

/* How a raw file would be written, as far as that can be told without making it. */
static const char *way_words(const struct plan *plan, const struct output *o, char words[160])
{
	const char *why = output_why_buffered(o, plan->request);

	if (why)
		snprintf(words, 160, "%s: %s", direct_way_name(DIRECT_NO), why);
	else if (plan->in_place)
		snprintf(words, 160, "%s if the device takes memory of the file, else copied",
			 direct_way_name(DIRECT_IN_PLACE));
	else if (inplace_may(o->path))
		snprintf(words, 160, "%s: the file is in memory", way_if_not_direct(plan->request));
	else
		snprintf(words, 160, "%s if file system and kernel let it, else %s",
			 direct_way_name(DIRECT_YES), way_if_not_direct(plan->request));
	return words;
}

static json_t *sink_object(const struct plan *plan, const struct output *o,
			   const struct output_forecast *f)
{
	char words[160];

	bool on_disk = o->mode == OUTPUT_FILE || o->mode == OUTPUT_FILES;

	return json_pack("{s:s, s:I, s:o, s:o, s:o, s:o}", "format", o->wish->encoder->name,
			 "writers", (json_int_t)o->writers,
			 "est_fps", real_or_null(f->fps),
			 "free", on_disk && o->report.free_bytes != UINT64_MAX ?
				 json_integer((json_int_t)o->report.free_bytes) : json_null(),
			 "need", on_disk ? count_or_null(needed_bytes(o, f)) : json_null(),
			 "way", output_is_plain_file(o) ? json_string(way_words(plan, o, words)) :
							  json_null());
}

/* The first output, or that there is none: what it was before there could be several. */
static json_t *first_sink(const struct plan *plan, const struct forecast *f)
{
	if (plan->output_count)
		return sink_object(plan, &plan->outputs[0], &f->outputs[0]);
	return json_pack("{s:s, s:i, s:n, s:n, s:n, s:n}", "format", "null", "writers", 0,
			 "est_fps", "free", "need", "way");
}

static json_t *outputs_array(const struct plan *plan, const struct forecast *f)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < plan->output_count; i++)
		json_array_append_new(list, json_pack("{s:o, s:o}",
				      "sink", sink_object(plan, &plan->outputs[i],
							  &f->outputs[i]),
				      "files", files_object(&plan->outputs[i])));
	return list;
}

static json_t *plan_object(const struct plan *plan, const struct forecast *f,
			   struct capture_session *session)
{
	const struct capture_info *info = &plan->info;
	const struct capture_format *format = &plan->format;
	json_t *rejected = json_array();

	device_rejections(plan->choice, info->backend, add_rejected, rejected);
	return json_pack("{s:s, s:o, s:s, s:s, s:o, s:o, s:I, s:I, s:o, s:o, s:o, s:I, s:I, s:o, s:o, s:o,"
			 " s:o, s:i, s:o}",
			 "schema", "grab.plan/1",
			 "uri", json_text(info->uri),
			 "backend", info->backend,
			 "why", plan->choice->why,
			 "rejected", rejected,
			 "format", format_object(format),
			 "buffers", (json_int_t)plan->buffers,
			 "pinned", (json_int_t)plan->pinned,
			 "limits", limits_array(session),
			 "chunk", count_or_null(info->chunk),
			 "window", count_or_null(info->window),
			 "memory", (json_int_t)plan->buffers * (json_int_t)plan->stride,
			 "budget", (json_int_t)plan->budget,
			 "in_bps", f->device_fps > 0 ?
				json_integer((json_int_t)(f->device_fps * (double)format->size)) : json_null(),
			 "sink", first_sink(plan, f),
			 "files", plan->output_count ? files_object(&plan->outputs[0]) : json_null(),
			 "outputs", outputs_array(plan, f),
			 "exit", f->status,
			 "verdict", json_text(f->verdict));
}

/* ---- text --------------------------------------------------------------- */

static void print_rejected(void *arg, const char *backend, const char *reason)
{
	printf("  not %-8s %s\n", backend, reason);
}

static void print_format(const struct plan *plan)
{
	const struct capture_format *f = &plan->format;
	char fourcc[20];

	printf("  format       %" PRIu32 "x%" PRIu32 " %s, %" PRIu64 " bytes a frame", f->width, f->height,
	       capture_fourcc_name(f->fourcc, fourcc), f->size);
	if (f->fps_num && f->fps_den)
		printf(", %g fps, %.1f MB/s", (double)f->fps_num / f->fps_den,
		       (double)f->size * f->fps_num / f->fps_den / 1e6);
	putchar('\n');
}

static void print_memory(const struct plan *plan, struct capture_session *session)
{
	const struct capture_info *info = &plan->info;

	printf("  memory       %u buffers of %" PRIu64 " bytes, %.1f MB of a budget of %.1f MB (%s)\n",
	       plan->buffers, plan->stride, (double)plan->stride * plan->buffers / 1e6,
	       (double)plan->budget / 1e6, memory_kind_name(plan->request->memory));
	printf("  pinned       at most %.1f MB", (double)plan->pinned / 1e6);
	if (info->chunk)
		printf(", chunks of %" PRIu64 " bytes, %" PRIu32 " at once", info->chunk, info->window);
	putchar('\n');
	limits_print(session, "  limit        ", stdout);
}

static void print_output(const struct plan *plan, const struct output *o,
			 const struct output_forecast *f)
{
	char words[160];

	if (o->mode == OUTPUT_STREAM)
		printf("  output       %s", o->path);
	else if (o->report.targets == 1)
		printf("  output       %s", o->report.first);
	else
		printf("  output       %s%s%s", o->report.first, *o->report.last ? " to " : " ...",
		       o->report.last);
	printf(", %s, by %u thread%s", o->wish->encoder->name, o->writers,
	       o->writers == 1 ? "" : "s");
	if (f->fps > 0)
		printf(", about %.1f fps", f->fps);
	putchar('\n');
	if (output_is_plain_file(o))
		printf("  way          %s\n", way_words(plan, o, words));
	if (o->mode == OUTPUT_STREAM)
		return;
	printf("  exist        %" PRIu64 " of %" PRIu64 "\n", o->report.existing, o->report.targets);
	if (o->report.free_bytes == UINT64_MAX)
		printf("  disk         does not tell how much is free");
	else
		printf("  disk         %.1f MB free", (double)o->report.free_bytes / 1e6);
	if (f->frame_bytes && o->count)
		printf(", about %.1f MB needed", (double)f->frame_bytes * (double)o->count / 1e6);
	putchar('\n');
}

static void print_text(const struct plan *plan, const struct forecast *f,
		       struct capture_session *session)
{
	printf("%s\n", plan->info.uri);
	printf("  backend      %s: %s\n", plan->info.backend, plan->choice->why);
	device_rejections(plan->choice, plan->info.backend, print_rejected, NULL);
	print_format(plan);
	print_memory(plan, session);
	if (!plan->output_count)
		printf("  output       none: frames are counted and discarded\n");
	for (unsigned int i = 0; i < plan->output_count; i++)
		print_output(plan, &plan->outputs[i], &f->outputs[i]);
	printf("  verdict      %s\n", f->verdict);
}

int explain(struct plan *plan, struct capture_session *session)
{
	struct forecast f = { .status = plan_make(plan, session, false) };
	int err;

	if (f.status)
		return f.status;
	forecast_rates(plan, &f);
	err = plan_check(plan);
	if (err) {
		f.status = status_of(PHASE_CREATE, err);
		snprintf(f.verdict, sizeof(f.verdict), "refused: %s", why());
	} else {
		judge(plan, &f);
	}
	if (plan->request->json)
		err = json_print(plan_object(plan, &f, session), stdout);
	else
		err = (print_text(plan, &f, session), fflush(stdout)) ?
		      say_why(-errno, "standard output: %m") : 0;
	return err ? say_error(status_of(PHASE_WRITE, err), err, "%s", why()) : f.status;
}

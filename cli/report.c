/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "clock.h"
#include "jsontext.h"
#include "outfile.h"
#include "say.h"
#include "words.h"

static uint64_t elapsed_ns(const struct tally *t)
{
	return (t->end_ns ? t->end_ns : clock_now()) - t->start_ns;
}

static double cpu_seconds(void)
{
	struct rusage usage;

	if (getrusage(RUSAGE_SELF, &usage))
		return 0;
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* ---- JSON --------------------------------------------------------------- */

static json_t *lost_object(const struct tally *t, const struct request *r)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:n, s:o}",
			 "device", (json_int_t)t->lost.device,
			 "transfer", (json_int_t)t->lost.transfer,
			 "ring_full", (json_int_t)t->lost.ring_full,
			 "corrupt", (json_int_t)t->lost.corrupt,
			 "short", (json_int_t)t->lost.incomplete,
			 "writer", (json_int_t)t->lost.writer,
			 "triggers",
			 "slots", r->interval_ns ? json_integer((json_int_t)t->lost.slots) : json_null());
}

/* Rates and spreads need two frames at least. */
static json_t *fps_object(const struct tally *t)
{
	if (!t->shortest_ns)
		return json_null();
	return json_pack("{s:f, s:f, s:f}", "mean", tally_fps(t), "min", 1e9 / (double)t->longest_ns,
			 "max", 1e9 / (double)t->shortest_ns);
}

static json_t *jitter_object(const struct histogram *h)
{
	if (!h->count)
		return json_null();
	return json_pack("{s:I, s:I, s:I}", "p50", (json_int_t)histogram_percentile(h, 50),
			 "p99", (json_int_t)histogram_percentile(h, 99), "max", (json_int_t)h->max);
}

static json_t *latency_object(const struct histogram *h)
{
	if (!h->count)
		return json_null();
	return json_pack("{s:I, s:I}", "p50", (json_int_t)histogram_percentile(h, 50),
			 "p99", (json_int_t)histogram_percentile(h, 99));
}

static json_t *sequence_range(const struct tally *t)
{
	if (!t->have_first)
		return json_null();
	return json_pack("[o, o]", json_count_text(t->first_sequence), json_count_text(t->last_sequence));
}

static json_t *stats_object(const struct report *report, const struct tally *t)
{
	const struct request *r = report->request;
	struct capture_stats stats;
	int status = tally_status(t, r);

	capture_stats(report->session, &stats);
	return json_pack("{s:s, s:b, s:i, s:s, s:o, s:I, s:I, s:I, s:o, s:s, s:o, s:o, s:o, s:o, s:I, s:o,"
			 " s:{s:i, s:i}, s:{s:o, s:s}, s:{s:I, s:o}, s:I, s:f, s:o, s:s}",
			 "schema", "grab.stats/1",
			 "ok", status == STATUS_OK,
			 "exit", status,
			 "end", tally_end_name(t->end),
			 "requested", t->requested ? json_integer((json_int_t)t->requested) : json_null(),
			 "captured", (json_int_t)t->captured,
			 "written", (json_int_t)t->written,
			 "skipped", (json_int_t)t->skipped,
			 "lost", lost_object(t, r),
			 "proof", tally_proof(t),
			 "seq", sequence_range(t),
			 "fps", fps_object(t),
			 "jitter_ns", jitter_object(&t->jitter),
			 "latency_ns", latency_object(&t->latency),
			 "bytes", (json_int_t)t->bytes,
			 "elapsed", json_count_text(elapsed_ns(t)),
			 "ring", "depth", (int)t->depth, "high_water", (int)t->high_water,
			 "mem", "pinned_peak", stats.pinned_peak ?
				json_integer((json_int_t)stats.pinned_peak) : json_null(),
				"kind", report->memory,
			 "faults", "count", (json_int_t)stats.faults,
				"last", stats.fault ? json_text(stats.fault) : json_null(),
			 "interrupts_lost", (json_int_t)stats.interrupts_lost,
			 "cpu_s", cpu_seconds(),
			 "device", json_text(report->uri),
			 "version", PACKAGE_VERSION);
}

/* ---- text --------------------------------------------------------------- */

/* "3 by the device, 1 damaged"; empty: none */
static const char *lost_words(const struct tally *t, char text[512])
{
	const struct {
		uint64_t frames;
		const char *where;
	} table[] = {
		{ t->lost.device, "by the device" },
		{ t->lost.transfer, "in the transfer" },
		{ t->lost.ring_full, "because all memory was waiting to be written" },
		{ t->lost.corrupt, "damaged" },
		{ t->lost.incomplete, "short" },
		{ t->lost.writer, "captured, but not written" },
		{ t->lost.slots, "intervals without a frame" },
	};
	size_t length = 0;

	*text = '\0';
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].frames)
			length += (size_t)snprintf(text + length, 512 - length, "%s%" PRIu64 " %s",
						   length ? ", " : "", table[i].frames, table[i].where);
	return text;
}

static const char *way_words(const struct capture_info *info)
{
	switch (info->way) {
	case CAPTURE_WAY_DIRECT:
		return "zero-copy";
	case CAPTURE_WAY_COPIED:
		return "copied";
	case CAPTURE_WAY_SIMULATED:
		return "simulated";
	default:
		return "way not known";
	}
}

static const char *end_words(const struct tally *t)
{
	static const char *const words[] = {
		[END_NONE] = "it runs",			[END_COUNT] = "complete",
		[END_DURATION] = "the time is over",	[END_SIGNAL] = "ended by a signal",
		[END_PIPE] = "the reader went away",	[END_LOSS] = "ended by a loss",
		[END_MISMATCH] = "a frame was wrong",	[END_TIMEOUT] = "no frame came in time",
		[END_DEVICE] = "the device failed",	[END_OUTPUT] = "the output failed",
		[END_SOURCE] = "the recording is over",
	};

	return words[t->end];
}

/* Only where there is something to tell. */
static void print_trouble(const struct capture_stats *stats, FILE *out)
{
	if (stats->faults)
		fprintf(out, "  device   stopped by itself %" PRIu64 " time%s, last: %s\n", stats->faults,
			stats->faults == 1 ? "" : "s", stats->fault);
	if (stats->interrupts_lost)
		fprintf(out, "  device   %" PRIu64 " interrupt%s did not come; nothing was lost by that\n",
			stats->interrupts_lost, stats->interrupts_lost == 1 ? "" : "s");
}

static void print_text(const struct report *report, const struct tally *t, FILE *out)
{
	const struct capture_format *f = report->format;
	double seconds = (double)elapsed_ns(t) / 1e9;
	struct capture_stats stats;
	struct capture_info info;
	char fourcc[20], lost[512];

	capture_info(report->session, &info);
	capture_stats(report->session, &stats);
	fprintf(out, "  frames   %" PRIu64 " written", t->written);
	if (t->requested)
		fprintf(out, " of %" PRIu64, t->requested);
	if (t->skipped)
		fprintf(out, ", %" PRIu64 " passed over", t->skipped);
	fprintf(out, "; %s\n", end_words(t));
	fprintf(out, "  lost     %s\n", *lost_words(t, lost) ? lost : "none");
	fprintf(out, "  picture  %" PRIu32 "x%" PRIu32 " %s", f->width, f->height,
		capture_fourcc_name(f->fourcc, fourcc));
	if (t->shortest_ns)
		fprintf(out, ", %.2f fps", tally_fps(t));
	fprintf(out, ", %.3f s, %.1f MB, %.1f MB/s\n", seconds, (double)t->bytes / 1e6,
		seconds > 0 ? (double)t->bytes / 1e6 / seconds : 0);
	fprintf(out, "  memory   %u buffers (%s), at most %u of them waiting to be written; %s",
		t->depth, report->memory, t->high_water, way_words(&info));
	if (info.way_name && strcmp(info.way_name, way_words(&info)))
		fprintf(out, " (%s)", info.way_name);
	if (stats.pinned_peak)
		fprintf(out, ", at most %" PRIu64 " bytes pinned", stats.pinned_peak);
	fputc('\n', out);
	print_trouble(&stats, out);
	fprintf(out, "  proof    %s", tally_proof(t));
	if (t->have_first)
		fprintf(out, ", frames %" PRIu64 " to %" PRIu64 " of the device", t->first_sequence,
			t->last_sequence);
	fputc('\n', out);
}

/* ---- where it goes ------------------------------------------------------ */

static int print(const struct report *report, const struct tally *tally, enum stats_form form,
		 FILE *out)
{
	if (form == STATS_JSON)
		return json_print(stats_object(report, tally), out);
	fprintf(out, "%s\n", report->uri);
	print_text(report, tally, out);
	return fflush(out) ? say_why(-errno, "cannot write: %m") : 0;
}

static int print_to_file(const struct report *report, const struct tally *tally,
			 enum stats_form form)
{
	char *text = NULL;
	size_t length = 0;
	struct outfile file;
	FILE *memory = open_memstream(&text, &length);
	int err = memory ? print(report, tally, form, memory) : say_why(-errno, "%m");

	if (memory && fclose(memory) && !err)
		err = say_why(-ENOMEM, "%m");
	if (!err)
		err = outfile_open(&file, report->request->stats_file, &report->request->outfile);
	if (!err) {
		err = sink_write(&file.out.sink, text, length);
		if (err)
			outfile_abort(&file);
		else
			err = outfile_commit(&file);
	}
	free(text);
	return err ? say_why_in(err, "--stats: ") : 0;
}

int report_print(const struct report *report, const struct tally *tally)
{
	const struct request *r = report->request;
	enum stats_form form = r->stats;

	if (form == STATS_AUTO)
		form = (isatty(STDERR_FILENO) && !r->quiet) || r->verbose ? STATS_TEXT : STATS_NONE;
	if (form == STATS_NONE)
		return 0;
	if (!r->stats_file)
		return print(report, tally, form, stderr);
	if (!strcmp(r->stats_file, "-"))
		return print(report, tally, form, stdout);
	return print_to_file(report, tally, form);
}

void report_show(const struct report *report, const struct tally *tally)
{
	enum stats_form form = report->request->stats == STATS_JSON ? STATS_JSON : STATS_TEXT;

	print(report, tally, form, stderr);
}

/* ---- a run that ended well, and yet not with 0 --------------------------- */

static void tell_early(const struct tally *t)
{
	char lost[512];

	if (t->end == END_LOSS)
		say_error(STATUS_EARLY, 0, "ended at the first loss: %s; %" PRIu64 " frames are written; "
			  "--loss=fail goes on and counts", lost_words(t, lost), t->written);
	else if (t->end == END_SOURCE)
		say_error(STATUS_EARLY, 0, "the recording is over after %" PRIu64 " frames; take them all "
			  "with --frames 0, or begin anew after the last with loop=1", t->written);
	else
		say_error(STATUS_EARLY, 0, "%" PRIu64 " of %" PRIu64 " frames: %s; ask for fewer frames, or "
			  "give it more time", t->written, t->requested, end_words(t));
}

static void tell_loss(const struct tally *t)
{
	char lost[512];

	say_error(STATUS_LOSS, 0, "%" PRIu64 " frames are written, but others were lost: %s; lower "
		  "the rate or the size, give more --buffers, or accept it with --loss=ignore",
		  t->written, lost_words(t, lost));
}

void report_verdict(const struct report *report, const struct tally *tally)
{
	int status = tally_status(tally, report->request);

	if (status == STATUS_EARLY)
		tell_early(tally);
	else if (status == STATUS_LOSS)
		tell_loss(tally);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * grab: capture frames into memory, and write them to files.
 *
 *	main			arguments, configuration -> request
 *	  act			the device: a list, a plan or a capture
 *	    capture		opens it
 *	      prepare_and_run	format -> files -> controls -> memory, attached
 *	        run		writers, the loop, the report
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "conffile.h"
#include "control.h"
#include "device.h"
#include "explain.h"
#include "list.h"
#include "option.h"
#include "pipeline.h"
#include "plan.h"
#include "report.h"
#include "ring.h"
#include "say.h"
#include "signals.h"
#include "words.h"

#define STAY 8	/* buffers that are never given away */

static int output_status(enum phase phase, int err)
{
	return say_error(status_of(phase, err), err, "%s", why());
}

static void show(void *arg, const struct tally *tally)
{
	report_show(arg, tally);
}

static void tell_names(const struct output *output)
{
	if (output->numbered && output->count)
		say(SAY_NOTES, "%llu files, %s to %s", (unsigned long long)output->count,
		    output->report.first, output->report.last);
	else if (output->numbered)
		say(SAY_NOTES, "files from %s on", output->report.first);
}

/* --verbose: what was agreed, and why it is so */
static void tell_plan(const struct plan *plan, struct capture_session *session,
		      const struct ring *ring)
{
	const struct capture_format *f = &plan->format;
	char fourcc[20], rate[32] = "no fixed rate";
	struct capture_info info;

	if (!say_shows(SAY_DETAILS))
		return;
	capture_info(session, &info);
	say(SAY_DETAILS, "%s: %s", plan->choice->uri, plan->choice->why);
	if (f->fps_num && f->fps_den)
		snprintf(rate, sizeof(rate), "%.6g fps", (double)f->fps_num / f->fps_den);
	say(SAY_DETAILS, "%ux%u %s, %llu bytes a frame, %s", f->width, f->height,
	    capture_fourcc_name(f->fourcc, fourcc), (unsigned long long)f->size, rate);
	say(SAY_DETAILS, "%u buffers of %zu bytes (%s)%s%s", ring->count, ring->arena.stride,
	    memory_kind_name(ring->arena.kind), info.way_name ? ", way: " : "",
	    info.way_name ? info.way_name : "");
	if (info.way_why)
		say(SAY_DETAILS, "%s", info.way_why);
}

/* Of a signal that came before the first frame. */
static int signal_status(int signals)
{
	int number;

	do
		number = signals_take(signals);
	while (number == SIGUSR2);
	return STATUS_SIGNAL + (number ? number : SIGINT);
}

/* Memory with a descriptor was needed: the device reaches no other straight. */
static unsigned int slots_in_place(const struct plan *plan, const struct ring *ring)
{
	return plan->in_place && ring->arena.kind != MEMORY_MEMFD ? ring->count : 0;
}

static int open_writers(const struct plan *plan, const struct ring *ring, struct writer *writers[])
{
	const struct request *r = plan->request;
	struct encode_options options = r->encode;
	int err = 0;

	options.source = plan->info.uri;
	for (unsigned int i = 0; !err && i < plan->output_count; i++) {
		const struct output *o = &plan->outputs[i];
		const struct writer_setup setup = {
			.encoder = o->wish->encoder, .options = &options,
			.format = &plan->format, .policy = &r->outfile, .mode = o->mode,
			.path = o->path, .standard = o->standard, .threads = o->writers,
			.plain_file = output_is_plain_file(o), .must_direct = r->direct == DIRECT_ON,
			.why_buffered = output_why_buffered(o, r),
			.expected = o->need_bytes == UINT64_MAX ? 0 : o->need_bytes,
			.in_place = { .frame_bytes = o->frame_bytes, .frames = r->frames,
				      .slots = slots_in_place(plan, ring) },
			.frames = o->count,
		};

		err = writer_open(&setup, &writers[i]);
	}
	return err;
}

/*
 * Where there is one buffer for each frame of the run, few are needed more than once:
 * some by devices that hold buffers back, and by the last frames if the reader is late.
 */
static unsigned int buffers_to_give(const struct plan *plan, const struct ring *ring,
				    struct writer *const writers[])
{
	const unsigned int quarter = ring->count / 4, stay = quarter > STAY ? quarter : STAY;
	const uint64_t frames = plan->request->frames;

	if (!frames || frames > ring->count || ring->count <= stay)
		return 0;
	for (unsigned int i = 0; i < plan->output_count; i++)
		if (writer_takes_pages(writers[i]))
			return ring->count - stay;
	return 0;
}

/* Memory is there and attached: open the files, run, report. */
static int run(struct plan *plan, struct capture_session *session, struct ring *ring, int signals)
{
	const struct request *r = plan->request;
	struct writer *writers[REQUEST_OUTPUTS_MAX] = { NULL };
	struct report report = { .request = r, .session = session, .format = &plan->format,
				 .uri = plan->choice->uri, .outputs = plan->outputs,
				 .writers = writers, .output_count = plan->output_count,
				 .memory = memory_kind_name(ring->arena.kind) };
	struct progress progress;
	struct pipeline_setup setup = { .request = r, .session = session, .format = &plan->format,
					.ring = ring, .outputs = plan->outputs, .writers = writers,
					.output_count = plan->output_count, .progress = &progress,
					.signals = signals, .show = show, .show_arg = &report };
	struct tally tally = { .requested = r->frames };
	int status = 0, err = open_writers(plan, ring, writers);

	if (!err && r->metadata)
		err = metadata_open(r->metadata, &r->outfile, &setup.metadata);
	if (err) {
		status = err == -EINTR ? signal_status(signals) : output_status(PHASE_CREATE, err);
		goto close_writers;
	}
	setup.to_give = buffers_to_give(plan, ring, writers);
	progress_open(&progress, r);
	status = pipeline_run(&setup, &tally);
	report_verdict(&report, &tally);
	err = report_print(&report, &tally);
	if (err)
		status = status_worse(status, output_status(PHASE_WRITE, err));
	metadata_close(setup.metadata);
close_writers:
	for (unsigned int i = 0; i < plan->output_count; i++)
		writer_close(writers[i]);
	return status;
}

/* The device is open: everything that can fail before a frame is lost fails here. */
static int prepare_and_run(struct plan *plan, struct capture_session *session, struct ring *ring,
			   int signals)
{
	const struct request *r = plan->request;
	struct controls controls = { 0 };
	unsigned int least;
	int status, err;

	status = plan_make(plan, session, true);
	if (status)
		return status;
	err = plan_check(plan);
	if (err)
		return output_status(PHASE_CREATE, err);
	status = controls_apply(session, r, &controls);
	if (!status) {
		/* it can take seconds, and if there is nothing to put back it may just end */
		signals_hold(r->restore_controls && controls.count);
		/* a number that was asked for is a promise; ours may be too high for the device */
		least = r->buffers || r->buffers_all ? plan->buffers : BUFFERS_LEAST;
		status = ring_open(ring, session, r->memory, plan->format.size, plan->buffers,
				   least);
		signals_hold(true);
	}
	if (!status) {
		tell_plan(plan, session, ring);
		for (unsigned int i = 0; i < plan->output_count; i++)
			tell_names(&plan->outputs[i]);
		status = run(plan, session, ring, signals);
	}
	if (r->restore_controls)
		controls_restore(session, &controls);
	controls_forget(&controls);
	return status;
}

static int capture(const struct request *request, const struct device_choice *choice)
{
	struct ring ring = { .arena.fd = -1 };
	struct capture_session *session;
	struct plan plan;
	int signals, status;

	signals = signals_open();
	if (signals < 0)
		return say_error(STATUS_INTERNAL, signals, "cannot wait for signals: %s",
				 strerror(-signals));
	status = plan_open(&plan, request, choice, &session);
	if (!status) {
		status = prepare_and_run(&plan, session, &ring, signals);
		ring_detach(&ring);
		capture_close(session);
		ring_free(&ring);
	}
	close(signals);
	return status;
}

/* What only asks the device. */
static int ask(const struct request *request, const struct device_choice *choice)
{
	struct capture_session *session;
	struct plan plan;
	int status = plan_open(&plan, request, choice, &session);

	if (status)
		return status;
	if (request->action == ACTION_LIST_FORMATS)
		status = list_formats(request, session);
	else if (request->action == ACTION_LIST_CONTROLS)
		status = list_controls(request, session);
	else
		status = explain(&plan, session);
	capture_close(session);
	return status;
}

/* The sections of the configuration that are for this device. */
static int configure_device(const struct configuration *configuration, struct request *request,
			    struct device_choice *choice)
{
	int err;

	if (!configuration_has_sections(configuration))
		return 0;
	err = configuration_apply_device(configuration, choice->uri, device_other_name(choice), request);
	return err ? say_error(STATUS_CONFIG, err, "%s", why()) : 0;
}

static int act(const struct configuration *configuration, struct request *request)
{
	struct device_choice choice;
	int err, status;

	if (request->action == ACTION_LIST_DEVICES)
		return list_devices(request);
	status = device_choose(request, &choice);
	if (status)
		return status;
	say_device(choice.uri);
	status = configure_device(configuration, request, &choice);
	if (status)
		return status;
	err = request_check(request);
	if (err)
		return say_error(STATUS_USAGE, err, "%s", why());
	return request->action == ACTION_CAPTURE ? capture(request, &choice) : ask(request, &choice);
}

static int configure(struct configuration *configuration, struct request *request)
{
	int err = configuration_load(configuration, request);

	if (err)
		return say_error(STATUS_CONFIG, err, "%s", why());
	err = option_environment(request);
	return err ? say_error(STATUS_USAGE, err, "%s", why()) : 0;
}

static enum say_level level_of(const struct request *request)
{
	if (request->quiet)
		return SAY_ERRORS;
	return request->verbose > 1 ? SAY_DEBUG : request->verbose ? SAY_DETAILS : SAY_NOTES;
}

int main(int argc, char **argv)
{
	struct configuration configuration = { .count = 0 };
	struct request request = REQUEST_INIT;
	int status;

	signals_expect_interrupt();
	args_parse(argc, argv, &request);
	say_setup(level_of(&request), request.json);
	status = configure(&configuration, &request);
	if (!status) {
		say_setup(level_of(&request), request.json);
		status = act(&configuration, &request);
	}
	request_free(&request);
	configuration_free(&configuration);
	if (status > STATUS_SIGNAL)
		signals_die(status - STATUS_SIGNAL);
	return status;
}

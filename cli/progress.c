/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "clock.h"
#include "jsontext.h"
#include "parse.h"
#include "say.h"

#define BAR_PERIOD_NS (NSEC_PER_SEC / 10)
#define JSON_PERIOD_NS NSEC_PER_SEC
#define BAR_CELLS_MAX 24

static bool bar_drawn;

static void wipe(void)
{
	if (!bar_drawn)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	bar_drawn = false;
}

void progress_open(struct progress *p, const struct request *request)
{
	const char *no_colour = getenv("NO_COLOR");
	bool terminal = isatty(STDERR_FILENO);

	*p = (struct progress){ .form = request->progress, .request = request,
				.next_ns = UINT64_MAX };
	if (p->form == PROGRESS_AUTO)
		p->form = terminal && !request->quiet ? PROGRESS_BAR : PROGRESS_NONE;
	if (p->form == PROGRESS_BAR && !terminal)
		p->form = PROGRESS_NONE;
	p->colour = !no_colour || !*no_colour;
	if (p->form == PROGRESS_NONE)
		return;
	p->next_ns = clock_now() + (p->form == PROGRESS_BAR ? BAR_PERIOD_NS : JSON_PERIOD_NS);
	say_before(wipe);
}

static unsigned int terminal_columns(void)
{
	struct winsize size;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) || !size.ws_col ? 80 : size.ws_col;
}

/* How much of the run is done, 0 to 1; -1: nobody knows. */
static double share_done(const struct tally *t, const struct request *r, uint64_t now_ns)
{
	double by_count = -1, by_time = -1;

	if (t->requested)
		by_count = (double)t->written / (double)t->requested;
	if (r->duration_ns && t->have_first)
		by_time = (double)(now_ns - t->start_ns) / (double)r->duration_ns;
	if (by_time > 1)
		by_time = 1;
	return by_count > by_time ? by_count : by_time;
}

static void print_left(double seconds, char *text, size_t size)
{
	unsigned int s = (unsigned int)(seconds + 0.5);

	if (seconds > 359999)
		*text = '\0';
	else if (s >= 3600)
		snprintf(text, size, " %u:%02u:%02u left", s / 3600, s / 60 % 60, s % 60);
	else
		snprintf(text, size, " %u:%02u left", s / 60, s % 60);
}

/* "[########      ] 55% 55/100  29.9 fps  0:02 left  lost 0  memory 12/100" */
static void draw(struct progress *p, const struct tally *t, unsigned int busy, uint64_t now_ns)
{
	double done = share_done(t, p->request, now_ns), gone = (double)(now_ns - t->start_ns) / 1e9;
	unsigned int columns = terminal_columns(), cells, full;
	uint64_t lost = tally_lost(t, p->request);
	char text[256], left[40] = "", total[32] = "", bar[BAR_CELLS_MAX + 1];
	int length;

	if (done > 0 && gone > 0)
		print_left(gone / done - gone, left, sizeof(left));
	if (t->requested)
		snprintf(total, sizeof(total), "/%" PRIu64, t->requested);
	length = snprintf(text, sizeof(text), "%" PRIu64 "%s frames  %.1f fps%s%s  lost %" PRIu64
			  "  memory %u/%u", t->written, total, tally_fps(t), *left ? " " : "", left,
			  lost, busy, t->depth);
	cells = (unsigned int)length + 12 < columns ? columns - (unsigned int)length - 12 : 0;
	if (cells > BAR_CELLS_MAX)
		cells = BAR_CELLS_MAX;
	if (columns > 1)
		text[columns - 1 < sizeof(text) ? columns - 1 : sizeof(text) - 1] = '\0';
	flockfile(stderr);
	wipe();
	if (done >= 0 && cells >= 5) {
		full = (unsigned int)((done > 1 ? 1 : done) * cells);
		memset(bar, '#', full);
		memset(bar + full, '.', cells - full);
		bar[cells] = '\0';
		fprintf(stderr, "[%s] %3u%% ", bar, (unsigned int)(done * 100));
	}
	fprintf(stderr, "%s%s%s", lost && p->colour ? "\033[31m" : "", text,
		lost && p->colour ? "\033[0m" : "");
	fflush(stderr);
	bar_drawn = true;
	funlockfile(stderr);
}

static void print_json(const struct progress *p, const struct tally *t, unsigned int busy)
{
	json_print(json_pack("{s:s, s:o, s:I, s:I, s:I, s:f, s:{s:i, s:i}}",
			     "schema", "grab.progress/1",
			     "requested", t->requested ? json_integer((json_int_t)t->requested) :
							 json_null(),
			     "captured", (json_int_t)t->captured,
			     "written", (json_int_t)t->written,
			     "lost", (json_int_t)tally_lost(t, p->request),
			     "fps", tally_fps(t),
			     "ring", "depth", (int)t->depth, "fill", (int)busy), stderr);
}

void progress_show(struct progress *p, const struct tally *tally, unsigned int busy, uint64_t now_ns)
{
	if (now_ns < p->next_ns)
		return;
	if (p->form == PROGRESS_BAR)
		draw(p, tally, busy, now_ns);
	else
		print_json(p, tally, busy);
	p->next_ns = now_ns + (p->form == PROGRESS_BAR ? BAR_PERIOD_NS : JSON_PERIOD_NS);
}

void progress_close(struct progress *p, const struct tally *tally)
{
	flockfile(stderr);
	wipe();
	say_before(NULL);
	funlockfile(stderr);
	if (p->form == PROGRESS_JSON)
		print_json(p, tally, 0);
	p->next_ns = UINT64_MAX;
}

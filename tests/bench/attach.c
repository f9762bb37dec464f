/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What it costs to give memory to a device and to take it back, without a frame, as words that a
 * shell can read:
 *
 *	attach URI PAGES ROUNDS
 *
 * Each round attaches memory that is promised to stay, queues it, stops, and detaches it: wherever a
 * backend pins and maps, it has done so by then, and undone it.  PAGES is small, thp or hugetlb.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "libcapture.h"
#include "pages.h"

static void must(int err, const char *what)
{
	if (err >= 0)
		return;
	fprintf(stderr, "attach: %s: %s\n", what, capture_error());
	exit(1);
}

static void round_trip(struct capture_session *session, void *memory, size_t len)
{
	struct capture_buffer *buffer;
	struct capture_frame frame;

	must(capture_attach(session, memory, len, CAPTURE_ATTACH_STABLE, &buffer), "attach");
	must(capture_queue(buffer), "queue");
	must(capture_stop(session), "stop");
	must(capture_wait(session, 0, &frame), "wait");
	must(capture_detach(buffer), "detach");
}

int main(int argc, char **argv)
{
	struct capture_format format = {
		.width = 640, .height = 480, .fourcc = CAPTURE_FOURCC('B', 'G', 'R', '4'),
	};
	struct capture_session *session;
	unsigned long rounds, i;
	uint64_t begun;
	void *memory;

	if (argc != 4) {
		fprintf(stderr, "usage: attach URI small|thp|hugetlb ROUNDS\n");
		return 64;
	}
	must(capture_open(argv[1], NULL, &session), "open");
	must(capture_set_format(session, &format), "format");
	memory = pages_get(argv[2], format.size);
	rounds = strtoul(argv[3], NULL, 10);
	/* what is allocated once */
	round_trip(session, memory, format.size);
	begun = clock_now();
	for (i = 0; i < rounds; i++)
		round_trip(session, memory, format.size);
	printf("bytes=%llu ns=%llu\n", (unsigned long long)format.size * rounds,
	       (unsigned long long)(clock_now() - begun));
	capture_close(session);
	return 0;
}

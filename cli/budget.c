/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "budget.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"

#define RING_LEAST 8
#define RING_MOST 256

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t most(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

uint64_t memory_facts_field(FILE *meminfo, const char *name)
{
	size_t length = strlen(name);
	char line[256];

	while (fgets(line, sizeof(line), meminfo))
		if (!strncmp(line, name, length) && line[length] == ':')
			return strtoull(line + length + 1, NULL, 10) * 1024;
	return 0;
}

static uint64_t read_number(const char *folder, const char *file, uint64_t otherwise)
{
	char path[PATH_MAX], text[32] = "";
	uint64_t value = otherwise;
	FILE *in;

	if (snprintf(path, sizeof(path), "/sys/fs/cgroup%s/%s", folder, file) >= (int)sizeof(path))
		return otherwise;
	in = fopen(path, "re");
	if (!in)
		return otherwise;
	if (fgets(text, sizeof(text), in) && text[0] >= '0' && text[0] <= '9')
		value = strtoull(text, NULL, 10);	/* else it is "max" */
	fclose(in);
	return value;
}

/* What the control group and all those above it leave to this process. */
static uint64_t control_group_left(void)
{
	char line[PATH_MAX] = "", *folder = NULL, *slash;
	FILE *in = fopen("/proc/self/cgroup", "re");
	uint64_t left = UINT64_MAX;

	while (in && !folder && fgets(line, sizeof(line), in))
		if (!strncmp(line, "0::", 3))
			folder = line + 3;
	if (in)
		fclose(in);
	if (!folder)
		return left;
	folder[strcspn(folder, "\n")] = '\0';
	while (1) {
		uint64_t limit = read_number(folder, "memory.max", UINT64_MAX);
		uint64_t used = read_number(folder, "memory.current", 0);

		if (limit != UINT64_MAX)
			left = least(left, limit > used ? limit - used : 0);
		slash = strrchr(folder, '/');
		if (!slash)
			return left;
		*slash = '\0';
	}
}

void memory_facts_read(struct memory_facts *facts)
{
	FILE *meminfo = fopen("/proc/meminfo", "re");

	*facts = (struct memory_facts){ 0 };
	if (meminfo) {
		facts->total = memory_facts_field(meminfo, "MemTotal");
		rewind(meminfo);
		facts->available = memory_facts_field(meminfo, "MemAvailable");
		fclose(meminfo);
	}
	facts->available = least(facts->available, control_group_left());
}

uint64_t budget_of(const struct request *r, const struct memory_facts *facts)
{
	uint64_t ceiling = facts->available - facts->available / 8;

	if (r->budget)
		return least(r->budget, ceiling);
	if (r->budget_share)
		return least(facts->total / 100000 * r->budget_share, ceiling);
	return least(facts->total / 4, facts->available / 2);
}

/* A second's worth: enough for any stall of ours that is not the encoder's fault. */
static uint64_t ring(uint64_t fps)
{
	return most(RING_LEAST, least(fps, RING_MOST));
}

/*
 * For a source that waits: one that each writer works on and one that it goes on
 * with, and as many for the source's thread.  All of them are used in turn, so more
 * only costs page faults and caches: PNG of 1080p took 20 to 27 ms of processor time
 * a frame with 3 to 16 buffers and one writer, 37 with 32, 55 with 60.
 */
static uint64_t busy_ring(unsigned int writers)
{
	return most(RING_LEAST, 2 * (uint64_t)writers + 2);
}

static int64_t too_few(const struct buffer_wish *wish, uint64_t number)
{
	return say_why(-EDQUOT, "%" PRIu64 " buffers of %" PRIu64 " bytes do not fit the budget of %" PRIu64
		       "; ask for fewer with --buffers, or for more memory with --mem-budget",
		       number, wish->frame_bytes, wish->budget);
}

int64_t buffers_of(const struct buffer_wish *wish)
{
	uint64_t room = least(wish->budget / wish->frame_bytes, BUFFERS_MOST);
	uint64_t number = wish->all ? wish->frames : wish->asked;

	if (number)
		return number <= room ? (int64_t)number : too_few(wish, number);
	if (!room)
		return say_why(-EDQUOT, "one frame takes %" PRIu64 " bytes and the budget is %" PRIu64
			       "; raise it with --mem-budget", wish->frame_bytes, wish->budget);
	number = wish->on_demand ? busy_ring(wish->writers) : ring(wish->fps);
	if (wish->frames && wish->keep && !wish->on_demand)
		number = wish->more ? most(wish->frames, number) : wish->frames;
	else if (wish->frames && !wish->more)
		number = least(wish->frames, number);
	/* a source that waits starts with any number */
	if (!wish->on_demand)
		number = most(number, BUFFERS_LEAST);
	return (int64_t)least(number, room);
}

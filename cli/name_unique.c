/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Can the names of a run differ?  For capture times that is a matter of two
 * spans: the finest part that the name tells (two frames within it get the same
 * name), and the span after which the parts that it tells come round again.
 */
#include <inttypes.h>
#include <string.h>

#include "name.h"
#include "words.h"

/* parts of a time, the finest first */
enum part { PART_US, PART_SECOND, PART_MINUTE, PART_HOUR, PART_DAY, PART_YEAR, PARTS };

static const uint64_t part_ns[PARTS] = {
	1000ull, 1000000000ull, 60 * 1000000000ull, 3600 * 1000000000ull,
	86400 * 1000000000ull, 365 * 86400 * 1000000000ull,
};

#define BIT(part) (1u << (part))
#define CLOCK (BIT(PART_SECOND) | BIT(PART_MINUTE) | BIT(PART_HOUR))
#define DATE (BIT(PART_DAY) | BIT(PART_YEAR))

/* Half a part counts once its other half is there: month and day, hour and am/pm. */
static unsigned int parts_of(const struct name *name)
{
	bool month = false, day = false, hour12 = false, noon = false;
	bool week = false, weekday = false, week_year = false, year = false;
	unsigned int parts = 0, i;

	for (i = 0; i < name->count; i++) {
		if (name->piece[i].kind != NAME_TIME)
			continue;
		switch ((char)name->piece[i].width) {
		case 'f': parts |= BIT(PART_US); break;
		case 's': parts |= CLOCK | DATE; break;
		case 'S': parts |= BIT(PART_SECOND); break;
		case 'T': parts |= CLOCK; break;
		case 'M': parts |= BIT(PART_MINUTE); break;
		case 'H': case 'k': parts |= BIT(PART_HOUR); break;
		case 'I': case 'l': hour12 = true; break;
		case 'p': case 'P': noon = true; break;
		case 'F': parts |= DATE; break;
		case 'j': parts |= BIT(PART_DAY); break;
		case 'd': case 'e': day = true; break;
		case 'm': case 'b': case 'B': month = true; break;
		case 'Y': case 'y': year = true; break;
		case 'G': case 'g': week_year = true; break;
		case 'V': case 'U': case 'W': week = true; break;
		case 'a': case 'A': case 'u': case 'w': weekday = true; break;
		}
	}
	if (hour12 && noon)
		parts |= BIT(PART_HOUR);
	if ((day && month) || (week && weekday))
		parts |= BIT(PART_DAY);
	if (year || (week_year && week))
		parts |= BIT(PART_YEAR);
	return parts;
}

int name_unique(const struct name *name, uint64_t count, uint64_t period_ns)
{
	unsigned int parts = parts_of(name);
	uint64_t run_ns = 0;
	unsigned int finest, gap;

	if (count == 1 || name_has(name, NAME_INDEX) || name_has(name, NAME_SEQUENCE) ||
	    name_has(name, NAME_TIME_NS))
		return 0;
	for (finest = 0; finest < PARTS && !(parts & BIT(finest)); finest++)
		;
	for (gap = finest; gap < PARTS && parts & BIT(gap); gap++)
		;
	if (finest == PARTS)
		return count ? say_why(-EINVAL, "all %" PRIu64 " frames would get the same file name; put %%06d into it",
				       count) : 1;
	/* not known: only microseconds are surely finer than any frame rate */
	if (period_ns ? period_ns < part_ns[finest] : finest != PART_US)
		return count ? say_why(-EINVAL, "frames follow each other faster than the time in the file name can tell; add %%{%%f} or %%06d") : 1;
	if (gap == PARTS)
		return 0;
	/* without a rate nobody knows how long a run lasts: taken to be less than a day */
	if (count && !period_ns && gap >= PART_DAY)
		return 0;
	if (count && period_ns && !__builtin_mul_overflow(count - 1, period_ns, &run_ns) &&
	    run_ns < part_ns[gap])
		return 0;
	return count ? say_why(-EINVAL, "the time in the file name comes round again within the run; add %%{%%F}, %%{%%T} or %%06d") : 1;
}

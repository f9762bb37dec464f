/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * File name templates: own parser, nothing of the user's ever reaches printf.
 *
 *	%d %6d %06d	the frame's index; %6d padded with blanks, %06d with zeros
 *	# ## ###...	the index padded with zeros to that many digits; a single
 *			one means 6 ("%" is a newline in a crontab, "#" is not)
 *	%q		the device's sequence number
 *	%n		the frame's time stamp, nanoseconds of CLOCK_MONOTONIC
 *	%i		the camera's number, from 0
 *	%s		the camera's serial number; characters other than letters,
 *			digits and "._+-" become "_", a first "." too
 *	%{FMT}		the capture time: UTC, or local time if asked.  FMT has plain
 *			text and strftime(3) conversions out of
 *			%a %A %b %B %C %d %e %F %g %G %H %I %j %k %l %m %M %p %P %s
 *			%S %T %u %U %V %w %W %y %Y %z %Z, and %f: microseconds,
 *			6 digits; %%: a percent sign.  "}" ends it
 *	%%		a percent sign
 *
 * Widths are 1 to 20 digits; a number that needs more digits gets them.
 * Anything else after "%" is an error that tells its position.  "/" separates
 * folders only where the template has it: one that comes out of a token becomes
 * "_".
 *
 * Limits: a template has at most NAME_PIECES_MAX pieces and is shorter than
 * PATH_MAX; no component of a name is longer than NAME_MAX bytes; a name does
 * not end in "/", nor in a "." or ".." component.
 */
#ifndef GRAB_NAME_H
#define GRAB_NAME_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NAME_PIECES_MAX 64

enum name_kind {
	NAME_TEXT,
	NAME_INDEX,
	NAME_SEQUENCE,
	NAME_TIME_NS,
	NAME_CAMERA,
	NAME_SERIAL,
	NAME_TIME,		/* one strftime conversion; width holds its letter */
};

struct name_piece {
	uint8_t kind;		/* enum name_kind */
	bool zeros;		/* pad with zeros, else blanks */
	uint16_t width;		/* digits; or the letter of a time conversion */
	uint16_t at, length;	/* of text, in name.text */
};

/* a parsed template; no pointers, may be copied */
struct name {
	struct name_piece piece[NAME_PIECES_MAX];
	unsigned int count;
	unsigned int used;	/* bytes of text */
	bool local_time;	/* %{} in local time, else UTC */
	char text[PATH_MAX];
};

#define NAME_LITERAL	(1u << 0)	/* --no-template: no tokens, the name as it is */
#define NAME_LOCAL_TIME	(1u << 1)	/* --clock local */

/* what tokens are replaced with */
struct name_facts {
	uint64_t index;		/* start + frames written before */
	uint64_t sequence;
	uint64_t time_ns;
	int64_t utc_ns;		/* since 1970-01-01T00:00:00Z; INT64_MIN: not known */
	unsigned int camera;
	const char *serial;	/* NULL or "": it has none */
};

/**
 * name_parse - take a template apart
 * @flags:	NAME_*
 *
 * Return: 0; -EINVAL: a bad token (words name its position, counted from 1) or
 * no file name; -ENAMETOOLONG.  With words.
 */
int name_parse(struct name *name, const char *template, unsigned int flags);

/** name_has - does the template have a token of this kind? */
bool name_has(const struct name *name, enum name_kind kind);

/** name_is_fixed - no token at all: every frame gets the same name */
bool name_is_fixed(const struct name *name);

/** name_index_in_folder - does the index stand before the last "/"? */
bool name_index_in_folder(const struct name *name);

/**
 * name_number - insert "-%06d" before the ending
 *
 * For several frames into a name without tokens: out.png becomes out-%06d.png.
 * The ending is what follows the last dot of the last component, unless that
 * dot is its first character; without an ending the number comes last.
 *
 * Return: 0; -ENAMETOOLONG with words.
 */
int name_number(struct name *name);

/**
 * name_expand - the name of one frame
 * @out:	@size bytes of room; PATH_MAX are always enough
 *
 * Return: its length; -ENAMETOOLONG: longer than @size, or a component longer
 * than NAME_MAX; -ENODATA: %s without a serial number, %{} without a capture
 * time; -EINVAL: not a file name (see limits above).  With words.
 */
int name_expand(const struct name *name, const struct name_facts *facts, char *out, size_t size);

/**
 * name_is_predictable - are all names of a run known beforehand?
 *
 * True where the index, the camera and its serial number are the only tokens:
 * then outfile_check() can look at all names before the first frame.
 */
bool name_is_predictable(const struct name *name);

/**
 * name_unique - can the names of a run differ?
 * @count:	frames, 0: not known
 * @period_ns:	from one frame to the next; 0: not known
 *
 * The index makes names differ, and so do sequence number and time stamp.  A
 * capture time does so where its finest part is not coarser than the period and
 * its coarsest part does not come round again within the run (where the period
 * is not known: within a day).
 *
 * Return: 0; -EINVAL with words for a known count above 1; 1: not certain, for
 * an unknown count: names that repeat get a suffix from name_next().
 */
int name_unique(const struct name *name, uint64_t count, uint64_t period_ns);

/**
 * name_index - the inverse of name_expand(): which index gives this name?
 * @facts:	all but the index, as for name_expand()
 * @path:	a whole name as name_expand() would have made it
 *
 * For finding the highest number in a folder, and for checking a folder against
 * many names at once.
 *
 * Return: 0 and @index; -ENOENT: no index gives this name, or the template has
 * no index or is not predictable.
 */
int name_index(const struct name *name, const struct name_facts *facts, const char *path,
	       uint64_t *index);

/* names of a run, one after the other; zero it before the first */
struct name_series {
	char last[PATH_MAX];
	uint64_t repeats;
};

/**
 * name_next - the name of the next frame, never the same as that of the last one
 *
 * name_expand(); where the result equals the one before, "-1", "-2", ... is
 * inserted before the ending.  To be called in the order of frames.
 *
 * Return: as name_expand().
 */
int name_next(const struct name *name, struct name_series *series, const struct name_facts *facts,
	      char *out, size_t size);

#endif /* GRAB_NAME_H */

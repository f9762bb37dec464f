/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings of the Bt878's model in words, and what can go wrong with the chip. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bt878_private.h"

#define PATIENCE 2000000000ull	/* of a handshake, in ns */

const char bt878_help[] =
	"pace handshake|beam|real\n"
	"                      who waits for the driver: engine and beam, the beam alone, or nobody\n"
	"fps RATE              frames a second; 0: as fast as the driver; norm: as the video norm\n"
	"patience MS           the longest that the beam waits for a driver\n"
	"still NUMBER|off      every frame shows this number\n"
	"signal on|off         is there a camera\n"
	"unhang                the engine goes on\n"
	"Faults, each once, \"@FRAME\" behind it: in that frame or the next one after it:\n"
	"short LINES           a field has so many lines less\n"
	"overrun LINES         the first lines of a field are not written\n"
	"pabort                a write is refused\n"
	"stray                 a write goes elsewhere: bit 31 of its address is wrong\n"
	"riperr                parity error of a program's word\n"
	"scerr                 the engine loses the field's synchronisation\n"
	"hang                  the engine stops, and says nothing\n"
	"late LINES            so many lines are written after the engine said that it stopped\n"
	"slow-stop LINES       so many lines are written before it says so\n";

static const struct {
	const char *name;
	bool counted;			/* takes a number of lines */
} faults[FAULTS] = {
	[FAULT_SHORT] = { "short", true }, [FAULT_OVERRUN] = { "overrun", true },
	[FAULT_PABORT] = { "pabort", false }, [FAULT_STRAY] = { "stray", false },
	[FAULT_RIPERR] = { "riperr", false }, [FAULT_SCERR] = { "scerr", false },
	[FAULT_HANG] = { "hang", false }, [FAULT_LATE] = { "late", true },
	[FAULT_SLOW_STOP] = { "slow-stop", true },
};

bool bt878_fault(struct bt878 *b, enum fault which, uint32_t *value)
{
	struct armed *armed = &b->fault[which];

	if (!armed->on || !b->frame || b->frame - 1 < armed->frame)
		return false;
	armed->on = false;
	*value = armed->value;
	return true;
}

/* A whole word as a number. */
static bool number(const char *text, uint32_t most, uint32_t *out)
{
	unsigned long value;
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	value = strtoul(text, &end, 10);
	if (*end || errno || value > most)
		return false;
	*out = value;
	return true;
}

static int set_pace(struct bt878 *b, const char *value)
{
	static const char *const names[] = {
		[PACE_HANDSHAKE] = "handshake", [PACE_BEAM] = "beam", [PACE_REAL] = "real",
	};

	for (unsigned int i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(value, names[i]))
			continue;
		b->pace = i;
		return 0;
	}
	return -EINVAL;
}

static int set_fps(struct bt878 *b, const char *value)
{
	uint32_t fps = 0;

	b->period_set = strcmp(value, "norm");
	if (b->period_set && !number(value, 100000, &fps))
		return -EINVAL;
	b->period = fps ? 500000000u / fps : 0;
	return 0;
}

static int set_patience(struct bt878 *b, const char *value)
{
	uint32_t ms;

	if (!number(value, 3600000, &ms))
		return -EINVAL;
	b->patience = ms * 1000000ull;
	return 0;
}

static int set_still(struct bt878 *b, const char *value)
{
	b->frozen = strcmp(value, "off");
	return b->frozen && !number(value, UINT32_MAX, &b->still) ? -EINVAL : 0;
}

static int set_signal(struct bt878 *b, const char *value)
{
	if (strcmp(value, "on") && strcmp(value, "off"))
		return -EINVAL;
	b->blank = !strcmp(value, "off");
	return 0;
}

static int unhang(struct bt878 *b, const char *value)
{
	if (*value)
		return -EINVAL;
	b->hung = false;
	return 0;
}

void bt878_defaults(struct bt878 *b)
{
	b->pace = PACE_HANDSHAKE;
	b->period_set = b->frozen = b->blank = b->hung = false;
	b->period = 0;
	b->patience = PATIENCE;
	memset(b->fault, 0, sizeof(b->fault));
}

static int defaults(struct bt878 *b, const char *value)
{
	if (*value)
		return -EINVAL;
	bt878_defaults(b);
	return 0;
}

static const struct {
	const char *name;
	int (*set)(struct bt878 *b, const char *value);
} settings[] = {
	{ "pace", set_pace }, { "fps", set_fps }, { "patience", set_patience },
	{ "still", set_still }, { "signal", set_signal }, { "unhang", unhang },
	{ "defaults", defaults },
};

/* @value: what stands between the name and the end, "4@3", "@3" or "4". */
static int arm(struct bt878 *b, enum fault which, const char *value)
{
	struct armed armed = { .on = true };
	char lines[16] = "";
	size_t length = strcspn(value, "@");

	if (length >= sizeof(lines))
		return -EINVAL;
	memcpy(lines, value, length);
	if (value[length] && !number(value + length + 1, UINT32_MAX, &armed.frame))
		return -EINVAL;
	if (faults[which].counted ? !number(lines, 1000000, &armed.value) : length > 0)
		return -EINVAL;
	b->fault[which] = armed;
	return 0;
}

/* Does the text begin with this word?  Then *@value is what follows. */
static bool is_word(const char *text, const char *word, const char **value)
{
	size_t length = strlen(word);

	if (strncmp(text, word, length) || !strchr(" @", text[length]))
		return false;
	*value = text + length + (text[length] == ' ');
	return true;
}

int bt878_command(struct model *model, const char *text)
{
	struct bt878 *b = to_bt878(model);
	const char *value;
	unsigned int i;

	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (is_word(text, settings[i].name, &value))
			return settings[i].set(b, value);
	for (i = 0; i < FAULTS; i++)
		if (is_word(text, faults[i].name, &value))
			return arm(b, i, value);
	return -ENOENT;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <stddef.h>

#include "error.h"
#include "pattern.h"
#include "sim_schedule.h"

/* Digits to a number that is kept below 2^63, so that sums of two do not overflow. */
static bool take_number(const char **text, uint64_t *out)
{
	const char *p = *text;
	uint64_t value = 0;

	if (!isdigit((unsigned char)*p))
		return false;
	for (; isdigit((unsigned char)*p); p++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*p - '0'), &value))
			return false;
	*text = p;
	*out = value;
	return value <= INT64_MAX;
}

/* What follows the whole percents, in millionths: ".5" is 500000. */
static bool take_fraction(const char **text, uint64_t *millionths)
{
	uint64_t unit = 1000000;

	*millionths = 0;
	if (**text != '.')
		return true;
	for ((*text)++; isdigit((unsigned char)**text); (*text)++) {
		unit /= 10;
		*millionths += unit * (uint64_t)(**text - '0');
	}
	return unit < 1000000;
}

static bool parse_rule(const char **text, struct schedule_rule *rule)
{
	uint64_t millionths;

	rule->count = 1;
	if (**text != '@' && !take_number(text, &rule->count))
		return false;
	if (**text == '@') {
		(*text)++;
		rule->kind = RULE_RANGE;
		return rule->count && take_number(text, &rule->from);
	}
	if (**text == '%' || **text == '.') {
		if (rule->count > 100 || !take_fraction(text, &millionths) || *(*text)++ != '%')
			return false;
		millionths += rule->count * 1000000;
		rule->kind = RULE_SHARE;
		rule->count = (millionths << 32) / 100000000;
		return millionths && millionths <= 100000000;
	}
	rule->kind = RULE_EVERY;
	return rule->count > 0;
}

int schedule_parse(const char *key, const char *text, struct schedule *schedule)
{
	const char *at = text, *c;

	*schedule = (struct schedule){ 0 };
	for (c = key; *c; c++)
		schedule->salt = pattern_mix(schedule->salt + (unsigned char)*c);
	for (;;) {
		if (schedule->count == SCHEDULE_RULES ||
		    !parse_rule(&at, &schedule->rule[schedule->count]))
			break;
		schedule->count++;
		if (!*at)
			return 0;
		if (*at++ != '+')
			break;
	}
	return fail(-EINVAL, "sim: %s=%s does not say when; write N (every Nth), P%%, @FRAME or N@FRAME, several joined by \"+\"",
		    key, text);
}

static bool rule_hits(const struct schedule_rule *rule, uint32_t random, uint64_t number)
{
	switch (rule->kind) {
	case RULE_EVERY:
		return number % rule->count == rule->count - 1;
	case RULE_SHARE:
		return random < rule->count;
	case RULE_RANGE:
		return number >= rule->from && number - rule->from < rule->count;
	}
	return false;
}

bool schedule_hits(const struct schedule *schedule, uint32_t seed, uint64_t number)
{
	uint32_t random;
	unsigned int i;

	if (!schedule->count)
		return false;
	random = pattern_mix(pattern_mix(seed ^ schedule->salt) + (uint32_t)number);
	for (i = 0; i < schedule->count; i++)
		if (rule_hits(&schedule->rule[i], random, number))
			return true;
	return false;
}

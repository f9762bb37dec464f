/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_list.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* false: no memory */
static bool copy_text(const char **text)
{
	if (*text)
		*text = strdup(*text);
	return *text;
}

static bool copy_menu(struct capture_control *c)
{
	const char *const *from = c->menu;
	const char **to = from ? calloc(c->menu_count, sizeof(*to)) : NULL;

	c->menu = to;
	if (from && !to)
		return false;
	for (uint32_t i = 0; from && i < c->menu_count; i++) {
		to[i] = from[i];
		if (from[i] && !copy_text(&to[i]))
			return false;
	}
	return true;
}

static int copy(void *arg, const struct capture_control *control)
{
	struct control_list *list = arg;
	struct capture_control *c = reallocarray(list->control, list->count + 1, sizeof(*c));
	bool ok;

	if (!c)
		return -ENOMEM;
	list->control = c;
	c += list->count++;
	*c = *control;
	ok = copy_text(&c->name);
	ok &= !c->title || copy_text(&c->title);
	ok &= !c->unit || copy_text(&c->unit);
	ok &= copy_menu(c);
	return ok ? 0 : -ENOMEM;
}

int control_list_read(struct capture_session *session, struct control_list *list)
{
	*list = (struct control_list){ 0 };
	return capture_controls(session, copy, list);
}

static char plain(char c)
{
	return c == ' ' || c == '-' ? '_' : (char)tolower((unsigned char)c);
}

static bool same_name(const char *a, const char *b)
{
	while (*a && plain(*a) == plain(*b)) {
		a++;
		b++;
	}
	return !*a && !*b;
}

const struct capture_control *control_list_find(const struct control_list *list, const char *name)
{
	for (unsigned int i = 0; i < list->count; i++) {
		const struct capture_control *c = &list->control[i];

		if (same_name(c->name, name) || (c->title && same_name(c->title, name)))
			return c;
	}
	return NULL;
}

void control_list_free(struct control_list *list)
{
	for (unsigned int i = 0; i < list->count; i++) {
		struct capture_control *c = &list->control[i];

		for (uint32_t m = 0; c->menu && m < c->menu_count; m++)
			free((void *)c->menu[m]);
		free((void *)c->menu);
		free((void *)c->name);
		free((void *)c->title);
		free((void *)c->unit);
	}
	free(list->control);
	*list = (struct control_list){ 0 };
}

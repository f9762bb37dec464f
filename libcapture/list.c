/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What there is: backends, their options, their sources. */
#include <string.h>

#include "backend.h"

int capture_backend_at(unsigned int index, struct capture_backend_info *info)
{
	unsigned int i;

	for (i = 0; capture_backends[i]; i++) {
		if (i < index)
			continue;
		*info = (struct capture_backend_info){
			.name = capture_backends[i]->name,
			.help = capture_backends[i]->help,
		};
		return 1;
	}
	return 0;
}

static int unknown_backend(const char *name)
{
	return fail(-ENOENT, "no backend is named \"%s\"", name);
}

int capture_backend_options(const char *backend, capture_option_fn *each, void *arg)
{
	const struct capture_backend *const *b;
	const struct capture_option *option;
	int err;

	for (b = capture_backends; *b; b++)
		if (!strcmp((*b)->name, backend))
			break;
	if (!*b)
		return unknown_backend(backend);
	for (option = (*b)->options; option && option->key; option++) {
		err = each(arg, option->key, option->def, option->help);
		if (err)
			return err;
	}
	return 0;
}

int capture_list(const char *backend, capture_device_fn *each, void *arg)
{
	const struct capture_backend *const *b;
	int found = 0, err;

	for (b = capture_backends; *b; b++) {
		if (backend && strcmp((*b)->name, backend))
			continue;
		found = 1;
		err = (*b)->list ? (*b)->list(each, arg) : 0;
		if (err)
			return err;
	}
	return found || !backend ? 0 : unknown_backend(backend);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conffile.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "words.h"

#define FILE_BYTES_MAX (1u << 20)
#define BLANKS " \t\r"

static char *trim(char *text)
{
	char *end;

	text += strspn(text, BLANKS);
	end = text + strlen(text);
	while (end > text && strchr(BLANKS, end[-1]))
		end--;
	*end = '\0';
	return text;
}

static int bad(const struct conffile *file, unsigned int number, const char *what)
{
	return say_why(-EINVAL, "%s:%u: %s", file->path, number, what);
}

/* "[device URI]": the URI */
static int parse_section(const struct conffile *file, char *line, unsigned int number,
			 const char **device)
{
	size_t length = strlen(line);
	char *name;

	if (line[length - 1] != ']')
		return bad(file, number, "a section has no end; write [device URI]");
	line[length - 1] = '\0';
	name = trim(line + 1);
	if (strncmp(name, "device", 6) || !name[6] || !strchr(BLANKS, name[6]))
		return bad(file, number, "only sections for a device are known; write [device URI]");
	*device = trim(name + 6);
	return 0;
}

/* Is the value right? Told now and not when the device is plugged in one day. */
static int try_line(const struct conffile *file, const struct conffile_line *line)
{
	struct request scratch = REQUEST_INIT;
	int err = option_apply(line->option, line->value, file->level, &scratch);

	request_free(&scratch);
	return err ? say_why_in(err, "%s:%u: ", file->path, line->number) : 0;
}

static int parse_line(struct conffile *file, char *text, unsigned int number, const char *device)
{
	size_t length = strcspn(text, BLANKS "=");
	struct conffile_line line = { .device = device, .number = number };
	struct conffile_line *grown;
	char *value = text + length + strspn(text + length, BLANKS);
	char end = text[length];
	int err;

	if (*value == '=')
		value += 1 + strspn(value + 1, BLANKS);
	text[length] = '\0';
	line.option = option_find(text);
	line.value = end && *value ? value : NULL;
	if (!line.option)
		return say_why(-EINVAL, "%s:%u: '%s' is no option; grab --help lists them, without "
			       "the dashes here", file->path, number, text);
	if (line.option->flags & ROW_ALIAS)
		return say_why(-EINVAL, "%s:%u: write %s by its first name, see grab --help",
			       file->path, number, text);
	if (line.option->flags & ROW_ARGUMENT_ONLY)
		return say_why(-EINVAL, "%s:%u: %s belongs on the command line", file->path, number,
			       text);
	if (line.option->arg && !line.value)
		return say_why(-EINVAL, "%s:%u: %s needs a value", file->path, number, text);
	if (!line.option->arg && line.value)
		return say_why(-EINVAL, "%s:%u: %s takes no value; leave the line out to switch it "
			       "off", file->path, number, text);
	if (device && (!strcmp(text, "device") || !strcmp(text, "backend")))
		return say_why(-EINVAL, "%s:%u: %s chooses a device and cannot depend on one; move "
			       "it before the first section", file->path, number, text);
	err = try_line(file, &line);
	if (err)
		return err;
	grown = reallocarray(file->lines, file->count + 1, sizeof(*grown));
	if (!grown)
		return say_why(-ENOMEM, "%s: %m", file->path);
	file->lines = grown;
	file->lines[file->count++] = line;
	return 0;
}

int conffile_parse(struct conffile *file, char *text, size_t length)
{
	const char *device = NULL;
	unsigned int number = 0;
	char *line, *next = text;
	int err;

	file->text = text;
	if (strlen(text) != length)
		return say_why(-EINVAL, "%s: not a text file", file->path);
	while ((line = strsep(&next, "\n"))) {
		number++;
		line = trim(line);
		if (!*line || *line == '#')
			continue;
		err = *line == '[' ? parse_section(file, line, number, &device) :
				     parse_line(file, line, number, device);
		if (err)
			return err;
	}
	return 0;
}

int conffile_apply(const struct conffile *file, const char *device, struct request *request)
{
	for (unsigned int i = 0; i < file->count; i++) {
		const struct conffile_line *line = &file->lines[i];
		int err;

		if (!device != !line->device || (device && strcmp(device, line->device)))
			continue;
		err = option_apply(line->option, line->value, file->level + (device ? 1 : 0), request);
		if (err)
			return say_why_in(err, "%s:%u: ", file->path, line->number);
	}
	return 0;
}

/* The whole file, NUL-terminated. */
static int read_text(const char *path, char **text, size_t *length)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = 0;
	char *data;

	if (fd < 0)
		return say_why(-errno, "%s: cannot read the configuration: %m", path);
	data = malloc(FILE_BYTES_MAX + 1);
	*length = 0;
	while (data && *length < FILE_BYTES_MAX) {
		got = read(fd, data + *length, FILE_BYTES_MAX - *length);
		if (got <= 0)
			break;
		*length += (size_t)got;
	}
	if (!data || got < 0) {
		int err = say_why(-errno, "%s: cannot read the configuration: %m", path);

		free(data);
		close(fd);
		return err;
	}
	close(fd);
	data[*length] = '\0';
	*text = data;
	if (*length == FILE_BYTES_MAX)
		return say_why(-EINVAL, "%s: too long for a configuration file", path);
	return 0;
}

/* Read and apply one file. @path is taken over. */
static int load(struct configuration *c, char *path, enum option_level level, bool must_exist,
		struct request *request)
{
	struct conffile *file = &c->file[c->count];
	size_t length = 0;
	int err;

	if (!path)
		return say_why(-ENOMEM, "%m");
	*file = (struct conffile){ .path = path, .level = level };
	c->count++;
	if (!must_exist && access(path, F_OK) && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	err = read_text(path, &file->text, &length);
	if (!err && file->text)
		err = conffile_parse(file, file->text, length);
	return err ? err : conffile_apply(file, NULL, request);
}

int configuration_load(struct configuration *c, struct request *request)
{
	const char *named = request->config ? request->config : getenv("GRAB_CONFIG");
	const char *base = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	char *path = NULL;
	int err;

	c->count = 0;
	if (request->no_config)
		return 0;
	if (named && *named)
		return load(c, strdup(named), LEVEL_USER, true, request);
	err = load(c, strdup(SYSCONFDIR "/grab.conf"), LEVEL_SYSTEM, false, request);
	if (err)
		return err;
	if (base && *base == '/') {
		if (asprintf(&path, "%s/grab/config", base) < 0)
			path = NULL;
	} else if (home && *home == '/') {
		if (asprintf(&path, "%s/.config/grab/config", home) < 0)
			path = NULL;
	} else {
		return 0;
	}
	return load(c, path, LEVEL_USER, false, request);
}

bool configuration_has_sections(const struct configuration *c)
{
	for (unsigned int i = 0; i < c->count; i++)
		for (unsigned int j = 0; j < c->file[i].count; j++)
			if (c->file[i].lines[j].device)
				return true;
	return false;
}

int configuration_apply_device(const struct configuration *c, const char *uri, const char *stable,
			       struct request *request)
{
	int err = 0;

	for (unsigned int i = 0; i < c->count && !err; i++) {
		err = conffile_apply(&c->file[i], uri, request);
		if (!err && stable && strcmp(stable, uri))
			err = conffile_apply(&c->file[i], stable, request);
	}
	return err;
}

void configuration_free(struct configuration *c)
{
	for (unsigned int i = 0; i < c->count; i++) {
		free(c->file[i].path);
		free(c->file[i].text);
		free(c->file[i].lines);
	}
	c->count = 0;
}

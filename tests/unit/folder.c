/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

#include "folder.h"

static char folder[] = "/tmp/grab-test-XXXXXX";

int folder_enter(void **unused)
{
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	return !mkdtemp(folder) || chdir(folder);
}

int folder_leave(void **unused)
{
	char command[120];

	snprintf(command, sizeof(command), "chmod -R u+rwx %s && rm -rf %s", folder, folder);
	return chdir("/") || system(command);
}

int folder_names(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *d;
	int count = 0;

	assert_non_null(dir);
	while ((d = readdir(dir)))
		count += strcmp(d->d_name, ".") && strcmp(d->d_name, "..");
	closedir(dir);
	return count;
}

void folder_put_bytes(const char *path, const void *bytes, size_t length)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, length, f), length);
	assert_int_equal(fclose(f), 0);
}

void folder_put(const char *path, const char *text)
{
	folder_put_bytes(path, text, strlen(text));
}

void folder_holds(const char *path, const char *want)
{
	char text[100] = "";
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	assert_int_equal(fread(text, 1, sizeof(text) - 1, f), strlen(want));
	assert_string_equal(text, want);
	fclose(f);
}

void folder_drop_root(void)
{
	if (geteuid())
		return;
	assert_int_equal(chmod(".", 0777), 0);
	assert_int_equal(seteuid(65534), 0);
}

void folder_regain_root(void)
{
	if (!getuid())
		assert_int_equal(seteuid(0), 0);
}

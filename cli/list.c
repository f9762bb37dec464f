/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "list.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "jsontext.h"
#include "say.h"
#include "words.h"

/* ---- devices ------------------------------------------------------------ */

struct devices {
	json_t *array;		/* NULL: print text */
	unsigned int count;
};

/* "userptr,mmap" as a list */
static json_t *split(const char *ways)
{
	json_t *list = json_array();

	while (ways && *ways) {
		size_t length = strcspn(ways, ",");

		json_array_append_new(list, json_stringn(ways, length));
		ways += length + (ways[length] == ',');
	}
	return list;
}

static json_t *device_object(const struct capture_device *d)
{
	return json_pack("{s:o, s:o, s:s, s:o, s:o, s:o, s:n, s:o, s:o, s:b, s:b, s:b, s:n, s:o}",
			 "uri", json_text(d->uri),
			 "stable", json_text(d->stable),
			 "backend", d->backend,
			 "driver", json_text(d->driver),
			 "name", json_text(d->name),
			 "bus", json_text(d->bus),
			 "pci",
			 "serial", json_text(d->serial),
			 "caps", split(d->ways),
			 "accessible", !!(d->flags & CAPTURE_DEVICE_ACCESSIBLE),
			 "busy", !!(d->flags & CAPTURE_DEVICE_BUSY),
			 "simulated", !!(d->flags & CAPTURE_DEVICE_SIMULATED),
			 "busy_pid",
			 "hint", json_text(d->hint));
}

static void print_device(const struct capture_device *d)
{
	const struct {
		const char *title, *text;
	} lines[] = {
		{ "stable", d->stable && strcmp(d->stable, d->uri) ? d->stable : NULL },
		{ "driver", d->driver }, { "bus", d->bus }, { "serial", d->serial },
		{ "ways", d->ways },
	};

	printf("%s\n", d->uri);
	printf("  %-8s %s%s%s\n", "name", d->name ? d->name : "?",
	       d->flags & CAPTURE_DEVICE_SIMULATED ? " (used only where it is named)" : "",
	       d->flags & CAPTURE_DEVICE_BUSY ? " (busy)" : "");
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (lines[i].text)
			printf("  %-8s %s\n", lines[i].title, lines[i].text);
	if (!(d->flags & CAPTURE_DEVICE_ACCESSIBLE))
		printf("  %-8s %s\n", "access", d->hint ? d->hint : "no permission");
}

static int each_device(void *arg, const struct capture_device *device)
{
	struct devices *devices = arg;

	devices->count++;
	if (devices->array)
		json_array_append_new(devices->array, device_object(device));
	else
		print_device(device);
	return 0;
}

/* What stdout says at last. */
static int end_of_list(int err)
{
	if (!err && (fflush(stdout) || ferror(stdout)))
		err = say_why(-errno, "standard output: %m");
	return err ? say_error(status_of(PHASE_WRITE, err), err, "%s", why()) : 0;
}

int list_devices(const struct request *r)
{
	struct devices devices = { .array = r->json ? json_array() : NULL };
	int err = capture_list(r->backend, each_device, &devices);

	if (err) {
		json_decref(devices.array);
		return say_library_error(PHASE_OPEN, err);
	}
	return end_of_list(r->json ? json_print(json_pack("{s:s, s:o}", "schema", "grab.devices/1",
							  "devices", devices.array), stdout) : 0);
}

/* ---- formats ------------------------------------------------------------ */

struct formats {
	json_t *array;		/* NULL: print text */
	json_t *sizes;		/* of the pixel format that is being listed */
	uint32_t fourcc;
};

static json_t *rates(const struct capture_format_info *info)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < info->fps_count; i++)
		json_array_append_new(list, json_rate(info->fps[i][0], info->fps[i][1]));
	return list;
}

static void begin_format(struct formats *formats, const struct capture_format_info *info)
{
	const struct capture_pixel_format *known = capture_pixel_format_find(info->fourcc);
	json_t *format;
	char name[20];

	formats->sizes = json_array();
	format = json_pack("{s:s, s:o, s:o, s:b, s:O}",
			   "fourcc", capture_fourcc_name(info->fourcc, name),
			   "help", json_text(info->help ? info->help : known ? known->help : NULL),
			   "bpp", known && known->bits ? json_integer(known->bits) : json_null(),
			   "compressed", !!(info->flags & CAPTURE_FORMAT_COMPRESSED),
			   "sizes", formats->sizes);
	json_decref(formats->sizes);	/* the format keeps it */
	json_array_append_new(formats->array, format);
}

static void add_size(struct formats *formats, const struct capture_format_info *info)
{
	json_t *size = json_pack("{s:I, s:I, s:o}", "w", (json_int_t)info->width,
				 "h", (json_int_t)info->height, "fps", rates(info));

	if (info->fps_range)
		json_object_set_new(size, "fps_range", json_true());
	if (info->width_step || info->height_step) {
		json_object_set_new(size, "w_max", json_integer(info->width_max));
		json_object_set_new(size, "h_max", json_integer(info->height_max));
		json_object_set_new(size, "w_step", json_integer(info->width_step));
		json_object_set_new(size, "h_step", json_integer(info->height_step));
	}
	json_array_append_new(formats->sizes, size);
}

static void print_rates(const struct capture_format_info *info)
{
	for (uint32_t i = 0; i < info->fps_count; i++) {
		printf("%s%g", i ? info->fps_range ? " to " : ", " : "  ",
		       (double)info->fps[i][0] / info->fps[i][1]);
	}
	if (info->fps_count)
		fputs(" fps", stdout);
}

static void print_size(const struct capture_format_info *info)
{
	printf("  %" PRIu32 "x%" PRIu32, info->width, info->height);
	if (info->width_step || info->height_step)
		printf(" to %" PRIu32 "x%" PRIu32 " by %" PRIu32 "x%" PRIu32, info->width_max,
		       info->height_max, info->width_step, info->height_step);
	print_rates(info);
	putchar('\n');
}

static void print_format(const struct capture_format_info *info)
{
	const struct capture_pixel_format *known = capture_pixel_format_find(info->fourcc);
	const char *help = info->help ? info->help : known ? known->help : "";
	char name[20];

	printf("%-4s  %s%s\n", capture_fourcc_name(info->fourcc, name), help,
	       info->flags & CAPTURE_FORMAT_COMPRESSED ? " (compressed)" : "");
}

static int each_format(void *arg, const struct capture_format_info *info)
{
	struct formats *formats = arg;
	bool another = info->fourcc != formats->fourcc;

	formats->fourcc = info->fourcc;
	if (formats->array) {
		if (another)
			begin_format(formats, info);
		add_size(formats, info);
	} else {
		if (another)
			print_format(info);
		print_size(info);
	}
	return 0;
}

int list_formats(const struct request *r, struct capture_session *session)
{
	struct formats formats = { .array = r->json ? json_array() : NULL };
	struct capture_info info;
	int err = capture_formats(session, each_format, &formats);

	if (err) {
		json_decref(formats.array);
		return say_library_error(PHASE_AGREE, err);
	}
	capture_info(session, &info);
	return end_of_list(r->json ? json_print(json_pack("{s:s, s:o, s:o}", "schema", "grab.formats/1",
							  "uri", json_text(info.uri),
							  "formats", formats.array), stdout) : 0);
}

/* ---- controls ----------------------------------------------------------- */

static const char *const control_types[] = {
	[CAPTURE_CONTROL_INTEGER] = "integer",	[CAPTURE_CONTROL_BOOLEAN] = "boolean",
	[CAPTURE_CONTROL_MENU] = "menu",	[CAPTURE_CONTROL_INTEGER_MENU] = "integer-menu",
	[CAPTURE_CONTROL_BUTTON] = "button",	[CAPTURE_CONTROL_BITMASK] = "bitmask",
	[CAPTURE_CONTROL_OTHER] = "other",
};

static const struct {
	uint32_t flag;
	const char *name;
} control_flags[] = {
	{ CAPTURE_CONTROL_READ_ONLY, "read-only" },	{ CAPTURE_CONTROL_WRITE_ONLY, "write-only" },
	{ CAPTURE_CONTROL_INACTIVE, "inactive" },	{ CAPTURE_CONTROL_DISABLED, "disabled" },
	{ CAPTURE_CONTROL_VOLATILE, "volatile" },
};

#define CONTROL_FLAGS (sizeof(control_flags) / sizeof(control_flags[0]))

static const char *control_type(const struct capture_control *c)
{
	return c->type && c->type <= CAPTURE_CONTROL_OTHER ? control_types[c->type] : "other";
}

static bool has_value(const struct capture_control *c)
{
	return c->type != CAPTURE_CONTROL_BUTTON && c->type != CAPTURE_CONTROL_OTHER &&
	       !(c->flags & CAPTURE_CONTROL_WRITE_ONLY);
}

/* [{"value":0,"name":"Auto"}, ...], or null */
static json_t *menu(const struct capture_control *c)
{
	json_t *list = c->menu ? json_array() : json_null();

	for (uint32_t i = 0; c->menu && i < c->menu_count; i++)
		if (c->menu[i])
			json_array_append_new(list, json_pack("{s:I, s:o}", "value", (json_int_t)i,
							      "name", json_text(c->menu[i])));
	return list;
}

static json_t *control_object(const struct capture_control *c)
{
	json_t *flags = json_array();

	for (size_t i = 0; i < CONTROL_FLAGS; i++)
		if (c->flags & control_flags[i].flag)
			json_array_append_new(flags, json_string(control_flags[i].name));
	return json_pack("{s:o, s:o, s:s, s:o, s:I, s:I, s:I, s:I, s:o, s:o, s:o}",
			 "name", json_text(c->name),
			 "title", json_text(c->title),
			 "type", control_type(c),
			 "unit", json_text(c->unit),
			 "min", (json_int_t)c->min,
			 "max", (json_int_t)c->max,
			 "step", (json_int_t)c->step,
			 "default", (json_int_t)c->def,
			 "value", has_value(c) ? json_integer(c->value) : json_null(),
			 "menu", menu(c),
			 "flags", flags);
}

static void print_control(const struct capture_control *c)
{
	printf("%-28s %-12s", c->name, control_type(c));
	if (has_value(c)) {
		printf(" %" PRId64, c->value);
		if (c->menu && c->value >= 0 && c->value < c->menu_count && c->menu[c->value])
			printf(" (%s)", c->menu[c->value]);
		printf("  [%" PRId64 " to %" PRId64, c->min, c->max);
		if (c->step > 1)
			printf(" by %" PRId64, c->step);
		printf(", default %" PRId64 "]%s%s", c->def, c->unit ? " in " : "", c->unit ? c->unit : "");
	}
	for (size_t i = 0; i < CONTROL_FLAGS; i++)
		if (c->flags & control_flags[i].flag)
			printf(" %s", control_flags[i].name);
	putchar('\n');
	for (uint32_t i = 0; c->menu && i < c->menu_count; i++)
		if (c->menu[i])
			printf("  %" PRIu32 "  %s\n", i, c->menu[i]);
}

static int each_control(void *arg, const struct capture_control *control)
{
	if (arg)
		json_array_append_new(arg, control_object(control));
	else
		print_control(control);
	return 0;
}

int list_controls(const struct request *r, struct capture_session *session)
{
	json_t *array = r->json ? json_array() : NULL;
	struct capture_info info;
	int err = capture_controls(session, each_control, array);

	if (err) {
		json_decref(array);
		return say_library_error(PHASE_AGREE, err);
	}
	capture_info(session, &info);
	return end_of_list(r->json ? json_print(json_pack("{s:s, s:o, s:o}", "schema", "grab.controls/1",
							  "uri", json_text(info.uri),
							  "controls", array), stdout) : 0);
}

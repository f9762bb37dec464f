/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* All controls but the buttons are parts of the look of the next frame. */
#include "sim_controls.h"

#define AMBIENT 25000		/* of the sensor, before it works, in 1/1000 degree */
#define HEAT_MAX 20000

static const char *const speeds[] = { "0", "1", "2", "4", "8" };
#define SPEED_DEFAULT 2		/* index */

/* def of the pattern: what the URI asked for */
static const struct capture_control controls[SIM_CONTROLS] = {
	[SIM_TEST_PATTERN] = {
		.type = CAPTURE_CONTROL_MENU, .name = "test_pattern", .title = "Test Pattern",
		.menu = pattern_names, .menu_count = PATTERN_BYTES + 1,
		.max = PATTERN_BYTES, .step = 1,
	},
	[SIM_BRIGHTNESS] = {
		.type = CAPTURE_CONTROL_INTEGER, .name = "brightness", .title = "Brightness",
		.min = -PATTERN_BRIGHTNESS_MAX, .max = PATTERN_BRIGHTNESS_MAX, .step = 1,
	},
	[SIM_GAIN] = {
		.type = CAPTURE_CONTROL_INTEGER, .name = "gain", .title = "Gain", .unit = "%",
		.max = PATTERN_GAIN_MAX, .step = 1,
	},
	[SIM_EXPOSURE] = {
		.type = CAPTURE_CONTROL_INTEGER, .name = "exposure_time_absolute",
		.title = "Exposure Time, Absolute", .unit = "100us",
		.min = 1, .max = PATTERN_EXPOSURE_MAX, .step = 1, .def = PATTERN_EXPOSURE,
	},
	[SIM_HFLIP] = {
		.type = CAPTURE_CONTROL_BOOLEAN, .name = "horizontal_flip",
		.title = "Horizontal Flip", .max = 1, .step = 1,
	},
	[SIM_VFLIP] = {
		.type = CAPTURE_CONTROL_BOOLEAN, .name = "vertical_flip",
		.title = "Vertical Flip", .max = 1, .step = 1,
	},
	[SIM_SPEED] = {
		.type = CAPTURE_CONTROL_INTEGER_MENU, .name = "speed", .title = "Speed",
		.unit = "pixels", .menu = speeds, .menu_count = sizeof(speeds) / sizeof(speeds[0]),
		.max = sizeof(speeds) / sizeof(speeds[0]) - 1, .step = 1, .def = SPEED_DEFAULT,
	},
	[SIM_TEMPERATURE] = {
		.type = CAPTURE_CONTROL_INTEGER, .name = "sensor_temperature",
		.title = "Sensor Temperature", .unit = "0.001C",
		.flags = CAPTURE_CONTROL_READ_ONLY | CAPTURE_CONTROL_VOLATILE,
		.min = AMBIENT, .max = AMBIENT + HEAT_MAX, .step = 1, .def = AMBIENT,
	},
	[SIM_DISCONNECT] = {
		.type = CAPTURE_CONTROL_BUTTON, .name = "disconnect", .title = "Disconnect",
		.flags = CAPTURE_CONTROL_WRITE_ONLY,
	},
	[SIM_INJECT_ERROR] = {
		.type = CAPTURE_CONTROL_BUTTON, .name = "inject_error", .title = "Inject Error",
		.flags = CAPTURE_CONTROL_WRITE_ONLY,
	},
};

struct pattern_look sim_default_look(const struct sim_options *options)
{
	return (struct pattern_look){
		.kind = options->pattern,
		.seed = options->seed,
		.speed = 1u << SPEED_DEFAULT >> 1,
		.exposure = PATTERN_EXPOSURE,
	};
}

/* "0", "1", "2", "4", ... to an index and back */
static int64_t speed_index(uint32_t speed)
{
	return speed ? 32 - __builtin_clz(speed) : 0;
}

static int64_t temperature(struct sim_device *device)
{
	uint64_t delivered = device_delivered(device);

	return AMBIENT + (delivered < HEAT_MAX ? delivered : HEAT_MAX);
}

int64_t sim_control_get(struct sim_device *device, enum sim_control id)
{
	/* the look is changed by this thread alone: reading it takes no lock */
	const struct pattern_look *look = &device->look;

	switch (id) {
	case SIM_TEST_PATTERN:
		return look->kind;
	case SIM_BRIGHTNESS:
		return look->brightness;
	case SIM_GAIN:
		return look->gain;
	case SIM_EXPOSURE:
		return look->exposure;
	case SIM_HFLIP:
		return look->hflip;
	case SIM_VFLIP:
		return look->vflip;
	case SIM_SPEED:
		return speed_index(look->speed);
	case SIM_TEMPERATURE:
		return temperature(device);
	case SIM_DISCONNECT:
	case SIM_INJECT_ERROR:
	case SIM_CONTROLS:
		break;
	}
	return 0;
}

void sim_control_set(struct sim_device *device, enum sim_control id, int64_t value)
{
	struct pattern_look look = device->look;

	switch (id) {
	case SIM_TEST_PATTERN:
		look.kind = value;
		break;
	case SIM_BRIGHTNESS:
		look.brightness = value;
		break;
	case SIM_GAIN:
		look.gain = value;
		break;
	case SIM_EXPOSURE:
		look.exposure = value;
		break;
	case SIM_HFLIP:
		look.hflip = value;
		break;
	case SIM_VFLIP:
		look.vflip = value;
		break;
	case SIM_SPEED:
		look.speed = 1u << value >> 1;
		break;
	case SIM_DISCONNECT:
		device_unplug(device);
		return;
	case SIM_INJECT_ERROR:
		device_damage_next(device);
		return;
	case SIM_TEMPERATURE:
	case SIM_CONTROLS:
		return;
	}
	device_set_look(device, &look);
}

int sim_controls(struct sim_device *device, capture_control_fn *each, void *arg)
{
	struct capture_control control;
	uint32_t id;
	int err;

	for (id = 0; id < SIM_CONTROLS; id++) {
		control = controls[id];
		control.id = id;
		control.value = sim_control_get(device, id);
		if (id == SIM_TEST_PATTERN)
			control.def = device->options.pattern;
		err = each(arg, &control);
		if (err)
			return err;
	}
	return 0;
}

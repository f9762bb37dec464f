/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The knobs of the simulated camera. */
#ifndef SIM_CONTROLS_H
#define SIM_CONTROLS_H

#include "sim_device.h"

enum sim_control {
	SIM_TEST_PATTERN,
	SIM_BRIGHTNESS,
	SIM_GAIN,
	SIM_EXPOSURE,
	SIM_HFLIP,
	SIM_VFLIP,
	SIM_SPEED,
	SIM_TEMPERATURE,
	SIM_DISCONNECT,
	SIM_INJECT_ERROR,
	SIM_CONTROLS,
};

/* The look that the options and the defaults of the controls give. */
struct pattern_look sim_default_look(const struct sim_options *options);

int sim_controls(struct sim_device *device, capture_control_fn *each, void *arg);
int64_t sim_control_get(struct sim_device *device, enum sim_control id);
void sim_control_set(struct sim_device *device, enum sim_control id, int64_t value);

#endif /* SIM_CONTROLS_H */

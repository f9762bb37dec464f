/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The private part of a simulator's session. */
#ifndef SIM_H
#define SIM_H

#include "sim_device.h"

struct sim {
	struct sim_device device;
	uint32_t input;
};

/* sim_verify.c: 0, or -EBADMSG with words that name the first wrong byte. */
int sim_verify_frame(struct sim *sim, const struct sim_buffer *buffer,
		     const struct capture_frame *frame);

extern const struct capture_backend sim_backend;

#endif /* SIM_H */

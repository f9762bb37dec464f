/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of the encoder table, one file each. */
#ifndef GRAB_ENCODERS_H
#define GRAB_ENCODERS_H

#include "encode.h"

extern const struct encoder encoder_png;
extern const struct encoder encoder_pnm;
extern const struct encoder encoder_jpeg;
extern const struct encoder encoder_tiff;
extern const struct encoder encoder_raw;
extern const struct encoder encoder_y4m;
extern const struct encoder encoder_null;

#endif /* GRAB_ENCODERS_H */

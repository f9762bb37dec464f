/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one place that knows all models. */
#include "bt878.h"

const struct model_ops *const models[] = { &bt878_model, &bt878_msi_model, NULL };

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "libcapture.h"

struct capture_config headers_c_config(void);

struct capture_config headers_c_config(void)
{
	struct capture_config config = CAPTURE_CONFIG_INIT;

	return config;
}

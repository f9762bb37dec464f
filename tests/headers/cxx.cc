/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "libcapture.h"

capture_config headers_cxx_config()
{
	capture_config config = CAPTURE_CONFIG_INIT;

	return config;
}

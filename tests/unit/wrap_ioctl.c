/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>

#include "wrap_ioctl.h"

int __wrap_ioctl(int fd, unsigned long request, ...);

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *arg;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	return answer_ioctl(fd, request, arg);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cmocka with what it wants included before it. */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#undef fail	/* cmocka's macro; ours is error.h's function */
#undef fail_msg	/* which uses it */
#define fail_msg(...) do { \
	print_error("ERROR: " __VA_ARGS__); \
	print_error("\n"); \
	_fail(__FILE__, __LINE__); \
} while (0)

#endif /* UNIT_H */

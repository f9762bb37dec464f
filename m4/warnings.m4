# SPDX-License-Identifier: GPL-2.0-or-later
# GRAB_WARNINGS: GRAB_CFLAGS, the warnings that our own code is free of with gcc and clang.
AC_DEFUN([GRAB_WARNINGS], [
AC_ARG_ENABLE([werror],
	[AS_HELP_STRING([--enable-werror], [warnings are errors (for developers)])],
	[], [enable_werror=no])
GRAB_CFLAGS="-std=gnu11 -fvisibility=hidden"
for flag in -Wall -Wextra -Wshadow -Wvla -Wundef -Wformat=2 -Wmissing-prototypes \
	-Wstrict-prototypes -Wold-style-definition -Wpointer-arith -Wwrite-strings \
	-Wcast-align -Wimplicit-fallthrough -Wdouble-promotion -Wno-unused-parameter
do
	AX_CHECK_COMPILE_FLAG([$flag], [GRAB_CFLAGS="$GRAB_CFLAGS $flag"], [], [-Werror])
done
dnl gcc's -O2 leaves nearly every loop over pixels as it is; this is how -O3 and clang weigh it
AX_CHECK_COMPILE_FLAG([-fvect-cost-model=dynamic],
	[GRAB_CFLAGS="$GRAB_CFLAGS -fvect-cost-model=dynamic"], [], [-Werror])
AS_IF([test "$enable_werror" = yes], [GRAB_CFLAGS="$GRAB_CFLAGS -Werror"])
AC_SUBST([GRAB_CFLAGS])
AC_SUBST([GRAB_LDFLAGS], ["-Wl,--as-needed -Wl,--no-undefined"])
])

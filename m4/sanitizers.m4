# SPDX-License-Identifier: GPL-2.0-or-later
# GRAB_SANITIZERS: --enable-sanitizers=address,undefined or =thread
AC_DEFUN([GRAB_SANITIZERS], [
AC_ARG_ENABLE([sanitizers],
	[AS_HELP_STRING([--enable-sanitizers=LIST], [build with -fsanitize=LIST])],
	[], [enable_sanitizers=no])
AS_IF([test "$enable_sanitizers" != no], [
	GRAB_CFLAGS="$GRAB_CFLAGS -fsanitize=$enable_sanitizers -fno-sanitize-recover=all -fno-omit-frame-pointer"
	GRAB_LDFLAGS="-Wl,--as-needed -fsanitize=$enable_sanitizers"
	SANITIZER_LIST="$enable_sanitizers"
	AC_DEFINE([WITH_SANITIZERS], [1], [built with a sanitizer])
])
AM_CONDITIONAL([SANITIZERS], [test "$enable_sanitizers" != no])
AC_SUBST([SANITIZER_LIST])

AC_ARG_ENABLE([fuzzers],
	[AS_HELP_STRING([--enable-fuzzers], [build the fuzz targets with libFuzzer (clang)])],
	[], [enable_fuzzers=no])
AS_IF([test "$enable_fuzzers" = yes], [GRAB_CFLAGS="$GRAB_CFLAGS -fsanitize=fuzzer-no-link"])
AM_CONDITIONAL([FUZZERS], [test "$enable_fuzzers" = yes])
])

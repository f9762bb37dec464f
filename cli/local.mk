# The command.  All but main.c is a library so that the tests can link it.
noinst_LTLIBRARIES += cli/libgrab.la
cli_libgrab_la_CPPFLAGS = $(AM_CPPFLAGS) \
	$(PNG_CFLAGS) $(V4LCONVERT_CFLAGS) $(TURBOJPEG_CFLAGS) $(JANSSON_CFLAGS)
cli_libgrab_la_LIBADD = \
	$(PNG_LIBS) $(V4LCONVERT_LIBS) $(TURBOJPEG_LIBS) $(YUV_LIBS) $(JANSSON_LIBS) -lpthread
cli_libgrab_la_SOURCES = \
	cli/encode.c \
	cli/encode.h \
	cli/encode_null.c \
	cli/encode_options.c \
	cli/encode_raw.c \
	cli/encoders.h \
	cli/name.c \
	cli/name.h \
	cli/name_expand.c \
	cli/name_unique.c \
	cli/outfile.c \
	cli/outfile.h \
	cli/outfile_check.c \
	cli/outfile_internal.h \
	cli/outfile_sync.c \
	cli/outfile_temporary.c \
	cli/picture.c \
	cli/picture.h \
	cli/sink.c \
	cli/sink.h \
	cli/words.c \
	cli/words.h

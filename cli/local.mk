# The command.  All but main.c is a library so that the tests can link it.
noinst_LTLIBRARIES += cli/libgrab.la
cli_libgrab_la_CPPFLAGS = $(AM_CPPFLAGS) \
	$(PNG_CFLAGS) $(V4LCONVERT_CFLAGS) $(TURBOJPEG_CFLAGS) $(JANSSON_CFLAGS)
cli_libgrab_la_LIBADD = \
	$(PNG_LIBS) $(V4LCONVERT_LIBS) $(TURBOJPEG_LIBS) $(YUV_LIBS) $(JANSSON_LIBS) -lpthread
cli_libgrab_la_SOURCES = \
	cli/camera_jpeg.c \
	cli/camera_jpeg.h \
	cli/encode.c \
	cli/encode.h \
	cli/encode_null.c \
	cli/encode_options.c \
	cli/encode_png.c \
	cli/encode_pnm.c \
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
	cli/pixels.c \
	cli/pixels.h \
	cli/pixels_bayer.c \
	cli/pixels_grey.c \
	cli/pixels_jpeg.c \
	cli/pixels_rgb.c \
	cli/pixels_source.h \
	cli/pixels_v4l.c \
	cli/pixels_yuv.c \
	cli/planar.c \
	cli/planar.h \
	cli/sink.c \
	cli/sink.h \
	cli/unpack.c \
	cli/unpack.h \
	cli/words.c \
	cli/words.h

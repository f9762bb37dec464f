# The library core, and with the backends the library itself.
include_HEADERS += libcapture/libcapture.h libcapture/libcapture_format.h
pkgconfig_DATA = libcapture/libcapture.pc
EXTRA_DIST += libcapture/libcapture.map

# All objects with all symbols: what the tests link against.
noinst_LTLIBRARIES += libcapture/libcapture-internal.la
libcapture_libcapture_internal_la_CPPFLAGS = $(AM_CPPFLAGS) \
	$(V4L2_CFLAGS) $(UDEV_CFLAGS) $(PNG_CFLAGS) $(TURBOJPEG_CFLAGS) $(PCI_CFLAGS)
libcapture_libcapture_internal_la_LIBADD = \
	$(V4L2_LIBS) $(UDEV_LIBS) $(PNG_LIBS) $(TURBOJPEG_LIBS) $(PCI_LIBS) -lpthread
libcapture_libcapture_internal_la_SOURCES = $(core_sources)

core_sources = \
	libcapture/backend.h \
	libcapture/buffer.c \
	libcapture/control.c \
	libcapture/error.c \
	libcapture/error.h \
	libcapture/format.c \
	libcapture/grab.c \
	libcapture/limit.c \
	libcapture/list.c \
	libcapture/memory.c \
	libcapture/memory.h \
	libcapture/pixel_format.c \
	libcapture/queue.c \
	libcapture/queue.h \
	libcapture/session.c \
	libcapture/stats.c \
	libcapture/uri.c \
	libcapture/uri.h

# What applications link against: the same objects, only the public symbols.
lib_LTLIBRARIES += libcapture/libcapture.la
libcapture_libcapture_la_SOURCES =
libcapture_libcapture_la_LIBADD = libcapture/libcapture-internal.la
libcapture_libcapture_la_LDFLAGS = $(AM_LDFLAGS) \
	-version-info $(LIBCAPTURE_CURRENT):$(LIBCAPTURE_REVISION):$(LIBCAPTURE_AGE) \
	-Wl,--version-script=$(top_srcdir)/libcapture/libcapture.map
EXTRA_libcapture_libcapture_la_DEPENDENCIES = libcapture/libcapture.map

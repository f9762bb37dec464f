# The devices' code, compiled into the library; the kernel module compiles the same files.
libcapture_libcapture_internal_la_SOURCES += \
	kmod/chunk.h \
	kmod/grabber.h \
	kmod/grabbers/bt8x8.c \
	kmod/grabbers/bt8x8.h \
	kmod/grabbers/bt8x8_mode.c \
	kmod/grabbers/bt8x8_risc.c \
	kmod/grabbers/edu.c \
	kmod/grabbers/grabbers.c

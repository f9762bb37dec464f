# One backend, one family of files; table.c lists them.
libcapture_libcapture_internal_la_SOURCES += \
	backends/table.c

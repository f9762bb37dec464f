# One backend, one family of files; table.c lists them.
libcapture_libcapture_internal_la_SOURCES += \
	backends/pattern.c \
	backends/pattern.h \
	backends/pattern_digits.c \
	backends/pattern_jpeg.c \
	backends/pattern_jpeg.h \
	backends/pattern_pack.c \
	backends/pattern_pack.h \
	backends/pattern_picture.c \
	backends/pattern_picture.h \
	backends/pattern_scene.c \
	backends/sim.c \
	backends/sim.h \
	backends/sim_bus.c \
	backends/sim_bus.h \
	backends/sim_controls.c \
	backends/sim_controls.h \
	backends/sim_device.c \
	backends/sim_device.h \
	backends/sim_engine.c \
	backends/sim_options.c \
	backends/sim_options.h \
	backends/sim_schedule.c \
	backends/sim_schedule.h \
	backends/sim_transfer.c \
	backends/sim_transfer.h \
	backends/sim_verify.c \
	backends/table.c

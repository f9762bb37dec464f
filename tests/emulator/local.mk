# SPDX-License-Identifier: GPL-2.0-or-later
# Emulated PCI devices: models, which unit tests link, and the server that
# carries them into a guest.
check_LTLIBRARIES += tests/emulator/libmodels.la
tests_emulator_libmodels_la_CPPFLAGS = $(EMULATOR_CPPFLAGS)
tests_emulator_libmodels_la_SOURCES = \
	tests/emulator/bt878.c \
	tests/emulator/bt878.h \
	tests/emulator/bt878_beam.c \
	tests/emulator/bt878_fault.c \
	tests/emulator/bt878_field.c \
	tests/emulator/bt878_pattern.h \
	tests/emulator/bt878_private.h \
	tests/emulator/bt878_risc.c \
	tests/emulator/model.h \
	tests/emulator/models.c

# SPDX-License-Identifier: GPL-2.0-or-later
# Emulated PCI devices: models, which unit tests link, and the server that
# carries them into a guest.
check_LTLIBRARIES += tests/emulator/libmodels.la tests/emulator/libemulator.la
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

tests_emulator_libemulator_la_CPPFLAGS = $(EMULATOR_CPPFLAGS)
tests_emulator_libemulator_la_SOURCES = \
	tests/emulator/client.c \
	tests/emulator/client.h \
	tests/emulator/client_info.c \
	tests/emulator/control.c \
	tests/emulator/control.h \
	tests/emulator/dma.c \
	tests/emulator/dma.h \
	tests/emulator/message.c \
	tests/emulator/message.h \
	tests/emulator/pci.c \
	tests/emulator/pci.h \
	tests/emulator/pci_config.c \
	tests/emulator/pci_irq.c \
	tests/emulator/pci_msix.c
EMULATOR_LIBS = tests/emulator/libemulator.la tests/emulator/libmodels.la $(JANSSON_LIBS)

check_PROGRAMS += tests/emulator/emulator tests/emulator/expect
tests_emulator_emulator_CPPFLAGS = $(EMULATOR_CPPFLAGS)
tests_emulator_emulator_SOURCES = tests/emulator/emulator.c
tests_emulator_emulator_LDADD = $(EMULATOR_LIBS)

# what the Bt878 should have captured
tests_emulator_expect_CPPFLAGS = $(EMULATOR_CPPFLAGS)
tests_emulator_expect_SOURCES = tests/emulator/expect.c tests/emulator/bt878_pattern.h

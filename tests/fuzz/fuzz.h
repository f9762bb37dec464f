/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a fuzz target defines. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Run the code under test on arbitrary bytes; a crash or an abort() is the finding. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Inputs to begin with, as strings; NULL ends. */
extern const char *const fuzz_seeds[];

#endif /* FUZZ_H */

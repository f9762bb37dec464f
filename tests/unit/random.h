/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random numbers of a seed that is printed; SEED=N in the environment repeats a run. */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdint.h>

/* 31 bits */
uint32_t random_number(void);

/* @min and @max are among them. */
uint32_t random_between(uint32_t min, uint32_t max);

#endif /* RANDOM_H */

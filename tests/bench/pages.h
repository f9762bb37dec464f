/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory for measurements. */
#ifndef PAGES_H
#define PAGES_H

#include <stddef.h>

/* @kind: small, thp or hugetlb.  All pages are present; ends the program where there are none. */
void *pages_get(const char *kind, size_t len);

#endif /* PAGES_H */

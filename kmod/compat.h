/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one place that knows kernel versions.  Features are probed by what the
 * headers define; a version is asked only where they define nothing.
 */
#ifndef UDMA_COMPAT_H
#define UDMA_COMPAT_H

#include <linux/version.h>

/* 6.11: platform_driver.remove returns nothing */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
#define UDMA_PLATFORM_REMOVE(name)	static void name(struct platform_device *pdev)
#define UDMA_PLATFORM_REMOVE_END
#else
#define UDMA_PLATFORM_REMOVE(name)	static int name(struct platform_device *pdev)
#define UDMA_PLATFORM_REMOVE_END	return 0
#endif

/* 6.13: symbol namespaces are strings. Functions of the device class have one of their own. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define UDMA_EXPORT_CLASS(symbol)	EXPORT_SYMBOL_NS_GPL(symbol, "UDMA_CLASS")
#define UDMA_IMPORT_CLASS()		MODULE_IMPORT_NS("UDMA_CLASS")
#else
#define UDMA_EXPORT_CLASS(symbol)	EXPORT_SYMBOL_NS_GPL(symbol, UDMA_CLASS)
#define UDMA_IMPORT_CLASS()		MODULE_IMPORT_NS(UDMA_CLASS)
#endif

#endif /* UDMA_COMPAT_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one place that knows kernel versions and configurations.  Features are probed by what the
 * headers define; a version is asked only where they define nothing.
 */
#ifndef UDMA_COMPAT_H
#define UDMA_COMPAT_H

#include <linux/version.h>

/* Nobody can ask for it: what follows a program's mappings (KVM, the IOMMU's SVM) brings it. */
#ifndef CONFIG_MMU_NOTIFIER
#error "udma needs a kernel with CONFIG_MMU_NOTIFIER, which CONFIG_KVM or CONFIG_INTEL_IOMMU_SVM select"
#endif

/* Functions of the device class are in a namespace of their own. 6.13: which is a string. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define UDMA_NAMESPACE "UDMA_CLASS"
#else
#define UDMA_NAMESPACE UDMA_CLASS
#endif

#endif /* UDMA_COMPAT_H */

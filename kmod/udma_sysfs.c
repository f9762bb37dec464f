// SPDX-License-Identifier: GPL-2.0
/* /sys/class/udma/udmaN: counters, and how the device is. */
#include <linux/sysfs.h>

#include "udma_core.h"

static const struct udma_device *udev_of(struct device *dev)
{
	return container_of(dev, struct udma_device, dev);
}

void udma_count_pinned(struct udma_device *udev, s64 bytes)
{
	const s64 now = atomic64_add_return(bytes, &udev->stat[UDMA_PINNED]);
	s64 peak = atomic64_read(&udev->stat[UDMA_PINNED_PEAK]);

	while (now > peak && !atomic64_try_cmpxchg(&udev->stat[UDMA_PINNED_PEAK], &peak, now))
		;
}

#define COUNTER(name, stat_)							\
static ssize_t name##_show(struct device *dev, struct device_attribute *attr,	\
			   char *text)						\
{										\
	return sysfs_emit(text, "%lld\n",					\
			  (long long)atomic64_read(&udev_of(dev)->stat[stat_]));	\
}										\
static DEVICE_ATTR_RO(name)

COUNTER(frames, UDMA_FRAMES);
COUNTER(failed, UDMA_FAILED);
COUNTER(cancelled, UDMA_CANCELLED);
COUNTER(lost, UDMA_LOST);
COUNTER(bytes, UDMA_BYTES);
COUNTER(bounced, UDMA_BOUNCED);
COUNTER(chunks, UDMA_CHUNKS);
COUNTER(segments, UDMA_SEGMENTS);
COUNTER(pinned, UDMA_PINNED);
COUNTER(pinned_peak, UDMA_PINNED_PEAK);
COUNTER(stalls, UDMA_STALLS);
COUNTER(timeouts, UDMA_TIMEOUTS);
COUNTER(interrupts_lost, UDMA_INTERRUPTS_LOST);
COUNTER(interrupts_spurious, UDMA_INTERRUPTS_SPURIOUS);
COUNTER(quiesces, UDMA_QUIESCES);
COUNTER(resets, UDMA_RESETS);
COUNTER(quarantined, UDMA_QUARANTINED);
COUNTER(pin_ns, UDMA_PIN_NS);
COUNTER(map_ns, UDMA_MAP_NS);
COUNTER(dma_ns, UDMA_DMA_NS);
COUNTER(unpin_ns, UDMA_UNPIN_NS);
COUNTER(faults, UDMA_FAULTS);

static ssize_t state_show(struct device *dev, struct device_attribute *attr, char *text)
{
	const struct udma_device *udev = udev_of(dev);

	return sysfs_emit(text, "%s\n", udev->dead ? "dead" :
			  READ_ONCE(udev->stream) ? "running" : "ready");
}
static DEVICE_ATTR_RO(state);

static ssize_t timeout_ms_show(struct device *dev, struct device_attribute *attr, char *text)
{
	return sysfs_emit(text, "%u\n", udev_of(dev)->caps.timeout_ms);
}

static ssize_t timeout_ms_store(struct device *dev, struct device_attribute *attr,
				const char *text, size_t len)
{
	struct udma_device *udev = container_of(dev, struct udma_device, dev);
	u32 ms;
	int err = kstrtou32(text, 0, &ms);

	if (err || !ms)
		return err ? err : -EINVAL;
	WRITE_ONCE(udev->caps.timeout_ms, ms);
	return len;
}
static DEVICE_ATTR_RW(timeout_ms);

static struct attribute *udma_attrs[] = {
	&dev_attr_frames.attr,
	&dev_attr_failed.attr,
	&dev_attr_cancelled.attr,
	&dev_attr_lost.attr,
	&dev_attr_bytes.attr,
	&dev_attr_bounced.attr,
	&dev_attr_chunks.attr,
	&dev_attr_segments.attr,
	&dev_attr_pinned.attr,
	&dev_attr_pinned_peak.attr,
	&dev_attr_stalls.attr,
	&dev_attr_timeouts.attr,
	&dev_attr_interrupts_lost.attr,
	&dev_attr_interrupts_spurious.attr,
	&dev_attr_quiesces.attr,
	&dev_attr_resets.attr,
	&dev_attr_quarantined.attr,
	&dev_attr_pin_ns.attr,
	&dev_attr_map_ns.attr,
	&dev_attr_dma_ns.attr,
	&dev_attr_unpin_ns.attr,
	&dev_attr_faults.attr,
	&dev_attr_state.attr,
	&dev_attr_timeout_ms.attr,
	NULL,
};

static const struct attribute_group udma_group = { .attrs = udma_attrs };

const struct attribute_group *udma_groups[] = { &udma_group, NULL };

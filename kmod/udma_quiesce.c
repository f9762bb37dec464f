// SPDX-License-Identifier: GPL-2.0
/*
 * Until the device is silent: no memory is let go before that is certain.
 *
 *	stop the engine -> wait until it is idle -> flush posted writes by a read
 *	  -> bus master off; if it did not get idle:
 *	  -> wait for pending transactions -> reset -> wait
 *	    -> else the device is dead, and what it may write stays pinned for ever
 *
 * A leak is better than a corrupted page.
 */
#include <linux/delay.h>

#include "udma_core.h"
#include "udma_trace.h"

/* @wanted: what @ask says when it is done. 0, -EIO, or -ENODEV: the device is gone. */
static int wait_for(struct udma_device *udev, int (*ask)(struct udma_device *udev), int wanted)
{
	const u64 end = ktime_get_ns() + (u64)udev->caps.silence_ms * NSEC_PER_MSEC;
	int said;

	for (;;) {
		said = ask(udev);
		if (said < 0)
			return said;
		if (said == wanted)
			return 0;
		if (ktime_get_ns() > end)
			return -EIO;
		usleep_range(200, 1000);
	}
}

/* Idle, and what was on its way has arrived. */
static int idle(struct udma_device *udev)
{
	int err = wait_for(udev, udev->ops->idle, 1);

	if (!err && udev->ops->flush) {
		udev->ops->flush(udev);
		err = wait_for(udev, udev->ops->idle, 1);
	}
	return err;
}

/* Without bus mastering it cannot write, whatever it does. */
static int disconnect(struct udma_device *udev)
{
	if (!udev->ops->master_off)
		return -EIO;
	udev->ops->master_off(udev);
	return udev->ops->pending ? wait_for(udev, udev->ops->pending, 0) : 0;
}

static int reset(struct udma_device *udev)
{
	if (!udev->ops->reset || udev->ops->reset(udev))
		return -EIO;
	udma_add(udev, UDMA_RESETS, 1);
	return idle(udev);
}

static int climb(struct udma_device *udev)
{
	int connected, err;

	if (udev->dead)
		return udev->noisy ? -EIO : 0;
	udev->ops->halt(udev);
	err = idle(udev);
	if (!err && udev->ops->master_off)
		udev->ops->master_off(udev);
	if (err != -EIO)
		return err;
	connected = disconnect(udev);
	err = reset(udev);
	if (err != -EIO)
		return err;
	udev->dead = true;
	/* it cannot be used again, but where it is disconnected it does no harm */
	udev->noisy = !!connected;
	return connected;
}

int udma_quiesce(struct udma_device *udev)
{
	const u64 since = ktime_get_ns();
	int err;

	mutex_lock(&udev->control);
	udma_add(udev, UDMA_QUIESCES, 1);
	err = climb(udev);
	/* what is not there any more does not write */
	if (err == -ENODEV)
		err = 0;
	if (err)
		dev_err(&udev->dev,
			"the device does not fall silent; its memory stays in quarantine until the machine restarts\n");
	mutex_unlock(&udev->control);
	trace_udma_quiesce(udev, ktime_get_ns() - since, err);
	return err;
}

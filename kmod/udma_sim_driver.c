// SPDX-License-Identifier: GPL-2.0
/* The driver of the grabber of software: see udma_sim.h. */
#include <linux/dma-mapping.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/videodev2.h>

#include "udma_sim.h"

#define DEVICES_MAX 8

static unsigned int devices = 1;
module_param(devices, uint, 0444);
MODULE_PARM_DESC(devices, "how many grabbers (1 to 8)");

static unsigned int seed = 1;
module_param(seed, uint, 0444);
MODULE_PARM_DESC(seed, "of the bytes in frames; each next grabber has one more");

static unsigned int fps = 30;
module_param(fps, uint, 0444);
MODULE_PARM_DESC(fps, "frames a second where a program asks for none; 0: as fast as memory comes");

static unsigned int align = 1;
module_param(align, uint, 0444);
MODULE_PARM_DESC(align, "segments must begin at a multiple of this (a power of two)");

static unsigned int max_segments;
module_param(max_segments, uint, 0444);
MODULE_PARM_DESC(max_segments, "segments that a transfer may have (1 to 1024); 0: 1024");

static unsigned int max_segment;
module_param(max_segment, uint, 0444);
MODULE_PARM_DESC(max_segment, "bytes of the longest segment; 0: no limit");

static unsigned int depth = 2;
module_param(depth, uint, 0444);
MODULE_PARM_DESC(depth, "transfers that it takes at once (1 to 4)");

static unsigned int timeout_ms;
module_param(timeout_ms, uint, 0444);
MODULE_PARM_DESC(timeout_ms, "a transfer that takes longer has hung; 0: 5000");

/* Faults: the module's parameters are what each grabber begins with; debugfs changes them. */
static struct sim_faults faults;

#define FAULT(name, text)						\
	module_param_named(name, faults.name, uint, 0644);		\
	MODULE_PARM_DESC(name, text)

FAULT(drop_every, "every Nth frame is lost");
FAULT(short_every, "every Nth frame ends in the middle");
FAULT(error_every, "every Nth frame fails");
FAULT(hang_every, "every Nth frame hangs in the middle of a chunk");
FAULT(lose_every, "every Nth transfer has no interrupt");
FAULT(spurious_every, "every Nth transfer has an interrupt too many");
FAULT(late_ms, "the engine writes on for so long after it was told to halt");
FAULT(silence, "what silences the engine: 0 halt, 1 bus master off, 2 reset, 3 nothing");
FAULT(lies, "while it writes late the engine: 1 says that it is idle, 2 ignores bus mastering, too");
FAULT(all_ones, "registers read as if the device were unplugged");
FAULT(rate, "MiB/s of the bus; 0: as fast as possible");

static struct platform_device *pdevs[DEVICES_MAX];
static struct dentry *debugfs;

/* ---- operations ---- */

static int op_enum_format(struct udma_device *udev, struct udma_format_info *info)
{
	return sim_enum_format(info);
}

static int op_try_format(struct udma_device *udev, struct udma_format *format)
{
	return sim_try_format(format);
}

static int op_start(struct udma_device *udev, const struct udma_run *run)
{
	struct sim *sim = udma_priv(udev);

	if (sim->faults.all_ones)
		return -ENODEV;
	sim_engine_start(sim, run->format);
	return 0;
}

/* What hardware with these limits could not take is a mistake of the core. */
static void look_at(const struct udma_transfer *transfer)
{
	struct scatterlist *sg;
	unsigned int i;

	for_each_sg(transfer->sg, sg, transfer->nents, i)
		WARN_ON_ONCE(sg_dma_address(sg) & (align - 1) ||
			     (max_segment && sg_dma_len(sg) > max_segment));
}

static void op_transfer(struct udma_device *udev, struct udma_transfer *transfer)
{
	look_at(transfer);
	sim_engine_transfer(udma_priv(udev), transfer);
}

static u32 op_events(struct udma_device *udev)
{
	sim_engine_events(udma_priv(udev));
	return 0;
}

static void op_halt(struct udma_device *udev)
{
	sim_engine_halt(udma_priv(udev));
}

static int op_idle(struct udma_device *udev)
{
	return sim_engine_idle(udma_priv(udev));
}

static void op_master_off(struct udma_device *udev)
{
	sim_engine_master_off(udma_priv(udev));
}

/* Without bus mastering it writes nothing that is not on its way; that is when it rests. */
static int op_pending(struct udma_device *udev)
{
	struct sim *sim = udma_priv(udev);

	return sim->faults.silence > SIM_BY_MASTER_OFF || sim_engine_idle(sim) == 0;
}

static int op_reset(struct udma_device *udev)
{
	return sim_engine_reset(udma_priv(udev));
}

static const struct udma_ops sim_ops = {
	.owner = THIS_MODULE,
	.enum_format = op_enum_format,
	.try_format = op_try_format,
	.start = op_start,
	.transfer = op_transfer,
	.events = op_events,
	.halt = op_halt,
	.idle = op_idle,
	.master_off = op_master_off,
	.pending = op_pending,
	.reset = op_reset,
};

/* ---- faults ---- */

/* Outlives the device that it removes. */
static struct sim_unplug {
	struct work_struct work;
	struct platform_device *pdev;
} unplugs[DEVICES_MAX];

static void unplug(struct work_struct *work)
{
	device_release_driver(&container_of(work, struct sim_unplug, work)->pdev->dev);
}

static int unplug_set(void *data, u64 value)
{
	struct sim *sim = data;

	schedule_work(&unplugs[sim->pdev->id].work);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(unplug_fops, NULL, unplug_set, "%llu\n");

static void show_faults(struct sim *sim)
{
	struct sim_faults *f = &sim->faults;
	struct dentry *dir = debugfs_create_dir(dev_name(&sim->pdev->dev), debugfs);

	debugfs_create_u32("drop_every", 0644, dir, &f->drop_every);
	debugfs_create_u32("short_every", 0644, dir, &f->short_every);
	debugfs_create_u32("error_every", 0644, dir, &f->error_every);
	debugfs_create_u32("hang_every", 0644, dir, &f->hang_every);
	debugfs_create_u32("lose_every", 0644, dir, &f->lose_every);
	debugfs_create_u32("spurious_every", 0644, dir, &f->spurious_every);
	debugfs_create_u32("late_ms", 0644, dir, &f->late_ms);
	debugfs_create_u32("silence", 0644, dir, &f->silence);
	debugfs_create_u32("lies", 0644, dir, &f->lies);
	debugfs_create_u32("all_ones", 0644, dir, &f->all_ones);
	debugfs_create_u32("rate", 0644, dir, &f->rate);
	debugfs_create_file_unsafe("unplug", 0200, dir, sim, &unplug_fops);
}

/* ---- the device comes and goes ---- */

static struct udma_caps caps_of(const struct sim *sim)
{
	struct udma_caps caps = {
		.driver = "udma_sim",
		.name = "Simulated grabber",
		.bus = dev_name(&sim->pdev->dev),
		.serial = sim->serial,
		.features = UDMA_FEATURE_PREDICTABLE | UDMA_FEATURE_FROM_START |
			    UDMA_FEATURE_SIMULATED,
		.seed = sim->seed,
		.depth = clamp(depth, 1u, (u32)SIM_JOBS),
		.align = align,
		.max_segments = clamp(max_segments ?: SIM_SEGMENTS, 1u, (u32)SIM_SEGMENTS),
		.max_segment = max_segment,
		.timeout_ms = timeout_ms,
		.format = {
			.width = 640,
			.height = 480,
			.fourcc = V4L2_PIX_FMT_RGB24,
			.fps_num = fps,
			.fps_den = fps ? 1 : 0,
		},
	};

	sim_try_format(&caps.format);
	return caps;
}

/* As a remove callback, whose type is another one in every other kernel. */
static void sim_remove(void *arg)
{
	struct sim *sim = arg;

	debugfs_lookup_and_remove(dev_name(&sim->pdev->dev), debugfs);
	udma_unregister(sim->udev);
	sim_engine_close(sim);
}

static int sim_probe(struct platform_device *pdev)
{
	struct sim *sim = devm_kzalloc(&pdev->dev, sizeof(*sim), GFP_KERNEL);
	struct udma_caps caps;
	int err;

	if (!sim)
		return -ENOMEM;
	sim->pdev = pdev;
	sim->faults = faults;
	sim->seed = seed + pdev->id;
	scnprintf(sim->serial, sizeof(sim->serial), "SIM%d", pdev->id);
	err = dma_coerce_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(64));
	if (err)
		return err;
	/* nothing in 7.3, before 6.12 an error, which a device with limits of its own never gives */
	(void)dma_set_max_seg_size(&pdev->dev, UINT_MAX);
	err = sim_engine_open(sim);
	if (err)
		return err;
	caps = caps_of(sim);
	sim->udev = udma_register(&pdev->dev, &sim_ops, &caps, sim);
	if (IS_ERR(sim->udev)) {
		sim_engine_close(sim);
		return PTR_ERR(sim->udev);
	}
	show_faults(sim);
	return devm_add_action_or_reset(&pdev->dev, sim_remove, sim);
}

static struct platform_driver sim_driver = {
	.probe = sim_probe,
	.driver = { .name = "udma_sim" },
};

static void remove_devices(void)
{
	unsigned int i;

	for (i = 0; i < DEVICES_MAX; i++) {
		if (!pdevs[i])
			continue;
		/* whoever unplugs it now is too late, but must still find it */
		get_device(&pdevs[i]->dev);
		platform_device_unregister(pdevs[i]);
		flush_work(&unplugs[i].work);
		put_device(&pdevs[i]->dev);
	}
}

static int __init sim_init(void)
{
	unsigned int i;
	int err;

	if (!devices || devices > DEVICES_MAX || !is_power_of_2(align) || align > PAGE_SIZE)
		return -EINVAL;
	debugfs = debugfs_create_dir("udma_sim", NULL);
	err = platform_driver_register(&sim_driver);
	if (err)
		goto remove_debugfs;
	for (i = 0; i < devices; i++) {
		INIT_WORK(&unplugs[i].work, unplug);
		pdevs[i] = platform_device_register_simple("udma_sim", i, NULL, 0);
		if (IS_ERR(pdevs[i])) {
			err = PTR_ERR(pdevs[i]);
			pdevs[i] = NULL;
			goto unregister;
		}
		unplugs[i].pdev = pdevs[i];
	}
	return 0;

unregister:
	remove_devices();
	platform_driver_unregister(&sim_driver);
remove_debugfs:
	debugfs_remove_recursive(debugfs);
	return err;
}
module_init(sim_init);

static void __exit sim_exit(void)
{
	remove_devices();
	platform_driver_unregister(&sim_driver);
	debugfs_remove_recursive(debugfs);
	udma_wait_unused(THIS_MODULE);
}
module_exit(sim_exit);

MODULE_IMPORT_NS(UDMA_NAMESPACE);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A frame grabber of software for the udma module, with faults");
MODULE_VERSION("0.1");

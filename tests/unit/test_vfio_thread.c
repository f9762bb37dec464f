/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The thread that serves interrupts, on the emulated Bt878 in the same process: interrupts without a
 * reason, among frames and without end.  A kernel of the test's own is behind ioctl(2).
 */
#include <errno.h>
#include <linux/vfio.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bt878.h"
#include "bt878_pattern.h"
#include "pci.h"
#include "unit.h"
#include "vfio.h"
#include "wrap_ioctl.h"

#define BUFFERS 8
#define LINE 128u		/* bytes; 64 pixels of YUYV */
#define LINES 32u
#define FRAME_BYTES (LINE * LINES)
#define INPUT 2
#define LIMIT_MS 60000		/* for whatever must come; a busy machine is slow */
#define STORM 1000u		/* interrupts in a row, as the manual page has it */
#define ENDLESS 1000000u

/* ---- the device, which runs while it is accessed: with the session's lock held, or without a thread ---- */

static struct pci pci;
static uint64_t now;

/* Time enough for a frame. */
static void pass(void)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		pci_tick(&pci, now += 1000);
}

static uint32_t register_read(void *ctx, uint32_t reg)
{
	uint32_t value;

	assert_int_equal(pci_read(&pci, 0, reg, &value, sizeof(value)), 0);
	pass();
	return value;
}

static void register_write(void *ctx, uint32_t reg, uint32_t value)
{
	assert_int_equal(pci_write(&pci, 0, reg, &value, sizeof(value)), 0);
	pass();
}

static const struct grabber_io registers = { .read = register_read, .write = register_write };

/* A line that was unmasked is told again as soon as that can be. */
static int set_irqs(const struct vfio_irq_set *irq)
{
	int event = -1;

	if (irq->flags & VFIO_IRQ_SET_DATA_EVENTFD) {
		memcpy(&event, irq->data, sizeof(event));
		event = dup(event);
		assert_true(event >= 0);
	}
	assert_int_equal(pci_set_irqs(&pci, irq->flags, irq->index, irq->start, irq->count, NULL, &event,
				      event >= 0), 0);
	if (pci.again != MODEL_NEVER && pci.again > now)
		now = pci.again;
	pass();
	return 0;
}

static int get_irq_info(struct vfio_irq_info *info)
{
	info->count = info->index == VFIO_PCI_INTX_IRQ_INDEX;
	info->flags = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE | VFIO_IRQ_INFO_AUTOMASKED;
	return 0;
}

int answer_ioctl(int fd, unsigned long request, void *arg)
{
	switch (request) {
	case VFIO_DEVICE_GET_IRQ_INFO:
		return get_irq_info(arg);
	case VFIO_DEVICE_SET_IRQS:
		return set_irqs(arg);
	}
	fail_msg("an ioctl %#lx", request);
	return -1;
}

/* ---- an IOMMU: the device asks for what is mapped ---- */

static struct {
	uint64_t iova, bytes;
	uint8_t *addr;
} maps[BUFFERS + 2];

static int test_map(struct vfio_device *d, void *addr, uint64_t bytes, uint64_t iova, bool program)
{
	unsigned int i;

	for (i = 0; maps[i].bytes; i++)
		assert_true(i + 1 < sizeof(maps) / sizeof(*maps));
	maps[i].iova = iova;
	maps[i].bytes = bytes;
	maps[i].addr = addr;
	return dma_map(&pci.dma, iova, bytes, program ? DMA_READ : DMA_WRITE, -1, 0);
}

static int test_unmap(struct vfio_device *d, uint64_t iova, uint64_t bytes)
{
	unsigned int i;

	for (i = 0; maps[i].iova != iova || maps[i].bytes != bytes; i++)
		assert_true(i + 1 < sizeof(maps) / sizeof(*maps));
	maps[i].bytes = 0;
	return dma_unmap(&pci.dma, iova, bytes);
}

static const struct vfio_iommu test_iommu = { .name = "test", .map = test_map, .unmap = test_unmap };

/* What the emulator lets through is mapped. */
static int reach(void *host, uint64_t address, void *data, size_t length, bool write)
{
	unsigned int i;
	uint8_t *at;

	for (i = 0; address < maps[i].iova || address - maps[i].iova >= maps[i].bytes; i++)
		assert_true(i + 1 < sizeof(maps) / sizeof(*maps));
	at = maps[i].addr + (address - maps[i].iova);
	if (write)
		memcpy(at, data, length);
	else
		memcpy(data, at, length);
	return 0;
}

/* ---- a session ---- */

static struct capture_session session;
static struct vfio_session vfio;
static struct capture_buffer buffer[BUFFERS];
static struct vfio_buffer own[BUFFERS];
static uint8_t *memory;

static struct grabber *grabber_get(void)
{
	const struct grabber_device *d = &bt8x8_grabber;
	struct grabber_mode mode = {
		.fourcc = GRABBER_FOURCC('Y', 'U', 'Y', 'V'), .width = LINE / 2, .height = LINES,
		.field = GRABBER_FIELD_TOP,
	};
	struct grabber *g = calloc(1, d->size);

	assert_non_null(g);
	g->device = d;
	g->io = &registers;
	assert_int_equal(d->init(g), 0);
	d->try_mode(g, &mode);
	assert_int_equal(mode.bytes, FRAME_BYTES);
	d->set_mode(g, &mode);
	return g;
}

/* A file is the configuration space. */
static int config_file(void)
{
	static const uint8_t ids[] = { 0x9e, 0x10, 0x6e, 0x03 };
	int fd = memfd_create("configuration", MFD_CLOEXEC);

	assert_int_equal(ftruncate(fd, PCI_CONFIG_SIZE), 0);
	assert_int_equal(pwrite(fd, ids, sizeof(ids), 0), sizeof(ids));
	return fd;
}

static int get(void **state)
{
	static const uint8_t command[] = { PCI_MEMORY | PCI_MASTER, 0 };
	unsigned int i;

	assert_int_equal(pci_open(&pci, &bt878_model, reach, NULL), 0);
	assert_int_equal(pci_command(&pci, "fps 0"), 0);
	assert_int_equal(pci_write(&pci, PCI_REGION_CONFIG, 4, command, sizeof(command)), 0);
	memset(&vfio, 0, sizeof(vfio));
	memset(&session, 0, sizeof(session));
	session.priv = &vfio;
	session.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	vfio.session = &session;
	vfio.irq = "auto";
	vfio.stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	vfio.grabber = grabber_get();
	vfio.format = (struct capture_format){ .size = FRAME_BYTES, .planes = 1 };
	vfio.device = (struct vfio_device){
		.iommu = &test_iommu, .address = "0000:00:02.0", .fd = config_file(),
		.irq_fd = -1, .request_fd = -1,
		.space = { .range = { { 0, 0xfedfffff } }, .ranges = 1, .max = UINT32_MAX },
	};
	pthread_mutex_init(&vfio.lock, NULL);
	memory = mmap(NULL, BUFFERS * FRAME_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(memory != MAP_FAILED);
	for (i = 0; i < BUFFERS; i++) {
		own[i] = (struct vfio_buffer){ 0 };
		buffer[i] = (struct capture_buffer){
			.session = &session, .addr = memory + i * FRAME_BYTES, .len = FRAME_BYTES, .priv = &own[i],
		};
		assert_int_equal(vfio_attach(&buffer[i]), 0);
	}
	return bus_open(&vfio.bus, false);
}

static int put(void **state)
{
	unsigned int i;

	for (i = 0; i < BUFFERS; i++)
		vfio_detach(&buffer[i]);
	assert_int_equal(pci.dma.count, 0);
	assert_int_equal(pci.dma.refused, 0);
	munmap(memory, BUFFERS * FRAME_BYTES);
	bus_close(&vfio.bus);
	iova_free(&vfio.device.space);
	close(vfio.device.fd);
	close(vfio.stop_fd);
	close(session.fd);
	free(vfio.grabber);
	pci_close(&pci);
	return 0;
}

/* While the thread runs the device is its own, but for who has the lock. */
static void tell(const char *command)
{
	pthread_mutex_lock(&vfio.lock);
	assert_int_equal(pci_command(&pci, command), 0);
	pthread_mutex_unlock(&vfio.lock);
}

static unsigned int storm_left(void)
{
	unsigned int left;

	pthread_mutex_lock(&vfio.lock);
	left = pci.spurious;
	pthread_mutex_unlock(&vfio.lock);
	return left;
}

/* ---- frames ---- */

static void queue_all(void)
{
	unsigned int i;

	for (i = 0; i < BUFFERS; i++)
		assert_int_equal(vfio_queue(&buffer[i]), 0);
}

/* The next frame, or what there is in its place. */
static int next(struct capture_frame *frame)
{
	struct pollfd news = { .fd = session.fd, .events = POLLIN };

	assert_int_equal(poll(&news, 1, LIMIT_MS), 1);
	return vfio_reap(&session, frame);
}

/* Whole, and the one of its number: the camera counts as the session does. */
static void expect_frame(const struct capture_frame *frame)
{
	struct bt878_place place = { .frame = (uint32_t)frame->sequence, .input = INPUT };
	const uint8_t *row = frame->buffer->addr;
	uint32_t x;

	assert_int_equal(frame->status, 0);
	assert_int_equal(frame->flags, 0);
	assert_int_equal(frame->bytes, FRAME_BYTES);
	for (; place.line < 2 * LINES; place.line += 2, row += LINE)
		for (x = 0; x < LINE; x++)
			assert_int_equal(row[x], bt878_byte(&place, x, 0));
}

/* One for each buffer, none lost from the first of them on. */
static uint64_t expect_frames(void)
{
	struct capture_frame frame;
	uint64_t first = 0;
	unsigned int i;

	for (i = 0; i < BUFFERS; i++) {
		assert_int_equal(next(&frame), 0);
		if (!i)
			first = frame.sequence;
		assert_int_equal(frame.sequence, first + i);
		assert_int_equal(frame.buffer->starved, i ? 0 : first);
		expect_frame(&frame);
	}
	return first;
}

/*
 * Buffers come back while the beam runs: what is lost between frames is told by their numbers, and
 * all of it was lost because no buffer was queued.
 */
static void expect_later_frames(uint64_t last, unsigned int count)
{
	struct capture_frame frame;

	queue_all();
	for (; count; count--, last = frame.sequence) {
		assert_int_equal(next(&frame), 0);
		assert_true(frame.sequence > last);
		assert_int_equal(frame.buffer->starved, frame.sequence - last - 1);
		expect_frame(&frame);
		assert_int_equal(vfio_queue(frame.buffer), 0);
	}
}

/* ---- tests ---- */

/* Frames that have buffers come, all of them. */
static void among_frames(void **state)
{
	unsigned int left;

	queue_all();
	tell("spurious-irq 1000000");
	left = storm_left();
	assert_int_equal(vfio_start(&session), 0);
	assert_int_equal(expect_frames(), 0);
	assert_true(storm_left() < left);
	expect_later_frames(BUFFERS - 1, 200);
	assert_int_equal(vfio_stop(&session), 0);
	assert_int_equal(vfio.late, 0);
	assert_int_equal(session.stats.faults, 0);
}

/* Nothing but that: the session ends, says why, and can be started again. */
static void without_end(void **state)
{
	struct capture_frame frame;
	unsigned int left;

	queue_all();
	assert_int_equal(vfio_start(&session), 0);
	assert_int_equal(expect_frames(), 0);
	tell("hang");
	tell("spurious-irq 1000000");
	assert_int_equal(next(&frame), -EIO);
	assert_non_null(strstr(capture_error(), "1000 interrupts in a row without a reason"));
	assert_non_null(strstr(capture_error(), "irq=msi"));
	/* it was not asked for one more than that */
	left = storm_left();
	assert_in_range(ENDLESS - left, STORM - 1, STORM + 1);
	assert_true(pci.masked);
	assert_int_equal(vfio_queue(&buffer[0]), -EIO);
	assert_int_equal(vfio_stop(&session), 0);
	assert_int_equal(storm_left(), left);
	assert_int_equal(session.stats.faults, 1);

	tell("spurious-irq 0");
	tell("unhang");
	queue_all();
	assert_int_equal(vfio_start(&session), 0);
	assert_int_equal(expect_frames(), 0);
	assert_int_equal(vfio_stop(&session), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(among_frames, get, put),
		cmocka_unit_test_setup_teardown(without_end, get, put),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

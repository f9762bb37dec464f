/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The vfio backend between a chip and an IOMMU of the test's own: what is mapped,
 * when, and that nothing is written anywhere else.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bt8x8_rig.h"
#include "random.h"
#include "unit.h"
#include "vfio.h"

#define BUFFERS 5
#define ROUNDS 60
#define MAPS_MAX 256

/* ---- an IOMMU ---- */

struct mapping {
	uint64_t iova, bytes;
	uint8_t *addr;
	bool program;
};

static struct {
	struct mapping mapping[MAPS_MAX];
	unsigned int count, maps, unmaps;
	uint64_t bytes, peak;		/* of frames, mapped now, at most */
	unsigned int fail_in;		/* this map fails; 0: none */
} iommu;

static int test_map(struct vfio_device *d, void *addr, uint64_t bytes, uint64_t iova, bool program)
{
	unsigned int i;

	assert_int_equal((iova | bytes | (uintptr_t)addr) & 4095, 0);
	assert_true(iova + bytes <= 1ull << 32);
	if (!program && iommu.fail_in && !--iommu.fail_in)
		return -EFAULT;
	for (i = 0; i < iommu.count; i++)
		assert_true(iommu.mapping[i].iova >= iova + bytes ||
			    iommu.mapping[i].iova + iommu.mapping[i].bytes <= iova);
	assert_true(iommu.count < MAPS_MAX);
	iommu.mapping[iommu.count++] = (struct mapping){ iova, bytes, addr, program };
	iommu.maps++;
	if (!program)
		iommu.bytes += bytes;
	if (iommu.bytes > iommu.peak)
		iommu.peak = iommu.bytes;
	return 0;
}

static int test_unmap(struct vfio_device *d, uint64_t iova, uint64_t bytes)
{
	unsigned int i;

	for (i = 0; i < iommu.count; i++)
		if (iommu.mapping[i].iova == iova)
			break;
	assert_true(i < iommu.count);
	assert_int_equal(iommu.mapping[i].bytes, bytes);
	if (!iommu.mapping[i].program)
		iommu.bytes -= bytes;
	iommu.mapping[i] = iommu.mapping[--iommu.count];
	iommu.unmaps++;
	return 0;
}

static const struct vfio_iommu test_iommu = { .name = "test", .map = test_map, .unmap = test_unmap };

static void store(void *arg, uint32_t addr, uint8_t byte)
{
	unsigned int i;

	for (i = 0; i < iommu.count; i++) {
		struct mapping *m = &iommu.mapping[i];

		if (addr < m->iova || addr - m->iova >= m->bytes)
			continue;
		assert_false(m->program);
		m->addr[addr - m->iova] = byte;
		return;
	}
	fail_msg("a write to %#x, where nothing is mapped", addr);
}

/* ---- a session without a device file ---- */

static struct rig *rig;
static struct capture_session session;
static struct vfio_session vfio;
static struct capture_buffer buffer[BUFFERS];
static struct vfio_buffer own[BUFFERS];
static uint8_t *memory;
static size_t memory_bytes;
static struct capture_frame frames[BUFFERS];
static unsigned int frame_count;

static void serve(void *arg)
{
	vfio_serve(&vfio, 1, false);
}

static int get(void **state)
{
	rig = rig_new();
	rig->chip.store = store;
	rig->chip.irq = serve;
	memset(&iommu, 0, sizeof(iommu));
	memset(&vfio, 0, sizeof(vfio));
	memset(&session, 0, sizeof(session));
	session.priv = &vfio;
	session.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	vfio.session = &session;
	vfio.grabber = rig->g;
	vfio.device.iommu = &test_iommu;
	vfio.device.space = (struct iova_space){
		.range = { { 0, 0xfedfffff } }, .ranges = 1, .max = UINT32_MAX,
	};
	pthread_mutex_init(&vfio.lock, NULL);
	return bus_open(&vfio.bus, false);
}

static int put(void **state)
{
	iova_free(&vfio.device.space);
	close(session.fd);
	bus_close(&vfio.bus);
	rig_free(rig);
	return 0;
}

/* Buffers one behind the other, with @shift bytes before each. */
static void begin(const struct grabber_mode *wish, uint32_t window, uint64_t chunk, uint32_t shift,
		  unsigned int flags)
{
	unsigned int i;

	rig_mode(rig, wish, 1, 1);
	session.config.window = window;
	session.config.chunk = window ? chunk : 0;
	vfio.held = calloc(2 * window + 1, sizeof(*vfio.held));
	vfio.format = (struct capture_format){ .size = rig->g->mode.bytes, .planes = 1 };
	memory_bytes = BUFFERS * ((size_t)rig->g->mode.bytes + shift + 4096);
	memory = mmap(NULL, memory_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(memory != MAP_FAILED);
	session.buffers = NULL;
	for (i = 0; i < BUFFERS; i++) {
		memset(&own[i], 0, sizeof(own[i]));
		buffer[i] = (struct capture_buffer){
			.session = &session,
			.addr = memory + (memory_bytes / BUFFERS & ~15ul) * i + shift,
			.len = rig->g->mode.bytes, .flags = flags, .priv = &own[i], .next = session.buffers,
		};
		assert_int_equal(vfio_attach(&buffer[i]), 0);
		session.buffers = &buffer[i];
	}
	frame_count = 0;
}

static void queue(unsigned int i)
{
	assert_int_equal(vfio_queue(&buffer[i]), 0);
	rig->chip.program = vfio.program;
	rig->chip.program_bus = (uint32_t)vfio.program_iova;
	rig->chip.program_bytes = (uint32_t)vfio.program_bytes;
}

static void run(unsigned int fields)
{
	if (!vfio.started) {
		vfio.started = true;
		rig->g->device->start(rig->g);
	}
	while (fields--)
		chip_field(&rig->chip);
	while (frame_count < BUFFERS && !vfio_reap(&session, &frames[frame_count]))
		frame_count++;
}

/* As vfio_stop() does it, without the device's configuration space. */
static void end(void)
{
	unsigned int i;

	vfio.started = false;
	assert_int_equal(vfio_stop(&session), 0);
	chip_reset(&rig->chip);
	for (i = 0; i < BUFFERS; i++)
		vfio_detach(&buffer[i]);
	assert_int_equal(iommu.count, 0);
	assert_int_equal(iommu.maps, iommu.unmaps);
	assert_int_equal(vfio.device.space.count, 0);
	munmap(memory, memory_bytes);
	free(vfio.held);
	iommu.maps = iommu.unmaps = 0;
	iommu.peak = 0;
}

static void check_frame(unsigned int i)
{
	assert_int_equal(frames[i].status, 0);
	assert_int_equal(frames[i].flags & ~CAPTURE_FRAME_BOUNCED, 0);
	assert_int_equal(frames[i].bytes, rig->g->mode.bytes);
	memcpy(rig->bytes[0], frames[i].buffer->addr, rig->g->mode.bytes);
	memset(rig->hits[0], 1, rig->g->mode.bytes);
	rig_check(rig, 0, (uint32_t)frames[i].sequence);
}

static void windows(void **state)
{
	unsigned int round, i;

	for (round = 0; round < ROUNDS; round++) {
		const struct grabber_mode mode = rig_random_mode(rig);
		const uint64_t chunk = 4096ull << random_between(0, 6);
		const uint32_t window = random_between(1, 4);

		rig_mode(rig, &mode, 1, 1);
		if (!rig->g->mode.split)
			continue;
		begin(&mode, window, chunk, random_between(0, 2000) * 4, 0);
		for (i = 0; i < BUFFERS; i++)
			queue(i);
		run(2 * BUFFERS + 1);
		assert_int_equal(frame_count, BUFFERS);
		for (i = 0; i < BUFFERS; i++) {
			assert_int_equal(frames[i].sequence, i);
			check_frame(i);
			assert_true(frames[i].pinned_peak && frames[i].pinned_peak <= window * chunk);
		}
		/* and one page, where nobody looks */
		assert_true(iommu.peak <= window * chunk + 4096);
		end();
	}
}

static void windows_on_planes(void **state)
{
	const struct grabber_mode mode = {
		.width = 64, .height = 64, .fourcc = GRABBER_FOURCC('4', '2', '2', 'P'),
	};
	unsigned int i;

	/* 8 KiB at the start of a page: two chunks of 4 KiB */
	begin(&mode, 2, 4096, 0, 0);
	for (i = 0; i < BUFFERS; i++)
		queue(i);
	run(2 * BUFFERS + 1);
	assert_int_equal(frame_count, BUFFERS);
	for (i = 0; i < BUFFERS; i++)
		check_frame(i);
	assert_int_equal(iommu.peak, 3 * 4096);
	session.config.window = 1;
	vfio_detach(&buffer[0]);
	assert_int_equal(vfio_attach(&buffer[0]), -EOPNOTSUPP);
	session.config.window = 2;
	assert_int_equal(vfio_attach(&buffer[0]), 0);
	end();
}

/* Mapped once where the application promised that the memory stays, else per queue. */
static void whole(void **state)
{
	const struct grabber_mode mode = { .width = 64, .height = 64 };
	unsigned int flags, i, round;

	for (flags = 0; flags < 2; flags++) {
		begin(&mode, 0, 0, 8, flags ? CAPTURE_ATTACH_STABLE : 0);
		assert_int_equal(iommu.count, flags ? BUFFERS : 0);
		for (round = 0; round < 3; round++) {
			frame_count = 0;
			for (i = 0; i < BUFFERS; i++)
				queue(i);
			run(2 * BUFFERS + 2);
			assert_int_equal(frame_count, BUFFERS);
			for (i = 0; i < BUFFERS; i++)
				check_frame(i);
			assert_int_equal(iommu.count, flags ? BUFFERS + 1 : 1);
		}
		assert_int_equal(iommu.maps, flags ? BUFFERS + 1 : 3 * BUFFERS + 1);
		end();
	}
}

static void odd_addresses(void **state)
{
	const struct grabber_mode mode = { .width = 64, .height = 64 };
	unsigned int i, window;

	for (window = 0; window < 2; window++) {
		begin(&mode, window, 4096, 3, 0);
		for (i = 0; i < BUFFERS; i++)
			queue(i);
		run(2 * BUFFERS + 1);
		for (i = 0; i < BUFFERS; i++) {
			assert_int_equal(frames[i].flags, CAPTURE_FRAME_BOUNCED);
			check_frame(i);
		}
		end();
	}
}

/* A chunk that cannot be mapped costs its frame, and no other. */
static void unmappable(void **state)
{
	const struct grabber_mode mode = { .width = 64, .height = 100 };
	unsigned int fail_in, i, bad;

	for (fail_in = 2; fail_in < 16; fail_in++) {
		begin(&mode, random_between(1, 3), 4096, 100, 0);
		iommu.fail_in = fail_in;
		for (i = 0; i < BUFFERS; i++)
			queue(i);
		run(2 * BUFFERS + 1);
		assert_int_equal(frame_count, BUFFERS);
		for (i = bad = 0; i < BUFFERS; i++) {
			if (frames[i].status) {
				assert_int_equal(frames[i].status, -EFAULT);
				assert_int_equal(frames[i].bytes, 0);
				bad++;
			} else {
				check_frame(i);
			}
		}
		assert_int_equal(bad, 1);
		end();
	}
}

/* Stopped in the middle, at any field: nothing stays mapped. */
static void stopped(void **state)
{
	unsigned int fields, i;

	for (fields = 0; fields < 12; fields++) {
		const struct grabber_mode mode = { .width = 64, .height = 100, .field = fields % 4 };

		begin(&mode, fields % 3, 4096, 0, fields & 1 ? CAPTURE_ATTACH_STABLE : 0);
		for (i = 0; i < BUFFERS; i++)
			queue(i);
		run(fields);
		rig->g->device->halt(rig->g);
		end();
	}
}

static void fatal(void **state)
{
	const struct grabber_mode mode = { .width = 64, .height = 64 };
	struct capture_frame frame;

	begin(&mode, 0, 0, 0, 0);
	queue(0);
	queue(1);
	run(2);
	assert_int_equal(frame_count, 1);
	chip_raise(&rig->chip, 1u << 17);
	assert_int_equal(vfio_reap(&session, &frame), -EIO);
	assert_non_null(strstr(capture_error(), "not mapped"));
	assert_int_equal(vfio_queue(&buffer[0]), -EIO);
	rig->chip.running = false;
	end();
	assert_int_equal(vfio.health, VFIO_WELL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(windows, get, put),
		cmocka_unit_test_setup_teardown(windows_on_planes, get, put),
		cmocka_unit_test_setup_teardown(whole, get, put),
		cmocka_unit_test_setup_teardown(odd_addresses, get, put),
		cmocka_unit_test_setup_teardown(unmappable, get, put),
		cmocka_unit_test_setup_teardown(stopped, get, put),
		cmocka_unit_test_setup_teardown(fatal, get, put),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The edge: every field that must be zero, every value that must be refused. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "device.h"

static void version(void *arg)
{
	struct device d;

	device_open(&d, 64, 48, 0);
	EXPECT(d.info.abi == UDMA_ABI, "version %u", d.info.abi);
	EXPECT(!strcmp(d.info.driver, "udma_sim"), "driver %s", d.info.driver);
	EXPECT(d.info.features & UDMA_FEATURE_PREDICTABLE, "its bytes cannot be told");
	EXPECT(d.info.chunk_min && d.info.chunk_max >= d.info.chunk_min && d.info.window_max &&
	       d.info.depth && d.info.align, "limits that are 0");
	EXPECT(device_call(&d, _IO(UDMA_IOC, 99), NULL) == -ENOTTY, "an unknown request was taken");
	EXPECT(device_call(&d, _IOR(UDMA_IOC, 0, uint32_t), NULL) == -ENOTTY,
	       "a request of another size was taken");
	EXPECT(device_call(&d, UDMA_IOC_INFO, (void *)8) == -EFAULT, "an argument nowhere was taken");
	device_close(&d);
}

/* @request with one bit set in byte @from of @template and every later one, one at a time */
static void expect_refused(const struct device *d, unsigned long request, const void *template,
			   size_t size, size_t from, size_t to)
{
	uint8_t copy[512];
	size_t i;
	int err;

	for (i = from; i < to; i++) {
		memcpy(copy, template, size);
		copy[i] ^= 0x80;
		err = device_call(d, request, copy);
		EXPECT(err == -EINVAL, "request %lx: byte %zu not zero: %s", request, i,
		       err ? strerror(-err) : "taken");
	}
}

#define REFUSED(d, request, template, type, field) \
	expect_refused(d, request, template, sizeof(struct type), offsetof(struct type, field), \
		       offsetof(struct type, field) + sizeof(((struct type *)0)->field))

static void reserved(void *arg)
{
	struct udma_format format = { .width = 64, .height = 48 };
	struct udma_setup setup = { .chunk = 4096, .window = 1 };
	struct udma_format_info info = { .index = 0 };
	struct udma_attach attach;
	struct udma_handle h = { 0 };
	struct udma_done done = { 0 };
	struct device d;
	struct buffer b;

	device_open(&d, 64, 48, 0);
	REFUSED(&d, UDMA_IOC_SET_FORMAT, &format, udma_format, flags);
	REFUSED(&d, UDMA_IOC_SET_FORMAT, &format, udma_format, reserved0);
	REFUSED(&d, UDMA_IOC_SET_FORMAT, &format, udma_format, reserved);
	REFUSED(&d, UDMA_IOC_TRY_FORMAT, &format, udma_format, reserved);
	REFUSED(&d, UDMA_IOC_SETUP, &setup, udma_setup, flags);
	REFUSED(&d, UDMA_IOC_SETUP, &setup, udma_setup, reserved);
	REFUSED(&d, UDMA_IOC_ENUM_FORMAT, &info, udma_format_info, reserved);
	b = new_buffer(&d, 0, 0);
	attach = (struct udma_attach){ .addr = (uintptr_t)b.memory, .len = b.len };
	REFUSED(&d, UDMA_IOC_ATTACH, &attach, udma_attach, flags);
	REFUSED(&d, UDMA_IOC_ATTACH, &attach, udma_attach, handle);
	REFUSED(&d, UDMA_IOC_ATTACH, &attach, udma_attach, reserved);
	h.handle = b.handle;
	REFUSED(&d, UDMA_IOC_DETACH, &h, udma_handle, flags);
	REFUSED(&d, UDMA_IOC_DETACH, &h, udma_handle, cookie);
	REFUSED(&d, UDMA_IOC_DETACH, &h, udma_handle, reserved);
	REFUSED(&d, UDMA_IOC_QUEUE, &h, udma_handle, flags);
	REFUSED(&d, UDMA_IOC_QUEUE, &h, udma_handle, reserved);
	REFUSED(&d, UDMA_IOC_DEQUEUE, &done, udma_done, flags);
	REFUSED(&d, UDMA_IOC_DEQUEUE, &done, udma_done, reserved);
	EXPECT(!device_detach(&d, b.handle), "DETACH");
	device_close(&d);
}

static void setups(void *arg)
{
	static const struct udma_setup bad[] = {
		{ .chunk = 4095 }, { .chunk = 2048 }, { .chunk = 3 << 20 }, { .chunk = 1ull << 40 },
		{ .chunk = (1ull << 32) | 4096 }, { .window = UINT32_MAX },
	};
	struct udma_setup setup = { 0 };
	struct device d;
	struct buffer b;
	size_t i;

	device_open(&d, 64, 48, 0);
	EXPECT(!device_call(&d, UDMA_IOC_SETUP, &setup), "defaults");
	EXPECT(setup.chunk == UDMA_CHUNK_DEFAULT && setup.window == UDMA_WINDOW_DEFAULT,
	       "the defaults are others");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		setup = bad[i];
		EXPECT(device_call(&d, UDMA_IOC_SETUP, &setup) == -EINVAL, "set-up %zu was taken", i);
	}
	b = new_buffer(&d, 0, 0);
	setup = (struct udma_setup){ 0 };
	EXPECT(device_call(&d, UDMA_IOC_SETUP, &setup) == -EBUSY, "SETUP with a buffer attached");
	EXPECT(device_call(&d, UDMA_IOC_SET_FORMAT, &d.format) == -EINVAL ||
	       device_call(&d, UDMA_IOC_SET_FORMAT, &d.format) == -EBUSY,
	       "SET_FORMAT with a buffer attached");
	EXPECT(!device_detach(&d, b.handle), "DETACH");
	device_close(&d);
}

/* As numbers: also what a program of 32 bits cannot have in a pointer. */
static int attach_range(const struct device *d, uint64_t addr, uint64_t len, uint32_t flags)
{
	struct udma_attach attach = { .addr = addr, .len = len, .flags = flags };

	return device_call(d, UDMA_IOC_ATTACH, &attach);
}

static void ranges(void *arg)
{
	const uint64_t len = 1 << 20;
	uint8_t *memory;
	struct device d;
	uint64_t addr;

	device_open(&d, 64, 48, 0);
	memory = new_memory(len, 0);
	addr = (uintptr_t)memory;
	EXPECT(attach_range(&d, 0, len, 0) == -EINVAL, "address 0");
	EXPECT(attach_range(&d, addr, 0, 0) == -EINVAL, "0 bytes");
	EXPECT(attach_range(&d, addr, d.format.size - 1, 0) == -EMSGSIZE, "too short");
	EXPECT(attach_range(&d, addr, UINT64_MAX - 4096, 0) == -EFAULT, "wraps");
	EXPECT(attach_range(&d, addr, 1ull << 46, 0) == -EFAULT, "past everything");
	EXPECT(attach_range(&d, UINT64_MAX & ~4095ull, 4096, 0) == -EFAULT, "the kernel's memory");
	EXPECT(attach_range(&d, 0xffff888000000000ull, len, 0) == -EFAULT, "the kernel's memory");
	EXPECT(!mprotect(memory + 8192, 4096, PROT_READ), "mprotect");
	EXPECT(attach_range(&d, addr, len, 0) == -EFAULT, "read-only in the middle");
	EXPECT(attach_range(&d, addr, len, UDMA_ATTACH_KEEP) == -EFAULT,
	       "read-only in the middle, kept");
	EXPECT(!mprotect(memory + 8192, 4096, PROT_NONE), "mprotect");
	EXPECT(attach_range(&d, addr, len, 0) == -EFAULT, "no access in the middle");
	EXPECT(!munmap(memory + 8192, 4096), "munmap");
	EXPECT(attach_range(&d, addr, len, 0) == -EFAULT, "a hole in the middle");
	EXPECT(!limits_of(&d).session_used, "something is charged for nothing");
	device_close(&d);
}

static void order(void *arg)
{
	struct udma_done done;
	struct device d;
	struct buffer b;

	device_open(&d, 64, 48, 0);
	EXPECT(device_queue(&d, 0) == -ENOENT && device_queue(&d, 7) == -ENOENT, "no such buffer");
	EXPECT(device_detach(&d, 7) == -ENOENT, "no such buffer");
	EXPECT(device_dequeue(&d, &done) == -EAGAIN, "a frame from nowhere");
	EXPECT(!device_stop(&d), "STOP of what does not run");
	b = new_buffer(&d, 0, 0);
	EXPECT(!device_queue(&d, b.handle), "QUEUE");
	EXPECT(device_queue(&d, b.handle) == -EBUSY, "queued twice");
	EXPECT(device_detach(&d, b.handle) == -EBUSY, "detached while queued");
	EXPECT(!device_start(&d), "START");
	EXPECT(device_start(&d) == -EALREADY, "started twice");
	done = must_dequeue(&d);
	must_be_right(&d, &done, b.memory);
	EXPECT(!device_queue(&d, b.handle), "QUEUE");
	EXPECT(!device_stop(&d), "STOP");
	/* it comes back exactly once: filled, or cancelled */
	done = must_dequeue(&d);
	EXPECT(!done.status || (done.status == -ECANCELED && !done.bytes), "status %d", done.status);
	EXPECT(device_dequeue(&d, &done) == -EAGAIN, "it came twice");
	EXPECT(!device_detach(&d, b.handle), "DETACH");
	EXPECT(device_detach(&d, b.handle) == -ENOENT, "detached twice");
	device_close(&d);
}

static void second_user(void *arg)
{
	struct pollfd p;
	struct device a, b;

	device_open(&a, 64, 48, 0);
	device_open(&b, 32, 32, 0);
	EXPECT(a.format.size != b.format.size, "formats are not of the descriptor");
	EXPECT(!device_start(&a), "START");
	EXPECT(device_start(&b) == -EBUSY, "two run at once");
	p = (struct pollfd){ .fd = b.fd, .events = POLLIN };
	EXPECT(!poll(&p, 1, 0), "there is something to dequeue");
	EXPECT(!device_stop(&a), "STOP");
	EXPECT(!device_start(&b), "START after the other one's STOP");
	device_close(&b);
	EXPECT(!device_start(&a), "START after the other one's close");
	device_close(&a);
}

void abi_cases(void)
{
	tap_run(version, NULL, "abi: version, and requests that are not there");
	tap_run(reserved, NULL, "abi: flags and reserved fields must be zero");
	tap_run(setups, NULL, "abi: chunk and window");
	tap_run(ranges, NULL, "abi: ranges that cannot be attached");
	tap_run(order, NULL, "abi: order");
	tap_run(second_user, NULL, "abi: one runs at a time");
}

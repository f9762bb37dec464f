/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The vfio-user server: framing, the version, what the device tells of itself, its regions. */
#include <errno.h>
#include <linux/vfio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "vfio_peer.h"

/* ---- the version ---- */

static int propose(struct peer *peer, uint16_t major, uint16_t minor, const char *text)
{
	uint8_t data[512];
	size_t length = text ? strlen(text) + 1 : 0;

	memcpy(data, &major, 2);
	memcpy(data + 2, &minor, 2);
	if (text)
		memcpy(data + 4, text, length);
	return peer_ask(peer, MESSAGE_VERSION, data, 4 + length, NULL, 0);
}

static void version(void **state)
{
	static const char *const good[] = {
		NULL, "{}", "{\"capabilities\":{}}", "{\"other\":1}",
		"{\"capabilities\":{\"max_msg_fds\":8,\"max_data_xfer_size\":1048576,"
		"\"migration\":{\"pgsize\":4096},\"write_multiple\":true}}",
	};
	unsigned int i;

	for (i = 0; i < sizeof(good) / sizeof(*good); i++) {
		struct peer *peer;

		peer_get_raw(state);
		peer = *state;
		assert_int_equal(propose(peer, 0, 1, good[i]), 0);
		assert_int_equal(peer->serve, 0);
		assert_memory_equal(peer->reply, "\0\0\1\0", 4);
		assert_non_null(strstr((char *)peer->reply + 4, "\"max_data_xfer_size\":1048576"));
		assert_int_equal(peer->reply[peer->length - 1], 0);
		/* once only */
		assert_int_equal(propose(peer, 0, 1, NULL), EINVAL);
		assert_int_equal(peer->serve, 0);
		peer_put(state);
	}
}

static void version_refused(void **state)
{
	static const struct { uint16_t major; const char *text; } bad[] = {
		{ 1, NULL }, { 0, "" }, { 0, "x" }, { 0, "[]" }, { 0, "{\"capabilities\":1}" },
		{ 0, "{\"capabilities\":{\"max_data_xfer_size\":\"1\"}}" },
		{ 0, "{\"capabilities\":{\"max_data_xfer_size\":0}}" },
		{ 0, "{\"capabilities\":{\"max_data_xfer_size\":-9999999999999999999}}" },
	};
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct peer *peer;

		peer_get_raw(state);
		peer = *state;
		assert_int_equal(propose(peer, bad[i].major, 1, bad[i].text), EINVAL);
		assert_int_equal(peer->serve, -EPROTO);
		/* over: nothing is served any more */
		assert_int_equal(propose(peer, 0, 1, NULL), -1);
		peer_put(state);
	}
}

static void version_first(void **state)
{
	struct peer *peer = *state;

	assert_int_equal(peer_ask(peer, MESSAGE_DEVICE_RESET, NULL, 0, NULL, 0), EPROTO);
	assert_int_equal(peer->serve, -EPROTO);
	assert_int_equal(peer->toy->resets, 0);
}

/* JSON that does not end within the message. */
static void version_unterminated(void **state)
{
	struct peer *peer = *state;

	assert_int_equal(peer_ask(peer, MESSAGE_VERSION, "\0\0\1\0{}", 6, NULL, 0), EINVAL);
}

/* ---- framing ---- */

static void byte_by_byte(void **state)
{
	struct peer *peer = *state;
	const struct message_header header = {
		.id = 77, .command = MESSAGE_DEVICE_GET_INFO, .size = sizeof(header) + 16,
	};
	uint8_t data[sizeof(header) + 16] = { 0 };
	unsigned int i;

	memcpy(data, &header, sizeof(header));
	for (i = 0; i < sizeof(data); i++) {
		assert_false(peer_receive(peer));
		assert_int_equal(send(peer->fd, data + i, 1, 0), 1);
		assert_int_equal(client_serve(&peer->client), 0);
	}
	assert_true(peer_receive(peer));
	assert_int_equal(peer->header.id, 77);
	/* two at once, and a third that is not whole */
	assert_int_equal(send(peer->fd, data, sizeof(data), 0), sizeof(data));
	assert_int_equal(send(peer->fd, data, sizeof(data), 0), sizeof(data));
	assert_int_equal(send(peer->fd, data, 20, 0), 20);
	assert_int_equal(client_serve(&peer->client), 0);
	assert_true(peer_receive(peer));
	assert_true(peer_receive(peer));
	assert_false(peer_receive(peer));
	/* gone in the middle of it */
	close(peer->fd);
	peer->fd = -1;
	assert_int_equal(client_serve(&peer->client), -ECONNRESET);
}

static void wrong_sizes(void **state)
{
	static const uint32_t sizes[] = { 0, 15, MESSAGE_DATA + 17, UINT32_MAX };
	unsigned int i;

	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct message_header header = { .command = 4, .size = sizes[i] };
		struct peer *peer;

		peer_get(state);
		peer = *state;
		assert_int_equal(send(peer->fd, &header, sizeof(header), 0), sizeof(header));
		assert_int_equal(client_serve(&peer->client), -EPROTO);
		peer_put(state);
	}
}

static void unknown_commands(void **state)
{
	static const uint16_t commands[] = {
		0, MESSAGE_GET_REGION_IO_FDS, MESSAGE_DMA_READ, MESSAGE_DMA_WRITE, 14, 16, 17, 18, 99,
		UINT16_MAX,
	};
	struct peer *peer = *state;
	uint8_t data[64] = { 0 };
	unsigned int i;

	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		assert_int_equal(peer_ask(peer, commands[i], data, sizeof(data), NULL, 0), ENOTSUP);
	/* too short for what they are */
	for (i = 1; i < 16; i++)
		if (i != MESSAGE_DEVICE_RESET)
			assert_true(peer_ask(peer, i, data, 1, NULL, 0) > 0);
	assert_int_equal(peer->serve, 0);
}

static void silent(void **state)
{
	struct peer *peer = *state;

	peer_send(peer, MESSAGE_DEVICE_RESET, MESSAGE_NO_REPLY, NULL, 0, NULL, 0);
	assert_int_equal(client_serve(&peer->client), 0);
	assert_false(peer_receive(peer));
	assert_int_equal(peer->toy->resets, 1);
	/* a reply that nobody asked for, or a type that is none */
	peer_send(peer, MESSAGE_DMA_READ, MESSAGE_REPLY, NULL, 0, NULL, 0);
	assert_int_equal(client_serve(&peer->client), -EPROTO);
}

/* Descriptors that a message should not have, or more than there may be, are closed. */
static void stray_descriptors(void **state)
{
	struct peer *peer = *state;
	unsigned int before, i;
	uint8_t info[16] = { 0 };
	int fds[20];

	for (i = 0; i < 20; i++)
		fds[i] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	before = peer_open_fds();
	assert_int_equal(peer_ask(peer, MESSAGE_DEVICE_GET_INFO, info, 16, fds, 3), 0);
	assert_int_equal(peer_ask(peer, MESSAGE_DEVICE_GET_INFO, info, 16, fds, 20), 0);
	assert_int_equal(peer_ask(peer, MESSAGE_DEVICE_GET_INFO, info, 16, NULL, 0), 0);
	assert_int_equal(peer_open_fds(), before);
	for (i = 0; i < 20; i++)
		close(fds[i]);
}

/* ---- what the device tells ---- */

static void information(void **state)
{
	struct peer *peer = *state;
	struct vfio_region_info region = { .argsz = sizeof(region) };
	struct vfio_irq_info irq = { .argsz = sizeof(irq) };
	static const uint64_t sizes[] = { 16, 256, 0, 0, 0, 0, 0, 256, 0 };
	static const uint32_t counts[] = { 1, PEER_MESSAGES, PEER_MSIX, 1, 1 };
	uint32_t info[4] = { 16 };

	assert_int_equal(peer_ask(peer, MESSAGE_DEVICE_GET_INFO, info, 16, NULL, 0), 0);
	memcpy(info, peer->reply, 16);
	assert_int_equal(info[1], VFIO_DEVICE_FLAGS_RESET | VFIO_DEVICE_FLAGS_PCI);
	assert_int_equal(info[2], 9);
	assert_int_equal(info[3], 5);
	for (region.index = 0; region.index < 9; region.index++) {
		struct vfio_region_info got;

		assert_int_equal(peer_ask(peer, MESSAGE_GET_REGION_INFO, &region, sizeof(region),
					  NULL, 0), 0);
		memcpy(&got, peer->reply, sizeof(got));
		assert_int_equal(got.size, sizes[region.index]);
		assert_int_equal(got.flags, got.size ? 3 : 0);
	}
	assert_int_equal(peer_ask(peer, MESSAGE_GET_REGION_INFO, &region, sizeof(region), NULL, 0),
			 EINVAL);
	region = (struct vfio_region_info){ .argsz = sizeof(region) - 1 };
	assert_int_equal(peer_ask(peer, MESSAGE_GET_REGION_INFO, &region, sizeof(region), NULL, 0),
			 EINVAL);
	for (irq.index = 0; irq.index < 5; irq.index++) {
		struct vfio_irq_info got;

		assert_int_equal(peer_ask(peer, MESSAGE_GET_IRQ_INFO, &irq, sizeof(irq), NULL, 0), 0);
		memcpy(&got, peer->reply, sizeof(got));
		assert_int_equal(got.count, counts[irq.index]);
	}
	assert_int_equal(peer_ask(peer, MESSAGE_GET_IRQ_INFO, &irq, sizeof(irq), NULL, 0), EINVAL);
}

/* ---- regions ---- */

static void bar(void **state)
{
	struct peer *peer = *state;
	uint32_t i;

	assert_int_equal(peer_write(peer, 0, 0, 4, "\x11\x22\x33\x44"), 0);
	assert_int_equal(peer_read(peer, 0, 0, 4), 0);
	assert_int_equal(peer_value(peer), 0x44332211);
	assert_int_equal(peer_read(peer, 0, 1, 1), 0);
	assert_int_equal(peer_value(peer), 0x22);
	assert_int_equal(peer_write(peer, 0, 1, 2, "\xaa\xbb"), 0);
	/* all of it, from an odd place: in aligned pieces */
	assert_int_equal(peer_read(peer, 0, 1, 15), 0);
	assert_memory_equal(peer->reply + 16, "\xaa\xbb\x44\0", 4);
	/* outside, by a little and by a lot */
	assert_int_equal(peer_read(peer, 0, 13, 4), EINVAL);
	assert_int_equal(peer_read(peer, 0, 16, 1), EINVAL);
	assert_int_equal(peer_read(peer, 0, UINT64_MAX, 2), EINVAL);
	assert_int_equal(peer_read(peer, 0, 0, MESSAGE_TRANSFER + 1), EINVAL);
	assert_int_equal(peer_read(peer, 0, 0, UINT32_MAX), EINVAL);
	for (i = PEER_MSIX_BAR + 1; i < 12; i++)
		if (i != 7)
			assert_int_equal(peer_read(peer, i, 0, 1), EINVAL);
	assert_int_equal(peer_read(peer, UINT32_MAX, 0, 1), EINVAL);
	assert_int_equal(peer_write(peer, 0, 14, 4, "abcd"), EINVAL);
	assert_int_equal(peer_read(peer, 0, 0, 0), 0);
}

/* A message that says it has more data than it has, or less. */
static void lying_count(void **state)
{
	struct peer *peer = *state;
	const struct { uint64_t offset; uint32_t region, count, data; } write = { 0, 0, 8, 5 };

	assert_int_equal(peer_ask(peer, MESSAGE_REGION_WRITE, &write, 20, NULL, 0), EINVAL);
	assert_int_equal(peer_read(peer, 0, 0, 4), 0);
	assert_int_equal(peer_value(peer), 0);
}

static void many_writes(void **state)
{
	struct peer *peer = *state;
	struct { uint64_t count; struct { uint64_t offset; uint32_t region, count; uint8_t data[8]; }
		one[2]; } multi = { 2, { { 0, 0, 4, "abcd" }, { 12, 0, 2, "xy" } } };

	assert_int_equal(peer_ask(peer, MESSAGE_REGION_WRITE_MULTI, &multi, sizeof(multi), NULL, 0),
			 0);
	assert_int_equal(peer->length, 8);
	assert_int_equal(peer_read(peer, 0, 0, 16), 0);
	assert_memory_equal(peer->reply + 16, "abcd\0\0\0\0\0\0\0\0xy\0\0", 16);
	multi.one[1].count = 9;
	assert_int_equal(peer_ask(peer, MESSAGE_REGION_WRITE_MULTI, &multi, sizeof(multi), NULL, 0),
			 EINVAL);
	multi.count = 3;
	assert_int_equal(peer_ask(peer, MESSAGE_REGION_WRITE_MULTI, &multi, sizeof(multi), NULL, 0),
			 EINVAL);
	multi.count = UINT64_MAX / 24 + 2;
	assert_int_equal(peer_ask(peer, MESSAGE_REGION_WRITE_MULTI, &multi, sizeof(multi), NULL, 0),
			 EINVAL);
}

static void expect_config(struct peer *peer, uint64_t offset, uint32_t count, uint32_t value)
{
	assert_int_equal(peer_read(peer, 7, offset, count), 0);
	assert_int_equal(peer_value(peer), value);
}

static void configuration(void **state)
{
	struct peer *peer = *state;

	expect_config(peer, 0, 4, 0x56781234);
	expect_config(peer, 8, 4, 0xff010207);
	expect_config(peer, 0x2c, 4, 0xdef09abc);
	expect_config(peer, 0x3d, 1, 1);
	/* identity cannot be written, a BAR's size can be asked for */
	assert_int_equal(peer_write(peer, 7, 0, 4, "\0\0\0\0"), 0);
	expect_config(peer, 0, 4, 0x56781234);
	assert_int_equal(peer_write(peer, 7, 0x10, 4, "\xff\xff\xff\xff"), 0);
	expect_config(peer, 0x10, 4, 0xfffffff0);
	assert_int_equal(peer_write(peer, 7, 0x18, 4, "\xff\xff\xff\xff"), 0);
	expect_config(peer, 0x18, 4, 0);
	/* capabilities: power management, then messages of both kinds */
	expect_config(peer, 0x06, 2, 0x10);
	expect_config(peer, 0x34, 1, 0x4c);
	expect_config(peer, 0x4c, 2, 0x6001);
	expect_config(peer, 0x60, 4, 0x00847005);
	expect_config(peer, 0x70, 4, (PEER_MSIX - 1) << 16 | 0x0011);
	expect_config(peer, 0x74, 4, PEER_MSIX_TABLE | PEER_MSIX_BAR);
	expect_config(peer, 0x78, 4, PEER_MSIX_PENDING | PEER_MSIX_BAR);
	/* of it, only enabling and masking can be written */
	assert_int_equal(peer_write(peer, 7, 0x70, 4, "\xff\xff\xff\xff"), 0);
	expect_config(peer, 0x70, 4, 0xc0000000 | (PEER_MSIX - 1) << 16 | 0x0011);
	assert_int_equal(peer_read(peer, 7, 255, 2), EINVAL);
}

/* From D3 back to D0 a device is reset. */
static void power_reset(void **state)
{
	struct peer *peer = *state;

	assert_int_equal(peer_write(peer, 7, 4, 2, "\x06\0"), 0);
	assert_int_equal(peer_write(peer, 0, 0, 4, "abcd"), 0);
	assert_int_equal(peer_write(peer, 7, 0x50, 2, "\x03\0"), 0);
	assert_int_equal(peer->toy->resets, 0);
	assert_int_equal(peer_write(peer, 7, 0x50, 2, "\0\0"), 0);
	assert_int_equal(peer->toy->resets, 1);
	expect_config(peer, 4, 2, 0);
	assert_int_equal(peer_ask(peer, MESSAGE_DEVICE_RESET, NULL, 0, NULL, 0), 0);
	assert_int_equal(peer->toy->resets, 2);
}

static void gone(void **state)
{
	struct peer *peer = *state;

	assert_int_equal(pci_command(&peer->pci, "gone"), 0);
	expect_config(peer, 0, 4, UINT32_MAX);
	assert_int_equal(peer_write(peer, 0, 0, 4, "abcd"), 0);
	assert_int_equal(peer_ask(peer, MESSAGE_DEVICE_RESET, NULL, 0, NULL, 0), 0);
	assert_int_equal(peer_read(peer, 0, 0, 4), 0);
	assert_int_equal(peer_value(peer), UINT32_MAX);
	assert_int_equal(pci_command(&peer->pci, "back"), 0);
	assert_int_equal(peer_read(peer, 0, 0, 4), 0);
	assert_int_equal(peer_value(peer), 0);
	assert_int_equal(pci_command(&peer->pci, "gone"), 0);
	assert_int_equal(pci_command(&peer->pci, "lose-irq 3"), 0);
	assert_int_equal(pci_command(&peer->pci, "defaults"), 0);
	assert_int_equal(peer->pci.lose, 0);
	expect_config(peer, 0, 2, 0x1234);
	assert_int_equal(pci_command(&peer->pci, "lose-irq"), -EINVAL);
	assert_int_equal(pci_command(&peer->pci, "lose-irq x"), -EINVAL);
	assert_int_equal(pci_command(&peer->pci, "lost"), -ENOENT);
}

#define RAW(name) cmocka_unit_test_setup_teardown(name, peer_get_raw, peer_put)
#define TEST(name) cmocka_unit_test_setup_teardown(name, peer_get, peer_put)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(version), cmocka_unit_test(version_refused), RAW(version_first),
		RAW(version_unterminated), TEST(byte_by_byte), cmocka_unit_test(wrong_sizes),
		TEST(unknown_commands), TEST(silent), TEST(stray_descriptors), TEST(information),
		TEST(bar), TEST(lying_count), TEST(many_writes), TEST(configuration),
		TEST(power_reset), TEST(gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

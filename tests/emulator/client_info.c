/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The version of the protocol, and what the device tells of itself. */
#include <errno.h>
#include <jansson.h>
#include <linux/vfio.h>
#include <string.h>

#include "client.h"

#define MAJOR 0

struct version {
	uint16_t major, minor;
};

/*
 * The client's capabilities: how much memory fits into a message to it.  Text
 * that is no JSON, or has other types than it should, is refused.
 */
static int parse_capabilities(struct client *client, const char *text, size_t length)
{
	json_t *root, *capabilities, *transfer;
	int err = -EINVAL;

	if (!memchr(text, '\0', length))
		return -EINVAL;
	root = json_loads(text, 0, NULL);
	if (!json_is_object(root))
		goto out;
	capabilities = json_object_get(root, "capabilities");
	if (capabilities && !json_is_object(capabilities))
		goto out;
	transfer = json_object_get(capabilities, "max_data_xfer_size");
	if (transfer && (!json_is_integer(transfer) || json_integer_value(transfer) < 1))
		goto out;
	if (transfer && json_integer_value(transfer) < MESSAGE_TRANSFER)
		client->transfer = json_integer_value(transfer);
	err = 0;
out:
	json_decref(root);
	return err;
}

int client_version(struct client *client, const struct message *in, void *reply, size_t room)
{
	struct version version;
	size_t text = room - sizeof(version);
	int length, err;

	memcpy(&version, in->data, sizeof(version));
	if (version.major != MAJOR)
		return -EINVAL;
	if (in->length > sizeof(version)) {
		err = parse_capabilities(client, (char *)in->data + sizeof(version),
					 in->length - sizeof(version));
		if (err)
			return err;
	}
	version.minor = version.minor < 1 ? version.minor : 1;
	memcpy(reply, &version, sizeof(version));
	length = snprintf((char *)reply + sizeof(version), text,
			  "{\"capabilities\":{\"max_msg_fds\":%u,\"max_data_xfer_size\":%u,"
			  "\"max_dma_maps\":%u,\"pgsizes\":4096,\"write_multiple\":true}}",
			  MESSAGE_FDS, MESSAGE_TRANSFER, DMA_REGIONS);
	return sizeof(version) + length + 1;
}

int client_device_info(struct client *client, const struct message *in, void *reply)
{
	const uint32_t info[4] = {
		sizeof(info), VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET,
		VFIO_PCI_NUM_REGIONS, VFIO_PCI_NUM_IRQS,
	};

	(void)client;
	(void)in;
	memcpy(reply, info, sizeof(info));
	return sizeof(info);
}

int client_region_info(struct client *client, const struct message *in, void *reply)
{
	struct vfio_region_info info;

	memcpy(&info, in->data, sizeof(info));
	if (info.argsz < sizeof(info) || info.index >= VFIO_PCI_NUM_REGIONS)
		return -EINVAL;
	info = (struct vfio_region_info){ .argsz = sizeof(info), .index = info.index };
	info.size = pci_region_size(client->pci, info.index);
	if (info.size)
		info.flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
	memcpy(reply, &info, sizeof(info));
	return sizeof(info);
}

int client_irq_info(struct client *client, const struct message *in, void *reply)
{
	struct vfio_irq_info info;

	memcpy(&info, in->data, sizeof(info));
	if (info.argsz < sizeof(info) || info.index >= VFIO_PCI_NUM_IRQS)
		return -EINVAL;
	info = (struct vfio_irq_info){ .argsz = sizeof(info), .index = info.index };
	info.count = pci_irq_count(client->pci, info.index);
	info.flags = VFIO_IRQ_INFO_EVENTFD;
	if (info.index == VFIO_PCI_INTX_IRQ_INDEX)
		info.flags |= VFIO_IRQ_INFO_MASKABLE | VFIO_IRQ_INFO_AUTOMASKED;
	else
		info.flags |= VFIO_IRQ_INFO_NORESIZE;
	memcpy(reply, &info, sizeof(info));
	return sizeof(info);
}

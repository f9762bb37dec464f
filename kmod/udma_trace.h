/* SPDX-License-Identifier: GPL-2.0 */
/* Tracepoints: what happens to every chunk and every frame. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM udma

#if !defined(UDMA_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define UDMA_TRACE_H

#include <linux/tracepoint.h>

#include "udma_core.h"

TRACE_EVENT(udma_pin,
	TP_PROTO(struct udma_device *udev, u64 addr, u32 len, u32 segments, u32 bounced),
	TP_ARGS(udev, addr, len, segments, bounced),
	TP_STRUCT__entry(
		__field(int, id)
		__field(u64, addr)
		__field(u32, len)
		__field(u32, segments)
		__field(u32, bounced)
	),
	TP_fast_assign(
		__entry->id = udev->dev.id;
		__entry->addr = addr;
		__entry->len = len;
		__entry->segments = segments;
		__entry->bounced = bounced;
	),
	TP_printk("udma%d addr=%#llx len=%u segments=%u bounced=%u", __entry->id, __entry->addr,
		  __entry->len, __entry->segments, __entry->bounced)
);

TRACE_EVENT(udma_unpin,
	TP_PROTO(struct udma_device *udev, u64 addr, u32 len),
	TP_ARGS(udev, addr, len),
	TP_STRUCT__entry(
		__field(int, id)
		__field(u64, addr)
		__field(u32, len)
	),
	TP_fast_assign(
		__entry->id = udev->dev.id;
		__entry->addr = addr;
		__entry->len = len;
	),
	TP_printk("udma%d addr=%#llx len=%u", __entry->id, __entry->addr, __entry->len)
);

TRACE_EVENT(udma_transfer,
	TP_PROTO(struct udma_device *udev, u64 offset, u32 bytes, u32 segments),
	TP_ARGS(udev, offset, bytes, segments),
	TP_STRUCT__entry(
		__field(int, id)
		__field(u64, offset)
		__field(u32, bytes)
		__field(u32, segments)
	),
	TP_fast_assign(
		__entry->id = udev->dev.id;
		__entry->offset = offset;
		__entry->bytes = bytes;
		__entry->segments = segments;
	),
	TP_printk("udma%d offset=%llu bytes=%u segments=%u", __entry->id, __entry->offset,
		  __entry->bytes, __entry->segments)
);

TRACE_EVENT(udma_done,
	TP_PROTO(struct udma_device *udev, u64 offset, u32 bytes, int status, u64 sequence),
	TP_ARGS(udev, offset, bytes, status, sequence),
	TP_STRUCT__entry(
		__field(int, id)
		__field(u64, offset)
		__field(u32, bytes)
		__field(int, status)
		__field(u64, sequence)
	),
	TP_fast_assign(
		__entry->id = udev->dev.id;
		__entry->offset = offset;
		__entry->bytes = bytes;
		__entry->status = status;
		__entry->sequence = sequence;
	),
	TP_printk("udma%d offset=%llu bytes=%u status=%d sequence=%llu", __entry->id,
		  __entry->offset, __entry->bytes, __entry->status, __entry->sequence)
);

TRACE_EVENT(udma_frame,
	TP_PROTO(struct udma_device *udev, u64 sequence, u64 bytes, int status),
	TP_ARGS(udev, sequence, bytes, status),
	TP_STRUCT__entry(
		__field(int, id)
		__field(u64, sequence)
		__field(u64, bytes)
		__field(int, status)
	),
	TP_fast_assign(
		__entry->id = udev->dev.id;
		__entry->sequence = sequence;
		__entry->bytes = bytes;
		__entry->status = status;
	),
	TP_printk("udma%d sequence=%llu bytes=%llu status=%d", __entry->id, __entry->sequence,
		  __entry->bytes, __entry->status)
);

TRACE_EVENT(udma_quiesce,
	TP_PROTO(struct udma_device *udev, u64 ns, int status),
	TP_ARGS(udev, ns, status),
	TP_STRUCT__entry(
		__field(int, id)
		__field(u64, ns)
		__field(int, status)
	),
	TP_fast_assign(
		__entry->id = udev->dev.id;
		__entry->ns = ns;
		__entry->status = status;
	),
	TP_printk("udma%d ns=%llu status=%d", __entry->id, __entry->ns, __entry->status)
);

#endif /* UDMA_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE udma_trace
#include <trace/define_trace.h>

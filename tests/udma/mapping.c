/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What becomes of an attached range when its mapping changes. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "device.h"

enum change { REMAP, HOLE, MOVE, DISCARD, READ_ONLY, TRUNCATE, CHANGES };

static const char *const change_names[CHANGES] = {
	"mapped anew", "one page unmapped", "moved by mremap", "MADV_DONTNEED", "made read-only",
	"truncated and extended",
};

struct setting {
	enum change change;
	uint32_t flags;
	bool running;	/* the change comes in the middle of a transfer */
};

/* a memfd, so that all changes are possible */
struct range {
	int fd;
	uint8_t *at;
	size_t len;
};

static struct range new_range(size_t len)
{
	struct range r = { .fd = memfd_create("udma", MFD_CLOEXEC), .len = (len + 4095) & ~4095ul };

	EXPECT(r.fd >= 0 && !ftruncate(r.fd, r.len), "no memfd");
	r.at = mmap(NULL, r.len, PROT_READ | PROT_WRITE, MAP_SHARED, r.fd, 0);
	EXPECT(r.at != MAP_FAILED, "no memory");
	memset(r.at, 0x5a, r.len);
	return r;
}

static void change(struct range *r, enum change what)
{
	void *elsewhere;

	switch (what) {
	case REMAP:
		EXPECT(mmap(r->at, r->len, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == r->at, "mmap");
		break;
	case HOLE:
		EXPECT(!munmap(r->at + 8192, 4096), "munmap");
		break;
	case MOVE:
		elsewhere = mmap(NULL, r->len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		EXPECT(mremap(r->at, r->len, r->len, MREMAP_MAYMOVE | MREMAP_FIXED, elsewhere) ==
		       elsewhere, "mremap");
		break;
	case DISCARD:
		/* of shared memory: the pages stay in the file, and come back the same */
		EXPECT(!madvise(r->at, r->len, MADV_DONTNEED), "madvise");
		break;
	case READ_ONLY:
		EXPECT(!mprotect(r->at, r->len, PROT_READ), "mprotect");
		break;
	case TRUNCATE:
		EXPECT(!ftruncate(r->fd, 0) && !ftruncate(r->fd, r->len), "ftruncate");
		break;
	case CHANGES:
		break;
	}
}

/* What the next queue, or the frame after it, must say. 0: the frame is right. */
static int expected(const struct setting *set)
{
	switch (set->change) {
	case REMAP:
	case HOLE:
	case MOVE:
		return -ESTALE;
	case READ_ONLY:
		return -EFAULT;
	case TRUNCATE:
		/* other pages: a kept translation is stale, a fresh pin gets the new ones */
		return set->flags & UDMA_ATTACH_KEEP ? -ESTALE : 0;
	default:
		return 0;
	}
}

static void between_frames(void *arg)
{
	const struct setting *set = arg;
	struct udma_done done;
	struct device d;
	struct range r;
	uint32_t handle;
	int err, wanted = expected(set);

	device_open(&d, 640, 480, 0);
	r = new_range(d.format.size);
	EXPECT(!device_attach(&d, r.at, d.format.size, set->flags, &handle), "ATTACH");
	EXPECT(!device_queue(&d, handle) && !device_start(&d), "START");
	done = must_dequeue(&d);
	must_be_right(&d, &done, r.at);
	change(&r, set->change);
	err = device_queue(&d, handle);
	if (!err) {
		done = must_dequeue(&d);
		err = done.status;
		if (!err)
			must_be_right(&d, &done, r.at);
	}
	EXPECT(err == wanted, "it says %s, not %s", strerror(-err), strerror(-wanted));
	/* as good as new */
	EXPECT(!device_stop(&d) && !device_detach(&d, handle), "DETACH");
	r = new_range(d.format.size);
	EXPECT(!device_attach(&d, r.at, d.format.size, set->flags, &handle), "ATTACH");
	EXPECT(!device_queue(&d, handle) && !device_start(&d), "START");
	done = must_dequeue(&d);
	must_be_right(&d, &done, r.at);
	device_close(&d);
}

/* The frame must not be called good when its bytes went into pages that nobody sees. */
static void during_a_transfer(void *arg)
{
	const struct setting *set = arg;
	struct udma_stats before;
	struct udma_done done;
	struct device d;
	struct range r;
	uint32_t handle;

	must_set("/sys/kernel/debug/udma_sim/udma_sim.0/rate", 4);
	device_open(&d, 640, 480, 0);
	device_setup(&d, 65536, 2);
	r = new_range(d.format.size);
	EXPECT(!device_attach(&d, r.at, d.format.size, set->flags, &handle), "ATTACH");
	before = stats_of(&d);
	EXPECT(!device_queue(&d, handle) && !device_start(&d), "START");
	while (stats_of(&d).chunks < before.chunks + 2)
		usleep(1000);
	change(&r, set->change);
	must_set("/sys/kernel/debug/udma_sim/udma_sim.0/rate", 0);
	done = must_dequeue(&d);
	if (set->change == DISCARD)
		must_be_right(&d, &done, r.at);
	else if (set->change == TRUNCATE)
		/* chunks before the change are lost with their pages, which the file's owner did */
		tap_note("status %d", done.status);
	else
		EXPECT(done.status == -ESTALE || done.status == -EFAULT, "status %d", done.status);
	EXPECT(!device_stop(&d), "STOP");
	device_close(&d);
}

void mapping_cases(void)
{
	static struct setting settings[4 * CHANGES];
	struct setting *set = settings;
	unsigned int i;

	for (i = 0; i < 2 * CHANGES; i++, set++) {
		*set = (struct setting){ i / 2, i & 1 ? UDMA_ATTACH_KEEP : 0, false };
		tap_run(between_frames, set, "mapping: %s between frames%s", change_names[i / 2],
			set->flags ? ", kept" : "");
	}
	for (i = 0; i < 2 * CHANGES; i++, set++) {
		*set = (struct setting){ i / 2, i & 1 ? UDMA_ATTACH_KEEP : 0, true };
		tap_run(during_a_transfer, set, "mapping: %s during a transfer%s", change_names[i / 2],
			set->flags ? ", kept" : "");
	}
}

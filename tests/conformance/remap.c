/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mappings that change between two frames of one attached buffer.  Without
 * CAPTURE_ATTACH_STABLE the next frame lands in the present mapping or queue
 * fails; with it, frames may be lost, but no other memory is written.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "conformance.h"
#include "guard.h"

struct remap {
	const struct plan *plan;
	unsigned int flags;
	bool shared;		/* a memfd instead of private memory */
	/* while it runs */
	struct capture_session *s;
	struct capture_format format;
	struct capture_buffer *b;
	uint8_t *map;		/* a page of guard, the buffer, a page of guard */
	size_t page, inner;
};

static void map_anew(struct remap *r)
{
	int fd = -1, flags = MAP_FIXED | (r->shared ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS);
	uint8_t *at;

	if (r->shared) {
		fd = memfd_create("conformance", MFD_CLOEXEC);
		EXPECT(fd >= 0 && !ftruncate(fd, r->inner), "no memfd");
	}
	at = mmap(r->map + r->page, r->inner, PROT_READ | PROT_WRITE, flags, fd, 0);
	EXPECT(at == r->map + r->page, "mmap at the same place");
	if (fd >= 0)
		close(fd);
	spoil(at, r->inner);
}

/* A session with one buffer that has had a frame and is idle. */
static void begin(struct remap *r)
{
	struct capture_frame frame;

	r->s = open_source(r->plan, r->plan->uri, &r->format);
	r->page = sysconf(_SC_PAGESIZE);
	r->inner = (r->format.size + r->page - 1) & -r->page;
	r->map = mmap(NULL, r->inner + 2 * r->page, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	EXPECT(r->map != MAP_FAILED, "no memory");
	guard_fill(r->map, r->page);
	guard_fill(r->map + r->page + r->inner, r->page);
	map_anew(r);
	EXPECT(!capture_attach(r->s, r->map + r->page, r->format.size, r->flags, &r->b), "%s",
	       capture_error());
	must_queue(r->b);
	must_start(r->s);
	frame = must_get_frame(r->s);
	check_content(r->plan, r->s, &r->format, &frame);
}

static void end(struct remap *r)
{
	stop_and_drain(r->s);
	EXPECT(!capture_detach(r->b), "%s", capture_error());
	EXPECT(!capture_close(r->s), "%s", capture_error());
	EXPECT(guard_damage(r->map, r->page) < 0 &&
	       guard_damage(r->map + r->page + r->inner, r->page) < 0,
	       "bytes around the buffer were written");
}

/* Queue the buffer whose mapping changed, and look where the frame went. */
static void expect_present(struct remap *r)
{
	struct capture_frame frame;
	int err = capture_queue(r->b);

	if (err) {
		EXPECT(err == -ESTALE, "queue said %s", strerror(-err));
		tap_note("refused with ESTALE: %s", capture_error());
		return;
	}
	frame = must_get_frame(r->s);
	check_content(r->plan, r->s, &r->format, &frame);
}

/* With the promise broken a frame may be lost, as a whole or not, but does no harm. */
static void expect_harmless(struct remap *r)
{
	struct capture_frame frame;

	if (capture_queue(r->b)) {
		tap_note("refused: %s", capture_error());
		return;
	}
	frame = must_wait(r->s);
	if (is_spoiled(r->map + r->page, r->format.size))
		tap_note("the frame is lost in the old pages (status %d)", frame.status);
	else
		tap_note("the frame is in the present mapping (status %d)", frame.status);
}

static void expect_fitting(struct remap *r)
{
	if (r->flags & CAPTURE_ATTACH_STABLE)
		expect_harmless(r);
	else
		expect_present(r);
}

static void mapped_anew(void *arg)
{
	struct remap r = *(struct remap *)arg;
	unsigned int i;

	begin(&r);
	for (i = 0; i < 3; i++) {
		EXPECT(!munmap(r.map + r.page, r.inner), "munmap");
		map_anew(&r);
		expect_fitting(&r);
	}
	end(&r);
}

static void pages_given_back(void *arg)
{
	struct remap r = *(struct remap *)arg;

	begin(&r);
	if (r.shared)
		EXPECT(!madvise(r.map + r.page, r.inner, MADV_REMOVE), "MADV_REMOVE");
	else
		EXPECT(!madvise(r.map + r.page, r.inner, MADV_DONTNEED), "MADV_DONTNEED");
	expect_fitting(&r);
	end(&r);
}

/* Only the pages in the middle are others; the ends still look the same. */
static void part_mapped_anew(void *arg)
{
	struct remap r = *(struct remap *)arg;
	uint8_t *middle;

	begin(&r);
	if (r.inner < 3 * r.page)
		tap_skip("the frame has less than three pages");
	middle = r.map + r.page + (r.inner / 2 & -r.page);
	EXPECT(mmap(middle, r.page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
		    -1, 0) == middle, "mmap at the same place");
	spoil(middle, r.page);
	expect_fitting(&r);
	end(&r);
}

static void expect_refused(struct remap *r)
{
	int err = capture_queue(r->b);

	if (r->flags & CAPTURE_ATTACH_STABLE && !err) {
		must_wait(r->s);
		return;
	}
	EXPECT(err == -EFAULT || err == -ESTALE, "queue said %s", err ? strerror(-err) : "yes");
}

static void unmapped(void *arg)
{
	struct remap r = *(struct remap *)arg;

	begin(&r);
	/* nothing else may come to lie there */
	EXPECT(mmap(r.map + r.page, r.inner, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		    0) == r.map + r.page, "mmap");
	expect_refused(&r);
	map_anew(&r);
	expect_fitting(&r);
	end(&r);
}

static void made_read_only(void *arg)
{
	struct remap r = *(struct remap *)arg;

	begin(&r);
	EXPECT(!mprotect(r.map + r.page, r.inner, PROT_READ), "mprotect");
	expect_refused(&r);
	EXPECT(!mprotect(r.map + r.page, r.inner, PROT_READ | PROT_WRITE), "mprotect");
	spoil(r.map + r.page, r.inner);
	expect_fitting(&r);
	end(&r);
}

/* Other memory at the same place belongs to others as soon as the buffer is detached. */
static void detached(void *arg)
{
	struct remap r = *(struct remap *)arg;
	struct capture_frame frame;

	begin(&r);
	EXPECT(!capture_detach(r.b), "%s", capture_error());
	EXPECT(!munmap(r.map + r.page, r.inner), "munmap");
	map_anew(&r);
	EXPECT(!capture_attach(r.s, r.map + r.page, r.format.size, r.flags, &r.b), "%s",
	       capture_error());
	must_queue(r.b);
	frame = must_get_frame(r.s);
	check_content(r.plan, r.s, &r.format, &frame);
	end(&r);
}

void remap_cases(struct plan *plan)
{
	struct remap r = { .plan = plan };
	const char *how;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		r.shared = i & 1;
		r.flags = i & 2 ? CAPTURE_ATTACH_STABLE : 0;
		how = i == 0 ? "private" : i == 1 ? "shared" : i == 2 ? "private, stable" :
								 "shared, stable";
		tap_run(mapped_anew, &r, "remap: mapped anew at the same place, %s", how);
		tap_run(pages_given_back, &r, "remap: pages given back to the system, %s", how);
		tap_run(part_mapped_anew, &r, "remap: one page in the middle mapped anew, %s", how);
		tap_run(unmapped, &r, "remap: unmapped, %s", how);
		tap_run(made_read_only, &r, "remap: made read-only, %s", how);
		tap_run(detached, &r, "remap: detached, mapped and attached anew, %s", how);
	}
}

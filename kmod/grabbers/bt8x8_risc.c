/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Programs for the Bt848's RISC engine.
 *
 * The memory has one part for every frame that may be queued, and one more: the
 * engine may still go round in the part of the last frame that is done.
 *
 *	part of frame n
 *	  head	SYNC to the start of the frame
 *	  body	step 0: FM, lines ... gate --> step 1 ... gate --> last step
 *	                                |        not loaded in time      |
 *	  miss	gate <------------------+--------------+                 |
 *	  done	gate <---------------------------------------------------+
 *	         |     both to the head of n + 1, or while there is none:
 *	  loop	 +-> SYNC start, SYNC end, JUMP with IRQ, eight times in a ring;
 *	         each round is a frame that goes by unseen
 *
 * A gate is a JUMP with IRQ to the JUMP after it: first it tells, then it goes,
 * and who is told may change where to.
 *
 * A frame is linked, and a step loaded, by one 32-bit store into the target of a
 * jump, while the engine runs.  Everything that the jump leads to is in place
 * before.  If the engine was faster, it has taken the other way, and that is all.
 *
 * The program counter (RISC_COUNT) tells which part and which step the engine is
 * in, hence what is done, and in the loop how many frames have gone by.
 */
#include "bt8x8.h"

#define ROUNDS 8
#define ROUND_WORDS 6
#define ROUND_JUMP 5		/* in a round: the target of its jump */
#define MISS (ROUNDS * ROUND_WORDS)
#define GATE_WORDS 4		/* two JUMPs */
#define DONE (MISS + GATE_WORDS)
#define TABLE (DONE + GATE_WORDS)
#define GATE_TARGET 3
#define HEAD_WORDS 2
#define STEP_WORDS (GATE_WORDS + 6)	/* of a step, but for its lines: two FMs and a SYNC */

/* ---- places ---- */

static __u32 part_of(const struct bt8x8 *b, __u64 number)
{
	return (__u32)number & (b->ring - 1);
}

static struct bt8x8_slot *slot_of(struct bt8x8 *b, __u64 number)
{
	return &b->slot[part_of(b, number)];
}

static __u32 *words_of(const struct bt8x8 *b, __u64 number)
{
	return b->memory + (size_t)part_of(b, number) * b->words;
}

static __u32 bus_of(const struct bt8x8 *b, __u64 number, __u32 word)
{
	return (__u32)(b->bus + 4 * ((__u64)part_of(b, number) * b->words + word));
}

static __u32 head_of(const struct bt8x8 *b)
{
	return b->body - HEAD_WORDS;
}

static void put(__u32 *at, __u32 value)
{
	*(volatile __u32 *)at = grabber_le32(value);
}

/* @at is @bus for the device. */
static void put_gate(__u32 *at, __u32 bus, __u32 target)
{
	put(at, BT_JUMP | BT_IRQ);
	put(at + 1, bus + 8);
	put(at + 2, BT_JUMP);
	put(at + GATE_TARGET, target);
}

/* The end of the field before a frame, and the end of its first field. */
static void syncs(const struct bt8x8 *b, __u32 *start, __u32 *end)
{
	*start = b->g.mode.field == GRABBER_FIELD_BOTTOM ? BT_VRO : BT_VRE;
	*end = b->g.mode.field == GRABBER_FIELD_BOTTOM ? BT_VRE : BT_VRO;
}

/* ---- memory ---- */

static __u32 steps_max(const struct grabber *g, __u32 chunks)
{
	return grabber_steps(g, chunks);
}

/* A power of two: some kernels cannot divide 64 bits. */
static __u32 ring_of(__u32 slots)
{
	__u32 ring = 2;

	while (ring < slots + 1)
		ring *= 2;
	return ring;
}

/* Every edge of a segment or chunk cuts at most one instruction in two. */
static __u64 part_words(const struct grabber *g, __u32 chunks, __u32 segments)
{
	const __u64 steps = steps_max(g, chunks);
	const __u64 writes = (__u64)g->mode.height + segments + chunks;

	return TABLE + steps + HEAD_WORDS + STEP_WORDS * steps +
	       writes * (g->mode.planes > 1 ? 5 : 2);
}

__u64 bt8x8_memory_bytes(const struct grabber *g, __u32 slots, __u32 chunks, __u32 segments)
{
	const __u64 bytes = 4 * part_words(g, chunks, segments) * ring_of(slots);

	if (!slots || slots > GRABBER_SLOTS_MAX || !chunks || bytes >> 31)
		return 0;
	return bytes;
}

void bt8x8_prepare(struct grabber *g, const struct grabber_memory *memory, __u32 slots,
		   __u32 chunks, __u32 segments)
{
	struct bt8x8 *b = bt8x8_of(g);

	b->memory = memory->cpu;
	b->bus = memory->bus;
	b->slots = slots;
	b->ring = ring_of(slots);
	b->words = (__u32)part_words(g, chunks, segments);
	b->table = TABLE;
	b->body = TABLE + steps_max(g, chunks) + HEAD_WORDS;
	bt8x8_forget(b);
}

/* The fixed words of a part; its jumps lead into its own loop. */
static void furnish(struct bt8x8 *b, __u64 number)
{
	__u32 *w = words_of(b, number), start, end, i;

	syncs(b, &start, &end);
	for (i = 0; i < ROUNDS; i++) {
		__u32 *round = w + i * ROUND_WORDS;

		put(round, BT_SYNC | BT_RESYNC | start);
		put(round + 1, 0);
		put(round + 2, BT_SYNC | BT_RESYNC | end);
		put(round + 3, 0);
		put(round + 4, BT_JUMP | BT_IRQ);
		put(round + ROUND_JUMP, bus_of(b, number, (i + 1) % ROUNDS * ROUND_WORDS));
	}
	put_gate(w + MISS, bus_of(b, number, MISS), bus_of(b, number, 0));
	put_gate(w + DONE, bus_of(b, number, DONE), bus_of(b, number, 0));
	put(w + head_of(b), BT_SYNC | BT_RESYNC | start);
	put(w + head_of(b) + 1, 0);
}

void bt8x8_forget(struct bt8x8 *b)
{
	b->g.begun = b->g.at = 0;
	b->g.at_step = 0;
	b->linked = b->done = b->reported = b->passed = b->starved = 0;
	b->over = b->waiting = b->round = b->leaving = b->damage = b->moved = 0;
}

__u32 bt8x8_entry(struct bt8x8 *b)
{
	if (!b->linked) {
		furnish(b, 0);
		b->over = b->waiting = 1;
		return bus_of(b, 0, 0);
	}
	b->g.at = 1;
	return bus_of(b, 1, head_of(b));
}

/* ---- where the engine is ---- */

/*
 * So many frames went by unseen: for want of one that was begun, unless the next
 * one was begun before and its first step is what came too late.
 */
static void pass_by(struct bt8x8 *b, __u32 count)
{
	b->passed += count;
	if (b->g.begun == b->done || slot_of(b, b->done + 1)->late)
		b->starved += count;
}

static void finish(struct bt8x8 *b, __u64 number)
{
	struct bt8x8_slot *slot = slot_of(b, number);

	if (!number)
		return;
	slot->starved = b->starved;
	slot->sequence = b->passed++;
	slot->flags |= b->damage;
	if (slot->loaded < slot->steps)
		slot->flags |= GRABBER_FRAME_INCOMPLETE;
	b->damage = 0;
	b->done = number;
}

static void finish_here(struct bt8x8 *b)
{
	if (b->over)
		return;
	finish(b, b->g.at);
	b->over = 1;
	b->moved = 1;
}

static void leave(struct bt8x8 *b)
{
	if (b->waiting && !b->leaving)
		pass_by(b, 1);
	finish_here(b);
	b->g.at++;
	b->g.at_step = 0;
	b->over = b->waiting = b->leaving = b->round = 0;
	b->moved = 1;
}

static void see_loop(struct bt8x8 *b, __u32 round)
{
	finish_here(b);
	b->waiting = 1;
	if (round == b->round)
		return;
	pass_by(b, (round + ROUNDS - b->round) % ROUNDS);
	b->round = round;
	b->moved = 1;
}

static void see_step(struct bt8x8 *b, __u32 word)
{
	const struct bt8x8_slot *slot = slot_of(b, b->g.at);
	const __u32 *table = words_of(b, b->g.at) + b->table;

	__u32 step = b->g.at_step;

	while (step + 1 < slot->loaded && table[step + 1] <= word)
		step++;
	/* before the jump of a gate that is closed */
	if (slot->gate && word >= slot->gate - 1)
		step = slot->loaded;
	if (step > b->g.at_step) {
		b->g.at_step = step;
		b->moved = 1;
	}
}

void bt8x8_look(struct bt8x8 *b)
{
	const __u32 at = (grabber_read(&b->g, BT_RISC_COUNT) - (__u32)b->bus) / 4;
	const __u32 part = at / b->words, word = at % b->words;
	__u64 number;

	if (part >= b->ring)
		return;
	number = b->g.at + ((part - part_of(b, b->g.at)) & (b->ring - 1));
	if (number > b->linked)
		return;
	while (b->g.at < number)
		leave(b);
	if (word < MISS)
		see_loop(b, word / ROUND_WORDS);
	else if (word < TABLE)
		finish_here(b);
	else if (word >= b->body)
		see_step(b, word);
}

int bt8x8_finished(struct grabber *g, struct grabber_frame *frame)
{
	struct bt8x8 *b = bt8x8_of(g);
	const struct bt8x8_slot *slot;

	if (b->reported == b->done)
		return 0;
	slot = slot_of(b, ++b->reported);
	frame->number = b->reported;
	frame->sequence = slot->sequence;
	frame->starved = slot->starved;
	frame->flags = slot->flags;
	return 1;
}

/* ---- lines ---- */

/* Words for one instruction, or NULL where the part is full. */
static __u32 *take(struct bt8x8 *b, __u64 number, __u32 count)
{
	struct bt8x8_slot *slot = slot_of(b, number);
	__u32 *at = words_of(b, number) + slot->fill;

	if (b->words - slot->fill < count)
		return NULL;
	slot->fill += count;
	return at;
}

static int put_two(struct bt8x8 *b, __u64 number, __u32 first, __u32 second)
{
	__u32 *at = take(b, number, 2);

	if (!at)
		return -ENOSPC;
	put(at, first);
	put(at + 1, second);
	return 0;
}

static __u32 edges(__u32 from, __u32 bytes, __u32 stride)
{
	return (from ? 0 : BT_SOL) | (from + bytes == stride ? BT_EOL : 0);
}

static __u32 least(__u32 a, __u32 b)
{
	return a < b ? a : b;
}

static int in_field(__u32 line, __u32 field)
{
	return field == (BT_FIELD_ODD | BT_FIELD_EVEN) || field == (line & 1 ? BT_FIELD_EVEN : BT_FIELD_ODD);
}

static int put_packed(struct bt8x8 *b, __u64 number, __u32 field, __u32 at,
		      const struct grabber_segment *segments, __u32 count)
{
	const __u32 stride = b->g.mode.stride[0];
	__u32 i, line = at / stride, x = at % stride;
	int err;

	for (i = 0; i < count; i++) {
		__u32 addr = (__u32)segments[i].addr, left = segments[i].bytes, n;

		for (; left; left -= n, addr += n) {
			n = least(least(left, stride - x), BT_COUNT_MAX);
			err = in_field(line, field) ?
			      put_two(b, number, BT_WRITE | edges(x, n, stride) | n, addr) : 0;
			if (err)
				return err;
			x += n;
			if (x == stride) {
				x = 0;
				line++;
			}
		}
	}
	return 0;
}

/* A place in a frame that only moves on. */
struct cursor {
	const struct grabber_segment *segment;
	__u32 start;			/* of the segment, in the frame */
};

/* The bus address of byte @at, and in @left how many bytes follow in one piece. */
static __u32 seek(struct cursor *c, __u32 at, __u32 *left)
{
	while (at - c->start >= c->segment->bytes) {
		c->start += c->segment->bytes;
		c->segment++;
	}
	*left = c->segment->bytes - (at - c->start);
	return (__u32)c->segment->addr + (at - c->start);
}

/* Where the chroma of a line goes: a row of its planes, or -1: nowhere. */
static __s32 chroma_row(const struct bt8x8 *b, __u32 line, __u32 field)
{
	const __u32 woven = b->g.mode.field == GRABBER_FIELD_WOVEN;
	const __u32 bottom = woven ? field == BT_FIELD_EVEN : b->g.mode.field == GRABBER_FIELD_BOTTOM;
	const __u32 of_field = woven ? line / 2 : line;

	if (!b->format->yshift)
		return (__s32)line;
	/* of the bottom field the second line of two; woven, their rows come in turn, like the lines */
	if ((of_field & 1) != bottom)
		return -1;
	return (__s32)(woven ? of_field : of_field / 2);
}

static int put_planar_line(struct bt8x8 *b, __u64 number, struct cursor c[3], __u32 line, __s32 row)
{
	const struct grabber_mode *m = &b->g.mode;
	const __u32 shift = b->format->xshift, cb = b->format->cr_first ? 2 : 1, cr = 3 - cb;
	__u32 x, n, left, y_addr, cb_addr = 0, cr_addr = 0, *at;

	for (x = 0; x < m->stride[0]; x += n) {
		y_addr = seek(&c[0], line * m->stride[0] + x, &left);
		n = least(left, m->stride[0] - x);
		if (row >= 0) {
			const __u32 chroma = (__u32)row * m->stride[1] + (x >> shift);

			cb_addr = seek(&c[cb], m->offset[cb] + chroma, &left);
			n = least(n, left << shift);
			cr_addr = seek(&c[cr], m->offset[cr] + chroma, &left);
			n = least(n, left << shift);
		}
		at = take(b, number, row >= 0 ? 5 : 3);
		if (!at)
			return -ENOSPC;
		put(at, (row >= 0 ? BT_WRITE123 : BT_WRITE1S23) | edges(x, n, m->stride[0]) | n);
		put(at + 1, (n >> shift) << 16 | n >> shift);
		put(at + 2, y_addr);
		if (row >= 0) {
			put(at + 3, cb_addr);
			put(at + 4, cr_addr);
		}
	}
	return 0;
}

static int put_planar(struct bt8x8 *b, __u64 number, __u32 field,
		      const struct grabber_segment *segments)
{
	struct cursor c[3] = { { segments, 0 }, { segments, 0 }, { segments, 0 } };
	__u32 line;
	int err = 0;

	for (line = 0; line < b->g.mode.height && !err; line++)
		if (in_field(line, field))
			err = put_planar_line(b, number, c, line, chroma_row(b, line, field));
	return err;
}

/* One field's lines in these segments; @first: it begins here. */
static int put_field(struct bt8x8 *b, __u64 number, __u32 field, int first, __u32 offset,
		     const struct grabber_segment *segments, __u32 count)
{
	const __u32 planar = b->g.mode.planes > 1;
	int err = 0;

	if (first && field == BT_FIELD_EVEN)
		err = put_two(b, number, BT_SYNC | BT_RESYNC | BT_VRO, 0);
	if (first && !err)
		err = put_two(b, number, BT_SYNC | (planar ? BT_FM3 : BT_FM1), 0);
	if (err)
		return err;
	return planar ? put_planar(b, number, field, segments) :
			put_packed(b, number, field, offset, segments, count);
}

/* ---- frames and steps ---- */

__s64 bt8x8_begin(struct grabber *g, __u32 chunks)
{
	struct bt8x8 *b = bt8x8_of(g);
	struct bt8x8_slot *slot;

	/* what went by up to now had none */
	if (b->running)
		bt8x8_look(b);
	if (g->begun - g->at >= b->slots || g->begun - b->reported >= b->slots)
		return -EBUSY;
	if (!chunks || (chunks > 1 && !g->mode.split) || steps_max(g, chunks) > head_of(b) - TABLE)
		return -EINVAL;
	if (!g->begun && !b->running)
		furnish(b, 0);
	slot = slot_of(b, g->begun + 1);
	slot->late = b->running && g->begun == b->done;
	g->begun++;
	slot->chunks = chunks;
	slot->steps = steps_max(g, chunks);
	slot->loaded = 0;
	slot->fill = b->body;
	slot->gate = 0;
	slot->flags = 0;
	furnish(b, g->begun);
	return (__s64)g->begun;
}

static int check_load(struct bt8x8 *b, __u64 number, __u32 offset,
		      const struct grabber_segment *segments, __u32 count)
{
	const struct grabber_mode *m = &b->g.mode;
	const struct bt8x8_slot *slot = slot_of(b, number), *before = slot_of(b, number - 1);
	__u64 bytes = 0;
	__u32 i;

	if (!number || number > b->g.begun)
		return -EINVAL;
	if (number <= b->done)
		return -ESTALE;
	if (slot->loaded == slot->steps ||
	    (number > b->done + 1 && number > 1 && before->loaded < before->steps))
		return -EINVAL;
	for (i = 0; i < count; i++) {
		const struct grabber_segment *s = &segments[i];

		if (!s->bytes || (s->addr | s->bytes) & (m->align - 1) ||
		    s->addr + s->bytes > 1ull << 32 || s->addr + s->bytes < s->addr)
			return -EINVAL;
		bytes += s->bytes;
	}
	if (offset + bytes > m->bytes || offset & (m->align - 1) ||
	    (slot->chunks == 1 && (offset || bytes != m->bytes)))
		return -EINVAL;
	return 0;
}

static int put_step(struct bt8x8 *b, __u64 number, __u32 offset,
		    const struct grabber_segment *segments, __u32 count)
{
	const struct bt8x8_slot *slot = slot_of(b, number);
	const __u32 step = slot->loaded, last = step + 1 == slot->steps;
	__u32 *gate;
	int err;

	if (b->g.mode.field != GRABBER_FIELD_WOVEN) {
		err = put_field(b, number, BT_FIELD_ODD | BT_FIELD_EVEN, !step, offset, segments, count);
	} else if (slot->chunks == 1) {
		err = put_field(b, number, BT_FIELD_ODD, 1, offset, segments, count);
		if (!err)
			err = put_field(b, number, BT_FIELD_EVEN, 1, offset, segments, count);
	} else {
		err = put_field(b, number, step < slot->chunks ? BT_FIELD_ODD : BT_FIELD_EVEN,
				!(step % slot->chunks), offset, segments, count);
	}
	if (err)
		return err;
	if (last)
		return put_two(b, number, BT_JUMP, bus_of(b, number, DONE));
	gate = take(b, number, GATE_WORDS);
	if (!gate)
		return -ENOSPC;
	put_gate(gate, bus_of(b, number, slot->fill - GATE_WORDS), bus_of(b, number, MISS));
	return 0;
}

/* Let the way behind frame @number - 1 lead to this one. */
static void link_frame(struct bt8x8 *b, __u64 number)
{
	const __u32 head = bus_of(b, number, head_of(b));
	__u32 *w = words_of(b, number - 1), i;

	b->linked = number;
	put(w + DONE + GATE_TARGET, head);
	put(w + MISS + GATE_TARGET, head);
	/* first the jump that comes first */
	for (i = 0; i < ROUNDS; i++)
		put(w + (b->round + i) % ROUNDS * ROUND_WORDS + ROUND_JUMP, head);
	grabber_barrier();
	if (!b->running)
		return;
	bt8x8_look(b);
	if (b->waiting && b->g.at == number - 1 && !b->leaving) {
		b->leaving = 1;
		pass_by(b, 1);
	}
}

int bt8x8_load(struct grabber *g, __u64 number, __u32 offset,
	       const struct grabber_segment *segments, __u32 count)
{
	struct bt8x8 *b = bt8x8_of(g);
	struct bt8x8_slot *slot = slot_of(b, number);
	__u32 start, gate;
	int err;

	if (b->running)
		bt8x8_look(b);
	err = check_load(b, number, offset, segments, count);
	if (err)
		return err;
	start = slot->fill;
	gate = slot->gate;
	err = put_step(b, number, offset, segments, count);
	if (err) {
		slot->fill = start;
		return err;
	}
	words_of(b, number)[b->table + slot->loaded] = start;
	grabber_barrier();
	if (slot->loaded) {
		put(words_of(b, number) + gate, bus_of(b, number, start));
		grabber_barrier();
		if (b->running)
			bt8x8_look(b);
		/* it may have been just in time; the other case is the likely one */
		if (b->done >= number)
			return -ESTALE;
	}
	slot->gate = slot->loaded + 1 < slot->steps ? slot->fill - 1 : 0;
	if (!slot->loaded++)
		link_frame(b, number);
	return 0;
}

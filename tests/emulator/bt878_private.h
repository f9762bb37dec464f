/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the Bt878's model share. */
#ifndef EMULATOR_BT878_PRIVATE_H
#define EMULATOR_BT878_PRIVATE_H

#include "bt878.h"
#include "bt878_pattern.h"

enum {
	REG_DSTATUS = 0x000, REG_IFORM = 0x004, REG_CROP = 0x00c, REG_VDELAY_LO = 0x010,
	REG_VACTIVE_LO = 0x014, REG_HACTIVE_LO = 0x01c, REG_VSCALE_HI = 0x04c,
	REG_VSCALE_LO = 0x050, REG_SRESET = 0x07c, REG_ODD = 0x080, REG_COLOR_FMT = 0x0d4,
	REG_COLOR_CTL = 0x0d8, REG_CAP_CTL = 0x0dc, REG_VBI_PACK_SIZE = 0x0e0,
	REG_VBI_PACK_DEL = 0x0e4, REG_INT_STAT = 0x100, REG_INT_MASK = 0x104,
	REG_GPIO_DMA_CTL = 0x10c, REG_I2C = 0x110, REG_RISC_STRT_ADD = 0x114,
	REG_RISC_COUNT = 0x120,
	REG_SIZE = 0x1000,
	REG_DECODER_END = 0x100,	/* below it registers of 8 bits, every 4 bytes */
};

enum {
	INT_VSYNC = 1 << 1, INT_I2CDONE = 1 << 8, INT_RISCI = 1 << 11, INT_FBUS = 1 << 12,
	INT_FTRGT = 1 << 13, INT_FDSR = 1 << 14, INT_PPERR = 1 << 15, INT_RIPERR = 1 << 16,
	INT_PABORT = 1 << 17, INT_OCERR = 1 << 18, INT_SCERR = 1 << 19,
	INT_EVENTS = 0xfffff,		/* those that a write of one clears */
	INT_FIELD = 1 << 24, INT_RISC_EN = 1 << 27,
};

enum { CTL_FIFO_ENABLE = 1, CTL_RISC_ENABLE = 2 };

/* FIFO status codes, as SYNC instructions have them. */
enum fifo_code { FIFO_FM1 = 0x6, FIFO_FM3 = 0xe, FIFO_VRE = 0x4, FIFO_VRO = 0xc };

#define PLANES 3

/* Lines of one kind within a field. */
struct section {
	enum fifo_code mode;
	uint32_t lines;
	uint32_t bytes[PLANES];		/* of a line; [1] and [2] with FM3 only */
	uint32_t plane;			/* the first one, see bt878_pattern.h */
	uint32_t swap;
};

/* The FIFO's content: what is left of a field. */
struct field {
	uint32_t frame;
	bool even;
	bool vr;			/* the code of the field before is at the head */
	struct section section[2];	/* blanking interval and picture */
	unsigned int sections, at;
	bool mode;			/* the mode of section[at] is at the head */
	uint32_t line;			/* of section[at] */
	uint32_t byte[PLANES];		/* of that line, already taken */
	uint32_t lines, taken, arrived;	/* of all sections: the sum; done with; behind the beam */
	uint32_t lost;			/* so many lines of each section were not written */
	uint32_t input;			/* the camera, see bt878_pattern.h */
};

enum token { TOKEN_NONE, TOKEN_VR, TOKEN_MODE, TOKEN_LINE };

struct engine {
	bool on;			/* runs, as far as the hardware is concerned */
	uint32_t pc;
	uint32_t target;		/* where WRITEC goes on */
	bool in_line;			/* between SOL and EOL */
	bool skip_line;			/* nothing of this line any more */
	bool skip_field;		/* nothing until a SYNC finds VRE or VRO */
	bool syncing;			/* waits in a SYNC */
	bool told;			/* that SYNC has raised FDSR already */
	uint32_t word[5];		/* the instruction at @pc, */
	unsigned int words;		/* which is so long; 0: not fetched yet */
};

/* Who waits for the driver after an interrupt. */
enum pace { PACE_HANDSHAKE, PACE_BEAM, PACE_REAL };

enum fault {
	FAULT_SHORT, FAULT_OVERRUN, FAULT_PABORT, FAULT_STRAY, FAULT_RIPERR, FAULT_SCERR, FAULT_HANG,
	FAULT_LATE, FAULT_SLOW_STOP, FAULTS,
};

struct armed {
	bool on;
	uint32_t value;
	uint32_t frame;			/* from this frame on */
};

struct bt878 {
	struct model model;
	uint32_t reg[REG_SIZE / 4];
	bool line_up;			/* INTA# as it was told last */
	struct engine engine;
	unsigned int starts;		/* of the engine; during DMA it may be started anew */
	struct field field;

	/* the beam */
	uint64_t now, begun, due;	/* this field began, and the next one may */
	uint64_t period;		/* of a field; 0: as fast as the driver */
	bool period_set;		/* else the video norm's */
	enum pace pace;
	bool running;			/* PACE_BEAM: the line is looked at when the engine stops */
	bool handled;			/* the driver has seen a clean INT_STAT since, */
	bool seen;			/* or only the bits: it is in its handler */
	uint64_t asked, patience;	/* the interrupt that is not handled, and how long to wait */
	uint32_t frame;			/* the number of the next one */
	uint32_t still;			/* the number that all frames show, if @frozen */
	bool frozen, blank;

	/* faults */
	struct armed fault[FAULTS];
	uint32_t linger;		/* lines that are still written after the stop */
	bool linger_seen;		/* RISC_EN shows it */
	bool hung;

	/* counters */
	uint64_t fields, lines, instructions, interrupts, overruns, resyncs, aborts, impatient;
	uint64_t lines_late;
};

static inline struct bt878 *to_bt878(struct model *model)
{
	return (struct bt878 *)model;
}

static inline uint32_t reg(const struct bt878 *b, uint32_t offset)
{
	return b->reg[offset / 4];
}

/* bt878.c */
/* Set bits of INT_STAT and look whether that is an interrupt. */
void bt878_raise(struct bt878 *b, uint32_t bits);
/* Tell the bus of the line, if it is not as it was told last. */
void bt878_tell(struct bt878 *b);
/* The engine stops: an error, with the bit that tells. */
void bt878_halt(struct bt878 *b, uint32_t why);
/* Is the driver waited for, by the beam at least? */
bool bt878_waits(const struct bt878 *b);

/* bt878_field.c: what the FIFO holds */
/* A field begins; what was not read of the one before is lost. */
void bt878_field_begin(struct bt878 *b);
enum token bt878_head(const struct field *field);
/* The status code at the head, which is TOKEN_VR or TOKEN_MODE. */
enum fifo_code bt878_code(const struct field *field);
/* Drop what is at the head: a code, or what is left of a line. */
void bt878_drop(struct field *field);
/* Take bytes of the line at the head; no more than it has. */
void bt878_take(struct field *field, unsigned int plane, uint8_t *to, uint32_t count);

/* bt878_beam.c: time passes, see model.h */
uint64_t bt878_beam(struct bt878 *b, uint64_t now);

/* bt878_risc.c: the engine */
void bt878_start(struct bt878 *b);
/* Execute until the FIFO, the driver or the end of so many lines says stop; returns the lines. */
uint32_t bt878_run(struct bt878 *b, uint32_t lines);

/* bt878_fault.c */
void bt878_defaults(struct bt878 *b);
int bt878_command(struct model *model, const char *text);
extern const char bt878_help[];
/* Is the fault due in this frame?  Then it is used up, and *@value is its number. */
bool bt878_fault(struct bt878 *b, enum fault which, uint32_t *value);

#endif /* EMULATOR_BT878_PRIVATE_H */

/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * What a Bt848 makes of the signal: pixel formats, sizes, standards, inputs,
 * picture controls.
 *
 * The chip scales; the numbers must agree with the program, or it complains of
 * lines that are too short or too long.  One line of the scaler's input has
 * total_width pixels, of which scaled_width make the picture's width.
 */
#include "bt8x8.h"

#define F GRABBER_FOURCC

static const struct bt8x8_format formats[] = {
	{ F('Y', 'U', 'Y', 'V'), 0x4, 0x0, 16, 1, 0, 0, 0 },
	{ F('U', 'Y', 'V', 'Y'), 0x4, 0x3, 16, 1, 0, 0, 0 },
	{ F('G', 'R', 'E', 'Y'), 0x6, 0x0, 8, 1, 0, 0, 0 },
	{ F('B', 'G', 'R', '3'), 0x1, 0x0, 24, 1, 0, 0, 0 },
	{ F('B', 'G', 'R', '4'), 0x0, 0x0, 32, 1, 0, 0, 0 },
	{ F('R', 'G', 'B', 'P'), 0x2, 0x0, 16, 1, 0, 0, 0 },
	{ F('R', 'G', 'B', 'O'), 0x3, 0x0, 16, 1, 0, 0, 0 },
	{ F('4', '2', '2', 'P'), 0x8, 0x0, 8, 3, 1, 0, 0 },
	{ F('Y', 'U', '1', '2'), 0x8, 0x0, 8, 3, 1, 1, 0 },
	{ F('Y', 'V', '1', '2'), 0x8, 0x0, 8, 3, 1, 1, 1 },
	{ F('4', '1', '1', 'P'), 0x9, 0x0, 8, 3, 2, 0, 0 },
};

#define FORMATS (sizeof(formats) / sizeof(formats[0]))

/* the sampling clock of PAL comes from the PLL: 28.63636 MHz * 0x0e.dcf9 / 12 */
#define PLL_F_LO 0xf9
#define PLL_F_HI 0xdc
#define PLL_XCI 0x8e
#define TGCTRL_PLL 0x08
#define PLL_GOOD 2		/* looks in a row */

const char *const bt8x8_standards[] = { "pal", "ntsc", NULL };

static const struct bt8x8_standard standards[] = {
	{ .iform = 0x3, .pll = 1, .lines = 576, .scaled_width = 924, .total_width = 1135,
	  .scaled_total_width = 1135, .hdelay = 186, .vdelay = 0x20, .total_lines = 625,
	  .rate_num = 25, .rate_den = 1 },
	{ .iform = 0x1, .pll = 0, .lines = 480, .scaled_width = 768, .total_width = 910,
	  .scaled_total_width = 910, .hdelay = 128, .vdelay = 0x1a, .total_lines = 525,
	  .rate_num = 30000, .rate_den = 1001 },
};

#define WIDTH_MIN 64		/* less does not fit in HSCALE */
#define WIDTH_MAX 768
#define HEIGHT_MIN 32
#define WOVEN_MIN 64		/* less does not fit in VSCALE */
#define IFORM_XT0 0x08

static __u32 width_step(const struct bt8x8_format *f)
{
	/* lines of whole words in every plane, wherever a page ends */
	return f->planes > 1 ? 16 : 4;
}

static __u32 height_step(const struct bt8x8_format *f)
{
	return f->yshift ? 4 : 2;
}

int bt8x8_format(const struct grabber *g, __u32 index, struct grabber_format *format)
{
	if (index >= FORMATS)
		return -EINVAL;
	format->fourcc = formats[index].fourcc;
	format->width_min = WIDTH_MIN;
	format->width_max = WIDTH_MAX;
	format->width_step = width_step(&formats[index]);
	format->height_min = HEIGHT_MIN;
	format->height_max = bt8x8_const(g)->standard->lines;
	format->height_step = height_step(&formats[index]);
	return 0;
}

static const struct bt8x8_format *find_format(__u32 fourcc)
{
	__u32 i;

	for (i = 0; i < FORMATS; i++)
		if (formats[i].fourcc == fourcc)
			return &formats[i];
	return &formats[0];
}

static __u32 between(__u32 value, __u32 min, __u32 max, __u32 step)
{
	if (value < min)
		value = min;
	if (value > max)
		value = max;
	return value - value % step;
}

static void settle_field(struct grabber_mode *mode, __u32 lines)
{
	if (mode->field > GRABBER_FIELD_BOTTOM)
		mode->field = GRABBER_FIELD_ANY;
	if (mode->field == GRABBER_FIELD_ANY)
		mode->field = mode->height > lines / 2 ? GRABBER_FIELD_WOVEN : GRABBER_FIELD_TOP;
	if (mode->field == GRABBER_FIELD_WOVEN && mode->height < WOVEN_MIN)
		mode->height = WOVEN_MIN;
	if (mode->field != GRABBER_FIELD_WOVEN && mode->height > lines / 2)
		mode->height = lines / 2;
}

void bt8x8_try_mode(const struct grabber *g, struct grabber_mode *mode)
{
	const struct bt8x8_standard *standard = bt8x8_const(g)->standard;
	const struct bt8x8_format *f = find_format(mode->fourcc ? mode->fourcc : g->mode.fourcc);
	__u32 i, at = 0;

	mode->fourcc = f->fourcc;
	mode->width = between(mode->width ? mode->width : g->mode.width, WIDTH_MIN, WIDTH_MAX,
			      width_step(f));
	mode->height = between(mode->height ? mode->height : g->mode.height, HEIGHT_MIN,
			       standard->lines, height_step(f));
	settle_field(mode, standard->lines);
	mode->planes = f->planes;
	for (i = 0; i < GRABBER_PLANES_MAX; i++) {
		mode->stride[i] = i < f->planes ? mode->width * f->bits / 8 >> (i ? f->xshift : 0) : 0;
		mode->lines[i] = i < f->planes ? mode->height >> (i ? f->yshift : 0) : 0;
		mode->offset[i] = i < f->planes ? at : 0;
		at += mode->stride[i] * mode->lines[i];
	}
	mode->bytes = at;
	mode->align = f->planes > 1 ? 16 : 4;
	mode->split = f->planes == 1;
	mode->passes = mode->field == GRABBER_FIELD_WOVEN && mode->split ? 2 : 1;
	mode->rate_num = standard->rate_num;
	mode->rate_den = standard->rate_den;
}

/* ---- geometry ---- */

struct geometry {
	__u32 hscale, vscale, hdelay;
};

static void geometry(const struct bt8x8_standard *s, const struct grabber_mode *mode,
		     struct geometry *geo)
{
	const __u32 woven = mode->field == GRABBER_FIELD_WOVEN;
	const __u32 scaled = mode->width * s->scaled_total_width / s->scaled_width;
	const __u32 ratio = (woven ? s->lines : s->lines / 2) * 512 / mode->height - 512;

	geo->hscale = s->total_width * 4096 / scaled - 4096;
	geo->vscale = ((0x10000 - ratio) & 0x1fff) | (woven ? 0x2000 : 0);
	geo->hdelay = s->hdelay * mode->width / s->scaled_width & 0x3fe;
}

static void write_field(struct bt8x8 *b, const struct geometry *geo, __u32 at)
{
	const struct bt8x8_standard *s = b->standard;
	struct grabber *g = &b->g;
	const __u32 width = g->mode.width;

	grabber_write(g, BT_CROP + at, (width >> 8 & 0x03) | (geo->hdelay >> 6 & 0x0c) |
		      (s->lines >> 4 & 0x30) | (s->vdelay >> 2 & 0xc0));
	grabber_write(g, BT_VDELAY_LO + at, s->vdelay & 0xff);
	grabber_write(g, BT_VACTIVE_LO + at, s->lines & 0xff);
	grabber_write(g, BT_HDELAY_LO + at, geo->hdelay & 0xff);
	grabber_write(g, BT_HACTIVE_LO + at, width & 0xff);
	grabber_write(g, BT_HSCALE_HI + at, geo->hscale >> 8);
	grabber_write(g, BT_HSCALE_LO + at, geo->hscale & 0xff);
	grabber_write(g, BT_VSCALE_HI + at, geo->vscale >> 8);
	grabber_write(g, BT_VSCALE_LO + at, geo->vscale & 0xff);
	grabber_write(g, BT_VTC + at, 0);
}

static void write_standard(struct bt8x8 *b)
{
	/* MUX0 to MUX3 as IFORM has them */
	static const __u8 mux[] = { 2, 3, 1, 0 };
	const struct bt8x8_standard *s = b->standard;
	struct grabber *g = &b->g;

	grabber_write(g, BT_IFORM, (__u32)mux[b->input] << 5 | IFORM_XT0 | s->iform);
	grabber_write(g, BT_VTOTAL_LO, s->total_lines & 0xff);
	grabber_write(g, BT_VTOTAL_HI, s->total_lines >> 8);
	grabber_write(g, BT_TGCTRL, 0);
	b->pll_good = 0;
	if (!s->pll) {
		grabber_write(g, BT_PLL_XCI, 0);
		return;
	}
	grabber_write(g, BT_PLL_F_LO, PLL_F_LO);
	grabber_write(g, BT_PLL_F_HI, PLL_F_HI);
	grabber_write(g, BT_PLL_XCI, PLL_XCI);
	grabber_write(g, BT_DSTATUS, 0);
}

int bt8x8_ready(struct grabber *g)
{
	struct bt8x8 *b = bt8x8_of(g);

	if (!b->standard->pll || b->pll_good == PLL_GOOD)
		return 0;
	if (grabber_read(g, BT_DSTATUS) & BT_DSTATUS_PLOCK) {
		grabber_write(g, BT_DSTATUS, 0);
		b->pll_good = 0;
	} else if (++b->pll_good == PLL_GOOD) {
		grabber_write(g, BT_TGCTRL, TGCTRL_PLL);
		return 0;
	}
	return -EAGAIN;
}

void bt8x8_set_mode(struct grabber *g, const struct grabber_mode *mode)
{
	struct bt8x8 *b = bt8x8_of(g);
	struct geometry geo;

	g->mode = *mode;
	bt8x8_try_mode(g, &g->mode);
	b->format = find_format(g->mode.fourcc);
	geometry(b->standard, &g->mode, &geo);
	write_field(b, &geo, 0);
	write_field(b, &geo, BT_ODD);
	grabber_write(g, BT_TDEC, 0);
	grabber_write(g, BT_COLOR_FMT, b->format->code << 4 | b->format->code);
	/* 0x10: no gamma correction */
	grabber_write(g, BT_COLOR_CTL, 0x10 | b->format->swap);
}

int bt8x8_set_standard(struct grabber *g, __s32 standard)
{
	struct bt8x8 *b = bt8x8_of(g);
	struct grabber_mode mode = g->mode;

	if (standard < -1 || standard > 1)
		return -EINVAL;
	if (standard < 0)
		standard = grabber_read(g, BT_DSTATUS) & BT_DSTATUS_NUML ? 0 : 1;
	b->standard = &standards[standard];
	write_standard(b);
	bt8x8_set_mode(g, &mode);
	return 0;
}

/* ---- inputs ---- */

#define INPUTS 4

int bt8x8_input(struct grabber *g, __u32 index, struct grabber_input *input)
{
	static const char *const names[INPUTS] = { "MUX0", "MUX1", "MUX2", "MUX3" };
	const struct bt8x8 *b = bt8x8_of(g);

	if (index >= INPUTS)
		return -EINVAL;
	input->name = names[index];
	input->selected = b->input == index;
	/* only the one in use can be looked at */
	input->signal = !input->selected || grabber_read(g, BT_DSTATUS) & BT_DSTATUS_PRES;
	return 0;
}

int bt8x8_set_input(struct grabber *g, __u32 index)
{
	struct bt8x8 *b = bt8x8_of(g);

	if (index >= INPUTS)
		return -EINVAL;
	b->input = index;
	write_standard(b);
	return 0;
}

/* ---- controls ---- */

enum { BRIGHTNESS, CONTRAST, SATURATION, HUE, CONTROLS };

static const struct grabber_control controls[CONTROLS] = {
	{ "brightness", "Brightness", -128, 127, 1, 0 },
	{ "contrast", "Contrast", 0, 511, 1, 216 },
	{ "saturation", "Saturation", 0, 511, 1, 254 },
	{ "hue", "Hue", -128, 127, 1, 0 },
};

int bt8x8_control(const struct grabber *g, __u32 index, struct grabber_control *control)
{
	(void)g;
	if (index >= CONTROLS)
		return -EINVAL;
	*control = controls[index];
	return 0;
}

int bt8x8_get_control(struct grabber *g, __u32 index, __s32 *value)
{
	if (index >= CONTROLS)
		return -EINVAL;
	*value = bt8x8_of(g)->control[index];
	return 0;
}

/* V's factor is to U's as the data sheet has them for a normal picture: 180 to 254. */
static void write_controls(struct bt8x8 *b)
{
	const __u32 contrast = (__u32)b->control[CONTRAST], u = (__u32)b->control[SATURATION];
	const __u32 v = u * 180 / 254;
	const __u32 high = 0x20 | (contrast >> 8) << 2 | (u >> 8) << 1 | v >> 8;
	struct grabber *g = &b->g;

	grabber_write(g, BT_BRIGHT, (__u32)b->control[BRIGHTNESS] & 0xff);
	grabber_write(g, BT_CONTRAST_LO, contrast & 0xff);
	grabber_write(g, BT_SAT_U_LO, u & 0xff);
	grabber_write(g, BT_SAT_V_LO, v & 0xff);
	grabber_write(g, BT_HUE, (__u32)b->control[HUE] & 0xff);
	grabber_write(g, BT_CONTROL, high);
	grabber_write(g, BT_CONTROL + BT_ODD, high);
}

int bt8x8_set_control(struct grabber *g, __u32 index, __s32 value)
{
	struct bt8x8 *b = bt8x8_of(g);

	if (index >= CONTROLS || value < controls[index].min || value > controls[index].max)
		return -EINVAL;
	b->control[index] = value;
	write_controls(b);
	return 0;
}

void bt8x8_reset_mode(struct grabber *g)
{
	const struct grabber_mode mode = { .width = 640, .height = 480 };
	struct bt8x8 *b = bt8x8_of(g);
	__u32 i;

	/* its first bit must be set; automatic gain */
	grabber_write(g, BT_ADC, 0x80);
	for (i = 0; i < CONTROLS; i++)
		b->control[i] = controls[i].def;
	write_controls(b);
	b->input = 0;
	b->g.mode = mode;
	b->standard = &standards[0];
	bt8x8_try_mode(g, &b->g.mode);
	bt8x8_set_standard(g, -1);
}

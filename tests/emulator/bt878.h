/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A model of the video function of the Bt878 (Fusion 878A), a frame
 * grabber of 1998 that Linux drives with bttv.
 *
 * It has the registers that concern capture, the RISC engine with all its
 * instructions, and a camera whose every byte is computed (bt878_pattern.h).
 * From the data sheets: Fusion 878A 100600B, Bt848A L848A_A.
 *
 * The beam.  Fields follow each other, odd (top) and even (bottom).  What the
 * chip's FIFO holds of one field is, in this order: how the field before ended
 * (VRE or VRO), then for the vertical blanking interval and for the picture,
 * as far as CAP_CTL has them captured: the mode (FM1, FM3) and the lines.
 * Geometry and colour format are looked at when a field begins.
 *
 * Pacing by handshake, the default: the beam waits for the driver.  After an
 * interrupt that INT_MASK lets through, no instruction is executed and no
 * field begins until the driver has read an INT_STAT without a bit that
 * interrupts, which is how a handler ends, or has masked or cleared the reason
 * before any handler saw it.  So nothing depends on the speed of
 * the machine.  A driver that never does so is waited for for some seconds
 * (command "patience").
 *
 * A driver that changes a program under the engine relies on the chip being
 * faster than its handler: bttv takes the jump behind a buffer's last one for
 * executed when it is told of the buffer.  For it the beam alone waits ("pace
 * beam"): the engine goes on until it needs the next field, and only then is the
 * interrupt told.  In real time ("pace real") the beam runs on, too, and what
 * nobody fetched in time is lost, as in the chip.
 *
 * In a test's own process:
 *
 *	struct model *model = bt878_model.open(&bus);
 *	model->ops->write(model, 0, offset, 4, value) ...
 *	for (now = 0; !done; now = next) {
 *		next = model->ops->tick(model, now);
 *		if (line is up)
 *			the driver's interrupt handler, then next = now;
 *	}
 */
#ifndef EMULATOR_BT878_H
#define EMULATOR_BT878_H

#include "model.h"

extern const struct model_ops bt878_model, bt878_msi_model;

#endif /* EMULATOR_BT878_H */

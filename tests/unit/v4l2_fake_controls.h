/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The controls of the fake device: the answers to V4L2's requests, 0 or an errno. */
#ifndef V4L2_FAKE_CONTROLS_H
#define V4L2_FAKE_CONTROLS_H

#include <linux/videodev2.h>
#include <stdbool.h>

int fake_query_control(struct v4l2_query_ext_ctrl *q);
int fake_query_menu(struct v4l2_querymenu *m);
int fake_exchange_control(struct v4l2_ext_controls *all, bool set);

#endif /* V4L2_FAKE_CONTROLS_H */

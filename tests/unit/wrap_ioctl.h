/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel of the test's own behind ioctl(2): for programs that are linked with --wrap=ioctl. */
#ifndef WRAP_IOCTL_H
#define WRAP_IOCTL_H

/* The test's: what ioctl(2) is to return; it sets errno as that does. */
int answer_ioctl(int fd, unsigned long request, void *arg);

#endif /* WRAP_IOCTL_H */

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Completion files for shells, written from the table of options. */
#ifndef GRAB_COMPLETE_H
#define GRAB_COMPLETE_H

#include <stdio.h>

/**
 * complete_print - the completion file of a shell
 * @shell:	"bash" or "zsh"
 *
 * Return: 0, or -EINVAL with words for another shell.
 */
int complete_print(const char *shell, FILE *out);

#endif /* GRAB_COMPLETE_H */

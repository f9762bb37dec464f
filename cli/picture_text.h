/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What picture files tell about a frame in words, as any file format takes them. */
#ifndef GRAB_PICTURE_TEXT_H
#define GRAB_PICTURE_TEXT_H

#include <time.h>

#include "encode.h"

#define PICTURE_TEXT_MAX 256

/* ASCII without control characters; what is something else becomes "?". */
void picture_text_plain(char out[PICTURE_TEXT_MAX], const char *text);

/* The program: as the options say, else "grab VERSION". */
void picture_text_software(char out[PICTURE_TEXT_MAX], const struct encode_options *options);

/* The device's URI, or "". */
void picture_text_source(char out[PICTURE_TEXT_MAX], const struct encode_options *options);

/**
 * picture_text_time - when it was captured, "2026-01-02T03:04:05.123456789Z"
 * @tm:	the same, to the second
 *
 * Return: false: not known, or no year of four digits; @out is "".
 */
bool picture_text_time(char out[PICTURE_TEXT_MAX], const struct picture *picture, struct tm *tm);

#endif /* GRAB_PICTURE_TEXT_H */

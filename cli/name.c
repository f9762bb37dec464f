/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Taking file name templates apart. */
#include <string.h>

#include "name.h"
#include "words.h"

#define WIDTH_MAX 20	/* digits of the largest 64-bit number */

/* strftime conversions that make one clean piece of text; %f is ours */
static const char time_letters[] = "aAbBCdeFfgGHIjklmMpPsSTuUVwWyYzZ";

/* what is known while a template is read */
struct reading {
	struct name *name;
	const char *start, *at;
};

static int bad(const struct reading *r, const char *at, const char *what)
{
	return say_why(-EINVAL, "\"%s\": %s at position %zu; \"%%%%\" is a percent sign, and \"--no-template\" takes a name as it is",
		       r->start, what, (size_t)(at - r->start) + 1);
}

static int too_long(const struct reading *r)
{
	return say_why(-ENAMETOOLONG, "a file name template of more than %d pieces or %d bytes: \"%.60s...\"",
		       NAME_PIECES_MAX, PATH_MAX - 1, r->start);
}

static int add_piece(struct reading *r, enum name_kind kind, unsigned int width, bool zeros)
{
	struct name *name = r->name;

	if (name->count == NAME_PIECES_MAX)
		return too_long(r);
	name->piece[name->count++] = (struct name_piece){
		.kind = (uint8_t)kind, .zeros = zeros, .width = (uint16_t)width,
		.at = (uint16_t)name->used,
	};
	return 0;
}

/* Plain text joins the piece before it where that is text too. */
static int add_text(struct reading *r, char c)
{
	struct name *name = r->name;
	int err;

	if (name->used + 1 >= sizeof(name->text))
		return too_long(r);
	if (!name->count || name->piece[name->count - 1].kind != NAME_TEXT) {
		err = add_piece(r, NAME_TEXT, 0, false);
		if (err)
			return err;
	}
	name->text[name->used++] = c;
	name->piece[name->count - 1].length++;
	return 0;
}

/* At "%{": text and conversions up to "}". */
static int read_time(struct reading *r)
{
	const char *open = r->at;
	int err;

	for (r->at += 2; *r->at != '}'; r->at++) {
		if (!*r->at)
			return bad(r, open, "\"%{\" without \"}\"");
		if (*r->at != '%') {
			err = add_text(r, *r->at);
		} else if (r->at[1] == '%') {
			err = add_text(r, *++r->at);
		} else if (r->at[1] && strchr(time_letters, r->at[1])) {
			err = add_piece(r, NAME_TIME, (unsigned char)*++r->at, false);
		} else {
			return bad(r, r->at, "an unknown conversion of the capture time");
		}
		if (err)
			return err;
	}
	r->at++;
	return 0;
}

/* At "%": everything but "%{". */
static int read_percent(struct reading *r)
{
	static const struct {
		char letter;
		enum name_kind kind;
	} simple[] = {
		{ 'd', NAME_INDEX }, { 'q', NAME_SEQUENCE }, { 'n', NAME_TIME_NS },
		{ 'i', NAME_CAMERA }, { 's', NAME_SERIAL },
	};
	const char *at = r->at + 1;
	unsigned int width = 0;
	bool zeros;
	size_t i;

	if (*at == '{')
		return read_time(r);
	if (*at == '%') {
		r->at += 2;
		return add_text(r, '%');
	}
	zeros = *at == '0';
	for (; *at >= '0' && *at <= '9'; at++) {
		width = width * 10 + (unsigned int)(*at - '0');
		if (width > WIDTH_MAX)
			return bad(r, r->at, "a number of more than 20 digits");
	}
	if (at > r->at + 1 && (!width || *at != 'd'))
		return bad(r, r->at, "a width that no \"d\" follows");
	for (i = 0; i < sizeof(simple) / sizeof(simple[0]); i++)
		if (*at && *at == simple[i].letter) {
			r->at = at + 1;
			return add_piece(r, simple[i].kind, width, zeros);
		}
	return bad(r, r->at, *at ? "an unknown token" : "a lone \"%\"");
}

static int read_hashes(struct reading *r)
{
	size_t width = strspn(r->at, "#");

	if (width > WIDTH_MAX)
		return bad(r, r->at, "a run of more than 20 \"#\"");
	r->at += width;
	return add_piece(r, NAME_INDEX, width == 1 ? 6 : (unsigned int)width, true);
}

static int read_pieces(struct reading *r, bool literal)
{
	int err;

	while (*r->at) {
		if (!literal && *r->at == '%')
			err = read_percent(r);
		else if (!literal && *r->at == '#')
			err = read_hashes(r);
		else
			err = add_text(r, *r->at++);
		if (err)
			return err;
	}
	return 0;
}

int name_parse(struct name *name, const char *template, unsigned int flags)
{
	struct reading r = { .name = name, .start = template, .at = template };
	int err;

	memset(name, 0, sizeof(*name));
	name->local_time = flags & NAME_LOCAL_TIME;
	if (!*template)
		return say_why(-EINVAL, "an empty file name");
	err = read_pieces(&r, flags & NAME_LITERAL);
	if (err)
		return err;
	if (template[strlen(template) - 1] == '/')
		return say_why(-EINVAL, "\"%s\" names a folder; put a file name behind it", template);
	return 0;
}

bool name_has(const struct name *name, enum name_kind kind)
{
	unsigned int i;

	for (i = 0; i < name->count; i++)
		if (name->piece[i].kind == kind)
			return true;
	return false;
}

bool name_is_predictable(const struct name *name)
{
	return !name_has(name, NAME_SEQUENCE) && !name_has(name, NAME_TIME_NS) &&
	       !name_has(name, NAME_TIME);
}

/* ---- the ending --------------------------------------------------------- */

/* The last byte @c of a text piece; its length if there is none. */
static unsigned int last_of(const struct name *name, const struct name_piece *piece, char c)
{
	unsigned int i;

	for (i = piece->length; i > 0; i--)
		if (name->text[piece->at + i - 1] == c)
			return i - 1;
	return piece->length;
}

/*
 * Find the dot that begins the ending: the last one of the last component, but
 * not its first character.  Only in text: what tokens make is not looked at.
 */
static bool find_ending(const struct name *name, unsigned int *piece, unsigned int *dot)
{
	unsigned int i, slash, at;

	for (i = name->count; i > 0; i--) {
		const struct name_piece *p = &name->piece[i - 1];

		if (p->kind != NAME_TEXT)
			continue;
		slash = last_of(name, p, '/');
		at = last_of(name, p, '.');
		if (at < p->length && (slash == p->length || at > slash)) {
			/* ".hidden" has no ending */
			if (at ? slash == at - 1 : i == 1)
				return false;
			*piece = i - 1;
			*dot = at;
			return true;
		}
		if (slash < p->length)
			return false;
	}
	return false;
}

bool name_is_fixed(const struct name *name)
{
	for (unsigned int i = 0; i < name->count; i++)
		if (name->piece[i].kind != NAME_TEXT)
			return false;
	return true;
}

bool name_index_in_folder(const struct name *name)
{
	bool slash = false;
	unsigned int i;

	for (i = name->count; i > 0; i--) {
		const struct name_piece *p = &name->piece[i - 1];

		if (p->kind == NAME_INDEX && slash)
			return true;
		if (p->kind == NAME_TEXT && last_of(name, p, '/') < p->length)
			slash = true;
	}
	return false;
}

int name_number(struct name *name)
{
	unsigned int piece = name->count, dot = 0, tail = 0;
	struct name_piece *p;
	struct name made = *name;
	uint16_t used = (uint16_t)name->used;

	if (name->count + 3 > NAME_PIECES_MAX || name->used + 2 > sizeof(name->text))
		return say_why(-ENAMETOOLONG, "a file name template too long to put a number into");
	if (find_ending(name, &piece, &dot)) {
		made.piece[piece].length = (uint16_t)dot;
		tail = 1;
	}
	/* head | "-" | index | ending | the rest */
	p = &made.piece[piece + tail];
	made.text[made.used++] = '-';
	*p++ = (struct name_piece){ .kind = NAME_TEXT, .at = used, .length = 1 };
	*p++ = (struct name_piece){ .kind = NAME_INDEX, .at = used, .zeros = true, .width = 6 };
	if (tail) {
		*p++ = (struct name_piece){
			.kind = NAME_TEXT,
			.at = (uint16_t)(name->piece[piece].at + dot),
			.length = (uint16_t)(name->piece[piece].length - dot),
		};
		memcpy(p, &name->piece[piece + 1], (name->count - piece - 1) * sizeof(*p));
		p += name->count - piece - 1;
	}
	made.count = (unsigned int)(p - made.piece);
	*name = made;
	return 0;
}

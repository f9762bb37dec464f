/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "complete.h"

#include <string.h>

#include "option.h"
#include "words.h"

/* ---- what there is to choose from --------------------------------------- */

static void print_encoders(FILE *out)
{
	for (unsigned int i = 0; encoder_at(i); i++)
		fprintf(out, "%s%s", i ? " " : "", encoder_at(i)->name);
}

static void print_backends(FILE *out, const char *after)
{
	struct capture_backend_info info;

	for (unsigned int i = 0; capture_backend_at(i, &info); i++)
		fprintf(out, "%s%s%s", i ? " " : "", info.name, after);
}

static void print_pixel_formats(FILE *out)
{
	const struct capture_pixel_format *f;

	for (unsigned int i = 0; (f = capture_pixel_format_at(i)); i++)
		fprintf(out, "%s%s", i ? " " : "", f->name);
}

/* The words that an argument may be; nothing for files and free text. */
static void print_choices(const struct grab_option *option, FILE *out)
{
	switch (option->complete) {
	case COMPLETE_WORDS:
		fputs(option->words, out);
		break;
	case COMPLETE_ENCODER:
		print_encoders(out);
		break;
	case COMPLETE_BACKEND:
		print_backends(out, "");
		break;
	case COMPLETE_PIXEL_FORMAT:
		print_pixel_formats(out);
		break;
	case COMPLETE_NOTHING:
	case COMPLETE_FILE:
	case COMPLETE_DEVICE:
		break;
	}
}

/* An alias takes what the row before it takes. */
static const struct grab_option *row_of(const struct grab_option *option)
{
	return option->flags & ROW_ALIAS ? option - 1 : option;
}

/* ---- bash --------------------------------------------------------------- */

static void bash_pattern(const struct grab_option *option, FILE *out)
{
	const struct grab_option *o = option;

	fprintf(out, "\t");
	if (option->letter)
		fprintf(out, "-%c | ", option->letter);
	fprintf(out, "--%s", option->name);
	while ((++o)->name && o->flags & ROW_ALIAS)
		fprintf(out, " | --%s", o->name);
	fprintf(out, ")\n");
}

static void bash_argument(const struct grab_option *option, FILE *out)
{
	bash_pattern(option, out);
	switch (option->complete) {
	case COMPLETE_FILE:
		fputs("\t\tcompopt -o filenames\n"
		      "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n", out);
		break;
	case COMPLETE_DEVICE:
		fputs("\t\t# a colon is a word break of bash: what stands before it stays\n"
		      "\t\tmapfile -t COMPREPLY < <(compgen -W '", out);
		print_backends(out, ":");
		fputs("' -- \"$cur\"; compgen -f -X '!/dev/*' -- \"$cur\")\n"
		      "\t\tcompopt -o nospace\n"
		      "\t\tdeclare -F __ltrim_colon_completions >/dev/null &&\n"
		      "\t\t\t__ltrim_colon_completions \"$cur\"\n", out);
		break;
	case COMPLETE_NOTHING:
		fputs("\t\tCOMPREPLY=()\n", out);
		break;
	default:
		fputs("\t\tmapfile -t COMPREPLY < <(compgen -W '", out);
		print_choices(option, out);
		fputs("' -- \"$cur\")\n", out);
		break;
	}
	fputs("\t\treturn ;;\n", out);
}

static void print_bash(FILE *out)
{
	fputs("# bash completion for grab; written by: grab --completion bash\n\n"
	      "_grab()\n{\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n\n"
	      "\t# --name=value comes as three words\n"
	      "\tif [[ $cur == = ]]; then\n"
	      "\t\tcur=\n"
	      "\telif [[ $prev == = ]]; then\n"
	      "\t\tprev=${COMP_WORDS[COMP_CWORD - 2]}\n"
	      "\tfi\n"
	      "\tcase $prev in\n", out);
	for (const struct grab_option *o = option_table; o->name; o++)
		if (o->arg)
			bash_argument(o, out);
	fputs("\tesac\n"
	      "\tmapfile -t COMPREPLY < <(compgen -W '", out);
	for (const struct grab_option *o = option_table; o->name; o++) {
		fprintf(out, "%s--%s", o == option_table ? "" : " ", o->name);
		if (o->letter)
			fprintf(out, " -%c", o->letter);
	}
	fputs("' -- \"$cur\")\n"
	      "} &&\n"
	      "complete -F _grab grab\n", out);
}

/* ---- zsh ---------------------------------------------------------------- */

/* Inside of '...[...]': quotes, brackets and colons have meanings of their own. */
static void zsh_text(const char *text, FILE *out)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", out);
		else if (strchr("[]:\\", *text))
			fprintf(out, "\\%c", *text);
		else
			fputc(*text, out);
	}
}

static void zsh_action(const struct grab_option *option, FILE *out)
{
	fputc(':', out);
	zsh_text(option->arg, out);
	switch (option->complete) {
	case COMPLETE_FILE:
		fputs(":_files", out);
		break;
	case COMPLETE_DEVICE:
		fputs(":_alternative \"devices:device:_files -g /dev/\\*\" "
		      "\"backends:backend:compadd -S \\\"\\\" -- ", out);
		print_backends(out, "\\:");
		fputs("\"", out);
		break;
	case COMPLETE_NOTHING:
		fputs(": ", out);
		break;
	default:
		fputs(":(", out);
		print_choices(option, out);
		fputc(')', out);
		break;
	}
}

static void zsh_option(const struct grab_option *option, const char *spelling, FILE *out)
{
	const struct grab_option *row = row_of(option);

	fprintf(out, "\t'%s%s%s[", spelling, option->name && spelling[1] == '-' ? option->name : "",
		row->arg ? spelling[1] == '-' ? "=" : "+" : "");
	zsh_text(row->help, out);
	fputc(']', out);
	if (row->arg)
		zsh_action(row, out);
	fputs("' \\\n", out);
}

static void print_zsh(FILE *out)
{
	fputs("#compdef grab\n"
	      "# zsh completion for grab; written by: grab --completion zsh\n\n"
	      "_arguments -s \\\n", out);
	for (const struct grab_option *o = option_table; o->name; o++) {
		const char letter[] = { '-', (char)o->letter, '\0' };

		zsh_option(o, "--", out);
		if (o->letter)
			zsh_option(o, letter, out);
	}
	fputs("\t&& return\n", out);
}

int complete_print(const char *shell, FILE *out)
{
	if (!strcmp(shell, "bash"))
		print_bash(out);
	else if (!strcmp(shell, "zsh"))
		print_zsh(out);
	else
		return say_why(-EINVAL, "'%s' is not understood; write bash or zsh", shell);
	return 0;
}

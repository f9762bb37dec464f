/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command's encoders on frames from a file, without a device:
 *
 *	encode ENCODER PNG FOURCC WIDTH HEIGHT IN FOLDER
 *	encode ENCODER PNG FOURCC WIDTH HEIGHT IN - FRAMES
 *
 * PNG is what --png takes.  A file a frame in FOLDER, by outfile as the command
 * does it, in one thread.  Or no files, frames are in memory before, over and over
 * until there were so many, and how many bytes they would have is printed.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "encode.h"
#include "outfile.h"
#include "words.h"

static int fail_with(const char *what)
{
	fprintf(stderr, "encode: %s: %s\n", what, why());
	return 1;
}

static int write_frame(struct encode *e, const struct picture *picture, const char *path)
{
	const struct outfile_policy policy = { .overwrite = true };
	struct outfile file;

	if (outfile_open(&file, path, &policy))
		return fail_with(path);
	if (!encode_header(e, &file.out.sink) && !encode_frame(e, picture, &file.out.sink) &&
	    !encode_trailer(e, &file.out.sink))
		return outfile_commit(&file) ? fail_with(path) : 0;
	outfile_abort(&file);
	return fail_with(path);
}

/* As the device would: frame after frame into the same memory. */
static int encode_all(struct encode *e, struct picture *picture, uint8_t *memory, int in,
		      const char *folder)
{
	char path[4096];

	for (; read(in, memory, picture->size) == (ssize_t)picture->size; picture->index++) {
		snprintf(path, sizeof(path), "%s/x-%llu.%s", folder,
			 (unsigned long long)picture->index, e->encoder->name);
		if (write_frame(e, picture, path))
			return 1;
	}
	return 0;
}

/*
 * From the file as it is mapped, over and over until there were so many frames: what mapping
 * it costs is the same for few and for many.
 */
static int encode_mapped(struct encode *e, struct picture *picture, int in, uint64_t frames)
{
	const off_t length = lseek(in, 0, SEEK_END);
	const uint64_t there = (uint64_t)length / picture->size;
	struct sink_memory out;
	uint64_t bytes = 0;
	const uint8_t *all;
	int r = 0;

	all = mmap(NULL, (size_t)length, PROT_READ, MAP_SHARED | MAP_POPULATE, in, 0);
	if (all == MAP_FAILED)
		return fail_with("mmap");
	sink_memory_init(&out);
	for (; !r && there && picture->index < frames; picture->index++) {
		picture->data = all + picture->index % there * picture->size;
		sink_memory_rewind(&out);
		r = encode_frame(e, picture, &out.sink);
		bytes += out.length;
	}
	sink_memory_free(&out);
	if (r)
		return fail_with("memory");
	printf("%llu\n", (unsigned long long)bytes);
	return 0;
}

int main(int argc, char **argv)
{
	struct encode_options options = ENCODE_OPTIONS_INIT;
	struct capture_format format = { 0 };
	struct picture picture = { .format = &format, .utc_ns = INT64_MIN };
	struct encode *e;
	uint8_t *memory;
	const bool files = argc == 8;
	int in, status;

	if (argc < 8 || argc > 9 || strlen(argv[3]) != 4 || !encoder_find(argv[1])) {
		fprintf(stderr, "usage: encode ENCODER PNG FOURCC WIDTH HEIGHT IN {FOLDER | - FRAMES}\n");
		return 64;
	}
	format.fourcc = CAPTURE_FOURCC(argv[3][0], argv[3][1], argv[3][2], argv[3][3]);
	if (!strcmp(argv[3], "Y16B"))
		format.fourcc = CAPTURE_FOURCC('Y', '1', '6', ' ') | 1u << 31;
	format.width = (uint32_t)strtoul(argv[4], NULL, 10);
	format.height = (uint32_t)strtoul(argv[5], NULL, 10);
	in = open(argv[6], O_RDONLY | O_CLOEXEC);
	if (in < 0 || capture_format_layout(&format))
		return fail_with(argv[6]);
	picture.size = picture.bytes = format.size;
	memory = malloc(format.size);
	picture.data = memory;
	if (!memory || encode_parse_png(argv[2], &options) ||
	    encode_open(encoder_find(argv[1]), &format, &options, &e))
		return fail_with(argv[1]);
	if (files)
		status = encode_all(e, &picture, memory, in, argv[7]);
	else
		status = encode_mapped(e, &picture, in, strtoull(argv[8], NULL, 10));
	encode_close(e);
	free(memory);
	close(in);
	return status;
}

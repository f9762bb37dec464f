/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command's encoders on frames from a file, without a device:
 *
 *	encode ENCODER PNG FOURCC WIDTH HEIGHT IN FOLDER
 *	encode ENCODER PNG FOURCC WIDTH HEIGHT IN - FRAMES [THREADS {apart | together}]
 *
 * PNG is what --png takes.  A file a frame in FOLDER, by outfile as the command
 * does it, in one thread.  Or no files, frames are in memory before, over and over
 * until there were so many, and how many bytes they would have is printed; by
 * threads that have frames of their own, or all parts of one frame.
 */
#include <fcntl.h>
#include <pthread.h>
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

/* ---- without files ------------------------------------------------------ */

#define THREADS_MOST 64

/* What one thread does: frames of its own, or parts of those of the first. */
struct hand {
	struct encode *encode;
	struct picture picture;
	uint64_t step, frames;	/* each @step-th of so many, from picture.index on */
	uint64_t bytes;
	int err;
	pthread_t thread;
};

static struct {
	const uint8_t *frames;	/* mapped; over and over, so that mapping them costs few what it costs many */
	uint64_t count;
	struct hand hand[THREADS_MOST];
	unsigned int threads;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	unsigned int calls;	/* for help */
	bool done;
} memory_run = { .lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER };

static void *encode_frames(void *arg)
{
	struct hand *h = arg;
	struct sink_memory out;

	sink_memory_init(&out);
	for (; !h->err && h->picture.index < h->frames; h->picture.index += h->step) {
		h->picture.data = memory_run.frames + h->picture.index % memory_run.count * h->picture.size;
		sink_memory_rewind(&out);
		h->err = encode_frame(h->encode, &h->picture, &out.sink);
		h->bytes += out.length;
	}
	sink_memory_free(&out);
	return NULL;
}

static void call(const struct encode_helpers *helpers)
{
	pthread_mutex_lock(&memory_run.lock);
	memory_run.calls++;
	pthread_cond_broadcast(&memory_run.wake);
	pthread_mutex_unlock(&memory_run.lock);
}

static void *lend_a_hand(void *arg)
{
	const struct hand *h = arg;
	unsigned int heard = 0;

	pthread_mutex_lock(&memory_run.lock);
	while (!memory_run.done) {
		if (heard == memory_run.calls) {
			pthread_cond_wait(&memory_run.wake, &memory_run.lock);
			continue;
		}
		heard = memory_run.calls;
		pthread_mutex_unlock(&memory_run.lock);
		encode_assist(h->encode, memory_run.hand[0].encode);
		pthread_mutex_lock(&memory_run.lock);
	}
	pthread_mutex_unlock(&memory_run.lock);
	return NULL;
}

/* Thread 0 is this one. */
static int run_threads(bool together)
{
	static const struct encode_helpers helpers = { call };
	unsigned int i;

	if (together && memory_run.threads > 1)
		encode_set_helpers(memory_run.hand[0].encode, &helpers);
	for (i = 1; i < memory_run.threads; i++)
		if (pthread_create(&memory_run.hand[i].thread, NULL, together ? lend_a_hand : encode_frames,
				   &memory_run.hand[i]))
			return fail_with("pthread_create");
	encode_frames(&memory_run.hand[0]);
	pthread_mutex_lock(&memory_run.lock);
	memory_run.done = true;
	pthread_cond_broadcast(&memory_run.wake);
	pthread_mutex_unlock(&memory_run.lock);
	for (i = 1; i < memory_run.threads; i++)
		pthread_join(memory_run.hand[i].thread, NULL);
	return 0;
}

static int encode_mapped(const struct picture *picture, const struct encoder *encoder,
			 const struct encode_options *options, int in, uint64_t frames, bool together)
{
	const off_t length = lseek(in, 0, SEEK_END);
	uint64_t bytes = 0;
	unsigned int i;
	int err = 0;

	memory_run.frames = mmap(NULL, (size_t)length, PROT_READ, MAP_SHARED | MAP_POPULATE, in, 0);
	memory_run.count = (uint64_t)length / picture->size;
	if (memory_run.frames == MAP_FAILED || !memory_run.count)
		return fail_with("mmap");
	for (i = 0; i < memory_run.threads; i++) {
		struct hand *h = &memory_run.hand[i];

		*h = (struct hand){ .picture = *picture, .step = together ? 1 : memory_run.threads,
				    .frames = frames };
		h->picture.index = i;
		if (encode_open(encoder, picture->format, options, &h->encode))
			return fail_with("memory");
	}
	if (run_threads(together))
		return 1;
	for (i = 0; i < memory_run.threads; i++) {
		bytes += memory_run.hand[i].bytes;
		err |= memory_run.hand[i].err;
		encode_close(memory_run.hand[i].encode);
	}
	if (err)
		return fail_with("memory");
	printf("%llu\n", (unsigned long long)bytes);
	return 0;
}

/* ---- with files ------------------------------------------------------- */

static int in_files(const struct picture *picture, const struct encoder *encoder,
		    const struct encode_options *options, int in, const char *folder)
{
	struct picture p = *picture;
	uint8_t *memory = malloc(p.size);
	struct encode *e;
	int status;

	p.data = memory;
	if (!memory || encode_open(encoder, p.format, options, &e))
		return fail_with(encoder->name);
	status = encode_all(e, &p, memory, in, folder);
	encode_close(e);
	free(memory);
	return status;
}

static int usage(void)
{
	fprintf(stderr, "usage: encode ENCODER PNG FOURCC WIDTH HEIGHT IN {FOLDER | - FRAMES [THREADS {apart | together}]}\n");
	return 64;
}

int main(int argc, char **argv)
{
	struct encode_options options = ENCODE_OPTIONS_INIT;
	struct capture_format format = { 0 };
	struct picture picture = { .format = &format, .utc_ns = INT64_MIN };
	const struct encoder *encoder;
	int in, status;

	if (argc < 8 || argc > 11 || argc == 10 || strlen(argv[3]) != 4)
		return usage();
	memory_run.threads = argc > 9 ? (unsigned int)strtoul(argv[9], NULL, 10) : 1;
	encoder = encoder_find(argv[1]);
	if (!encoder || !memory_run.threads || memory_run.threads > THREADS_MOST)
		return usage();
	format.fourcc = CAPTURE_FOURCC(argv[3][0], argv[3][1], argv[3][2], argv[3][3]);
	if (!strcmp(argv[3], "Y16B"))
		format.fourcc = CAPTURE_FOURCC('Y', '1', '6', ' ') | 1u << 31;
	format.width = (uint32_t)strtoul(argv[4], NULL, 10);
	format.height = (uint32_t)strtoul(argv[5], NULL, 10);
	in = open(argv[6], O_RDONLY | O_CLOEXEC);
	if (in < 0 || capture_format_layout(&format) || encode_parse_png(argv[2], &options))
		return fail_with(argv[6]);
	picture.size = picture.bytes = format.size;
	if (argc == 8)
		status = in_files(&picture, encoder, &options, in, argv[7]);
	else
		status = encode_mapped(&picture, encoder, &options, in, strtoull(argv[8], NULL, 10),
				       argc > 9 && !strcmp(argv[10], "together"));
	close(in);
	return status;
}

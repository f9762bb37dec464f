/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * udma_fuzz NODE ROUNDS SEED: every ioctl with lies in every field, in any order,
 * by two threads on two descriptors.  It passes when it ends: the kernel must
 * neither hang nor complain, and nothing may stay pinned.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "udma.h"

#define MEMORY (4u << 20)
#define FDS 2

static const char *path;
static int fds[FDS];
static uint8_t *memory;
static unsigned int rounds;

struct thread {
	pthread_t id;
	struct random_data random;
	char state[64];
	unsigned long taken;	/* requests that succeeded */
};

static uint32_t pick(struct thread *t)
{
	int32_t high, low;

	random_r(&t->random, &high);
	random_r(&t->random, &low);
	return (uint32_t)high << 16 ^ (uint32_t)low;
}

static uint64_t odd_number(struct thread *t)
{
	static const uint64_t odd[] = {
		0, 1, 2, 4095, 4096, 65536, 1 << 20, 64 << 20, UINT32_MAX, 1ull << 32, 1ull << 47,
		INT64_MAX, 1ull << 63, UINT64_MAX, UINT64_MAX - 4095,
	};

	switch (pick(t) % 4) {
	case 0:
		return pick(t) % 20;
	case 1:
		return (uint64_t)pick(t) << 32 | pick(t);
	default:
		return odd[pick(t) % (sizeof(odd) / sizeof(odd[0]))];
	}
}

/* A place in the memory, mostly; the kernel's, nowhere, across an end at times. */
static uint64_t address(struct thread *t)
{
	switch (pick(t) % 8) {
	case 0:
		return odd_number(t);
	case 1:
		return 0xffff888000000000ull + pick(t);
	case 2:
		return (uintptr_t)memory + MEMORY - pick(t) % 8192;
	default:
		return (uintptr_t)memory + pick(t) % MEMORY;
	}
}

static unsigned long make(struct thread *t, uint64_t *words)
{
	static const unsigned long requests[] = {
		UDMA_IOC_INFO, UDMA_IOC_ENUM_FORMAT, UDMA_IOC_GET_FORMAT, UDMA_IOC_SET_FORMAT,
		UDMA_IOC_TRY_FORMAT, UDMA_IOC_SETUP, UDMA_IOC_ATTACH, UDMA_IOC_ATTACH, UDMA_IOC_DETACH,
		UDMA_IOC_QUEUE, UDMA_IOC_QUEUE, UDMA_IOC_DEQUEUE, UDMA_IOC_START, UDMA_IOC_STOP,
		UDMA_IOC_LIMITS, UDMA_IOC_STATS,
	};
	unsigned long request = requests[pick(t) % (sizeof(requests) / sizeof(requests[0]))];
	struct udma_attach *attach = (struct udma_attach *)words;
	struct udma_handle *h = (struct udma_handle *)words;
	struct udma_format *f = (struct udma_format *)words;
	struct udma_setup *setup = (struct udma_setup *)words;

	switch (request) {
	case UDMA_IOC_ATTACH:
		attach->addr = address(t);
		attach->len = pick(t) % 3 ? pick(t) % (1 << 20) : odd_number(t);
		attach->flags = pick(t) % 8 ? pick(t) % 4 : pick(t);
		break;
	case UDMA_IOC_DETACH:
	case UDMA_IOC_QUEUE:
		h->handle = pick(t) % 8 ? pick(t) % 8 : pick(t);
		break;
	case UDMA_IOC_SET_FORMAT:
	case UDMA_IOC_TRY_FORMAT:
		f->width = pick(t) % 4 ? pick(t) % 200 : (uint32_t)odd_number(t);
		f->height = pick(t) % 4 ? pick(t) % 200 : (uint32_t)odd_number(t);
		f->planes = pick(t) % 4 ? 0 : pick(t) % 6;
		f->plane[0].stride = (uint32_t)odd_number(t) * (f->planes != 0);
		f->plane[0].lines = (uint32_t)odd_number(t) * (f->planes != 0);
		break;
	case UDMA_IOC_SETUP:
		setup->chunk = pick(t) % 2 ? 4096ull << pick(t) % 10 : odd_number(t);
		setup->window = pick(t) % 2 ? pick(t) % 5 : (uint32_t)odd_number(t);
		break;
	}
	/* and now and then a lie more */
	if (!(pick(t) % 16))
		words[pick(t) % 8] ^= odd_number(t);
	return request;
}

static void change_memory(struct thread *t)
{
	uint8_t *at = memory + (pick(t) % MEMORY & ~4095u);
	size_t len = 4096 * (1 + pick(t) % 16);

	if (at + len > memory + MEMORY)
		len = 4096;
	switch (pick(t) % 4) {
	case 0:
		mprotect(at, len, PROT_READ);
		break;
	case 1:
		madvise(at, len, MADV_DONTNEED);
		break;
	default:
		mmap(at, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	}
}

static void *fuzz(void *arg)
{
	struct thread *t = arg;
	uint64_t words[64];
	unsigned long request;
	unsigned int i;

	for (i = 0; i < rounds; i++) {
		memset(words, 0, sizeof(words));
		request = make(t, words);
		if (!ioctl(fds[pick(t) % FDS], request, pick(t) % 64 ? words : (void *)8))
			t->taken++;
		if (!(pick(t) % 16))
			change_memory(t);
		if (!(pick(t) % 256)) {
			int fd = open(path, O_RDWR | O_CLOEXEC), slot = pick(t) % FDS;

			/* in its place, so that the other thread always has a descriptor */
			if (fd >= 0) {
				dup2(fd, fds[slot]);
				close(fd);
			}
		}
	}
	return NULL;
}

int main(int argc, char **argv)
{
	struct thread thread[2] = { 0 };
	unsigned int seed, i;

	if (argc != 4) {
		fprintf(stderr, "usage: udma_fuzz NODE ROUNDS SEED\n");
		return 64;
	}
	path = argv[1];
	rounds = strtoul(argv[2], NULL, 0);
	seed = strtoul(argv[3], NULL, 0);
	memory = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (i = 0; i < FDS; i++)
		fds[i] = open(path, O_RDWR | O_CLOEXEC);
	if (memory == MAP_FAILED || fds[0] < 0 || fds[1] < 0) {
		perror(path);
		return 1;
	}
	for (i = 0; i < 2; i++) {
		initstate_r(seed + i, thread[i].state, sizeof(thread[i].state), &thread[i].random);
		pthread_create(&thread[i].id, NULL, fuzz, &thread[i]);
	}
	for (i = 0; i < 2; i++)
		pthread_join(thread[i].id, NULL);
	printf("%u rounds, seed %u: %lu and %lu requests were taken\n", rounds, seed,
	       thread[0].taken, thread[1].taken);
	return !thread[0].taken || !thread[1].taken;
}

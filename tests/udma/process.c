/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptors that are inherited, passed on, closed by another thread. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"
#include "guard.h"

static void wait_for(pid_t pid)
{
	int status;

	EXPECT(pid > 0 && waitpid(pid, &status, 0) == pid, "no child");
	EXPECT(WIFEXITED(status) && !WEXITSTATUS(status), "the child: status %#x", status);
}

/* All that touches memory is refused in another process. Returns what was wrong, 0: nothing. */
static int try_foreign(const struct device *d, uint32_t handle)
{
	struct udma_done done;
	uint32_t other;
	void *memory = mmap(NULL, d->format.size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (device_attach(d, memory, d->format.size, 0, &other) != -EPERM)
		return 2;
	if (device_queue(d, handle) != -EPERM)
		return 3;
	if (device_detach(d, handle) != -EPERM)
		return 4;
	if (device_dequeue(d, &done) != -EPERM)
		return 5;
	if (device_start(d) != -EPERM || device_stop(d) != -EPERM)
		return 6;
	return 0;
}

static void child_of_a_fork(void *arg)
{
	struct udma_done done;
	struct device d;
	struct buffer b;
	unsigned int i;
	pid_t pid;

	device_open(&d, 640, 480, 0);
	b = new_buffer(&d, 1, *(uint32_t *)arg);
	EXPECT(!device_start(&d), "START");
	for (i = 0; i < 3; i++) {
		EXPECT(!device_queue(&d, b.handle), "QUEUE");
		pid = fork();
		if (!pid) {
			memset(b.memory, 0x11, b.len);
			_exit(try_foreign(&d, b.handle));
		}
		done = must_dequeue(&d);
		must_be_right(&d, &done, b.memory);
		wait_for(pid);
		/* nor has the child's copy anything to do with the next frame */
		EXPECT(frame_damage(&d, &done, b.memory) < 0, "the frame changed afterwards");
	}
	/* a child that ends closes its descriptor, and that changes nothing */
	EXPECT(!device_queue(&d, b.handle), "QUEUE");
	done = must_dequeue(&d);
	must_be_right(&d, &done, b.memory);
	device_close(&d);
}

static void send_fd(int socket, int fd)
{
	char byte = 'x', control[CMSG_SPACE(sizeof(fd))] = { 0 };
	struct iovec iov = { &byte, 1 };
	struct msghdr m = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	EXPECT(sendmsg(socket, &m, 0) == 1, "sendmsg");
}

static int receive_fd(int socket)
{
	char byte, control[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { &byte, 1 };
	struct msghdr m = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
		.msg_controllen = sizeof(control),
	};
	int fd = -1;

	if (recvmsg(socket, &m, 0) == 1 && CMSG_FIRSTHDR(&m))
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(fd));
	return fd;
}

/* A descriptor in another process that was not a child when it was opened. */
static void passed_on(void *arg)
{
	struct udma_done done;
	struct device d, other;
	struct buffer b;
	int sockets[2];
	pid_t pid;

	EXPECT(!socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), "no sockets");
	pid = fork();
	if (!pid) {
		other.fd = receive_fd(sockets[1]);
		if (other.fd < 0 || device_call(&other, UDMA_IOC_GET_FORMAT, &other.format))
			_exit(1);
		_exit(try_foreign(&other, 1));
	}
	device_open(&d, 640, 480, 0);
	b = new_buffer(&d, 0, 0);
	EXPECT(!device_queue(&d, b.handle) && !device_start(&d), "START");
	send_fd(sockets[0], d.fd);
	done = must_dequeue(&d);
	must_be_right(&d, &done, b.memory);
	wait_for(pid);
	device_close(&d);
}

/* The owner ends while another process still has the descriptor. */
static void owner_ends(void *arg)
{
	struct pollfd p = { .events = POLLIN };
	struct udma_done done;
	struct device d;
	struct buffer b;
	int go[2];
	pid_t pid;
	char byte;

	device_open(&d, 640, 480, 0);
	EXPECT(!pipe(go), "no pipe");
	pid = fork();
	if (!pid) {
		b = new_buffer(&d, 0, *(uint32_t *)arg);
		if (device_queue(&d, b.handle) || device_start(&d))
			_exit(1);
		done = must_dequeue(&d);
		must_be_right(&d, &done, b.memory);
		if (device_queue(&d, b.handle))
			_exit(2);
		_exit(write(go[1], "x", 1) != 1);
	}
	EXPECT(read(go[0], &byte, 1) == 1, "the child said nothing");
	wait_for(pid);
	/* nobody's memory: frames fail, the descriptor is of no use but to be closed */
	p.fd = d.fd;
	EXPECT(poll(&p, 1, WAIT_MS * (int)tap_slow()) == 1, "the last frame did not end");
	EXPECT(device_dequeue(&d, &done) == -EPERM, "a frame of another process");
	device_close(&d);
	device_open(&d, 64, 48, 0);
	EXPECT(!stats_of(&d).pinned, "something is pinned still");
	device_close(&d);
}

static void *close_it(void *arg)
{
	struct device *d = arg;

	usleep(20000);
	close(d->fd);
	return NULL;
}

static void closed_by_a_thread(void *arg)
{
	struct pollfd p = { .events = POLLIN };
	pthread_t thread;
	struct device d;
	struct buffer b;
	unsigned int i;
	size_t len;

	for (i = 0; i < 10; i++) {
		device_open(&d, 640, 480, 0);
		b = new_buffer(&d, 0, 0);
		len = b.len;
		EXPECT(!device_queue(&d, b.handle) && !device_start(&d), "START");
		EXPECT(!pthread_create(&thread, NULL, close_it, &d), "no thread");
		p.fd = d.fd;
		poll(&p, 1, 1000);
		EXPECT(!pthread_join(thread, NULL), "no end");
		/* the last reference goes with the poll: from here on the memory is ours */
		guard_fill(b.memory, len);
		usleep(5000);
		EXPECT(guard_damage(b.memory, len) < 0, "written after close");
	}
}

static uint32_t keep = UDMA_ATTACH_KEEP, loose;

void process_cases(void)
{
	tap_run(child_of_a_fork, &loose, "process: fork");
	tap_run(child_of_a_fork, &keep, "process: fork, kept");
	tap_run(passed_on, NULL, "process: a descriptor that is passed on");
	tap_run(owner_ends, &loose, "process: the owner ends first");
	tap_run(owner_ends, &keep, "process: the owner ends first, kept");
	tap_run(closed_by_a_thread, NULL, "process: closed by another thread");
}

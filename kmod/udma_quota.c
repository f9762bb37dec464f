// SPDX-License-Identifier: GPL-2.0
/*
 * Who may have how much memory pinned.
 *
 * Three limits, and all must agree: one of the whole system that nobody
 * bypasses, one of a user, and RLIMIT_MEMLOCK, which CAP_IPC_LOCK bypasses.
 * Charges are made when memory is attached and not for every frame, so they may
 * take a lock; under it the sums are exact.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "udma_core.h"

static unsigned long max_pinned;
module_param(max_pinned, ulong, 0644);
MODULE_PARM_DESC(max_pinned,
		 "most bytes that all users together, root too, may have pinned; 0: a quarter of memory");

static unsigned long max_pinned_user;
module_param(max_pinned_user, ulong, 0644);
MODULE_PARM_DESC(max_pinned_user,
		 "most bytes that one user may have pinned; 0: half of max_pinned");

struct udma_user {
	struct list_head list;
	kuid_t uid;
	u64 used;
	unsigned int accounts;
};

static DEFINE_SPINLOCK(lock);
static LIST_HEAD(users);
static u64 used, peak, quarantined;

static u64 global_max(void)
{
	const u64 memory = (u64)totalram_pages() << PAGE_SHIFT, reserve = 1ull << 30;
	const u64 configured = READ_ONCE(max_pinned);

	if (configured)
		return configured;
	if (memory < 2 * reserve)
		return memory / 4;
	return min(memory / 4, memory - reserve);
}

static u64 user_max(void)
{
	const u64 configured = READ_ONCE(max_pinned_user);

	return configured ? configured : global_max() / 2;
}

static struct udma_user *user_of(kuid_t uid)
{
	struct udma_user *user;

	list_for_each_entry(user, &users, list)
		if (uid_eq(user->uid, uid))
			return user;
	return NULL;
}

/* For the calling process. */
int udma_account_open(struct udma_account *account)
{
	struct udma_user *fresh = kzalloc(sizeof(*fresh), GFP_KERNEL_ACCOUNT), *user;

	if (!fresh)
		return -ENOMEM;
	fresh->uid = current_uid();
	spin_lock(&lock);
	user = user_of(fresh->uid);
	if (!user) {
		user = fresh;
		fresh = NULL;
		list_add(&user->list, &users);
	}
	user->accounts++;
	spin_unlock(&lock);
	kfree(fresh);
	account->user = user;
	account->uid = get_uid(current_user());
	account->mm = current->mm;
	mmgrab(account->mm);
	return 0;
}

/* What is in quarantine stays charged for ever, with the user it belongs to. */
void udma_account_close(struct udma_account *account)
{
	struct udma_user *user = account->user;

	if (!user)
		return;
	udma_charge(account, 0);
	spin_lock(&lock);
	if (--user->accounts || user->used)
		user = NULL;
	else
		list_del(&user->list);
	spin_unlock(&lock);
	kfree(user);
	free_uid(account->uid);
	mmdrop(account->mm);
	account->user = NULL;
}

static int refuse(struct udma_account *account, u64 bytes, u32 limit, int err)
{
	account->refused_bytes = bytes;
	account->refused = limit;
	return err;
}

/* RLIMIT_MEMLOCK counts pages of a user in all of the kernel (io_uring, iommufd, ...). */
static bool charge_locked(struct user_struct *uid, u64 bytes)
{
	const unsigned long more = bytes >> PAGE_SHIFT, max = rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;
	long now = atomic_long_read(&uid->locked_vm);

	do {
		if (now + more > max)
			return false;
	} while (!atomic_long_try_cmpxchg(&uid->locked_vm, &now, now + more));
	return true;
}

static void give_back(struct udma_account *account, u64 bytes)
{
	const u64 locked = min(bytes, account->locked);

	spin_lock(&lock);
	used -= bytes;
	account->user->used -= bytes;
	spin_unlock(&lock);
	account->locked -= locked;
	atomic_long_sub(locked >> PAGE_SHIFT, &account->uid->locked_vm);
	atomic64_sub(bytes >> PAGE_SHIFT, &account->mm->pinned_vm);
	account->charged -= bytes;
}

int udma_charge(struct udma_account *account, u64 bytes)
{
	const bool exempt = rlimit(RLIMIT_MEMLOCK) == RLIM_INFINITY || capable(CAP_IPC_LOCK);
	u64 more;
	int err = 0;

	bytes = max(bytes, account->quarantined);
	if (bytes <= account->charged) {
		give_back(account, account->charged - bytes);
		return 0;
	}
	more = bytes - account->charged;
	if (!exempt && !charge_locked(account->uid, more))
		return refuse(account, more, UDMA_LIMIT_MEMLOCK, -ENOMEM);
	spin_lock(&lock);
	if (more > global_max() || used > global_max() - more)
		err = refuse(account, more, UDMA_LIMIT_GLOBAL, -ENOSPC);
	else if (more > user_max() || account->user->used > user_max() - more)
		err = refuse(account, more, UDMA_LIMIT_USER, -EDQUOT);
	if (!err) {
		used += more;
		peak = max(peak, used);
		account->user->used += more;
	}
	spin_unlock(&lock);
	if (err) {
		if (!exempt)
			atomic_long_sub(more >> PAGE_SHIFT, &account->uid->locked_vm);
		return err;
	}
	if (!exempt)
		account->locked += more;
	account->charged += more;
	atomic64_add(more >> PAGE_SHIFT, &account->mm->pinned_vm);
	return 0;
}

void udma_quarantine_bytes(struct udma_account *account, u64 bytes)
{
	account->quarantined += bytes;
	spin_lock(&lock);
	quarantined += bytes;
	spin_unlock(&lock);
}

/* @account may be one that was never opened: then of the calling process. */
void udma_limits(struct udma_account *account, struct udma_limits *limits)
{
	const unsigned long max = rlimit(RLIMIT_MEMLOCK);
	struct user_struct *uid = account->uid ? account->uid : current_user();
	struct udma_user *user;

	*limits = (struct udma_limits){
		.global_max = global_max(),
		.user_max = user_max(),
		.memlock_max = max == RLIM_INFINITY || capable(CAP_IPC_LOCK) ? U64_MAX : max,
		.memlock_used = (u64)atomic_long_read(&uid->locked_vm) << PAGE_SHIFT,
		.session_used = account->charged,
		.refused_bytes = account->refused_bytes,
		.refused = account->refused,
	};
	spin_lock(&lock);
	user = account->user ? account->user : user_of(current_uid());
	limits->global_used = used;
	limits->global_peak = peak;
	limits->user_used = user ? user->used : 0;
	limits->quarantined = quarantined;
	spin_unlock(&lock);
}

static int pinned_get(char *text, const struct kernel_param *kp)
{
	return sysfs_emit(text, "%llu\n", READ_ONCE(*(u64 *)kp->arg));
}

static const struct kernel_param_ops pinned_ops = { .get = pinned_get };
module_param_cb(pinned, &pinned_ops, &used, 0444);
MODULE_PARM_DESC(pinned, "bytes charged now, of all users (read-only)");
module_param_cb(pinned_peak, &pinned_ops, &peak, 0444);
MODULE_PARM_DESC(pinned_peak, "most bytes ever charged at once (read-only)");
module_param_cb(quarantined, &pinned_ops, &quarantined, 0444);
MODULE_PARM_DESC(quarantined, "bytes that a device may still write and that are never given back (read-only)");

#include "pool.h"

#include <immintrin.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#if defined(JGPT_OLD_GLIBC)
/* The versions of these symbols that every x86-64 glibc has, so that the library loads on systems older than the one
 * that built it. */
__asm__(".symver pthread_create, pthread_create@GLIBC_2.2.5");
__asm__(".symver pthread_join, pthread_join@GLIBC_2.2.5");
__asm__(".symver pthread_sigmask, pthread_sigmask@GLIBC_2.2.5");
#endif

/* A handshake between two cores costs 1 to 2 us: what one core reads in that time is not worth sharing. */
#define ALONE_BYTES (48 * 1024)

/* How long to spin before sleeping: longer than a sampler takes between two tokens, shorter than anybody would notice
 * in an idle process. A sleeping thread needs some 50 us to wake. */
#define SPIN_NANOS 200000

#define LINE 64

#define LEFT_MASK 0xffffffffu

struct pool {
  /* Written by the caller before it publishes a ticket; read only by whoever holds a claim. */
  pool_fn *fn;
  void *arg;
  int64_t tasks;

  _Alignas(LINE) _Atomic uint64_t ticket;  /* generation << 32 | tasks nobody has claimed */
  _Alignas(LINE) _Atomic uint32_t undone;  /* tasks not finished; a futex for the caller */
  _Atomic uint32_t caller_sleeps;
  _Alignas(LINE) _Atomic uint32_t epoch;   /* counts publications; a futex for the threads */
  _Atomic uint32_t sleepers;
  _Atomic bool ending;

  int threads;
  struct worker {
    pool *pool;
    int index;
    pthread_t id;
  } *workers;
};

static void futex_wait(_Atomic uint32_t *word, uint32_t seen) {
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
}

static void futex_wake(_Atomic uint32_t *word, int threads) {
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, threads, NULL, NULL, 0);
}

static int64_t nanos(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* Claims and does tasks until none is left. */
static void work(pool *p, int thread) {
  uint64_t t = atomic_load_explicit(&p->ticket, memory_order_acquire);
  for (;;) {
    uint32_t left = (uint32_t)(t & LEFT_MASK);
    if (left == 0) {
      return;
    }
    uint32_t count = left / (2 * (uint32_t)p->threads);
    if (count == 0) {
      count = 1;
    }
    if (!atomic_compare_exchange_weak_explicit(&p->ticket, &t, t - count, memory_order_acq_rel,
                                               memory_order_acquire)) {
      continue;
    }
    /* The claim keeps the loop from ending, and with it fn, arg and tasks from changing. */
    p->fn(p->arg, p->tasks - left, count, thread);
    if (atomic_fetch_sub_explicit(&p->undone, count, memory_order_seq_cst) == count &&
        atomic_load_explicit(&p->caller_sleeps, memory_order_seq_cst)) {
      futex_wake(&p->undone, 1);
    }
    t = atomic_load_explicit(&p->ticket, memory_order_acquire);
  }
}

/* Spins until there may be work; true if there is. */
static bool spin_for_work(pool *p, uint32_t seen) {
  int64_t deadline = 0;
  for (uint32_t i = 1;; i++) {
    if (atomic_load_explicit(&p->epoch, memory_order_acquire) != seen) {
      return true;
    }
    _mm_pause();
    if (i % 64 == 0) {
      int64_t now = nanos();
      if (deadline == 0) {
        deadline = now + SPIN_NANOS;
      } else if (now >= deadline) {
        return false;
      }
    }
  }
}

static void *worker_main(void *arg) {
  struct worker *w = arg;
  pool *p = w->pool;
  uint32_t seen = 0;
  while (!atomic_load_explicit(&p->ending, memory_order_acquire)) {
    uint32_t now = atomic_load_explicit(&p->epoch, memory_order_acquire);
    if (now != seen) {
      seen = now;
      work(p, w->index);
    } else if (!spin_for_work(p, seen)) {
      atomic_fetch_add_explicit(&p->sleepers, 1, memory_order_seq_cst);
      futex_wait(&p->epoch, seen); /* returns at once if epoch has moved on */
      atomic_fetch_sub_explicit(&p->sleepers, 1, memory_order_seq_cst);
    }
  }
  return NULL;
}

static void announce(pool *p) {
  atomic_fetch_add_explicit(&p->epoch, 1, memory_order_seq_cst);
  if (atomic_load_explicit(&p->sleepers, memory_order_seq_cst) != 0) {
    futex_wake(&p->epoch, INT_MAX);
  }
}

static void wait_until_done(pool *p) {
  int64_t deadline = 0;
  uint32_t undone;
  for (uint32_t i = 1; (undone = atomic_load_explicit(&p->undone, memory_order_acquire)) != 0; i++) {
    _mm_pause();
    if (i % 64 != 0) {
      continue;
    }
    int64_t now = nanos();
    if (deadline == 0) {
      deadline = now + SPIN_NANOS;
    } else if (now >= deadline) { /* a thread was interrupted in the middle of a task */
      atomic_store_explicit(&p->caller_sleeps, 1, memory_order_seq_cst);
      while ((undone = atomic_load_explicit(&p->undone, memory_order_seq_cst)) != 0) {
        futex_wait(&p->undone, undone);
      }
      atomic_store_explicit(&p->caller_sleeps, 0, memory_order_seq_cst);
    }
  }
}

void pool_run(pool *p, int64_t tasks, int64_t bytes, pool_fn *fn, void *arg) {
  if (tasks <= 0) {
    return;
  }
  if (tasks == 1 || p->threads == 1 || bytes < ALONE_BYTES || tasks > (int64_t)LEFT_MASK) {
    fn(arg, 0, tasks, 0);
    return;
  }
  p->fn = fn;
  p->arg = arg;
  p->tasks = tasks;
  atomic_store_explicit(&p->undone, (uint32_t)tasks, memory_order_relaxed);
  uint64_t generation = (atomic_load_explicit(&p->ticket, memory_order_relaxed) >> 32) + 1;
  atomic_store_explicit(&p->ticket, generation << 32 | (uint64_t)tasks, memory_order_release);
  announce(p);
  work(p, 0);
  wait_until_done(p);
}

int pool_threads(const pool *p) {
  return p->threads;
}

jgpt_status pool_create(int threads, pool **out) {
  size_t size = (sizeof(pool) + LINE - 1) / LINE * LINE;
  pool *p = aligned_alloc(LINE, size);
  struct worker *workers = calloc((size_t)threads, sizeof(struct worker));
  if (p == NULL || workers == NULL) {
    free(p);
    free(workers);
    return JGPT_NO_MEMORY;
  }
  *p = (pool){.threads = 1, .workers = workers};

  /* Signals are the host program's business. */
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  jgpt_status status = JGPT_OK;
  for (int i = 1; i < threads; i++) {
    workers[i] = (struct worker){.pool = p, .index = i};
    if (pthread_create(&workers[i].id, NULL, worker_main, &workers[i]) != 0) {
      status = JGPT_NO_THREADS;
      break;
    }
    p->threads = i + 1;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (status != JGPT_OK) {
    pool_destroy(p);
    return status;
  }
  *out = p;
  return JGPT_OK;
}

void pool_destroy(pool *p) {
  if (p == NULL) {
    return;
  }
  atomic_store_explicit(&p->ending, true, memory_order_seq_cst);
  announce(p);
  for (int i = 1; i < p->threads; i++) {
    pthread_join(p->workers[i].id, NULL);
  }
  free(p->workers);
  free(p);
}

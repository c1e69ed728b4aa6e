/*
 * A thread pool for many short parallel loops.
 *
 * A loop of `tasks` independent tasks is published as one 64-bit ticket (generation, tasks left); threads claim tasks
 * by compare-and-swap, the caller among them. The loop ends when all tasks are done, not when all threads have looked:
 * a thread that the system does not run at the moment delays nobody unless it holds a task. Claims shrink as the loop
 * nears its end, so that threads finish together even where one core is shared with another process.
 *
 * Threads without work spin for a short while (a decode loop brings the next one within microseconds), then sleep.
 */
#ifndef JGPT_POOL_H
#define JGPT_POOL_H

#include <stdint.h>

#include "jgpt_cpu.h"

typedef struct pool pool;

/* Does tasks first .. first + count - 1 as thread `thread` (0 = the caller of pool_run). */
typedef void pool_fn(void *arg, int64_t first, int64_t count, int thread);

jgpt_status pool_create(int threads, pool **out);
void pool_destroy(pool *p);
int pool_threads(const pool *p);

/*
 * Runs `fn` over `tasks` tasks and returns when all are done. `bytes` is about how much memory or how many quarter
 * FLOPs the loop touches: small ones run on the caller alone, since waking a second core costs more.
 */
void pool_run(pool *p, int64_t tasks, int64_t bytes, pool_fn *fn, void *arg);

#endif

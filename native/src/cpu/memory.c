#include "memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define HUGE ((size_t)2 << 20)
#define PAGE ((size_t)4096)
#define LINE ((size_t)64)

static size_t round_up(size_t size, size_t unit) {
  return (size + unit - 1) / unit * unit;
}

/* Maps HUGE more than needed and returns the ends, so that the start is aligned. */
static void *map_aligned(size_t size) {
  if (size > SIZE_MAX / 2) {
    return NULL;
  }
  size_t whole = size + HUGE;
  char *start = mmap(NULL, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) {
    return NULL;
  }
  char *aligned = (char *)round_up((uintptr_t)start, HUGE);
  size_t before = (size_t)(aligned - start);
  if (before > 0) {
    munmap(start, before);
  }
  if (whole - before > size) {
    munmap(aligned + size, whole - before - size);
  }
  madvise(aligned, size, MADV_HUGEPAGE); /* advice: small pages work too */
  return aligned;
}

bool block_allocate(block *b, size_t size) {
  *b = (block){0};
  bool mapped = size >= HUGE;
  size = round_up(size > 0 ? size : 1, mapped ? PAGE : LINE);
  void *data = mapped ? map_aligned(size) : aligned_alloc(LINE, size);
  if (data == NULL) {
    return false;
  }
  if (!mapped) {
    memset(data, 0, size);
  }
  *b = (block){data, size, mapped};
  return true;
}

void block_free(block *b) {
  if (b->mapped) {
    munmap(b->data, b->size);
  } else {
    free(b->data);
  }
  *b = (block){0};
}

bool block_grow(block *b, size_t size) {
  if (size <= b->size) {
    return true;
  }
  block larger;
  if (!block_allocate(&larger, size + size / 4)) {
    return false;
  }
  block_free(b);
  *b = larger;
  return true;
}

/* Memory for weights and working space. */
#ifndef JGPT_MEMORY_H
#define JGPT_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* A block that is at least 64-byte aligned and reads as zeros. */
typedef struct {
  void *data;
  size_t size;
  bool mapped;
} block;

/* From 2 MiB on 2 MiB aligned and in huge pages where the system gives them: streaming 500 MB through 4 KiB pages costs
 * 120,000 page walks. False if there is no memory. */
bool block_allocate(block *b, size_t size);

void block_free(block *b);

/* Makes the block at least `size` bytes; the contents are lost if it has to move. */
bool block_grow(block *b, size_t size);

#endif

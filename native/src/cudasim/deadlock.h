// Findings about threads that will never go on.
#pragma once

#include "finding.h"

namespace cudasim {

struct Block;
struct Executor;

// No thread of the block can run.
Finding deadlock(const Block& block);
// Every thread that could run looks at memory again and again, and nothing changes.
Finding endless_polling(const Executor& executor);

}  // namespace cudasim

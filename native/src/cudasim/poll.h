// Waiting for memory to change.
#pragma once

#include <cstddef>
#include <cstdint>

namespace cudasim {

struct Thread;

// After a look at memory that found `value`: if this thread found the same there before, it lets the others run.
// True: look again.
bool looked(Thread& thread, const void* at, std::uint64_t value);

// A volatile load counts as an atomic one without order; loops that wait are often made of them.
void volatile_read(const void* at, std::size_t bytes, const void* pc);

}  // namespace cudasim

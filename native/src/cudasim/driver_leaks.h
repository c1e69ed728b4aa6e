// What a program left behind.
#pragma once

#include "driver_objects.h"

namespace cudasim::driver {

// Reports what still belongs to a context that is being destroyed, if anything does. A poisoned context is excused: its
// objects cannot be released one by one.
void report_leaks(const Context& context);

// At the end of the process: reports every context that nobody destroyed.
void report_open_contexts();

// Allocations, page-locked memory, streams, events, modules, pools, graphs and contexts that are alive.
std::uint64_t live_objects();
std::uint64_t live_bytes();

}  // namespace cudasim::driver

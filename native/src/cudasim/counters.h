// Counters that must be at rest between launches: those of grid barriers and of "who comes last" tickets.
//
// A counter that an earlier launch left dirty lets a barrier open early, or nobody come last. Which words are such
// counters the simulator cannot guess (a histogram may keep its sums), so code that uses one says so.
#pragma once

#include <optional>

#include "finding.h"

namespace cudasim {

struct Grid;

// All threads have exited: a counter that is not at rest.
std::optional<Finding> unrested_counter(const Grid& grid);

}  // namespace cudasim

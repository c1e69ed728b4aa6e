// The other cores, for the fast build.
#pragma once

#include <functional>

namespace cudasim {

// Calls `work(0)` here and `work(1)`, `work(2)`, ... on threads of the process, as soon as they wake; returns once all
// calls that began have ended. Work that a thread finds already done must return at once.
void on_all_cores(const std::function<void(unsigned)>& work);

}  // namespace cudasim

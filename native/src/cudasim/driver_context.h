// Contexts: what the rest of the driver asks about them.
#pragma once

#include <memory>

#include "driver_objects.h"

namespace cudasim::driver {

// The context that is current, poisoned or not.
std::shared_ptr<Context> any_current_context();

// Runs everything that the context has asked for; a sticky error ends the call.
void synchronize(Context& context);

// The context's allocations of these streams, modules and so on, without a word about leaks.
void release_belongings(const Context& context);

}  // namespace cudasim::driver

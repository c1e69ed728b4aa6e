#include "driver_leaks.h"

#include <string>

#include "driver.h"
#include "driver_graph.h"

namespace cudasim::driver {
namespace {

void add(std::string& list, std::size_t count, const char* one, const char* many) {
  if (count == 0) return;
  if (!list.empty()) list += ", ";
  list += std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string belongings(const Context& context) {
  Driver& self = driver();
  auto ours = [&](const auto& object) { return object.context.get() == &context; };
  std::string list;
  std::size_t allocations = 0, bytes = 0, pinned = 0;
  for (const auto& [address, buffer] : self.buffers) {
    if (!ours(buffer)) continue;
    ++allocations;
    bytes += buffer.bytes;
  }
  for (const auto& [address, memory] : self.pinned) pinned += ours(memory);
  add(list, allocations, "allocation", "allocations");
  if (allocations != 0) list += " of " + std::to_string(bytes) + " bytes in all";
  add(list, pinned, "page-locked host range", "page-locked host ranges");
  add(list, self.streams.count_if(ours), "stream", "streams");
  add(list, self.events.count_if(ours), "event", "events");
  add(list, self.modules.count_if(ours), "module", "modules");
  return list;
}

}  // namespace

void report_leaks(const Context& context) {
  if (context.poison != CUDA_SUCCESS) return;
  std::string list = belongings(context);
  if (list.empty()) return;
  driver().report("cudasim: leak: a context was destroyed that still had " + list);
}

void report_open_contexts() {
  Driver& self = driver();
  std::size_t open = self.contexts.size();
  if (open == 0) return;
  std::string text = "cudasim: leak: the process ends with " + std::to_string(open) +
                     (open == 1 ? " context" : " contexts") + " that nobody destroyed";
  self.contexts.count_if([&](const Context& context) {
    std::string list = belongings(context);
    if (!list.empty()) text += "; one has " + list;
    return true;
  });
  self.report(text);
}

std::uint64_t live_objects() {
  Driver& self = driver();
  auto named = [](const Pool& pool) { return !pool.is_default; };
  return self.buffers.size() + self.pinned.size() + self.streams.size() + self.events.size() + self.modules.size() +
         self.pools.count_if(named) + self.graphs.size() + self.graph_execs.size() + self.contexts.size();
}

std::uint64_t live_bytes() {
  std::uint64_t bytes = 0;
  for (const auto& [address, buffer] : driver().buffers) bytes += buffer.bytes;
  return bytes;
}

}  // namespace cudasim::driver

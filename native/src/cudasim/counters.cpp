#include "counters.h"

#include "access_findings.h"
#include "block.h"
#include "memory.h"

namespace cudasim {

namespace {

bool is_at_rest(std::uint32_t value, std::uint32_t period) { return period == 0 ? value == 0 : value % period == 0; }

std::string rest(std::uint32_t period) { return period == 0 ? "0" : text("a multiple of %u", period); }

}  // namespace

void expect_at_rest(const std::uint32_t* counter, std::uint32_t period) {
  if constexpr (checked) {
    Thread& thread = *running_thread();
    thread.pc = __builtin_return_address(0);
    auto& counters = thread.block->executor->grid.counters;
    if (counters.contains(counter)) {
      return;
    }
    // Also checks that it may be read at all.
    shadow::check(thread, counter, sizeof *counter, Access::atomic_read, thread.pc);
    const std::uint32_t value = __atomic_load_n(counter, __ATOMIC_RELAXED);
    counters.emplace(counter, Counter{period, place_of(thread, "was the first to use it")});
    if (!is_at_rest(value, period)) {
      fail(thread, {.what = text("dirty counter: the launch begins with %u in it, at rest it holds %s", value,
                                 rest(period).c_str()),
                    .places = {place_of(thread, "is the first to use it")},
                    .where = describe_memory(thread, counter),
                    .cure = "zero it when it is allocated and after a launch that failed; let each launch leave it as it "
                            "was"});
    }
  }
}

std::optional<Finding> unrested_counter(const Grid& grid) {
  for (const auto& [at, counter] : grid.counters) {
    if (!is_at_rest(*at, counter.period)) {
      const Allocation* const allocation = find(at);
      return Finding{
          .what = text("dirty counter: the launch leaves %u in it, at rest it holds %s", *at, rest(counter.period).c_str()),
          .places = {counter.user},
          .where = allocation == nullptr
                       ? std::string()
                       : text("'%s' + %td", allocation->what.c_str(),
                              reinterpret_cast<const std::byte*>(at) - allocation->address),
          .cure = "who comes last puts it back, after all others have counted"};
    }
  }
  return std::nullopt;
}

}  // namespace cudasim

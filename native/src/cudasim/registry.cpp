// The kernels that were linked into the library, by name.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <vector>

#include "core.h"

namespace cudasim {

namespace {

using Names = std::map<std::string_view, Kernel>;

// Filled by static constructors of other files: made at its first use, and never destroyed.
Names& names() {
  static auto* const all = new Names;
  return *all;
}

}  // namespace

Registration::Registration(const Kernel& kernel) {
  const auto [at, added] = names().emplace(kernel.name, kernel);
  if (!added) {
    std::fprintf(stderr, "cudasim: %s and %s both define the kernel %s; a name belongs to one\n", at->second.file,
                 kernel.file, kernel.name);
    std::abort();
  }
}

const Kernel* find_kernel(std::string_view name) {
  const auto at = names().find(name);
  return at == names().end() ? nullptr : &at->second;
}

std::span<const Kernel* const> kernels() {
  static const auto* const sorted = [] {
    auto* const all = new std::vector<const Kernel*>;
    for (const auto& [name, kernel] : names()) {
      all->push_back(&kernel);
    }
    return all;
  }();
  return *sorted;
}

}  // namespace cudasim

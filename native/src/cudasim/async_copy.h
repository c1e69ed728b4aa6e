// cp.async: copies from global to shared memory that land only when their thread waits for them.
#pragma once

#include <cstddef>
#include <vector>

namespace cudasim {

struct CopyQueue {
  struct Copy {
    std::byte* to;
    const std::byte* from;
    unsigned bytes;     // of `to`
    unsigned read;      // of `from`; the rest of `to` becomes zero
    const void* pc;
  };

  std::vector<std::vector<Copy>> committed;  // groups, oldest first
  std::vector<Copy> open;

  void clear() {
    committed.clear();
    open.clear();
  }
};

}  // namespace cudasim

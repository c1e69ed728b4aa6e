// A CUDA thread as a fiber: a stack of its own, and a switch that saves what the x86-64 ABI wants saved across a call.
#pragma once

#include <cstddef>

namespace cudasim {

// Stacks for the threads of one block, each above a guard page. Kept from launch to launch.
class Stacks {
 public:
  Stacks() = default;
  ~Stacks();
  Stacks(const Stacks&) = delete;
  Stacks& operator=(const Stacks&) = delete;

  // Makes sure that there are this many; at most 1024.
  void provide(unsigned count);

  // A stack pointer for fiber `index`: switching to it calls `entry`, which must not return.
  void* prepare(unsigned index, void (*entry)()) const;

  std::byte* bottom(unsigned index) const;
  static std::size_t size();

 private:
  std::byte* memory_ = nullptr;
  unsigned count_ = 0;
};

// Goes on where `to` stopped; returns when somebody switches to what was put into `*from`.
extern "C" void cudasim_switch(void** from, void* to);

}  // namespace cudasim

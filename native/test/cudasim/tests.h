// Tests that are no pairs of a bug and its twin.
#pragma once

#include <vector>

namespace harness {

struct Test {
  const char* name;
  void (*run)();
};

const std::vector<Test>& tests();

}  // namespace harness

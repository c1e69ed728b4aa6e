// What the driver's tests share. A test is a function that TEST makes known; the first expectation that fails ends it.
#pragma once

#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include "api.h"

namespace harness {

struct Wrong {
  std::string what;
};

struct Test {
  Test(const char* name, void (*run)());

  const char* name;
  void (*run)();
};

const std::vector<const Test*>& tests();

template <class A, class B>
void expect_equal(const A& actual, const B& expected, const char* text, const char* file, int line) {
  if (actual == expected) return;
  std::ostringstream what;
  what << file << ":" << line << ": " << text << " is " << actual << ", not " << expected;
  throw Wrong{what.str()};
}

#define TEST(function, name)                                  \
  static void function();                                     \
  static const harness::Test function##_test(name, function); \
  static void function()

#define EXPECT(actual, expected) harness::expect_equal(actual, expected, #actual, __FILE__, __LINE__)
#define OK(call) EXPECT(call, CUDA_SUCCESS)

// A context with the test kernels loaded and a non-blocking and a blocking stream, under a seed. Destroyed with all that
// belongs to it.
struct Session {
  explicit Session(std::uint64_t seed = 1);
  ~Session();
  Session(const Session&) = delete;

  CUfunction function(const char* name) const;
  // One block of one thread.
  CUresult launch(const char* name, CUstream stream, std::vector<std::uint64_t> arguments) const;
  CUdeviceptr ints(std::size_t count, int value);
  std::vector<int> read(CUdeviceptr from, std::size_t count) const;

  CUcontext context = nullptr;
  CUmodule module = nullptr;
  CUstream stream = nullptr;    // non-blocking
  CUstream blocking = nullptr;

 private:
  std::vector<CUdeviceptr> buffers_;
};

// The test kernels' PTX for a header such as ".version 7.0\n.target sm_75".
std::string ptx(const std::string& header = ".version 7.0\n.target sm_75");

// Runs this program anew with `test` as its only test and these variables; what it writes to stderr.
struct Child {
  int exit_code;
  std::string errors;
};
Child run_alone(const std::string& test, const std::vector<std::string>& environment);
// A test that only run_alone runs.
#define CHILD(function, name) TEST(function, "child: " name)

}  // namespace harness

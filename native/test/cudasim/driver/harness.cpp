#include "harness.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace harness {

namespace {

std::vector<const Test*>& registered() {
  static std::vector<const Test*> all;
  return all;
}

}  // namespace

Test::Test(const char* name, void (*run)()) : name(name), run(run) { registered().push_back(this); }

const std::vector<const Test*>& tests() { return registered(); }

std::string ptx(const std::string& header) {
  return header + R"(
.address_size 64
/* The bodies are never read: .entry in a comment is no entry. */
.visible .entry add(.param .u64 .ptr .global .align 4 add_param_0, .param .u32 add_param_1)
{ ret; }
.visible .entry multiply_add(
    .param .u64 p0, .param .u32 p1, .param .u32 p2)
{ ret; }
.visible .entry append(.param .u64 p0, .param .u32 p1) { ret; }
.visible .entry mixed(.param .u64 p0, .param .u32 p1, .param .f64 p2, .param .f32 p3, .param .u64 p4) { ret; }
.visible .entry blocks(.param .u64 p0) .maxntid 64, 1, 1 .minnctapersm 2
{ .shared .align 16 .b8 tile[1000]; .reg .b32 %r<2>; { mov.u32 %r1, tile; } ret; }
)";
}

Session::Session(std::uint64_t seed) {
  OK(cuInit(0));
  cudasim_set_fault("");
  cudasim_set_seed(seed);
  OK(cuCtxCreate_v2(&context, 0, 0));
  OK(cuModuleLoadData(&module, ptx().c_str()));
  OK(cuStreamCreate(&stream, 1));
  OK(cuStreamCreate(&blocking, 0));
}

Session::~Session() {
  cudasim_set_fault("");
  for (CUdeviceptr buffer : buffers_) cuMemFree_v2(buffer);
  cuStreamDestroy_v2(stream);
  cuStreamDestroy_v2(blocking);
  cuModuleUnload(module);
  cuCtxDestroy_v2(context);
}

CUfunction Session::function(const char* name) const {
  CUfunction function = nullptr;
  OK(cuModuleGetFunction(&function, module, name));
  return function;
}

CUresult Session::launch(const char* name, CUstream on, std::vector<std::uint64_t> arguments) const {
  std::vector<void*> pointers;
  for (auto& argument : arguments) pointers.push_back(&argument);
  return cuLaunchKernel(function(name), 1, 1, 1, 1, 1, 1, 0, on, pointers.data(), nullptr);
}

CUdeviceptr Session::ints(std::size_t count, int value) {
  CUdeviceptr address = 0;
  OK(cuMemAlloc_v2(&address, count * sizeof(int)));
  buffers_.push_back(address);
  std::vector<int> values(count, value);
  OK(cuMemcpyHtoD_v2(address, values.data(), count * sizeof(int)));
  OK(cuCtxSynchronize());
  return address;
}

std::vector<int> Session::read(CUdeviceptr from, std::size_t count) const {
  std::vector<int> values(count);
  OK(cuMemcpyDtoH_v2(values.data(), from, count * sizeof(int)));
  return values;
}

Child run_alone(const std::string& test, const std::vector<std::string>& environment) {
  int ends[2];
  EXPECT(pipe(ends), 0);
  std::fflush(nullptr);
  pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
    for (const auto& variable : environment) putenv(strdup(variable.c_str()));
    std::string name = "child: " + test;
    execl("/proc/self/exe", "driver", name.c_str(), nullptr);
    _exit(127);
  }
  close(ends[1]);
  std::string errors;
  char piece[512];
  for (ssize_t got; (got = read(ends[0], piece, sizeof piece)) > 0;) errors.append(piece, static_cast<std::size_t>(got));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, errors};
}

}  // namespace harness

// Runs the tests whose names hold the argument, or all but those for children. Prints TAP; a child says only what went
// wrong.
int main(int count, char** arguments) {
  std::string wanted = count > 1 ? arguments[1] : "";
  bool child = wanted.starts_with("child: ");
  int number = 0, failed = 0;
  for (const auto* test : harness::tests()) {
    std::string name = test->name;
    if (child ? name != wanted : name.starts_with("child: ") || name.find(wanted) == std::string::npos) continue;
    ++number;
    std::string wrong;
    try {
      test->run();
    } catch (const harness::Wrong& caught) {
      wrong = caught.what;
      ++failed;
    }
    if (!child) std::printf("%s %d - %s\n", wrong.empty() ? "ok" : "not ok", number, test->name);
    if (!wrong.empty()) std::fprintf(child ? stderr : stdout, "# %s\n", wrong.c_str());
    std::fflush(stdout);
  }
  if (!child) std::printf("1..%d\n", number);
  return failed != 0 || (child && number == 0);
}

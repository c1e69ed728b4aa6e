// Modules, functions, launches.
#include <cstring>

#include "harness.h"

using harness::ptx;
using harness::Session;

namespace {

// What loading gives, and what its error log says.
CUresult load(const std::string& text, std::string* log) {
  CUmodule module = nullptr;
  char buffer[512] = "untouched";
  CUjit_option options[] = {CU_JIT_ERROR_LOG_BUFFER, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES};
  void* values[] = {buffer, reinterpret_cast<void*>(sizeof buffer)};
  CUresult result = cuModuleLoadDataEx(&module, text.c_str(), 2, options, values);
  *log = buffer;
  EXPECT(reinterpret_cast<std::uintptr_t>(values[1]), log->empty() ? 0 : log->size() + 1);
  if (result == CUDA_SUCCESS) OK(cuModuleUnload(module));
  return result;
}

bool says(const std::string& log, const char* what) { return log.find(what) != std::string::npos; }

}  // namespace

TEST(good_ptx, "PTX for this device or older ones is loaded, and the log stays empty") {
  Session session;
  std::string log;
  for (const char* header : {".version 7.0\n.target sm_75", ".version 9.0 .target sm_90a", "//\n.version 8.3\n.target sm_80, debug"}) {
    EXPECT(load(ptx(header), &log), CUDA_SUCCESS);
    EXPECT(log, "");
  }
}

TEST(bad_ptx, "PTX that does not fit driver, device or sources is refused, and the log says why") {
  Session session;
  std::string log;
  EXPECT(load(ptx(".version 9.1\n.target sm_75"), &log), CUDA_ERROR_UNSUPPORTED_PTX_VERSION);
  EXPECT(log, "cudasim fatal   : Unsupported .version 9.1; current version is '9.0'\n");
  EXPECT(load(ptx(".version 8.8\n.target sm_100"), &log), CUDA_ERROR_NO_BINARY_FOR_GPU);
  EXPECT(says(log, ".target sm_100 does not run on this device, sm_90"), true);
  EXPECT(load(ptx(".version 8.8\n.target sm_75a"), &log), CUDA_ERROR_NO_BINARY_FOR_GPU);
  EXPECT(load(".version 7.0\n.target sm_75\n.visible .entry nobody(.param .u64 p)\n{ ret; }", &log),
         CUDA_ERROR_INVALID_PTX);
  EXPECT(says(log, "line 3; error   : Entry 'nobody' is none of the 5 kernels"), true);
  EXPECT(load(".version 7.0\n.target sm_75\n.entry add(.param .u64 p, .param .u64 q) { ret; }", &log),
         CUDA_ERROR_INVALID_PTX);
  EXPECT(says(log, "takes parameters of (8, 8) bytes, and the kernel in "), true);
  EXPECT(says(log, "kernels.cu of (8, 4)"), true);
  for (const char* text : {"", ".version 7.0", ".target sm_75", "\177ELF", ".version x\n.target sm_75",
                           ".version 7.0\n.target sm_75\n.entry add(.param .u64 p, .param .u32 q) { ret;",
                           ".version 7.0\n.target sm_75\n.entry add(.param .u64 p, .param .what q) { }",
                           ".version 7.0\n.target sm_75\n.entry add;", ".version 7.0\n.target compute_75"}) {
    CUresult result = load(text, &log);
    EXPECT(result == CUDA_ERROR_INVALID_PTX || result == CUDA_ERROR_INVALID_IMAGE, true);
    EXPECT(log.starts_with("cudasim") || log.starts_with("ptx input, line"), true);
  }
}

CHILD(old_driver, "old driver") {
  OK(cuInit(0));
  CUcontext context = nullptr;
  OK(cuCtxCreate_v2(&context, 0, 0));
  std::string log;
  EXPECT(load(ptx(".version 8.5\n.target sm_75"), &log), CUDA_ERROR_UNSUPPORTED_PTX_VERSION);
  EXPECT(load(ptx(".version 8.4\n.target sm_75"), &log), CUDA_SUCCESS);
  OK(cuCtxDestroy_v2(context));
}

TEST(driver_versions, "an older driver reads older PTX") {
  EXPECT(harness::run_alone("old driver", {"CUDASIM_DRIVER=12040"}).exit_code, 0);
}

TEST(function_attributes, "functions have the bounds and the shared memory that their PTX declares") {
  Session session;
  CUfunction blocks = session.function("blocks");
  int value = 0;
  OK(cuFuncGetAttribute(&value, CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK, blocks));
  EXPECT(value, 64);
  OK(cuFuncGetAttribute(&value, CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES, blocks));
  EXPECT(value, 1008);
  OK(cuFuncGetAttribute(&value, CU_FUNC_ATTRIBUTE_PTX_VERSION, blocks));
  EXPECT(value, 70);
  OK(cuFuncGetAttribute(&value, CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK, session.function("add")));
  EXPECT(value, 1024);
  CUfunction none = nullptr;
  EXPECT(cuModuleGetFunction(&none, session.module, "subtract"), CUDA_ERROR_NOT_FOUND);
}

TEST(shared_opt_in, "more than 48 KiB of shared memory must be asked for, and there is an end to it") {
  Session session;
  CUfunction add = session.function("add");
  CUdeviceptr data = session.ints(1, 0);
  int one = 1;
  void* values[] = {&data, &one};
  EXPECT(cuLaunchKernel(add, 1, 1, 1, 1, 1, 1, 49153, session.stream, values, nullptr), CUDA_ERROR_INVALID_VALUE);
  EXPECT(cuFuncSetAttribute(add, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, 227 * 1024 + 1),
         CUDA_ERROR_INVALID_VALUE);
  OK(cuFuncSetAttribute(add, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, 227 * 1024));
  OK(cuLaunchKernel(add, 1, 1, 1, 1, 1, 1, 227 * 1024, session.stream, values, nullptr));
  OK(cuStreamSynchronize(session.stream));
  EXPECT(session.read(data, 1)[0], 1);
}

TEST(occupancy, "threads, blocks and shared memory bound how many blocks a multiprocessor holds") {
  Session session;
  CUfunction add = session.function("add");
  int blocks = 0;
  OK(cuOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, add, 256, 0));
  EXPECT(blocks, 8);
  OK(cuOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, add, 32, 0));
  EXPECT(blocks, 32);
  OK(cuOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, add, 32, 40 * 1024));
  EXPECT(blocks, 5);
}

TEST(shapes, "launches of impossible shapes are refused, and do no harm") {
  Session session;
  CUdeviceptr data = session.ints(4, 0);
  void* values[] = {&data};
  CUfunction blocks = session.function("blocks");
  EXPECT(cuLaunchKernel(blocks, 0, 1, 1, 1, 1, 1, 0, nullptr, values, nullptr), CUDA_ERROR_INVALID_VALUE);
  EXPECT(cuLaunchKernel(blocks, 1, 1, 1, 65, 1, 1, 0, nullptr, values, nullptr), CUDA_ERROR_INVALID_VALUE);
  EXPECT(cuLaunchKernel(blocks, 1, 65536, 1, 1, 1, 1, 0, nullptr, values, nullptr), CUDA_ERROR_INVALID_VALUE);
  EXPECT(cuLaunchKernel(blocks, 1, 1, 1, 1, 1, 1, 0, nullptr, nullptr, nullptr), CUDA_ERROR_INVALID_VALUE);
  EXPECT(cuLaunchCooperativeKernel(blocks, 4 * 32 + 1, 1, 1, 1, 1, 1, 0, nullptr, values),
         CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE);
  OK(cuLaunchCooperativeKernel(blocks, 4, 1, 1, 1, 1, 1, 0, nullptr, values));
  EXPECT(session.read(data, 4)[3], 4);
}

TEST(parameters, "parameters arrive by pointers and by buffer") {
  Session session;
  CUdeviceptr out = session.ints(8, 0);
  int i = -7;
  double d = 1.5;
  float f = 0.25F;
  std::uint64_t u = std::uint64_t{1} << 40;
  void* values[] = {&out, &i, &d, &f, &u};
  struct {
    CUdeviceptr out;
    int i;
    double d;
    float f;
    std::uint64_t u;
  } packed{out, i, d, f, u};
  std::size_t size = sizeof packed, wrong_size = size - 1;
  void* extra[] = {reinterpret_cast<void*>(1), &packed, reinterpret_cast<void*>(2), &size, nullptr};
  void* wrong[] = {reinterpret_cast<void*>(1), &packed, reinterpret_cast<void*>(2), &wrong_size, nullptr};
  CUfunction mixed = session.function("mixed");
  EXPECT(cuLaunchKernel(mixed, 1, 1, 1, 1, 1, 1, 0, nullptr, nullptr, wrong), CUDA_ERROR_INVALID_VALUE);
  EXPECT(cuLaunchKernel(mixed, 1, 1, 1, 1, 1, 1, 0, nullptr, values, extra), CUDA_ERROR_INVALID_VALUE);
  for (bool by_pointer : {true, false}) {
    OK(cuMemsetD8_v2(out, 0, 32));
    OK(cuLaunchKernel(mixed, 1, 1, 1, 1, 1, 1, 0, nullptr, by_pointer ? values : nullptr, by_pointer ? nullptr : extra));
    double got[4];
    OK(cuMemcpyDtoH_v2(got, out, sizeof got));
    EXPECT(got[0], -7);
    EXPECT(got[1], 1.5);
    EXPECT(got[2], 0.25);
    EXPECT(got[3], 1099511627776.0);
  }
}

TEST(attributes, "cuLaunchKernelEx takes cooperation and dependent launch, and refuses clusters") {
  Session session;
  CUdeviceptr data = session.ints(1, 0);
  int one = 1;
  void* values[] = {&data, &one};
  CUlaunchAttribute attributes[1] = {};
  CUlaunchConfig config{1, 1, 1, 1, 1, 1, 0, session.stream, attributes, 1};
  CUfunction add = session.function("add");
  attributes[0].id = CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION;
  attributes[0].value.programmaticStreamSerializationAllowed = 1;
  OK(cuLaunchKernelEx(&config, add, values, nullptr));
  attributes[0].id = CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION;
  attributes[0].value.clusterDim = {2, 1, 1};
  EXPECT(cuLaunchKernelEx(&config, add, values, nullptr), CUDA_ERROR_NOT_SUPPORTED);
  attributes[0].value.cooperative = 1;
  attributes[0].id = CU_LAUNCH_ATTRIBUTE_COOPERATIVE;
  config.gridDimX = 1000;
  EXPECT(cuLaunchKernelEx(&config, add, values, nullptr), CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE);
  config.gridDimX = 1;
  OK(cuLaunchKernelEx(&config, add, values, nullptr));
  OK(cuStreamSynchronize(session.stream));
  EXPECT(session.read(data, 1)[0], 2);
}

TEST(unloaded, "a module that is unloaded under a queued launch is reported; its functions are gone") {
  int reported = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    Session session(seed);
    CUdeviceptr data = session.ints(1, 0);
    CUfunction add = session.function("add");
    OK(session.launch("add", session.stream, {data, 1}));
    OK(cuModuleUnload(session.module));
    EXPECT(cuModuleUnload(session.module), CUDA_ERROR_INVALID_HANDLE);
    int value = 0;
    EXPECT(cuFuncGetAttribute(&value, CU_FUNC_ATTRIBUTE_NUM_REGS, add), CUDA_ERROR_INVALID_HANDLE);
    reported += cuStreamSynchronize(session.stream) == CUDA_ERROR_ILLEGAL_ADDRESS;
  }
  EXPECT(reported > 0, true);
}

TEST(launch_log, "the launch log names what ran, with its shape and its stream") {
  Session session;
  char text[4096];
  cudasim_log_start();
  CUdeviceptr data = session.ints(4, 0);
  void* values[] = {&data};
  OK(cuLaunchKernel(session.function("blocks"), 2, 1, 1, 1, 1, 1, 16, nullptr, values, nullptr));
  OK(session.launch("add", nullptr, {data, 1}));
  OK(cuCtxSynchronize());
  EXPECT(cudasim_log_take(text, 70), 56u);
  EXPECT(std::string(text), "kernel blocks grid=2,1,1 block=1,1,1 shared=16 stream=0\n");
  EXPECT(cudasim_log_take(text, sizeof text) > 0, true);
  EXPECT(std::string(text), "kernel add grid=1,1,1 block=1,1,1 shared=0 stream=0\n");
  EXPECT(cudasim_log_take(text, sizeof text), 0u);
}

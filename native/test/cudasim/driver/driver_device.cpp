// Initialisation, devices, contexts, results, symbols.
#include <cstring>
#include <thread>

#include "harness.h"

using harness::Session;

CHILD(before_init, "before cuInit") {
  int count = 0;
  EXPECT(cuDeviceGetCount(&count), CUDA_ERROR_NOT_INITIALIZED);
  EXPECT(cuInit(1), CUDA_ERROR_INVALID_VALUE);
  EXPECT(cuDeviceGetCount(&count), CUDA_ERROR_NOT_INITIALIZED);
  int version = 0;
  OK(cuDriverGetVersion(&version));
  OK(cuInit(0));
  EXPECT(cuDeviceGetCount(nullptr), CUDA_ERROR_INVALID_VALUE);
  EXPECT(cuCtxSynchronize(), CUDA_ERROR_INVALID_CONTEXT);
}

TEST(refused_before_init, "nothing but the version can be asked before cuInit") {
  auto child = harness::run_alone("before cuInit", {});
  EXPECT(child.errors, "");
  EXPECT(child.exit_code, 0);
}

CHILD(no_device, "no device") {
  EXPECT(cuInit(0), CUDA_ERROR_NO_DEVICE);
}

CHILD(chosen_device, "chosen device") {
  OK(cuInit(0));
  int version = 0, count = 0, major = 0, minor = 0, value = 0;
  OK(cuDriverGetVersion(&version));
  EXPECT(version, 12040);
  OK(cuDeviceGetCount(&count));
  EXPECT(count, 2);
  OK(cuDeviceComputeCapability(&major, &minor, 1));
  EXPECT(major * 10 + minor, 86);
  OK(cuDeviceGetAttribute(&value, 97, 0));
  EXPECT(value, 99 * 1024);
  OK(cuDeviceGetAttribute(&value, 16, 0));
  EXPECT(value, 7);
  std::size_t total = 0;
  OK(cuDeviceTotalMem_v2(&total, 0));
  EXPECT(total, 123456789u);
  CUdevice device = 0;
  EXPECT(cuDeviceGet(&device, 2), CUDA_ERROR_INVALID_DEVICE);
}

CHILD(unreadable_variable, "unreadable variable") {
  EXPECT(cuInit(0), CUDA_ERROR_INVALID_VALUE);
}

TEST(variables, "CUDASIM variables choose the device, and one that cannot be read is refused by name") {
  EXPECT(harness::run_alone("no device", {"CUDASIM_DEVICES=0"}).exit_code, 0);
  auto chosen = harness::run_alone("chosen device", {"CUDASIM_DEVICES=2", "CUDASIM_CC=86", "CUDASIM_SMS=7",
                                                     "CUDASIM_MEMORY=123456789", "CUDASIM_DRIVER=12040"});
  EXPECT(chosen.errors, "");
  EXPECT(chosen.exit_code, 0);
  for (const char* variable : {"CUDASIM_CC=x", "CUDASIM_MEMORY=-1", "CUDASIM_FAULT=cuMemAlloc", "CUDASIM_LOG=/"}) {
    auto refused = harness::run_alone("unreadable variable", {variable});
    EXPECT(refused.exit_code, 0);
    EXPECT(refused.errors.find(std::string("cudasim: ") + variable + ":") != std::string::npos, true);
  }
}

TEST(context_stack, "each thread has a stack of contexts") {
  Session session;
  CUcontext second = nullptr, current = nullptr;
  OK(cuCtxCreate_v2(&second, 0, 0));
  OK(cuCtxGetCurrent(&current));
  EXPECT(current, second);
  OK(cuCtxPopCurrent_v2(&current));
  EXPECT(current, second);
  OK(cuCtxGetCurrent(&current));
  EXPECT(current, session.context);
  std::thread([&] {
    CUcontext other = second;
    OK(cuCtxGetCurrent(&other));
    EXPECT(other, nullptr);
    EXPECT(cuCtxPopCurrent_v2(&other), CUDA_ERROR_INVALID_CONTEXT);
    EXPECT(cuCtxSynchronize(), CUDA_ERROR_INVALID_CONTEXT);
    OK(cuCtxSetCurrent(second));
    OK(cuCtxSynchronize());
    OK(cuCtxSetCurrent(nullptr));
    EXPECT(cuCtxSynchronize(), CUDA_ERROR_INVALID_CONTEXT);
  }).join();
  OK(cuCtxDestroy_v2(second));
  EXPECT(cuCtxDestroy_v2(second), CUDA_ERROR_INVALID_CONTEXT);
  EXPECT(cuCtxPushCurrent_v2(second), CUDA_ERROR_INVALID_CONTEXT);
}

TEST(destroyed_context, "a context that was destroyed stays current to other threads, and is refused there") {
  Session session;
  CUcontext context = nullptr;
  OK(cuCtxCreate_v2(&context, 0, 0));
  std::thread([&] {
    OK(cuCtxSetCurrent(context));
    std::thread([&] { OK(cuCtxDestroy_v2(context)); }).join();
    EXPECT(cuCtxSynchronize(), CUDA_ERROR_CONTEXT_IS_DESTROYED);
  }).join();
  OK(cuCtxPopCurrent_v2(&context));
}

TEST(primary, "the primary context lives as long as somebody retains it") {
  OK(cuInit(0));
  CUcontext first = nullptr, second = nullptr;
  unsigned flags = 0;
  int active = 1;
  OK(cuDevicePrimaryCtxGetState(0, &flags, &active));
  EXPECT(active, 0);
  OK(cuDevicePrimaryCtxRetain(&first, 0));
  OK(cuDevicePrimaryCtxRetain(&second, 0));
  EXPECT(first, second);
  EXPECT(cuCtxDestroy_v2(first), CUDA_ERROR_INVALID_CONTEXT);
  OK(cuCtxPushCurrent_v2(first));
  CUdeviceptr memory = 0;
  OK(cuMemAlloc_v2(&memory, 64));
  OK(cuDevicePrimaryCtxReset_v2(0));
  EXPECT(cudasim_live_bytes(), 0u);
  OK(cuMemAlloc_v2(&memory, 64));
  OK(cuMemFree_v2(memory));
  OK(cuDevicePrimaryCtxRelease_v2(0));
  OK(cuCtxSynchronize());
  OK(cuDevicePrimaryCtxRelease_v2(0));
  EXPECT(cuCtxSynchronize(), CUDA_ERROR_CONTEXT_IS_DESTROYED);
  OK(cuCtxPopCurrent_v2(&first));
  EXPECT(cuDevicePrimaryCtxRelease_v2(0), CUDA_ERROR_INVALID_CONTEXT);
}

TEST(names, "results have names and descriptions") {
  const char* text = nullptr;
  OK(cuGetErrorName(CUDA_ERROR_ILLEGAL_ADDRESS, &text));
  EXPECT(std::string(text), "CUDA_ERROR_ILLEGAL_ADDRESS");
  OK(cuGetErrorString(CUDA_ERROR_OUT_OF_MEMORY, &text));
  EXPECT(std::string(text), "out of memory");
  EXPECT(cuGetErrorName(static_cast<CUresult>(12345), &text), CUDA_ERROR_INVALID_VALUE);
  EXPECT(text == nullptr, true);
}

TEST(symbols, "functions are found by name in their newest version, and unmodelled ones say so") {
  OK(cuInit(0));
  void* function = nullptr;
  int status = -1;
  OK(cuGetProcAddress_v2("cuMemAlloc", &function, 13000, 0, &status));
  EXPECT(function, reinterpret_cast<void*>(&cuMemAlloc_v2));
  EXPECT(status, 0);
  EXPECT(cuGetProcAddress_v2("cuNoSuchThing", &function, 13000, 0, &status), CUDA_ERROR_NOT_FOUND);
  EXPECT(function == nullptr, true);
  EXPECT(status, 1);
  EXPECT(cuTensorMapEncodeTiled(), CUDA_ERROR_NOT_SUPPORTED);
}

CHILD(leaks, "leaks") {
  OK(cuInit(0));
  CUcontext context = nullptr;
  OK(cuCtxCreate_v2(&context, 0, 0));
  CUdeviceptr memory = 0;
  OK(cuMemAlloc_v2(&memory, 100));
  CUevent event = nullptr;
  OK(cuEventCreate(&event, 0));
  EXPECT(cudasim_live_bytes(), 100u);
  OK(cuCtxDestroy_v2(context));
  EXPECT(cudasim_live_bytes(), 0u);
  EXPECT(cudasim_live_objects(), 0u);
  EXPECT(cudasim_findings(), 1u);
  EXPECT(cuMemFree_v2(memory), CUDA_ERROR_INVALID_CONTEXT);
}

CHILD(open_context, "open context") {
  OK(cuInit(0));
  CUcontext context = nullptr;
  OK(cuCtxCreate_v2(&context, 0, 0));
}

CHILD(clean_exit, "clean exit") { Session session; }

TEST(random_seed, "a seed that is drawn is another one each time, and printed") {
  auto first = harness::run_alone("clean exit", {"CUDASIM_SEED=random"});
  auto second = harness::run_alone("clean exit", {"CUDASIM_SEED=random"});
  EXPECT(first.exit_code, 0);
  EXPECT(first.errors.starts_with("cudasim: CUDASIM_SEED="), true);
  EXPECT(first.errors != second.errors, true);
}

TEST(leak_report, "what is left at the end of a context or of the process is reported, and only that") {
  EXPECT(harness::run_alone("leaks", {}).errors,
         "cudasim: leak: a context was destroyed that still had 1 allocation of 100 bytes in all, 1 event\n");
  EXPECT(harness::run_alone("open context", {}).errors,
         "cudasim: leak: the process ends with 1 context that nobody destroyed\n");
  EXPECT(harness::run_alone("clean exit", {}).errors, "");
}

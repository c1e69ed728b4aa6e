// Calls that are made to fail.
#include "harness.h"

using harness::Session;

TEST(counted, "the N-th call fails, and only that one") {
  Session session;
  std::uint64_t calls = cudasim_calls();
  CUdeviceptr memory[3] = {};
  EXPECT(cudasim_set_fault("2"), true);
  OK(cuMemAlloc_v2(&memory[0], 4));
  EXPECT(cuMemAlloc_v2(&memory[1], 4), CUDA_ERROR_OUT_OF_MEMORY);
  OK(cuMemAlloc_v2(&memory[2], 4));
  EXPECT(cudasim_calls(), calls + 3);
  EXPECT(cudasim_live_bytes(), 8u);
  OK(cuMemFree_v2(memory[0]));
  OK(cuMemFree_v2(memory[2]));
}

TEST(named, "the N-th call of a name fails, with a result of one's choice") {
  Session session;
  CUdeviceptr memory = session.ints(1, 0);
  EXPECT(cudasim_set_fault("cuMemsetD32Async:2:CUDA_ERROR_NOT_PERMITTED"), true);
  OK(cuMemsetD32Async(memory, 0, 1, session.stream));
  OK(cuStreamSynchronize(session.stream));
  EXPECT(cuMemsetD32Async(memory, 0, 1, session.stream), CUDA_ERROR_NOT_PERMITTED);
  EXPECT(cudasim_set_fault("cuMemAlloc:1:304"), true);
  EXPECT(cuMemAlloc_v2(&memory, 4), CUDA_ERROR_OPERATING_SYSTEM);
  for (const char* unreadable : {"x", "cuMemAlloc", "0", "1:no", "cuMemAlloc:1:0", "1:2:3"}) {
    EXPECT(cudasim_set_fault(unreadable), false);
  }
  OK(cuCtxSynchronize());
}

TEST(usual, "a call fails as calls of its nature do") {
  Session session;
  CUdeviceptr memory = session.ints(1, 0);
  cudasim_set_fault("cuLaunchKernel:1");
  EXPECT(session.launch("add", session.stream, {memory, 1}), CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES);
  OK(cuStreamSynchronize(session.stream));
  EXPECT(session.read(memory, 1)[0], 0);
  cudasim_set_fault("cuStreamSynchronize:1");
  EXPECT(cuStreamSynchronize(session.stream), CUDA_ERROR_LAUNCH_FAILED);
  EXPECT(cuStreamSynchronize(session.stream), CUDA_ERROR_LAUNCH_FAILED);
}

TEST(releases, "a release that fails reports earlier work, and releases all the same") {
  Session session;
  CUdeviceptr memory = 0;
  OK(cuMemAlloc_v2(&memory, 4));
  cudasim_set_fault("cuMemFree:1:2");
  EXPECT(cuMemFree_v2(memory), CUDA_ERROR_OUT_OF_MEMORY);
  EXPECT(cudasim_live_bytes(), 0u);
  EXPECT(cuMemFree_v2(memory), CUDA_ERROR_INVALID_VALUE);
  CUcontext context = nullptr;
  OK(cuCtxCreate_v2(&context, 0, 0));
  std::uint64_t objects = cudasim_live_objects();
  cudasim_set_fault("cuCtxDestroy:1");
  EXPECT(cuCtxDestroy_v2(context), CUDA_ERROR_LAUNCH_FAILED);
  EXPECT(cudasim_live_objects(), objects - 1);
  OK(cuCtxSynchronize());
}

TEST(each, "whichever call fails, destroying the context returns everything") {
  OK(cuInit(0));
  std::uint64_t objects = cudasim_live_objects();
  for (std::uint64_t n = 1; n < 40; ++n) {
    cudasim_set_fault(std::to_string(n).c_str());
    try {
      CUcontext context = nullptr;
      OK(cuCtxCreate_v2(&context, 0, 0));
      CUdeviceptr memory = 0;
      CUstream stream = nullptr;
      cuMemAlloc_v2(&memory, 64);
      cuStreamCreate(&stream, 1);
      if (memory != 0 && stream != nullptr) cuMemsetD32Async(memory, 0, 1, stream);
      if (stream != nullptr) cuStreamSynchronize(stream);
      if (memory != 0) cuMemFree_v2(memory);
      if (stream != nullptr) cuStreamDestroy_v2(stream);
      cuCtxDestroy_v2(context);
    } catch (const harness::Wrong&) {
      EXPECT(n, 1u);
    }
    EXPECT(cudasim_live_bytes(), 0u);
    EXPECT(cudasim_live_objects(), objects);
  }
  cudasim_set_fault("");
}

// In which order work runs: only what streams, events and the default stream promise.
#include <set>
#include <thread>

#include "harness.h"

using harness::Session;

namespace {

constexpr std::uint64_t seeds = 48;

// data = (data * 2 + 1) in one stream and (data * 3) in another: 3 or 1 by their order, of 0.
struct Pair {
  explicit Pair(std::uint64_t seed) : session(seed), data(session.ints(1, 0)) {}

  void first(CUstream stream) { OK(session.launch("multiply_add", stream, {data, 2, 1})); }
  void second(CUstream stream) { OK(session.launch("multiply_add", stream, {data, 3, 0})); }
  int result() {
    OK(cuCtxSynchronize());
    return session.read(data, 1)[0];
  }

  Session session;
  CUdeviceptr data;
};

constexpr int in_order = 3, reversed = 1;

}  // namespace

TEST(one_stream, "work in one stream runs in order, under any seed") {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Pair pair(seed);
    pair.first(pair.session.stream);
    pair.second(pair.session.stream);
    EXPECT(pair.result(), in_order);
  }
}

TEST(two_streams, "two streams run in either order") {
  std::set<int> results;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Pair pair(seed);
    pair.first(pair.session.stream);
    pair.second(pair.session.blocking);
    results.insert(pair.result());
  }
  EXPECT(results.size(), 2u);
}

TEST(events, "an event orders two streams, as it was last recorded when the wait was asked for") {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Pair pair(seed);
    CUevent event = nullptr;
    OK(cuEventCreate(&event, 2));
    OK(cuStreamWaitEvent(pair.session.blocking, event, 0));
    pair.first(pair.session.stream);
    OK(cuEventRecord(event, pair.session.stream));
    OK(cuStreamWaitEvent(pair.session.blocking, event, 0));
    OK(cuEventDestroy_v2(event));
    pair.second(pair.session.blocking);
    EXPECT(pair.result(), in_order);
  }
}

TEST(default_stream, "the default stream waits for blocking streams, and they for it; others do not care") {
  std::set<int> results;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Pair there(seed), back(seed), beside(seed);
    OK(cuCtxSetCurrent(there.session.context));
    there.first(there.session.blocking);
    there.second(nullptr);
    EXPECT(there.result(), in_order);
    OK(cuCtxSetCurrent(back.session.context));
    back.first(CU_STREAM_LEGACY);
    back.second(back.session.blocking);
    EXPECT(back.result(), in_order);
    OK(cuCtxSetCurrent(beside.session.context));
    beside.first(nullptr);
    beside.second(beside.session.stream);
    results.insert(beside.result());
    // Sessions end in the reverse order, each in its own context.
    for (CUcontext context : {back.session.context, beside.session.context}) OK(cuCtxSetCurrent(context));
  }
  EXPECT(results.size(), 2u);
}

TEST(destroyed_stream, "a stream's work outlives it, and the default stream still waits for it") {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Pair pair(seed);
    CUstream stream = nullptr;
    OK(cuStreamCreate(&stream, 0));
    pair.first(stream);
    OK(cuStreamDestroy_v2(stream));
    EXPECT(cuStreamDestroy_v2(stream), CUDA_ERROR_INVALID_HANDLE);
    EXPECT(cuStreamSynchronize(stream), CUDA_ERROR_INVALID_HANDLE);
    pair.second(nullptr);
    EXPECT(pair.result(), in_order);
  }
}

TEST(laziness, "a launch has seldom run when the call returns, and always after a synchronisation") {
  int pending = 0, done = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Session session(seed);
    CUdeviceptr data = session.ints(1, 0);
    cudasim_log_start();
    for (int i = 0; i < 20; ++i) OK(session.launch("add", session.stream, {data, 1}));
    char text[4096];
    (cudasim_log_take(text, sizeof text) == 0 ? pending : done) += 1;
    OK(cuStreamSynchronize(session.stream));
    EXPECT(session.read(data, 1)[0], 20);
  }
  EXPECT(pending > 10, true);
  EXPECT(done > 0, true);
}

TEST(repeatable, "the same seed gives the same order") {
  auto run = [](std::uint64_t seed) {
    Session session(seed);
    CUdeviceptr data = session.ints(32, 0);
    for (std::uint64_t i = 0; i < 24; ++i) {
      OK(session.launch("multiply_add", i % 2 == 0 ? session.stream : session.blocking, {data, 3, i}));
    }
    OK(cuCtxSynchronize());
    return session.read(data, 1)[0];
  };
  std::set<int> results;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    int result = run(seed);
    EXPECT(run(seed), result);
    results.insert(result);
  }
  EXPECT(results.size() > 4, true);
}

TEST(polling, "whoever polls sees work unfinished, then finished") {
  int unfinished = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Session session(seed);
    CUdeviceptr data = session.ints(1, 0);
    CUevent event = nullptr;
    OK(cuEventCreate(&event, 0));
    OK(cuEventQuery(event));
    for (int i = 0; i < 10; ++i) OK(session.launch("add", session.stream, {data, 1}));
    OK(cuEventRecord(event, session.stream));
    CUresult result = cuEventQuery(event);
    for (int i = 0; result == CUDA_ERROR_NOT_READY && i < 1000; ++i) {
      ++unfinished;
      result = cuEventQuery(event);
    }
    OK(result);
    OK(cuStreamQuery(session.stream));
    OK(cuEventDestroy_v2(event));
    EXPECT(session.read(data, 1)[0], 10);
  }
  EXPECT(unfinished > 100, true);
}

TEST(elapsed, "elapsed time needs two finished events that measure") {
  Session session;
  CUdeviceptr data = session.ints(1, 0);
  CUevent start = nullptr, end = nullptr, untimed = nullptr;
  OK(cuEventCreate(&start, 0));
  OK(cuEventCreate(&end, 0));
  OK(cuEventCreate(&untimed, 2));
  float milliseconds = -1;
  EXPECT(cuEventElapsedTime(&milliseconds, start, end), CUDA_ERROR_INVALID_HANDLE);
  OK(cuEventRecord(start, session.stream));
  OK(session.launch("add", session.stream, {data, 1}));
  OK(cuEventRecord(end, session.stream));
  OK(cuEventRecord(untimed, session.stream));
  OK(cuEventSynchronize(end));
  OK(cuEventElapsedTime(&milliseconds, start, end));
  EXPECT(milliseconds > 0, true);
  EXPECT(cuEventElapsedTime(&milliseconds, start, untimed), CUDA_ERROR_INVALID_HANDLE);
  for (CUevent event : {start, end, untimed}) OK(cuEventDestroy_v2(event));
  EXPECT(cuEventDestroy_v2(start), CUDA_ERROR_INVALID_HANDLE);
  EXPECT(cuEventRecord(end, session.stream), CUDA_ERROR_INVALID_HANDLE);
}

TEST(handles, "a handle of one kind is not taken for another, nor one of another context") {
  Session session;
  EXPECT(cuStreamSynchronize(reinterpret_cast<CUstream>(session.module)), CUDA_ERROR_INVALID_HANDLE);
  EXPECT(cuModuleUnload(reinterpret_cast<CUmodule>(session.stream)), CUDA_ERROR_INVALID_HANDLE);
  EXPECT(cuStreamDestroy_v2(nullptr), CUDA_ERROR_INVALID_HANDLE);
  CUcontext other = nullptr;
  OK(cuCtxCreate_v2(&other, 0, 0));
  CUdeviceptr memory = 0;
  OK(cuMemAlloc_v2(&memory, 4));
  EXPECT(cuMemsetD32Async(memory, 0, 1, session.stream), CUDA_ERROR_INVALID_HANDLE);
  EXPECT(session.launch("add", nullptr, {memory, 1}), CUDA_ERROR_INVALID_HANDLE);
  OK(cuMemFree_v2(memory));
  OK(cuCtxDestroy_v2(other));
}

TEST(host_functions, "host functions run in stream order and cannot call the driver") {
  struct Seen {
    int calls = 0;
    CUresult result = CUDA_SUCCESS;
  } seen;
  Session session;
  auto function = [](void* data) {
    auto* seen = static_cast<Seen*>(data);
    ++seen->calls;
    seen->result = cuCtxSynchronize();
  };
  OK(cuLaunchHostFunc(session.stream, function, &seen));
  OK(cuStreamSynchronize(session.stream));
  EXPECT(seen.calls, 1);
  EXPECT(seen.result, CUDA_ERROR_NOT_PERMITTED);
  OK(cuCtxSynchronize());
}

TEST(threads, "threads share a context") {
  Session session;
  std::vector<CUdeviceptr> data;
  for (int i = 0; i < 4; ++i) data.push_back(session.ints(1, 0));
  std::vector<std::string> wrong(data.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < data.size(); ++i) {
    threads.emplace_back([&, i] {
      try {
        OK(cuCtxSetCurrent(session.context));
        CUstream stream = nullptr;
        OK(cuStreamCreate(&stream, 1));
        for (int n = 0; n < 200; ++n) {
          OK(session.launch("add", stream, {data[i], 1}));
          if (n % 16 == 0) OK(cuStreamSynchronize(stream));
        }
        OK(cuStreamSynchronize(stream));
        OK(cuStreamDestroy_v2(stream));
      } catch (const harness::Wrong& caught) {
        wrong[i] = caught.what;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (std::size_t i = 0; i < data.size(); ++i) {
    EXPECT(wrong[i], "");
    EXPECT(session.read(data[i], 1)[0], 200);
  }
}

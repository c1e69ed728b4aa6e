// Capture and graphs.
#include <set>
#include <thread>

#include "harness.h"

using harness::Session;

namespace {

constexpr std::uint64_t seeds = 32;

CUgraph capture_end(CUstream stream) {
  CUgraph graph = nullptr;
  OK(cuStreamEndCapture(stream, &graph));
  return graph;
}

CUgraphExec instantiate(CUgraph graph) {
  CUgraphExec exec = nullptr;
  OK(cuGraphInstantiateWithFlags(&exec, graph, 0));
  OK(cuGraphDestroy(graph));
  return exec;
}

void begin(CUstream stream, CUstreamCaptureMode mode = CU_STREAM_CAPTURE_MODE_THREAD_LOCAL) {
  OK(cuStreamBeginCapture_v2(stream, mode));
}

// A capture that went wrong ends in this.
void expect_spoiled(CUstream stream) {
  CUgraph graph = nullptr;
  CUstreamCaptureStatus status = CU_STREAM_CAPTURE_STATUS_NONE;
  OK(cuStreamIsCapturing(stream, &status));
  EXPECT(status, CU_STREAM_CAPTURE_STATUS_INVALIDATED);
  EXPECT(cuStreamEndCapture(stream, &graph), CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
  EXPECT(graph == nullptr, true);
  OK(cuStreamIsCapturing(stream, &status));
  EXPECT(status, CU_STREAM_CAPTURE_STATUS_NONE);
}

CUDA_KERNEL_NODE_PARAMS one_thread(CUfunction function, void** values) {
  return {function, 1, 1, 1, 1, 1, 1, 0, values, nullptr, nullptr, nullptr};
}

}  // namespace

TEST(capture, "what is captured does not run; a launch of its graph runs it, again and again") {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Session session(seed);
    CUdeviceptr data = session.ints(2, 0);
    int host = -1;
    begin(session.stream);
    OK(cuMemsetD32Async(data, 5, 1, session.stream));
    OK(session.launch("add", session.stream, {data, 1}));
    OK(cuMemcpyDtoDAsync_v2(data + 4, data, 4, session.stream));
    OK(session.launch("multiply_add", session.stream, {data + 4, 10, 3}));
    OK(cuMemcpyDtoHAsync_v2(&host, data + 4, 4, session.stream));
    CUgraph graph = capture_end(session.stream);
    std::size_t count = 0;
    OK(cuGraphGetNodes(graph, nullptr, &count));
    EXPECT(count, 5u);
    CUgraphExec exec = instantiate(graph);
    OK(cuCtxSynchronize());
    EXPECT(session.read(data, 1)[0], 0);
    for (int i = 0; i < 3; ++i) {
      host = -1;
      OK(cuGraphLaunch(exec, session.stream));
      OK(cuStreamSynchronize(session.stream));
      EXPECT(host, 63);
    }
    OK(cuGraphExecDestroy(exec));
    EXPECT(cuGraphLaunch(exec, session.stream), CUDA_ERROR_INVALID_HANDLE);
  }
}

TEST(forked, "another stream joins a capture through an event, and must come back") {
  std::set<int> results;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Session session(seed);
    CUdeviceptr data = session.ints(8, 0);
    CUevent fork = nullptr, join = nullptr;
    OK(cuEventCreate(&fork, 2));
    OK(cuEventCreate(&join, 2));
    begin(session.stream);
    OK(cuMemsetD32Async(data, 0, 8, session.stream));
    OK(cuEventRecord(fork, session.stream));
    OK(cuStreamWaitEvent(session.blocking, fork, 0));
    OK(session.launch("multiply_add", session.stream, {data, 2, 1}));
    OK(session.launch("multiply_add", session.blocking, {data, 3, 0}));
    OK(cuEventRecord(join, session.blocking));
    EXPECT(cuEventQuery(join), CUDA_ERROR_CAPTURED_EVENT);
    expect_spoiled(session.stream);

    begin(session.stream);
    OK(cuMemsetD32Async(data, 0, 8, session.stream));
    OK(cuEventRecord(fork, session.stream));
    OK(cuStreamWaitEvent(session.blocking, fork, 0));
    OK(session.launch("multiply_add", session.stream, {data, 2, 1}));
    OK(session.launch("multiply_add", session.blocking, {data, 3, 0}));
    OK(cuEventRecord(join, session.blocking));
    OK(cuStreamWaitEvent(session.stream, join, 0));
    OK(session.launch("multiply_add", session.stream, {data, 10, 0}));
    CUgraphExec exec = instantiate(capture_end(session.stream));
    OK(cuGraphLaunch(exec, session.stream));
    OK(cuCtxSynchronize());
    results.insert(session.read(data, 1)[0]);
    OK(cuGraphExecDestroy(exec));
    OK(cuEventDestroy_v2(fork));
    OK(cuEventDestroy_v2(join));
  }
  // Either branch first, the join always last.
  EXPECT(results == (std::set<int>{10, 30}), true);
}

TEST(unjoined, "a capture with a branch that did not come back fails") {
  Session session;
  CUdeviceptr data = session.ints(1, 0);
  CUevent fork = nullptr;
  OK(cuEventCreate(&fork, 2));
  begin(session.stream);
  OK(cuEventRecord(fork, session.stream));
  OK(cuStreamWaitEvent(session.blocking, fork, 0));
  OK(session.launch("add", session.blocking, {data, 1}));
  CUgraph graph = nullptr;
  EXPECT(cuStreamEndCapture(session.blocking, &graph), CUDA_ERROR_STREAM_CAPTURE_UNMATCHED);
  expect_spoiled(session.stream);
  begin(session.stream);
  OK(cuEventRecord(fork, session.stream));
  OK(cuStreamWaitEvent(session.blocking, fork, 0));
  OK(session.launch("add", session.blocking, {data, 1}));
  EXPECT(cuStreamEndCapture(session.stream, &graph), CUDA_ERROR_STREAM_CAPTURE_UNJOINED);
  OK(cuEventDestroy_v2(fork));
}

TEST(illegal, "calls that a capture forbids fail and spoil it") {
  Session session;
  CUdeviceptr data = session.ints(1, 0), memory = 0;
  CUstream stream = session.stream;
  CUevent event = nullptr;
  OK(cuEventCreate(&event, 0));
  OK(cuEventRecord(event, session.blocking));
  begin(stream);
  EXPECT(cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_GLOBAL), CUDA_ERROR_ILLEGAL_STATE);
  EXPECT(cuStreamSynchronize(stream), CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
  expect_spoiled(stream);
  begin(stream);
  EXPECT(cuMemAlloc_v2(&memory, 4), CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
  EXPECT(session.launch("add", stream, {data, 1}), CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
  expect_spoiled(stream);
  begin(stream);
  EXPECT(cuCtxSynchronize(), CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
  expect_spoiled(stream);
  begin(stream);
  int value = 0;
  EXPECT(cuMemcpyHtoD_v2(data, &value, 4), CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
  expect_spoiled(stream);
  begin(stream);
  EXPECT(cuStreamWaitEvent(stream, event, 0), CUDA_ERROR_STREAM_CAPTURE_ISOLATION);
  expect_spoiled(stream);
  begin(session.blocking);
  EXPECT(session.launch("add", nullptr, {data, 1}), CUDA_ERROR_STREAM_CAPTURE_IMPLICIT);
  expect_spoiled(session.blocking);
  EXPECT(cuStreamBeginCapture_v2(nullptr, CU_STREAM_CAPTURE_MODE_GLOBAL), CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
  CUgraph graph = nullptr;
  EXPECT(cuStreamEndCapture(stream, &graph), CUDA_ERROR_ILLEGAL_STATE);
  // What the forbidding rules leave alone.
  begin(stream);
  OK(session.launch("add", nullptr, {data, 1}));
  begin(session.blocking, CU_STREAM_CAPTURE_MODE_RELAXED);
  OK(cuGraphDestroy(capture_end(stream)));
  OK(cuMemAlloc_v2(&memory, 4));
  OK(cuMemFree_v2(memory));
  OK(cuGraphDestroy(capture_end(session.blocking)));
  OK(cuEventDestroy_v2(event));
}

TEST(modes, "a capture of this thread alone leaves other threads alone, a global one does not") {
  Session session;
  auto allocate_elsewhere = [&] {
    CUresult result = CUDA_ERROR_UNKNOWN;
    std::thread([&] {
      CUdeviceptr memory = 0;
      cuCtxSetCurrent(session.context);
      result = cuMemAlloc_v2(&memory, 4);
      if (result == CUDA_SUCCESS) cuMemFree_v2(memory);
    }).join();
    return result;
  };
  begin(session.stream);
  OK(allocate_elsewhere());
  std::thread([&] {
    cuCtxSetCurrent(session.context);
    CUgraph graph = nullptr;
    EXPECT(cuStreamEndCapture(session.stream, &graph), CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD);
  }).join();
  OK(cuGraphDestroy(capture_end(session.stream)));
  begin(session.stream, CU_STREAM_CAPTURE_MODE_GLOBAL);
  EXPECT(allocate_elsewhere(), CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
  expect_spoiled(session.stream);
  begin(session.stream, CU_STREAM_CAPTURE_MODE_GLOBAL);
  CUstreamCaptureMode mode = CU_STREAM_CAPTURE_MODE_RELAXED;
  OK(cuThreadExchangeStreamCaptureMode(&mode));
  OK(cuCtxSynchronize());
  OK(cuThreadExchangeStreamCaptureMode(&mode));
  EXPECT(mode, CU_STREAM_CAPTURE_MODE_RELAXED);
  OK(cuGraphDestroy(capture_end(session.stream)));
}

TEST(built, "graphs are built by hand, and keep the order of their edges alone") {
  std::set<int> results;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Session session(seed);
    CUdeviceptr data = session.ints(1, 0);
    CUfunction function = session.function("multiply_add");
    int factors[] = {2, 3, 10}, terms[] = {1, 0, 0};
    CUgraph graph = nullptr, copy = nullptr;
    OK(cuGraphCreate(&graph, 0));
    CUgraphNode fill = nullptr, nodes[3] = {};
    CUDA_MEMSET_NODE_PARAMS zero{data, 0, 0, 4, 1, 1};
    OK(cuGraphAddMemsetNode(&fill, graph, nullptr, 0, &zero, session.context));
    for (int i = 0; i < 3; ++i) {
      void* values[] = {&data, &factors[i], &terms[i]};
      auto parameters = one_thread(function, values);
      OK(cuGraphAddKernelNode_v2(&nodes[i], graph, i == 2 ? nodes : &fill, i == 2 ? 2 : 1, &parameters));
    }
    EXPECT(cuGraphAddDependencies(graph, &fill, &fill, 1), CUDA_ERROR_INVALID_VALUE);
    CUgraphNodeType type{};
    OK(cuGraphNodeGetType(nodes[0], &type));
    EXPECT(type, CU_GRAPH_NODE_TYPE_KERNEL);
    OK(cuGraphClone(&copy, graph));
    OK(cuGraphDestroy(graph));
    EXPECT(cuGraphNodeGetType(nodes[0], &type), CUDA_ERROR_INVALID_VALUE);
    CUgraphExec exec = instantiate(copy);
    OK(cuGraphLaunch(exec, session.stream));
    OK(cuGraphExecDestroy(exec));
    OK(cuStreamSynchronize(session.stream));
    results.insert(session.read(data, 1)[0]);
  }
  EXPECT(results == (std::set<int>{10, 30}), true);
}

TEST(cycle, "a graph with a cycle cannot be instantiated") {
  Session session;
  CUdeviceptr data = session.ints(1, 0);
  CUDA_MEMSET_NODE_PARAMS zero{data, 0, 0, 4, 1, 1};
  CUgraph graph = nullptr;
  CUgraphNode first = nullptr, second = nullptr;
  OK(cuGraphCreate(&graph, 0));
  OK(cuGraphAddMemsetNode(&first, graph, nullptr, 0, &zero, session.context));
  OK(cuGraphAddMemsetNode(&second, graph, &first, 1, &zero, session.context));
  OK(cuGraphAddDependencies(graph, &second, &first, 1));
  CUgraphExec exec = nullptr;
  EXPECT(cuGraphInstantiateWithFlags(&exec, graph, 0), CUDA_ERROR_INVALID_VALUE);
  OK(cuGraphDestroy(graph));
}

TEST(updates, "a change of a node's parameters affects later launches only") {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Session session(seed);
    CUdeviceptr data = session.ints(8, 0);
    int value = 1, later = 2;
    void* values[] = {&data, &value};
    void* changed[] = {&data, &later};
    auto parameters = one_thread(session.function("append"), values);
    CUgraph graph = nullptr;
    CUgraphNode node = nullptr;
    OK(cuGraphCreate(&graph, 0));
    OK(cuGraphAddKernelNode_v2(&node, graph, nullptr, 0, &parameters));
    CUDA_KERNEL_NODE_PARAMS got{};
    OK(cuGraphKernelNodeGetParams_v2(node, &got));
    EXPECT(*static_cast<int*>(got.kernelParams[1]), 1);
    CUgraphExec exec = nullptr;
    OK(cuGraphInstantiateWithFlags(&exec, graph, 0));
    OK(cuGraphLaunch(exec, session.stream));
    parameters.kernelParams = changed;
    OK(cuGraphExecKernelNodeSetParams_v2(exec, node, &parameters));
    // Launches of one graph never overlap, in whatever streams.
    OK(cuGraphLaunch(exec, session.blocking));
    OK(cuGraphExecDestroy(exec));
    OK(cuGraphDestroy(graph));
    OK(cuCtxSynchronize());
    auto list = session.read(data, 3);
    EXPECT(list[0], 2);
    EXPECT(list[1], 1);
    EXPECT(list[2], 2);
  }
}

TEST(copies, "a copy node moves rows between pitched places") {
  Session session;
  CUdeviceptr data = session.ints(8, 0);
  int host[6] = {1, 2, 3, 4, 5, 6};
  CUDA_MEMCPY3D copy{};
  copy.srcMemoryType = CU_MEMORYTYPE_HOST;
  copy.srcHost = host;
  copy.srcPitch = 12;
  copy.dstMemoryType = CU_MEMORYTYPE_DEVICE;
  copy.dstDevice = data;
  copy.dstPitch = 16;
  copy.WidthInBytes = 8;
  copy.Height = 2;
  copy.Depth = 1;
  CUgraph graph = nullptr;
  CUgraphNode node = nullptr;
  OK(cuGraphCreate(&graph, 0));
  OK(cuGraphAddMemcpyNode(&node, graph, nullptr, 0, &copy, session.context));
  copy.Height = 3;
  EXPECT(cuGraphAddMemcpyNode(&node, graph, nullptr, 0, &copy, session.context), CUDA_ERROR_INVALID_VALUE);
  CUgraphExec exec = instantiate(graph);
  OK(cuGraphLaunch(exec, nullptr));
  auto got = session.read(data, 8);
  EXPECT(got == (std::vector<int>{1, 2, 0, 0, 4, 5, 0, 0}), true);
  OK(cuGraphExecDestroy(exec));
}

TEST(graph_log, "the log tells a graph's kernels from others") {
  Session session;
  CUdeviceptr data = session.ints(1, 0);
  begin(session.stream);
  OK(session.launch("add", session.stream, {data, 1}));
  CUgraphExec exec = instantiate(capture_end(session.stream));
  cudasim_log_start();
  OK(cuGraphLaunch(exec, session.stream));
  OK(cuCtxSynchronize());
  char text[512];
  cudasim_log_take(text, sizeof text);
  std::string log = text;
  EXPECT(log.starts_with("graph nodes=1 stream="), true);
  EXPECT(log.find("\nkernel add grid=1,1,1 block=1,1,1 shared=0 stream=") != std::string::npos, true);
  EXPECT(log.find(" graph=", log.find("kernel")) != std::string::npos, true);
  OK(cuGraphExecDestroy(exec));
}

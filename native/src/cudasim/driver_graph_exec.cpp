// Graphs that were instantiated: launching them, and changing what their nodes do.
#include <algorithm>

#include "driver.h"
#include "driver_capture.h"
#include "driver_graph.h"
#include "driver_stream.h"

namespace cudasim::driver {
namespace {

constexpr unsigned long long known_flags = 0xf, launch_from_device = 4;

std::shared_ptr<GraphExec> exec_of(CUgraphExec handle) { return driver().graph_execs.get(handle); }

// Between a first operation, which waits for the stream and the graph's launch before, and a last one, which the stream
// waits for, nodes run in any order that their dependencies allow.
void launch(GraphExec& exec, Stream& stream) {
  forbid_on_capturing(stream);
  if (stream.legacy) forbid_implicit_dependency(*stream.context);
  Queue& queue = driver().queue;
  Site site{stream.number, exec.number};
  auto after = predecessors(stream);
  after.push_back(exec.latest);
  auto first = queue.submit(stream.context, after, [site, count = exec.nodes.size()]() -> Outcome {
    driver().log.graph(count, site);
    return {};
  });
  std::vector<OperationRef> operations, leaves{first};
  for (const ExecNode& node : exec.nodes) {
    std::vector<OperationRef> needs{first};
    for (std::size_t earlier : node.after) needs.push_back(operations[earlier]);
    if (const auto* wait = std::get_if<WaitWork>(node.work.get())) needs.push_back(wait->event->record);
    auto operation = queue.submit(stream.context, needs, [work = node.work, site] { return execute(*work, site); });
    if (const auto* record = std::get_if<RecordWork>(node.work.get())) record->event->record = operation;
    operations.push_back(operation);
    if (node.last) leaves.push_back(operation);
  }
  exec.latest = queue.submit(stream.context, leaves, [] { return Outcome{}; });
  append(stream, exec.latest);
}

// The node of a launchable graph that was made of this one.
ExecNode& exec_node(GraphExec& exec, CUgraphNode source) {
  auto found = std::find_if(exec.nodes.begin(), exec.nodes.end(),
                            [&](const ExecNode& node) { return node.source == source; });
  require(found != exec.nodes.end());
  return *found;
}

// Launches that are queued already keep the work they were launched with.
template <class Kind>
void replace(CUgraphExec exec, CUgraphNode node, Kind work) {
  ExecNode& target = exec_node(*exec_of(exec), node);
  require(std::holds_alternative<Kind>(*target.work));
  target.work = std::make_shared<const Work>(std::move(work));
}

}  // namespace
}  // namespace cudasim::driver

using namespace cudasim::driver;

CUDASIM_API CUresult cuGraphInstantiateWithFlags(CUgraphExec* exec, CUgraph graph, unsigned long long flags) {
  return call("cuGraphInstantiateWithFlags", Nature::create, [&] {
    require(exec != nullptr && (flags & ~known_flags) == 0);
    require((flags & launch_from_device) == 0, CUDA_ERROR_NOT_SUPPORTED);
    auto made = std::make_shared<GraphExec>();
    made->context = current_context();
    made->number = ++driver().graphs_instantiated;
    made->nodes = instantiate(*graph_of(graph));
    *exec = driver().graph_execs.add(made);
  });
}

CUDASIM_API CUresult cuGraphExecDestroy(CUgraphExec exec) {
  return call("cuGraphExecDestroy", Nature::release, [&] {
    exec_of(exec);
    // Launches in flight run on: they hold what they need.
    driver().graph_execs.remove(exec);
  });
}

CUDASIM_API CUresult cuGraphUpload(CUgraphExec exec, CUstream stream) {
  return call("cuGraphUpload", Nature::launch, [&] {
    exec_of(exec);
    stream_of(stream);
  });
}

CUDASIM_API CUresult cuGraphLaunch(CUgraphExec exec, CUstream stream) {
  return call("cuGraphLaunch", Nature::launch, [&] {
    auto found = stream_of(stream);
    auto launched = exec_of(exec);
    require(launched->context == found->context, CUDA_ERROR_INVALID_CONTEXT);
    launch(*launched, *found);
  });
}

CUDASIM_API CUresult cuGraphExecKernelNodeSetParams_v2(CUgraphExec exec, CUgraphNode node,
                                                       const CUDA_KERNEL_NODE_PARAMS* parameters) {
  return call("cuGraphExecKernelNodeSetParams_v2", Nature::query,
              [&] { replace(exec, node, from_parameters(parameters)); });
}

CUDASIM_API CUresult cuGraphExecMemcpyNodeSetParams(CUgraphExec exec, CUgraphNode node,
                                                    const CUDA_MEMCPY3D* parameters, CUcontext) {
  return call("cuGraphExecMemcpyNodeSetParams", Nature::query,
              [&] { replace(exec, node, from_parameters(parameters)); });
}

CUDASIM_API CUresult cuGraphExecMemsetNodeSetParams(CUgraphExec exec, CUgraphNode node,
                                                    const CUDA_MEMSET_NODE_PARAMS* parameters, CUcontext) {
  return call("cuGraphExecMemsetNodeSetParams", Nature::query,
              [&] { replace(exec, node, from_parameters(parameters)); });
}

CUDASIM_API CUresult cuGraphExecHostNodeSetParams(CUgraphExec exec, CUgraphNode node,
                                                  const CUDA_HOST_NODE_PARAMS* parameters) {
  return call("cuGraphExecHostNodeSetParams", Nature::query,
              [&] { replace(exec, node, from_parameters(parameters)); });
}

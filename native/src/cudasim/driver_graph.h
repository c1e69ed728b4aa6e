// Graphs of work, as they are built, and as they are launched.
#pragma once

#include <memory>
#include <vector>

#include "driver_objects.h"
#include "driver_work.h"

namespace cudasim::driver {

struct GraphNode {
  CUgraphNode handle = nullptr;
  Graph* graph = nullptr;
  Work work;
  std::vector<GraphNode*> after;   // what it depends on
  std::vector<GraphNode*> before;  // what depends on it
  CUgraphNode cloned_from = nullptr;
  std::vector<void*> parameters;  // what cuGraphKernelNodeGetParams has given out
};

struct Graph {
  CUgraph handle = nullptr;
  std::vector<std::shared_ptr<GraphNode>> nodes;  // in the order in which they were added

  ~Graph();
  GraphNode& add(Work work, const std::vector<GraphNode*>& after);
};

struct ExecNode {
  CUgraphNode source = nullptr;  // the node it was made of
  std::shared_ptr<const Work> work;
  std::vector<std::size_t> after;
  bool last = true;  // nothing depends on it
};

// A graph that can be launched.
struct GraphExec {
  CUgraphExec handle = nullptr;
  std::uint64_t number = 0;
  std::shared_ptr<Context> context;
  std::vector<ExecNode> nodes;  // in an order that keeps their dependencies
  OperationRef latest;  // the end of its latest launch: launches of one graph never overlap
};

// Refuses a graph with a cycle with CUDA_ERROR_INVALID_VALUE.
std::vector<ExecNode> instantiate(const Graph& graph);

std::shared_ptr<GraphNode> node_of(CUgraphNode handle);
std::shared_ptr<Graph> graph_of(CUgraph handle);
CUgraphNodeType type_of(const Work& work);

// Makes work from what the API calls node parameters.
KernelWork from_parameters(const CUDA_KERNEL_NODE_PARAMS* parameters);
CopyWork from_parameters(const CUDA_MEMCPY3D* parameters);
FillWork from_parameters(const CUDA_MEMSET_NODE_PARAMS* parameters);
HostWork from_parameters(const CUDA_HOST_NODE_PARAMS* parameters);

}  // namespace cudasim::driver

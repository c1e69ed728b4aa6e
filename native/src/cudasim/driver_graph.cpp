// Building graphs: nodes, what they depend on, copies of graphs.
#include "driver_graph.h"

#include <algorithm>
#include <map>

#include "driver.h"

namespace cudasim::driver {

Graph::~Graph() {
  for (const auto& node : nodes) driver().nodes.remove(node->handle);
}

GraphNode& Graph::add(Work work, const std::vector<GraphNode*>& after) {
  auto node = std::make_shared<GraphNode>();
  node->graph = this;
  node->work = std::move(work);
  node->after = after;
  for (GraphNode* earlier : after) earlier->before.push_back(node.get());
  driver().nodes.add(node);
  nodes.push_back(node);
  return *node;
}

std::vector<ExecNode> instantiate(const Graph& graph) {
  std::vector<ExecNode> nodes;
  std::map<const GraphNode*, std::size_t> unmet, position;
  std::vector<const GraphNode*> ready;
  for (const auto& node : graph.nodes) {
    unmet[node.get()] = node->after.size();
    if (node->after.empty()) ready.push_back(node.get());
  }
  for (std::size_t next = 0; next < ready.size(); ++next) {
    const GraphNode& node = *ready[next];
    ExecNode made;
    made.source = node.handle;
    made.work = std::make_shared<const Work>(node.work);
    made.last = node.before.empty();
    for (const GraphNode* earlier : node.after) made.after.push_back(position.at(earlier));
    position[&node] = nodes.size();
    nodes.push_back(std::move(made));
    for (const GraphNode* later : node.before) {
      if (--unmet[later] == 0) ready.push_back(later);
    }
  }
  require(nodes.size() == graph.nodes.size());
  return nodes;
}

std::shared_ptr<GraphNode> node_of(CUgraphNode handle) {
  return driver().nodes.get(handle, CUDA_ERROR_INVALID_VALUE);
}

std::shared_ptr<Graph> graph_of(CUgraph handle) { return driver().graphs.get(handle, CUDA_ERROR_INVALID_VALUE); }

CUgraphNodeType type_of(const Work& work) {
  struct Types {
    CUgraphNodeType operator()(const KernelWork&) const { return CU_GRAPH_NODE_TYPE_KERNEL; }
    CUgraphNodeType operator()(const CopyWork&) const { return CU_GRAPH_NODE_TYPE_MEMCPY; }
    CUgraphNodeType operator()(const FillWork&) const { return CU_GRAPH_NODE_TYPE_MEMSET; }
    CUgraphNodeType operator()(const HostWork&) const { return CU_GRAPH_NODE_TYPE_HOST; }
    CUgraphNodeType operator()(const RecordWork&) const { return CU_GRAPH_NODE_TYPE_EVENT_RECORD; }
    CUgraphNodeType operator()(const WaitWork&) const { return CU_GRAPH_NODE_TYPE_WAIT_EVENT; }
    CUgraphNodeType operator()(const FreeWork&) const { return CU_GRAPH_NODE_TYPE_EMPTY; }  // is never captured
    CUgraphNodeType operator()(const EmptyWork&) const { return CU_GRAPH_NODE_TYPE_EMPTY; }
  };
  return std::visit(Types{}, work);
}

namespace {

std::shared_ptr<Graph> clone(const Graph& graph) {
  auto copy = std::make_shared<Graph>();
  std::map<const GraphNode*, GraphNode*> copies;
  for (const auto& node : graph.nodes) {
    GraphNode& made = copy->add(node->work, {});
    made.cloned_from = node->handle;
    copies[node.get()] = &made;
  }
  for (const auto& node : graph.nodes) {
    for (const GraphNode* earlier : node->after) copies[node.get()]->after.push_back(copies[earlier]);
    for (const GraphNode* later : node->before) copies[node.get()]->before.push_back(copies[later]);
  }
  return copy;
}

void connect(GraphNode& from, GraphNode& to) {
  auto known = std::find(to.after.begin(), to.after.end(), &from) != to.after.end();
  require(from.graph == to.graph && &from != &to && !known);
  to.after.push_back(&from);
  from.before.push_back(&to);
}

void disconnect(GraphNode& from, GraphNode& to) {
  require(std::erase(to.after, &from) == 1);
  std::erase(from.before, &to);
}

// Fills `given`, of *count places, or says how many there are.
void list(const std::vector<GraphNode*>& nodes, CUgraphNode* given, std::size_t* count) {
  require(count != nullptr);
  if (given == nullptr) {
    *count = nodes.size();
    return;
  }
  for (std::size_t i = 0; i < *count; ++i) given[i] = i < nodes.size() ? nodes[i]->handle : nullptr;
  *count = std::min(*count, nodes.size());
}

std::vector<GraphNode*> all_nodes(const Graph& graph, bool roots_only) {
  std::vector<GraphNode*> nodes;
  for (const auto& node : graph.nodes) {
    if (!roots_only || node->after.empty()) nodes.push_back(node.get());
  }
  return nodes;
}

template <class MakeWork>
void add_node(CUgraphNode* node, CUgraph graph, const CUgraphNode* after, std::size_t count, MakeWork make_work) {
  require(node != nullptr && (count == 0 || after != nullptr));
  auto found = graph_of(graph);
  std::vector<GraphNode*> dependencies;
  for (std::size_t i = 0; i < count; ++i) {
    GraphNode* dependency = node_of(after[i]).get();
    bool known = std::find(dependencies.begin(), dependencies.end(), dependency) != dependencies.end();
    require(dependency->graph == found.get() && !known);
    dependencies.push_back(dependency);
  }
  *node = found->add(make_work(), dependencies).handle;
}

std::shared_ptr<Event> event_of(CUevent handle) { return driver().events.get(handle); }

}  // namespace
}  // namespace cudasim::driver

using namespace cudasim::driver;

CUDASIM_API CUresult cuGraphCreate(CUgraph* graph, unsigned flags) {
  return call("cuGraphCreate", Nature::create, [&] {
    require(graph != nullptr && flags == 0);
    *graph = driver().graphs.add(std::make_shared<Graph>());
  });
}

CUDASIM_API CUresult cuGraphDestroy(CUgraph graph) {
  return call("cuGraphDestroy", Nature::release, [&] {
    graph_of(graph);
    driver().graphs.remove(graph);
  });
}

CUDASIM_API CUresult cuGraphClone(CUgraph* copy, CUgraph original) {
  return call("cuGraphClone", Nature::create, [&] {
    require(copy != nullptr);
    *copy = driver().graphs.add(clone(*graph_of(original)));
  });
}

CUDASIM_API CUresult cuGraphNodeFindInClone(CUgraphNode* node, CUgraphNode original, CUgraph copy) {
  return call("cuGraphNodeFindInClone", Nature::query, [&] {
    require(node != nullptr);
    for (const auto& candidate : graph_of(copy)->nodes) {
      if (candidate->cloned_from == original) {
        *node = candidate->handle;
        return;
      }
    }
    refuse(CUDA_ERROR_INVALID_VALUE);
  });
}

CUDASIM_API CUresult cuGraphAddKernelNode_v2(CUgraphNode* node, CUgraph graph, const CUgraphNode* after,
                                             std::size_t count, const CUDA_KERNEL_NODE_PARAMS* parameters) {
  return call("cuGraphAddKernelNode_v2", Nature::create,
              [&] { add_node(node, graph, after, count, [&] { return from_parameters(parameters); }); });
}

CUDASIM_API CUresult cuGraphAddMemcpyNode(CUgraphNode* node, CUgraph graph, const CUgraphNode* after,
                                          std::size_t count, const CUDA_MEMCPY3D* parameters, CUcontext) {
  return call("cuGraphAddMemcpyNode", Nature::create,
              [&] { add_node(node, graph, after, count, [&] { return from_parameters(parameters); }); });
}

CUDASIM_API CUresult cuGraphAddMemsetNode(CUgraphNode* node, CUgraph graph, const CUgraphNode* after,
                                          std::size_t count, const CUDA_MEMSET_NODE_PARAMS* parameters, CUcontext) {
  return call("cuGraphAddMemsetNode", Nature::create,
              [&] { add_node(node, graph, after, count, [&] { return from_parameters(parameters); }); });
}

CUDASIM_API CUresult cuGraphAddHostNode(CUgraphNode* node, CUgraph graph, const CUgraphNode* after, std::size_t count,
                                        const CUDA_HOST_NODE_PARAMS* parameters) {
  return call("cuGraphAddHostNode", Nature::create,
              [&] { add_node(node, graph, after, count, [&] { return from_parameters(parameters); }); });
}

CUDASIM_API CUresult cuGraphAddEmptyNode(CUgraphNode* node, CUgraph graph, const CUgraphNode* after,
                                         std::size_t count) {
  return call("cuGraphAddEmptyNode", Nature::create,
              [&] { add_node(node, graph, after, count, [] { return EmptyWork{}; }); });
}

CUDASIM_API CUresult cuGraphAddEventRecordNode(CUgraphNode* node, CUgraph graph, const CUgraphNode* after,
                                               std::size_t count, CUevent event) {
  return call("cuGraphAddEventRecordNode", Nature::create,
              [&] { add_node(node, graph, after, count, [&] { return RecordWork{event_of(event)}; }); });
}

CUDASIM_API CUresult cuGraphAddEventWaitNode(CUgraphNode* node, CUgraph graph, const CUgraphNode* after,
                                             std::size_t count, CUevent event) {
  return call("cuGraphAddEventWaitNode", Nature::create,
              [&] { add_node(node, graph, after, count, [&] { return WaitWork{event_of(event)}; }); });
}

CUDASIM_API CUresult cuGraphDestroyNode(CUgraphNode handle) {
  return call("cuGraphDestroyNode", Nature::release, [&] {
    auto node = node_of(handle);
    while (!node->after.empty()) disconnect(*node->after.back(), *node);
    while (!node->before.empty()) disconnect(*node, *node->before.back());
    driver().nodes.remove(handle);
    std::erase(node->graph->nodes, node);
  });
}

CUDASIM_API CUresult cuGraphNodeGetType(CUgraphNode node, CUgraphNodeType* type) {
  return call("cuGraphNodeGetType", Nature::query, [&] {
    require(type != nullptr);
    *type = type_of(node_of(node)->work);
  });
}

CUDASIM_API CUresult cuGraphGetNodes(CUgraph graph, CUgraphNode* nodes, std::size_t* count) {
  return call("cuGraphGetNodes", Nature::query, [&] { list(all_nodes(*graph_of(graph), false), nodes, count); });
}

CUDASIM_API CUresult cuGraphGetRootNodes(CUgraph graph, CUgraphNode* nodes, std::size_t* count) {
  return call("cuGraphGetRootNodes", Nature::query, [&] { list(all_nodes(*graph_of(graph), true), nodes, count); });
}

CUDASIM_API CUresult cuGraphGetEdges(CUgraph graph, CUgraphNode* from, CUgraphNode* to, std::size_t* count) {
  return call("cuGraphGetEdges", Nature::query, [&] {
    std::vector<GraphNode*> starts, ends;
    for (const auto& node : graph_of(graph)->nodes) {
      for (GraphNode* earlier : node->after) {
        starts.push_back(earlier);
        ends.push_back(node.get());
      }
    }
    require(count != nullptr && (from == nullptr) == (to == nullptr));
    std::size_t places = *count;
    list(starts, from, count);
    if (to != nullptr) list(ends, to, &places);
  });
}

CUDASIM_API CUresult cuGraphNodeGetDependencies(CUgraphNode node, CUgraphNode* nodes, std::size_t* count) {
  return call("cuGraphNodeGetDependencies", Nature::query, [&] { list(node_of(node)->after, nodes, count); });
}

CUDASIM_API CUresult cuGraphNodeGetDependentNodes(CUgraphNode node, CUgraphNode* nodes, std::size_t* count) {
  return call("cuGraphNodeGetDependentNodes", Nature::query, [&] { list(node_of(node)->before, nodes, count); });
}

CUDASIM_API CUresult cuGraphAddDependencies(CUgraph graph, const CUgraphNode* from, const CUgraphNode* to,
                                            std::size_t count) {
  return call("cuGraphAddDependencies", Nature::create, [&] {
    require(count == 0 || (from != nullptr && to != nullptr));
    auto found = graph_of(graph);
    for (std::size_t i = 0; i < count; ++i) {
      require(node_of(from[i])->graph == found.get());
      connect(*node_of(from[i]), *node_of(to[i]));
    }
  });
}

CUDASIM_API CUresult cuGraphRemoveDependencies(CUgraph graph, const CUgraphNode* from, const CUgraphNode* to,
                                               std::size_t count) {
  return call("cuGraphRemoveDependencies", Nature::query, [&] {
    require(count == 0 || (from != nullptr && to != nullptr));
    graph_of(graph);
    for (std::size_t i = 0; i < count; ++i) disconnect(*node_of(from[i]), *node_of(to[i]));
  });
}

// Work that was asked for and has not run yet, over all streams, as a graph of operations.
//
// Nothing runs in the background: operations run inside driver calls, on the calling thread. Which ones, and when, is
// up to the rules of CUDA and a seed: as late as a synchronisation allows, or at random earlier points, and in a random
// order that keeps only what streams, events and the legacy default stream promise.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "core.h"
#include "driver_random.h"

namespace cudasim::driver {

struct Context;
struct Operation;
using OperationRef = std::shared_ptr<Operation>;

struct Operation {
  std::shared_ptr<Context> context;
  std::function<Outcome()> action;
  std::vector<OperationRef> after;       // not done yet; emptied when this one is done
  std::vector<Operation*> dependents;    // pending, and waiting for this one
  std::size_t unmet = 0;                 // how many of `after` are not done
  std::uint64_t wanted = 0;              // the latest run_until that needs this one
  bool done = false;
  std::chrono::steady_clock::time_point finished;  // when it ran, for elapsed times
};

class Queue {
 public:
  explicit Queue(Random& random) : random_(random) {}

  // `after` may hold nulls and operations that are done.
  OperationRef submit(std::shared_ptr<Context> context, const std::vector<OperationRef>& after,
                      std::function<Outcome()> action);

  // Runs what must run so that these are done, and at random more.
  void run_until(const std::vector<OperationRef>& targets);
  // Runs one operation that brings `target` nearer.
  void advance(const OperationRef& target);
  // Lets work run that nobody waits for yet, as the seed will have it.
  void wander();
  // Draws anew how willingly work runs early. It stays so for a while.
  void change_mood();
  // Everything of this context.
  void run_all(const Context& context);
  // Forgets what the context has asked for: it will never run.
  void drop(const Context& context);

  std::size_t size() const { return pending_.size(); }

 private:
  enum class Mood { lazy, mixed, eager };

  void mark(const std::vector<OperationRef>& targets);
  bool run_wanted();
  void run(std::size_t ready_index);
  void finish(Operation& operation);

  Random& random_;
  Mood mood_ = Mood::lazy;
  std::uint64_t epoch_ = 0;
  std::unordered_map<Operation*, OperationRef> pending_;
  std::vector<Operation*> ready_;
};

}  // namespace cudasim::driver

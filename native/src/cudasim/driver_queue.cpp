#include "driver_queue.h"

#include <algorithm>

#include "driver_objects.h"

namespace cudasim::driver {
namespace {

// Real drivers hold about a thousand launches before a launch blocks.
constexpr std::size_t most_pending = 4096;

bool is_pending(const OperationRef& operation) { return operation != nullptr && !operation->done; }

}  // namespace

OperationRef Queue::submit(std::shared_ptr<Context> context, const std::vector<OperationRef>& after,
                           std::function<Outcome()> action) {
  while (pending_.size() >= most_pending) run(random_.below(ready_.size()));
  auto operation = std::make_shared<Operation>();
  operation->context = std::move(context);
  operation->action = std::move(action);
  for (const auto& earlier : after) {
    if (!is_pending(earlier)) continue;
    if (std::find(operation->after.begin(), operation->after.end(), earlier) != operation->after.end()) continue;
    operation->after.push_back(earlier);
    earlier->dependents.push_back(operation.get());
  }
  operation->unmet = operation->after.size();
  pending_.emplace(operation.get(), operation);
  if (operation->unmet == 0) ready_.push_back(operation.get());
  return operation;
}

void Queue::mark(const std::vector<OperationRef>& targets) {
  ++epoch_;
  std::vector<Operation*> open;
  auto want = [&](const OperationRef& operation) {
    if (is_pending(operation) && operation->wanted != epoch_) {
      operation->wanted = epoch_;
      open.push_back(operation.get());
    }
  };
  for (const auto& target : targets) want(target);
  while (!open.empty()) {
    Operation* operation = open.back();
    open.pop_back();
    for (const auto& earlier : operation->after) want(earlier);
  }
}

// One operation of those marked last; false if none is left.
bool Queue::run_wanted() {
  std::vector<std::size_t> candidates;
  for (std::size_t i = 0; i < ready_.size(); ++i) {
    if (ready_[i]->wanted == epoch_) candidates.push_back(i);
  }
  if (candidates.empty()) return false;
  // Now and then something that nobody waits for runs in between.
  run(random_.below(8) == 0 ? random_.below(ready_.size()) : candidates[random_.below(candidates.size())]);
  return true;
}

void Queue::run_until(const std::vector<OperationRef>& targets) {
  mark(targets);
  while (std::any_of(targets.begin(), targets.end(), is_pending) && run_wanted()) {
  }
}

void Queue::advance(const OperationRef& target) {
  mark({target});
  run_wanted();
}

void Queue::change_mood() {
  constexpr Mood moods[] = {Mood::lazy, Mood::lazy, Mood::lazy, Mood::lazy, Mood::lazy, Mood::mixed, Mood::eager};
  mood_ = moods[random_.below(std::size(moods))];
}

void Queue::wander() {
  if (ready_.empty()) return;
  if (random_.below(64) == 0) change_mood();
  if (mood_ == Mood::lazy) return;
  do {
    if (mood_ == Mood::mixed && random_.below(2) == 0) return;
    run(random_.below(ready_.size()));
  } while (!ready_.empty());
}

void Queue::run_all(const Context& context) {
  std::vector<OperationRef> all;
  for (const auto& [key, operation] : pending_) {
    if (operation->context.get() == &context) all.push_back(operation);
  }
  run_until(all);
}

void Queue::drop(const Context& context) {
  std::vector<OperationRef> dropped;
  for (const auto& [key, operation] : pending_) {
    if (operation->context.get() == &context) dropped.push_back(operation);
  }
  for (const auto& operation : dropped) {
    std::erase(ready_, operation.get());
    for (const auto& earlier : operation->after) std::erase(earlier->dependents, operation.get());
  }
  for (const auto& operation : dropped) {
    operation->dependents.erase(
        std::remove_if(operation->dependents.begin(), operation->dependents.end(),
                       [&](Operation* later) { return later->context.get() == &context; }),
        operation->dependents.end());
    finish(*operation);
  }
}

void Queue::run(std::size_t ready_index) {
  OperationRef operation = pending_.at(ready_[ready_index]);
  ready_[ready_index] = ready_.back();
  ready_.pop_back();
  // After a sticky error the device runs nothing more of that context.
  if (operation->context->poison == CUDA_SUCCESS) {
    Outcome outcome = operation->action();
    if (!outcome.ok()) operation->context->fail(outcome);
  }
  finish(*operation);
}

void Queue::finish(Operation& operation) {
  operation.done = true;
  operation.finished = std::chrono::steady_clock::now();
  operation.action = nullptr;
  operation.after.clear();
  for (Operation* later : operation.dependents) {
    if (--later->unmet == 0) ready_.push_back(later);
  }
  operation.dependents.clear();
  pending_.erase(&operation);
}

}  // namespace cudasim::driver

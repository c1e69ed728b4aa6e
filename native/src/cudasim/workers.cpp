#include "workers.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

namespace cudasim {

namespace {

unsigned cores() {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? static_cast<unsigned>(CPU_COUNT(&set)) : 1;
}

// Never destroyed: its threads sleep until the process ends.
class Pool {
 public:
  Pool() {
    // Signals are for the threads that the program made.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const unsigned others = std::min(cores(), 16u) - 1;
    for (unsigned i = 1; i <= others; i++) {
      std::thread([this, i] { serve(i); }).detach();
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  void run(const std::function<void(unsigned)>& work) {
    {
      const std::lock_guard lock(mutex_);
      work_ = &work;
      generation_++;
    }
    wake_.notify_all();
    work(0);
    std::unique_lock lock(mutex_);
    work_ = nullptr;
    done_.wait(lock, [this] { return active_ == 0; });
  }

 private:
  void serve(unsigned number) {
    std::uint64_t seen = 0;
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [&] { return work_ != nullptr && generation_ != seen; });
      seen = generation_;
      const std::function<void(unsigned)>& work = *work_;
      active_++;
      lock.unlock();
      work(number);
      lock.lock();
      if (--active_ == 0) {
        done_.notify_one();
      }
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  const std::function<void(unsigned)>* work_ = nullptr;
  std::uint64_t generation_ = 0;
  unsigned active_ = 0;
};

}  // namespace

void on_all_cores(const std::function<void(unsigned)>& work) {
  static Pool* const pool = new Pool;
  pool->run(work);
}

}  // namespace cudasim

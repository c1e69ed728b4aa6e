// Runs the planted bugs: each must be caught under every seed tried, with kernel, block, thread and line; its correct
// twin must raise nothing in 1,000 random schedules. Then what has no twin. The fast build, which checks no accesses, runs
// the twins alone. Prints TAP.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>

#include "harness.h"
#include "tests.h"

namespace {

using harness::Planted;
using harness::Wrong;

constexpr std::uint64_t kBugSeeds = 10;
constexpr std::uint64_t kTwinSeeds = 1000;

// "barriers.cu:41" for each line of the kernel's source that ends in "// NAME".
std::vector<std::string> marked_lines(const std::string& kernel, const char* name) {
  const std::string path = cudasim::find_kernel(kernel)->file;
  std::ifstream source(path.starts_with('/') ? path.substr(1) : path);
  if (!source) {
    throw Wrong{"cannot read " + path};
  }
  const std::string mark = std::string("// ") + name;
  const std::string file = path.substr(path.rfind('/') + 1);
  std::vector<std::string> lines;
  std::string line;
  for (int number = 1; std::getline(source, line); number++) {
    if (line.ends_with(mark)) {
      lines.push_back(file + ":" + std::to_string(number));
    }
  }
  return lines;
}

void demand(const std::string& report, const std::string& text) {
  if (report.find(text) == std::string::npos) {
    throw Wrong{"the report lacks \"" + text + "\":\n" + report};
  }
}

// As many places as culprits, each of which has one.
void demand_culprits(const std::string& report, const std::vector<std::string>& culprits) {
  constexpr std::string_view kPlace = "\n  block (";
  std::size_t places = 0;
  for (std::size_t at = report.find(kPlace); at != std::string::npos; at = report.find(kPlace, at + 1)) {
    places++;
  }
  if (places != culprits.size()) {
    throw Wrong{"the report names " + std::to_string(places) + " places:\n" + report};
  }
  for (const std::string& culprit : culprits) {
    demand(report, "\n  " + culprit);
  }
}

void check_caught(const Planted& planted) {
  const std::string kernel = std::string(planted.name) + "_bug";
  for (std::uint64_t seed = 1; seed <= kBugSeeds; seed++) {
    const cudasim::Outcome outcome = planted.attempt(kernel.c_str(), seed);
    if (outcome.ok()) {
      throw Wrong{"not caught under seed " + std::to_string(seed)};
    }
    demand(outcome.report.substr(0, outcome.report.find('\n')), planted.says);
    demand(outcome.report, "in kernel " + kernel + ",");
    if (planted.one_place) {
      demand(outcome.report, "\n  block (");
      demand(outcome.report, "), thread (");
    }
    if (!planted.culprits.empty()) {
      demand_culprits(outcome.report, planted.culprits);
    }
    const std::vector<std::string> lines = marked_lines(kernel, planted.name);
    if (lines.empty() == planted.one_place) {
      throw Wrong{planted.one_place ? "no line of " + kernel + " is marked" : kernel + " has marks, and no place"};
    }
    for (const std::string& line : lines) {
      demand(outcome.report, line + " (");
    }
    if (const cudasim::Outcome again = planted.attempt(kernel.c_str(), seed); again.report != outcome.report) {
      throw Wrong{"the same seed gives another report:\n" + outcome.report + again.report};
    }
  }
}

void check_clean(const Planted& planted) {
  const std::string kernel = std::string(planted.name) + "_twin";
  for (std::uint64_t seed = 1; seed <= kTwinSeeds; seed++) {
    const cudasim::Outcome outcome = planted.attempt(kernel.c_str(), seed);
    if (!outcome.ok()) {
      throw Wrong{"seed " + std::to_string(seed) + " raises\n" + outcome.report};
    }
  }
}

int passed = 0;
int failed = 0;

template <class Test>
void run(const std::string& name, Test test) {
  try {
    test();
    std::printf("ok %d - %s\n", ++passed + failed, name.c_str());
  } catch (const Wrong& wrong) {
    std::printf("not ok %d - %s\n", passed + ++failed, name.c_str());
    for (std::size_t at = 0; at < wrong.what.size();) {
      const std::size_t end = std::min(wrong.what.find('\n', at), wrong.what.size());
      std::printf("# %s\n", wrong.what.substr(at, end - at).c_str());
      at = end + 1;
    }
  }
  std::fflush(stdout);
}

}  // namespace

int main(int count, char** arguments) {
  const std::string wanted = count > 1 ? arguments[1] : "";
  const auto is_wanted = [&](const std::string& name) { return name.find(wanted) != std::string::npos; };
  for (const Planted& planted : harness::planted_bugs()) {
    if (is_wanted(planted.name)) {
      if (cudasim::is_checked()) {
        run(std::string(planted.name) + ": is caught", [&] { check_caught(planted); });
      }
      run(std::string(planted.name) + ": its correct twin is clean", [&] { check_clean(planted); });
    }
  }
  for (const harness::Test& test : harness::tests()) {
    if (is_wanted(test.name)) {
      run(test.name, test.run);
    }
  }
  std::printf("1..%d\n", passed + failed);
  return failed == 0 ? 0 : 1;
}

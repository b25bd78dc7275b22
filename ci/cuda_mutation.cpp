// SPDX-License-Identifier: Apache-2.0
// Linked into gatun_cuda_tests by ci/cuda_mutate.py: the switch that its faults in the kernels ask.
// GATUN_MUTANT is the number of the one fault that is on. GATUN_MUTANT_HITS names a file that gets
// a line per test: its name, its milliseconds, and the numbers of the faults whose places it
// reached.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <fstream>

extern "C" bool gatun_mutant(int number);

namespace {

constexpr int kMost = 65536;
std::array<bool, kMost> reached{};
const char* const chosen = std::getenv("GATUN_MUTANT");
const int active = chosen != nullptr ? std::atoi(chosen) : -1;

class Recorder : public ::testing::EmptyTestEventListener {
 public:
  explicit Recorder(const char* path) : file_(path) {}

 private:
  void OnTestStart(const ::testing::TestInfo&) override { reached.fill(false); }
  void OnTestEnd(const ::testing::TestInfo& test) override {
    file_ << test.test_suite_name() << '.' << test.name() << ' ' << test.result()->elapsed_time();
    for (int i = 0; i < kMost; ++i) {
      if (reached[static_cast<std::size_t>(i)]) file_ << ' ' << i;
    }
    file_ << std::endl;
  }

  std::ofstream file_;
};

const bool recording = [] {
  const char* path = std::getenv("GATUN_MUTANT_HITS");
  if (path != nullptr)
    ::testing::UnitTest::GetInstance()->listeners().Append(new Recorder(path));  // the list owns it
  return path != nullptr;
}();

}  // namespace

bool gatun_mutant(int number) {
  reached[static_cast<std::size_t>(number)] = true;
  return number == active;
}

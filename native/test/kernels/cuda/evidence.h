// SPDX-License-Identifier: Apache-2.0
// Memory transactions of each kernel on a typical shape, against the least that its bytes need.
// With GATUN_CUDA_COUNTS set, a line per launch goes to that file, for the table of ci/cuda.sh
// evidence:
//   code threads dynamic_shared sectors ideal passes requests products reason
// The code is an address in the program, whose symbol names the kernel; the reason, to the end of
// the line, is why a launch may be above the usual limits.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "gatun/tensor.h"
#include "harness.h"
#include "simt/launches.h"

namespace gatun::cuda::test {

struct Limits {
  double sectors = 1.05;  // of the ideal
  double passes = 1.1;    // of one to a request
  const char* reason = "";
};

class CudaEvidence : public ::testing::Test {
 protected:
  CudaEvidence() {
    if (const char* path = std::getenv("GATUN_CUDA_COUNTS")) file_.open(path, std::ios::app);
  }

  // Of every kernel that launch() starts.
  template <typename Launch>
  void count(const std::string& what, Launch launch, Limits limits = {}) {
    simt::begin_launch_counts();
    EXPECT_EQ(launch(), 0) << what;
    const auto launches = simt::end_launch_counts();
    expect_no_findings();
    EXPECT_FALSE(launches.empty()) << what;
    for (const simt::LaunchCount& l : launches) {
      const simt::Counters& c = l.counters;
      EXPECT_GT(c.ideal_sectors, 0) << what << " does nothing";
      EXPECT_LE(static_cast<double>(c.global_sectors),
                limits.sectors * static_cast<double>(c.ideal_sectors))
          << what;
      EXPECT_LE(static_cast<double>(c.shared_passes),
                limits.passes * static_cast<double>(c.shared_requests))
          << what;
      std::ostringstream line;  // written at once: other processes write to the file too
      line << simt::site_of(l.kernel) << ' ' << l.threads << ' ' << l.dynamic_shared_bytes << ' '
           << c.global_sectors << ' ' << c.ideal_sectors << ' ' << c.shared_passes << ' '
           << c.shared_requests << ' ' << c.matrix_products << ' ' << limits.reason << '\n';
      if (file_.is_open()) file_ << line.str() << std::flush;
    }
  }

 private:
  std::ofstream file_;
};

struct Format {
  gatun_dtype dtype;
  const char* name;
};
inline constexpr Format kFormats[] = {{GATUN_DTYPE_Q4_0, "q4_0"}, {GATUN_DTYPE_Q4_1, "q4_1"},
                                      {GATUN_DTYPE_Q5_0, "q5_0"}, {GATUN_DTYPE_Q5_1, "q5_1"},
                                      {GATUN_DTYPE_Q8_0, "q8_0"}, {GATUN_DTYPE_Q4_K, "q4_k"},
                                      {GATUN_DTYPE_Q5_K, "q5_k"}, {GATUN_DTYPE_Q6_K, "q6_k"}};

}  // namespace gatun::cuda::test

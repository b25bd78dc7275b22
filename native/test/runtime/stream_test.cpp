// SPDX-License-Identifier: Apache-2.0
// Direct calls, recording and replay, faults, scratch memory.
#include "runtime/stream.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "runtime/device.h"
#include "runtime/error.h"
#include "runtime/graph.h"

namespace gatun {
namespace {

gatun_device_options options_of(int32_t threads, int64_t budget = 0) {
  gatun_device_options options{};
  options.struct_size = sizeof(options);
  options.isa = GATUN_ISA_GENERIC;
  options.threads = threads;
  options.memory_budget_bytes = budget;
  return options;
}

struct AffineArgs {
  float* x;  // [count]
  int64_t count;
  float factor;
  float offset;
};

void affine(const AffineArgs& args, const Team& team) {
  const auto [begin, end] = team.share(args.count);
  for (int64_t i = begin; i < end; ++i) args.x[i] = args.x[i] * args.factor + args.offset;
}

struct ReverseArgs {
  const float* x;
  float* y;
  int64_t count;
};

// Every element is read by another member than the one that wrote it.
void reverse(const ReverseArgs& args, const Team& team) {
  const auto [begin, end] = team.share(args.count);
  for (int64_t i = begin; i < end; ++i) args.y[i] = args.x[args.count - 1 - i];
}

struct FaultArgs {
  Fault* fault;
  int64_t value;
  Fault::Range range = Fault::Range::kIndexOrNone;
};

void report(const FaultArgs& args, const Team& team) {
  if (team.index() == team.size() - 1)
    args.fault->report("test: ids", 3, args.value, 10, args.range);
}

template <typename Body>
std::string failure(Body body) {
  try {
    body();
  } catch (const Error& e) {
    EXPECT_EQ(e.status(), GATUN_STATUS_INVALID_ARGUMENT);
    return e.what();
  }
  return "no error";
}

int64_t regions(const Device& device) {
  gatun_device_info info{};
  device.query(info);
  return info.regions;
}

void submit_steps(Stream& stream, std::vector<float>& x, std::vector<float>& y) {
  const auto count = static_cast<int64_t>(x.size());
  stream.submit("affine", affine, AffineArgs{x.data(), count, 0.5f, 1.0f});
  stream.submit("reverse", reverse, ReverseArgs{x.data(), y.data(), count});
  stream.submit("affine", affine, AffineArgs{y.data(), count, -3.0f, 0.25f});
  stream.submit("reverse", reverse, ReverseArgs{y.data(), x.data(), count});
}

std::vector<float> numbers(size_t count) {
  std::vector<float> x(count);
  for (size_t i = 0; i < count; ++i) x[i] = static_cast<float>(i) * 0.37f - 5;
  return x;
}

class StreamTest : public ::testing::TestWithParam<int> {};

TEST_P(StreamTest, ReplayHasTheBytesOfDirectCallsInOneRegion) {
  Device device(options_of(GetParam()));
  Stream stream(device);
  auto x = numbers(1001), y = std::vector<float>(1001), expected = x;
  auto expected_y = y;
  for (int step = 0; step < 3; ++step) submit_steps(stream, expected, expected_y);

  stream.begin_recording();
  submit_steps(stream, x, y);
  const auto graph = stream.end_recording();
  EXPECT_EQ(x, numbers(1001)) << "recording executed something";
  const int64_t before = regions(device);
  for (int step = 0; step < 3; ++step) stream.replay(*graph);
  EXPECT_EQ(regions(device) - before, 3);
  EXPECT_EQ(x, expected);
  EXPECT_EQ(y, expected_y);
}

TEST_P(StreamTest, FaultIsThrownAfterTheRegionAndLeavesTheStreamUsable) {
  Device device(options_of(GetParam()));
  Stream stream(device);
  const std::string text = "test: ids[3] = 12, expected -1 or 0 <= value < 10";
  EXPECT_EQ(failure([&] { stream.submit("report", report, FaultArgs{&stream.fault(), 12}); }),
            text);
  EXPECT_EQ(failure([&] {
              stream.submit("report", report, FaultArgs{&stream.fault(), -1, Fault::Range::kIndex});
            }),
            "test: ids[3] = -1, expected 0 <= value < 10");
  auto x = numbers(5);
  stream.submit("affine", affine, AffineArgs{x.data(), 5, 1, 0});

  stream.begin_recording();
  stream.submit("report", report, FaultArgs{&stream.fault(), 12});
  const auto graph = stream.end_recording();
  for (int i = 0; i < 2; ++i) EXPECT_EQ(failure([&] { stream.replay(*graph); }), text);
}

TEST_P(StreamTest, GraphOutlivesItsStreamWithFaultsAndScratch) {
  Device device(options_of(GetParam()));
  auto recorder = std::make_unique<Stream>(device);
  recorder->begin_recording();
  auto* scratch = static_cast<float*>(recorder->scratch(400));
  recorder->submit("affine", affine, AffineArgs{scratch, 100, 0, 2});
  recorder->submit("report", report, FaultArgs{&recorder->fault(), 11});
  const auto graph = recorder->end_recording();
  recorder.reset();
  Stream other(device);
  EXPECT_EQ(failure([&] { other.replay(*graph); }),
            "test: ids[3] = 11, expected -1 or 0 <= value < 10");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(scratch[i], 2);
}

INSTANTIATE_TEST_SUITE_P(Threads, StreamTest, ::testing::Values(1, 2, 4));

TEST(RecordingTest, AFailedCallVoidsTheRecording) {
  Device device(options_of(1));
  Stream stream(device);
  stream.begin_recording();
  stream.void_recording("linear: the first failure");
  stream.void_recording("linear: the second failure");
  EXPECT_EQ(failure([&] { stream.end_recording(); }),
            "graph_end: the recording is void: linear: the first failure");
  EXPECT_FALSE(stream.recording());
  stream.void_recording("outside a recording this says nothing");
  stream.begin_recording();
  EXPECT_NE(stream.end_recording(), nullptr);
}

TEST(RecordingTest, MisuseIsNamed) {
  Device device(options_of(1)), other_device(options_of(1));
  Stream stream(device), other(other_device);
  EXPECT_NE(failure([&] { stream.end_recording(); }).find("not recording"), std::string::npos);
  stream.begin_recording();
  EXPECT_NE(failure([&] { stream.begin_recording(); }).find("already recording"),
            std::string::npos);
  other.begin_recording();
  const auto foreign = other.end_recording();
  EXPECT_NE(failure([&] { stream.replay(*foreign); }).find("stream is recording"),
            std::string::npos);
  const auto graph = stream.end_recording();
  EXPECT_NE(failure([&] { stream.replay(*foreign); }).find("another device"), std::string::npos);
  stream.replay(*graph);  // of no calls
}

TEST(ScratchTest, GrowsAlignedAndCountsAgainstTheBudget) {
  Device device(options_of(1, 1 << 20));
  Stream stream(device);
  void* small = stream.scratch(100);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(small) % 64, 0u);
  EXPECT_EQ(stream.scratch(50), small);
  stream.scratch(300000);
  gatun_device_info info{};
  device.query(info);
  EXPECT_GE(info.allocated_bytes, 300000);
  try {
    stream.scratch(2 << 20);
    ADD_FAILURE() << "beyond the budget";
  } catch (const Error& e) {
    EXPECT_EQ(e.status(), GATUN_STATUS_OUT_OF_MEMORY);
    EXPECT_EQ(std::string(e.what()).rfind("stream: scratch memory: needs 2097152 bytes", 0), 0u)
        << e.what();
  }
  EXPECT_NE(stream.scratch(1000), nullptr);  // still usable
}

TEST(PlanTest, ChecksCallsAndNeitherRunsNorKeepsThem) {
  Device device(options_of(2, 1 << 20));
  Stream stream(device);
  std::vector<float> x(64, 1.0f);
  stream.begin_planning();
  const int64_t before = regions(device);
  for (int i = 0; i < 3; ++i) stream.submit("affine", affine, AffineArgs{x.data(), 64, 2, 1});
  EXPECT_NE(stream.scratch(int64_t{1} << 40), nullptr);  // far beyond the budget
  EXPECT_NE(stream.scratch(100), nullptr);
  EXPECT_EQ(stream.end_planning(), int64_t{1} << 40);
  EXPECT_EQ(regions(device), before);
  EXPECT_EQ(x[0], 1);
  stream.submit("affine", affine, AffineArgs{x.data(), 64, 2, 1});
  EXPECT_EQ(x[0], 3);
}

TEST(PlanTest, ReservesWhatWasPlannedAndNoMore) {
  Device device(options_of(1, 1 << 20));
  Stream stream(device);
  stream.begin_planning();
  stream.scratch(70000);
  stream.scratch(200000);
  stream.reserve_scratch(stream.end_planning());
  gatun_device_info info{};
  device.query(info);
  EXPECT_EQ(info.allocated_bytes, 200000);
  stream.scratch(70000);
  stream.scratch(200000);
  stream.reserve_scratch(0);
  device.query(info);
  EXPECT_EQ(info.peak_bytes, 200000);
  EXPECT_NE(failure([&] { stream.reserve_scratch(-1); }).find("scratch_bytes is -1"),
            std::string::npos);
}

TEST(PlanTest, RefusesWhatIsOutOfOrder) {
  Device device(options_of(1));
  Stream stream(device);
  EXPECT_NE(failure([&] { stream.end_planning(); }).find("not planning"), std::string::npos);
  stream.begin_planning();
  EXPECT_NE(failure([&] { stream.begin_planning(); }).find("already planning"), std::string::npos);
  EXPECT_NE(failure([&] { stream.begin_recording(); }).find("is planning"), std::string::npos);
  stream.end_planning();
  stream.begin_recording();
  EXPECT_NE(failure([&] { stream.begin_planning(); }).find("already recording"), std::string::npos);
}

TEST(ConcurrencyTest, StreamsOfOneDeviceRunFromSeveralThreads) {
  Device device(options_of(2));
  Stream recorder(device);
  std::vector<float> shared(64, 0.0f);
  recorder.begin_recording();
  recorder.submit("affine", affine, AffineArgs{shared.data(), 64, 1, 1});
  const auto graph = recorder.end_recording();
  std::vector<std::thread> callers;
  std::vector<std::vector<float>> results(3, numbers(257));
  for (auto& x : results) {
    callers.emplace_back([&device, &graph, &x] {
      Stream stream(device);
      for (int i = 0; i < 30; ++i) {
        stream.submit("affine", affine, AffineArgs{x.data(), 257, 0.5f, 1});
        stream.replay(*graph);
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(results[0], results[1]);
  EXPECT_EQ(results[0], results[2]);
  for (const float value : shared) EXPECT_EQ(value, 90);
}

}  // namespace
}  // namespace gatun

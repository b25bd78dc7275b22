// SPDX-License-Identifier: Apache-2.0
#include "runtime/stream.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "runtime/cuda_stream.h"
#include "runtime/device.h"
#include "runtime/error.h"
#include "runtime/graph.h"

namespace gatun {
namespace {

// Blocks grow at least twofold, so that a stream that meets ever longer inputs allocates rarely.
int64_t grown_size(int64_t needed, int64_t current) {
  constexpr int64_t kSmallest = 65536;
  return std::max({needed, 2 * current, kSmallest});
}

// The reference kernels are the oracle: they see denormals. All others flush them.
Denormals denormals_of(IsaTier tier) {
  return tier == IsaTier::kGeneric ? Denormals::kKeep : Denormals::kFlush;
}

const char* alternative(Fault::Range range) {
  if (range == Fault::Range::kIndexOrNone) return "-1 or ";
  return range == Fault::Range::kIndexOrIgnored ? "-100 or " : "";
}

void run_calls(const void* argument, const Team& team) {
  const auto& calls = static_cast<const Graph*>(argument)->calls();
  for (size_t i = 0; i < calls.size(); ++i) {
    if (i > 0) team.barrier();
    calls[i].run(calls[i].arguments.get(), team);
  }
}

}  // namespace

void Fault::report(const char* what, int64_t position, int64_t value, int64_t limit, Range range) {
  int32_t unset = 0;
  if (!set_.compare_exchange_strong(unset, 1, std::memory_order_relaxed)) return;
  what_ = what;
  position_ = position;
  value_ = value;
  limit_ = limit;
  range_ = range;
}

void Fault::throw_if_set() {
  if (set_.load(std::memory_order_relaxed) == 0) return;  // members wrote before the region ended
  const std::string message = std::string(what_) + "[" + std::to_string(position_) +
                              "] = " + std::to_string(value_) + ", expected " +
                              alternative(range_) + "0 <= value < " + std::to_string(limit_);
  set_.store(0, std::memory_order_relaxed);
  throw Error(GATUN_STATUS_INVALID_ARGUMENT, message);
}

void* Graph::scratch(int64_t bytes) {
  const int64_t current = scratch_.empty() ? 0 : scratch_.back()->bytes();
  if (bytes > current) {
    scratch_.push_back(std::make_unique<DeviceMemory>(device_, grown_size(bytes, current),
                                                      "graph: scratch memory"));
  }
  return scratch_.empty() ? nullptr : scratch_.back()->data();
}

void Graph::fail(const char* message) noexcept {
  if (failed_) return;
  failed_ = true;
  std::strncpy(failure_, message, sizeof(failure_) - 1);
}

struct Stream::State {
  explicit State(Device& device) : use(device, Device::Use::kStream) {}
  DeviceUse use;
  std::unique_ptr<DeviceMemory> scratch;
};

Stream::Stream(Device& device) : device_(device), state_(std::make_unique<State>(device)) {
  if (device.cuda() != nullptr) cuda_ = std::make_unique<CudaStream>(*device.cuda());
}

Stream::~Stream() {
  cuda_.reset();  // waits for calls that use the scratch memory
}

void Stream::synchronise() {
  if (!cuda_) return;  // a CPU's stream has nothing in flight between two calls
  if (recording()) {
    throw Error(GATUN_STATUS_INVALID_ARGUMENT,
                "stream_synchronize: the stream is recording; call graph_end first");
  }
  cuda_->synchronise("stream_synchronize");
}

void Stream::refuse(const char* operation) const {
  throw Error(GATUN_STATUS_UNSUPPORTED, std::string(operation) + ": there is no kernel for " +
                                            device_.name() +
                                            ", and nothing meant for a GPU runs on the CPU; use a "
                                            "CPU device for this step");
}

IsaTier Stream::tier() const {
  return device_.tier();
}

int Stream::threads() const {
  return device_.threads();
}

Fault& Stream::fault() {
  return recording() ? recording_->fault() : fault_;
}

void* Stream::scratch(int64_t bytes) {
  // Planned calls compute addresses in it and never read or write there.
  alignas(64) static std::byte nowhere[64];
  if (planning_) {
    planned_scratch_ = std::max(planned_scratch_, bytes);
    return nowhere;
  }
  if (recording()) return recording_->scratch(bytes);
  std::unique_ptr<DeviceMemory>& block = state_->scratch;
  const int64_t current = block ? block->bytes() : 0;
  if (bytes > current) {
    if (cuda_ && block) cuda_->synchronise("stream: scratch memory");
    block.reset();  // before the larger one is there: the budget need not hold both
    block = std::make_unique<DeviceMemory>(device_, grown_size(bytes, current),
                                           "stream: scratch memory");
  }
  return block ? block->data() : nullptr;
}

void Stream::reserve_scratch(int64_t bytes) {
  if (bytes < 0) {
    throw Error(GATUN_STATUS_INVALID_ARGUMENT,
                "plan_reserve: scratch_bytes is " + std::to_string(bytes) + ", expected 0 or more");
  }
  std::unique_ptr<DeviceMemory>& block = state_->scratch;
  if (bytes <= (block ? block->bytes() : 0)) return;
  if (cuda_ && block) cuda_->synchronise("stream: scratch memory");
  block.reset();
  block = std::make_unique<DeviceMemory>(device_, bytes, "stream: scratch memory");
}

void Stream::append(Call call) {
  recording_->append(std::move(call));
}

void Stream::execute(void (*region)(const void*, const Team&), const void* argument) {
  device_.pool().run(region, argument, denormals_of(tier()));
  fault_.throw_if_set();
}

void Stream::begin_recording() {
  if (recording()) {
    throw Error(GATUN_STATUS_INVALID_ARGUMENT,
                "graph_begin: the stream is already recording; call graph_end first");
  }
  if (planning_) {
    throw Error(GATUN_STATUS_INVALID_ARGUMENT,
                "graph_begin: the stream is planning; call plan_end first");
  }
  auto graph = std::make_unique<Graph>(device_);
  if (cuda_) cuda_->begin_capture();
  recording_ = std::move(graph);
}

void Stream::begin_planning() {
  if (planning_ || recording()) {
    throw Error(GATUN_STATUS_INVALID_ARGUMENT, std::string("plan_begin: the stream is already ") +
                                                   (planning_ ? "planning; call plan_end first"
                                                              : "recording; call graph_end first"));
  }
  planning_ = true;
  if (cuda_) cuda_->set_planning(true);
  planned_scratch_ = 0;
}

int64_t Stream::end_planning() {
  if (!planning_) {
    throw Error(GATUN_STATUS_INVALID_ARGUMENT,
                "plan_end: the stream is not planning; call plan_begin first");
  }
  planning_ = false;
  if (cuda_) cuda_->set_planning(false);
  return planned_scratch_;
}

std::unique_ptr<Graph> Stream::end_recording() {
  if (!recording()) {
    throw Error(GATUN_STATUS_INVALID_ARGUMENT,
                "graph_end: the stream is not recording; call graph_begin first");
  }
  std::unique_ptr<Graph> graph = std::move(recording_);
  if (cuda_ && graph->failed()) cuda_->discard_capture();
  if (cuda_ && !graph->failed()) graph->hold(cuda_->end_capture());
  if (graph->failed()) {
    throw Error(GATUN_STATUS_INVALID_ARGUMENT,
                std::string("graph_end: the recording is void: ") + graph->failure());
  }
  return graph;
}

void Stream::void_recording(const char* message) {
  if (recording()) recording_->fail(message);
}

void Stream::replay(const Graph& graph) {
  if (recording()) {
    throw Error(GATUN_STATUS_INVALID_ARGUMENT,
                "graph_replay: the stream is recording; call graph_end first");
  }
  if (planning_) return;
  if (&graph.device() != &device_) {
    throw Error(GATUN_STATUS_INVALID_ARGUMENT,
                "graph_replay: the graph was recorded on another device");
  }
  if (cuda_) return cuda_->replay(*graph.cuda());
  const std::lock_guard<std::mutex> one_replay(graph.replay_mutex());
  device_.pool().run(run_calls, &graph, denormals_of(tier()));
  graph.fault().throw_if_set();
}

}  // namespace gatun

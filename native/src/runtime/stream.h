// SPDX-License-Identifier: Apache-2.0
// What an operation sees of a stream: its device's tier, scratch memory, and submit(), which runs a
// prepared call in a parallel region or, while a graph is being recorded, appends it to the graph.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <type_traits>

#include "runtime/isa_tier.h"
#include "runtime/team.h"

namespace gatun {

class CudaStream;
class Device;
class Graph;

// The first data-dependent fault of a region (an id outside its table). Kernels report and go on
// without touching memory; the region's caller turns it into INVALID_ARGUMENT.
class Fault {
 public:
  enum class Range : int32_t {
    kIndex,           // 0 <= value < limit
    kIndexOrNone,     // or -1 for "none"
    kIndexOrIgnored,  // or -100 for "ignored"
  };

  // Keeps the first report only. `what` is a string literal such as "embedding: ids"; value and
  // limit go into the text
  // "<what>[<position>] = <value>, expected [-1 or |-100 or ]0 <= value < <limit>".
  void report(const char* what,
              int64_t position,
              int64_t value,
              int64_t limit,
              Range range = Range::kIndex);
  void throw_if_set();  // and clears it

 private:
  std::atomic<int32_t> set_{0};
  const char* what_ = nullptr;
  int64_t position_ = 0, value_ = 0, limit_ = 0;
  Range range_ = Range::kIndex;
};

// A checked call: a kernel and a bitwise copy of its arguments. `run` is executed by every member
// of the team; the runtime puts a barrier between two calls of a graph.
struct Call {
  void (*run)(const void* arguments, const Team& team);
  const char* operation;
  std::shared_ptr<const void> arguments;
};

class Stream {
 public:
  explicit Stream(Device& device);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  Device& device() const { return device_; }
  // Null on a CPU. Operations give their work to it instead of submit(), which refuses on a GPU:
  // nothing that was meant for one runs on the CPU.
  CudaStream* cuda() const { return cuda_.get(); }
  // Waits for what the device has been given, and throws the data-dependent faults of it.
  void synchronise();
  IsaTier tier() const;
  int threads() const;
  // Where the kernels of the next call report. A recorded call keeps its graph's, which outlives
  // the stream.
  Fault& fault();

  // 64-byte aligned memory that stays valid for calls submitted until the next scratch() of this
  // stream, and for the life of a graph that is being recorded. Contents are undefined. Calls of
  // one stream may share it: they are ordered.
  void* scratch(int64_t bytes);
  // Makes room for later calls of scratch(). bytes >= 0.
  void reserve_scratch(int64_t bytes);

  // kernel(arguments, team) on every member. Arguments is trivially copyable.
  template <typename Arguments>
  void submit(const char* operation,
              void (*kernel)(const Arguments&, const Team&),
              const Arguments& arguments) {
    static_assert(std::is_trivially_copyable_v<Arguments>);
    if (cuda_ != nullptr) refuse(operation);
    if (planning_) return;
    if (recording()) {
      struct Bound {
        void (*kernel)(const Arguments&, const Team&);
        Arguments arguments;
      };
      append(Call{[](const void* bound, const Team& team) {
                    const auto* b = static_cast<const Bound*>(bound);
                    b->kernel(b->arguments, team);
                  },
                  operation, std::make_shared<const Bound>(Bound{kernel, arguments})});
      return;
    }
    struct Region {
      void (*kernel)(const Arguments&, const Team&);
      const Arguments* arguments;
    } region{kernel, &arguments};
    execute(
        [](const void* r, const Team& team) {
          const auto* g = static_cast<const Region*>(r);
          g->kernel(*g->arguments, team);
        },
        &region);
  }

  void begin_recording();
  std::unique_ptr<Graph> end_recording();  // throws the first failure of the recording
  void void_recording(
      const char* message);  // called by the ABI layer when a call fails while recording
  void replay(const Graph& graph);
  // Between the two, calls are checked and dropped. The end returns the largest scratch memory of a
  // call.
  void begin_planning();
  int64_t end_planning();
  bool recording() const { return recording_ != nullptr; }

 private:
  [[noreturn]] void refuse(const char* operation) const;
  void append(Call call);
  void execute(void (*region)(const void*, const Team&), const void* argument);

  Device& device_;
  Fault fault_;
  std::unique_ptr<Graph> recording_;
  bool planning_ = false;
  int64_t planned_scratch_ = 0;  // bytes
  struct State;
  std::unique_ptr<State> state_;
  std::unique_ptr<CudaStream> cuda_;
};

}  // namespace gatun

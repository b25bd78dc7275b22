// SPDX-License-Identifier: Apache-2.0
#include "runtime/cuda_stream.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "runtime/error.h"

namespace gatun {
namespace {

// As the CPU's kernels name what they report (Fault::report).
const char* name_of(cuda::FaultSource source) {
  switch (source) {
    case cuda::FaultSource::kEmbeddingIds:
      return "embedding: ids";
    case cuda::FaultSource::kEmbeddingPositions:
      return "embedding: positions";
    case cuda::FaultSource::kEmbeddingTypes:
      return "embedding: types";
    case cuda::FaultSource::kGatherRows:
      return "gather_rows: rows";
    case cuda::FaultSource::kRotaryFrequencyRows:
      return "rotary: frequency_rows";
    case cuda::FaultSource::kRotarySlots:
      return "rotary: slots";
    case cuda::FaultSource::kPoolingSequences:
      return "pooling: cu_seqlens";
    case cuda::FaultSource::kAttentionQueries:
      return "attention: cu_seqlens_q";
    case cuda::FaultSource::kAttentionSources:
      return "attention: kv_sequence";
    case cuda::FaultSource::kAttentionKeys:
      return "attention: lengths of keys";
    case cuda::FaultSource::kAttentionPages:
      return "attention: page_table";
    case cuda::FaultSource::kKvCopySource:
      return "kv_copy: source";
    case cuda::FaultSource::kKvCopyDestination:
      return "kv_copy: destination";
    case cuda::FaultSource::kLinearRows:
      return "linear: rows";
    case cuda::FaultSource::kEmbeddingBackwardIds:
      return "embedding_backward: ids";
    case cuda::FaultSource::kEmbeddingBackwardPositions:
      return "embedding_backward: positions";
    case cuda::FaultSource::kEmbeddingBackwardTypes:
      return "embedding_backward: types";
    case cuda::FaultSource::kGatherRowsBackward:
      return "gather_rows_backward: rows";
    case cuda::FaultSource::kCrossEntropyLabels:
      return "cross_entropy: labels";
    case cuda::FaultSource::kCrossEntropySequences:
      return "cross_entropy: cu_seqlens";
    default:
      return "kernel: data";
  }
}

}  // namespace

CudaFault::CudaFault(CudaDevice& device)
    : device_(device),
      data_(static_cast<cuda::DeviceFault*>(device.allocate(
          sizeof(cuda::DeviceFault), "stream: fault record", Placement::kHostVisible))) {}

CudaFault::~CudaFault() {
  device_.release(data_, Placement::kHostVisible);
}

void CudaFault::throw_if_set() {
  if (data_->source == 0) return;
  const cuda::DeviceFault report = *data_;
  *data_ = {};
  throw Error(GATUN_STATUS_INVALID_ARGUMENT,
              std::string(name_of(static_cast<cuda::FaultSource>(report.source))) + "[" +
                  std::to_string(report.position) + "] = " + std::to_string(report.value) +
                  ", expected a value below " + std::to_string(report.limit));
}

CudaGraph::~CudaGraph() {
  const cuda::Backend& backend = device_.backend();
  if (executable_ != nullptr && backend.use_device(device_.ordinal()) == 0)
    backend.destroy_graph(executable_);
}

CudaStream::CudaStream(CudaDevice& device)
    : device_(device), fault_(std::make_unique<CudaFault>(device)) {
  device_.check(backend().create_stream(&stream_), "stream_create");
}

CudaStream::~CudaStream() {
  discard_capture();
  if (backend().use_device(device_.ordinal()) != 0) return;
  // Memory that the stream's calls use may be freed next.
  backend().synchronise(stream_);
  backend().destroy_stream(stream_);
  device_.release(staging_, Placement::kHostVisible);
}

void CudaStream::count_launch() {
  if (capture_) {
    ++capture_->launches_;
  } else {
    device_.count_launches(1);
  }
}

void CudaStream::clear(void* target, int64_t bytes, const char* operation) {
  if (planning_) return;
  device_.use(operation);
  device_.check(backend().clear(target, bytes, stream_), operation);
}

std::byte* CudaStream::stage(int64_t bytes, const char* operation) {
  constexpr int64_t kSmallest = 4096;
  if (staging_in_use_) synchronise(operation);
  if (bytes > staging_bytes_) {
    const int64_t grown = std::max({bytes, 2 * staging_bytes_, kSmallest});
    void* larger = device_.allocate(grown, operation, Placement::kHostVisible);
    device_.release(staging_, Placement::kHostVisible);
    staging_ = larger;
    staging_bytes_ = grown;
  }
  staging_in_use_ = true;
  return static_cast<std::byte*>(staging_);
}

void CudaStream::copy_in(void* target, const void* source, int64_t bytes) {
  if (planning_) return;
  device_.use("copy");
  device_.check(backend().copy_in(target, source, bytes, stream_), "copy");
  synchronise("copy");
}

void CudaStream::copy_out(void* target, const void* source, int64_t bytes) {
  if (planning_) {
    std::memset(target, 0, static_cast<size_t>(bytes));  // what planned memory holds
    return;
  }
  device_.use("copy");
  device_.check(backend().copy_out(target, source, bytes, stream_), "copy");
  synchronise("copy");
}

void CudaStream::synchronise(const char* operation) {
  device_.use(operation);
  device_.check(backend().synchronise(stream_), operation);
  staging_in_use_ = false;
  const auto replayed = std::move(replayed_);
  replayed_.clear();
  fault_->throw_if_set();
  for (const auto& fault : replayed) fault->throw_if_set();
}

void CudaStream::begin_capture() {
  device_.use("graph_begin");
  auto graph = std::make_unique<CudaGraph>(device_);
  device_.check(backend().begin_capture(stream_), "graph_begin");
  capture_ = std::move(graph);
}

std::unique_ptr<CudaGraph> CudaStream::end_capture() {
  std::unique_ptr<CudaGraph> graph = std::move(capture_);
  device_.use("graph_end");
  device_.check(backend().end_capture(stream_, &graph->executable_), "graph_end");
  return graph;
}

void CudaStream::discard_capture() noexcept {
  if (capture_ && backend().use_device(device_.ordinal()) == 0)
    backend().end_capture(stream_, nullptr);
  capture_.reset();
}

void CudaStream::replay(const CudaGraph& graph) {
  device_.use("graph_replay");
  if (replayed_.empty() || replayed_.back() != graph.fault_) replayed_.push_back(graph.fault_);
  device_.check(backend().replay(graph.executable_, stream_), "graph_replay");
  device_.count_launches(graph.launches_);
}

}  // namespace gatun

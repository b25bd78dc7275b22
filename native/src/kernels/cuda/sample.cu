// SPDX-License-Identifier: Apache-2.0
// A block takes a row. What is kept is a threshold: a score and its token make one number that
// orders as the choice does. The limits of top_k and top_p are found bit by bit among candidates
// that one pass over the row leaves: no fewer than k, those above the k-th of the threads' largest;
// for top_p those that weigh more than the light ones, which together weigh 1 - p at most.
#include "kernels/cuda/float_bits.h"
#include "kernels/cuda/philox.h"
#include "kernels/cuda/reduce.h"
#include "kernels/cuda/sample.h"

namespace gatun::cuda {
namespace {

constexpr int kMaxThreads = 512;
// To a multiprocessor: left alone, ptxas tries for three and spills on sm_120.
constexpr int kBlocks = 2;
constexpr int kMaxWarps = kMaxThreads / kWarpSize;
constexpr int kFewColumns = 1024;  // for which fewer threads do
constexpr float kWeightOfOne = 0x1p44f;
constexpr float kLowest = -87;  // e^x below it weighs nothing
// Above every NaN and -inf.
constexpr uint64_t kAnyToken = uint64_t{0x00800000u} << 32;

__device__ __forceinline__ uint64_t rank_of(float value, int token) {
  if (value != value) return 0;
  return static_cast<uint64_t>(order_of(value)) << 32 |
         (0xffffffffu - static_cast<uint32_t>(token));
}
__device__ __forceinline__ int token_of(uint64_t rank) {
  return static_cast<int>(0xffffffffu - static_cast<uint32_t>(rank));
}
__device__ __forceinline__ float value_of(uint64_t rank) {
  const auto order = static_cast<uint32_t>(rank >> 32);
  return float_of((order >> 31) != 0 ? order & 0x7fffffffu : ~order);
}

// High half of a product.
__device__ __forceinline__ uint64_t high_product(uint64_t a, uint64_t b) {
  const uint64_t a0 = a & 0xffffffffu, a1 = a >> 32, b0 = b & 0xffffffffu, b1 = b >> 32;
  const uint64_t middle = a1 * b0 + (a0 * b0 >> 32), other = a0 * b1 + (middle & 0xffffffffu);
  return a1 * b1 + (middle >> 32) + (other >> 32);
}

__device__ __forceinline__ int threads() {
  return static_cast<int>(blockDim.x);
}
__device__ __forceinline__ int warps() {
  return threads() / kWarpSize;
}

// What each warp has found; for one reduction between two barriers.
__device__ __forceinline__ uint64_t* warp_values() {
  __shared__ uint64_t values[kMaxWarps];
  return values;
}
__device__ __forceinline__ int* candidate_count() {
  __shared__ int count;
  return &count;
}

template <typename Operation>
__device__ __forceinline__ uint64_t block_reduce_whole(uint64_t value, Operation operation) {
  uint64_t* values = warp_values();
  const int thread = static_cast<int>(threadIdx.x);
#pragma unroll
  for (int distance = kWarpSize / 2; distance > 0; distance /= 2)
    value = operation(value, __shfl_xor_sync(kAllLanes, value, distance));
  __syncthreads();  // the values of the reduction before are read
  if (thread % kWarpSize == 0) values[thread / kWarpSize] = value;
  __syncthreads();
  value = values[0];
  for (int w = 1; w < warps(); ++w) value = operation(value, values[w]);
  return value;
}
__device__ __forceinline__ uint64_t block_total(uint64_t value) {
  return block_reduce_whole(value, [](uint64_t a, uint64_t b) { return a + b; });
}
__device__ __forceinline__ uint64_t block_largest(uint64_t value) {
  return block_reduce_whole(value, [](uint64_t a, uint64_t b) { return a > b ? a : b; });
}

// The largest rank from which on the ranks weigh at least `target` together, with zeros below
// `lowest_bit`; 0 where all do not. weight_from(rank) is the thread's share of that weight.
template <typename WeightFrom>
__device__ __forceinline__ uint64_t rank_reaching(uint64_t target,
                                                  int lowest_bit,
                                                  WeightFrom weight_from) {
  uint64_t rank = 0;
  for (int bit = 63; bit >= lowest_bit; --bit) {
    const uint64_t higher = rank | uint64_t{1} << bit;
    if (block_total(weight_from(higher)) >= target) rank = higher;
  }
  return rank;
}

// A block's row while its token is chosen.
struct Row {
  float* scores;         // [V]
  uint64_t* candidates;  // [V]
  int columns;           // V
  float max;

  __device__ __forceinline__ uint64_t weight(float score) const {
    if (max - max != 0) return score == max ? static_cast<uint64_t>(kWeightOfOne) : 0;  // infinite
    const float x = score - max;
    return x > kLowest ? static_cast<uint64_t>(expf(x) * kWeightOfOne) : 0;
  }
  template <typename Visit>
  __device__ __forceinline__ void for_each_rank(Visit visit) const {
    for (int v = static_cast<int>(threadIdx.x); v < columns; v += threads())
      visit(rank_of(scores[v], v));
  }
  template <typename Visit>
  __device__ __forceinline__ void for_each_candidate(Visit visit) const {
    for (int i = static_cast<int>(threadIdx.x); i < *candidate_count(); i += threads())
      visit(candidates[i]);
  }
  // Candidates become those for which wanted(rank). Their order is no one's business.
  template <typename Wanted>
  __device__ __forceinline__ void gather(Wanted wanted) const {
    int* count = candidate_count();
    if (threadIdx.x == 0) *count = 0;
    __syncthreads();
    for_each_rank([&](uint64_t rank) {
      if (wanted(rank)) candidates[atomicAdd(count, 1)] = rank;
    });
    __syncthreads();
  }
};

__device__ void penalise(const SampleArgs& args, const SampleRow& row, const Row& r) {
  int32_t* counts = args.counts + int64_t{blockIdx.x} * args.columns;
  const auto for_each_token = [&](int first, auto visit) {
    for (int i = first + static_cast<int>(threadIdx.x); i < row.last; i += threads()) {
      const int token = args.history[i];
      if (token >= 0 && token < r.columns) visit(token);
    }
    __syncthreads();
  };
  // Of the places that name a token, the one that finds the count zero, or not zero, acts for all.
  if (row.repetition != 1) {
    for_each_token(row.first, [&](int token) {
      if (atomicAdd(counts + token, 1) != 0) return;
      float& score = r.scores[token];
      score = score < 0 ? score * row.repetition : score / row.repetition;
    });
    for_each_token(row.first, [&](int token) { atomicExch(counts + token, 0); });
  }
  if (row.frequency == 0 && row.presence == 0) return;
  for_each_token(row.answer, [&](int token) { atomicAdd(counts + token, 1); });
  for_each_token(row.answer, [&](int token) {
    const int count = atomicExch(counts + token, 0);
    if (count == 0) return;
    r.scores[token] -= static_cast<float>(count * row.frequency + row.presence);
  });
}

// The threshold of top_k; `largest` is that of the thread's own tokens. Leaves candidates.
__device__ uint64_t keep_best(const Row& r, int top_k, uint64_t largest) {
  constexpr int kValue = 32;  // its lowest bit: equals of the last are kept
  const auto wanted = static_cast<uint64_t>(top_k);
  uint64_t bound = kAnyToken;
  if (top_k <= threads()) {
    const uint64_t reaching = rank_reaching(
        wanted, kValue, [&](uint64_t from) { return uint64_t{largest >= from ? 1u : 0u}; });
    if (reaching > bound) bound = reaching;
  }
  r.gather([&](uint64_t rank) { return rank >= bound; });
  const uint64_t last = rank_reaching(wanted, kValue, [&](uint64_t from) {
    uint64_t count = 0;
    r.for_each_candidate([&](uint64_t rank) { count += rank >= from ? 1 : 0; });
    return count;
  });
  return last > kAnyToken ? last : kAnyToken;
}

// The threshold of top_p among what is kept; there are candidates already where `gathered`.
__device__ uint64_t keep_likely(const Row& r, double top_p, uint64_t kept, bool gathered) {
  uint64_t total = 0, count = 0;
  const auto add = [&](uint64_t rank) {
    if (rank < kept) return;
    total += r.weight(value_of(rank));
    ++count;
  };
  if (gathered) {
    r.for_each_candidate(add);
  } else {
    r.for_each_rank(add);
  }
  total = block_total(total);
  count = block_total(count);
  if (count <= 1) return kept;
  const auto part = static_cast<uint64_t>(top_p * 0x1p64);
  const uint64_t target = high_product(part, total) + (part * total != 0 ? 1 : 0);  // rounded up
  if (!gathered) {
    const uint64_t light = (total - target) / count;
    r.gather([&](uint64_t rank) { return rank >= kept && r.weight(value_of(rank)) > light; });
  }
  const uint64_t last = rank_reaching(target, 0, [&](uint64_t from) {
    uint64_t sum = 0;
    r.for_each_candidate([&](uint64_t rank) {
      if (rank >= from && rank >= kept) sum += r.weight(value_of(rank));
    });
    return sum;
  });
  return last > kept ? last : kept;
}

__device__ uint64_t keep_near(const Row& r, double min_p, uint64_t kept) {
  // A ratio of probabilities is a difference of scores.
  const double bound = static_cast<double>(r.max) + log(min_p);
  const auto nearest = static_cast<float>(bound);
  const uint32_t order = order_of(nearest) + (static_cast<double>(nearest) < bound ? 1 : 0);
  const uint64_t threshold = static_cast<uint64_t>(order) << 32;
  return threshold > kept ? threshold : kept;
}

// In ascending order the token at which the sum of weights exceeds the number's part of all. Warps
// share the range that holds it until it is one token.
__device__ int draw(const Row& r, const SampleRow& row, uint64_t kept) {
  const int lane = static_cast<int>(threadIdx.x) % kWarpSize,
            warp = static_cast<int>(threadIdx.x) / kWarpSize;
  const auto position = static_cast<uint64_t>(row.position);
  const PhiloxWords words =
      philox(static_cast<uint32_t>(position), static_cast<uint32_t>(position >> 32), 0, 0,
             static_cast<uint64_t>(row.seed));
  const uint64_t number = (static_cast<uint64_t>(words.w[0]) << 32 | words.w[1]) >> 11 << 11;
  uint64_t* sums = warp_values();
  int first = 0, last = r.columns;
  uint64_t target = 0;
  bool whole = true;
  do {
    const int length = (last - first + warps() - 1) / warps();
    const int begin = first + warp * length;
    uint64_t sum = 0;
    for (int v = begin + lane; v < begin + length && v < last; v += kWarpSize) {
      if (rank_of(r.scores[v], v) >= kept) sum += r.weight(r.scores[v]);
    }
#pragma unroll
    for (int distance = kWarpSize / 2; distance > 0; distance /= 2)
      sum += __shfl_xor_sync(kAllLanes, sum, distance);
    __syncthreads();
    if (lane == 0) sums[warp] = sum;
    __syncthreads();
    if (whole) {
      uint64_t total = 0;
      for (int w = 0; w < warps(); ++w) total += sums[w];
      target = high_product(number, total);
      whole = false;
    }
    int chosen = 0;
    while (chosen < warps() - 1 && sums[chosen] <= target) target -= sums[chosen++];
    first += chosen * length;
    last = min(first + length, last);
  } while (last - first > 1);
  return first;
}

__global__ void __launch_bounds__(kMaxThreads, kBlocks) sample_kernel(SampleArgs args) {
  const SampleRow row = args.rows[blockIdx.x];
  Row r{args.scores + blockIdx.x * args.scores_stride,
        args.candidates + int64_t{blockIdx.x} * args.columns, args.columns, 0};
  if (row.repetition != 1 || row.frequency != 0 || row.presence != 0) penalise(args, row, r);
  const bool scaled = row.sample != 0 && row.temperature != 1;
  uint64_t largest = 0;
  for (int v = static_cast<int>(threadIdx.x); v < args.columns; v += threads()) {
    float score = r.scores[v];
    if (scaled) r.scores[v] = score = score / row.temperature;
    const uint64_t rank = rank_of(score, v);
    if (rank > largest) largest = rank;
  }
  const uint64_t best = block_largest(largest);
  int token = best >= kAnyToken ? token_of(best) : -1;
  if (row.sample != 0 && token >= 0) {
    r.max = value_of(best);
    uint64_t kept = kAnyToken;
    const bool narrow = row.top_k > 0 && row.top_k < args.columns;
    if (narrow) kept = keep_best(r, row.top_k, largest);
    if (row.top_p < 1 && r.max - r.max == 0) kept = keep_likely(r, row.top_p, kept, narrow);
    if (row.min_p > 0) kept = keep_near(r, row.min_p, kept);
    token = draw(r, row, kept);
  }
  if (threadIdx.x == 0) args.tokens[blockIdx.x] = token;
}

}  // namespace

Status sample(const SampleArgs& args, Stream stream) {
  if (args.columns == 0) return kInvalidConfiguration;
  const int threads = args.columns <= kFewColumns ? kMaxThreads / 4 : kMaxThreads;
  return launch("sample", sample_kernel, {args.row_count}, threads, 0, stream, args);
}

}  // namespace gatun::cuda

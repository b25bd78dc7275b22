// SPDX-License-Identifier: Apache-2.0
// With g = dy (offset + weight):
//   layer_norm  r = 1 / sqrt(var + eps), x' = (x - mean) r:  dx = r (g - mean(g) - x' mean(g x'))
//   rms_norm    r = 1 / sqrt(mean(x^2) + eps), x' = x r:     dx = r (g - x' mean(g x'))
//   dweight += sum_n dy x', dbias += sum_n dy
// A block takes the rows of a chunk one after another: x and dy are read once where a thread's
// share fits its registers, which also keep its columns of the chunk's dweight and dbias. What does
// not fit is read again, and its sums wait in the chunk's part. A second launch adds the parts. A
// thread writes dx when it has read all that it needs of x and dy, so dx may be either.
#include "kernels/cuda/column_sums.h"
#include "kernels/cuda/norm_backward.h"
#include "kernels/cuda/reduce.h"
#include "kernels/cuda/row_access.h"

namespace gatun::cuda {
namespace {

constexpr int kHeld = 4;  // units that a thread keeps
constexpr int kMaxThreads = 256;

template <bool kCentred, int kWidth>
__device__ __forceinline__ void backward_chunk(const NormBackwardArgs& args, int chunk_rows) {
  const int threads = static_cast<int>(blockDim.x), thread = static_cast<int>(threadIdx.x);
  const int units = static_cast<int>(args.columns / kWidth);
  const int64_t chunk = blockIdx.x, first = chunk * chunk_rows;
  const int64_t last = first + chunk_rows < args.rows ? first + chunk_rows : args.rows;
  const auto count = static_cast<float>(args.columns);
  const bool parameters = args.dweight != nullptr || args.dbias != nullptr;
  float* part = reinterpret_cast<float*>(args.scratch) + 2 * chunk * args.columns;
  float* dweight_part = part;
  float* dbias_part = part + args.columns;

  Unit<kWidth> x[kHeld], dy[kHeld], dweight[kHeld] = {}, dbias[kHeld] = {};
  // The thread's units in ascending order: those that it holds, then those that it reads again.
  const auto for_each = [&](auto visit_held, auto visit_rest) {
#pragma unroll
    for (int h = 0; h < kHeld; ++h) {
      const int unit = thread + h * threads;
      if (unit < units) visit_held(unit, h);
    }
    for (int unit = thread + kHeld * threads; unit < units; unit += threads) visit_rest(unit);
  };

  for (int64_t row = first; row < last; ++row) {
    const float* x_row = args.x + row * args.x_stride;
    const float* dy_row = args.dy + row * args.dy_stride;
    float total = 0, squares = 0, mean = 0;
    const auto add = [&](const Unit<kWidth>& u) {
#pragma unroll
      for (int i = 0; i < kWidth; ++i) {
        total += u.v[i];
        if constexpr (!kCentred) squares = fmaf(u.v[i], u.v[i], squares);
      }
    };
    for_each(
        [&](int unit, int h) {
          x[h] = load_unit<kWidth>(x_row, unit);
          dy[h] = load_unit<kWidth>(dy_row, unit);
          add(x[h]);
        },
        [&](int unit) { add(load_unit<kWidth>(x_row, unit)); });
    if constexpr (kCentred) {
      mean = block_reduce(total, 0, Sum{}) / count;
      const auto add_square = [&](const Unit<kWidth>& u) {
#pragma unroll
        for (int i = 0; i < kWidth; ++i) squares = fmaf(u.v[i] - mean, u.v[i] - mean, squares);
      };
      for_each([&](int, int h) { add_square(x[h]); },
               [&](int unit) { add_square(load_unit<kWidth>(x_row, unit)); });
    }
    const float inverse =
        1.0f / sqrtf(block_reduce(squares, kCentred ? 1 : 0, Sum{}) / count + args.eps);

    float sum = 0, product = 0;  // of g, of g x'
    const auto take = [&](int unit, const Unit<kWidth>& xs, const Unit<kWidth>& dys,
                          Unit<kWidth>& dw, Unit<kWidth>& db) {
      const Unit<kWidth> weight = load_unit<kWidth>(args.weight, unit);
#pragma unroll
      for (int i = 0; i < kWidth; ++i) {
        const float normal = (xs.v[i] - mean) * inverse;
        const float g = dys.v[i] * (args.weight_offset + weight.v[i]);
        if constexpr (kCentred) sum += g;
        product = fmaf(g, normal, product);
        dw.v[i] = fmaf(dys.v[i], normal, dw.v[i]);
        if constexpr (kCentred) db.v[i] += dys.v[i];
      }
    };
    for_each([&](int unit, int h) { take(unit, x[h], dy[h], dweight[h], dbias[h]); },
             [&](int unit) {
               Unit<kWidth> dw{}, db{};
               if (parameters && row != first) {
                 dw = load_unit<kWidth>(dweight_part, unit);
                 db = load_unit<kWidth>(dbias_part, unit);
               }
               take(unit, load_unit<kWidth>(x_row, unit), load_unit<kWidth>(dy_row, unit), dw, db);
               if (!parameters) return;
               store_unit(dweight_part, unit, dw);
               store_unit(dbias_part, unit, db);
             });
    if (args.dx == nullptr) {
      __syncthreads();  // the places of the reductions are used again
      continue;
    }
    const float mean_g = kCentred ? block_reduce(sum, 0, Sum{}) / count : 0.0f;
    const float mean_product = block_reduce(product, 1, Sum{}) / count;
    float* dx_row = args.dx + row * args.dx_stride;
    const auto finish = [&](int unit, const Unit<kWidth>& xs, const Unit<kWidth>& dys) {
      const Unit<kWidth> weight = load_unit<kWidth>(args.weight, unit);
      Unit<kWidth> dx;
#pragma unroll
      for (int i = 0; i < kWidth; ++i) {
        const float normal = (xs.v[i] - mean) * inverse;
        const float g = dys.v[i] * (args.weight_offset + weight.v[i]);
        dx.v[i] = inverse * (g - mean_g - normal * mean_product);
      }
      if (args.accumulate) add_unit(dx, load_unit<kWidth>(dx_row, unit));
      store_unit(dx_row, unit, dx);
    };
    for_each([&](int unit, int h) { finish(unit, x[h], dy[h]); },
             [&](int unit) {
               finish(unit, load_unit<kWidth>(x_row, unit), load_unit<kWidth>(dy_row, unit));
             });
  }
  if (!parameters) return;
#pragma unroll
  for (int h = 0; h < kHeld; ++h) {
    const int unit = thread + h * threads;
    if (unit >= units) continue;
    store_unit(dweight_part, unit, dweight[h]);
    store_unit(dbias_part, unit, dbias[h]);
  }
}

// One block to a multiprocessor is enough: for more, registers would be spilled.
template <int kWidth>
__global__ void __launch_bounds__(kMaxThreads, 1)
    layer_norm_backward_kernel(NormBackwardArgs args, int chunk_rows) {
  backward_chunk<true, kWidth>(args, chunk_rows);
}

template <int kWidth>
__global__ void __launch_bounds__(kMaxThreads, 1)
    rms_norm_backward_kernel(NormBackwardArgs args, int chunk_rows) {
  backward_chunk<false, kWidth>(args, chunk_rows);
}

using Kernel = void (*)(NormBackwardArgs, int);

Status norm_backward(const char* name,
                     Kernel wide_kernel,
                     Kernel narrow_kernel,
                     const NormBackwardArgs& args,
                     Stream stream) {
  if (args.columns == 0) return 0;
  if (args.columns > kMaxColumns) return kInvalidConfiguration;
  const bool wide = args.columns % 4 == 0 && four_wide(args.x, args.x_stride) &&
                    four_wide(args.weight, 0) && four_wide(args.dy, args.dy_stride) &&
                    four_wide(args.dx, args.dx_stride) && four_wide(args.scratch, 0);
  const int64_t chunks = norm_backward_chunks(args);
  Status status = launch(name, wide ? wide_kernel : narrow_kernel, {chunks},
                         row_threads(args.columns, wide ? 4 : 1), 0, stream, args,
                         static_cast<int>(norm_backward_chunk_rows(args)));
  const auto* parts = reinterpret_cast<const float*>(args.scratch);
  const auto add = [&](const float* part, float* y) {
    if (y == nullptr || status != 0) return;
    status = column_sums({part, 2 * args.columns, y, static_cast<int32_t>(chunks),
                          static_cast<int32_t>(args.columns)},
                         stream);
  };
  add(parts, args.dweight);
  add(parts + args.columns, args.dbias);
  return status;
}

}  // namespace

Status layer_norm_backward(const NormBackwardArgs& args, Stream stream) {
  return norm_backward("layer_norm_backward", layer_norm_backward_kernel<4>,
                       layer_norm_backward_kernel<1>, args, stream);
}

Status rms_norm_backward(const NormBackwardArgs& args, Stream stream) {
  return norm_backward("rms_norm_backward", rms_norm_backward_kernel<4>,
                       rms_norm_backward_kernel<1>, args, stream);
}

}  // namespace gatun::cuda

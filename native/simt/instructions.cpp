// SPDX-License-Identifier: Apache-2.0
#include "simt/instructions.h"

#include <bit>
#include <cstring>

#include "simt/machine.h"

namespace gatun::simt {
namespace {

constexpr uint32_t kWholeWarp = 0xffffffffU;
constexpr int kTuring = 75, kAmpere = 80;

float from_bf16(uint16_t bits) {
  return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16);
}

uint16_t half_of(const uint32_t* registers, int i) {
  return static_cast<uint16_t>(registers[i / 2] >> (16 * (i % 2)));
}

template <typename D>
struct Operands {
  D* d;
  const uint32_t* a;
  const uint32_t* b;
};

// d += a b over the whole warp, with K columns of `T` per row of a, two or four to a register. On
// devices from capability `since` on.
template <int kK, typename D, typename Element>
void product(
    const char* name, int since, D* d, const uint32_t* a, const uint32_t* b, Element element) {
  Operands<D> mine{d, a, b};
  Machine& machine = Machine::instance();
  machine.require(since, false, name, 0);
  machine.warp_operation(name, kWholeWarp, &mine, {name, 0}, false, [&](LaneOperands& lanes) {
    using T = decltype(element(a, 0));
    T matrix_a[16][kK], matrix_b[kK][8];
    constexpr int kPacked = sizeof(D) == 4 && std::is_same_v<D, int32_t> ? 4 : 2;
    for (int l = 0; l < kWarpSize; ++l) {
      const auto& o = *static_cast<Operands<D>*>(lanes[static_cast<std::size_t>(l)]);
      const int g = l / 4, t = l % 4;
      for (int i = 0; i < kK / 2; ++i) {
        const int part = i / kPacked;  // register
        const int k = kPacked * t + i % kPacked + (part >= 2 ? 4 * kPacked : 0);
        matrix_a[g + (part % 2 != 0 ? 8 : 0)][k] = element(o.a, i);
      }
      for (int i = 0; i < kK / 4; ++i) {
        const int k = kPacked * t + i % kPacked + (i / kPacked >= 1 ? 4 * kPacked : 0);
        matrix_b[k][g] = element(o.b, i);
      }
    }
    for (int l = 0; l < kWarpSize; ++l) {
      const auto& o = *static_cast<Operands<D>*>(lanes[static_cast<std::size_t>(l)]);
      for (int i = 0; i < 4; ++i) {
        const int row = l / 4 + (i >= 2 ? 8 : 0), column = 2 * (l % 4) + i % 2;
        D sum = o.d[i];
        for (int k = 0; k < kK; ++k) sum += static_cast<D>(matrix_a[row][k] * matrix_b[k][column]);
        o.d[i] = sum;
      }
    }
    machine.count_matrix_product();
  });
}

}  // namespace

float half_to_float(uint16_t bits) {
  const uint32_t sign = (bits & 0x8000U) << 16, exponent = bits >> 10 & 31U,
                 mantissa = bits & 1023U;
  if (exponent == 31) return std::bit_cast<float>(sign | 0x7f800000U | mantissa << 13);
  if (exponent != 0) return std::bit_cast<float>(sign | (exponent + 112) << 23 | mantissa << 13);
  const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
  return sign != 0 ? -magnitude : magnitude;
}

uint16_t float_to_half(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  const auto sign = static_cast<uint16_t>(bits >> 16 & 0x8000U);
  const uint32_t magnitude = bits & 0x7fffffffU;
  if (magnitude > 0x7f800000U) return 0x7fff;
  if (magnitude >= 0x477ff000U) return static_cast<uint16_t>(sign | 0x7c00U);
  if (magnitude < 0x38800000U) {
    const float shifted = std::bit_cast<float>(magnitude) + 0.5f;  // rounds to multiples of 2^-24
    return static_cast<uint16_t>(sign | (std::bit_cast<uint32_t>(shifted) - 0x3f000000U));
  }
  return static_cast<uint16_t>(sign |
                               ((magnitude + 0xfffU + (magnitude >> 13 & 1U) - 0x38000000U) >> 13));
}

void mma_m16n8k16_bf16(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  product<16>("mma.m16n8k16.bf16", kAmpere, d, a, b,
              [](const uint32_t* r, int i) { return from_bf16(half_of(r, i)); });
}
// In halves before kAmpere (kernels/cuda/instructions.h).
void mma_m16n8k16_f16(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  product<16>("mma.m16n8k16.f16", kTuring, d, a, b,
              [](const uint32_t* r, int i) { return half_to_float(half_of(r, i)); });
}
void mma_m16n8k8_f16(float (&d)[4], const uint32_t (&a)[2], const uint32_t (&b)[1]) {
  product<8>("mma.m16n8k8.f16", kTuring, d, a, b,
             [](const uint32_t* r, int i) { return half_to_float(half_of(r, i)); });
}
void mma_m16n8k32_s8(int32_t (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  product<32>("mma.m16n8k32.s8", kAmpere, d, a, b, [](const uint32_t* r, int i) {
    return static_cast<int32_t>(static_cast<int8_t>(r[i / 4] >> (8 * (i % 4))));
  });
}

void mma_m16n8k16_s8(int32_t (&d)[4], const uint32_t (&a)[2], const uint32_t (&b)[1]) {
  product<16>("mma.m16n8k16.s8", kAmpere, d, a, b, [](const uint32_t* r, int i) {
    return static_cast<int32_t>(static_cast<int8_t>(r[i / 4] >> (8 * (i % 4))));
  });
}

void ldmatrix(uint32_t* registers, int matrices, bool transposed, const void* row) {
  Machine& machine = Machine::instance();
  const void* code = __builtin_return_address(0);
  const auto address = reinterpret_cast<uintptr_t>(row);
  const int lane = machine.current()->index % kWarpSize;
  if (lane < 8 * matrices) {
    if (!machine.in_shared(address) || address % 16 != 0) {
      machine.report(FindingKind::kMisaligned,
                     "ldmatrix takes rows of 16 bytes of shared memory at multiples of 16",
                     site_of(code));
      machine.abandon();
    }
    machine.read_row(row, code);
  }
  struct Operand {
    uint32_t* registers;
    const void* row;
  } mine{registers, row};
  machine.warp_operation(
      transposed ? "ldmatrix.trans" : "ldmatrix", kWholeWarp, &mine, {"ldmatrix", matrices}, false,
      [&](LaneOperands& lanes) {
        uint16_t elements[4][8][8];
        for (int m = 0; m < matrices; ++m) {
          uintptr_t rows[8];
          for (int r = 0; r < 8; ++r) {
            const auto& o = *static_cast<Operand*>(lanes[static_cast<std::size_t>(8 * m + r)]);
            std::memcpy(elements[m][r], o.row, 16);
            rows[r] = reinterpret_cast<uintptr_t>(o.row);
          }
          machine.count_matrix_rows(rows);
        }
        for (int l = 0; l < kWarpSize; ++l) {
          const auto& o = *static_cast<Operand*>(lanes[static_cast<std::size_t>(l)]);
          for (int m = 0; m < matrices; ++m) {
            const int g = l / 4, t = l % 4;
            const uint32_t low = transposed ? elements[m][2 * t][g] : elements[m][g][2 * t];
            const uint32_t high =
                transposed ? elements[m][2 * t + 1][g] : elements[m][g][2 * t + 1];
            o.registers[m] = low | high << 16;
          }
        }
      });
}

void cp_async(void* target, const void* source, int bytes, int source_bytes) {
  Machine::instance().start_copy(
      {target, source, bytes, source_bytes, site_of(__builtin_return_address(0))});
}
void cp_async_commit() {
  Machine::instance().commit_copies();
}
void cp_async_wait(int pending_groups) {
  Machine::instance().wait_copies(pending_groups);
}

void load_vector(void* to, const void* from, std::size_t bytes) {
  const void* code = __builtin_return_address(0);
  Machine& machine = Machine::instance();
  if (reinterpret_cast<uintptr_t>(from) % bytes != 0)
    machine.report(FindingKind::kMisaligned, "a vector load", site_of(code));
  machine.access(from, bytes, Access::kRead, code);
  std::memcpy(to, from, bytes);
}
void store_vector(void* to, const void* from, std::size_t bytes) {
  const void* code = __builtin_return_address(0);
  Machine& machine = Machine::instance();
  if (reinterpret_cast<uintptr_t>(to) % bytes != 0)
    machine.report(FindingKind::kMisaligned, "a vector store", site_of(code));
  machine.access(to, bytes, Access::kWrite, code);
  std::memcpy(to, from, bytes);
}

}  // namespace gatun::simt

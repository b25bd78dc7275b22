// SPDX-License-Identifier: Apache-2.0
#include "ops/weight.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>

#include "ops/cuda_weight.h"
#include "ops/ops.h"
#include "ops/storage_format.h"
#include "runtime/error.h"

namespace gatun {
namespace {

[[noreturn]] void invalid(const std::string& message) {
  throw Error(GATUN_STATUS_INVALID_ARGUMENT, message);
}

// Rows and columns stay below this, so that no size computed from them overflows 64 bits.
constexpr int64_t kMaxExtent = int64_t{1} << 31;

std::string matrix(const gatun_weight_params& params) {
  std::string text = "[";
  text += std::to_string(params.rows);
  text += ", ";
  text += std::to_string(params.columns);
  return text + "]";
}

int64_t checked_row_bytes(const gatun_weight_params& params) {
  const StorageFormat block = storage_format(params.dtype);
  if (block.elements == 0) {
    throw Error(GATUN_STATUS_UNSUPPORTED, "weight_create: dtype " + std::to_string(params.dtype) +
                                              " is not a storage format of weights; expected F32, "
                                              "F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, "
                                              "Q4_K, Q5_K or Q6_K");
  }
  if (params.arithmetic != GATUN_ARITHMETIC_F32 && params.arithmetic != GATUN_ARITHMETIC_FAST) {
    invalid("weight_create: arithmetic is " + std::to_string(params.arithmetic) +
            ", expected GATUN_ARITHMETIC_F32 (0) or GATUN_ARITHMETIC_FAST (1)");
  }
  constexpr int32_t kFlags =
      GATUN_WEIGHT_BATCH_INVARIANT | GATUN_WEIGHT_SIXTEEN_BITS | GATUN_WEIGHT_TRAINABLE;
  if ((params.flags & ~kFlags) != 0) {
    invalid("weight_create: flags are " + std::to_string(params.flags) +
            ", expected a sum of GATUN_WEIGHT_BATCH_INVARIANT (1), GATUN_WEIGHT_SIXTEEN_BITS (2) "
            "and GATUN_WEIGHT_TRAINABLE (4)");
  }
  if ((params.flags & GATUN_WEIGHT_TRAINABLE) != 0 && block.elements != 1) {
    throw Error(GATUN_STATUS_UNSUPPORTED, "weight_create: a trainable weight has dtype " +
                                              std::to_string(params.dtype) +
                                              ", expected F32, F16 or BF16; keep this one frozen");
  }
  if (params.rows < 1 || params.columns < 1 || params.rows >= kMaxExtent ||
      params.columns >= kMaxExtent) {
    invalid("weight_create: the matrix is " + matrix(params) +
            ", expected rows and columns in [1, 2^31)");
  }
  if (params.columns % block.elements != 0) {
    invalid("weight_create: columns are " + std::to_string(params.columns) +
            ", expected a multiple of the block of " + std::to_string(block.elements) +
            " values of dtype " + std::to_string(params.dtype));
  }
  const int64_t row_bytes = params.columns / block.elements * block.bytes;
  int64_t needed = 0;
  if (__builtin_mul_overflow(params.rows, row_bytes, &needed) || params.byte_length < needed) {
    invalid("weight_create: data has " + std::to_string(params.byte_length) + " bytes, expected " +
            std::to_string(params.rows) + " rows of " + std::to_string(row_bytes) + " bytes for " +
            matrix(params));
  }
  if (params.data == nullptr)
    invalid("weight_create: data is NULL, expected the matrix " + matrix(params));
  return row_bytes;
}

struct PackCall {
  const cpu::PackedWeight* weight;
  const std::byte* source;
  int64_t row_bytes;
};

struct UnpackCall {
  const cpu::PackedWeight* weight;
  int64_t first_row;
  int64_t row_count;
  float* values;
};

// A trainable weight is packed from its f32 master, whatever the source was.
const cpu::MatmulFormat* weight_format(const gatun_weight_params& params, IsaTier tier) {
  if ((params.flags & GATUN_WEIGHT_TRAINABLE) != 0)
    return cpu::find_matmul_format(GATUN_DTYPE_F32, params.arithmetic, tier);
  if ((params.flags & GATUN_WEIGHT_SIXTEEN_BITS) != 0)
    return cpu::find_matmul_format(params.dtype, params.arithmetic, tier);
  return cpu::find_weight_format(params.dtype, params.arithmetic, tier, params.columns);
}

}  // namespace

gatun_weight* weight_create(Device& device, const gatun_weight_params& params) {
  const int64_t row_bytes = checked_row_bytes(params);
  cpu::PackedWeight shape;
  shape.rows = params.rows;
  shape.columns = params.columns;
  shape.dtype = params.dtype;
  shape.arithmetic = params.arithmetic;
  shape.batch_invariant = (params.flags & GATUN_WEIGHT_BATCH_INVARIANT) != 0;
  shape.trainable = (params.flags & GATUN_WEIGHT_TRAINABLE) != 0;
  if (device.cuda() != nullptr) return cuda_weight_create(device, params, shape, row_bytes);
  shape.format = weight_format(params, device.tier());
  if (shape.format == nullptr) {
    throw Error(GATUN_STATUS_UNSUPPORTED,
                "weight_create: dtype " + std::to_string(params.dtype) + " in arithmetic " +
                    std::to_string(params.arithmetic) + " has no kernel on tier " +
                    isa_tier_name(device.tier()));
  }
  shape.panel_bytes = shape.format->panel_bytes(params.columns);
  int64_t bytes = 0;
  if (__builtin_mul_overflow(shape.panels(), shape.panel_bytes, &bytes)) {
    invalid("weight_create: the matrix " + matrix(params) + " is larger than an address space");
  }
  auto weight = std::make_unique<gatun_weight>(device, shape, bytes);
  const PackCall call{&weight->packed, static_cast<const std::byte*>(params.data), row_bytes};
  device.pool().run(
      [](const void* argument, const Team& team) {
        const auto* c = static_cast<const PackCall*>(argument);
        cpu::pack_weight(*c->weight, c->source, c->row_bytes, team);
      },
      &call, Denormals::kKeep);
  return weight.release();
}

void weight_query(const gatun_weight& weight, gatun_weight_info& info) {
  const cpu::PackedWeight& packed = weight.packed;
  info.rows = packed.rows;
  info.columns = packed.columns;
  info.dtype = packed.dtype;
  info.arithmetic = packed.arithmetic;
  info.packed_bytes = weight.memory.bytes() + packed.separate_master_bytes();
  info.master = packed.master;
  info.master_count = packed.master_count();
  const char* name = packed.format != nullptr ? packed.format->name : cuda_form(packed);
  std::memset(info.implementation, 0, sizeof(info.implementation));
  std::memcpy(info.implementation, name,
              std::min(std::strlen(name), sizeof(info.implementation) - 1));
}

void weight_read(const gatun_weight& weight, const gatun_weight_rows& rows) {
  const cpu::PackedWeight& packed = weight.packed;
  if (rows.row_count < 0 || rows.first_row < 0 || rows.first_row > packed.rows ||
      rows.row_count > packed.rows - rows.first_row) {
    invalid("weight_read: first_row " + std::to_string(rows.first_row) + " and row_count " +
            std::to_string(rows.row_count) + " are not inside the " + std::to_string(packed.rows) +
            " rows of the weight");
  }
  if (rows.row_count == 0) return;
  int64_t needed = 0;
  if (__builtin_mul_overflow(rows.row_count, packed.columns * 4, &needed) ||
      rows.byte_length < needed) {
    invalid("weight_read: values has " + std::to_string(rows.byte_length) + " bytes, expected " +
            std::to_string(rows.row_count) + " rows of " + std::to_string(packed.columns) +
            " floats");
  }
  if (rows.values == nullptr) invalid("weight_read: values is NULL");
  if (weight.device.cuda() != nullptr) return cuda_weight_read(weight, rows);
  const UnpackCall call{&packed, rows.first_row, rows.row_count, rows.values};
  weight.device.pool().run(
      [](const void* argument, const Team& team) {
        const auto* c = static_cast<const UnpackCall*>(argument);
        cpu::unpack_rows(*c->weight, c->first_row, c->row_count, c->values, team);
      },
      &call, Denormals::kKeep);
}

void weight_destroy(gatun_weight* weight) noexcept {
  delete weight;
}

const cpu::PackedWeight& packed_weight(const gatun_weight& weight) {
  return weight.packed;
}

}  // namespace gatun

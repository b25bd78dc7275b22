// SPDX-License-Identifier: Apache-2.0
// Decides which member prepares and computes what. Two ways to split:
//   rows    many rows: each member takes its own rows through all outputs, in blocks that its
//           caches hold. No barrier.
//   panels  few rows: each member takes its own panels, so that every weight is read once. The
//           prepared rows are shared after a barrier, or made by every member where that is
//           cheaper.
// A tile function's result does not depend on how its rows and panels were grouped, so neither do
// the bits of y.
#include <algorithm>
#include <cstring>

#include "kernels/cpu/linear_driver.h"

namespace gatun::cpu {
namespace {

// From this many rows per member on, rows are split: fewer would read each weight too often for
// what they compute.
constexpr int64_t kRowsPerMember = 64;
// Up to this many values of x every member prepares all of them: that takes as long as the barrier
// that sharing needs (0.3 us).
constexpr int64_t kRedundantValues = 4096;
// Rows of a strip of the widest tiles that finish their rows: shares are whole strips where rows
// are many.
constexpr int64_t kStripRows = 14;
static_assert(kMaxFinishedRows % kStripRows == 0);

constexpr int64_t round_up(int64_t value, int64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

bool uses_many_rows(const PackedWeight& weight, int64_t rows) {
  return weight.format->tile_many != nullptr && rows >= weight.format->many_rows &&
         !weight.batch_invariant;
}

// Whether the tile function for these rows finishes them.
bool finishes(const PackedWeight& weight, int64_t rows) {
  return weight.format->finishes && !uses_many_rows(weight, rows);
}

// What has to be made of the rows of x before products can start.
struct Preparation {
  bool f32 = false, bf16 = false, int8 = false;

  explicit Preparation(const LinearArgs& args) {
    for (int i = 0; i < args.outputs; ++i) {
      const PackedWeight& weight = *args.output[i].weight;
      const ActivationKind kind = uses_many_rows(weight, args.row_count)
                                      ? weight.format->many_activation
                                      : weight.format->activation;
      f32 |= kind == ActivationKind::kF32;
      bf16 |= kind == ActivationKind::kBf16;
      int8 |= kind == ActivationKind::kInt8;
    }
    f32 = f32 && args.rows != nullptr;  // otherwise x is read where it is
  }

  bool any() const { return f32 || bf16 || int8; }
};

struct Split {
  bool by_rows;
  bool shared;         // prepared rows are made together
  int64_t held_rows;   // prepared at once in one piece of scratch
  int64_t block_rows;  // in one tile at most
  int64_t strip_rows;  // shares and blocks of rows are multiples of it
  bool finishing;      // all products finish their rows
  int64_t acc_stride;  // of the sums of a tile

  Split(const LinearArgs& args, const Preparation& preparation, int members)
      : by_rows(members == 1 || args.row_count >= kRowsPerMember * members),
        shared(!by_rows && preparation.any() && args.row_count * args.columns > kRedundantValues) {
    int count = 0;
    for (int i = 0; i < args.outputs; ++i) {
      count += finishes(*args.output[i].weight, args.row_count) ? 1 : 0;
    }
    finishing = count == args.outputs;
    strip_rows = finishing ? kStripRows : 1;
    block_rows = std::min<int64_t>(args.row_count, finishing ? kMaxFinishedRows : kMaxTileRows);
    acc_stride = (count > 0 ? kMaxFinishedPanels : kMaxTilePanels) * kPanelRows;
    held_rows = by_rows ? block_rows : args.row_count;
  }
};

// Where the prepared rows of each kind lie in a piece of scratch that holds `rows` of them.
struct PreparedLayout {
  Preparation has;
  int64_t padded;  // columns, up to a multiple of 32
  int64_t rows;

  PreparedLayout(const LinearArgs& args, const Preparation& preparation, int64_t rows_held)
      : has(preparation), padded(round_up(args.columns, 32)), rows(rows_held) {}

  int64_t f32_bytes() const { return has.f32 ? rows * padded * 4 : 0; }
  int64_t bf16_bytes() const { return has.bf16 ? round_up(rows * padded * 2, 64) : 0; }
  int64_t code_bytes() const { return has.int8 ? round_up(rows * padded, 64) : 0; }
  int64_t block_bytes() const {
    return has.int8 ? round_up(rows * padded / kInt8Block * 4, 64) : 0;
  }
  int64_t bytes() const { return f32_bytes() + bf16_bytes() + code_bytes() + 2 * block_bytes(); }
};

int64_t acc_bytes(const Split& split) {
  return split.block_rows * split.acc_stride * 4;
}

class Member {
 public:
  Member(const LinearArgs& args, const Team& team, const LinearSteps& steps)
      : args_(args),
        team_(team),
        steps_(steps),
        split_(args, Preparation(args), team.size()),
        layout_(args, Preparation(args), split_.held_rows) {
    std::byte* at = args.scratch;
    acc_ = reinterpret_cast<float*>(at + team.index() * acc_bytes(split_));
    at += team.size() * acc_bytes(split_);
    if (!split_.shared) at += team.index() * layout_.bytes();
    f32_ = reinterpret_cast<float*>(at);
    at += layout_.f32_bytes();
    bf16_ = reinterpret_cast<uint16_t*>(at);
    at += layout_.bf16_bytes();
    int8_ = reinterpret_cast<int8_t*>(at);
    at += layout_.code_bytes();
    scales_ = reinterpret_cast<float*>(at);
    at += layout_.block_bytes();
    sums_ = reinterpret_cast<float*>(at);
  }

  void run() {
    if (split_.by_rows) {
      const int64_t grain = split_.strip_rows;
      const Team::Range mine = team_.share(args_.row_count, grain);
      // Blocks of nearly equal height.
      const int64_t strips = (mine.end - mine.begin + grain - 1) / grain;
      const int64_t most = (split_.block_rows + grain - 1) / grain;
      const int64_t blocks = (strips + most - 1) / most;
      for (int64_t b = 0; b < blocks; ++b) {
        const int64_t begin = mine.begin + strips * b / blocks * grain;
        const int64_t end = std::min(mine.begin + strips * (b + 1) / blocks * grain, mine.end);
        prepare(begin, begin, end);
        multiply(begin, begin, end, 0, total_panels());
      }
      return;
    }
    if (split_.shared) {
      const Team::Range mine = team_.share(args_.row_count);
      prepare(0, mine.begin, mine.end);
      team_.barrier();
    } else {
      prepare(0, 0, args_.row_count);
    }
    const Team::Range mine = team_.share(total_panels());
    for (int64_t begin = 0; begin < args_.row_count; begin += split_.block_rows) {
      multiply(0, begin, std::min(begin + split_.block_rows, args_.row_count), mine.begin,
               mine.end);
    }
  }

 private:
  // Panels of all outputs, one after the other; a gated pair advances together and counts once.
  int64_t total_panels() const {
    int64_t total = 0;
    for (int i = 0; i < weights_walked(); ++i) total += args_.output[i].weight->panels();
    return total;
  }
  int weights_walked() const { return args_.gated ? 1 : args_.outputs; }

  // The row of x behind row r of the product, or null for zeros.
  const float* source(int64_t r) const {
    if (args_.rows == nullptr) return args_.x + r * args_.x_stride;
    const int64_t row = args_.rows[r];
    if (row >= 0 && row < args_.x_rows) return args_.x + row * args_.x_stride;
    if (row != -1)
      args_.fault->report("linear: rows", r, row, args_.x_rows, Fault::Range::kIndexOrNone);
    return nullptr;
  }

  // Prepares rows [begin, end); row `base` is the first of the piece of scratch.
  void prepare(int64_t base, int64_t begin, int64_t end) {
    const int64_t columns = args_.columns;
    const int64_t padded = layout_.padded;
    const int64_t blocks = padded / kInt8Block;
    for (int64_t r = begin; r < end; ++r) {
      const float* x = source(r);
      const int64_t slot = r - base;
      if (layout_.has.f32) {
        if (x != nullptr) {
          std::memcpy(f32_ + slot * padded, x, static_cast<std::size_t>(columns) * sizeof(float));
        } else {
          std::fill_n(f32_ + slot * padded, columns, 0.0f);
        }
      }
      if (layout_.has.bf16) {
        if (x != nullptr) {
          steps_.round_to_bf16(x, columns, bf16_ + slot * padded);
        } else {
          std::fill_n(bf16_ + slot * padded, padded, uint16_t{0});
        }
      }
      if (layout_.has.int8) {
        if (x != nullptr) {
          steps_.prepare_int8(x, columns, int8_ + slot * padded, scales_ + slot * blocks,
                              sums_ + slot * blocks);
        } else {
          std::fill_n(int8_ + slot * padded, padded, int8_t{0});
          std::fill_n(scales_ + slot * blocks, blocks, 0.0f);
          std::fill_n(sums_ + slot * blocks, blocks, 0.0f);
        }
      }
    }
  }

  // Rows as the tile functions see them; row 0 is row `base` of the product.
  PreparedRows prepared(int64_t base) const {
    PreparedRows rows;
    if (layout_.has.f32) {
      rows.f32 = f32_;
      rows.f32_stride = layout_.padded;
    } else if (args_.rows == nullptr) {
      rows.f32 = args_.x + base * args_.x_stride;
      rows.f32_stride = args_.x_stride;
    }
    rows.bf16 = bf16_;
    rows.bf16_stride = layout_.padded;
    rows.int8 = int8_;
    rows.int8_stride = layout_.padded;
    rows.scales = scales_;
    rows.sums = sums_;
    rows.block_stride = layout_.padded / kInt8Block;
    return rows;
  }

  // Rows [begin, end) times panels [first, last) of all outputs.
  void multiply(int64_t base, int64_t begin, int64_t end, int64_t first, int64_t last) {
    const PreparedRows rows = prepared(base);
    int64_t start = 0;  // of this output among all panels
    for (int i = 0; i < weights_walked(); ++i) {
      const int64_t panels = args_.output[i].weight->panels();
      const int64_t width = tile_panels(i);
      const int64_t from = std::max(first - start, int64_t{0});
      const int64_t to = std::min(last - start, panels);
      for (int64_t p = from; p < to; p += width) {
        tile(i, rows, base, begin, end, p, std::min(width, to - p));
      }
      start += panels;
    }
  }

  // Panels of output i that one tile takes.
  int64_t tile_panels(int i) const {
    const bool wide =
        args_.gated ? split_.finishing : finishes(*args_.output[i].weight, args_.row_count);
    return (wide ? kMaxFinishedPanels : kMaxTilePanels) / (args_.gated ? 2 : 1);
  }

  // `end` of a tile: what the sums become, and where.
  struct End : TileEnd {
    const LinearSteps* steps;
    LinearTile tile;  // of all rows
    bool gated;

    static void finish_rows(const TileEnd& end, int first, int rows, const float* acc) {
      const auto& self = static_cast<const End&>(end);
      LinearTile done = self.tile;
      if (self.gated) {
        done.acc += first * done.acc_stride;
        done.up = acc;
      } else {
        done.acc = acc;
      }
      done.rows = rows;
      if (done.residual != nullptr) done.residual += first * done.residual_stride;
      done.y += first * done.y_stride;
      self.steps->finish(done);
    }
  };

  void tile(int i,
            const PreparedRows& rows,
            int64_t base,
            int64_t begin,
            int64_t end,
            int64_t panel,
            int64_t panels) {
    const LinearOutput& output = args_.output[i];
    End last;
    last.finish = End::finish_rows;
    last.steps = &steps_;
    last.gated = args_.gated;
    LinearTile& done = last.tile;
    const int64_t o = panel * kPanelRows;
    done.acc = acc_;
    done.acc_stride = split_.acc_stride;
    done.rows = end - begin;
    done.count = std::min(panels * kPanelRows, output.weight->rows - o);
    done.bias = output.bias != nullptr ? output.bias + o : nullptr;
    if (args_.residual != nullptr) {
      done.residual = args_.residual + begin * args_.residual_stride + o;
      done.residual_stride = args_.residual_stride;
    }
    done.y = output.y + begin * output.y_stride + o;
    done.y_stride = output.y_stride;
    done.activation = args_.activation;
    done.scale = args_.scale;
    done.softcap = args_.softcap;
    last.y = done.y;
    last.y_stride = done.y_stride;

    float* acc = acc_;
    const PackedWeight* weight = output.weight;
    if (args_.gated) {
      sums(*weight, rows, base, begin, end, panel, panels, acc);
      acc += split_.acc_stride / 2;
      weight = args_.output[1].weight;
      done.up_bias = args_.output[1].bias != nullptr ? args_.output[1].bias + o : nullptr;
    }
    const bool at_once = finishes(*weight, args_.row_count);
    sums(*weight, rows, base, begin, end, panel, panels, acc, at_once ? &last : nullptr);
    if (!at_once) End::finish_rows(last, 0, static_cast<int>(end - begin), acc);
  }

  void sums(const PackedWeight& weight,
            const PreparedRows& rows,
            int64_t base,
            int64_t begin,
            int64_t end,
            int64_t panel,
            int64_t panels,
            float* acc,
            const TileEnd* last = nullptr) const {
    const TileFunction function =
        uses_many_rows(weight, args_.row_count) ? weight.format->tile_many : weight.format->tile;
    function({rows, begin - base, static_cast<int>(end - begin), weight.panel(panel),
              weight.panel_bytes, static_cast<int>(panels), args_.columns, acc, split_.acc_stride,
              last});
  }

  const LinearArgs& args_;
  const Team& team_;
  const LinearSteps& steps_;
  const Split split_;
  const PreparedLayout layout_;
  float* acc_;
  float* f32_;
  uint16_t* bf16_;
  int8_t* int8_;
  float* scales_;
  float* sums_;
};

}  // namespace

int64_t linear_scratch_bytes(const LinearArgs& args, int members) {
  const Preparation preparation(args);
  const Split split(args, preparation, members);
  const PreparedLayout layout(args, preparation, split.held_rows);
  return members * acc_bytes(split) + (split.shared ? 1 : members) * layout.bytes();
}

void run_linear(const LinearArgs& args, const Team& team, const LinearSteps& steps) {
  for (int i = 0; team.index() == 0 && i < args.outputs; ++i) args.device->count_weight_pass();
  if (args.row_count > 0) Member(args, team, steps).run();
}

}  // namespace gatun::cpu

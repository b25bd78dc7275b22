// SPDX-License-Identifier: Apache-2.0
// What a synchronisation passes on: everything that the threads which arrived were ordered behind.
#pragma once

#include <memory>
#include <utility>

#include "simt/shadow.h"

namespace gatun::simt {

using SharedClock = std::shared_ptr<const VectorClock>;

// What a thread is ordered behind. `fenced` is the part of it that asynchronous units (TMA, wgmma)
// are ordered behind too, by a fence.proxy.async on the way; null: nothing.
struct Knowledge {
  SharedClock ordered, fenced;
};

class Handover {
 public:
  bool empty() const { return joined_.ordered == nullptr; }
  // The stretch of `thread` that ends here is passed on.
  void add(const Knowledge& known, std::size_t thread, uint32_t stretch);
  // As is what an asynchronous unit did up to `stretch`.
  void add_unit(std::size_t unit, uint32_t stretch);
  // What a thread knows that had added itself, or that learns from others.
  const Knowledge& all() const { return joined_; }
  Knowledge learnt_by(const Knowledge& known);
  // A copy that can be added to; this one must not be any more.
  Handover successor() const;

 private:
  VectorClock* writable_ordered_ = nullptr;
  VectorClock* writable_fenced_ = nullptr;
  Knowledge joined_;
  Knowledge last_added_;
  std::pair<Knowledge, Knowledge> last_learnt_;  // from, to
};

// `known` and also unit up to `stretch`.
SharedClock with_unit(const SharedClock& known, std::size_t unit, uint32_t stretch);

}  // namespace gatun::simt

// SPDX-License-Identifier: Apache-2.0
#include "simt/handover.h"

#include <algorithm>

namespace gatun::simt {
namespace {

void raise(VectorClock& clock, const VectorClock& other) {
  for (std::size_t i = 0; i < clock.size(); ++i) clock[i] = std::max(clock[i], other[i]);
}

SharedClock join(const SharedClock& a, const SharedClock& b) {
  if (a == b || b == nullptr) return a;
  if (a == nullptr) return b;
  auto both = std::make_shared<VectorClock>(*a);
  raise(*both, *b);
  return both;
}

// Makes `joined` contain `clock`, in memory that only this handover has.
void include(SharedClock& joined, VectorClock*& writable, const SharedClock& clock) {
  if (clock == nullptr) return;
  if (writable == nullptr) {
    auto copy = std::make_shared<VectorClock>(*clock);
    if (joined != nullptr) raise(*copy, *joined);
    writable = copy.get();
    joined = std::move(copy);
  } else {
    raise(*writable, *clock);
  }
}

}  // namespace

void Handover::add(const Knowledge& known, std::size_t thread, uint32_t stretch) {
  if (writable_ordered_ == nullptr || known.ordered != last_added_.ordered)
    include(joined_.ordered, writable_ordered_, known.ordered);
  if (known.fenced != last_added_.fenced) include(joined_.fenced, writable_fenced_, known.fenced);
  last_added_ = known;
  (*writable_ordered_)[thread] = std::max((*writable_ordered_)[thread], stretch);
}

void Handover::add_unit(std::size_t unit, uint32_t stretch) {
  (*writable_ordered_)[unit] = std::max((*writable_ordered_)[unit], stretch);
}

Knowledge Handover::learnt_by(const Knowledge& known) {
  if (last_learnt_.first.ordered != known.ordered || last_learnt_.first.fenced != known.fenced ||
      last_learnt_.second.ordered == nullptr)
    last_learnt_ = {known,
                    {join(known.ordered, joined_.ordered), join(known.fenced, joined_.fenced)}};
  return last_learnt_.second;
}

Handover Handover::successor() const {
  Handover next;
  next.joined_ = joined_;
  return next;
}

SharedClock with_unit(const SharedClock& known, std::size_t unit, uint32_t stretch) {
  if ((*known)[unit] >= stretch) return known;
  auto more = std::make_shared<VectorClock>(*known);
  (*more)[unit] = stretch;
  return more;
}

}  // namespace gatun::simt

// SPDX-License-Identifier: Apache-2.0
// Copies whole pages. The C library's memcpy already runs at the speed of memory, so there is no
// other implementation.
#include "kernels/kv_cache.h"

#include <cstring>

namespace gatun::reference {

void kv_copy(const KvCopyArgs& args, const Team& team) {
  const KvPages& pages = args.pages;
  // Every member checks everything, so that all of them agree on whether to copy.
  for (int64_t i = 0; i < args.count; ++i) {
    for (const int32_t* list : {args.source, args.destination}) {
      if (list[i] >= 0 && list[i] < pages.page_count) continue;
      if (team.index() == 0) {
        args.fault->report(list == args.source ? "kv_copy: source" : "kv_copy: destination", i,
                           list[i], pages.page_count);
      }
      return;
    }
  }
  // Shares are cut inside pages: one copied page is the usual case.
  constexpr int64_t kGrain = 4096;
  const auto share = team.share(args.count * pages.page_bytes, kGrain);
  for (int64_t begin = share.begin; begin < share.end;) {
    const int64_t i = begin / pages.page_bytes, offset = begin % pages.page_bytes;
    const int64_t bytes = std::min(share.end - begin, pages.page_bytes - offset);
    if (args.source[i] != args.destination[i]) {
      std::memcpy(pages.data + args.destination[i] * pages.page_bytes + offset,
                  pages.data + args.source[i] * pages.page_bytes + offset,
                  static_cast<size_t>(bytes));
    }
    begin += bytes;
  }
}

}  // namespace gatun::reference

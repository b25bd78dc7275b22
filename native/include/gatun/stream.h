// SPDX-License-Identifier: Apache-2.0
// Streams order the calls of one engine; graphs record them once and replay them in one call.
#ifndef GATUN_STREAM_H
#define GATUN_STREAM_H

#include <stdint.h>

#include "gatun/device.h"
#include "gatun/export.h"
#include "gatun/status.h"

// One caller at a time. On a CPU a stream is synchronous: a call has finished when it returns. On a
// GPU calls are given to the device in order and finish later: their results are there, and their
// data-dependent faults (an id outside a table) are reported, when the stream is synchronised or
// copies to the host. Until then host-visible memory that they use belongs to them.
typedef struct gatun_stream gatun_stream;
// A list of checked calls with copies of their parameters. Tensors and weights that it names must
// outlive it.
typedef struct gatun_graph gatun_graph;

GATUN_API gatun_status gatun_stream_create(gatun_device* device,
                                           gatun_stream** stream,
                                           gatun_error* error);
GATUN_API gatun_status gatun_stream_synchronize(gatun_stream* stream,
                                                void* reserved,
                                                gatun_error* error);
#define GATUN_COPY_IN 0  // from the host's memory to the device's; the source may change afterwards
#define GATUN_COPY_OUT 1   // from the device's memory to the host's
#define GATUN_COPY_ZERO 2  // sets the device's memory to zero; no source

// Copies in the stream's order. IN and OUT synchronise the stream and cannot be recorded.
typedef struct gatun_copy_params {
  int64_t struct_size;
  void* target;
  const void* source;
  int64_t byte_length;
  int32_t kind;  // GATUN_COPY_*
  int32_t reserved;
} gatun_copy_params;

GATUN_API gatun_status gatun_copy(gatun_stream* stream,
                                  const gatun_copy_params* params,
                                  gatun_error* error);

// NULL is harmless. Recorded graphs stay valid.
GATUN_API gatun_status gatun_stream_destroy(gatun_stream* stream,
                                            void* reserved,
                                            gatun_error* error);

// From here to end, calls on the stream are checked and recorded, never executed. A call that fails
// voids the recording: end then fails with the first failure's text.
GATUN_API gatun_status gatun_graph_begin(gatun_stream* stream, void* reserved, gatun_error* error);
GATUN_API gatun_status gatun_graph_end(gatun_stream* stream,
                                       gatun_graph** graph,
                                       gatun_error* error);
// Runs the recorded calls in order, in one parallel region. Data-dependent faults (an id outside a
// table) are reported with the operation's name after the region has ended.
GATUN_API gatun_status gatun_graph_replay(gatun_stream* stream,
                                          gatun_graph* graph,
                                          gatun_error* error);
GATUN_API gatun_status gatun_graph_destroy(gatun_graph* graph, void* reserved, gatun_error* error);

// What planned calls need.
typedef struct gatun_plan {
  int64_t struct_size;
  int64_t scratch_bytes;  // the most that one call takes of the stream's scratch memory
} gatun_plan;

// From here to end, calls on the stream are checked, and neither run nor kept: no element of their
// tensors is read or written.
GATUN_API gatun_status gatun_plan_begin(gatun_stream* stream, void* reserved, gatun_error* error);
// Out: plan.
GATUN_API gatun_status gatun_plan_end(gatun_stream* stream, gatun_plan* plan, gatun_error* error);
// Takes scratch memory for calls that need up to plan->scratch_bytes, so that it is short now or
// never.
GATUN_API gatun_status gatun_plan_reserve(gatun_stream* stream,
                                          const gatun_plan* plan,
                                          gatun_error* error);

#endif

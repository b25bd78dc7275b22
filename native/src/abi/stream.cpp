// SPDX-License-Identifier: Apache-2.0
#include "runtime/stream.h"

#include "abi/translate.h"
#include "ops/ops.h"
#include "runtime/device.h"
#include "runtime/graph.h"

using gatun::Device;
using gatun::Graph;
using gatun::Stream;
using gatun::abi::check_not_null;
using gatun::abi::check_struct;
using gatun::abi::translate;

gatun_status gatun_stream_create(gatun_device* device, gatun_stream** stream, gatun_error* error) {
  return translate(error, [&] {
    check_not_null("stream_create", "device", device);
    check_not_null("stream_create", "stream", stream);
    *stream = nullptr;
    *stream = reinterpret_cast<gatun_stream*>(new Stream(*reinterpret_cast<Device*>(device)));
  });
}

gatun_status gatun_stream_synchronize(gatun_stream* stream, void*, gatun_error* error) {
  return translate(error, [&] {
    check_not_null("stream_synchronize", "stream", stream);
    reinterpret_cast<Stream*>(stream)->synchronise();
  });
}

gatun_status gatun_copy(gatun_stream* stream, const gatun_copy_params* params, gatun_error* error) {
  return gatun::abi::forward("copy", gatun::copy_memory, stream, params, error);
}

gatun_status gatun_stream_destroy(gatun_stream* stream, void*, gatun_error* error) {
  return translate(error, [&] { delete reinterpret_cast<Stream*>(stream); });
}

gatun_status gatun_graph_begin(gatun_stream* stream, void*, gatun_error* error) {
  return translate(error, [&] {
    check_not_null("graph_begin", "stream", stream);
    reinterpret_cast<Stream*>(stream)->begin_recording();
  });
}

gatun_status gatun_graph_end(gatun_stream* stream, gatun_graph** graph, gatun_error* error) {
  return translate(error, [&] {
    check_not_null("graph_end", "stream", stream);
    check_not_null("graph_end", "graph", graph);
    *graph = nullptr;
    *graph = reinterpret_cast<gatun_graph*>(
        reinterpret_cast<Stream*>(stream)->end_recording().release());
  });
}

gatun_status gatun_graph_replay(gatun_stream* stream, gatun_graph* graph, gatun_error* error) {
  return translate(error, [&] {
    check_not_null("graph_replay", "stream", stream);
    check_not_null("graph_replay", "graph", graph);
    reinterpret_cast<Stream*>(stream)->replay(*reinterpret_cast<const Graph*>(graph));
  });
}

gatun_status gatun_plan_begin(gatun_stream* stream, void*, gatun_error* error) {
  return translate(error, [&] {
    check_not_null("plan_begin", "stream", stream);
    reinterpret_cast<Stream*>(stream)->begin_planning();
  });
}

gatun_status gatun_plan_end(gatun_stream* stream, gatun_plan* plan, gatun_error* error) {
  return translate(error, [&] {
    check_not_null("plan_end", "stream", stream);
    check_struct("plan_end", "plan", plan);
    plan->scratch_bytes = reinterpret_cast<Stream*>(stream)->end_planning();
  });
}

gatun_status gatun_plan_reserve(gatun_stream* stream, const gatun_plan* plan, gatun_error* error) {
  return translate(error, [&] {
    check_not_null("plan_reserve", "stream", stream);
    check_struct("plan_reserve", "plan", plan);
    reinterpret_cast<Stream*>(stream)->reserve_scratch(plan->scratch_bytes);
  });
}

gatun_status gatun_graph_destroy(gatun_graph* graph, void*, gatun_error* error) {
  return translate(error, [&] { delete reinterpret_cast<Graph*>(graph); });
}

// SPDX-License-Identifier: Apache-2.0
// Every operation of the ABI on a GPU, the emulated one or the one that GATUN_CUDA_LIBRARY's
// kernels run on: each has a kernel there, and none takes a tensor of another device.
#include <gatun/gatun.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace {

// Operations that a GPU refuses, with the reason. A new one wants a case below, not a line here.
const std::map<std::string, std::string> kExceptions{};

// One smallest call: its parameters, and the tensors among them.
struct Case {
  std::function<gatun_status(gatun_error*)> call;
  std::vector<gatun_tensor*> tensors;
};

class DeviceOps : public testing::Test {
 protected:
  // Letters as in ops.h.
  static constexpr int64_t kN = 3, kE = 32, kO = 16, kD = 32;

  void SetUp() override {
    gatun_device_options options{};
    options.struct_size = sizeof(options);
    options.kind = GATUN_DEVICE_CUDA;
    gatun_error error{};
    if (gatun_device_open(&options, &device_, &error) != GATUN_STATUS_OK) {
      // Who names a library, as for the emulated device, has a device to open.
      if (std::getenv("GATUN_CUDA_LIBRARY") != nullptr) FAIL() << error.message;
      GTEST_SKIP() << error.message;
    }
    ok(gatun_stream_create(device_, &stream_, &error_));
    tensor_device_ = info().tensor_device;
    add_products();
    add_rows();
    add_attention();
    add_losses();
    add_vectors();
  }

  void TearDown() override {
    if (device_ == nullptr) return;
    ok(gatun_stream_destroy(stream_, nullptr, &error_));
    for (gatun_weight* weight : weights_) ok(gatun_weight_destroy(weight, nullptr, &error_));
    for (gatun_buffer& buffer : buffers_) ok(gatun_buffer_free(device_, &buffer, &error_));
    ok(gatun_device_close(device_, nullptr, &error_));
  }

  void ok(gatun_status status) { ASSERT_EQ(status, GATUN_STATUS_OK) << error_.message; }

  gatun_device_info info() {
    gatun_device_info info{};
    info.struct_size = sizeof(info);
    ok(gatun_device_query(device_, &info, &error_));
    return info;
  }

  void* memory(int64_t bytes) {
    gatun_buffer buffer{};
    buffer.struct_size = sizeof(buffer);
    buffer.byte_length = bytes;
    buffer.kind = GATUN_BUFFER_HOST_VISIBLE;
    ok(gatun_buffer_allocate(device_, &buffer, &error_));
    buffers_.push_back(buffer);
    addresses_.insert(buffer.data);
    return buffer.data;
  }

  gatun_tensor tensor(gatun_dtype dtype, int64_t value_bytes, const std::vector<int64_t>& shape) {
    gatun_tensor tensor{};
    tensor.dtype = dtype;
    tensor.rank = static_cast<int32_t>(shape.size());
    int64_t count = 1;
    for (size_t i = shape.size(); i-- > 0;) {
      tensor.shape[i] = shape[i];
      tensor.stride[i] = count;
      count *= shape[i];
    }
    tensor.byte_length = count * value_bytes;
    tensor.data = memory(tensor.byte_length);
    tensor.device = tensor_device_;
    return tensor;
  }

  // Zeros.
  gatun_tensor floats(const std::vector<int64_t>& shape) {
    return tensor(GATUN_DTYPE_F32, sizeof(float), shape);
  }

  gatun_tensor numbers(const std::vector<int32_t>& values, std::vector<int64_t> shape = {}) {
    if (shape.empty()) shape = {static_cast<int64_t>(values.size())};
    gatun_tensor ids = tensor(GATUN_DTYPE_I32, sizeof(int32_t), shape);
    std::memcpy(ids.data, values.data(), values.size() * sizeof(int32_t));
    return ids;
  }

  gatun_weight* weight(int64_t rows, int64_t columns, int32_t flags = 0, int32_t arithmetic = 0) {
    const std::vector<float> values(static_cast<size_t>(rows * columns), 0.5f);
    gatun_weight_params params{};
    params.struct_size = sizeof(params);
    params.data = values.data();
    params.byte_length = rows * columns * int64_t{sizeof(float)};
    params.dtype = GATUN_DTYPE_F32;
    params.arithmetic = arithmetic;
    params.rows = rows;
    params.columns = columns;
    params.flags = flags;
    ok(gatun_weight_create(device_, &params, &error_));
    weights_.push_back(params.weight);
    return params.weight;
  }

  // Tensors are found in the parameters by the memory that they name.
  template <typename Params>
  void add(const std::string& name,
           gatun_status (*function)(gatun_stream*, const Params*, gatun_error*),
           const Params& params) {
    const auto kept = std::make_shared<Params>(params);
    kept->struct_size = sizeof(Params);
    Case one;
    one.call = [this, function, kept](gatun_error* error) {
      return function(stream_, kept.get(), error);
    };
    auto* bytes = reinterpret_cast<std::byte*>(kept.get());
    for (size_t at = 0; at + sizeof(gatun_tensor) <= sizeof(Params); at += alignof(gatun_tensor)) {
      auto* found = reinterpret_cast<gatun_tensor*>(bytes + at);
      if (addresses_.count(found->data) != 0 && found->rank > 0 && found->device == tensor_device_)
        one.tensors.push_back(found);
    }
    cases_["gatun_" + name] = one;
  }

  void add_products() {
    gatun_linear_params linear{};
    linear.x = floats({kN, kE});
    linear.rows = numbers({2, 0});
    linear.weight[0] = weight(kO, kE);
    linear.bias[0] = floats({kO});
    linear.residual = floats({2, kO});
    linear.y[0] = floats({2, kO});
    add("linear_forward", gatun_linear_forward, linear);

    gatun_gated_linear_params gated{};
    gated.x = floats({kN, kE});
    gated.gate = weight(kO, kE);
    gated.up = weight(kO, kE);
    gated.gate_bias = floats({kO});
    gated.up_bias = floats({kO});
    gated.y = floats({kN, kO});
    add("gated_linear_forward", gatun_gated_linear_forward, gated);

    gatun_linear_backward_params backward{};
    backward.x = floats({kN, kE});
    backward.rows = numbers({2, 0});
    backward.weight[0] = weight(kO, kE, GATUN_WEIGHT_TRAINABLE);
    backward.dy[0] = floats({2, kO});
    backward.dx = floats({kN, kE});
    backward.dweight[0] = floats({kO * kE});
    backward.dbias[0] = floats({kO});
    backward.accumulate = 1;
    add("linear_backward", gatun_linear_backward, backward);

    gatun_low_rank_params adapters{};
    adapters.x = floats({kN, kE});
    adapters.slots = numbers({0, -1, 0});
    adapters.a[0] = floats({16 * kE});
    adapters.b[0] = floats({kO * 4});
    adapters.y = floats({kN, kO});
    adapters.rank[0] = 4;
    adapters.scale[0] = 1;
    adapters.adapters = 1;
    add("low_rank_forward", gatun_low_rank_forward, adapters);

    gatun_weight_refresh_params refresh{};
    refresh.weight = weight(kO, kE, GATUN_WEIGHT_TRAINABLE, GATUN_ARITHMETIC_FAST);
    add("weight_refresh_forward", gatun_weight_refresh_forward, refresh);

    gatun_weight_layout_params layout{};
    layout.panels = floats({kO * kE});
    layout.rows = floats({kO, kE});
    add("weight_layout_forward", gatun_weight_layout_forward, layout);
  }

  void add_rows() {
    gatun_embedding_params embedding{};
    embedding.ids = numbers({1, 0, 2});
    embedding.positions = numbers({0, 1, 2});
    embedding.types = numbers({0, 0, 1});
    embedding.table = weight(kO, kE);
    embedding.position_table = weight(kO, kE);
    embedding.type_table = weight(2, kE);
    embedding.norm_weight = floats({kE});
    embedding.norm_bias = floats({kE});
    embedding.y = floats({kN, kE});
    embedding.eps = 1e-5f;
    add("embedding_forward", gatun_embedding_forward, embedding);

    gatun_embedding_backward_params looked_up{};
    looked_up.ids = numbers({1, 0, 2});
    looked_up.positions = numbers({0, 1, 2});
    looked_up.types = numbers({0, 0, 1});
    looked_up.dy = floats({kN, kE});
    looked_up.dtable = floats({kO * kE});
    looked_up.dposition_table = floats({kO * kE});
    looked_up.dtype_table = floats({16 * kE});
    looked_up.table_rows = looked_up.position_rows = kO;
    looked_up.type_rows = 2;
    add("embedding_backward", gatun_embedding_backward, looked_up);

    gatun_layer_norm_params layer_norm{};
    layer_norm.x = floats({kN, kE});
    layer_norm.residual = floats({kN, kE});
    layer_norm.weight = floats({kE});
    layer_norm.bias = floats({kE});
    layer_norm.y = floats({kN, kE});
    layer_norm.sum = floats({kN, kE});
    layer_norm.eps = 1e-5f;
    add("layer_norm_forward", gatun_layer_norm_forward, layer_norm);

    gatun_rms_norm_params rms_norm{};
    rms_norm.x = floats({kN, kE});
    rms_norm.residual = floats({kN, kE});
    rms_norm.weight = floats({kE});
    rms_norm.y = floats({kN, kE});
    rms_norm.sum = floats({kN, kE});
    rms_norm.eps = 1e-5f;
    add("rms_norm_forward", gatun_rms_norm_forward, rms_norm);

    gatun_layer_norm_backward_params layer_norm_back{};
    layer_norm_back.x = floats({kN, kE});
    layer_norm_back.weight = floats({kE});
    layer_norm_back.dy = floats({kN, kE});
    layer_norm_back.dx = floats({kN, kE});
    layer_norm_back.dweight = floats({kE});
    layer_norm_back.dbias = floats({kE});
    layer_norm_back.eps = 1e-5f;
    add("layer_norm_backward", gatun_layer_norm_backward, layer_norm_back);

    gatun_rms_norm_backward_params rms_norm_back{};
    rms_norm_back.x = floats({kN, kE});
    rms_norm_back.weight = floats({kE});
    rms_norm_back.dy = floats({kN, kE});
    rms_norm_back.dx = floats({kN, kE});
    rms_norm_back.dweight = floats({kE});
    rms_norm_back.eps = 1e-5f;
    add("rms_norm_backward", gatun_rms_norm_backward, rms_norm_back);

    gatun_gather_rows_params gather{};
    gather.x = floats({kN, kE});
    gather.rows = numbers({2, 0});
    gather.y = floats({2, kE});
    add("gather_rows_forward", gatun_gather_rows_forward, gather);

    gatun_gather_rows_backward_params scatter{};
    scatter.rows = numbers({2, 0});
    scatter.dy = floats({2, kE});
    scatter.dx = floats({kN, kE});
    add("gather_rows_backward", gatun_gather_rows_backward, scatter);

    gatun_pooling_params pooling{};
    pooling.x = floats({kN, kE});
    pooling.cu_seqlens = numbers({0, 3});
    pooling.y = floats({1, kE});
    add("pooling_forward", gatun_pooling_forward, pooling);

    gatun_pooling_backward_params pooling_back{};
    pooling_back.x = floats({kN, kE});
    pooling_back.cu_seqlens = numbers({0, 3});
    pooling_back.dy = floats({1, kE});
    pooling_back.dx = floats({kN, kE});
    add("pooling_backward", gatun_pooling_backward, pooling_back);

    gatun_softmax_params softmax{};
    softmax.x = floats({kN, kE});
    softmax.y = floats({kN, kE});
    add("softmax_forward", gatun_softmax_forward, softmax);

    gatun_top_k_params top_k{};
    top_k.x = floats({kN, kE});
    top_k.values = floats({kN, 2});
    top_k.indices = numbers({0, 0, 0, 0, 0, 0}, {kN, 2});
    top_k.log_sum_exp = floats({kN});
    add("top_k_forward", gatun_top_k_forward, top_k);

    gatun_sample_params sample{};
    sample.scores = floats({kN, kE});
    sample.rows = sampled_rows_;
    sample.row_count = kN;
    sample.tokens = numbers({0, 0, 0});
    for (gatun_sample_row& row : sampled_rows_) row.top_p = row.repetition = row.temperature = 1;
    add("sample_forward", gatun_sample_forward, sample);
  }

  gatun_kv_cache cache() {
    gatun_kv_cache_layout_params layout{};
    layout.struct_size = sizeof(layout);
    layout.kv_heads = 1;
    layout.head_size = kD;
    layout.dtype = GATUN_DTYPE_F32;
    ok(gatun_kv_cache_layout(device_, &layout, &error_));
    gatun_kv_cache cache{};
    cache.page_count = 2;
    cache.byte_length = 2 * layout.page_bytes;
    cache.data = memory(cache.byte_length);
    cache.page_tokens = layout.page_tokens;
    cache.kv_heads = 1;
    cache.head_size = kD;
    cache.dtype = GATUN_DTYPE_F32;
    return cache;
  }

  void add_attention() {
    gatun_kv_copy_params copy{};
    copy.cache = cache();
    copy.source = numbers({0});
    copy.destination = numbers({1});
    add("kv_copy_forward", gatun_kv_copy_forward, copy);

    gatun_rotary_params rotary{};
    rotary.q = floats({kN, 1, kD});
    rotary.k = floats({kN, 1, kD});
    rotary.v = floats({kN, 1, kD});
    rotary.positions = numbers({0, 1, 2});
    rotary.inv_freq = floats({1, kD / 2});
    rotary.frequency_rows = numbers({0, 0, 0});
    rotary.q_norm_weight = floats({kD});
    rotary.k_norm_weight = floats({kD});
    rotary.cache = cache();
    rotary.slots = numbers({0, 1, 2});
    rotary.norm_eps = 1e-5f;
    add("rotary_forward", gatun_rotary_forward, rotary);

    gatun_attention_params attention{};
    attention.q = floats({kN, 1, kD});
    attention.k = floats({kN, 1, kD});
    attention.v = floats({kN, 1, kD});
    attention.cu_seqlens_q = numbers({0, 3});
    attention.cu_seqlens_k = numbers({0, 3});
    attention.y = floats({kN, 1, kD});
    attention.log_sum_exp = floats({kN, 1});
    attention.bias_table = floats({8, 1});
    attention.bias_max_distance = 16;
    attention.kv_sequence = numbers({0});
    add("attention_forward", gatun_attention_forward, attention);

    gatun_attention_backward_params backward{};
    backward.q = floats({kN, 1, kD});
    backward.k = floats({kN, 1, kD});
    backward.v = floats({kN, 1, kD});
    backward.y = floats({kN, 1, kD});
    backward.dy = floats({kN, 1, kD});
    backward.log_sum_exp = floats({kN, 1});
    backward.cu_seqlens_q = numbers({0, 3});
    backward.cu_seqlens_k = numbers({0, 3});
    backward.bias_table = floats({8, 1});
    backward.dq = floats({kN, 1, kD});
    backward.dk = floats({kN, 1, kD});
    backward.dv = floats({kN, 1, kD});
    backward.dbias_table = floats({8, 1});
    backward.bias_max_distance = 16;
    add("attention_backward", gatun_attention_backward, backward);
  }

  void add_losses() {
    gatun_cross_entropy_params entropy{};
    entropy.x = floats({kN, kE});
    entropy.labels = numbers({1, -100, 31});
    entropy.loss = floats({kN});
    entropy.log_sum_exp = floats({kN});
    entropy.dx = floats({kN, kE});
    entropy.correct = numbers({0, 0, 0});
    add("cross_entropy_forward", gatun_cross_entropy_forward, entropy);

    gatun_elementwise_loss_params elementwise{};
    elementwise.x = floats({kN, kE});
    elementwise.target = floats({kN, kE});
    elementwise.loss = floats({kN, kE});
    elementwise.dx = floats({kN, kE});
    add("elementwise_loss_forward", gatun_elementwise_loss_forward, elementwise);
  }

  void add_vectors() {
    gatun_activation_params activation{};
    activation.x = floats({kN, kE});
    activation.up = floats({kN, kE});
    activation.y = floats({kN, kE});
    activation.activation = GATUN_ACTIVATION_SILU;
    add("activation_forward", gatun_activation_forward, activation);

    gatun_activation_backward_params backward{};
    backward.x = floats({kN, kE});
    backward.up = floats({kN, kE});
    backward.dy = floats({kN, kE});
    backward.dx = floats({kN, kE});
    backward.dup = floats({kN, kE});
    backward.activation = GATUN_ACTIVATION_SILU;
    add("activation_backward", gatun_activation_backward, backward);

    gatun_dropout_params dropout{};
    dropout.x = floats({kN, kE});
    dropout.residual = floats({kN, kE});
    dropout.y = floats({kN, kE});
    dropout.probability = 0.5f;
    add("dropout_forward", gatun_dropout_forward, dropout);

    gatun_axpby_params axpby{};
    axpby.x = floats({kE});
    axpby.y = floats({kE});
    axpby.alpha = axpby.beta = 1;
    add("axpby_forward", gatun_axpby_forward, axpby);

    gatun_sum_params sum{};
    sum.x = floats({kE});
    sum.y = tensor(GATUN_DTYPE_F64, sizeof(double), {1});
    add("sum_forward", gatun_sum_forward, sum);

    gatun_adamw_params adamw{};
    adamw.parameter = floats({kE});
    adamw.gradient = floats({kE});
    adamw.m = floats({kE});
    adamw.v = floats({kE});
    adamw.learning_rate = 1e-3;
    adamw.beta1 = 0.9;
    adamw.beta2 = 0.999;
    adamw.eps = 1e-8;
    adamw.step = 1;
    add("adamw_step", gatun_adamw_step, adamw);

    gatun_quantize_params quantize{};
    quantize.x = floats({kE});
    quantize.y_byte_length = 34;
    quantize.y = memory(quantize.y_byte_length);
    quantize.dtype = GATUN_DTYPE_Q8_0;
    add("quantize_forward", gatun_quantize_forward, quantize);

    gatun_dequantize_params dequantize{};
    dequantize.x_byte_length = 34;
    dequantize.x = memory(dequantize.x_byte_length);
    dequantize.dtype = GATUN_DTYPE_Q8_0;
    dequantize.y = floats({kE});
    add("dequantize_forward", gatun_dequantize_forward, dequantize);
  }

  gatun_device* device_ = nullptr;
  gatun_stream* stream_ = nullptr;
  gatun_error error_{};
  int32_t tensor_device_ = 0;
  std::vector<gatun_buffer> buffers_;
  std::set<const void*> addresses_;
  std::vector<gatun_weight*> weights_;
  gatun_sample_row sampled_rows_[kN]{};
  std::map<std::string, Case> cases_;
};

// What the headers declare as an operation: stream, params, error.
std::set<std::string> declared_operations() {
  std::set<std::string> names;
  const std::regex operation(
      "gatun_status\\s+(gatun_\\w+)\\(\\s*gatun_stream\\*\\s*stream,\\s*const");
  for (const char* header : {"ops.h", "train.h"}) {
    std::ifstream file(std::string(GATUN_INCLUDE) + "/gatun/" + header);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    for (std::sregex_iterator found(text.begin(), text.end(), operation), end; found != end;
         ++found) {
      names.insert((*found)[1].str());
    }
  }
  return names;
}

TEST_F(DeviceOps, EveryOperationHasAKernel) {
  const std::set<std::string> declared = declared_operations();
  EXPECT_GT(declared.size(), 30U);
  for (const std::string& name : declared) {
    SCOPED_TRACE(name);
    const auto found = cases_.find(name);
    if (found == cases_.end()) {
      EXPECT_TRUE(kExceptions.count(name) != 0) << "there is no case and no reason";
      continue;
    }
    const int64_t before = info().launches;
    gatun_error error{};
    EXPECT_EQ(found->second.call(&error), GATUN_STATUS_OK) << error.message;
    EXPECT_EQ(gatun_stream_synchronize(stream_, nullptr, &error), GATUN_STATUS_OK) << error.message;
    EXPECT_GT(info().launches, before);
  }
  EXPECT_EQ(info().regions, 0) << "a kernel of the CPU ran";
}

TEST_F(DeviceOps, ATensorOfAnotherDeviceIsRefusedBeforeALaunch) {
  for (const auto& [name, one] : cases_) {
    for (size_t i = 0; i < one.tensors.size(); ++i) {
      SCOPED_TRACE(name + ", tensor " + std::to_string(i));
      const int64_t before = info().launches;
      gatun_error error{};
      one.tensors[i]->device = 0;
      EXPECT_EQ(one.call(&error), GATUN_STATUS_INVALID_ARGUMENT);
      one.tensors[i]->device = tensor_device_;
      EXPECT_NE(std::string(error.message).find("is on device 0 (the CPU)"), std::string::npos)
          << error.message;
      EXPECT_EQ(info().launches, before);
    }
  }
}

}  // namespace

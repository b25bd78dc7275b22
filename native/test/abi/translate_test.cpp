// SPDX-License-Identifier: Apache-2.0
// The rules of every function of the ABI: NULL, struct_size, error texts, void recordings.
#include "abi/translate.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "gatun/gatun.h"

namespace gatun {
namespace {

class AbiTest : public ::testing::Test {
 protected:
  void SetUp() override {
    gatun_device_options options{};
    options.struct_size = sizeof(options);
    options.threads = 1;
    ASSERT_EQ(gatun_device_open(&options, &device_, &error_), GATUN_STATUS_OK) << error_.message;
    ASSERT_EQ(gatun_stream_create(device_, &stream_, &error_), GATUN_STATUS_OK) << error_.message;
  }
  void TearDown() override {
    EXPECT_EQ(gatun_stream_destroy(stream_, nullptr, &error_), GATUN_STATUS_OK);
    EXPECT_EQ(gatun_device_close(device_, nullptr, &error_), GATUN_STATUS_OK) << error_.message;
  }
  void expect_invalid(gatun_status status, const std::string& message) {
    EXPECT_EQ(status, GATUN_STATUS_INVALID_ARGUMENT);
    EXPECT_EQ(error_.status, status);
    EXPECT_EQ(std::string(error_.message), message);
  }

  gatun_device* device_ = nullptr;
  gatun_stream* stream_ = nullptr;
  gatun_error error_{};
};

// NULL stream, NULL params and a size of zero, for an operation `call` with params `Params`.
template <typename Params>
void expect_checked(gatun_stream* stream,
                    const std::string& name,
                    gatun_status (*call)(gatun_stream*, const Params*, gatun_error*)) {
  gatun_error error{};
  Params params{};
  EXPECT_EQ(call(nullptr, &params, &error), GATUN_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(std::string(error.message), name + ": stream is NULL");
  EXPECT_EQ(call(stream, nullptr, &error), GATUN_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(std::string(error.message), name + ": params is NULL");
  EXPECT_EQ(call(stream, &params, &error), GATUN_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(std::string(error.message), name + ": params->struct_size is 0, expected " +
                                            std::to_string(sizeof(Params)) +
                                            " (sizeof in gatun ABI version 1)");
  params.struct_size = sizeof(Params);
  EXPECT_NE(call(stream, &params, &error), GATUN_STATUS_OK)
      << name << ": all zero params were accepted";
  EXPECT_EQ(std::string(error.message).rfind(name + ": ", 0), 0u) << error.message;
  EXPECT_NE(call(stream, &params, nullptr), GATUN_STATUS_OK);
}

TEST_F(AbiTest, EveryOperationChecksItsHandlesAndSizes) {
  expect_checked(stream_, "linear", gatun_linear_forward);
  expect_checked(stream_, "gated_linear", gatun_gated_linear_forward);
  expect_checked(stream_, "embedding", gatun_embedding_forward);
  expect_checked(stream_, "layer_norm", gatun_layer_norm_forward);
  expect_checked(stream_, "rms_norm", gatun_rms_norm_forward);
  expect_checked(stream_, "kv_copy", gatun_kv_copy_forward);
  expect_checked(stream_, "rotary", gatun_rotary_forward);
  expect_checked(stream_, "attention", gatun_attention_forward);
  expect_checked(stream_, "gather_rows", gatun_gather_rows_forward);
  expect_checked(stream_, "pooling", gatun_pooling_forward);
  expect_checked(stream_, "softmax", gatun_softmax_forward);
  expect_checked(stream_, "sample", gatun_sample_forward);
  expect_checked(stream_, "top_k", gatun_top_k_forward);
  expect_checked(stream_, "dequantize", gatun_dequantize_forward);
  expect_checked(stream_, "quantize", gatun_quantize_forward);
  expect_checked(stream_, "linear_backward", gatun_linear_backward);
  expect_checked(stream_, "activation", gatun_activation_forward);
  expect_checked(stream_, "activation_backward", gatun_activation_backward);
  expect_checked(stream_, "dropout", gatun_dropout_forward);
  expect_checked(stream_, "layer_norm_backward", gatun_layer_norm_backward);
  expect_checked(stream_, "rms_norm_backward", gatun_rms_norm_backward);
  expect_checked(stream_, "embedding_backward", gatun_embedding_backward);
  expect_checked(stream_, "gather_rows_backward", gatun_gather_rows_backward);
  expect_checked(stream_, "pooling_backward", gatun_pooling_backward);
  expect_checked(stream_, "cross_entropy", gatun_cross_entropy_forward);
  expect_checked(stream_, "elementwise_loss", gatun_elementwise_loss_forward);
  expect_checked(stream_, "axpby", gatun_axpby_forward);
  expect_checked(stream_, "sum", gatun_sum_forward);
  expect_checked(stream_, "adamw", gatun_adamw_step);
  expect_checked(stream_, "weight_refresh", gatun_weight_refresh_forward);
  expect_checked(stream_, "weight_layout", gatun_weight_layout_forward);
}

TEST_F(AbiTest, HandlesThatAreNullAreNamedWhereTheyMatter) {
  expect_invalid(gatun_device_open(nullptr, &device_, &error_), "device_open: options is NULL");
  gatun_device_options options{};
  options.struct_size = sizeof(options);
  expect_invalid(gatun_device_open(&options, nullptr, &error_), "device_open: device is NULL");
  expect_invalid(gatun_device_query(nullptr, nullptr, &error_), "device_query: device is NULL");
  expect_invalid(gatun_device_query(device_, nullptr, &error_), "device_query: info is NULL");
  expect_invalid(gatun_buffer_allocate(device_, nullptr, &error_),
                 "buffer_allocate: buffer is NULL");
  expect_invalid(gatun_stream_create(nullptr, &stream_, &error_), "stream_create: device is NULL");
  expect_invalid(gatun_stream_synchronize(nullptr, nullptr, &error_),
                 "stream_synchronize: stream is NULL");
  expect_invalid(gatun_graph_begin(nullptr, nullptr, &error_), "graph_begin: stream is NULL");
  expect_invalid(gatun_graph_end(stream_, nullptr, &error_), "graph_end: graph is NULL");
  expect_invalid(gatun_graph_replay(stream_, nullptr, &error_), "graph_replay: graph is NULL");
  expect_invalid(gatun_weight_create(device_, nullptr, &error_), "weight_create: params is NULL");
  expect_invalid(gatun_weight_query(nullptr, nullptr, &error_), "weight_query: weight is NULL");
  expect_invalid(gatun_weight_read(nullptr, nullptr, &error_), "weight_read: weight is NULL");
  expect_invalid(gatun_kv_cache_layout(nullptr, nullptr, &error_),
                 "kv_cache_layout: device is NULL");
  EXPECT_EQ(gatun_device_close(nullptr, nullptr, &error_), GATUN_STATUS_OK);
  EXPECT_EQ(gatun_stream_destroy(nullptr, nullptr, &error_), GATUN_STATUS_OK);
  EXPECT_EQ(gatun_graph_destroy(nullptr, nullptr, &error_), GATUN_STATUS_OK);
  EXPECT_EQ(gatun_weight_destroy(nullptr, nullptr, &error_), GATUN_STATUS_OK);
}

// A caller compiled against a later header: its new fields must be at their defaults.
TEST_F(AbiTest, LargerStructsAreFineWhileTheirTailIsZero) {
  struct LaterInfo {
    gatun_device_info known;
    int64_t later[2];
  } info{};
  info.known.struct_size = sizeof(info);
  EXPECT_EQ(gatun_device_query(device_, &info.known, &error_), GATUN_STATUS_OK);
  EXPECT_EQ(info.known.threads, 1);
  info.later[1] = 1;
  EXPECT_EQ(gatun_device_query(device_, &info.known, &error_), GATUN_STATUS_UNSUPPORTED);
  EXPECT_NE(std::string(error_.message)
                .find("sets a field at byte " + std::to_string(sizeof(info.known) + 8)),
            std::string::npos)
      << error_.message;
  info.known.struct_size = INT64_MAX;
  EXPECT_EQ(gatun_device_query(device_, &info.known, &error_), GATUN_STATUS_INVALID_ARGUMENT);
}

TEST_F(AbiTest, AFailedCallVoidsTheRecording) {
  ASSERT_EQ(gatun_graph_begin(stream_, nullptr, &error_), GATUN_STATUS_OK);
  gatun_softmax_params params{};
  params.struct_size = sizeof(params);
  EXPECT_EQ(gatun_softmax_forward(stream_, &params, &error_), GATUN_STATUS_INVALID_ARGUMENT);
  const std::string first = error_.message;
  EXPECT_NE(gatun_softmax_forward(stream_, nullptr, &error_), GATUN_STATUS_OK);
  gatun_graph* graph = nullptr;
  expect_invalid(gatun_graph_end(stream_, &graph, &error_),
                 "graph_end: the recording is void: " + first);
  EXPECT_EQ(graph, nullptr);
}

TEST(WriteErrorTest, CutsLongTextsAtTheStartOfACharacter) {
  std::string text(GATUN_ERROR_MESSAGE_BYTES - 2, 'a');
  text += "\xc3\xa9\xc3\xa9";  // its first byte is the last that fits before the terminator
  gatun_error error;
  std::memset(&error, 0x55, sizeof(error));
  EXPECT_EQ(abi::write_error(&error, GATUN_STATUS_DEVICE, text.c_str()), GATUN_STATUS_DEVICE);
  EXPECT_EQ(error.status, GATUN_STATUS_DEVICE);
  EXPECT_EQ(std::string(error.message), std::string(GATUN_ERROR_MESSAGE_BYTES - 2, 'a'));
  EXPECT_EQ(abi::write_error(nullptr, GATUN_STATUS_DEVICE, "lost"), GATUN_STATUS_DEVICE);
}

TEST(TranslateTest, EveryKindOfExceptionBecomesAStatus) {
  gatun_error error{};
  EXPECT_EQ(abi::translate(&error, [] { throw Error(GATUN_STATUS_UNSUPPORTED, "text"); }),
            GATUN_STATUS_UNSUPPORTED);
  EXPECT_STREQ(error.message, "text");
  EXPECT_EQ(abi::translate(&error, [] { throw std::bad_alloc(); }), GATUN_STATUS_OUT_OF_MEMORY);
  EXPECT_EQ(abi::translate(&error, [] { throw std::exception(); }), GATUN_STATUS_INTERNAL);
  EXPECT_EQ(abi::translate(&error, [] { throw 5; }), GATUN_STATUS_INTERNAL);
  EXPECT_EQ(abi::translate(&error, [] {}), GATUN_STATUS_OK);
}

}  // namespace
}  // namespace gatun

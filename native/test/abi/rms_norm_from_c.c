// SPDX-License-Identifier: Apache-2.0
// The ABI as a C program uses it: open, allocate, run, record, replay, fail, close. Exits with the
// number of the check that failed.
#include <gatun/gatun.h>
#include <string.h>

enum { kRows = 2, kColumns = 4 };

static gatun_tensor f32_tensor(float* data, int32_t rank, int64_t rows, int64_t columns) {
  gatun_tensor tensor;
  memset(&tensor, 0, sizeof tensor);
  tensor.data = data;
  tensor.byte_length = rows * columns * (int64_t)sizeof(float);
  tensor.dtype = GATUN_DTYPE_F32;
  tensor.rank = rank;
  tensor.shape[0] = rank == 2 ? rows : columns;
  tensor.shape[1] = rank == 2 ? columns : 0;
  tensor.stride[0] = rank == 2 ? columns : 1;
  tensor.stride[1] = rank == 2 ? 1 : 0;
  return tensor;
}

int main(void) {
  gatun_error error;
  memset(&error, 0, sizeof error);
  if (gatun_abi_version() != GATUN_ABI_VERSION) return 1;
  if (strstr(gatun_abi_layout(), "struct gatun_rms_norm_params ") == NULL) return 2;

  gatun_device_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.threads = 2;
  options.memory_budget_bytes = 1 << 20;
  gatun_device* device = NULL;
  if (gatun_device_open(&options, &device, &error) != GATUN_STATUS_OK || device == NULL) return 3;

  gatun_buffer buffer;
  memset(&buffer, 0, sizeof buffer);
  buffer.struct_size = sizeof buffer;
  buffer.byte_length = (2 * kRows + 1) * kColumns * (int64_t)sizeof(float);
  if (gatun_buffer_allocate(device, &buffer, &error) != GATUN_STATUS_OK) return 4;
  float* x = buffer.data;                // [kRows, kColumns]
  float* y = x + kRows * kColumns;       // [kRows, kColumns]
  float* weight = y + kRows * kColumns;  // [kColumns]
  for (int i = 0; i < kRows * kColumns; ++i) x[i] = 3;
  for (int i = 0; i < kColumns; ++i) weight[i] = 2;

  gatun_stream* stream = NULL;
  if (gatun_stream_create(device, &stream, &error) != GATUN_STATUS_OK) return 5;
  gatun_rms_norm_params params;
  memset(&params, 0, sizeof params);
  params.struct_size = sizeof params;
  params.x = f32_tensor(x, 2, kRows, kColumns);
  params.y = f32_tensor(y, 2, kRows, kColumns);
  params.weight = f32_tensor(weight, 1, 1, kColumns);
  if (gatun_rms_norm_forward(stream, &params, &error) != GATUN_STATUS_OK) return 6;
  for (int i = 0; i < kRows * kColumns; ++i) {
    if (y[i] < 1.999F || y[i] > 2.001F) return 7;
    y[i] = 0;
  }

  gatun_graph* graph = NULL;
  if (gatun_graph_begin(stream, NULL, &error) != GATUN_STATUS_OK) return 8;
  if (gatun_rms_norm_forward(stream, &params, &error) != GATUN_STATUS_OK) return 9;
  if (gatun_graph_end(stream, &graph, &error) != GATUN_STATUS_OK || graph == NULL) return 10;
  if (y[0] != 0) return 11;
  if (gatun_graph_replay(stream, graph, &error) != GATUN_STATUS_OK || y[0] < 1.999F) return 12;

  params.weight.shape[0] = 3;
  if (gatun_rms_norm_forward(stream, &params, &error) != GATUN_STATUS_INVALID_ARGUMENT) return 13;
  if (strcmp(error.message,
             "rms_norm: weight has shape [3], expected [E] = [4] from x [N, E] = [2, 4]") != 0)
    return 14;
  if (gatun_rms_norm_forward(stream, &params, NULL) != GATUN_STATUS_INVALID_ARGUMENT) return 15;

  if (gatun_device_close(device, NULL, &error) != GATUN_STATUS_INVALID_ARGUMENT) return 16;
  if (gatun_graph_destroy(graph, NULL, &error) != GATUN_STATUS_OK) return 17;
  if (gatun_stream_destroy(stream, NULL, &error) != GATUN_STATUS_OK) return 18;
  if (gatun_buffer_free(device, &buffer, &error) != GATUN_STATUS_OK || buffer.data != NULL)
    return 19;
  if (gatun_buffer_free(device, &buffer, &error) != GATUN_STATUS_OK) return 20;
  if (gatun_device_close(device, NULL, &error) != GATUN_STATUS_OK) return 21;
  return gatun_device_close(NULL, NULL, NULL) == GATUN_STATUS_OK ? 0 : 22;
}

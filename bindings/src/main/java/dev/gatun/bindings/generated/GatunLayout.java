// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

/** What {@code gatun_abi_layout} answers in a library that fits these bindings. */
public final class GatunLayout {
  private GatunLayout() {}

  /** One record per line, as version.h describes them. */
  public static final String TEXT =
      """
      constant GATUN_DEVICE_CPU 0
      constant GATUN_DEVICE_CUDA 1
      constant GATUN_ISA_AUTO 0
      constant GATUN_ISA_GENERIC 1
      constant GATUN_ISA_AVX2 2
      constant GATUN_ISA_AVX512 3
      constant GATUN_ISA_AVX512_BF16 4
      constant GATUN_ISA_AMX 5
      constant GATUN_BUFFER_MEMORY 0
      constant GATUN_BUFFER_ADDRESSES 1
      constant GATUN_BUFFER_HOST_VISIBLE 2
      constant GATUN_ACTIVATION_NONE 0
      constant GATUN_ACTIVATION_RELU 1
      constant GATUN_ACTIVATION_GELU 2
      constant GATUN_ACTIVATION_GELU_TANH 3
      constant GATUN_ACTIVATION_SILU 4
      constant GATUN_ACTIVATION_TANH 5
      constant GATUN_ACTIVATION_QUICK_GELU 6
      constant GATUN_ACTIVATION_SIGMOID 7
      constant GATUN_LINEAR_MAX_OUTPUTS 3
      constant GATUN_ATTENTION_BATCH_INVARIANT 1
      constant GATUN_LOW_RANK_MOST 8
      constant GATUN_POOLING_MEAN 0
      constant GATUN_POOLING_CLS 1
      constant GATUN_POOLING_LAST 2
      constant GATUN_POOLING_MAX 3
      constant GATUN_STATUS_OK 0
      constant GATUN_STATUS_INVALID_ARGUMENT 1
      constant GATUN_STATUS_UNSUPPORTED 2
      constant GATUN_STATUS_OUT_OF_MEMORY 3
      constant GATUN_STATUS_DEVICE 4
      constant GATUN_STATUS_INTERNAL 5
      constant GATUN_STATUS_UNAVAILABLE 6
      constant GATUN_STATUS_DRIVER_TOO_OLD 7
      constant GATUN_STATUS_DEVICE_TOO_OLD 8
      constant GATUN_ERROR_MESSAGE_BYTES 1016
      constant GATUN_COPY_IN 0
      constant GATUN_COPY_OUT 1
      constant GATUN_COPY_ZERO 2
      constant GATUN_DTYPE_F32 0
      constant GATUN_DTYPE_F16 1
      constant GATUN_DTYPE_Q4_0 2
      constant GATUN_DTYPE_Q4_1 3
      constant GATUN_DTYPE_Q5_0 6
      constant GATUN_DTYPE_Q5_1 7
      constant GATUN_DTYPE_Q8_0 8
      constant GATUN_DTYPE_Q4_K 12
      constant GATUN_DTYPE_Q5_K 13
      constant GATUN_DTYPE_Q6_K 14
      constant GATUN_DTYPE_I8 24
      constant GATUN_DTYPE_I32 26
      constant GATUN_DTYPE_I64 27
      constant GATUN_DTYPE_F64 28
      constant GATUN_DTYPE_BF16 30
      constant GATUN_DTYPE_U8 100
      constant GATUN_MAX_RANK 4
      constant GATUN_ACTIVATION_ACCUMULATE_DX 1
      constant GATUN_ACTIVATION_ACCUMULATE_DUP 2
      constant GATUN_ATTENTION_ACCUMULATE_DQ 1
      constant GATUN_ATTENTION_ACCUMULATE_DK 2
      constant GATUN_ATTENTION_ACCUMULATE_DV 4
      constant GATUN_LABEL_IGNORED -100
      constant GATUN_LOSS_MSE 0
      constant GATUN_LOSS_BCE 1
      constant GATUN_ABI_VERSION 1
      constant GATUN_ARITHMETIC_F32 0
      constant GATUN_ARITHMETIC_FAST 1
      constant GATUN_WEIGHT_BATCH_INVARIANT 1
      constant GATUN_WEIGHT_SIXTEEN_BITS 2
      constant GATUN_WEIGHT_TRAINABLE 4
      struct gatun_device_options 48 8
      field gatun_device_options struct_size 0 8
      field gatun_device_options kind 8 4
      field gatun_device_options isa 12 4
      field gatun_device_options threads 16 4
      field gatun_device_options spin_microseconds 20 4
      field gatun_device_options memory_budget_bytes 24 8
      field gatun_device_options library 32 8
      field gatun_device_options ordinal 40 4
      field gatun_device_options reserved 44 4
      struct gatun_device_info 264 8
      field gatun_device_info struct_size 0 8
      field gatun_device_info kind 8 4
      field gatun_device_info isa 12 4
      field gatun_device_info machine_isa 16 4
      field gatun_device_info threads 20 4
      field gatun_device_info name 24 128
      field gatun_device_info isa_name 152 32
      field gatun_device_info memory_budget_bytes 184 8
      field gatun_device_info allocated_bytes 192 8
      field gatun_device_info peak_bytes 200 8
      field gatun_device_info weight_passes 208 8
      field gatun_device_info regions 216 8
      field gatun_device_info launches 224 8
      field gatun_device_info memory_bytes 232 8
      field gatun_device_info free_bytes 240 8
      field gatun_device_info ordinal 248 4
      field gatun_device_info capability 252 4
      field gatun_device_info tensor_device 256 4
      field gatun_device_info lost 260 4
      struct gatun_backend_info 1312 8
      field gatun_backend_info struct_size 0 8
      field gatun_backend_info library 8 8
      field gatun_backend_info status 16 4
      field gatun_backend_info device_count 20 4
      field gatun_backend_info toolkit 24 4
      field gatun_backend_info driver 28 4
      field gatun_backend_info path 32 512
      field gatun_backend_info reason 544 768
      struct gatun_gpu_info 1072 8
      field gatun_gpu_info struct_size 0 8
      field gatun_gpu_info library 8 8
      field gatun_gpu_info ordinal 16 4
      field gatun_gpu_info status 20 4
      field gatun_gpu_info capability 24 4
      field gatun_gpu_info multiprocessors 28 4
      field gatun_gpu_info memory_bytes 32 8
      field gatun_gpu_info free_bytes 40 8
      field gatun_gpu_info name 48 256
      field gatun_gpu_info reason 304 768
      struct gatun_buffer 32 8
      field gatun_buffer struct_size 0 8
      field gatun_buffer byte_length 8 8
      field gatun_buffer data 16 8
      field gatun_buffer kind 24 4
      field gatun_buffer reserved 28 4
      struct gatun_kv_cache 40 8
      field gatun_kv_cache data 0 8
      field gatun_kv_cache byte_length 8 8
      field gatun_kv_cache page_count 16 4
      field gatun_kv_cache page_tokens 20 4
      field gatun_kv_cache kv_heads 24 4
      field gatun_kv_cache head_size 28 4
      field gatun_kv_cache dtype 32 4
      field gatun_kv_cache reserved 36 4
      struct gatun_kv_cache_layout_params 32 8
      field gatun_kv_cache_layout_params struct_size 0 8
      field gatun_kv_cache_layout_params kv_heads 8 4
      field gatun_kv_cache_layout_params head_size 12 4
      field gatun_kv_cache_layout_params dtype 16 4
      field gatun_kv_cache_layout_params page_tokens 20 4
      field gatun_kv_cache_layout_params page_bytes 24 8
      struct gatun_sample_row 80 8
      field gatun_sample_row frequency 0 8
      field gatun_sample_row presence 8 8
      field gatun_sample_row top_p 16 8
      field gatun_sample_row min_p 24 8
      field gatun_sample_row seed 32 8
      field gatun_sample_row position 40 8
      field gatun_sample_row repetition 48 4
      field gatun_sample_row temperature 52 4
      field gatun_sample_row top_k 56 4
      field gatun_sample_row sample 60 4
      field gatun_sample_row first 64 4
      field gatun_sample_row answer 68 4
      field gatun_sample_row last 72 4
      field gatun_sample_row reserved 76 4
      struct gatun_error 1024 4
      field gatun_error status 0 4
      field gatun_error reserved 4 4
      field gatun_error message 8 1016
      struct gatun_copy_params 40 8
      field gatun_copy_params struct_size 0 8
      field gatun_copy_params target 8 8
      field gatun_copy_params source 16 8
      field gatun_copy_params byte_length 24 8
      field gatun_copy_params kind 32 4
      field gatun_copy_params reserved 36 4
      struct gatun_plan 16 8
      field gatun_plan struct_size 0 8
      field gatun_plan scratch_bytes 8 8
      struct gatun_tensor 96 8
      field gatun_tensor data 0 8
      field gatun_tensor byte_length 8 8
      field gatun_tensor dtype 16 4
      field gatun_tensor rank 20 4
      field gatun_tensor shape 24 32
      field gatun_tensor stride 56 32
      field gatun_tensor device 88 4
      field gatun_tensor reserved 92 4
      struct gatun_linear_backward_params 1200 8
      field gatun_linear_backward_params struct_size 0 8
      field gatun_linear_backward_params x 8 96
      field gatun_linear_backward_params rows 104 96
      field gatun_linear_backward_params weight 200 24
      field gatun_linear_backward_params dy 224 288
      field gatun_linear_backward_params dx 512 96
      field gatun_linear_backward_params dweight 608 288
      field gatun_linear_backward_params dbias 896 288
      field gatun_linear_backward_params outputs 1184 4
      field gatun_linear_backward_params accumulate 1188 4
      field gatun_linear_backward_params scale 1192 4
      field gatun_linear_backward_params reserved 1196 4
      struct gatun_activation_params 304 8
      field gatun_activation_params struct_size 0 8
      field gatun_activation_params x 8 96
      field gatun_activation_params up 104 96
      field gatun_activation_params y 200 96
      field gatun_activation_params activation 296 4
      field gatun_activation_params reserved 300 4
      struct gatun_activation_backward_params 496 8
      field gatun_activation_backward_params struct_size 0 8
      field gatun_activation_backward_params x 8 96
      field gatun_activation_backward_params up 104 96
      field gatun_activation_backward_params dy 200 96
      field gatun_activation_backward_params dx 296 96
      field gatun_activation_backward_params dup 392 96
      field gatun_activation_backward_params activation 488 4
      field gatun_activation_backward_params accumulate 492 4
      struct gatun_dropout_params 320 8
      field gatun_dropout_params struct_size 0 8
      field gatun_dropout_params x 8 96
      field gatun_dropout_params residual 104 96
      field gatun_dropout_params y 200 96
      field gatun_dropout_params seed 296 8
      field gatun_dropout_params sequence 304 8
      field gatun_dropout_params probability 312 4
      field gatun_dropout_params accumulate 316 4
      struct gatun_attention_backward_params 1312 8
      field gatun_attention_backward_params struct_size 0 8
      field gatun_attention_backward_params q 8 96
      field gatun_attention_backward_params k 104 96
      field gatun_attention_backward_params v 200 96
      field gatun_attention_backward_params y 296 96
      field gatun_attention_backward_params dy 392 96
      field gatun_attention_backward_params log_sum_exp 488 96
      field gatun_attention_backward_params cu_seqlens_q 584 96
      field gatun_attention_backward_params cu_seqlens_k 680 96
      field gatun_attention_backward_params bias_table 776 96
      field gatun_attention_backward_params dq 872 96
      field gatun_attention_backward_params dk 968 96
      field gatun_attention_backward_params dv 1064 96
      field gatun_attention_backward_params dbias_table 1160 96
      field gatun_attention_backward_params scale 1256 4
      field gatun_attention_backward_params softcap 1260 4
      field gatun_attention_backward_params causal 1264 4
      field gatun_attention_backward_params window 1268 4
      field gatun_attention_backward_params bias_bidirectional 1272 4
      field gatun_attention_backward_params bias_max_distance 1276 4
      field gatun_attention_backward_params dropout 1280 4
      field gatun_attention_backward_params accumulate 1284 4
      field gatun_attention_backward_params dropout_seed 1288 8
      field gatun_attention_backward_params dropout_sequence 1296 8
      field gatun_attention_backward_params arithmetic 1304 4
      field gatun_attention_backward_params reserved 1308 4
      struct gatun_layer_norm_backward_params 592 8
      field gatun_layer_norm_backward_params struct_size 0 8
      field gatun_layer_norm_backward_params x 8 96
      field gatun_layer_norm_backward_params weight 104 96
      field gatun_layer_norm_backward_params dy 200 96
      field gatun_layer_norm_backward_params dx 296 96
      field gatun_layer_norm_backward_params dweight 392 96
      field gatun_layer_norm_backward_params dbias 488 96
      field gatun_layer_norm_backward_params eps 584 4
      field gatun_layer_norm_backward_params accumulate 588 4
      struct gatun_rms_norm_backward_params 504 8
      field gatun_rms_norm_backward_params struct_size 0 8
      field gatun_rms_norm_backward_params x 8 96
      field gatun_rms_norm_backward_params weight 104 96
      field gatun_rms_norm_backward_params dy 200 96
      field gatun_rms_norm_backward_params dx 296 96
      field gatun_rms_norm_backward_params dweight 392 96
      field gatun_rms_norm_backward_params eps 488 4
      field gatun_rms_norm_backward_params weight_offset 492 4
      field gatun_rms_norm_backward_params accumulate 496 4
      field gatun_rms_norm_backward_params reserved 500 4
      struct gatun_embedding_backward_params 712 8
      field gatun_embedding_backward_params struct_size 0 8
      field gatun_embedding_backward_params ids 8 96
      field gatun_embedding_backward_params positions 104 96
      field gatun_embedding_backward_params types 200 96
      field gatun_embedding_backward_params dy 296 96
      field gatun_embedding_backward_params dtable 392 96
      field gatun_embedding_backward_params dposition_table 488 96
      field gatun_embedding_backward_params dtype_table 584 96
      field gatun_embedding_backward_params table_rows 680 8
      field gatun_embedding_backward_params position_rows 688 8
      field gatun_embedding_backward_params type_rows 696 8
      field gatun_embedding_backward_params scale 704 4
      field gatun_embedding_backward_params reserved 708 4
      struct gatun_gather_rows_backward_params 296 8
      field gatun_gather_rows_backward_params struct_size 0 8
      field gatun_gather_rows_backward_params rows 8 96
      field gatun_gather_rows_backward_params dy 104 96
      field gatun_gather_rows_backward_params dx 200 96
      struct gatun_pooling_backward_params 408 8
      field gatun_pooling_backward_params struct_size 0 8
      field gatun_pooling_backward_params x 8 96
      field gatun_pooling_backward_params cu_seqlens 104 96
      field gatun_pooling_backward_params dy 200 96
      field gatun_pooling_backward_params dx 296 96
      field gatun_pooling_backward_params mode 392 4
      field gatun_pooling_backward_params normalize 396 4
      field gatun_pooling_backward_params accumulate 400 4
      field gatun_pooling_backward_params reserved 404 4
      struct gatun_cross_entropy_params 696 8
      field gatun_cross_entropy_params struct_size 0 8
      field gatun_cross_entropy_params x 8 96
      field gatun_cross_entropy_params labels 104 96
      field gatun_cross_entropy_params cu_seqlens 200 96
      field gatun_cross_entropy_params loss 296 96
      field gatun_cross_entropy_params log_sum_exp 392 96
      field gatun_cross_entropy_params dx 488 96
      field gatun_cross_entropy_params correct 584 96
      field gatun_cross_entropy_params label_smoothing 680 4
      field gatun_cross_entropy_params z_loss 684 4
      field gatun_cross_entropy_params scale 688 4
      field gatun_cross_entropy_params reserved 692 4
      struct gatun_elementwise_loss_params 400 8
      field gatun_elementwise_loss_params struct_size 0 8
      field gatun_elementwise_loss_params x 8 96
      field gatun_elementwise_loss_params target 104 96
      field gatun_elementwise_loss_params loss 200 96
      field gatun_elementwise_loss_params dx 296 96
      field gatun_elementwise_loss_params kind 392 4
      field gatun_elementwise_loss_params scale 396 4
      struct gatun_axpby_params 208 8
      field gatun_axpby_params struct_size 0 8
      field gatun_axpby_params x 8 96
      field gatun_axpby_params y 104 96
      field gatun_axpby_params alpha 200 4
      field gatun_axpby_params beta 204 4
      struct gatun_sum_params 208 8
      field gatun_sum_params struct_size 0 8
      field gatun_sum_params x 8 96
      field gatun_sum_params y 104 96
      field gatun_sum_params squares 200 4
      field gatun_sum_params accumulate 204 4
      struct gatun_adamw_params 456 8
      field gatun_adamw_params struct_size 0 8
      field gatun_adamw_params parameter 8 96
      field gatun_adamw_params gradient 104 96
      field gatun_adamw_params m 200 96
      field gatun_adamw_params v 296 96
      field gatun_adamw_params learning_rate 392 8
      field gatun_adamw_params beta1 400 8
      field gatun_adamw_params beta2 408 8
      field gatun_adamw_params eps 416 8
      field gatun_adamw_params weight_decay 424 8
      field gatun_adamw_params gradient_scale 432 8
      field gatun_adamw_params step 440 8
      field gatun_adamw_params zero_gradient 448 4
      field gatun_adamw_params reserved 452 4
      struct gatun_weight_refresh_params 16 8
      field gatun_weight_refresh_params struct_size 0 8
      field gatun_weight_refresh_params weight 8 8
      struct gatun_weight_layout_params 208 8
      field gatun_weight_layout_params struct_size 0 8
      field gatun_weight_layout_params panels 8 96
      field gatun_weight_layout_params rows 104 96
      field gatun_weight_layout_params to_rows 200 4
      field gatun_weight_layout_params reserved 204 4
      struct gatun_weight_params 64 8
      field gatun_weight_params struct_size 0 8
      field gatun_weight_params data 8 8
      field gatun_weight_params byte_length 16 8
      field gatun_weight_params dtype 24 4
      field gatun_weight_params arithmetic 28 4
      field gatun_weight_params rows 32 8
      field gatun_weight_params columns 40 8
      field gatun_weight_params flags 48 4
      field gatun_weight_params reserved 52 4
      field gatun_weight_params weight 56 8
      struct gatun_weight_info 120 8
      field gatun_weight_info struct_size 0 8
      field gatun_weight_info rows 8 8
      field gatun_weight_info columns 16 8
      field gatun_weight_info dtype 24 4
      field gatun_weight_info arithmetic 28 4
      field gatun_weight_info packed_bytes 32 8
      field gatun_weight_info implementation 40 64
      field gatun_weight_info master 104 8
      field gatun_weight_info master_count 112 8
      struct gatun_weight_rows 40 8
      field gatun_weight_rows struct_size 0 8
      field gatun_weight_rows first_row 8 8
      field gatun_weight_rows row_count 16 8
      field gatun_weight_rows values 24 8
      field gatun_weight_rows byte_length 32 8
      struct gatun_linear_params 912 8
      field gatun_linear_params struct_size 0 8
      field gatun_linear_params x 8 96
      field gatun_linear_params rows 104 96
      field gatun_linear_params weight 200 24
      field gatun_linear_params bias 224 288
      field gatun_linear_params residual 512 96
      field gatun_linear_params y 608 288
      field gatun_linear_params outputs 896 4
      field gatun_linear_params activation 900 4
      field gatun_linear_params scale 904 4
      field gatun_linear_params softcap 908 4
      struct gatun_gated_linear_params 416 8
      field gatun_gated_linear_params struct_size 0 8
      field gatun_gated_linear_params x 8 96
      field gatun_gated_linear_params gate 104 8
      field gatun_gated_linear_params up 112 8
      field gatun_gated_linear_params gate_bias 120 96
      field gatun_gated_linear_params up_bias 216 96
      field gatun_gated_linear_params y 312 96
      field gatun_gated_linear_params activation 408 4
      field gatun_gated_linear_params reserved 412 4
      struct gatun_embedding_params 624 8
      field gatun_embedding_params struct_size 0 8
      field gatun_embedding_params ids 8 96
      field gatun_embedding_params positions 104 96
      field gatun_embedding_params types 200 96
      field gatun_embedding_params table 296 8
      field gatun_embedding_params position_table 304 8
      field gatun_embedding_params type_table 312 8
      field gatun_embedding_params norm_weight 320 96
      field gatun_embedding_params norm_bias 416 96
      field gatun_embedding_params y 512 96
      field gatun_embedding_params scale 608 4
      field gatun_embedding_params eps 612 4
      field gatun_embedding_params position_offset 616 4
      field gatun_embedding_params reserved 620 4
      struct gatun_layer_norm_params 592 8
      field gatun_layer_norm_params struct_size 0 8
      field gatun_layer_norm_params x 8 96
      field gatun_layer_norm_params residual 104 96
      field gatun_layer_norm_params weight 200 96
      field gatun_layer_norm_params bias 296 96
      field gatun_layer_norm_params y 392 96
      field gatun_layer_norm_params sum 488 96
      field gatun_layer_norm_params eps 584 4
      field gatun_layer_norm_params reserved 588 4
      struct gatun_rms_norm_params 592 8
      field gatun_rms_norm_params struct_size 0 8
      field gatun_rms_norm_params x 8 96
      field gatun_rms_norm_params residual 104 96
      field gatun_rms_norm_params weight 200 96
      field gatun_rms_norm_params y_residual 296 96
      field gatun_rms_norm_params y 392 96
      field gatun_rms_norm_params sum 488 96
      field gatun_rms_norm_params eps 584 4
      field gatun_rms_norm_params weight_offset 588 4
      struct gatun_kv_copy_params 240 8
      field gatun_kv_copy_params struct_size 0 8
      field gatun_kv_copy_params cache 8 40
      field gatun_kv_copy_params source 48 96
      field gatun_kv_copy_params destination 144 96
      struct gatun_rotary_params 936 8
      field gatun_rotary_params struct_size 0 8
      field gatun_rotary_params q 8 96
      field gatun_rotary_params k 104 96
      field gatun_rotary_params v 200 96
      field gatun_rotary_params positions 296 96
      field gatun_rotary_params inv_freq 392 96
      field gatun_rotary_params frequency_rows 488 96
      field gatun_rotary_params q_norm_weight 584 96
      field gatun_rotary_params k_norm_weight 680 96
      field gatun_rotary_params cache 776 40
      field gatun_rotary_params slots 816 96
      field gatun_rotary_params attention_factor 912 4
      field gatun_rotary_params norm_eps 916 4
      field gatun_rotary_params norm_weight_offset 920 4
      field gatun_rotary_params interleaved 924 4
      field gatun_rotary_params inverse 928 4
      field gatun_rotary_params reserved 932 4
      struct gatun_attention_params 1168 8
      field gatun_attention_params struct_size 0 8
      field gatun_attention_params q 8 96
      field gatun_attention_params k 104 96
      field gatun_attention_params v 200 96
      field gatun_attention_params cu_seqlens_q 296 96
      field gatun_attention_params cu_seqlens_k 392 96
      field gatun_attention_params cache 488 40
      field gatun_attention_params page_table 528 96
      field gatun_attention_params kv_lengths 624 96
      field gatun_attention_params y 720 96
      field gatun_attention_params scale 816 4
      field gatun_attention_params softcap 820 4
      field gatun_attention_params causal 824 4
      field gatun_attention_params window 828 4
      field gatun_attention_params arithmetic 832 4
      field gatun_attention_params flags 836 4
      field gatun_attention_params log_sum_exp 840 96
      field gatun_attention_params bias_table 936 96
      field gatun_attention_params kv_sequence 1032 96
      field gatun_attention_params bias_bidirectional 1128 4
      field gatun_attention_params bias_max_distance 1132 4
      field gatun_attention_params dropout 1136 4
      field gatun_attention_params reserved_2 1140 4
      field gatun_attention_params dropout_seed 1144 8
      field gatun_attention_params dropout_sequence 1152 8
      field gatun_attention_params max_queries 1160 4
      field gatun_attention_params reserved_3 1164 4
      struct gatun_low_rank_params 2000 8
      field gatun_low_rank_params struct_size 0 8
      field gatun_low_rank_params x 8 96
      field gatun_low_rank_params slots 104 96
      field gatun_low_rank_params rows 200 96
      field gatun_low_rank_params a 296 768
      field gatun_low_rank_params b 1064 768
      field gatun_low_rank_params y 1832 96
      field gatun_low_rank_params rank 1928 32
      field gatun_low_rank_params scale 1960 32
      field gatun_low_rank_params first_slot 1992 4
      field gatun_low_rank_params adapters 1996 4
      struct gatun_gather_rows_params 296 8
      field gatun_gather_rows_params struct_size 0 8
      field gatun_gather_rows_params x 8 96
      field gatun_gather_rows_params rows 104 96
      field gatun_gather_rows_params y 200 96
      struct gatun_pooling_params 304 8
      field gatun_pooling_params struct_size 0 8
      field gatun_pooling_params x 8 96
      field gatun_pooling_params cu_seqlens 104 96
      field gatun_pooling_params y 200 96
      field gatun_pooling_params mode 296 4
      field gatun_pooling_params normalize 300 4
      struct gatun_softmax_params 208 8
      field gatun_softmax_params struct_size 0 8
      field gatun_softmax_params x 8 96
      field gatun_softmax_params y 104 96
      field gatun_softmax_params temperature 200 4
      field gatun_softmax_params log 204 4
      struct gatun_top_k_params 392 8
      field gatun_top_k_params struct_size 0 8
      field gatun_top_k_params x 8 96
      field gatun_top_k_params values 104 96
      field gatun_top_k_params indices 200 96
      field gatun_top_k_params log_sum_exp 296 96
      struct gatun_sample_params 232 8
      field gatun_sample_params struct_size 0 8
      field gatun_sample_params scores 8 96
      field gatun_sample_params rows 104 8
      field gatun_sample_params row_count 112 8
      field gatun_sample_params history 120 8
      field gatun_sample_params history_length 128 8
      field gatun_sample_params tokens 136 96
      struct gatun_dequantize_params 128 8
      field gatun_dequantize_params struct_size 0 8
      field gatun_dequantize_params x 8 8
      field gatun_dequantize_params x_byte_length 16 8
      field gatun_dequantize_params dtype 24 4
      field gatun_dequantize_params reserved 28 4
      field gatun_dequantize_params y 32 96
      struct gatun_quantize_params 128 8
      field gatun_quantize_params struct_size 0 8
      field gatun_quantize_params x 8 96
      field gatun_quantize_params y 104 8
      field gatun_quantize_params y_byte_length 112 8
      field gatun_quantize_params dtype 120 4
      field gatun_quantize_params reserved 124 4
      function gatun_device_open ippp
      function gatun_device_query ippp
      function gatun_device_close ippp
      function gatun_backend_query ippp
      function gatun_gpu_query ippp
      function gatun_buffer_allocate ippp
      function gatun_buffer_free ippp
      function gatun_linear_forward ippp
      function gatun_gated_linear_forward ippp
      function gatun_embedding_forward ippp
      function gatun_layer_norm_forward ippp
      function gatun_rms_norm_forward ippp
      function gatun_kv_cache_layout ippp
      function gatun_kv_copy_forward ippp
      function gatun_rotary_forward ippp
      function gatun_attention_forward ippp
      function gatun_low_rank_forward ippp
      function gatun_gather_rows_forward ippp
      function gatun_pooling_forward ippp
      function gatun_softmax_forward ippp
      function gatun_top_k_forward ippp
      function gatun_sample_forward ippp
      function gatun_dequantize_forward ippp
      function gatun_quantize_forward ippp
      function gatun_stream_create ippp
      function gatun_stream_synchronize ippp
      function gatun_copy ippp
      function gatun_stream_destroy ippp
      function gatun_graph_begin ippp
      function gatun_graph_end ippp
      function gatun_graph_replay ippp
      function gatun_graph_destroy ippp
      function gatun_plan_begin ippp
      function gatun_plan_end ippp
      function gatun_plan_reserve ippp
      function gatun_linear_backward ippp
      function gatun_activation_forward ippp
      function gatun_activation_backward ippp
      function gatun_dropout_forward ippp
      function gatun_attention_backward ippp
      function gatun_layer_norm_backward ippp
      function gatun_rms_norm_backward ippp
      function gatun_embedding_backward ippp
      function gatun_gather_rows_backward ippp
      function gatun_pooling_backward ippp
      function gatun_cross_entropy_forward ippp
      function gatun_elementwise_loss_forward ippp
      function gatun_axpby_forward ippp
      function gatun_sum_forward ippp
      function gatun_adamw_step ippp
      function gatun_weight_refresh_forward ippp
      function gatun_weight_layout_forward ippp
      function gatun_abi_version i
      function gatun_abi_layout p
      function gatun_weight_create ippp
      function gatun_weight_query ippp
      function gatun_weight_read ippp
      function gatun_weight_destroy ippp
      """;
}

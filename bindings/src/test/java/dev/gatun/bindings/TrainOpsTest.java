// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bindings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_activation_backward_params;
import dev.gatun.bindings.generated.gatun_activation_params;
import dev.gatun.bindings.generated.gatun_adamw_params;
import dev.gatun.bindings.generated.gatun_attention_backward_params;
import dev.gatun.bindings.generated.gatun_axpby_params;
import dev.gatun.bindings.generated.gatun_cross_entropy_params;
import dev.gatun.bindings.generated.gatun_dropout_params;
import dev.gatun.bindings.generated.gatun_elementwise_loss_params;
import dev.gatun.bindings.generated.gatun_embedding_backward_params;
import dev.gatun.bindings.generated.gatun_gather_rows_backward_params;
import dev.gatun.bindings.generated.gatun_layer_norm_backward_params;
import dev.gatun.bindings.generated.gatun_linear_backward_params;
import dev.gatun.bindings.generated.gatun_low_rank_params;
import dev.gatun.bindings.generated.gatun_pooling_backward_params;
import dev.gatun.bindings.generated.gatun_rms_norm_backward_params;
import dev.gatun.bindings.generated.gatun_sum_params;
import dev.gatun.bindings.generated.gatun_tensor;
import dev.gatun.bindings.generated.gatun_weight_layout_params;
import dev.gatun.bindings.generated.gatun_weight_params;
import dev.gatun.bindings.generated.gatun_weight_refresh_params;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * train.h, and the low-rank product of ops.h: every operation once right, on values small enough to
 * check by hand, and once wrong. A matrix [O, K] of at most 16 rows is one panel: value (o, k) lies
 * at 16 k + o.
 */
final class TrainOpsTest {
  private final NativeFixture gatun = new NativeFixture();

  @AfterEach
  void close() {
    gatun.close();
  }

  private void run(NativeCalls.Function operation, MemorySegment params) {
    gatun.run(operation, gatun.stream, params);
  }

  private void refusesNothing(String name, NativeCalls.Function operation) {
    gatun.refuses(name, operation, gatun.stream, MemorySegment.NULL);
  }

  private MemorySegment struct(GroupLayout layout) {
    return gatun.struct(layout);
  }

  private MemorySegment row(float... values) {
    return gatun.floats(values, 1, values.length);
  }

  private MemorySegment vector(float... values) {
    return gatun.floats(values, values.length);
  }

  private MemorySegment zeros(int count) {
    return vector(new float[count]);
  }

  /** One panel of a matrix whose rows are given. */
  private static float[] panel(float[]... rows) {
    float[] values = new float[16 * rows[0].length];
    for (int o = 0; o < rows.length; o++) {
      for (int k = 0; k < rows[o].length; k++) {
        values[16 * k + o] = rows[o][k];
      }
    }
    return values;
  }

  private static float[] of(float... values) {
    return values;
  }

  private static void assertValues(MemorySegment tensor, float... expected) {
    assertArrayEquals(expected, NativeFixture.floats(tensor), 1e-6f);
  }

  @Test
  void linearBackward() {
    MemorySegment params = struct(gatun_linear_backward_params.layout());
    MemorySegment weight = gatun.weight(of(1, 2, 3, 4), 2);
    MemorySegment dx = row(0, 0);
    MemorySegment dweight = zeros(32);
    MemorySegment dbias = vector(1, 1);
    gatun_linear_backward_params.x(params, row(1, 2));
    gatun_linear_backward_params.weight(params, 0, weight);
    gatun_linear_backward_params.dy(params, 0, row(10, 20));
    gatun_linear_backward_params.dx(params, dx);
    gatun_linear_backward_params.dweight(params, 0, dweight);
    gatun_linear_backward_params.dbias(params, 0, dbias);
    run(GatunLibrary::gatun_linear_backward, params);
    assertValues(dx, 70, 100);
    assertValues(dweight, panel(of(10, 20), of(20, 40)));
    assertValues(dbias, 11, 21);
    gatun.destroyWeight(weight);
    refusesNothing("linear_backward", GatunLibrary::gatun_linear_backward);
  }

  @Test
  void activation() {
    MemorySegment params = struct(gatun_activation_params.layout());
    MemorySegment y = row(0, 0);
    gatun_activation_params.x(params, row(-1, 2));
    gatun_activation_params.up(params, row(3, 4));
    gatun_activation_params.y(params, y);
    gatun_activation_params.activation(params, GatunLibrary.GATUN_ACTIVATION_RELU());
    run(GatunLibrary::gatun_activation_forward, params);
    assertValues(y, 0, 8);
    refusesNothing("activation", GatunLibrary::gatun_activation_forward);
  }

  @Test
  void activationBackward() {
    MemorySegment params = struct(gatun_activation_backward_params.layout());
    MemorySegment dx = row(0, 0);
    MemorySegment dup = row(0, 0);
    gatun_activation_backward_params.x(params, row(-1, 2));
    gatun_activation_backward_params.up(params, row(3, 4));
    gatun_activation_backward_params.dy(params, row(1, 1));
    gatun_activation_backward_params.dx(params, dx);
    gatun_activation_backward_params.dup(params, dup);
    gatun_activation_backward_params.activation(params, GatunLibrary.GATUN_ACTIVATION_RELU());
    run(GatunLibrary::gatun_activation_backward, params);
    assertValues(dx, 0, 4);
    assertValues(dup, 0, 2);
    refusesNothing("activation_backward", GatunLibrary::gatun_activation_backward);
  }

  @Test
  void dropoutOfNothingAddsTheResidual() {
    MemorySegment params = struct(gatun_dropout_params.layout());
    MemorySegment y = row(0, 0);
    gatun_dropout_params.x(params, row(1, 2));
    gatun_dropout_params.residual(params, row(10, 20));
    gatun_dropout_params.y(params, y);
    run(GatunLibrary::gatun_dropout_forward, params);
    assertValues(y, 11, 22);
    refusesNothing("dropout", GatunLibrary::gatun_dropout_forward);
  }

  @Test
  void attentionBackward() {
    MemorySegment params = struct(gatun_attention_backward_params.layout());
    MemorySegment dq = gatun.floats(new float[4], 2, 1, 2);
    MemorySegment dk = gatun.floats(new float[4], 2, 1, 2);
    MemorySegment dv = gatun.floats(new float[4], 2, 1, 2);
    gatun_attention_backward_params.q(params, gatun.floats(of(1, 0, 0, 1), 2, 1, 2));
    gatun_attention_backward_params.k(params, gatun.floats(of(1, 1, 0, 2), 2, 1, 2));
    gatun_attention_backward_params.v(params, gatun.floats(of(1, 2, 3, -1), 2, 1, 2));
    gatun_attention_backward_params.y(
        params, gatun.floats(of(1, 2, 2.339523f, -0.00928465f), 2, 1, 2));
    gatun_attention_backward_params.dy(params, gatun.floats(of(1, 0, 0.5f, -1), 2, 1, 2));
    gatun_attention_backward_params.log_sum_exp(
        params, gatun.floats(of(0.7071068f, 1.815047f), 2, 1));
    gatun_attention_backward_params.cu_seqlens_q(params, gatun.ints(new int[] {0, 2}, 2));
    gatun_attention_backward_params.cu_seqlens_k(params, gatun.ints(new int[] {0, 2}, 2));
    gatun_attention_backward_params.dq(params, dq);
    gatun_attention_backward_params.dk(params, dk);
    gatun_attention_backward_params.dv(params, dv);
    gatun_attention_backward_params.causal(params, 1);
    run(GatunLibrary::gatun_attention_backward, params);
    assertValues(dq, 0, 0, -0.6255944f, 0.6255944f);
    assertValues(dk, 0, -0.6255944f, 0, 0.6255944f);
    assertValues(dv, 1.1651192f, -0.3302385f, 0.33488077f, -0.6697616f);
    refusesNothing("attention_backward", GatunLibrary::gatun_attention_backward);
  }

  @Test
  void layerNormBackward() {
    MemorySegment params = struct(gatun_layer_norm_backward_params.layout());
    MemorySegment dx = row(0, 0, 0, 0);
    MemorySegment dweight = zeros(4);
    MemorySegment dbias = zeros(4);
    gatun_layer_norm_backward_params.x(params, row(1, 2, 3, 6));
    gatun_layer_norm_backward_params.weight(params, vector(1, 0.5f, 2, -1));
    gatun_layer_norm_backward_params.dy(params, row(0.1f, -0.2f, 0.3f, 0.4f));
    gatun_layer_norm_backward_params.dx(params, dx);
    gatun_layer_norm_backward_params.dweight(params, dweight);
    gatun_layer_norm_backward_params.dbias(params, dbias);
    gatun_layer_norm_backward_params.eps(params, 1e-5f);
    run(GatunLibrary::gatun_layer_norm_backward, params);
    assertValues(dx, -0.07254195f, -0.1298123f, 0.293987f, -0.0916327f);
    assertValues(dweight, -0.10690434f, 0.10690434f, 0, 0.6414261f);
    assertValues(dbias, 0.1f, -0.2f, 0.3f, 0.4f);
    refusesNothing("layer_norm_backward", GatunLibrary::gatun_layer_norm_backward);
  }

  @Test
  void rmsNormBackward() {
    MemorySegment params = struct(gatun_rms_norm_backward_params.layout());
    MemorySegment dx = row(0, 0, 0, 0);
    MemorySegment dweight = zeros(4);
    gatun_rms_norm_backward_params.x(params, row(1, 2, 3, 6));
    gatun_rms_norm_backward_params.weight(params, vector(1, 0.5f, 2, -1));
    gatun_rms_norm_backward_params.dy(params, row(0.1f, -0.2f, 0.3f, 0.4f));
    gatun_rms_norm_backward_params.dx(params, dx);
    gatun_rms_norm_backward_params.dweight(params, dweight);
    gatun_rms_norm_backward_params.eps(params, 1e-5f);
    run(GatunLibrary::gatun_rms_norm_backward, params);
    assertValues(dx, 0.03224405f, -0.02036467f, 0.1815849f, -0.08937828f);
    assertValues(dweight, 0.02828426f, -0.113137f, 0.2545583f, 0.6788222f);
    refusesNothing("rms_norm_backward", GatunLibrary::gatun_rms_norm_backward);
  }

  @Test
  void embeddingBackward() {
    MemorySegment params = struct(gatun_embedding_backward_params.layout());
    MemorySegment dtable = zeros(32);
    gatun_embedding_backward_params.ids(params, gatun.ints(new int[] {2, 0}, 2));
    gatun_embedding_backward_params.dy(params, gatun.floats(of(1, 2, 3, 4), 2, 2));
    gatun_embedding_backward_params.dtable(params, dtable);
    gatun_embedding_backward_params.table_rows(params, 3);
    gatun_embedding_backward_params.scale(params, 2);
    run(GatunLibrary::gatun_embedding_backward, params);
    assertValues(dtable, panel(of(6, 8), of(0, 0), of(2, 4)));
    refusesNothing("embedding_backward", GatunLibrary::gatun_embedding_backward);
  }

  @Test
  void gatherRowsBackward() {
    MemorySegment params = struct(gatun_gather_rows_backward_params.layout());
    MemorySegment dx = gatun.floats(of(1, 1, 1, 1), 2, 2);
    gatun_gather_rows_backward_params.rows(params, gatun.ints(new int[] {1, 1}, 2));
    gatun_gather_rows_backward_params.dy(params, gatun.floats(of(1, 2, 3, 4), 2, 2));
    gatun_gather_rows_backward_params.dx(params, dx);
    run(GatunLibrary::gatun_gather_rows_backward, params);
    assertValues(dx, 1, 1, 5, 7);
    refusesNothing("gather_rows_backward", GatunLibrary::gatun_gather_rows_backward);
  }

  @Test
  void poolingBackward() {
    MemorySegment params = struct(gatun_pooling_backward_params.layout());
    MemorySegment dx = gatun.floats(new float[4], 2, 2);
    gatun_pooling_backward_params.cu_seqlens(params, gatun.ints(new int[] {0, 2}, 2));
    gatun_pooling_backward_params.dy(params, row(2, 4));
    gatun_pooling_backward_params.dx(params, dx);
    gatun_pooling_backward_params.mode(params, GatunLibrary.GATUN_POOLING_MEAN());
    run(GatunLibrary::gatun_pooling_backward, params);
    assertValues(dx, 1, 2, 1, 2);
    refusesNothing("pooling_backward", GatunLibrary::gatun_pooling_backward);
  }

  @Test
  void crossEntropy() {
    MemorySegment params = struct(gatun_cross_entropy_params.layout());
    MemorySegment loss = zeros(1);
    MemorySegment dx = row(0, 0, 0, 0);
    gatun_cross_entropy_params.x(params, row(2, 1, 0, -1));
    gatun_cross_entropy_params.labels(params, gatun.ints(new int[] {1}, 1));
    gatun_cross_entropy_params.loss(params, loss);
    gatun_cross_entropy_params.dx(params, dx);
    run(GatunLibrary::gatun_cross_entropy_forward, params);
    assertValues(loss, 1.4401897f);
    assertValues(dx, 0.6439143f, -0.7631172f, 0.08714432f, 0.0320586f);
    refusesNothing("cross_entropy", GatunLibrary::gatun_cross_entropy_forward);
  }

  @Test
  void elementwiseLoss() {
    MemorySegment params = struct(gatun_elementwise_loss_params.layout());
    MemorySegment loss = row(0);
    MemorySegment dx = row(0);
    gatun_elementwise_loss_params.x(params, row(3));
    gatun_elementwise_loss_params.target(params, row(1));
    gatun_elementwise_loss_params.loss(params, loss);
    gatun_elementwise_loss_params.dx(params, dx);
    gatun_elementwise_loss_params.kind(params, GatunLibrary.GATUN_LOSS_MSE());
    run(GatunLibrary::gatun_elementwise_loss_forward, params);
    assertValues(loss, 4);
    assertValues(dx, 4);
    refusesNothing("elementwise_loss", GatunLibrary::gatun_elementwise_loss_forward);
  }

  @Test
  void axpby() {
    MemorySegment params = struct(gatun_axpby_params.layout());
    MemorySegment y = vector(10, 20);
    gatun_axpby_params.x(params, vector(1, 2));
    gatun_axpby_params.y(params, y);
    gatun_axpby_params.alpha(params, 2);
    gatun_axpby_params.beta(params, 3);
    run(GatunLibrary::gatun_axpby_forward, params);
    assertValues(y, 32, 64);
    refusesNothing("axpby", GatunLibrary::gatun_axpby_forward);
  }

  @Test
  void sumOfSquares() {
    MemorySegment params = struct(gatun_sum_params.layout());
    MemorySegment y = gatun.doubles(1);
    gatun_sum_params.x(params, vector(3, 4));
    gatun_sum_params.y(params, y);
    gatun_sum_params.squares(params, 1);
    run(GatunLibrary::gatun_sum_forward, params);
    MemorySegment sum = gatun_tensor.data(y).reinterpret(Double.BYTES);
    assertEquals(25.0, sum.get(ValueLayout.JAVA_DOUBLE, 0));
    refusesNothing("sum", GatunLibrary::gatun_sum_forward);
  }

  @Test
  void adamw() {
    MemorySegment params = struct(gatun_adamw_params.layout());
    MemorySegment parameter = vector(1, -2, 0.5f);
    MemorySegment gradient = vector(0.1f, -0.2f, 0);
    gatun_adamw_params.parameter(params, parameter);
    gatun_adamw_params.gradient(params, gradient);
    gatun_adamw_params.m(params, zeros(3));
    gatun_adamw_params.v(params, zeros(3));
    gatun_adamw_params.learning_rate(params, 0.01);
    gatun_adamw_params.beta1(params, 0.9);
    gatun_adamw_params.beta2(params, 0.95);
    gatun_adamw_params.eps(params, 1e-8);
    gatun_adamw_params.weight_decay(params, 0.1);
    gatun_adamw_params.step(params, 1);
    gatun_adamw_params.zero_gradient(params, 1);
    run(GatunLibrary::gatun_adamw_step, params);
    assertValues(parameter, 0.989f, -1.988f, 0.4995f);
    assertValues(gradient, 0, 0, 0);
    refusesNothing("adamw", GatunLibrary::gatun_adamw_step);
  }

  @Test
  void weightRefresh() {
    MemorySegment params = struct(gatun_weight_refresh_params.layout());
    MemorySegment frozen = gatun.weight(of(1, 2), 1);
    gatun_weight_refresh_params.weight(params, frozen);
    gatun.refuses(
        "weight_refresh", GatunLibrary::gatun_weight_refresh_forward, gatun.stream, params);
    MemorySegment creation = gatun.weightParams(of(1, 2), 1);
    gatun_weight_params.flags(creation, GatunLibrary.GATUN_WEIGHT_TRAINABLE());
    gatun.run(GatunLibrary::gatun_weight_create, gatun.device, creation);
    MemorySegment trainable = gatun_weight_params.weight(creation);
    gatun_weight_refresh_params.weight(params, trainable);
    run(GatunLibrary::gatun_weight_refresh_forward, params);
    gatun.destroyWeight(frozen);
    gatun.destroyWeight(trainable);
    refusesNothing("weight_refresh", GatunLibrary::gatun_weight_refresh_forward);
  }

  @Test
  void weightLayout() {
    MemorySegment params = struct(gatun_weight_layout_params.layout());
    MemorySegment rows = gatun.floats(new float[4], 2, 2);
    gatun_weight_layout_params.panels(params, vector(panel(of(1, 2), of(3, 4))));
    gatun_weight_layout_params.rows(params, rows);
    gatun_weight_layout_params.to_rows(params, 1);
    run(GatunLibrary::gatun_weight_layout_forward, params);
    assertValues(rows, 1, 2, 3, 4);
    refusesNothing("weight_layout", GatunLibrary::gatun_weight_layout_forward);
  }

  @Test
  void lowRank() {
    MemorySegment params = struct(gatun_low_rank_params.layout());
    MemorySegment y = row(1);
    gatun_low_rank_params.x(params, row(1, 2));
    gatun_low_rank_params.a(params, 0, vector(panel(of(1, 1))));
    gatun_low_rank_params.b(params, 0, vector(panel(of(3))));
    gatun_low_rank_params.y(params, y);
    gatun_low_rank_params.rank(params, 0, 1);
    gatun_low_rank_params.scale(params, 0, 2);
    gatun_low_rank_params.adapters(params, 1);
    run(GatunLibrary::gatun_low_rank_forward, params);
    assertValues(y, 1 + 2 * 3 * 3);
    refusesNothing("low_rank", GatunLibrary::gatun_low_rank_forward);
  }
}

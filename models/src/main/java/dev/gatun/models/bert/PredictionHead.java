// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.bert;

import dev.gatun.nn.Layer;
import dev.gatun.nn.LayerNorm;
import dev.gatun.nn.Linear;
import dev.gatun.nn.LossOptions;
import dev.gatun.nn.LossValue;
import dev.gatun.nn.OutputHead;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.ParameterSource;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.nn.Targets;
import dev.gatun.ops.Activation;
import dev.gatun.ops.Losses;
import dev.gatun.ops.Losses.Sum;
import dev.gatun.ops.Products.Epilogue;
import dev.gatun.ops.Rows;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Masked-token prediction, norm(act(W x + b)) Eᵀ + bias with the embedding's matrix E, or one of
 * its own: [N, V]; and, for pre-training, whether the second sentence follows the first: [B, 2].
 */
final class PredictionHead implements BertHead {
  private final Linear transform;
  private final LayerNorm norm;
  private final Linear decoder;
  private final Linear nextSentence;
  private final Activation activation;

  /** Takes {@code cls.*}; {@code pretraining} adds the next-sentence classifier. */
  PredictionHead(BertModel encoder, ParameterSource source, boolean pretraining) {
    BertConfig config = encoder.config();
    int hidden = config.hiddenSize();
    this.transform = new Linear(source, "cls.predictions.transform.dense", hidden, hidden, true);
    this.norm =
        new LayerNorm(source, "cls.predictions.transform.LayerNorm", hidden, config.layerNormEps());
    boolean tied = config.tieWordEmbeddings();
    Parameter words =
        tied
            ? encoder.embedding().words()
            : source.matrix("cls.predictions.decoder.weight", config.vocabSize(), hidden);
    // A decoder of its own has a bias of its own, and the other is not used.
    String bias = tied ? "cls.predictions.bias" : "cls.predictions.decoder.bias";
    this.decoder = new Linear(words, source.vector(bias, config.vocabSize()));
    this.nextSentence =
        pretraining ? new Linear(source, "cls.seq_relationship", hidden, 2, true) : null;
    this.activation = Activation.ofName(config.hiddenAct());
  }

  @Override
  public Map<String, Tensor> outputs(
      Context context, BertModel encoder, Tensor hidden, SequenceBatch batch) {
    Tensor logits = decoder.forward(context, transformed(context, hidden));
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put(nextSentence == null ? "logits" : "prediction_logits", logits);
    if (nextSentence != null) {
      outputs.put(
          "seq_relationship_logits",
          nextSentence.forward(context, encoder.pooled(context, hidden, batch)));
    }
    return outputs;
  }

  private Tensor transformed(Context context, Tensor hidden) {
    Tensor activated = transform.forward(context, hidden, Epilogue.of(activation));
    return norm.forward(context, activated);
  }

  @Override
  public OutputHead output() {
    return new OutputHead("cls.predictions.decoder", decoder);
  }

  @Override
  public long[] labelCounts(int[] lengths, Targets targets) {
    return switch (targets) {
      case Targets.Tokens tokens when nextSentence == null ->
          new long[] {Targets.counted(tokens.labels())};
      case Targets.MaskedAndNext both when nextSentence != null ->
          new long[] {Targets.counted(both.tokens()), Targets.counted(both.sequences())};
      default -> throw unsuitable(targets);
    };
  }

  @Override
  public LossValue loss(
      Context context,
      BertModel encoder,
      Tensor hidden,
      SequenceBatch batch,
      Targets targets,
      LossOptions options) {
    if (targets instanceof Targets.Tokens tokens && nextSentence == null) {
      return LossValue.of(words(context, hidden, tokens.labels(), options), options.scale(0));
    }
    if (!(targets instanceof Targets.MaskedAndNext both) || nextSentence == null) {
      throw unsuitable(targets);
    }
    Sum words = words(context, hidden, both.tokens(), options);
    Tensor pairs = nextSentence.forward(context, encoder.pooled(context, hidden, batch));
    float scale = options.scale(1);
    Sum next = Losses.crossEntropy(context, pairs, both.sequences(), scale, Losses.Smoothing.NONE);
    return new LossValue(
        List.of(
            LossValue.Part.of("mlm", words, options.scale(0)),
            LossValue.Part.of("nsp", next, scale)));
  }

  /** Only the rows of masked words are transformed and scored. */
  private Sum words(Context context, Tensor hidden, int[] labels, LossOptions options) {
    int[] rows =
        IntStream.range(0, labels.length).filter(i -> labels[i] != Losses.IGNORED).toArray();
    int[] kept = Arrays.stream(rows).map(row -> labels[row]).toArray();
    Tensor masked = Rows.gather(context, hidden, context.indices(rows));
    return Losses.linearCrossEntropy(
        context,
        transformed(context, masked),
        Losses.Head.of(decoder.weight(), decoder.bias()),
        kept,
        options.scale(0),
        options.smoothing());
  }

  private IllegalArgumentException unsuitable(Targets targets) {
    return nextSentence == null
        ? Targets.unsuitable("BERT for masked words", targets, Targets.Tokens.class)
        : Targets.unsuitable("BERT for pre-training", targets, Targets.MaskedAndNext.class);
  }

  @Override
  public List<Parameter> parameters() {
    return Layer.parametersOf(transform, norm, decoder, nextSentence);
  }
}

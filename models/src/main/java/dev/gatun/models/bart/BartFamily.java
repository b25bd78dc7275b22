// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.bart;

import dev.gatun.io.JsonConfig;
import dev.gatun.io.ModelFiles;
import dev.gatun.models.Architectures;
import dev.gatun.models.Seq2SeqForSequenceClassification;
import dev.gatun.nn.FileParameters;
import dev.gatun.nn.Model;
import dev.gatun.nn.ModelFamily;
import dev.gatun.nn.ModelMemory;
import dev.gatun.nn.ModelOrigin;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.ParameterSource;
import dev.gatun.nn.RandomParameters;
import dev.gatun.nn.StoredTensor;
import dev.gatun.tensor.Tensor;
import java.util.List;
import java.util.function.Function;

/** Loads BART, with a classification head where {@code architectures} names one. */
public final class BartFamily implements ModelFamily {
  private static final List<String> NAMES = List.of("bart");
  private static final String PREFIX = "model.";
  private static final String BIAS = "final_logits_bias";

  @Override
  public List<String> names() {
    return NAMES;
  }

  @Override
  public boolean accepts(ModelFiles files) {
    return NAMES.contains(files.architecture()) && files.format() != ModelFiles.Format.GGUF;
  }

  @Override
  public Model load(ModelFiles files, ModelMemory memory) {
    BartConfig config = ofJson(files.config());
    Function<String, StoredTensor> names = name -> stored(files, name);
    ModelOrigin origin = new ModelOrigin(files.config(), names);
    memory.setOrigin(origin);
    try (FileParameters source = new FileParameters(files.tensors(), names, memory)) {
      float[] bias = source.valuesOrNull(BIAS);
      if (bias != null && bias.length != config.vocabSize()) {
        throw new IllegalArgumentException(
            BIAS + " has " + bias.length + " values, expected V = " + config.vocabSize());
      }
      Parameter logitsBias = bias == null ? null : source.constant(BIAS, bias);
      if (logitsBias != null) {
        // Stored as one row.
        Tensor row = logitsBias.vector().reshape(1, bias.length);
        memory.setOrigin(origin.withBuffers(List.of(new Parameter(BIAS, null, row))));
      }
      return build(new BartModel(config, source, memory, logitsBias), files.config(), source);
    }
  }

  private static Model build(BartModel model, JsonConfig json, ParameterSource source) {
    return switch (Architectures.of(json)) {
      case "BartForSequenceClassification" -> {
        BartConfig config = model.config();
        yield Seq2SeqForSequenceClassification.of(
            model, json, source, config.dModel(), config.eosTokenId(), config.classifierDropout());
      }
      case "BartForCausalLM", "BartForQuestionAnswering" ->
          throw Architectures.unsupported(json, Architectures.of(json));
      default -> model;
    };
  }

  @Override
  public Model create(JsonConfig json, ModelMemory memory, long seed) {
    memory.setOrigin(new ModelOrigin(json, BartFamily::freshName));
    double deviation = json.doubleOr("init_std", 0.02);
    int padding = json.intOr("pad_token_id", 1);
    boolean classifies = Architectures.of(json).endsWith("ForSequenceClassification");
    ParameterSource source =
        new RandomParameters(
            memory,
            seed,
            name -> fill(name, deviation, padding),
            name -> name.equals("lm_head.weight") && classifies);
    return build(new BartModel(ofJson(json), source, memory, null), json, source);
  }

  private static RandomParameters.Fill fill(String name, double deviation, int padding) {
    RandomParameters.Fill usual = RandomParameters.usual(name, deviation);
    boolean words = name.equals("shared.weight") || name.endsWith("embed_tokens.weight");
    return words ? usual.withZeroRow(padding) : usual;
  }

  private static StoredTensor freshName(String name) {
    boolean head = name.startsWith("classification_head.") || name.startsWith("lm_head.");
    return StoredTensor.named(head ? name : PREFIX + name);
  }

  /** With or without the base prefix; the word table may be stored under a stack's name alone. */
  private static StoredTensor stored(ModelFiles files, String name) {
    List<String> candidates =
        name.equals("shared.weight")
            ? List.of("shared.weight", "encoder.embed_tokens.weight", "decoder.embed_tokens.weight")
            : List.of(name);
    for (String candidate : candidates) {
      if (files.tensors().find(PREFIX + candidate).isPresent()) {
        return StoredTensor.named(PREFIX + candidate);
      }
      if (files.tensors().find(candidate).isPresent()) {
        return StoredTensor.named(candidate);
      }
    }
    return freshName(name);
  }

  private static BartConfig ofJson(JsonConfig json) {
    return new BartConfig(
        json.requireInt("vocab_size"),
        json.requireInt("d_model"),
        json.requireInt("encoder_layers"),
        json.requireInt("decoder_layers"),
        json.requireInt("encoder_attention_heads"),
        json.requireInt("decoder_attention_heads"),
        json.requireInt("encoder_ffn_dim"),
        json.requireInt("decoder_ffn_dim"),
        json.stringOr("activation_function", "gelu"),
        json.intOr("max_position_embeddings", 1024),
        json.boolOr("scale_embedding", false),
        json.doubleOr("dropout", 0.1),
        json.doubleOr("attention_dropout", 0),
        json.doubleOr("activation_dropout", 0),
        json.doubleOr("classifier_dropout", 0),
        json.intOr("pad_token_id", 1),
        json.intOr("eos_token_id", 2),
        json.intOr("decoder_start_token_id", 2),
        json.boolOr("tie_word_embeddings", true));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.t5;

import dev.gatun.io.JsonConfig;
import dev.gatun.io.ModelFiles;
import dev.gatun.models.Architectures;
import dev.gatun.models.Seq2SeqForSequenceClassification;
import dev.gatun.nn.FileParameters;
import dev.gatun.nn.Model;
import dev.gatun.nn.ModelFamily;
import dev.gatun.nn.ModelMemory;
import dev.gatun.nn.ModelOrigin;
import dev.gatun.nn.ParameterSource;
import dev.gatun.nn.RandomParameters;
import dev.gatun.nn.RandomParameters.Fill;
import dev.gatun.nn.StoredTensor;
import java.util.List;
import java.util.function.Function;

/** Loads T5 and mT5, with a classification head where {@code architectures} names one. */
public final class T5Family implements ModelFamily {
  private static final List<String> NAMES = List.of("t5", "mt5");
  private static final String PREFIX = "transformer.";
  private static final List<String> PREFIXES = List.of("", PREFIX, "m.");

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
    requireKnownHead(files.config());
    T5Config config = ofJson(files.config(), files.architecture());
    Function<String, StoredTensor> names = name -> stored(files, name);
    // The names of an export are not those that others read.
    boolean exported = files.format() == ModelFiles.Format.ONNX;
    memory.setOrigin(new ModelOrigin(files.config(), exported ? StoredTensor::named : names));
    try (FileParameters source = new FileParameters(files.tensors(), names, memory)) {
      return build(
          new T5Model(files.architecture(), config, source, memory), files.config(), source);
    }
  }

  private static Model build(T5Model model, JsonConfig json, ParameterSource source) {
    if (Architectures.of(json).endsWith("ForSequenceClassification")) {
      T5Config config = model.config();
      return Seq2SeqForSequenceClassification.of(
          model, json, source, config.dModel(), config.eosTokenId(), config.classifierDropout());
    }
    return model;
  }

  private static void requireKnownHead(JsonConfig json) {
    String name = Architectures.of(json);
    boolean known =
        !name.contains("For")
            || name.endsWith("ForConditionalGeneration")
            || name.endsWith("ForSequenceClassification");
    if (!known || name.endsWith("EncoderModel")) {
      throw Architectures.unsupported(json, name);
    }
  }

  @Override
  public Model create(JsonConfig json, ModelMemory memory, long seed) {
    requireKnownHead(json);
    String type = json.requireString("model_type");
    T5Config config = ofJson(json, type);
    boolean classifies =
        json.strings("architectures").stream()
            .anyMatch(name -> name.endsWith("ForSequenceClassification"));
    String prefix = classifies ? PREFIX : "";
    memory.setOrigin(
        new ModelOrigin(
            json,
            name ->
                StoredTensor.named(
                    name.startsWith("classification_head.") ? name : prefix + name)));
    double factor = json.doubleOr("initializer_factor", 1);
    boolean tied = json.boolOr("tie_word_embeddings", true);
    ParameterSource source =
        new RandomParameters(
            memory,
            seed,
            name -> fill(config, name, factor),
            name -> name.equals("lm_head.weight") && (tied || classifies));
    return build(new T5Model(type, config, source, memory), json, source);
  }

  /** Deviations for which scores need no scale. */
  private static Fill fill(T5Config config, String name, double factor) {
    double hidden = config.dModel();
    if (name.endsWith(".bias")) {
      return Fill.ZEROS;
    } else if (name.contains("layer_norm")) {
      return new Fill(factor, 0);
    } else if (name.equals("shared.weight") || name.equals("lm_head.weight")) {
      return Fill.normal(factor);
    } else if (name.endsWith(".q.weight")) {
      return Fill.normal(factor / Math.sqrt(hidden * config.dKv()));
    } else if (name.endsWith(".o.weight")) {
      return Fill.normal(factor / Math.sqrt((double) config.numHeads() * config.dKv()));
    } else if (name.endsWith(".wo.weight")) {
      return Fill.normal(factor / Math.sqrt(config.dFf()));
    }
    return Fill.normal(factor / Math.sqrt(hidden));
  }

  /**
   * With or without a prefix; exports shorten the names of the stacks. The word table may be stored
   * under a stack's name, the head under the decoder's.
   */
  private static StoredTensor stored(ModelFiles files, String name) {
    for (String candidate : candidates(name)) {
      for (String prefix : PREFIXES) {
        if (files.tensors().find(prefix + candidate).isPresent()) {
          return StoredTensor.named(prefix + candidate);
        }
      }
    }
    return StoredTensor.named(name);
  }

  private static List<String> candidates(String name) {
    return switch (name) {
      case "shared.weight" ->
          List.of(
              name,
              "encoder.embed_tokens.weight",
              "decoder.embed_tokens.weight",
              "enc.embed_tokens.weight",
              "dec.embed_tokens.weight",
              "dec.shared.weight");
      case "lm_head.weight" -> List.of(name, "decoder.lm_head.weight", "dec.lm_head.weight");
      default ->
          List.of(
              name, name.replaceFirst("^encoder\\.", "enc.").replaceFirst("^decoder\\.", "dec."));
    };
  }

  private static T5Config ofJson(JsonConfig json, String architecture) {
    int layers = json.requireInt("num_layers");
    boolean multilingual = architecture.equals("mt5");
    return new T5Config(
        json.requireInt("vocab_size"),
        json.requireInt("d_model"),
        json.requireInt("d_kv"),
        json.requireInt("d_ff"),
        layers,
        json.intOr("num_decoder_layers", layers),
        json.requireInt("num_heads"),
        json.intOr("relative_attention_num_buckets", 32),
        json.intOr("relative_attention_max_distance", 128),
        json.doubleOr("dropout_rate", 0.1),
        json.doubleOr("layer_norm_epsilon", 1e-6),
        json.stringOr("feed_forward_proj", multilingual ? "gated-gelu" : "relu"),
        !multilingual
            && json.boolOr("scale_decoder_outputs", json.boolOr("tie_word_embeddings", true)),
        json.doubleOr("classifier_dropout", 0),
        json.intOr("pad_token_id", 0),
        json.intOr("eos_token_id", 1),
        json.intOr("decoder_start_token_id", 0));
  }
}

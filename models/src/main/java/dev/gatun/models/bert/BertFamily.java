// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.bert;

import dev.gatun.io.GgufMetadata;
import dev.gatun.io.JsonConfig;
import dev.gatun.io.ModelFiles;
import dev.gatun.io.UnsupportedModelException;
import dev.gatun.models.Architectures;
import dev.gatun.nn.FileParameters;
import dev.gatun.nn.Linear;
import dev.gatun.nn.Model;
import dev.gatun.nn.ModelFamily;
import dev.gatun.nn.ModelMemory;
import dev.gatun.nn.ModelOrigin;
import dev.gatun.nn.ParameterSource;
import dev.gatun.nn.RandomParameters;
import dev.gatun.nn.ScoreLoss;
import dev.gatun.nn.StoredTensor;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Loads BERT with the head that {@code architectures} names; other heads give the bare encoder. */
public final class BertFamily implements ModelFamily {
  private static final List<String> NAMES = List.of("bert");
  private static final String PREFIX = "bert.";
  private static final String ANSWER_START = "qa_outputs.start.";
  private static final String ANSWER_END = "qa_outputs.end.";

  private static final Map<String, String> GLOBAL =
      Map.of(
          "embeddings.word_embeddings", "token_embd",
          "embeddings.position_embeddings", "position_embd",
          "embeddings.token_type_embeddings", "token_types",
          "embeddings.LayerNorm", "token_embd_norm");

  private static final Map<String, String> PARTS =
      Map.of(
          "attention.self.query", "attn_q",
          "attention.self.key", "attn_k",
          "attention.self.value", "attn_v",
          "attention.output.dense", "attn_output",
          "attention.output.LayerNorm", "attn_output_norm",
          "intermediate.dense", "ffn_up",
          "output.dense", "ffn_down",
          "output.LayerNorm", "layer_output_norm");

  @Override
  public List<String> names() {
    return NAMES;
  }

  @Override
  public boolean accepts(ModelFiles files) {
    return NAMES.contains(files.architecture());
  }

  @Override
  public Model load(ModelFiles files, ModelMemory memory) {
    boolean gguf = files.format() == ModelFiles.Format.GGUF;
    BertConfig config = gguf ? ofGguf(files, files.metadata()) : ofJson(files.config());
    Function<String, StoredTensor> names =
        gguf ? name -> StoredTensor.named(ggufName(name)) : hubNames(files);
    if (!gguf) {
      memory.setOrigin(new ModelOrigin(files.config(), names));
    }
    try (FileParameters source = new FileParameters(files.tensors(), names, memory)) {
      String architecture = gguf ? "" : Architectures.of(files.config());
      return build(config, architecture, labels(files), source, memory);
    }
  }

  private static Model build(
      BertConfig config,
      String architecture,
      int labels,
      ParameterSource source,
      ModelMemory memory) {
    BertModel encoder = new BertModel(config, source, memory);
    BertHead head = head(architecture, labels, encoder, source);
    return head == null ? encoder : new BertForTask(encoder, head);
  }

  @Override
  public Model create(JsonConfig config, ModelMemory memory, long seed) {
    String architecture = Architectures.of(config);
    boolean pooled =
        !List.of("BertForMaskedLM", "BertForTokenClassification", "BertForQuestionAnswering")
            .contains(architecture);
    String prefix = architecture.startsWith("BertFor") ? PREFIX : "";
    memory.setOrigin(new ModelOrigin(config, name -> freshName(name, prefix)));
    double deviation = config.doubleOr("initializer_range", 0.02);
    int padding = config.intOr("pad_token_id", 0);
    ParameterSource source =
        new RandomParameters(
            memory,
            seed,
            name -> fill(name, deviation, padding),
            name -> name.startsWith("pooler.") && !pooled);
    return build(ofJson(config), architecture, labels(config), source, memory);
  }

  private static RandomParameters.Fill fill(String name, double deviation, int padding) {
    RandomParameters.Fill usual = RandomParameters.usual(name, deviation);
    return name.equals("embeddings.word_embeddings.weight") ? usual.withZeroRow(padding) : usual;
  }

  private static int labels(JsonConfig config) {
    int named = config.nested("id2label").map(names -> names.keys().size()).orElse(2);
    return config.intOr("num_labels", named);
  }

  private static StoredTensor freshName(String name, String prefix) {
    if (name.startsWith(ANSWER_START)) {
      return StoredTensor.named("qa_outputs." + name.substring(ANSWER_START.length())).rows(0, 2);
    }
    if (name.startsWith(ANSWER_END)) {
      return StoredTensor.named("qa_outputs." + name.substring(ANSWER_END.length())).rows(1, 2);
    }
    boolean head = name.startsWith("cls.") || name.startsWith("classifier.");
    return StoredTensor.named(head ? name : prefix + name);
  }

  private static BertHead head(
      String architecture, int labels, BertModel encoder, ParameterSource source) {
    int hidden = encoder.hiddenSize();
    double dropout = encoder.config().classifierDropout();
    return switch (architecture) {
      case "BertForPreTraining" -> new PredictionHead(encoder, source, true);
      case "BertForMaskedLM" -> new PredictionHead(encoder, source, false);
      case "BertForNextSentencePrediction" ->
          new ClassificationHead(
              new Linear(source, "cls.seq_relationship", hidden, 2, true), ScoreLoss.SEQUENCES, 0);
      case "BertForSequenceClassification" ->
          new ClassificationHead(classifier(source, hidden, labels), ScoreLoss.SEQUENCES, dropout);
      case "BertForMultipleChoice" ->
          new ClassificationHead(classifier(source, hidden, 1), ScoreLoss.CHOICES, dropout);
      case "BertForTokenClassification" ->
          new ClassificationHead(classifier(source, hidden, labels), ScoreLoss.TOKENS, dropout);
      case "BertForQuestionAnswering" ->
          new AnswerHead(
              new Linear(source, "qa_outputs.start", hidden, 1, true),
              new Linear(source, "qa_outputs.end", hidden, 1, true));
      default -> null;
    };
  }

  private static Linear classifier(ParameterSource source, int hidden, int labels) {
    return new Linear(source, "classifier", hidden, labels, true);
  }

  private static int labels(ModelFiles files) {
    return files
        .tensors()
        .find("classifier.weight")
        .map(info -> Math.toIntExact(info.dimension(0)))
        .orElse(1);
  }

  /** With or without the base prefix, and with the old names of the norms' parameters. */
  private static Function<String, StoredTensor> hubNames(ModelFiles files) {
    var tensors = files.tensors();
    return name -> {
      String stored = name;
      long row = -1;
      if (name.startsWith(ANSWER_START)) {
        stored = "qa_outputs." + name.substring(ANSWER_START.length());
        row = 0;
      } else if (name.startsWith(ANSWER_END)) {
        stored = "qa_outputs." + name.substring(ANSWER_END.length());
        row = 1;
      }
      if (tensors.find(stored).isEmpty()) {
        String legacy =
            stored
                .replace("LayerNorm.weight", "LayerNorm.gamma")
                .replace("LayerNorm.bias", "LayerNorm.beta");
        for (String candidate : List.of(PREFIX + stored, legacy, PREFIX + legacy)) {
          if (tensors.find(candidate).isPresent()) {
            stored = candidate;
            break;
          }
        }
      }
      StoredTensor tensor = StoredTensor.named(stored);
      return row < 0 ? tensor : tensor.rows(row, 2);
    };
  }

  private static String ggufName(String name) {
    int dot = name.lastIndexOf('.');
    String part = name.substring(0, dot);
    String kind = name.substring(dot);
    if (GLOBAL.containsKey(part)) {
      return GLOBAL.get(part) + kind;
    }
    String[] pieces = part.split("\\.", 4);
    String mapped = pieces.length == 4 ? PARTS.get(pieces[3]) : null;
    return mapped == null ? name : "blk." + pieces[2] + "." + mapped + kind;
  }

  private static BertConfig ofJson(JsonConfig json) {
    if (json.boolOr("is_decoder", false)) {
      throw new UnsupportedModelException(
          json.file() + ": is_decoder is true; BERT as a decoder is not supported");
    }
    return new BertConfig(
        json.requireInt("vocab_size"),
        json.requireInt("hidden_size"),
        json.requireInt("num_hidden_layers"),
        json.requireInt("num_attention_heads"),
        json.requireInt("intermediate_size"),
        json.stringOr("hidden_act", "gelu"),
        json.intOr("max_position_embeddings", 512),
        json.intOr("type_vocab_size", 2),
        json.doubleOr("layer_norm_eps", 1e-12),
        json.intOr("pad_token_id", 0),
        json.doubleOr("hidden_dropout_prob", 0.1),
        json.doubleOr("attention_probs_dropout_prob", 0.1),
        json.doubleOr("classifier_dropout", json.doubleOr("hidden_dropout_prob", 0.1)),
        json.boolOr("tie_word_embeddings", true));
  }

  private static BertConfig ofGguf(ModelFiles files, GgufMetadata metadata) {
    return new BertConfig(
        Math.toIntExact(files.tensors().info("token_embd.weight").dimension(0)),
        metadata.requireInt("bert.embedding_length"),
        metadata.requireInt("bert.block_count"),
        metadata.requireInt("bert.attention.head_count"),
        metadata.requireInt("bert.feed_forward_length"),
        "gelu",
        metadata.requireInt("bert.context_length"),
        Math.toIntExact(files.tensors().info("token_types.weight").dimension(0)),
        metadata.doubleOr("bert.attention.layer_norm_epsilon", 1e-12),
        -1,
        0,
        0,
        0,
        true);
  }
}

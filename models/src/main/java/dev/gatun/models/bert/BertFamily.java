// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.bert;

import dev.gatun.io.GgufMetadata;
import dev.gatun.io.JsonConfig;
import dev.gatun.io.ModelFiles;
import dev.gatun.nn.FileParameters;
import dev.gatun.nn.Linear;
import dev.gatun.nn.Model;
import dev.gatun.nn.ModelFamily;
import dev.gatun.nn.ModelMemory;
import dev.gatun.nn.ParameterSource;
import dev.gatun.nn.StoredTensor;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
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
    try (FileParameters source = new FileParameters(files.tensors(), names, memory)) {
      BertModel encoder = new BertModel(config, source, memory);
      BertHead head = gguf ? null : head(files, encoder, source);
      return head == null ? encoder : new BertForTask(encoder, head);
    }
  }

  private static BertHead head(ModelFiles files, BertModel encoder, ParameterSource source) {
    int hidden = encoder.hiddenSize();
    String architecture = files.architectures().isEmpty() ? "" : files.architectures().getFirst();
    return switch (architecture) {
      case "BertForPreTraining" -> new PredictionHead(encoder, source, true);
      case "BertForMaskedLM" -> new PredictionHead(encoder, source, false);
      case "BertForSequenceClassification", "BertForMultipleChoice" -> {
        Linear classifier = new Linear(source, "classifier", hidden, labels(files), true);
        yield (context, model, states, batch) ->
            Map.of("logits", classifier.forward(context, model.pooled(context, states, batch)));
      }
      case "BertForTokenClassification" -> {
        Linear classifier = new Linear(source, "classifier", hidden, labels(files), true);
        yield (context, model, states, batch) ->
            Map.of("logits", classifier.forward(context, states));
      }
      case "BertForQuestionAnswering" -> {
        Linear start = new Linear(source, "qa_outputs.start", hidden, 1, true);
        Linear end = new Linear(source, "qa_outputs.end", hidden, 1, true);
        yield (context, model, states, batch) ->
            Map.of(
                "start_logits", flat(start, context, states),
                "end_logits", flat(end, context, states));
      }
      default -> null;
    };
  }

  private static Tensor flat(Linear linear, Context context, Tensor states) {
    return linear.forward(context, states).reshape(states.dim(0));
  }

  private static int labels(ModelFiles files) {
    return Math.toIntExact(files.tensors().info("classifier.weight").dimension(0));
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
    return new BertConfig(
        json.requireInt("vocab_size"),
        json.requireInt("hidden_size"),
        json.requireInt("num_hidden_layers"),
        json.requireInt("num_attention_heads"),
        json.requireInt("intermediate_size"),
        json.stringOr("hidden_act", "gelu"),
        json.intOr("max_position_embeddings", 512),
        json.intOr("type_vocab_size", 2),
        json.doubleOr("layer_norm_eps", 1e-12));
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
        metadata.doubleOr("bert.attention.layer_norm_epsilon", 1e-12));
  }
}

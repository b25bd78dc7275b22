// SPDX-License-Identifier: Apache-2.0
package dev.gatun.embed;

import dev.gatun.io.JsonConfig;
import dev.gatun.io.ModelFiles;
import dev.gatun.io.ModelFiles.SentenceModule;
import dev.gatun.io.UnsupportedModelException;
import dev.gatun.ops.Rows.Pooling;
import java.util.List;
import java.util.Optional;

/**
 * What a model's files say about sentence vectors.
 *
 * @param pooling how tokens become one vector
 * @param normalize whether the vector is divided by its L2 norm
 * @param maxTokens most tokens of a text
 */
record SentenceSettings(Pooling pooling, boolean normalize, int maxTokens) {
  static SentenceSettings of(ModelFiles files, int contextLength, EmbedderOptions options) {
    Pooling pooling = Pooling.MEAN;
    boolean normalize = true;
    int limit = contextLength;
    if (files.format() == ModelFiles.Format.GGUF) {
      pooling = ofGguf(files);
    } else {
      List<SentenceModule> modules = files.sentenceModules();
      if (!modules.isEmpty()) {
        normalize = false;
        for (SentenceModule module : modules) {
          switch (module.simpleType()) {
            case "Transformer" -> {}
            case "Pooling" -> pooling = ofModule(module.config());
            case "Normalize" -> normalize = true;
            default ->
                throw new UnsupportedModelException(
                    files.path()
                        + ": modules.json: module \""
                        + module.type()
                        + "\" is not supported, expected Transformer, Pooling or Normalize");
          }
        }
      }
      Optional<JsonConfig> sentence = files.json("sentence_bert_config.json");
      if (sentence.isPresent()) {
        limit = Math.min(limit, sentence.get().intOr("max_seq_length", limit));
      }
    }
    if (options.maxTokens() > 0) {
      limit = Math.min(limit, options.maxTokens());
    }
    return new SentenceSettings(
        options.pooling() == null ? pooling : options.pooling(),
        options.normalize() == null ? normalize : options.normalize(),
        limit);
  }

  private static Pooling ofModule(Optional<JsonConfig> config) {
    if (config.isEmpty()) {
      return Pooling.MEAN;
    }
    JsonConfig json = config.get();
    if (json.boolOr("pooling_mode_cls_token", false)) {
      return Pooling.CLS;
    }
    if (json.boolOr("pooling_mode_max_tokens", false)) {
      return Pooling.MAX;
    }
    if (json.boolOr("pooling_mode_lasttoken", false)) {
      return Pooling.LAST;
    }
    return Pooling.MEAN;
  }

  private static Pooling ofGguf(ModelFiles files) {
    String key = files.architecture() + ".pooling_type";
    int type = files.metadata().intOr(key, 1);
    return switch (type) {
      case 0, 1 -> Pooling.MEAN;
      case 2 -> Pooling.CLS;
      case 3 -> Pooling.LAST;
      default ->
          throw new UnsupportedModelException(
              files.path() + ": " + key + " is " + type + ", expected 1 (mean), 2 (cls), 3 (last)");
    };
  }
}

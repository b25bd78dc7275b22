// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import dev.gatun.generate.GenerationConfig.EarlyStopping;
import dev.gatun.io.JsonConfig;
import dev.gatun.io.ModelFiles;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * How a model's files say that it should be asked: {@code generation_config.json}, or the same keys
 * in {@code config.json} as older files have them.
 */
final class GenerationSettings {
  private GenerationSettings() {}

  /** The settings of an encoder-decoder, whose lengths count its start token. */
  static GenerationConfig ofSeq2Seq(ModelFiles files) {
    JsonConfig json = files.generationConfig().orElse(files.config());
    GenerationConfig.Builder builder = GenerationConfig.greedy().toBuilder();
    json.optionalInt("max_length")
        .ifPresent(length -> builder.maxNewTokens(Math.max(0, length - 1)));
    json.optionalInt("max_new_tokens").ifPresent(builder::maxNewTokens);
    json.optionalInt("min_length").ifPresent(builder::minLength);
    json.optionalInt("min_new_tokens").ifPresent(builder::minNewTokens);
    json.optionalInt("num_beams").ifPresent(builder::numBeams);
    json.optionalInt("no_repeat_ngram_size").ifPresent(builder::noRepeatNgramSize);
    json.optionalInt("encoder_no_repeat_ngram_size").ifPresent(builder::encoderNoRepeatNgramSize);
    json.optionalInt("forced_bos_token_id")
        .ifPresent(token -> builder.forcedBos(OptionalInt.of(token)));
    json.optionalDouble("length_penalty").ifPresent(builder::lengthPenalty);
    json.optionalDouble("repetition_penalty").ifPresent(builder::repetitionPenalty);
    builder
        .forcedEos(tokens(json, "forced_eos_token_id"))
        .suppressTokens(tokens(json, "suppress_tokens"))
        .beginSuppressTokens(tokens(json, "begin_suppress_tokens"))
        .badWords(json.intLists("bad_words_ids"))
        .earlyStopping(earlyStopping(json))
        .eosTokens(eosTokens(files, json));
    return builder.build();
  }

  private static List<Integer> eosTokens(ModelFiles files, JsonConfig json) {
    List<Integer> own = tokens(json, "eos_token_id");
    return own.isEmpty() ? tokens(files.config(), "eos_token_id") : own;
  }

  private static List<Integer> tokens(JsonConfig json, String key) {
    return Arrays.stream(json.ints(key)).boxed().toList();
  }

  private static EarlyStopping earlyStopping(JsonConfig json) {
    if (!json.has("early_stopping")) {
      return EarlyStopping.FALSE;
    }
    if (json.isText("early_stopping")) {
      String value = json.requireString("early_stopping");
      if (!value.equals("never")) {
        throw json.error("early_stopping", "true, false or \"never\"", value);
      }
      return EarlyStopping.NEVER;
    }
    return json.requireBool("early_stopping") ? EarlyStopping.TRUE : EarlyStopping.FALSE;
  }
}

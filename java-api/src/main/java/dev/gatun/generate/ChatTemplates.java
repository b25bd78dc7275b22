// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import dev.gatun.io.JsonConfig;
import dev.gatun.io.ModelFiles;
import dev.gatun.io.ModelFormatException;
import dev.gatun.tokenizer.template.ChatTemplate;
import dev.gatun.tokenizer.template.TemplateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the chat template that a model's files carry. */
final class ChatTemplates {
  private ChatTemplates() {}

  /** The compiled template, or null if the files have none. */
  static ChatTemplate of(ModelFiles files) {
    String source =
        files.format() == ModelFiles.Format.GGUF
            ? files.metadata().stringOr("tokenizer.chat_template", "")
            : ofFolder(files);
    if (source.isEmpty()) {
      return null;
    }
    try {
      return ChatTemplate.compile(source);
    } catch (TemplateException e) {
      throw new ModelFormatException(files.path() + ": chat template: " + e.getMessage(), e);
    }
  }

  /**
   * A file of its own, or an entry of the tokenizer's settings: a text, or a list of named ones.
   */
  private static String ofFolder(ModelFiles files) {
    Optional<Path> file = files.file("chat_template.jinja");
    if (file.isPresent()) {
      try {
        return Files.readString(file.get());
      } catch (IOException e) {
        throw new ModelFormatException(file.get() + ": cannot be read: " + e.getMessage(), e);
      }
    }
    Optional<JsonConfig> settings = files.json("tokenizer_config.json");
    if (settings.isEmpty() || !settings.get().has("chat_template")) {
      return "";
    }
    if (!settings.get().isList("chat_template")) {
      return settings.get().stringOr("chat_template", "");
    }
    return settings.get().nestedList("chat_template").stream()
        .filter(entry -> entry.stringOr("name", "").equals("default"))
        .map(entry -> entry.stringOr("template", ""))
        .findFirst()
        .orElse("");
  }
}

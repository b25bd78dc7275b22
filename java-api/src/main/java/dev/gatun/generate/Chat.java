// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import dev.gatun.tokenizer.template.ChatMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * A conversation. Each turn renders all messages with the model's own template; the part that the
 * cache still has is not run again. Not thread-safe; any number of chats may share a model.
 */
public final class Chat {
  private final LanguageModel model;
  private final List<ChatMessage> messages = new ArrayList<>();

  Chat(LanguageModel model) {
    this.model = model;
  }

  /** Adds a message without asking for an answer, such as a system message. */
  public Chat add(ChatMessage message) {
    messages.add(message);
    return this;
  }

  /** The conversation so far; an answer is added when its stream has been read to the end. */
  public List<ChatMessage> messages() {
    return List.copyOf(messages);
  }

  /** Adds a user's message and starts the answer. */
  public TextStream generate(String text, GenerationConfig config) {
    return generate(ChatMessage.user(text), config);
  }

  /** Adds a message and starts the answer. */
  public TextStream generate(ChatMessage message, GenerationConfig config) {
    messages.add(message);
    int[] prompt = model.encodeChat(messages);
    return model.stream(prompt, config, answer -> messages.add(ChatMessage.assistant(answer)));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One message of a conversation, as a chat template sees it.
 *
 * {@snippet :
 * var messages = List.of(
 *     ChatMessage.system("You answer briefly."), ChatMessage.user("How high is the lake?"));
 * }
 *
 * @param role who speaks: usually {@code system}, {@code user}, {@code assistant} or {@code tool}
 * @param content the text, or a list of parts (maps with a {@code type}) where the model takes
 *     them; null leaves the field out
 * @param fields further fields in order, such as {@code tool_calls}, {@code name}, {@code
 *     tool_call_id} or {@code reasoning_content}; values are null, Boolean, String, numbers, lists
 *     and maps of these
 */
public record ChatMessage(String role, Object content, Map<String, Object> fields) {
  /** Checks the role and the content, and takes its own copies. */
  public ChatMessage {
    Objects.requireNonNull(role, "role");
    if (content instanceof List<?> parts) {
      content = Collections.unmodifiableList(new ArrayList<>(parts));
    } else if (content instanceof CharSequence text) {
      content = text.toString();
    } else if (content != null) {
      throw new IllegalArgumentException(
          "ChatMessage: content: expected a String or a List of parts, got "
              + content.getClass().getName());
    }
    if (fields.containsKey("role") || fields.containsKey("content")) {
      throw new IllegalArgumentException(
          "ChatMessage: fields: role and content have their own components, got "
              + fields.keySet());
    }
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /** A message without further fields. */
  public ChatMessage(String role, String content) {
    this(role, content, Map.of());
  }

  /** What the model is told before the conversation. */
  public static ChatMessage system(String content) {
    return new ChatMessage("system", content);
  }

  /** What the user says. */
  public static ChatMessage user(String content) {
    return new ChatMessage("user", content);
  }

  /** What the model said. */
  public static ChatMessage assistant(String content) {
    return new ChatMessage("assistant", content);
  }

  /** What a tool answered to the call with that id. */
  public static ChatMessage tool(String toolCallId, String content) {
    return new ChatMessage("tool", content).with("tool_call_id", toolCallId);
  }

  /** The same message with one more field, or another value for it. */
  public ChatMessage with(String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(fields);
    more.put(name, value);
    return new ChatMessage(role, content, more);
  }

  /** The message as a map in the order role, content, fields. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("role", role);
    if (content != null) {
      map.put("content", content);
    }
    map.putAll(fields);
    return map;
  }
}

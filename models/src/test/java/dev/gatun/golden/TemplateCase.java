// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.tensor.Device;
import dev.gatun.tokenizer.template.ChatMessage;
import dev.gatun.tokenizer.template.ChatTemplate;
import dev.gatun.tokenizer.template.RenderedChat;
import dev.gatun.tokenizer.template.TemplateException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Chat templates: snippets, whole templates over conversations, hostile ones and long ones. */
record TemplateCase(String name, Path file) implements GoldenCase {
  @Override
  public void run(Report report, Device device) throws NoSuchAlgorithmException {
    JsonNode root = Jsons.read(file);
    report.declare("snippets", "templates", "hostile", "large");
    Clock clock =
        Clock.fixed(
            LocalDateTime.parse(root.get("clock").stringValue()).toInstant(ZoneOffset.UTC),
            ZoneOffset.UTC);
    Map<String, Object> context = variables(root.path("context"));
    for (JsonNode snippet : root.get("snippets")) {
      String id = snippet.get("id").stringValue();
      String source = snippet.get("source").stringValue();
      compare(report, "snippets", id, source, context, snippet, clock);
    }
    for (Map.Entry<String, JsonNode> template : root.path("templates").properties()) {
      for (Map.Entry<String, JsonNode> talk : root.path("conversations").properties()) {
        Map<String, Object> variables = variables(root.get("special"));
        variables.putAll(variables(talk.getValue()));
        compare(
            report,
            "templates",
            template.getKey() + " x " + talk.getKey(),
            template.getValue().stringValue(),
            variables,
            root.get("expected").get(template.getKey()).get(talk.getKey()),
            clock);
      }
    }
    for (JsonNode hostile : root.path("hostile")) {
      hostile(report, hostile, context, clock);
    }
    for (JsonNode large : root.path("large")) {
      large(report, root, large, clock);
    }
  }

  private static void compare(
      Report report,
      String part,
      String what,
      String source,
      Map<String, Object> variables,
      JsonNode expected,
      Clock clock) {
    JsonNode error = expected.get("error");
    RenderedChat got;
    try {
      got = ChatTemplate.compile(source).render(variables, clock);
    } catch (TemplateException e) {
      boolean same =
          error != null
              && error.get("kind").stringValue().equals(e.kind().name().toLowerCase(Locale.ROOT))
              && (e.kind() != TemplateException.Kind.RAISED
                  || error.get("message").stringValue().equals(e.detail()));
      report.check(part, same, what + ": " + e.getMessage() + ", expected " + expected);
      return;
    }
    if (error != null) {
      report.fail(part, what + " rendered, expected the error " + error);
      return;
    }
    boolean same = got.text().equals(expected.get("output").stringValue());
    if (same && expected.has("generation_spans")) {
      List<RenderedChat.Span> spans = new ArrayList<>();
      for (JsonNode span : expected.get("generation_spans")) {
        spans.add(new RenderedChat.Span(span.get(0).intValue(), span.get(1).intValue()));
      }
      same = spans.equals(got.generationSpans());
    }
    report.check(part, same, what + " is \"" + got.text() + "\", expected " + expected);
  }

  /** The engine's own exception, or a harmless text. */
  private static void hostile(
      Report report, JsonNode hostile, Map<String, Object> context, Clock clock) {
    String id = hostile.get("id").stringValue();
    try {
      String text = ChatTemplate.compile(text(hostile.get("source"))).render(context, clock).text();
      boolean harmless =
          hostile.get("kind").stringValue().equals("limit")
              ? text.equals(hostile.path("may_render").asString(null))
              : !text.contains("java") && !text.contains("class") && !text.contains("@");
      report.check("hostile", harmless, id + " rendered \"" + text + "\"");
    } catch (TemplateException e) {
      report.pass("hostile");
    }
  }

  private static void large(Report report, JsonNode root, JsonNode large, Clock clock)
      throws NoSuchAlgorithmException {
    JsonNode content = large.get("content");
    String message = content.get(0).stringValue().repeat(content.get(1).intValue());
    List<ChatMessage> messages = new ArrayList<>();
    for (int i = 0; i < large.get("messages").intValue(); i++) {
      messages.add(new ChatMessage(i % 2 == 0 ? "user" : "assistant", message));
    }
    String template = large.get("template").stringValue();
    Map<String, Object> variables = variables(root.get("special"));
    String text =
        ChatTemplate.compile(root.get("templates").get(template).stringValue())
            .render(
                messages, null, large.get("add_generation_prompt").booleanValue(), variables, clock)
            .text();
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    report.check(
        "large",
        HexFormat.of().formatHex(digest).equals(large.get("sha256").stringValue()),
        template + " gives another text of " + text.codePointCount(0, text.length()));
  }

  private static Map<String, Object> variables(JsonNode node) {
    Map<String, Object> variables = new LinkedHashMap<>();
    node.properties().forEach(entry -> variables.put(entry.getKey(), value(entry.getValue())));
    return variables;
  }

  private static Object value(JsonNode node) {
    if (node.isNull()) {
      return null;
    } else if (node.isBoolean()) {
      return node.booleanValue();
    } else if (node.isString()) {
      return node.stringValue();
    } else if (node.isIntegralNumber()) {
      return node.bigIntegerValue();
    } else if (node.isNumber()) {
      return node.doubleValue();
    } else if (node.isArray()) {
      List<Object> items = new ArrayList<>();
      node.forEach(item -> items.add(value(item)));
      return items;
    }
    return variables(node);
  }

  /** A text, or {@code {"repeat": [[piece, count] ...]}}. */
  private static String text(JsonNode source) {
    if (source.isString()) {
      return source.stringValue();
    }
    StringBuilder text = new StringBuilder();
    source
        .get("repeat")
        .forEach(part -> text.repeat(part.get(0).stringValue(), part.get(1).intValue()));
    return text.toString();
  }
}

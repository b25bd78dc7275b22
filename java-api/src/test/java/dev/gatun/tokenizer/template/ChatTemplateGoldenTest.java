// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Every stored snippet, template and long conversation gives what Jinja2 gives. */
class ChatTemplateGoldenTest {
  private final TemplateCases cases = TemplateCases.load();

  @TestFactory
  Stream<DynamicTest> snippets() {
    Map<String, Object> context = cases.context();
    return cases
        .root()
        .get("snippets")
        .valueStream()
        .map(snippet ->
            DynamicTest.dynamicTest(
                snippet.get("id").stringValue(),
                () -> check(snippet.get("source").stringValue(), context, snippet)));
  }

  @TestFactory
  Stream<DynamicTest> templates() {
    List<DynamicTest> tests = new ArrayList<>();
    JsonNode root = cases.root();
    for (Map.Entry<String, JsonNode> template : root.get("templates").properties()) {
      for (Map.Entry<String, JsonNode> talk : root.get("conversations").properties()) {
        JsonNode expected = root.get("expected").get(template.getKey()).get(talk.getKey());
        Map<String, Object> variables = cases.conversation(talk.getValue());
        tests.add(
            DynamicTest.dynamicTest(
                template.getKey() + " x " + talk.getKey(),
                () -> check(template.getValue().stringValue(), variables, expected)));
      }
    }
    return tests.stream();
  }

  private void check(String source, Map<String, Object> variables, JsonNode expected) {
    JsonNode error = expected.get("error");
    if (error != null) {
      TemplateException thrown =
          assertThrows(
              TemplateException.class,
              () -> ChatTemplate.compile(source).render(variables, cases.clock()));
      assertEquals(error.get("kind").stringValue(), thrown.kind().name().toLowerCase(Locale.ROOT));
      if (thrown.kind() == TemplateException.Kind.RAISED) {
        assertEquals(error.get("message").stringValue(), thrown.detail());
      }
      return;
    }
    RenderedChat rendered = ChatTemplate.compile(source).render(variables, cases.clock());
    assertEquals(expected.get("output").stringValue(), rendered.text());
    if (expected.has("generation_spans")) {
      List<RenderedChat.Span> spans = new ArrayList<>();
      expected
          .get("generation_spans")
          .forEach(s -> spans.add(new RenderedChat.Span(s.get(0).intValue(), s.get(1).intValue())));
      assertEquals(spans, rendered.generationSpans());
    }
  }

  @TestFactory
  Stream<DynamicTest> longConversations() {
    return cases
        .root()
        .get("large")
        .valueStream()
        .map(large ->
            DynamicTest.dynamicTest(large.get("template").stringValue(), () -> checkLarge(large)));
  }

  private void checkLarge(JsonNode large) throws NoSuchAlgorithmException {
    String content =
        large.get("content").get(0).stringValue().repeat(large.get("content").get(1).intValue());
    List<ChatMessage> messages = new ArrayList<>();
    for (int i = 0; i < large.get("messages").intValue(); i++) {
      messages.add(new ChatMessage(i % 2 == 0 ? "user" : "assistant", content));
    }
    String source =
        cases.root().get("templates").get(large.get("template").stringValue()).stringValue();
    Map<String, Object> variables = cases.conversation(cases.root().get("special"));
    String text =
        ChatTemplate.compile(source)
            .render(
                messages,
                null,
                large.get("add_generation_prompt").booleanValue(),
                variables,
                cases.clock())
            .text();
    assertEquals(large.get("length").intValue(), text.codePointCount(0, text.length()));
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    assertEquals(large.get("sha256").stringValue(), HexFormat.of().formatHex(digest));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The public API: conversations in, text, spans and located failures out. */
class ChatTemplateTest {
  private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

  private static String render(String source, ChatMessage... messages) {
    return ChatTemplate.compile(source)
        .render(List.of(messages), null, false, Map.of("eos_token", "</s>"), CLOCK)
        .text();
  }

  @Test
  void aConversationBecomesText() {
    String source =
        "{% for m in messages %}{{ m.role }}: {{ m.content }}{{ eos_token }}{% endfor %}"
            + "{{ tools }} {{ documents }} {{ add_generation_prompt }} {{ strftime_now('%Y') }}";
    assertEquals(
        "user: hi</s>assistant: ho</s>None None False 1970",
        render(source, ChatMessage.user("hi"), ChatMessage.assistant("ho")));
  }

  @Test
  void fieldsAndPartsReachTheTemplateInOrder() {
    ChatMessage message =
        new ChatMessage("user", List.of(Map.of("type", "text")), Map.of()).with("name", "x");
    assertEquals(
        "{\"role\": \"user\", \"content\": [{\"type\": \"text\"}], \"name\": \"x\"}",
        render("{{ messages[0]|tojson }}", message));
    assertEquals(
        "tool/7/None",
        render(
            "{% set m = messages[0] %}{{ m.role }}/{{ m.tool_call_id }}/{{ m.get('x') }}",
            ChatMessage.tool("7", "y")));
  }

  @Test
  void oneThoughtIsFoundUnderEveryName() {
    String source =
        "{% for m in messages %}{{ m.thinking }}{{ m.reasoning }}{{ m.reasoning_content }}|"
            + "{% endfor %}";
    assertEquals(
        "ttt||",
        render(
            source, ChatMessage.assistant("a").with("thinking", "t"), ChatMessage.assistant("b")));
  }

  @Test
  void spansCountCodePoints() {
    RenderedChat chat =
        ChatTemplate.compile("😀{% generation %}a😀{% endgeneration %}b").render(Map.of());
    assertEquals("😀a😀b", chat.text());
    assertEquals(List.of(new RenderedChat.Span(1, 3)), chat.generationSpans());
  }

  @Test
  void aFailureNamesItsLine() {
    TemplateException raised =
        assertThrows(
            TemplateException.class,
            () -> ChatTemplate.compile("a\n\n{{ raise_exception('no') }}").render(Map.of()));
    assertEquals(TemplateException.Kind.RAISED, raised.kind());
    assertEquals("no", raised.detail());
    assertEquals("chat template, line 3: no", raised.getMessage());
    TemplateException syntax =
        assertThrows(TemplateException.class, () -> ChatTemplate.compile("a\n{% if x %}\nb"));
    assertEquals(
        "chat template, line 3: expected one of the tags elif, else, endif, got end of template",
        syntax.getMessage());
    TemplateException afterMacro =
        assertThrows(
            TemplateException.class,
            () ->
                ChatTemplate.compile("{% macro f() %}\n{{ 1 }}\n{% endmacro %}\n{{ f() + 1 }}")
                    .render(Map.of()));
    assertEquals(4, afterMacro.line());
  }

  @Test
  void unknownFiltersFailWhereTheyAreReached() {
    assertThrows(TemplateException.class, () -> ChatTemplate.compile("{{ 1|no_such }}"));
    assertEquals("2", render("{{ 1|no_such if false else 2 }}"));
    assertThrows(TemplateException.class, () -> render("{{ 1|no_such if true else 2 }}"));
  }

  @Test
  void safeTextEscapesWhatIsAddedToIt() {
    assertEquals("<&lt;", render("{{ '<'|safe + '<' }}"));
    assertEquals("<<", render("{{ '<'|safe ~ '<' }}"));
  }

  @Test
  void limitsCanBeSet() {
    TemplateLimits few = new TemplateLimits(100, 10, 1 << 20, 10, 10, 10);
    ChatTemplate template = ChatTemplate.compile("{% for i in range(999) %}{% endfor %}", few);
    TemplateException limit =
        assertThrows(TemplateException.class, () -> template.render(Map.of()));
    assertEquals(TemplateException.Kind.LIMIT, limit.kind());
    assertThrows(TemplateException.class, () -> ChatTemplate.compile("x".repeat(101), few));
    assertThrows(IllegalArgumentException.class, () -> new TemplateLimits(0, 1, 1, 1, 1, 1));
  }

  @Test
  void valuesOfForeignTypesAreRefused() {
    ChatTemplate template = ChatTemplate.compile("{{ x }}");
    assertThrows(IllegalArgumentException.class, () -> template.render(Map.of("x", new Object())));
    List<Object> cyclic = new ArrayList<>();
    cyclic.add(cyclic);
    assertThrows(IllegalArgumentException.class, () -> template.render(Map.of("x", cyclic)));
    assertThrows(IllegalArgumentException.class, () -> new ChatMessage("user", 1, Map.of()));
    assertThrows(
        IllegalArgumentException.class, () -> new ChatMessage("user", "a", Map.of("role", "b")));
  }

  @Test
  void manyThreadsShareOneTemplate() {
    ChatTemplate template =
        ChatTemplate.compile(
            "{% set ns = namespace(n=0) %}{% for i in range(k) %}{% set ns.n = ns.n + i %}"
                + "{% endfor %}{{ ns.n }}");
    List<String> expected =
        IntStream.range(0, 200).mapToObj(k -> Integer.toString(k * (k - 1) / 2)).toList();
    List<String> texts =
        IntStream.range(0, 200)
            .parallel()
            .mapToObj(k -> template.render(Map.of("k", k)).text())
            .toList();
    assertEquals(expected, texts);
  }
}

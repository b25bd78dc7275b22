// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A model's chat template: compiled once from the text in the model's own files, then rendered as
 * often as wanted. The text is Jinja as Hugging Face sets it up; the engine is a closed interpreter
 * that reaches no Java object and spends a bounded amount of time and memory ({@link
 * TemplateLimits}).
 *
 * {@snippet :
 * ChatTemplate template = ChatTemplate.compile(text);
 * String prompt =
 *     template
 *         .render(
 *             List.of(ChatMessage.user("How high is the lake?")),
 *             null, // no tools
 *             true, // ask for an answer
 *             Map.of("bos_token", "<s>", "eos_token", "</s>"),
 *             Clock.system(ZoneId.systemDefault()))
 *         .text();
 * }
 *
 * <p>Immutable, so any number of threads may render at once. Failures are {@link
 * TemplateException}.
 */
public final class ChatTemplate {
  /** One thought under three names: templates differ in which they read. */
  private static final List<String> REASONING =
      List.of("reasoning_content", "thinking", "reasoning");

  private final String source;
  private final TemplateLimits limits;
  private final List<Statement> statements;

  private ChatTemplate(String source, TemplateLimits limits, List<Statement> statements) {
    this.source = source;
    this.limits = limits;
    this.statements = statements;
  }

  /**
   * Compiles a template with the standard limits.
   *
   * @throws TemplateException of kind SYNTAX or LIMIT where the text is no template that we take
   */
  public static ChatTemplate compile(String source) {
    return compile(source, TemplateLimits.standard());
  }

  /**
   * Compiles a template.
   *
   * @throws TemplateException of kind SYNTAX or LIMIT where the text is no template that we take
   */
  public static ChatTemplate compile(String source, TemplateLimits limits) {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(limits, "limits");
    if (source.length() > limits.sourceChars()) {
      throw TemplateException.limit(
          "the template is too long: expected at most %d chars, got %d"
              .formatted(limits.sourceChars(), source.length()));
    }
    List<Statement> statements = StatementParser.parse(Lexer.tokens(source), limits.parseDepth());
    return new ChatTemplate(source, limits, statements);
  }

  /** The text that was compiled. */
  public String source() {
    return source;
  }

  /**
   * Renders a conversation.
   *
   * @param messages the messages in order
   * @param tools descriptions of the tools as maps (JSON schema), or null for none
   * @param addGenerationPrompt whether the text ends where the model is to answer
   * @param variables further variables such as {@code bos_token} or {@code enable_thinking}; these
   *     go before {@code documents}, which is none otherwise
   * @param clock what {@code strftime_now} shows
   * @throws TemplateException of kind RAISED where the template refuses the conversation, of
   *     another kind where it fails
   * @throws IllegalArgumentException where a value is of a Java type that templates do not have
   */
  public RenderedChat render(
      List<ChatMessage> messages,
      List<?> tools,
      boolean addGenerationPrompt,
      Map<String, ?> variables,
      Clock clock) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("documents", null);
    all.putAll(variables);
    List<Object> shown = new ArrayList<>(messages.size());
    for (ChatMessage message : messages) {
      shown.add(withEveryReasoningName(message));
    }
    all.put("messages", shown);
    all.put("tools", tools);
    all.put("add_generation_prompt", addGenerationPrompt);
    return render(all, clock);
  }

  private static ChatMessage withEveryReasoningName(ChatMessage message) {
    Object thought = null;
    for (String name : REASONING) {
      thought = thought == null ? message.fields().get(name) : thought;
    }
    if (thought == null) {
      return message;
    }
    ChatMessage copy = message;
    for (String name : REASONING) {
      copy = copy.fields().get(name) == null ? copy.with(name, thought) : copy;
    }
    return copy;
  }

  /**
   * Renders with exactly these variables and the system's clock.
   *
   * @throws TemplateException where the template fails
   * @throws IllegalArgumentException where a value is of a Java type that templates do not have
   */
  public RenderedChat render(Map<String, ?> variables) {
    return render(variables, Clock.system(ZoneId.systemDefault()));
  }

  /**
   * Renders with exactly these variables: null, Boolean, String, numbers, collections and maps of
   * these, and {@link ChatMessage}. Maps keep their order.
   *
   * @throws TemplateException where the template fails
   * @throws IllegalArgumentException where a value is of a Java type that templates do not have
   */
  public RenderedChat render(Map<String, ?> variables, Clock clock) {
    Objects.requireNonNull(clock, "clock");
    JavaValues values = new JavaValues();
    Scope scope = new Scope(Functions.scope());
    variables.forEach((name, value) -> scope.set(name, values.convert(value)));
    Budget budget = new Budget(limits, values.chars(), values.values());
    return new Rendering(budget, clock).render(statements, scope);
  }
}

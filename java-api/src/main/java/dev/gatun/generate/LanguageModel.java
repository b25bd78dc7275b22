// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import dev.gatun.io.JsonConfig;
import dev.gatun.io.ModelFiles;
import dev.gatun.io.ModelNotFoundException;
import dev.gatun.io.ModelSource;
import dev.gatun.io.Progress;
import dev.gatun.io.UnsupportedModelException;
import dev.gatun.lora.LoraAdapter;
import dev.gatun.nn.CausalModel;
import dev.gatun.nn.LoadOptions;
import dev.gatun.nn.Model;
import dev.gatun.nn.ModelLoader;
import dev.gatun.tensor.Device;
import dev.gatun.tokenizer.Tokenizer;
import dev.gatun.tokenizer.Tokenizers;
import dev.gatun.tokenizer.template.ChatMessage;
import dev.gatun.tokenizer.template.ChatTemplate;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;

/**
 * A decoder with its tokenizer, its chat template and a generator: text in, text out. Thread-safe;
 * close it once for all of them.
 */
public final class LanguageModel implements AutoCloseable {
  private final CausalModel model;
  private final Tokenizer tokenizer;
  private final ChatTemplate template;
  private final List<Integer> eosTokens;
  private final Generator generator;

  private LanguageModel(
      CausalModel model,
      Tokenizer tokenizer,
      ChatTemplate template,
      List<Integer> eosTokens,
      GeneratorOptions options) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.template = template;
    this.eosTokens = eosTokens;
    this.generator = new Generator(model, options);
  }

  /** Obtains and loads a model with default options. */
  public static LanguageModel load(ModelSource source) {
    return load(
        source.resolve(Progress.NONE, false), LoadOptions.defaults(), GeneratorOptions.defaults());
  }

  /**
   * Loads a model from a file or folder.
   *
   * @throws UnsupportedModelException if it is not a decoder of a supported family
   * @throws ModelNotFoundException if there is no model or no tokenizer
   * @throws dev.gatun.io.ModelFormatException if a file is damaged
   */
  public static LanguageModel load(Path path, LoadOptions options, GeneratorOptions limits) {
    Device.prepare();
    try (ModelFiles files = ModelFiles.open(path)) {
      // Side by side: the tokenizer is single-threaded work, the weights mostly the pool's.
      FutureTask<Text> reading = new FutureTask<>(() -> Text.of(files));
      Thread.ofPlatform().daemon().name("gatun-text").start(reading);
      Model model;
      try {
        model = ModelLoader.load(files, options);
      } catch (RuntimeException | Error e) {
        discard(reading);
        throw e;
      }
      Text text = null;
      try {
        text = await(reading);
        if (!(model instanceof CausalModel causal)) {
          throw new UnsupportedModelException(
              path
                  + ": a model of architecture \""
                  + model.architecture()
                  + "\" does not continue text; use a decoder, TextToText for an encoder-decoder,"
                  + " or an Embedder for an encoder");
        }
        return new LanguageModel(
            causal, text.tokenizer, text.template, eosTokens(files, text.tokenizer), limits);
      } catch (RuntimeException | Error e) {
        model.close();
        if (text != null) {
          text.tokenizer.close();
        }
        throw e;
      }
    }
  }

  /** The result, or the failure as it was thrown; an interrupt is kept for the caller. */
  private static Text await(FutureTask<Text> reading) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return reading.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          switch (e.getCause()) {
            case RuntimeException cause -> throw cause;
            case Error cause -> throw cause;
            default -> throw new IllegalStateException(e.getCause());
          }
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits, because the files are about to be closed, and drops what came. */
  private static void discard(FutureTask<Text> reading) {
    try {
      await(reading).tokenizer.close();
    } catch (RuntimeException e) {
      return; // the model's own failure is the one to report
    }
  }

  /** What turns text into tokens and back; the template is null where the files have none. */
  private record Text(Tokenizer tokenizer, ChatTemplate template) {
    static Text of(ModelFiles files) {
      Tokenizer tokenizer =
          files.format() == ModelFiles.Format.GGUF
              ? Tokenizers.fromGguf(files.metadata())
              : Tokenizers.fromFolder(files.folder());
      try {
        return new Text(tokenizer, ChatTemplates.of(files));
      } catch (RuntimeException | Error e) {
        tokenizer.close();
        throw e;
      }
    }
  }

  /** Every end token that a file names: of the generation settings, the model, the tokenizer. */
  private static List<Integer> eosTokens(ModelFiles files, Tokenizer tokenizer) {
    Set<Integer> tokens = new TreeSet<>();
    if (files.format() == ModelFiles.Format.GGUF) {
      for (String key : List.of("eos_token_id", "eot_token_id", "eom_token_id")) {
        files.metadata().optionalInt("tokenizer.ggml." + key).ifPresent(tokens::add);
      }
    } else {
      addEos(tokens, files.config());
      files.generationConfig().ifPresent(config -> addEos(tokens, config));
    }
    if (tokens.isEmpty() && tokenizer.specialTokens().eos() != null) {
      tokens.add(tokenizer.specialTokens().eos());
    }
    return List.copyOf(tokens);
  }

  private static void addEos(Set<Integer> tokens, JsonConfig config) {
    if (config.isList("eos_token_id")) {
      for (int token : config.ints("eos_token_id")) {
        tokens.add(token);
      }
    } else {
      config.optionalInt("eos_token_id").ifPresent(tokens::add);
    }
  }

  /**
   * Loads an adapter from PEFT's files, which answers choose by name ({@link
   * GenerationConfig#adapter}); it is closed with this.
   *
   * @throws dev.gatun.io.ModelFormatException if the files are damaged or of another base model
   */
  public LoraAdapter loadAdapter(String name, Path folder) {
    LoraAdapter adapter = LoraAdapter.load(model, folder);
    try {
      generator.addAdapter(name, adapter);
      return adapter;
    } catch (RuntimeException e) {
      adapter.close();
      throw e;
    }
  }

  /** The decoder. */
  public CausalModel model() {
    return model;
  }

  /** The tokenizer. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** The generator over the decoder, for token ids. */
  public Generator generator() {
    return generator;
  }

  /** Whether the model's files have a chat template. */
  public boolean canChat() {
    return template != null;
  }

  /** The tokens that end an answer. */
  public List<Integer> eosTokens() {
    return eosTokens;
  }

  /** Starts a conversation. */
  public Chat chat() {
    return new Chat(this);
  }

  /** Continues a text as it is, without a chat template. */
  public TextStream complete(String prompt, GenerationConfig config) {
    return stream(tokenizer.encodeIds(prompt, true), config, text -> {});
  }

  /**
   * The token ids of a conversation, up to where the model answers.
   *
   * @throws UnsupportedModelException if the model has no chat template
   */
  public int[] encodeChat(List<ChatMessage> messages) {
    if (template == null) {
      throw new UnsupportedModelException(
          "chat: the model has no chat template; use complete(), or a model tuned for chat");
    }
    Map<String, Object> variables = new HashMap<>();
    putToken(variables, "bos_token", tokenizer.specialTokens().bos());
    putToken(variables, "eos_token", tokenizer.specialTokens().eos());
    putToken(variables, "pad_token", tokenizer.specialTokens().pad());
    String text =
        template
            .render(messages, null, true, variables, Clock.system(ZoneId.systemDefault()))
            .text();
    return tokenizer.encodeIds(text, false);
  }

  private void putToken(Map<String, Object> variables, String name, Integer id) {
    if (id != null) {
      variables.put(name, tokenizer.tokenOf(id));
    }
  }

  /** Starts an answer to token ids; the model's end tokens are used where the config has none. */
  public TextStream stream(int[] prompt, GenerationConfig config) {
    return stream(prompt, config, text -> {});
  }

  TextStream stream(int[] prompt, GenerationConfig config, Consumer<String> whenDone) {
    GenerationConfig complete = config.eosTokens().isEmpty() ? config.eosTokens(eosTokens) : config;
    return new TextStream(generator.stream(prompt, complete), tokenizer, complete, whenDone);
  }

  /** Ends all answers and frees the model; a second call is harmless. */
  @Override
  public void close() {
    generator.close();
    model.close();
    tokenizer.close();
  }
}

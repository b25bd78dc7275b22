// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.tensor.DType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {
  @TempDir Path folder;

  private void write(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content.getBytes(StandardCharsets.ISO_8859_1));
  }

  private void writeWeights(String name) {
    new SafetensorsWriter()
        .put("w", DType.F32, new long[] {1}, MemorySegment.ofArray(new float[] {1}))
        .write(folder.resolve(name));
  }

  private static void writeGguf(Path file) throws IOException {
    Files.write(
        file,
        new GgufBytes()
            .header(3, 0, 1)
            .key("general.architecture", GgufBytes.STRING)
            .text("llama")
            .bytes());
  }

  private <T extends Throwable> void refuses(Class<T> type, Path path, String... expected) {
    String message = assertThrows(type, () -> ModelFiles.open(path).close()).getMessage();
    for (String part : expected) {
      assertTrue(message.contains(part), message);
    }
    assertTrue(message.contains(path.getFileName().toString()), message);
    assertTrue(message.lines().count() == 1, message);
  }

  @Test
  void recognisesGoldenModels() {
    try (ModelFiles bert = ModelFiles.open(Fixtures.golden("bert"));
        ModelFiles llama = ModelFiles.open(Fixtures.golden("gguf/llama-f32/model.gguf"));
        ModelFiles gpt2 = ModelFiles.open(Fixtures.golden("gpt2/model.safetensors"))) {
      assertEquals(ModelFiles.Format.SAFETENSORS, bert.format());
      assertEquals("bert", bert.architecture());
      assertEquals(1, bert.architectures().size());
      assertThrows(IllegalStateException.class, bert::metadata);
      assertEquals(ModelFiles.Format.GGUF, llama.format());
      assertEquals("llama", llama.architecture());
      assertThrows(IllegalStateException.class, llama::config);
      assertEquals("gpt2", gpt2.architecture());
    }
  }

  @Test
  void readsTheFilesOfASentenceModel() {
    try (ModelFiles model = ModelFiles.open(Fixtures.golden("minilm-sentence"))) {
      List<ModelFiles.SentenceModule> modules = model.sentenceModules();
      assertEquals("Transformer", modules.get(0).simpleType());
      assertEquals("Pooling", modules.get(1).simpleType());
      assertTrue(modules.get(1).config().orElseThrow().boolOr("pooling_mode_mean_tokens", true));
    }
  }

  @Test
  void findsFilesBesideTheWeights() throws IOException {
    writeWeights("model.safetensors");
    write("config.json", "{\"model_type\":\"llama\",\"architectures\":[\"LlamaForCausalLM\"]}");
    write("generation_config.json", "{\"eos_token_id\":[1,2]}");
    write("tokenizer.json", "{}");
    write("vocab.txt", "");
    try (ModelFiles model = ModelFiles.open(folder)) {
      assertEquals(List.of("LlamaForCausalLM"), model.architectures());
      assertEquals(2, model.generationConfig().orElseThrow().ints("eos_token_id").length);
      assertEquals(
          List.of("tokenizer.json", "vocab.txt"),
          model.tokenizerFiles().stream().map(f -> f.getFileName().toString()).toList());
      assertTrue(model.file("absent.json").isEmpty());
      assertTrue(model.sentenceModules().isEmpty());
      for (String name : List.of("../x", "/etc/passwd", "", "a//b", "1_Pooling/../../x")) {
        assertThrows(IllegalArgumentException.class, () -> model.file(name));
      }
    }
  }

  @Test
  void modulesMayNotPointElsewhere() throws IOException {
    writeWeights("model.safetensors");
    write("config.json", "{\"model_type\":\"bert\"}");
    write("modules.json", "[{\"type\":\"x.Pooling\",\"path\":\"../../etc\"}]");
    try (ModelFiles model = ModelFiles.open(folder)) {
      var error = assertThrows(ModelFormatException.class, model::sentenceModules);
      assertTrue(error.getMessage().contains("[0].path"), error.getMessage());
    }
  }

  @Test
  void takesTheOneGgufOfAFolder() throws IOException {
    writeGguf(folder.resolve("one.gguf"));
    try (ModelFiles model = ModelFiles.open(folder)) {
      assertEquals("llama", model.architecture());
    }
    writeGguf(folder.resolve("two.gguf"));
    refuses(ModelNotFoundException.class, folder, "2 GGUF files", "one.gguf");
  }

  @Test
  void opensAGgufWhateverItsName() throws IOException {
    Path file = folder.resolve("blob-without-suffix");
    writeGguf(file);
    try (ModelFiles model = ModelFiles.open(file)) {
      assertEquals(ModelFiles.Format.GGUF, model.format());
    }
  }

  @Test
  void saysWhatIsWrongWithAFolder() throws IOException {
    refuses(ModelNotFoundException.class, folder.resolve("absent"), "no such file or folder");
    refuses(ModelNotFoundException.class, folder, "an empty folder");
    write("model.onnx", "\b\u0007");
    refuses(ModelNotFoundException.class, folder, "config.json", "ONNX");
    write("pytorch_model.bin", "PK\u0003\u0004");
    refuses(UnsupportedModelException.class, folder, "pickle", "save_pretrained");
    writeWeights("model.safetensors");
    String missing =
        assertThrows(ModelNotFoundException.class, () -> ModelFiles.open(folder).close())
            .getMessage();
    assertTrue(missing.contains("config.json: missing"), missing);
  }

  @Test
  void saysWhatIsWrongWithAFile() throws IOException {
    write("empty.gguf", "");
    refuses(ModelFormatException.class, folder.resolve("empty.gguf"), "an empty file");
    write("page.gguf", "\n <!DOCTYPE html><html>");
    refuses(ModelFormatException.class, folder.resolve("page.gguf"), "HTML page");
    write("pointer.gguf", "version https://git-lfs.github.com/spec/v1\n");
    refuses(ModelFormatException.class, folder.resolve("pointer.gguf"), "git lfs pull");
    write("pytorch_model.bin", "PK\u0003\u0004");
    refuses(UnsupportedModelException.class, folder.resolve("pytorch_model.bin"), "pickle");
    write("old.pt", "\u0080\u0002}q");
    refuses(UnsupportedModelException.class, folder.resolve("old.pt"), "pickle");
    write("m.onnx", "\b\u0007\u0012");
    refuses(ModelNotFoundException.class, folder.resolve("m.onnx"), "config.json", "ONNX");
    write("m.tar.gz", "\u001f\u008b\b");
    refuses(ModelFormatException.class, folder.resolve("m.tar.gz"), "unpack it");
    write("config.json", "{}");
    refuses(ModelFormatException.class, folder.resolve("config.json"), "a JSON document");
    write("noise.gguf", "GGML\u0001\u0000\u0000\u0000");
    refuses(ModelFormatException.class, folder.resolve("noise.gguf"), "something else");
  }
}

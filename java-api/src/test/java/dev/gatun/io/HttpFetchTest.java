// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fetching by address and from a hub, against a server on this machine. */
class HttpFetchTest {
  private static final byte[] GGUF = new GgufBytes().header(3, 0, 0).bytes();

  @TempDir Path folder;
  private LoopbackServer server;
  private ModelCache cache;
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final Map<String, String> tokens = new ConcurrentHashMap<>();

  @BeforeEach
  void start() throws IOException {
    cache = ModelCache.at(folder);
    server = LoopbackServer.start(this::answer);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private LoopbackServer.Answer answer(String path, Map<String, String> headers) {
    String token = headers.get("authorization");
    if (token != null) {
      tokens.put(path, token);
    }
    byte[] body = files.get(path);
    if (path.startsWith("/redirect/")) {
      return LoopbackServer.Answer.redirect(path.substring("/redirect".length()));
    } else if (path.equals("/away")) {
      return LoopbackServer.Answer.redirect("ftp://elsewhere/m.gguf");
    } else if (path.equals("/loop")) {
      return LoopbackServer.Answer.redirect("/loop");
    } else if (path.equals("/cut.gguf")) {
      return LoopbackServer.Answer.cut(GGUF, 1000);
    } else if (path.contains("private") && token == null) {
      return LoopbackServer.Answer.status(401);
    }
    return body == null ? LoopbackServer.Answer.status(404) : LoopbackServer.Answer.body(body);
  }

  private Path resolve(String text, String... environment) {
    Map<String, String> env = new ConcurrentHashMap<>(Map.of("HF_ENDPOINT", server.address()));
    for (int i = 0; i < environment.length; i += 2) {
      env.put(environment[i], environment[i + 1]);
    }
    return ModelSource.of(text)
        .resolve(
            cache,
            Progress.NONE,
            false,
            new ModelSource.Surroundings(Catalogue::load, PackageClients.OF_THE_MACHINE, env));
  }

  private String refusal(Class<? extends Throwable> type, String text, String... environment) {
    return assertThrows(type, () -> resolve(text, environment)).getMessage();
  }

  private void assertNothingStays() throws IOException {
    try (Stream<Path> models = Files.list(folder.resolve("models"))) {
      assertEquals(List.of(), models.toList());
    }
  }

  @Test
  void fetchesAnAddressOnceThroughRedirects() {
    files.put("/m.gguf", GGUF);
    Path file = resolve(server.address() + "/redirect/redirect/m.gguf");
    try (ModelFiles model = ModelFiles.open(file)) {
      assertEquals(ModelFiles.Format.GGUF, model.format());
    }
    files.clear();
    assertEquals(file, resolve(server.address() + "/redirect/redirect/m.gguf"));
  }

  @Test
  void refusesWhatIsNoModel() throws IOException {
    files.put("/page.gguf", "<html>log in".getBytes(StandardCharsets.UTF_8));
    files.put("/empty.gguf", new byte[0]);
    assertTrue(
        refusal(ModelFormatException.class, server.address() + "/page.gguf").contains("HTML page"));
    assertTrue(
        refusal(ModelFormatException.class, server.address() + "/empty.gguf")
            .contains("empty file"));
    assertNothingStays();
  }

  @Test
  void aDownloadThatBreaksOffLeavesNothing() throws IOException {
    String message = refusal(ModelNotFoundException.class, server.address() + "/cut.gguf");
    assertTrue(message.contains("broke off"), message);
    assertNothingStays();
  }

  @Test
  void explainsFailures() throws IOException {
    assertTrue(
        refusal(ModelNotFoundException.class, server.address() + "/none.gguf").contains("404"));
    assertTrue(
        refusal(ModelNotFoundException.class, server.address() + "/away")
            .contains("redirect to https"));
    assertTrue(
        refusal(ModelNotFoundException.class, server.address() + "/loop").contains("redirects"));
    assertTrue(
        refusal(ModelNotFoundException.class, "hf:a/b", "HF_ENDPOINT", "http://example.org")
            .contains("HF_ENDPOINT"));
    String address = server.address();
    server.close();
    assertTrue(
        refusal(ModelNotFoundException.class, address + "/m.gguf").contains("cannot be reached"));
    assertNothingStays();
  }

  @Test
  void honoursTheLimitOnLength() {
    files.put("/m.gguf", new byte[1000]);
    URI uri = URI.create(server.address() + "/m.gguf");
    try (HttpDownload http = new HttpDownload(uri, null)) {
      Path target = folder.resolve("x");
      assertThrows(
          ModelFormatException.class, () -> http.toFile(uri, target, 999, "x", Progress.NONE));
      assertThrows(ModelFormatException.class, () -> http.bytes(uri, 999));
      assertEquals(1000, http.bytes(uri, 1000).length);
    }
  }

  private void listing(String repository, String siblings) {
    files.put(
        "/api/models/" + repository + "/revision/main",
        ("{\"id\":\"x\",\"siblings\":[" + siblings + "]}").getBytes(StandardCharsets.UTF_8));
  }

  private static String sibling(String name, int size, String hash) {
    return "{\"rfilename\":\"%s\",\"size\":%d%s}"
        .formatted(name, size, hash == null ? "" : ",\"lfs\":{\"sha256\":\"" + hash + "\"}");
  }

  @Test
  void fetchesAFolderFromTheHub() {
    byte[] config = "{\"model_type\":\"bert\"}".getBytes(StandardCharsets.UTF_8);
    byte[] weights = SafetensorsHostileTest.content("{}", 0);
    listing(
        "o/r",
        String.join(
            ",",
            sibling("config.json", config.length, null),
            sibling("model.safetensors", weights.length, null),
            sibling("1_Pooling/config.json", 2, null),
            sibling("pytorch_model.bin", 5, null),
            sibling("README.md", 5, null)));
    files.put("/o/r/resolve/main/config.json", config);
    files.put("/o/r/resolve/main/model.safetensors", weights);
    files.put("/o/r/resolve/main/1_Pooling/config.json", new byte[] {'{', '}'});
    Path model = resolve("hf:o/r");
    assertTrue(Files.exists(model.resolve("1_Pooling/config.json")));
    assertFalse(Files.exists(model.resolve("README.md")));
    try (ModelFiles opened = ModelFiles.open(model)) {
      assertEquals("bert", opened.architecture());
    }
  }

  @Test
  void fetchesOneFileWithATokenForTheHubOnly() {
    String hash = HexFormat.of().formatHex(Sha256.digest().digest(GGUF));
    listing("o/private", sibling("a.gguf", GGUF.length, hash) + "," + sibling("b.gguf", 3, null));
    files.put("/o/private/resolve/main/a.gguf", GGUF);
    String message = refusal(ModelNotFoundException.class, "hf:o/private/a.gguf");
    assertTrue(message.contains("HF_TOKEN"), message);
    Path file = resolve("hf:o/private/a.gguf", "HF_TOKEN", "secret");
    assertEquals("a.gguf", file.getFileName().toString());
    assertEquals("Bearer secret", tokens.get("/o/private/resolve/main/a.gguf"));
    files.put("/m.gguf", GGUF);
    resolve(server.address() + "/m.gguf", "HF_TOKEN", "secret");
    assertNull(tokens.get("/m.gguf"));
  }

  @Test
  void checksSizesHashesAndNamesOfTheHub() throws IOException {
    files.put("/o/r/resolve/main/a.gguf", GGUF);
    listing("o/r", sibling("a.gguf", GGUF.length + 1, null));
    assertTrue(refusal(ModelFormatException.class, "hf:o/r").contains("bytes"));
    listing("o/r", sibling("a.gguf", GGUF.length, "0".repeat(64)));
    assertTrue(refusal(ModelFormatException.class, "hf:o/r").contains("SHA-256"));
    listing("o/r", sibling("../../a.gguf", 1, null));
    assertTrue(refusal(ModelFormatException.class, "hf:o/r").contains("inside the repository"));
    listing("o/r", sibling("a.gguf", 1, null) + "," + sibling("b.gguf", 1, null));
    assertTrue(refusal(ModelNotFoundException.class, "hf:o/r").contains("name one"));
    assertTrue(refusal(ModelNotFoundException.class, "hf:o/r/c.gguf").contains("there is no file"));
    listing("o/r", sibling("pytorch_model.bin", 1, null));
    assertTrue(refusal(ModelNotFoundException.class, "hf:o/r").contains("pytorch_model.bin"));
    assertNothingStays();
  }
}

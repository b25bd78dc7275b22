// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
  private HttpServer server;
  private ModelCache cache;
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final Map<String, String> tokens = new ConcurrentHashMap<>();

  @BeforeEach
  void start() throws IOException {
    cache = ModelCache.at(folder);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String token = exchange.getRequestHeaders().getFirst("Authorization");
    if (token != null) {
      tokens.put(path, token);
    }
    try (exchange) {
      byte[] body = files.get(path);
      if (path.startsWith("/redirect/")) {
        exchange.getResponseHeaders().add("Location", path.substring("/redirect".length()));
        exchange.sendResponseHeaders(302, -1);
      } else if (path.equals("/away")) {
        exchange.getResponseHeaders().add("Location", "ftp://elsewhere/m.gguf");
        exchange.sendResponseHeaders(302, -1);
      } else if (path.equals("/loop")) {
        exchange.getResponseHeaders().add("Location", "/loop");
        exchange.sendResponseHeaders(302, -1);
      } else if (path.equals("/cut.gguf")) {
        exchange.sendResponseHeaders(200, 1000);
        exchange.getResponseBody().write(GGUF);
        exchange.getResponseBody().flush();
      } else if (path.contains("private") && token == null) {
        exchange.sendResponseHeaders(401, -1);
      } else if (body == null) {
        exchange.sendResponseHeaders(404, -1);
      } else {
        exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
      }
    } catch (IOException e) {
      // The body that is cut on purpose cannot be closed cleanly.
    }
  }

  private String base() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  private Path resolve(String text, String... environment) {
    Map<String, String> env = new ConcurrentHashMap<>(Map.of("HF_ENDPOINT", base()));
    for (int i = 0; i < environment.length; i += 2) {
      env.put(environment[i], environment[i + 1]);
    }
    return ModelSource.of(text)
        .resolve(
            cache,
            Progress.NONE,
            false,
            new ModelSource.Surroundings(Catalogue.load(), PackageClients.OF_THE_MACHINE, env));
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
    Path file = resolve(base() + "/redirect/redirect/m.gguf");
    try (ModelFiles model = ModelFiles.open(file)) {
      assertEquals(ModelFiles.Format.GGUF, model.format());
    }
    files.clear();
    assertEquals(file, resolve(base() + "/redirect/redirect/m.gguf"));
  }

  @Test
  void refusesWhatIsNoModel() throws IOException {
    files.put("/page.gguf", "<html>log in".getBytes(StandardCharsets.UTF_8));
    files.put("/empty.gguf", new byte[0]);
    assertTrue(refusal(ModelFormatException.class, base() + "/page.gguf").contains("HTML page"));
    assertTrue(refusal(ModelFormatException.class, base() + "/empty.gguf").contains("empty file"));
    assertNothingStays();
  }

  @Test
  void aDownloadThatBreaksOffLeavesNothing() throws IOException {
    String message = refusal(ModelNotFoundException.class, base() + "/cut.gguf");
    assertTrue(message.contains("broke off"), message);
    assertNothingStays();
  }

  @Test
  void explainsFailures() throws IOException {
    assertTrue(refusal(ModelNotFoundException.class, base() + "/none.gguf").contains("404"));
    assertTrue(
        refusal(ModelNotFoundException.class, base() + "/away").contains("redirect to https"));
    assertTrue(refusal(ModelNotFoundException.class, base() + "/loop").contains("redirects"));
    assertTrue(
        refusal(ModelNotFoundException.class, "hf:a/b", "HF_ENDPOINT", "http://example.org")
            .contains("HF_ENDPOINT"));
    int port = server.getAddress().getPort();
    server.stop(0);
    assertTrue(
        refusal(ModelNotFoundException.class, "http://localhost:" + port + "/m.gguf")
            .contains("cannot be reached"));
    assertNothingStays();
  }

  @Test
  void honoursTheLimitOnLength() {
    files.put("/m.gguf", new byte[1000]);
    URI uri = URI.create(base() + "/m.gguf");
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
    resolve(base() + "/m.gguf", "HF_TOKEN", "secret");
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

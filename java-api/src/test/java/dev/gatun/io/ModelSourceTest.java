// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fetching through package clients; the clients are scripts that copy prepared archives. */
class ModelSourceTest {
  private static final byte[] FIRST = "GGUF first half ".getBytes(StandardCharsets.UTF_8);
  private static final byte[] SECOND = "second half".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  private Path archives;
  private ModelCache cache;
  private Path calls;

  @BeforeEach
  void prepare() throws IOException {
    archives = Files.createDirectories(folder.resolve("archives"));
    cache = ModelCache.at(folder.resolve("home"));
    calls = Files.createFile(folder.resolve("calls"));
    zip("part1-1.0.whl", Map.of("part1/data/m.part0", FIRST));
    zip(
        "part2-1.0.whl",
        Map.of("part2/data/m.part1", SECOND, "part2/side.json", new byte[] {'{', '}'}));
  }

  private Path zip(String name, Map<String, byte[]> members) throws IOException {
    Path file = archives.resolve(name);
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> member : members.entrySet()) {
        out.putNextEntry(new ZipEntry(member.getKey()));
        out.write(member.getValue());
        out.closeEntry();
      }
    }
    return file;
  }

  private String script(String name, String body) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file.toString();
  }

  /** Understands the one call that is made of pip, and notes it. */
  private String fakePip() throws IOException {
    return script(
        "fake-python",
        """
        echo "$*" >> %s
        while [ $# -gt 1 ]; do
          [ "$1" = --dest ] && dest=$2
          shift
        done
        name=${1%%%%==*}; version=${1##*==}
        cp "%s/$name-$version.whl" "$dest/" || { echo "ERROR: No matching distribution found for $1"; exit 1; }
        """
            .formatted(calls, archives));
  }

  private ModelSource.Surroundings surroundings(String python) {
    Catalogue catalogue = catalogue(); // with the hashes of now: a test may damage a file later
    return new ModelSource.Surroundings(
        () -> catalogue, new PackageClients(List.of(python), "/no/such/mvn"), Map.of());
  }

  private Catalogue catalogue() {
    try {
      byte[] whole = new byte[FIRST.length + SECOND.length];
      System.arraycopy(FIRST, 0, whole, 0, FIRST.length);
      System.arraycopy(SECOND, 0, whole, FIRST.length, SECOND.length);
      Path joined = Files.write(folder.resolve("joined"), whole);
      return Catalogue.parse(
          Path.of("test.json"),
          """
          {"models":[{"name":"joined","use":"chat","default":true,"description":"d","architecture":"a",
            "licence":"l",
            "archives":[%s,%s],
            "files":[{"path":"m.gguf","bytes":%d,"sha256":"%s","from":[
              {"archive":0,"member":"part1/data/m.part0"},{"archive":1,"member":"part2/data/m.part1"}]}]}]}
          """
              .formatted(archive("part1"), archive("part2"), whole.length, hash(joined)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String archive(String name) throws IOException {
    Path file = archives.resolve(name + "-1.0.whl");
    return "{\"pypi\":\"%s\",\"version\":\"1.0\",\"bytes\":%d,\"sha256\":\"%s\"}"
        .formatted(name, Files.size(file), hash(file));
  }

  private static String hash(Path file) throws IOException {
    return HexFormat.of().formatHex(Sha256.digest().digest(Files.readAllBytes(file)));
  }

  private Path resolve(String text, ModelSource.Surroundings surroundings) {
    return ModelSource.of(text).resolve(cache, Progress.NONE, false, surroundings);
  }

  private <T extends Throwable> String refusal(
      Class<T> type, String text, ModelSource.Surroundings surroundings) {
    String message = assertThrows(type, () -> resolve(text, surroundings)).getMessage();
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  /** Nothing that looks complete, and no leftovers but lock files. */
  private void assertNothingStays() throws IOException {
    if (Files.exists(cache.root())) {
      try (Stream<Path> files = Files.walk(cache.root())) {
        assertEquals(
            List.of(),
            files
                .filter(Files::isRegularFile)
                .filter(f -> !f.toString().endsWith(".lock"))
                .toList());
      }
      try (Stream<Path> models = Files.list(cache.root().resolve("models"))) {
        assertEquals(List.of(), models.toList());
      }
    }
  }

  @Test
  void joinsThePartsOnceAndThenUsesTheCache() throws IOException {
    ModelSource.Surroundings surroundings = surroundings(fakePip());
    List<String> stages = new ArrayList<>();
    Path model =
        ModelSource.of("joined")
            .resolve(cache, (stage, done, total) -> stages.add(stage), false, surroundings);
    assertEquals("GGUF first half second half", Files.readString(model));
    assertEquals(model, resolve("joined", surroundings));
    assertEquals(2, Files.readAllLines(calls).size());
    assertTrue(Files.readAllLines(calls).get(0).contains("--only-binary=:all:"));
    assertTrue(stages.contains("unpacking joined (2 of 2)"), stages.toString());
    assertTrue(cache.has(surroundings.catalogue().get().find("joined").orElseThrow()));
    assertEquals(model, ModelSource.of("joined").resolve(cache, Progress.NONE, true, surroundings));
  }

  @Test
  void fetchesAgainWhatHasLostItsFile() throws IOException {
    ModelSource.Surroundings surroundings = surroundings(fakePip());
    Files.writeString(resolve("joined", surroundings), "cut");
    assertEquals("GGUF first half second half", Files.readString(resolve("joined", surroundings)));
  }

  @Test
  void aTruncatedArchiveLeavesNothing() throws IOException {
    ModelSource.Surroundings surroundings = surroundings(fakePip());
    Path archive = archives.resolve("part2-1.0.whl");
    byte[] bytes = Files.readAllBytes(archive);
    Files.write(archive, Arrays.copyOf(bytes, bytes.length - 20));
    String message = refusal(ModelFormatException.class, "joined", surroundings);
    assertTrue(message.contains("part2==1.0: expected " + bytes.length + " bytes"), message);
    assertNothingStays();
  }

  @Test
  void aCorruptedArchiveLeavesNothing() throws IOException {
    ModelSource.Surroundings surroundings = surroundings(fakePip());
    Path archive = archives.resolve("part1-1.0.whl");
    byte[] bytes = Files.readAllBytes(archive);
    bytes[bytes.length / 2] ^= 1;
    Files.write(archive, bytes);
    String message = refusal(ModelFormatException.class, "joined", surroundings);
    assertTrue(message.contains("expected SHA-256"), message);
    assertNothingStays();
  }

  @Test
  void aMemberThatDoesNotMatchItsHashLeavesNothing() throws IOException {
    byte[] other = "GGUF other half ".getBytes(StandardCharsets.UTF_8);
    zip("part1-1.0.whl", Map.of("part1/data/m.part0", other));
    String message = refusal(ModelFormatException.class, "joined", surroundings(fakePip()));
    assertTrue(message.contains("joined: m.gguf: expected SHA-256"), message);
    assertNothingStays();
  }

  @Test
  void saysWhatToDoWithoutPip() throws IOException {
    String none = "/no/such/python";
    String withoutPip = script("python-without-pip", "echo \"$0: No module named pip\"; exit 1");
    for (String python : List.of(none, withoutPip)) {
      String message = refusal(ModelNotFoundException.class, "joined", surroundings(python));
      assertTrue(message.contains("apt install python3-pip"), message);
      assertTrue(message.contains("part1==1.0"), message);
    }
    assertNothingStays();
  }

  @Test
  void passesOnWhatPipSays() throws IOException {
    String broken =
        script("python-offline", "echo 'WARNING: x'; echo 'ERROR: no route to host'; exit 1");
    String message = refusal(ModelNotFoundException.class, "joined", surroundings(broken));
    assertTrue(message.contains("ERROR: no route to host"), message);
    assertTrue(message.contains("exit code 1"), message);
    assertNothingStays();
  }

  @Test
  void saysWhatToDoWithoutMaven() throws IOException {
    String message =
        refusal(ModelNotFoundException.class, "maven:g:a:1!/m.gguf", surroundings(fakePip()));
    assertTrue(message.contains("apt install maven"), message);
    assertNothingStays();
  }

  @Test
  void offlineNamesWhatIsMissing() throws IOException {
    ModelSource.Surroundings surroundings = surroundings(fakePip());
    for (String text :
        List.of("joined", "pypi:part1==1.0!/x/y.gguf", "hf:a/b", "https://x.y/m.gguf")) {
      var error =
          assertThrows(
              ModelNotFoundException.class,
              () -> ModelSource.of(text).resolve(cache, Progress.NONE, true, surroundings));
      assertTrue(error.getMessage().contains("offline"), error.getMessage());
      assertTrue(error.getMessage().contains(text), error.getMessage());
    }
    assertEquals(0, Files.size(calls));
  }

  @Test
  void unpacksAMemberOrAFolderOfAPackage() throws IOException {
    ModelSource.Surroundings surroundings = surroundings(fakePip());
    Path file = resolve("pypi:part2==1.0!/part2/data/m.part1", surroundings);
    assertEquals("second half", Files.readString(file));
    Path tree = resolve("pypi:part2==1.0!/part2/", surroundings);
    assertEquals("second half", Files.readString(tree.resolve("data/m.part1")));
    assertEquals("{}", Files.readString(tree.resolve("side.json")));
    String message = refusal(ModelFormatException.class, "pypi:part2==1.0!/no.gguf", surroundings);
    assertTrue(message.contains("expected a member \"no.gguf\""), message);
  }

  @Test
  void membersStayInsideTheirFolder() throws IOException {
    ModelSource.Surroundings surroundings = surroundings(fakePip());
    for (String evil : List.of("x/../../../evil", "x//etc/evil", "x/a\\..\\evil", "x/..")) {
      zip("evil-1.0.whl", Map.of(evil, SECOND));
      String message = refusal(ModelFormatException.class, "pypi:evil==1.0!/x/", surroundings);
      assertTrue(message.contains("inside their folder"), message);
    }
    assertNothingStays();
    assertFalse(Files.exists(folder.resolve("evil")));
  }

  @Test
  void archivesThatAreNoZipAreRefused() throws IOException {
    Files.writeString(archives.resolve("page-1.0.whl"), "<html>");
    String message =
        refusal(ModelFormatException.class, "pypi:page==1.0!/m.gguf", surroundings(fakePip()));
    assertTrue(message.contains("expected a zip archive"), message);
    assertNothingStays();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pypi:name",
        "pypi:name==1",
        "pypi:name==1!/",
        "pypi:--index-url=x==1!/m",
        "maven:g:a!/m",
        "maven:g:a:1",
        "hf:owner",
        "hf:owner/repo/../x",
        "hf:../x/y",
        "ftp://x/y",
        "http://example.org/m.gguf",
        "https:///m.gguf",
        "https://x.y/",
        "no-such-model",
        "./no-such-folder"
      })
  void refusesWhatIsNoSource(String text) throws IOException {
    String message = refusal(ModelNotFoundException.class, text, surroundings("/no/such/python"));
    assertTrue(message.contains(text), message);
  }

  @Test
  void pathsAreTakenAsTheyAre() throws IOException {
    ModelSource.Surroundings surroundings = surroundings("/no/such/python");
    Path file = Files.writeString(folder.resolve("joined.gguf"), "x");
    assertEquals(file, resolve(file.toString(), surroundings));
    assertEquals(file, ModelSource.of(file).resolve(cache, Progress.NONE, true, surroundings));
    assertThrows(IllegalArgumentException.class, () -> ModelSource.of(" "));
  }

  @Test
  void manyAtOnceFetchOnce() throws Exception {
    ModelSource.Surroundings surroundings = surroundings(fakePip());
    try (var pool = Executors.newFixedThreadPool(4)) {
      List<Callable<Path>> tasks = Collections.nCopies(4, () -> resolve("joined", surroundings));
      for (Future<Path> result : pool.invokeAll(tasks)) {
        assertEquals("GGUF first half second half", Files.readString(result.get()));
      }
    }
    assertEquals(2, Files.readAllLines(calls).size());
  }

  @Test
  void anInterruptStopsTheClientAndLeavesNothing() throws Exception {
    String slow = script("slow-python", "echo started >> " + calls + "; exec sleep 60");
    ModelSource.Surroundings surroundings = surroundings(slow);
    AtomicReference<Throwable> outcome = new AtomicReference<>();
    Thread thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                resolve("joined", surroundings);
              } catch (Throwable e) {
                outcome.set(e);
              }
            });
    for (int i = 0; i < 1000 && Files.size(calls) == 0; i++) {
      Thread.sleep(10);
    }
    thread.interrupt();
    thread.join(TimeUnit.SECONDS.toMillis(20));
    assertFalse(thread.isAlive());
    assertEquals(CancellationException.class, outcome.get().getClass());
    assertNothingStays();
  }

  @Test
  void theCacheFolderFollowsTheEnvironment() {
    Path home = Path.of("/home/x");
    assertEquals(Path.of("/g"), ModelCache.standard(Map.of("GATUN_HOME", "/g"), home).root());
    assertEquals(
        Path.of("/c/gatun"), ModelCache.standard(Map.of("XDG_CACHE_HOME", "/c"), home).root());
    assertEquals(
        Path.of("/home/x/.cache/gatun"),
        ModelCache.standard(Map.of("XDG_CACHE_HOME", "relative"), home).root());
    assertEquals(Path.of("/home/x/.cache/gatun"), ModelCache.standard(Map.of(), home).root());
  }

  @Test
  void theRealCatalogueIsComplete() {
    Catalogue real = Catalogue.load();
    assertEquals("smollm2-135m-instruct", real.defaultFor("chat").name());
    assertEquals("all-minilm-l6-v2", real.defaultFor("embedding").name());
    for (Catalogue.Entry entry : real.entries()) {
      assertTrue(entry.downloadBytes() > 0 && entry.fileBytes() > 0, entry.name());
      assertFalse(entry.licence().isEmpty());
      for (Catalogue.ModelFile file : entry.files()) {
        assertTrue(file.sha256().matches("[0-9a-f]{64}"), file.path());
        int last = 0;
        for (Catalogue.Slice slice : file.from()) {
          assertTrue(slice.archive() >= last && slice.archive() < entry.archives().size());
          last = slice.archive();
        }
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bindings;

import dev.gatun.bindings.generated.GatunLayout;
import dev.gatun.bindings.generated.GatunLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/**
 * Loads {@code libgatun.so} once per class loader: from the folder or file that the system property
 * {@code gatun.library.path} names, else from the jar of this platform. Thread-safe.
 *
 * <p>The jar's copy is extracted to a private folder of its own and deleted as soon as it is loaded
 * (the mapping stays), so that two JVMs never share a half-written file and nothing is left behind.
 */
public final class NativeLibrary {
  /** The system property that names the library, or the folder that holds it. */
  public static final String PATH_PROPERTY = "gatun.library.path";

  private static final String FILE = "libgatun.so";

  private NativeLibrary() {}

  /** Where the library came from, or why it did not load. */
  private record Outcome(String origin, NativeLibraryException failure) {
    static Outcome of(Attempt attempt) {
      try {
        return new Outcome(attempt.run(), null);
      } catch (NativeLibraryException e) {
        return new Outcome(null, e);
      }
    }
  }

  /** Initialised once, by the first caller, whatever the number of threads. */
  private static final class Loaded {
    static final Outcome OUTCOME = Outcome.of(new Attempt(System.getProperty(PATH_PROPERTY)));
  }

  /**
   * Loads the library unless that has happened; costs next to nothing afterwards.
   *
   * @throws NativeLibraryException if it cannot be loaded or does not fit these bindings
   */
  public static void load() {
    if (Loaded.OUTCOME.failure() != null) {
      throw Loaded.OUTCOME.failure();
    }
  }

  /**
   * Where the library came from.
   *
   * @return a path, or the name of a resource
   * @throws NativeLibraryException if it cannot be loaded or does not fit these bindings
   */
  public static String origin() {
    load();
    return Loaded.OUTCOME.origin();
  }

  /** The platform as the jars name it. */
  static String platform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return os.replace(' ', '_') + "-" + (arch.equals("amd64") ? "x86_64" : arch);
  }

  /** One attempt to load: tries the places in order and remembers why each failed. */
  static final class Attempt {
    private final String configured;
    private final List<String> tried = new ArrayList<>();
    private Throwable firstCause;

    Attempt(String configured) {
      this.configured = configured;
    }

    String run() {
      try {
        String origin = configured != null ? fromPath(configured) : fromJar();
        if (origin == null) {
          throw new NativeLibraryException(failure(), firstCause);
        }
        check(origin);
        return origin;
      } catch (IllegalCallerException e) {
        Module module = NativeLibrary.class.getModule();
        throw new NativeLibraryException(
            "gatun may not call native code: start java with --enable-native-access="
                + (module.isNamed() ? module.getName() : "ALL-UNNAMED")
                + " ("
                + e.getMessage()
                + ")",
            e);
      }
    }

    private String fromPath(String name) {
      Path path = Path.of(name).toAbsolutePath();
      if (Files.isDirectory(path)) {
        path = path.resolve(FILE);
      }
      if (!Files.isRegularFile(path)) {
        tried.add(path + " (no such file)");
        return null;
      }
      return system(path, path.toString()) ? path.toString() : null;
    }

    private String fromJar() {
      String resource = "META-INF/native/" + platform() + "/" + FILE;
      ClassLoader loader = NativeLibrary.class.getClassLoader();
      try (InputStream in = loader.getResourceAsStream(resource)) {
        if (in == null) {
          tried.add("resource " + resource + " (not on the class or module path)");
          return null;
        }
        Path folder = Files.createTempDirectory("gatun-"); // readable by the owner alone
        Path copy = folder.resolve(FILE);
        try {
          Files.copy(in, copy);
          return system(copy, "resource " + resource + " as " + copy) ? resource : null;
        } finally {
          Files.deleteIfExists(copy);
          Files.deleteIfExists(folder);
        }
      } catch (IOException e) {
        tried.add("resource " + resource + " (cannot be extracted: " + e + ")");
        firstCause = e;
        return null;
      }
    }

    private boolean system(Path path, String description) {
      try {
        System.load(path.toString());
        return true;
      } catch (UnsatisfiedLinkError e) {
        tried.add(description + " (" + e.getMessage() + ")");
        firstCause = e;
        return false;
      }
    }

    private String failure() {
      return "gatun's native library cannot be loaded on "
          + platform()
          + ". Tried: "
          + String.join("; ", tried)
          + ". Add the jar gatun-natives with the classifier "
          + platform()
          + " (built for linux-x86_64), or start java with -D"
          + PATH_PROPERTY
          + "=<folder of "
          + FILE
          + "> --enable-native-access=ALL-UNNAMED; where the temporary folder forbids execution,"
          + " name another with -Djava.io.tmpdir.";
    }

    private static void check(String origin) {
      MemorySegment text = GatunLibrary.gatun_abi_layout();
      String difference = difference(GatunLayout.TEXT, text.getString(0));
      if (difference != null) {
        throw new NativeLibraryException(
            "the native library "
                + origin
                + " does not fit these bindings: "
                + difference
                + ". Use gatun-natives and gatun-bindings of the same version.",
            null);
      }
    }
  }

  /** The first record in which two layout texts differ, in words; null where they are the same. */
  static String difference(String expected, String got) {
    if (expected.equals(got)) {
      return null;
    }
    Iterator<String> records = got.lines().iterator();
    for (String record : expected.lines().toList()) {
      String answer = records.hasNext() ? records.next() : "nothing";
      if (!record.equals(answer)) {
        return "expected \"" + record + "\", got \"" + answer + "\"";
      }
    }
    return "it has more than the bindings know, first \"" + records.next() + "\"";
  }
}

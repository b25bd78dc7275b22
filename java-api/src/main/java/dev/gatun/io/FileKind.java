// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** What a file is, judged by its first bytes, so that a wrong file gets a helpful sentence. */
enum FileKind {
  GGUF("a GGUF file"),
  SAFETENSORS("a safetensors file"),
  EMPTY("an empty file; the download or copy broke off, fetch it again"),
  HTML("an HTML page, probably an error or login page; fetch the model's raw file instead"),
  LFS_POINTER("a Git LFS pointer without the content; run 'git lfs pull' in its repository"),
  PICKLE("a PyTorch pickle, which can run code when loaded and is not read; " + FileKind.CONVERT),
  ZIP("a zip archive; a PyTorch checkpoint must be converted, " + FileKind.CONVERT),
  ONNX("an ONNX graph"),
  GZIP("a gzip archive; unpack it and name the folder or file inside"),
  JSON("a JSON document; name the folder of the model or its .safetensors or .gguf file"),
  UNKNOWN("something else; use a .gguf file, a .safetensors file or a folder with config.json");

  static final String CONVERT =
      "convert it to safetensors (in Python: model.save_pretrained(folder,"
          + " safe_serialization=True)) and name that folder";

  private static final int SNIFFED_BYTES = 64;

  private final String description;

  FileKind(String description) {
    this.description = description;
  }

  /** Completes the sentence "expected a model, got ...". */
  String description() {
    return description;
  }

  static FileKind of(FileBytes file) {
    byte[] head = file.read(0, (int) Math.min(SNIFFED_BYTES, file.length()));
    String text = new String(head, StandardCharsets.ISO_8859_1);
    String name = file.path().toString().toLowerCase(Locale.ROOT);
    String trimmed = text.stripLeading();
    if (head.length == 0) {
      return EMPTY;
    } else if (text.startsWith("GGUF")) {
      return GGUF;
    } else if (trimmed.startsWith("<")) {
      return HTML;
    } else if (text.startsWith("version https://git-lfs")) {
      return LFS_POINTER;
    } else if (text.startsWith("PK\u0003\u0004")) {
      return name.endsWith(".bin") || name.endsWith(".pt") || name.endsWith(".pth") ? PICKLE : ZIP;
    } else if (head[0] == (byte) 0x80 && head.length > 1 && head[1] >= 2 && head[1] <= 5) {
      return PICKLE;
    } else if (text.startsWith("\u001f\u008b")) {
      return GZIP;
    } else if (head.length > 8 && looksLikeHeader(text)) {
      return SAFETENSORS;
    } else if (name.endsWith(".onnx") || (head[0] == 0x08 && text.contains("pytorch"))) {
      return ONNX;
    } else if (trimmed.startsWith("{") || trimmed.startsWith("[")) {
      return JSON;
    }
    return UNKNOWN;
  }

  /** Eight bytes of a length below 2^32, then the start of a JSON object. */
  private static boolean looksLikeHeader(String head) {
    return head.startsWith("\0\0\0\0", 4) && head.substring(8).stripLeading().startsWith("{");
  }
}

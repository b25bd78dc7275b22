// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The parts of {@code tokenizer.json}, for documents that are built from other files. */
final class DocumentParts {
  static final String METASPACE = "\u2581";

  private DocumentParts() {}

  static ObjectNode part(String type) {
    return JsonNodeFactory.instance.objectNode().put("type", type);
  }

  private static JsonNode sequence(String field, List<JsonNode> parts) {
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    ObjectNode sequence = part("Sequence");
    ArrayNode list = sequence.putArray(field);
    parts.forEach(list::add);
    return sequence;
  }

  static JsonNode preTokenizers(List<JsonNode> parts) {
    return sequence("pretokenizers", parts);
  }

  static JsonNode split(String regex) {
    ObjectNode split = part("Split");
    split.putObject("pattern").put("Regex", regex);
    return split.put("behavior", "Isolated").put("invert", false);
  }

  static JsonNode byteLevel(boolean addPrefixSpace, boolean trimOffsets, boolean useRegex) {
    return part("ByteLevel")
        .put("add_prefix_space", addPrefixSpace)
        .put("trim_offsets", trimOffsets)
        .put("use_regex", useRegex);
  }

  private static ObjectNode replace(String literal, String content) {
    ObjectNode replace = part("Replace");
    replace.putObject("pattern").put("String", literal);
    return replace.put("content", content);
  }

  /** Space to U+2581, behind an optional leading space of its own. */
  static JsonNode spacesToMetaspace(boolean addSpacePrefix) {
    List<JsonNode> parts = new ArrayList<>();
    if (addSpacePrefix) {
      parts.add(part("Prepend").put("prepend", METASPACE));
    }
    parts.add(replace(" ", METASPACE));
    return sequence("normalizers", parts);
  }

  /** Gemma's splitting, which finds no space once they have become U+2581. */
  static JsonNode splitAtSpaces() {
    ObjectNode split = part("Split");
    split.putObject("pattern").put("String", " ");
    return split.put("behavior", "MergedWithPrevious").put("invert", false);
  }

  /** U+2581 to space, byte tokens to bytes, and off with the leading space. */
  static JsonNode sentencePieceDecoder(boolean stripsFirstSpace) {
    List<JsonNode> parts =
        new ArrayList<>(List.of(replace(METASPACE, " "), part("ByteFallback"), part("Fuse")));
    if (stripsFirstSpace) {
      parts.add(part("Strip").put("content", " ").put("start", 1).put("stop", 0));
    }
    return sequence("decoders", parts);
  }

  static JsonNode metaspace(String prependScheme) {
    return part("Metaspace")
        .put("replacement", METASPACE)
        .put("prepend_scheme", prependScheme)
        .put("split", true);
  }

  static JsonNode precompiled(byte[] charsmap) {
    return part("Precompiled")
        .put("precompiled_charsmap", Base64.getEncoder().encodeToString(charsmap));
  }

  static JsonNode bertNormalizer(boolean lowercase, Boolean stripAccents, boolean chinese) {
    return part("BertNormalizer")
        .put("clean_text", true)
        .put("handle_chinese_chars", chinese)
        .put("strip_accents", stripAccents)
        .put("lowercase", lowercase);
  }

  static JsonNode wordPieceDecoder() {
    return part("WordPiece").put("prefix", "##").put("cleanup", true);
  }

  static ObjectNode bpe(String unkToken, boolean byteFallback, boolean ignoreMerges) {
    return part("BPE")
        .put("unk_token", unkToken)
        .put("fuse_unk", byteFallback)
        .put("byte_fallback", byteFallback)
        .put("ignore_merges", ignoreMerges);
  }

  static ObjectNode wordPiece(String unkToken) {
    return part("WordPiece")
        .put("unk_token", unkToken)
        .put("continuing_subword_prefix", "##")
        .put("max_input_chars_per_word", 100);
  }

  static ObjectNode unigram(Integer unkId, boolean byteFallback) {
    return part("Unigram").put("unk_id", unkId).put("byte_fallback", byteFallback);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import dev.gatun.io.ModelFormatException;
import dev.gatun.io.UnsupportedModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which special tokens go around a text or a pair of texts, and with which type ids. All the forms
 * of {@code post_processor} (TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel and
 * sequences of them) come down to two templates and a rule for trimming offsets.
 *
 * @param single the template of one text
 * @param pair the template of two texts
 * @param offsetTrimming the part that stays with the native library, or null
 */
record PostProcessor(List<Piece> single, List<Piece> pair, JsonNode offsetTrimming) {
  private static final int MAX_PIECES = 64;

  /** No special tokens; the second text of a pair has type 1. */
  static final PostProcessor NONE =
      new PostProcessor(
          List.of(new Piece.Text(0, 0)), List.of(new Piece.Text(0, 0), new Piece.Text(1, 1)), null);

  /** A part of a template. */
  sealed interface Piece {
    /** Type id of its tokens. */
    int typeId();

    /** The first (0) or the second (1) text. */
    record Text(int index, int typeId) implements Piece {}

    /** A special token. */
    record Special(int id, String token, int typeId) implements Piece {}
  }

  /** Number of special tokens that are added. */
  int addedTokens(boolean isPair) {
    return (int) (isPair ? pair : single).stream().filter(Piece.Special.class::isInstance).count();
  }

  /** The templates that put one begin token and one end token, where not null, around each text. */
  static PostProcessor around(AddedToken begin, AddedToken end) {
    List<Piece> single = new ArrayList<>();
    List<Piece> pair = new ArrayList<>();
    for (int text = 0; text < 2; text++) {
      List<Piece> template = new ArrayList<>();
      if (begin != null) {
        template.add(new Piece.Special(begin.id(), begin.content(), text));
      }
      template.add(new Piece.Text(text, text));
      if (end != null) {
        template.add(new Piece.Special(end.id(), end.content(), text));
      }
      if (text == 0) {
        single.addAll(template);
      }
      pair.addAll(template);
    }
    return new PostProcessor(List.copyOf(single), List.copyOf(pair), null);
  }

  /** The templates of BERT: {@code [CLS] A [SEP]} and {@code [CLS] A [SEP] B [SEP]}. */
  static PostProcessor bert(AddedToken cls, AddedToken sep) {
    Piece begin = new Piece.Special(cls.id(), cls.content(), 0);
    Piece first = new Piece.Text(0, 0);
    Piece middle = new Piece.Special(sep.id(), sep.content(), 0);
    Piece end = new Piece.Special(sep.id(), sep.content(), 1);
    return new PostProcessor(
        List.of(begin, first, middle),
        List.of(begin, first, middle, new Piece.Text(1, 1), end),
        null);
  }

  /** The templates of RoBERTa: {@code <s> A </s>} and {@code <s> A </s></s> B </s>}. */
  static PostProcessor roberta(AddedToken cls, AddedToken sep) {
    Piece begin = new Piece.Special(cls.id(), cls.content(), 0);
    Piece first = new Piece.Text(0, 0);
    Piece end = new Piece.Special(sep.id(), sep.content(), 0);
    return new PostProcessor(
        List.of(begin, first, end),
        List.of(begin, first, end, end, new Piece.Text(1, 0), end),
        null);
  }

  /** The same templates with another rule for offsets. */
  PostProcessor withOffsetTrimming(JsonNode trimming) {
    return new PostProcessor(single, pair, trimming);
  }

  /**
   * Reads the {@code post_processor} of a document.
   *
   * @param idOf the id of a token, or -1
   */
  static PostProcessor parse(String source, JsonNode json, ToIntFunction<String> idOf) {
    if (json == null) {
      return NONE;
    }
    Reader reader = new Reader(source, idOf);
    reader.read(json, true);
    PostProcessor templates = reader.templates == null ? NONE : reader.templates;
    return templates.withOffsetTrimming(reader.trimming);
  }

  private static final class Reader {
    private final String source;
    private final ToIntFunction<String> idOf;
    private PostProcessor templates;
    private JsonNode trimming;

    Reader(String source, ToIntFunction<String> idOf) {
      this.source = source;
      this.idOf = idOf;
    }

    void read(JsonNode json, boolean mayNest) {
      String type = json.path("type").asString("");
      switch (type) {
        case "ByteLevel" ->
            trim(flag(json, "trim_offsets", true), flag(json, "add_prefix_space", true));
        case "TemplateProcessing" ->
            setTemplates(
                new PostProcessor(template(json, "single", 1), template(json, "pair", 2), null));
        case "BertProcessing" ->
            setTemplates(PostProcessor.bert(namedToken(json, "cls"), namedToken(json, "sep")));
        case "RobertaProcessing" -> {
          setTemplates(PostProcessor.roberta(namedToken(json, "cls"), namedToken(json, "sep")));
          if (flag(json, "trim_offsets", true)) {
            trim(true, flag(json, "add_prefix_space", true));
          }
        }
        case "Sequence" -> {
          JsonNode list = json.path("processors");
          if (!mayNest || !list.isArray() || list.size() > MAX_PIECES) {
            throw wrong("Sequence", "needs a list of at most " + MAX_PIECES + " plain processors");
          }
          list.forEach(part -> read(part, false));
        }
        default ->
            throw new UnsupportedModelException(
                source
                    + ": post_processor type "
                    + Texts.quote(type)
                    + " is not supported; use another model");
      }
    }

    private void trim(boolean trimOffsets, boolean addPrefixSpace) {
      ObjectNode part = JsonNodeFactory.instance.objectNode();
      part.put("type", "ByteLevel");
      part.put("add_prefix_space", addPrefixSpace);
      part.put("trim_offsets", trimOffsets);
      part.put("use_regex", true);
      trimming = part;
    }

    private void setTemplates(PostProcessor found) {
      if (templates != null) {
        throw wrong("Sequence", "adds special tokens twice");
      }
      templates = found;
    }

    private List<Piece> template(JsonNode json, String field, int texts) {
      JsonNode list = json.path(field);
      if (!list.isArray() || list.size() > MAX_PIECES) {
        throw wrong(field, "is not a list of at most " + MAX_PIECES + " pieces");
      }
      List<Piece> pieces = new ArrayList<>();
      int[] uses = new int[2];
      for (JsonNode entry : list) {
        if (entry.has("Sequence")) {
          JsonNode text = entry.get("Sequence");
          int index = "A".equals(text.path("id").asString("")) ? 0 : 1;
          uses[index]++;
          pieces.add(new Piece.Text(index, typeId(text)));
        } else {
          addSpecial(json, entry.path("SpecialToken"), pieces);
        }
      }
      if (uses[0] != 1 || uses[1] != texts - 1) {
        throw wrong(field, "must hold each of its " + texts + " texts once");
      }
      return List.copyOf(pieces);
    }

    private void addSpecial(JsonNode json, JsonNode piece, List<Piece> pieces) {
      String name = piece.path("id").asString("");
      JsonNode definition = json.path("special_tokens").path(name);
      JsonNode ids = definition.path("ids");
      if (!ids.isArray() || ids.size() > MAX_PIECES) {
        throw wrong("special_tokens", "has no entry for " + Texts.quote(name));
      }
      for (int i = 0; i < ids.size(); i++) {
        String token = definition.path("tokens").path(i).asString("");
        pieces.add(special(token, ids.get(i), typeId(piece)));
      }
    }

    private AddedToken namedToken(JsonNode json, String field) {
      JsonNode pair = json.path(field);
      Piece.Special token = special(pair.path(0).asString(""), pair.path(1), 0);
      return AddedToken.special(token.id(), token.token());
    }

    private Piece.Special special(String token, JsonNode id, int typeId) {
      if (!id.isInt() || idOf.applyAsInt(token) != id.intValue()) {
        throw wrong(
            "special token " + Texts.quote(token),
            "has id " + id + ", the vocabulary says " + idOf.applyAsInt(token));
      }
      return new Piece.Special(id.intValue(), token, typeId);
    }

    private int typeId(JsonNode piece) {
      int typeId = piece.path("type_id").asInt(0);
      if (typeId < 0 || typeId > 255) {
        throw wrong("type_id", "is " + typeId + ", expected 0 to 255");
      }
      return typeId;
    }

    private boolean flag(JsonNode json, String field, boolean missing) {
      return json.path(field).asBoolean(missing);
    }

    private ModelFormatException wrong(String field, String problem) {
      return new ModelFormatException(
          source + ": post_processor: " + field + " " + problem + "; obtain the file again");
    }
  }
}

# SPDX-License-Identifier: Apache-2.0
"""What the runs share: where data and results lie, the gatun command, a byte tokenizer."""

import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK = pathlib.Path(os.environ.get("GATUN_TRAINING", ROOT / "build" / "training"))
DATA = WORK / "data"


def gatun(*arguments, text=None):
    """Runs ./gatun (or what GATUN names); progress goes to the terminal, the output is returned."""
    command = [os.environ.get("GATUN", str(ROOT / "gatun")), *map(str, arguments)]
    print("$ gatun", " ".join(map(str, arguments)), flush=True)
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


def train(*arguments):
    """Runs a command that trains and returns its report."""
    return json.loads(gatun(*arguments, "-o", "json"))


def write_rows(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


def byte_letters():
    """The printable letter that stands for each byte in byte-level vocabularies."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = {byte: chr(byte) for byte in plain}
    for byte in range(256):
        if byte not in letters:
            letters[byte] = chr(256 + len(letters) - len(plain))
    return letters


def byte_tokenizer(folder, specials, end, appended):
    """Writes a tokenizer of single bytes.

    specials: tokens with ids 0, 1 ...; the bytes follow.  end: the one that ends a text.
    appended: whether the tokenizer itself puts it behind every text.
    """
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = {token: i for i, token in enumerate(specials)}
    for byte, letter in sorted(byte_letters().items()):
        vocabulary[letter] = len(specials) + byte
    template = [{"Sequence": {"id": "A", "type_id": 0}}]
    if appended:
        template.append({"SpecialToken": {"id": end, "type_id": 0}})
    pair = template + [{"Sequence": {"id": "B", "type_id": 0}}]
    document = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": i,
                "content": token,
                "single_word": False,
                "lstrip": False,
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
            for i, token in enumerate(specials)
        ],
        "normalizer": None,
        "pre_tokenizer": {
            "type": "ByteLevel",
            "add_prefix_space": False,
            "trim_offsets": True,
            "use_regex": False,
        },
        "post_processor": {
            "type": "TemplateProcessing",
            "single": template,
            "pair": pair,
            "special_tokens": {
                end: {"id": end, "ids": [vocabulary[end]], "tokens": [end]}
            },
        },
        "decoder": {
            "type": "ByteLevel",
            "add_prefix_space": True,
            "trim_offsets": True,
            "use_regex": True,
        },
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "vocab": vocabulary,
            "merges": [],
        },
    }
    (folder / "tokenizer.json").write_text(json.dumps(document), encoding="utf-8")
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": end}
    if "<pad>" in specials:
        settings["pad_token"] = "<pad>"
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    return len(vocabulary)

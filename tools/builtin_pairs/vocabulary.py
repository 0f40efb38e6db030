"""Trains the joint SentencePiece vocabulary of some languages and writes the Marian vocabulary beside it.

    /usr/bin/python3 vocabulary.py CORPUS OUT SIZE LANGUAGE...

writes OUT/source.spm (target.spm is the same file) and OUT/vocab.json: </s> 0, <unk> 1, the pieces, >>xx<< for each language, <pad> last.
"""
import json
import pathlib
import random
import subprocess
import sys
import unicodedata

import sentencepiece

from corpus import SAME

# What the vocabulary's share of each corpus is: lines of text, drawn with repetition where there are fewer.
LINES = {"en": 90000, "es": 70000, "fr": 60000, "pt": 30000, "it": 20000, "de": 60000}
PLACEHOLDERS = [chr(0xE000 + i) for i in range(16)]  # private-use characters: a protected span each, copied through


def normalization_rules(path):
    """The clean() of corpus.py as SentencePiece rules: quotes, dashes and spaces, and letters with loose accents composed."""
    rules = {(ord(source),): [ord(c) for c in target or ""] for source, target in SAME_PAIRS()}
    for code in list(range(0xC0, 0x180)) + list(range(0x1E00, 0x1F00)):
        parts = unicodedata.normalize("NFD", chr(code))
        if 1 < len(parts) <= 3:
            rules[tuple(map(ord, parts))] = [code]
    rules[(ord("\t"),)] = rules[(ord("\n"),)] = rules[(ord("\r"),)] = [0x20]
    text = "".join(" ".join(f"{c:X}" for c in s) + "\t" + " ".join(f"{c:X}" for c in t) + "\n" for s, t in sorted(rules.items()))
    path.write_text(text, encoding="ascii")


def number(data, at):
    value = shift = 0
    while True:
        value, shift, at = value | (data[at] & 127) << shift, shift + 7, at + 1
        if data[at - 1] < 128:
            return value, at


def varint(value):
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def fields(data):
    """(tag, the field's bytes with its tag, its content where it has a length) of a protocol buffer message."""
    at = 0
    while at < len(data):
        begin, content = at, b""
        tag, at = number(data, at)
        if tag & 7 == 2:
            length, at = number(data, at)
            content, at = data[at:at + length], at + length
        else:
            at = at + {1: 8, 5: 4}[tag & 7] if tag & 7 else number(data, at)[1]
        yield tag >> 3, data[begin:at], content


def without_paths(model):
    """A SentencePiece model without the names of the files that it was made of (trainer_spec 1, 2; normalizer_spec 6)."""
    out = b""
    for field, whole, content in fields(model):
        unwanted = {2: (1, 2), 3: (6,)}.get(field)
        if unwanted:
            content = b"".join(part for inner, part, _ in fields(content) if inner not in unwanted)
            whole = varint(field << 3 | 2) + varint(len(content)) + content
        out += whole
    return out


def SAME_PAIRS():
    return [(chr(code), target) for code, target in SAME.items()]


def main():
    corpus, out, size, languages = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
    out.mkdir(parents=True, exist_ok=True)
    draw, lines, english = random.Random(17), [], []
    for language in languages:
        pairs = [line.rstrip("\n").split("\t") for line in open(corpus / f"train.{language}.tsv", encoding="utf-8")]
        english += [pair[1] for pair in pairs]
        texts = [pair[2] for pair in pairs]
        lines += draw.sample(texts, LINES[language]) if len(texts) > LINES[language] else texts * (LINES[language] // len(texts) + 1)
    english = sorted(set(english))
    lines += draw.sample(english, min(len(english), LINES["en"]))
    draw.shuffle(lines)
    text = out / "text.txt"
    text.write_text("\n".join(lines) + "\n", encoding="utf-8")
    normalization_rules(out / "rules.tsv")
    pieces = size - len(languages) - 1  # the language marks and <pad> are added after
    subprocess.run(["spm_train", f"--input={text}", f"--model_prefix={out}/joint", f"--vocab_size={pieces}", "--model_type=unigram",
                    "--character_coverage=0.9998", f"--normalization_rule_tsv={out}/rules.tsv", "--split_digits=true",
                    "--user_defined_symbols=" + ",".join(PLACEHOLDERS), "--required_chars=0123456789%$€£&@#/+*_=()[]{}ÀÉÈÇÑÁÍÓÚ¿¡ÊÔÛÂÃÕÜÏ",
                    "--bos_id=-1", "--eos_id=0", "--unk_id=1", "--pad_id=-1", "--num_threads=1", "--random_seed=17",
                    "--input_sentence_size=0", "--minloglevel=1"], check=True)
    (out / "source.spm").write_bytes(without_paths((out / "joint.model").read_bytes()))
    (out / "joint.model").unlink()
    model = sentencepiece.SentencePieceProcessor(model_file=str(out / "source.spm"))
    names = [model.id_to_piece(i) for i in range(model.get_piece_size())] + [f">>{language}<<" for language in languages] + ["<pad>"]
    (out / "vocab.json").write_text(json.dumps({name: i for i, name in enumerate(names)}, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    text.unlink()
    print(len(names), "entries;", model.encode("Hola, ¿cómo estás? Tu pedido \ue000 llega el 25 de marzo.", out_type=str))


if __name__ == "__main__":
    main()

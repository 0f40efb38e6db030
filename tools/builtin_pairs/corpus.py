"""Reads the parallel data, cleans it and splits it into train, dev and test without leaks.

    /usr/bin/python3 corpus.py DATASETS OUT

writes OUT/{train,dev,test}.LANG.tsv with the columns kind, English, other. `kind` is tatoeba, subtitles, chat or phrases.
"""
import collections
import csv
import hashlib
import pathlib
import re
import sys
import unicodedata

LANGUAGES = ("es", "fr", "pt", "it", "de")

TATOEBA = {"es": "en-spa.tsv", "fr": "en-fra.tsv", "de": "en-deu.tsv", "pt": "en-por.more.tsv", "it": "en-ita.more.tsv"}
SUBTITLES = {"es": ["en-es.tsv"], "fr": ["en-fr.tsv"], "de": ["en-de.tsv"], "pt": ["en-pt_br.tsv", "en-pt.tsv"], "it": ["en-it.tsv"]}

# How many English sentences are held out for each language, by kind: (dev, test).
HELD_OUT = {"tatoeba": (150, 500), "subtitles": (50, 250)}

SAME = str.maketrans({"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "\u00ab": '"', "\u00bb": '"', "\u201e": '"',
                      "\u2026": "...", "\u2013": "-", "\u2014": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u00ad": None,
                      "\u200b": None, "\u2011": "-"})
NAMES = re.compile(r"\b(tom|mary|john|sami|layla|bob|maria|marie|tomas|mario|jean|mennad|ziri|yanni)\b")


def clean(text):
    """One spelling of quotes, dashes and spaces; the vocabulary's normalizer does the same at run time."""
    text = unicodedata.normalize("NFC", text).translate(SAME)
    text = re.sub(r"\s+", " ", text).strip()
    return re.sub(r" ([?!;:,.])", r"\1", text)  # French spacing goes; "?" after a space is not a sentence of its own


def key(text):
    """Near-identical sentences share a key: no case, punctuation or accents; numbers and the corpus' pet names are alike."""
    text = unicodedata.normalize("NFD", text.lower())
    text = "".join(c for c in text if unicodedata.category(c) != "Mn")
    text = re.sub(r"[^\w\s]", " ", text)
    text = NAMES.sub("tom", re.sub(r"\d+", "0", text))
    return " ".join(text.split())


def rows(path):
    with open(path, encoding="utf-8", newline="\n") as file:
        for line in file:
            fields = line.rstrip("\n").split("\t")
            if len(fields) >= 2:
                yield clean(fields[0]), clean(fields[1])


def plausible(english, other):
    longer, shorter = max(len(english), len(other)), min(len(english), len(other))
    return shorter > 0 and longer <= 220 and longer <= 12 + 1.9 * shorter


def english_words(datasets):
    """Words seen at least thrice on the English side of Tatoeba: what tells English subtitles from the Danish among them."""
    count = collections.Counter()
    for name in ("en-spa.tsv", "en-fra.tsv", "en-deu.tsv"):
        for english, _ in rows(datasets / "train/tatoeba_pairs" / name):
            count.update(re.findall(r"[a-z']+", english.lower()))
    return {word for word, times in count.items() if times >= 3}


DANISH = re.compile(r"[æøåÆØÅ]|\b(og|er|det|ikke|jeg|har|til|på|en|et|den|som|af|kan|vil|skal|hvad|min|din|sig|nej|ja)\b", re.I)


def is_english(text, words):
    found = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", text.lower())
    if not found:
        return False
    known = sum(word in words for word in found)
    return known >= 0.75 * len(found) and len(DANISH.findall(text)) <= 0.15 * len(found)


def subtitle(text):
    """Without the dash of a speaker and the hyphen of a cut line."""
    return re.sub(r"^[-\s\"]+(?=\w|[¿¡])", "", text).strip()


def load(datasets, language, words):
    """All pairs of one language as (kind, English, other), no two alike."""
    found = []
    for english, other in rows(datasets / "train/tatoeba_pairs" / TATOEBA[language]):
        found.append(("tatoeba", english, other))
    for name in SUBTITLES[language]:
        for english, other in rows(datasets / "train/opensubtitles_xed" / name):
            english, other = subtitle(english), subtitle(other)
            if is_english(english, words) and not re.search(r"[♪#{}<>]", english + other):
                found.append(("subtitles", english, other))
    if language == "de":
        for name in ("train.tsv", "dev.tsv"):
            with open(datasets / "train/bcontrast_ende_chat" / name, encoding="utf-8") as file:
                for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                    pair = (row["source"], row["target"])
                    english, other = pair if row["speaker"] == "agent" else pair[::-1]
                    found.append(("chat", clean(english), clean(other)))
    seen, kept = set(), []
    for kind, english, other in found:
        if plausible(english, other) and (english, other) not in seen:
            seen.add((english, other))
            kept.append((kind, english, other))
    return kept


def held_out(pairs, language, written):
    """English keys of dev and of test: the lowest digests, so the choice is seeded by the text itself; not the keys of our phrases."""
    chosen = {"dev": set(), "test": set()}
    for kind, (dev, test) in HELD_OUT.items():
        keys = {key(english) for k, english, other in pairs if k == kind and len(english.split()) >= 2}
        if len(keys) < 4 * (dev + test):
            dev, test = len(keys) // 40, len(keys) // 10
        order = sorted(keys, key=lambda k: hashlib.sha256((language + kind + k).encode()).digest())
        chosen["dev"].update(set(order[:dev]) - written)
        chosen["test"].update(set(order[dev:dev + test]) - written)
    return chosen


def phrases(folder, language):
    """The sentences written for this project: phrases/*.tsv with a header `en es fr ...`."""
    for path in sorted(folder.glob("*.tsv")):
        with open(path, encoding="utf-8") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                if row.get(language) and row.get("en"):
                    yield "phrases", clean(row["en"]), clean(row[language])


def main():
    datasets, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    words = english_words(datasets)
    corpus = {language: load(datasets, language, words) for language in LANGUAGES}
    ours = {language: list(phrases(pathlib.Path(__file__).parent / "phrases", language)) for language in LANGUAGES}
    keys_of_ours = {key(english) for lines in ours.values() for _, english, _ in lines}
    chosen = {language: held_out(pairs, language, keys_of_ours) for language, pairs in corpus.items()}
    closed = set().union(*(keys for sets in chosen.values() for keys in sets.values()))  # no model sees them in any language
    for language, pairs in corpus.items():
        foreign = {key(other) for _, english, other in pairs if key(english) in closed}
        files = {"train": [], "dev": [], "test": []}
        used = set()
        for kind, english, other in pairs:
            k = key(english)
            part = next((p for p in ("dev", "test") if k in chosen[language][p]), None)
            if part and kind in HELD_OUT and (part, k) not in used:
                used.add((part, k))  # one reference for each English sentence
                files[part].append((kind, english, other))
            elif not part and k not in closed and key(other) not in foreign:
                files["train"].append((kind, english, other))
        files["train"] += [line for line in ours[language] if key(line[2]) not in foreign]
        for name, lines in files.items():
            (out / f"{name}.{language}.tsv").write_text("".join("\t".join(line) + "\n" for line in lines), encoding="utf-8")
        print(language, {n: dict(collections.Counter(k for k, _, _ in l)) for n, l in files.items()})


if __name__ == "__main__":
    main()

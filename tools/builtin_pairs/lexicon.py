"""Adds single words to the training parts: words that translate each other by IBM model 1 in both directions.

    /usr/bin/python3 lexicon.py CORPUS LANGUAGE...

appends lines of kind `words` to CORPUS/train.LANG.tsv. Sentences alone teach a model too little of what a lone word means.
"""
import collections
import pathlib
import re
import sys

import numpy

SEEN, PROBABLE, ROUNDS = 6, 0.35, 5
WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")


def numbered(texts):
    """Ids of the words that occur SEEN times and more, a row a text, and the words."""
    split = [WORD.findall(text.lower()) for text in texts]
    count = collections.Counter(word for words in split for word in set(words))
    names = sorted(word for word, times in count.items() if times >= SEEN)
    ids = {word: i for i, word in enumerate(names)}
    return [[ids[word] for word in words if word in ids] for words in split], names


def probabilities(sources, targets, size):
    """IBM model 1: a dictionary (source, target) -> P(target | source)."""
    keys, rows = [], []
    for row, (source, target) in enumerate(zip(sources, targets)):
        for place, word in enumerate(target):
            keys += [other * size + word for other in source]
            rows += [row * 64 + place] * len(source)
    cells, cell = numpy.unique(numpy.array(keys), return_inverse=True)
    _, link = numpy.unique(numpy.array(rows), return_inverse=True)
    source_of = cells // size
    table = numpy.full(len(cells), 1.0)
    for _ in range(ROUNDS):
        share = table[cell]
        share /= numpy.bincount(link, share)[link]
        count = numpy.bincount(cell, share, len(cells))
        table = count / (numpy.bincount(source_of, count)[source_of] + 0.5)
    return dict(zip(zip((cells // size).tolist(), (cells % size).tolist()), table.tolist()))


def lexicon(lines):
    pairs = [(line[1], line[2]) for line in lines if line[0] != "phrases" and len(line[1].split()) <= 12]
    english, english_names = numbered([pair[0] for pair in pairs])
    other, other_names = numbered([pair[1] for pair in pairs])
    size = max(len(english_names), len(other_names))
    forth, back = probabilities(english, other, size), probabilities(other, english, size)
    best = {}
    for (e, o), p in forth.items():
        both = min(p, back.get((o, e), 0))
        if both >= PROBABLE and both > best.get(e, (0, 0))[0]:
            best[e] = (both, o)
    return [(english_names[e], other_names[o]) for e, (_, o) in sorted(best.items())]


def main():
    corpus = pathlib.Path(sys.argv[1])
    for language in sys.argv[2:]:
        path = corpus / f"train.{language}.tsv"
        lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
        found = lexicon(lines)
        with open(path, "a", encoding="utf-8") as file:
            file.writelines(f"words\t{english}\t{other}\n" for english, other in found if english != "i")
        print(language, len(found), found[::max(1, len(found) // 25)])


if __name__ == "__main__":
    main()

"""BLEU, chrF and the meaning of confidence of a run on held-out sentences, by greedy search in PyTorch.

    /usr/bin/python3 evaluate.py CORPUS VOCABULARY RUN to-english|from-english LANGUAGE... [--show N] [--wmt22 FOLDER] [--part dev] [--write FILE]

--write keeps target language, source, translation, confidence and reference of every sentence, to compare another engine with.
"""
import argparse
import csv
import json
import math
import pathlib
import time

import sentencepiece
import torch

from corpus import clean
from marian import Marian
from metrics import bleu, chrf

WMT22 = {"pt": "dev-bilingual.en_pt-br.csv", "fr": "dev-bilingual.en_fr.csv", "de": "dev-bilingual.en_de.csv"}


class Runner:
    def __init__(self, vocabulary, run):
        saved = torch.load(run / "average.pt")
        self.model = Marian(**saved["settings"])
        self.model.load_state_dict({name: value.half().float() for name, value in saved["average"].items()})  # as exported
        self.allowed = torch.full((saved["settings"]["vocabulary"],), -1e4)
        self.allowed[saved["pieces"]] = 0.0
        self.pieces = sentencepiece.SentencePieceProcessor(model_file=str(vocabulary / "source.spm"))
        self.vocabulary = json.loads((vocabulary / "vocab.json").read_text(encoding="utf-8"))
        self.updates, self.tokens = saved["updates"], saved["tokens"]

    def translate(self, texts, mark=None):
        """(text, confidence) for each; mark: the target language where the model needs one."""
        first = [self.vocabulary[f">>{mark}<<"]] if mark else []
        ids = [first + self.pieces.encode(text) + [0] for text in texts]
        order, answers = sorted(range(len(ids)), key=lambda i: len(ids[i])), [None] * len(ids)
        for start in range(0, len(order), 64):
            part = order[start:start + 64]
            longest = max(len(ids[i]) for i in part)
            source = torch.tensor([ids[i] + [self.model.pad] * (longest - len(ids[i])) for i in part])
            found, scores = self.model.greedy(source, longest * 2 + 8, self.allowed)
            for i, row, score in zip(part, found, scores):
                answers[i] = (self.pieces.decode(row), math.exp(score))
        return answers


def wmt22(folder, language, to_english):
    """Real customer chats: (source, reference) of the direction, customers' lines into English, agents' out of it."""
    with open(folder / WMT22[language], encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if (row["target_language"] == "en") == to_english]
    return [(clean(row["source_segment"]), clean(row["pe_segment"])) for row in rows if row["pe_segment"] and row["source_segment"]][:800]


def calibration(outputs, confidences, references):
    """chrF of the translations in bands of confidence: what a confidence is worth."""
    for low, high in ((0, .3), (.3, .4), (.4, .5), (.5, .6), (.6, .7), (.7, .8), (.8, 1.01)):
        chosen = [i for i, c in enumerate(confidences) if low <= c < high]
        if chosen:
            print(f"    confidence {low:.1f}-{min(high, 1):.1f}: {len(chosen)} sentences, chrF {chrf([outputs[i] for i in chosen], [references[i] for i in chosen]):.1f}")


def report(name, runner, pairs, mark, o):
    began = time.process_time()
    answers = runner.translate([source for source, _ in pairs], mark)
    outputs, references = [text for text, _ in answers], [reference for _, reference in pairs]
    print(f"{name}: {len(pairs)} sentences, BLEU {bleu(outputs, references):.1f}, chrF {chrf(outputs, references):.1f}, "
          f"copying the source chrF {chrf([s for s, _ in pairs], references):.1f}, {time.process_time() - began:.1f} s of CPU", flush=True)
    for (source, reference), (text, confidence) in list(zip(pairs, answers))[:o.show]:
        print(f"    {source} -> {text} ({confidence:.2f}) [{reference}]")
    if o.write:
        with open(o.write, "a", encoding="utf-8") as file:
            file.writelines(f"{mark or 'en'}\t{s}\t{text}\t{c:.5f}\t{r}\n" for (s, r), (text, c) in zip(pairs, answers))
    return outputs, [c for _, c in answers], references


def main():
    parser = argparse.ArgumentParser()
    for name in ("corpus", "vocabulary", "run"):
        parser.add_argument(name, type=pathlib.Path)
    parser.add_argument("direction")
    parser.add_argument("languages", nargs="+")
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--wmt22", type=pathlib.Path)
    parser.add_argument("--part", default="test")
    parser.add_argument("--write", type=pathlib.Path)
    o = parser.parse_args()
    torch.set_num_threads(1)
    runner, to_english = Runner(o.vocabulary, o.run), o.direction == "to-english"
    print(f"after {runner.updates} updates")
    for language in o.languages:
        rows = [line.rstrip("\n").split("\t") for line in open(o.corpus / f"{o.part}.{language}.tsv", encoding="utf-8")]
        mark, everything = None if to_english else language, ([], [], [])
        for kind in ("tatoeba", "subtitles"):
            pairs = [(row[2], row[1]) if to_english else (row[1], row[2]) for row in rows if row[0] == kind]
            for all_of, part in zip(everything, report(f"{language} {kind}", runner, pairs, mark, o)):
                all_of += part
        if o.wmt22 and language in WMT22:
            report(f"{language} wmt22 chat dev", runner, wmt22(o.wmt22, language, to_english), mark, o)
        calibration(*everything)


if __name__ == "__main__":
    main()

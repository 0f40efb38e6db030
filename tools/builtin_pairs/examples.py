"""Training examples: drawn by language, varied as chat is written, encoded, and packed into batches of like length."""
import json
import random
import re
import unicodedata

import sentencepiece
import torch

NAMES = re.compile(r"\b(Tom|Mary|John|Maria|Bob|Sami|Layla)\b")
FIRST = """Ana Luis Carlos Marta Pablo Elena Diego Lucía Javier Sofía Andrés Paula Sergio Laura João Pedro Beatriz Tiago Inês Rafael Camila
Bruno Fernanda Mateus Julien Claire Antoine Chloé Nicolas Camille Giulia Marco Francesca Luca Chiara Matteo Hans Greta Lukas Anna Emma Liam
Olivia Noah Ahmed Fatima Priya Rahul Wei Yuki Ivan Olga Peter Sarah David Julia Michael Kevin Nora Omar Leila Sam Alex Daniel Rosa Miguel
Smith García López Silva Santos Müller Rossi Dubois Martin Perez Acme Novatek Zentro Lumina Rapport Bluewave Madrid Lisboa Berlin Lyon""".split()
PLACEHOLDERS = [chr(0xE000 + i) for i in range(16)]
END = re.compile(r"[.!?]+$")


def made_up(draw):
    """A name nobody has seen: copying has to work by pieces."""
    word = "".join(draw.choice("bcdfghklmnprstvz") + draw.choice("aeiou") + draw.choice(["", "", "n", "r", "s", "l"]) for _ in range(draw.randint(2, 3)))
    return draw.choice([word.capitalize(), word.capitalize(), word.upper(), word.capitalize() + str(draw.randint(1, 99))])


def stand_in(draw):
    """What stands for a protected span: a number, as the program's message translator has it, or a private-use character."""
    return str(draw.randint(100, 9999)) if draw.random() < 0.7 else draw.choice(PLACEHOLDERS[:10])


def vary_names(draw, source, target):
    """Other names, codes and placeholders for the corpus' names and numbers, where both sides have the same ones."""
    names = set(NAMES.findall(source))
    if names and names == set(NAMES.findall(target)) and draw.random() < 0.45:
        for name in sorted(names):
            kind = draw.random()
            new = stand_in(draw) if kind < 0.3 else draw.choice(FIRST) if kind < 0.75 else made_up(draw)
            source, target = (re.sub(rf"\b{name}\b", new, text) for text in (source, target))
    numbers = re.findall(r"\d+", source)
    if numbers and sorted(numbers) == sorted(re.findall(r"\d+", target)) and draw.random() < 0.6:
        for number in sorted(set(numbers)):
            new = draw.choice(PLACEHOLDERS[:10]) if draw.random() < 0.15 else str(draw.randrange(10 ** len(number)))
            source, target = (re.sub(rf"(?<!\d){number}(?!\d)", new, text) for text in (source, target))
    return source, target


def attach(draw, source, target):
    """A protected span before or after the sentence."""
    mark = stand_in(draw)
    form = draw.choice(["{} {m}", "{m} {}", "{}: {m}", "{m}, {}", "{} {m}", "{m}: {}"])
    if form == "{}: {m}":
        source, target = END.sub("", source), END.sub("", target)
    return form.format(source, m=mark), form.format(target, m=mark)


def vary(draw, source, target, kind):
    if kind == "words":
        return (source.capitalize(), target.capitalize()) if draw.random() < 0.5 else (source, target)
    source, target = vary_names(draw, source, target)
    if draw.random() < 0.02:
        source, target = attach(draw, source, target)
    if END.search(source) and END.search(target) and draw.random() < 0.10:
        if draw.random() < 0.3:  # "no entiendo" without its mark is still a question or a statement to be told apart
            source, target = END.sub("", source), END.sub("", target)
        elif source.endswith(".") and target.endswith("."):
            source, target = source.rstrip("."), target.rstrip(".")
    chance = draw.random()
    if chance < 0.06:
        source = source.lower()
    elif chance < 0.075:
        source, target = source.upper(), target.upper()
    if draw.random() < 0.06:
        source = "".join(c for c in unicodedata.normalize("NFD", source) if unicodedata.category(c) != "Mn" or c == "\u0303" and draw.random() < 0.5)
        source = unicodedata.normalize("NFC", source)
    if draw.random() < 0.12:
        source = source.replace("¿", "").replace("¡", "")
    return source, target


class Examples:
    """An endless stream of batches for one direction ("to-english" or "from-english")."""

    def __init__(self, corpus, folder, shares, to_english, seed):
        self.draw, self.to_english, self.shares = random.Random(seed), to_english, shares
        sentencepiece.set_random_generator_seed(seed)
        self.model = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
        self.vocabulary = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
        self.pad = self.vocabulary["<pad>"]
        self.lines, self.order = {}, {}
        for language in shares:
            rows = [line.rstrip("\n").split("\t") for line in open(corpus / f"train.{language}.tsv", encoding="utf-8")]
            written = [row for row in rows if row[0] == "phrases"]
            words = [row for row in rows if row[0] == "words"]  # stand in it twice
            self.lines[language] = [row for row in rows if row[0] != "phrases"] + words + written * (min(24, len(rows) // (12 * len(written)) + 2) if written else 0)
            self.order[language] = []

    def next_row(self, language):
        if not self.order[language]:
            self.order[language] = list(range(len(self.lines[language])))
            self.draw.shuffle(self.order[language])
        return self.lines[language][self.order[language].pop()]

    def example(self, language):
        kind, english, other = self.next_row(language)
        source, target = (other, english) if self.to_english else (english, other)
        source, target = vary(self.draw, source, target, kind)
        # Other cuts of the words now and then (subword regularization, Kudo 2018): what is misspelt is cut so too.
        ids = self.model.encode(source, enable_sampling=self.draw.random() < 0.25, alpha=0.2, nbest_size=-1) + [0]
        if not self.to_english:
            ids = [self.vocabulary[f">>{language}<<"]] + ids
        return ids, self.model.encode(target) + [0]

    def target_pieces(self):
        """Ids that occur in targets: the answers are made of nothing else."""
        found = {0} | {self.vocabulary[mark] for mark in PLACEHOLDERS}
        for rows in self.lines.values():
            for start in range(0, len(rows), 5000):
                for ids in self.model.encode([row[1 if self.to_english else 2] for row in rows[start:start + 5000]]):
                    found.update(ids)
        return torch.tensor(sorted(found - {1}))

    def batches(self, tokens, pool=12000):
        languages, weights = list(self.shares), list(self.shares.values())
        while True:
            drawn = [self.example(language) for language in self.draw.choices(languages, weights, k=pool)]
            drawn = [pair for pair in drawn if len(pair[0]) <= 48 and len(pair[1]) <= 48]
            drawn.sort(key=lambda pair: (len(pair[1]), len(pair[0]), self.draw.random()))
            packed, start = [], 0
            while start < len(drawn):
                end, longest = start, 0
                while end < len(drawn):
                    longest = max(longest, len(drawn[end][0]), len(drawn[end][1]))
                    if longest * (end + 1 - start) > tokens and end > start:
                        break
                    end += 1
                packed.append(drawn[start:end])
                start = end
            self.draw.shuffle(packed)
            for part in packed:
                yield tuple(self.padded([pair[side] for pair in part]) for side in (0, 1))

    def padded(self, rows):
        longest = max(map(len, rows))
        return torch.tensor([row + [self.pad] * (longest - len(row)) for row in rows])

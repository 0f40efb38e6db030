"""What cheap statistics know before training: a lexical translation table (IBM model 1) and embeddings by co-occurrence.

    /usr/bin/python3 prior.py CORPUS VOCABULARY LANGUAGE...

writes VOCABULARY/prior.npz: `other_to_english` and `english_to_other` (P(target piece | source piece), float16) and `vectors`.
"""
import pathlib
import random
import sys

import numpy
import sentencepiece
import torch

PAIRS = 60000  # of a language at most


def grids(pairs, size):
    """Pairs of id lists as padded arrays, of like length together."""
    pairs = sorted(pairs, key=lambda pair: (len(pair[0]), len(pair[1])))
    for start in range(0, len(pairs), 4000):
        part = pairs[start:start + 4000]
        arrays = []
        for side in (0, 1):
            array = numpy.full((len(part), max(len(p[side]) for p in part)), size, dtype=numpy.int64)
            for row, pair in enumerate(part):
                array[row, :len(pair[side])] = pair[side]
            arrays.append(array)
        yield arrays


def lexical_table(chunks, size, rounds=5):
    """IBM model 1 with a mild preference for the diagonal; row: source piece, column: target piece."""
    table = numpy.full((size + 1, size + 1), 1.0 / size, dtype=numpy.float32)
    for _ in range(rounds):
        counts = numpy.zeros((size + 1) * (size + 1), dtype=numpy.float32)
        for source, target in chunks:
            near = -4.0 * numpy.abs(numpy.arange(source.shape[1])[:, None] / source.shape[1]
                                    - numpy.arange(target.shape[1])[None] / target.shape[1])
            cells = source[:, :, None] * (size + 1) + target[:, None, :]
            share = table.ravel()[cells] * numpy.exp(near)[None].astype(numpy.float32)
            share *= (source < size)[:, :, None] & (target < size)[:, None, :]
            share /= share.sum(1, keepdims=True) + 1e-9
            numpy.add(counts, numpy.bincount(cells.ravel(), share.ravel(), counts.size), out=counts, casting="unsafe")
        counts = counts.reshape(size + 1, size + 1)
        table = counts / (counts.sum(1, keepdims=True) + 0.5)
    return table[:size, :size].astype(numpy.float16)


def cooccurrence_vectors(chunks, size, width):
    """Pieces that occur in the same pair of sentences, of either language, get near vectors: PPMI, then its main directions."""
    together = numpy.zeros((size + 1) * (size + 1), dtype=numpy.float32)
    for source, target in chunks:
        both = numpy.concatenate([source, target], 1)
        for start in range(0, len(both), 1000):
            rows = both[start:start + 1000]
            numpy.add(together, numpy.bincount((rows[:, :, None] * (size + 1) + rows[:, None, :]).ravel(), None, together.size),
                      out=together, casting="unsafe")
    together = together.reshape(size + 1, size + 1)[:size, :size]
    numpy.fill_diagonal(together, 0)
    total = together.sum(1) + 1.0
    smooth = total ** 0.75
    pmi = numpy.log(numpy.maximum(together, 1e-9) / total[:, None] / (smooth / smooth.sum())[None])
    pmi = torch.from_numpy(numpy.maximum(pmi, 0).astype(numpy.float32))
    torch.manual_seed(17)
    left, values, _ = torch.svd_lowrank((pmi + pmi.T) / 2, q=width + 16, niter=2)
    vectors = left[:, :width] * values[:width].sqrt()
    vectors -= vectors.mean(0)
    vectors /= vectors.std(0) ** 0.5 + 1e-6  # half way to equal directions
    vectors /= vectors.norm(dim=1, keepdim=True) + 1e-6
    seen = torch.from_numpy(total > 3.0)[:, None]
    noise = torch.nn.functional.normalize(torch.randn(size, width), dim=1)
    return torch.where(seen, 0.9 * vectors + 0.44 * noise, noise).numpy().astype(numpy.float32)


def main():
    corpus, folder, languages = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:]
    torch.set_num_threads(1)
    model = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
    size, draw, pairs = model.get_piece_size(), random.Random(17), []
    for language in languages:
        lines = [line.rstrip("\n").split("\t") for line in open(corpus / f"train.{language}.tsv", encoding="utf-8")]
        lines = draw.sample(lines, min(PAIRS, len(lines)))
        pairs += zip(model.encode([l[2] for l in lines]), model.encode([l[1] for l in lines]))
    pairs = [pair for pair in pairs if max(map(len, pair)) <= 32]
    chunks = list(grids(pairs, size))
    print("pieces a sentence", sum(len(p[0]) + len(p[1]) for p in pairs) / len(pairs) / 2, flush=True)
    forth = lexical_table(chunks, size)
    back = lexical_table([(target, source) for source, target in chunks], size)
    vectors = cooccurrence_vectors(chunks, size, 256)
    numpy.savez(folder / "prior.npz", other_to_english=forth, english_to_other=back, vectors=vectors)
    for word in ("▁perro", "▁agua", "▁gracias", "▁chien", "▁obrigado", "▁never"):
        i = model.piece_to_id(word)
        near = numpy.argsort(-vectors[i] @ vectors.T)[:6]
        print(word, [(model.id_to_piece(int(j)), round(float(forth[i, j]), 2)) for j in numpy.argsort(-forth[i].astype(float))[:3]],
              [model.id_to_piece(int(j)) for j in near])


if __name__ == "__main__":
    main()

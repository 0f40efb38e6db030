"""BLEU and chrF of a corpus as sacreBLEU defines them: BLEU with the 13a tokenizer and exponential smoothing, chrF2 of characters 1..6.

`/usr/bin/python3 metrics.py` checks both on cases worked out by hand.
"""
import collections
import math
import re


def tokenize_13a(text):
    text = text.replace("<skipped>", "").replace("-\n", "").replace("\n", " ")
    for entity, character in (("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")):
        text = text.replace(entity, character)
    text = f" {text} "
    text = re.sub(r"([\{-\~\[-\` -\&\(-\+\:-\@\/])", r" \1 ", text)
    text = re.sub(r"([^0-9])([\.,])", r"\1 \2 ", text)
    text = re.sub(r"([\.,])([^0-9])", r" \1 \2", text)
    text = re.sub(r"([0-9])(-)", r"\1 \2 ", text)
    return text.split()


def ngrams(items, n):
    return collections.Counter(tuple(items[i:i + n]) for i in range(len(items) - n + 1))


def bleu(outputs, references):
    matches, totals, length, wanted = [0] * 4, [0] * 4, 0, 0
    for output, reference in zip(outputs, references):
        output, reference = tokenize_13a(output), tokenize_13a(reference)
        length, wanted = length + len(output), wanted + len(reference)
        for n in range(4):
            have, want = ngrams(output, n + 1), ngrams(reference, n + 1)
            matches[n] += sum((have & want).values())
            totals[n] += max(0, len(output) - n)
    score, smooth = 0.0, 1.0
    for match, total in zip(matches, totals):
        if total == 0:
            return 0.0
        if match == 0:
            smooth *= 2
            score += math.log(1 / (smooth * total))
        else:
            score += math.log(match / total)
    brevity = 1.0 if length >= wanted else math.exp(1 - wanted / length)
    return 100 * brevity * math.exp(score / 4)


def chrf(outputs, references, order=6, beta=2.0):
    statistics = [[0, 0, 0] for _ in range(order)]
    for output, reference in zip(outputs, references):
        output, reference = "".join(output.split()), "".join(reference.split())
        for n in range(order):
            have, want = ngrams(output, n + 1), ngrams(reference, n + 1)
            row = (sum(have.values()), sum(want.values()), sum((have & want).values()))
            if row[1]:
                statistics[n] = [a + b for a, b in zip(statistics[n], row)]
    precision = recall = orders = 0.0
    for have, want, match in statistics:
        if have and want:
            precision, recall, orders = precision + match / have, recall + match / want, orders + 1
    if not orders or not precision + recall:
        return 0.0
    precision, recall = precision / orders, recall / orders
    return 100 * (1 + beta ** 2) * precision * recall / (beta ** 2 * precision + recall)


def check():
    close = lambda a, b: abs(a - b) < 1e-6
    assert tokenize_13a('Hello, world! It\'s 3.5 "x".') == ["Hello", ",", "world", "!", "It's", "3.5", '"', "x", '"', "."]
    assert close(bleu(["the cat sat on the mat"], ["the cat sat on the mat"]), 100)
    # 1-grams 3/4, 2-grams 2/3, 3-grams 1/2, 4-grams 0/1 smoothed to 1/2; no brevity penalty
    assert close(bleu(["a b c d"], ["a b c x"]), 100 * (3 / 4 * 2 / 3 * 1 / 2 * 1 / 2) ** 0.25)
    # all n-grams match, 4 words for 5: brevity exp(1 - 5/4)
    assert close(bleu(["a b c d"], ["a b c d e"]), 100 * math.exp(-0.25))
    assert close(chrf(["abcdef"], ["abcdef"]), 100)
    # "ab" for "ac": 1-grams 1/2, 2-grams 0/1, so mean 1/4 each way
    assert close(chrf(["ab"], ["ac"]), 25)
    # "ab" for "abc": precision (1 + 1)/2, recall (2/3 + 1/2)/2 (no 3-gram in the output)
    p, r = 1.0, (2 / 3 + 1 / 2) / 2
    assert close(chrf(["ab"], ["abc"]), 100 * 5 * p * r / (4 * p + r))


if __name__ == "__main__":
    check()
    print("metrics: as worked out by hand")

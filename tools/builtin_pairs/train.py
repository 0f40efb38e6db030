"""Trains one direction; goes on where RUN/last.pt stopped.

    /usr/bin/python3 train.py CORPUS VOCABULARY RUN to-english|from-english es=0.8,pt=0.2 9m|20000u [--device cuda] [--feeders 3]

It ends after 9 minutes, or with 20,000 updates in all; the rate falls in a straight line to nought until then. Every few minutes
RUN/last.pt (everything) and RUN/average.pt (the running average, what is exported) are written, with the loss on the held-out dev
sentences in RUN/log.txt. Without feeders, on a CPU and with an end in updates, the same seed gives the same weights.

Every batch goes through the model twice with other dropout, and the two answers are pulled together (R-Drop, Liang et al. 2021,
arXiv:2106.14448).
"""
import argparse
import contextlib
import pathlib
import time

import torch
from torch.nn import functional as F

from examples import Examples
from marian import Marian

SHAPE = dict(width=256, heads=4, inner=1024, encoder_layers=4, decoder_layers=2)
DROPOUT, SMOOTHING, AGREEMENT, AVERAGE = 0.2, 0.05, 2.0, 0.999
RATE, WARM_UP, SAVE_SECONDS, SEED = 1.6e-3, 800, 150, 17


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus", type=pathlib.Path)
    parser.add_argument("vocabulary", type=pathlib.Path)
    parser.add_argument("run", type=pathlib.Path)
    parser.add_argument("direction", choices=["to-english", "from-english"])
    parser.add_argument("shares")
    parser.add_argument("end")
    parser.add_argument("--tokens", type=int, default=12000, help="a batch, padding counted")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--feeders", type=int, default=0, help="processes that make the batches")
    return parser.parse_args()


class Feed(torch.utils.data.IterableDataset):
    """The batches of `Examples`, from a process of its own with its own seed."""

    def __init__(self, arguments, seed, tokens):
        self.arguments, self.seed, self.tokens = arguments, seed, tokens

    def __iter__(self):
        worker = torch.utils.data.get_worker_info()
        torch.set_num_threads(1)
        return Examples(*self.arguments, self.seed + 1000003 * (worker.id if worker else 0)).batches(self.tokens)


def shifted(target, pad):
    return torch.cat([torch.full_like(target[:, :1], pad), target[:, :-1]], 1)


def loss_of(model, source, target):
    """Nats a token on held-out sentences."""
    logits = F.linear(model.decode(shifted(target, model.pad), *model.encode(source)), model.embedding, model.bias)
    return F.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=model.pad)


def training_loss(model, source, target):
    """Cross-entropy of two passes with other dropout, and AGREEMENT times their symmetric Kullback-Leibler divergence."""
    hidden = model.decode(shifted(target, model.pad).repeat(2, 1), *model.encode(source.repeat(2, 1)))
    kept = target != model.pad
    first, second = (F.linear(half[kept], model.embedding, model.bias).float() for half in hidden.chunk(2))
    gold = target[kept]
    entropy = (F.cross_entropy(first, gold, label_smoothing=SMOOTHING) + F.cross_entropy(second, gold, label_smoothing=SMOOTHING)) / 2
    first, second = first.log_softmax(-1), second.log_softmax(-1)
    apart = ((first.exp() - second.exp()) * (first - second)).sum(-1).mean() / 2
    return entropy + AGREEMENT * apart


def share_done(end, seconds, updates):
    """How much of the training that ends at `end` ("9m" or "20000u") lies behind: 0..1."""
    return seconds / 60 / float(end[:-1]) if end.endswith("m") else updates / int(end.removesuffix("u"))


def main():
    o = options()
    torch.set_flush_denormal(True)
    torch.set_num_threads(1)
    o.run.mkdir(parents=True, exist_ok=True)
    shares = {name: float(share) for name, share in (part.split("=") for part in o.shares.split(","))}
    last = o.run / "last.pt"
    saved = torch.load(last, map_location=o.device) if last.exists() else None
    updates, seen = (saved["updates"], saved["tokens"]) if saved else (0, 0)
    if share_done(o.end, 0, updates) >= 1:
        return
    torch.manual_seed(SEED + updates)
    arguments = (o.corpus, o.vocabulary, shares, o.direction == "to-english")
    examples = Examples(*arguments, SEED)
    pieces = examples.target_pieces()
    dev = dev_batches(o.corpus, examples, shares)
    feed = torch.utils.data.DataLoader(Feed(arguments, SEED + updates, o.tokens), batch_size=None, num_workers=o.feeders)
    model = Marian(len(examples.vocabulary), **SHAPE, dropout=DROPOUT).to(o.device)
    if saved:
        model.load_state_dict(saved["model"])
    average = {name: value.clone() for name, value in (saved["average"] if saved else model.state_dict()).items()}
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE, betas=(0.9, 0.98), eps=1e-9, foreach=True)
    if saved:
        optimizer.load_state_dict(saved["optimizer"])
    half = torch.autocast(o.device, torch.bfloat16) if o.device != "cpu" else contextlib.nullcontext()
    log = open(o.run / "log.txt", "a", buffering=1)
    print(f"# {o.direction} {o.shares} from update {updates}, {len(pieces)} target pieces, {sum(p.numel() for p in model.parameters())} weights", file=log)
    begin = saved_at = shown_at = time.time()
    total, steps = torch.zeros((), device=o.device), 0
    for source, target in feed:
        gone = min(1.0, share_done(o.end, time.time() - begin, updates))
        rate = RATE * min(1.0, (updates + 1) / WARM_UP) * max(0.005, 1 - gone)
        for group in optimizer.param_groups:
            group["lr"] = rate
        seen += int((target != model.pad).sum())
        with half:
            loss = training_loss(model, source.to(o.device), target.to(o.device))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        optimizer.step()
        updates += 1
        with torch.no_grad():
            keep = min(AVERAGE, updates / (updates + 20))
            torch._foreach_mul_(list(average.values()), keep)
            torch._foreach_add_(list(average.values()), list(model.state_dict().values()), alpha=1 - keep)
            total, steps = total + loss.detach(), steps + 1
        now = time.time()
        done = share_done(o.end, now - begin, updates) >= 1
        if now - shown_at > 60:
            print(f"{updates} updates, {seen} tokens, rate {rate:.2e}, loss {total.item() / steps:.3f}, {time.process_time():.0f} s of CPU, {now - begin:.0f} s", file=log)
            shown_at, total, steps = now, torch.zeros_like(total), 0
        if now - saved_at > SAVE_SECONDS or done:
            print(f"  dev nats/token of the average after {updates} updates: {evaluate(model, average, dev, o.device)}", file=log)
            for path, what in ((last, dict(model=model.state_dict(), average=average, optimizer=optimizer.state_dict(), updates=updates, tokens=seen)),
                               (o.run / "average.pt", dict(average={n: v.cpu() for n, v in average.items()}, settings=model.settings, pieces=pieces, updates=updates, tokens=seen))):
                torch.save(what, str(path) + ".new")
                pathlib.Path(str(path) + ".new").replace(path)
            saved_at = time.time()
        if done:
            return


def dev_batches(corpus, examples, shares):
    found = {}
    for language in shares:
        rows = [line.rstrip("\n").split("\t") for line in open(corpus / f"dev.{language}.tsv", encoding="utf-8")]
        rows = sorted((row for row in rows if row[0] == "tatoeba"), key=lambda row: len(row[1]))
        mark = [] if examples.to_english else [examples.vocabulary[f">>{language}<<"]]
        source = [mark + examples.model.encode(row[2 if examples.to_english else 1]) + [0] for row in rows]
        target = [examples.model.encode(row[1 if examples.to_english else 2]) + [0] for row in rows]
        found[language] = [(examples.padded(source[i:i + 50]), examples.padded(target[i:i + 50])) for i in range(0, len(rows), 50)]
    return found


@torch.no_grad()
def evaluate(model, average, dev, device):
    now = {name: value.clone() for name, value in model.state_dict().items()}
    model.load_state_dict(average)
    model.eval()
    scores = {}
    for language, batches in dev.items():
        total, count = 0.0, 0
        for source, target in batches:
            n = int((target != model.pad).sum())
            total, count = total + loss_of(model, source.to(device), target.to(device)).item() * n, count + n
        scores[language] = round(total / count, 3)
    model.load_state_dict(now)
    model.train()
    return scores


if __name__ == "__main__":
    main()

"""Trains one direction; goes on where RUN/last.pt stopped.

    /usr/bin/python3 train.py CORPUS VOCABULARY RUN to-english|from-english es=0.8,pt=0.2 45m|6000u [--rate 1.6e-3] [--cool]

It ends after 45 minutes, or with 6000 updates in all: then, with one worker, the same seed gives the same weights on the same machine.

Every few minutes RUN/last.pt (everything) and RUN/average.pt (the running average, what is exported) are written, with the loss on the
held-out dev sentences in RUN/log.txt. With --workers N --worker I (N processes, one each for 0..N-1) the weights are averaged among the
workers every few updates, over a file store in RUN. --cool lets the rate fall to nought until the end: for the last part of a training.
"""
import argparse
import pathlib
import time

import numpy
import torch
import torch.distributed
from torch.nn import functional as F

from examples import Examples
from marian import Marian

SHAPE = dict(width=256, heads=4, inner=512, encoder_layers=2, decoder_layers=1)
WARM_UP, SMOOTHING, NEGATIVES, AVERAGE = 300, 0.05, 1200, 0.998
TOGETHER = 6  # updates of a worker between two averagings
GUIDED = 3000  # updates over which the pull of the attention towards the lexical table fades


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus", type=pathlib.Path)
    parser.add_argument("vocabulary", type=pathlib.Path)
    parser.add_argument("run", type=pathlib.Path)
    parser.add_argument("direction", choices=["to-english", "from-english"])
    parser.add_argument("shares")
    parser.add_argument("end")
    parser.add_argument("--rate", type=float, default=1.6e-3)
    parser.add_argument("--tokens", type=int, default=1200)
    parser.add_argument("--start", type=pathlib.Path, help="begin with the weights of another run's last.pt")
    parser.add_argument("--cool", action="store_true")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--worker", type=int, default=0)
    return parser.parse_args()


def shifted(target, pad):
    return torch.cat([torch.full((target.shape[0], 1), pad), target[:, :-1]], 1)


def expected_alignment(table, source, target, pad):
    """P(source position | target position) by the lexical table: rows sum to one, or to nought where the table knows nothing."""
    inside = table.shape[0]
    known_source, known_target = (source > 1) & (source < inside), (target > 1) & (target < inside)
    cells = table[source.clamp(max=inside - 1)[:, None, :], target.clamp(max=inside - 1)[:, :, None]].float()
    near = -4.0 * (torch.arange(source.shape[1])[None] / source.shape[1] - torch.arange(target.shape[1])[:, None] / target.shape[1]).abs()
    cells = cells * near.exp() * known_source[:, None, :] * known_target[:, :, None]
    total = cells.sum(2, keepdim=True)
    return cells / total.clamp(min=1e-6) * (total > 0.02)


def loss_of(model, source, target, candidates, table, pull):
    encoded, mask = model.encode(source)
    hidden, weights = model.decode(shifted(target, model.pad), encoded, mask)
    kept = target != model.pad
    if candidates is None:
        logits, gold = F.linear(hidden[kept], model.embedding, model.bias), target[kept]
    else:
        place = torch.full((model.embedding.shape[0],), -1)
        place[candidates] = torch.arange(len(candidates))
        logits, gold = F.linear(hidden[kept], model.embedding[candidates], model.bias[candidates]), place[target[kept]]
    loss = F.cross_entropy(logits, gold, label_smoothing=SMOOTHING if candidates is not None else 0.0)
    if pull > 0:
        wanted = expected_alignment(table, source, target, model.pad)
        aligned = wanted.sum()
        loss = loss - pull * (wanted * (weights[:, 0] + 1e-6).log()).sum() / aligned.clamp(min=1)
    return loss


def choose_candidates(target, pieces):
    drawn = pieces[torch.randint(0, len(pieces), (NEGATIVES,))]
    return torch.unique(torch.cat([target.flatten(), drawn, torch.tensor([0])]))


def meet(model, workers, stop):
    """Every worker goes on with the mean of the weights; says whether any of them wants to stop."""
    if workers == 1:
        return stop
    flat = torch.cat([p.data.flatten() for p in model.parameters()] + [torch.tensor([float(stop)])])
    torch.distributed.all_reduce(flat)
    stop = bool(flat[-1] > 0)
    start = 0
    for p in model.parameters():
        p.data.copy_(flat[start:start + p.numel()].view_as(p) / workers)
        start += p.numel()
    return stop


def share_done(end, seconds, first, updates):
    """How much of the training that ends at `end` ("45m" or "6000u") lies behind: 0..1."""
    if end.endswith("m"):
        return seconds / 60 / float(end[:-1])
    return (updates - first) / max(1, int(end.removesuffix("u")) - first)


def main():
    o = options()
    torch.set_flush_denormal(True)
    torch.set_num_threads(1)
    o.run.mkdir(parents=True, exist_ok=True)
    shares = {name: float(share) for name, share in (part.split("=") for part in o.shares.split(","))}
    to_english = o.direction == "to-english"
    last = o.run / "last.pt"
    saved = torch.load(last) if last.exists() else torch.load(o.start) if o.start else None
    updates = first = saved["updates"] if saved else 0
    seed = 17 + updates + 1000003 * o.worker
    torch.manual_seed(seed)
    if o.workers > 1:
        torch.distributed.init_process_group("gloo", init_method=f"file://{o.run.absolute()}/meet", world_size=o.workers, rank=o.worker)
    examples = Examples(o.corpus, o.vocabulary, shares, to_english, seed)
    model = Marian(len(examples.vocabulary), **SHAPE)
    prior = numpy.load(o.vocabulary / "prior.npz")
    table = torch.from_numpy(prior["other_to_english" if to_english else "english_to_other"])
    if saved:
        model.load_state_dict(saved["model"])
    else:
        vectors = torch.from_numpy(prior["vectors"])
        model.embedding.data[:len(vectors)] = vectors
    average = {name: value.clone() for name, value in (saved["average"] if saved else model.state_dict()).items()}
    optimizer = torch.optim.Adam(model.parameters(), lr=o.rate, betas=(0.9, 0.98), eps=1e-9)
    if saved and "optimizer" in saved:
        optimizer.load_state_dict(saved["optimizer"])
    pieces = examples.target_pieces()
    dev = dev_batches(o.corpus, examples, shares)
    log = open(o.run / ("log.txt" if o.worker == 0 else f"log.{o.worker}.txt"), "a", buffering=1)
    print(f"# {o.direction} {o.shares} from update {updates}, {len(pieces)} target pieces, {sum(p.numel() for p in model.parameters())} weights", file=log)
    begin = saved_at = shown_at = time.time()
    sums, seen = [0.0, 0], saved["tokens"] if saved else 0
    while True:
        for source, target in examples.batches(o.tokens):
            gone = share_done(o.end, time.time() - begin, first, updates)
            rate = o.rate * min(1.0, (updates + 1) / WARM_UP, (1500 / (updates + 1)) ** 0.5) * (max(0.02, 1 - gone) if o.cool else 1.0)
            for group in optimizer.param_groups:
                group["lr"] = rate
            pull = 0.6 * max(0.0, 1 - updates / GUIDED)
            loss = loss_of(model, source, target, choose_candidates(target, pieces), table, pull)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            optimizer.step()
            updates += 1
            done = meet(model, o.workers, gone >= 1) if updates % TOGETHER == 0 else False
            keep = min(AVERAGE, updates / (updates + 20))
            with torch.no_grad():
                for name, value in model.state_dict().items():
                    average[name].lerp_(value, 1 - keep)
            seen += int((target != model.pad).sum())
            sums = [sums[0] + loss.item(), sums[1] + 1]
            now = time.time()
            if now - shown_at > 60:
                print(f"{updates} updates, {seen} tokens, rate {rate:.2e}, loss {sums[0] / sums[1]:.3f}, {time.process_time():.0f} s of CPU, {now - begin:.0f} s", file=log)
                shown_at, sums = now, [0.0, 0]
            if o.worker == 0 and (now - saved_at > 300 or done):
                scores = evaluate(model, average, dev)
                print(f"  dev nats/token of the average: {scores}", file=log)
                for path, what in ((last, dict(model=model.state_dict(), average=average, optimizer=optimizer.state_dict(), updates=updates, tokens=seen)),
                                   (o.run / "average.pt", dict(average=average, settings=model.settings, pieces=pieces, updates=updates, tokens=seen))):
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
def evaluate(model, average, dev):
    now = {name: value.clone() for name, value in model.state_dict().items()}
    model.load_state_dict(average)
    scores = {}
    for language, batches in dev.items():
        total, count = 0.0, 0
        for source, target in batches:
            n = int((target != model.pad).sum())
            total, count = total + loss_of(model, source, target, None, None, 0).item() * n, count + n
        scores[language] = round(total / count, 3)
    model.load_state_dict(now)
    return scores


if __name__ == "__main__":
    main()

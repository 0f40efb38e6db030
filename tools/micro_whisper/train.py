#!/usr/bin/env python3
"""Trains the micro Whisper model: train.py WORK_FOLDER MODEL_FOLDER [STEPS]

Needs espeak-ng, sox and Debian's PyTorch. Seeded; one thread; the clips are kept in WORK_FOLDER.
"""
import math
import os
import sys
import time
from pathlib import Path

os.environ |= {'OMP_NUM_THREADS': '1', 'OPENBLAS_NUM_THREADS': '1'}  # before the libraries are loaded

import numpy as np
import torch
import torch.nn.functional as F

from clips import Window, by_language, held_out_clips, spoken_tokens, target, training_clips
from export import export
from log_mel import log_mel
from measure import measure
from model import FRAMES, Whisper
from sentences import SENTENCES
from vocabulary import Vocabulary

BATCH, SILENT_POSITIONS, PEAK_RATE = 8, 16, 1.5e-3
IGNORE = -100


def batch(rng, clips, vocabulary, sentences):
    size = max(BATCH // sentences, 4)
    windows = [Window(rng, clips, 0 if rng.random() < 0.06 else sentences) for _ in range(size)]
    length = max(len(window.samples) for window in windows) // 320 + 2
    mels = log_mel([window.samples for window in windows], 2 * (length + 4))
    targets = [target(rng, window, vocabulary) for window in windows]
    width = max(len(tokens) for tokens, _ in targets)
    tokens = torch.full((size, width), IGNORE)
    times = torch.full((size, width), math.nan)
    for row, (ids, spoken_at) in enumerate(targets):
        tokens[row, :len(ids)] = torch.tensor(ids)
        times[row, :len(ids)] = torch.tensor(spoken_at)
    frames = torch.stack([torch.tensor(spoken_tokens(window, vocabulary, length)) for window in windows])
    cells = (FRAMES - length) / SILENT_POSITIONS
    silent = torch.tensor((length + (np.arange(SILENT_POSITIONS) + rng.random(SILENT_POSITIONS)) * cells).astype(int))
    return mels, tokens, times, frames, silent


def alignment_loss(log_weights, times):
    """How far a taught head looks from where its tokens are spoken."""
    known = ~times.isnan()
    places = torch.arange(log_weights.shape[2])
    if not known.any():
        return log_weights.sum() * 0
    wanted = torch.softmax(-0.5 * ((places - times[known][:, None] / 0.02) / 4) ** 2, -1)
    return -(wanted * log_weights[known]).sum(-1).mean()


def loss_of(model, mels, tokens, times, frames, silent):
    source, bias = model.model.encoder(mels, silent)
    inputs = tokens[:, :-1].clamp(min=0)
    logits, seen = model.model.decoder(inputs, source, bias)
    written = F.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten(), ignore_index=IGNORE, label_smoothing=0.02)
    # The encoder says at each position which token is spoken there: what there is to align then is learned first.
    words = model.model.decoder.embed_tokens.weight[:frames.max() + 1]  # the end of text stands behind all words
    heard = F.cross_entropy((source[:, :frames.shape[1]] @ words.T).flatten(0, 1), frames.flatten())
    # The first layer finds where the last token was spoken, and the last layer where the next one is.
    return written, heard, alignment_loss(seen[0], times[:, :-1]) + alignment_loss(seen[-1], times[:, 1:])


def sentences_at(rng, progress):
    """Short windows first."""
    return 1 if progress < 0.5 else int(rng.choice([1, 2], p=[0.6, 0.4]))


def main():
    work, folder = Path(sys.argv[1]), Path(sys.argv[2])
    steps = int(sys.argv[3]) if len(sys.argv) > 3 else 1200
    torch.manual_seed(7)
    torch.set_num_threads(1)
    torch.backends.mkldnn.enabled = False  # its convolutions differ from run to run in Debian's build, some by not being numbers
    rng = np.random.default_rng(7)
    clips = by_language(training_clips(work))
    held_out = held_out_clips(work)
    vocabulary = Vocabulary([text for _, text, english in SENTENCES] + [english for _, _, english in SENTENCES if english])
    model = Whisper(vocabulary.size)
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=PEAK_RATE, betas=(0.9, 0.98), weight_decay=0.01)
    started = time.process_time()
    for step in range(steps):
        rate = PEAK_RATE * min((step + 1) / 100, 0.5 * (1 + math.cos(math.pi * step / steps)) + 0.01)
        for group in optimizer.param_groups:
            group['lr'] = rate
        written, heard, aligned = loss_of(model, *batch(rng, clips, vocabulary, sentences_at(rng, step / steps)))
        optimizer.zero_grad()
        (written + heard + 0.2 * aligned).backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        if step % 25 == 24:
            print(f'{step + 1} of {steps}: text {written.item():.3f}, frames {heard.item():.3f}, alignment {aligned.item():.3f}, {time.process_time() - started:.0f} s',
                  flush=True)
        if step % 300 == 299 and step + 1 < steps:
            measure(model, vocabulary, held_out[::8], windows=4)
            export(model, vocabulary, folder)
    export(model, vocabulary, folder)
    measure(model, vocabulary, held_out, windows=40)


if __name__ == '__main__':
    main()

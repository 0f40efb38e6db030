#!/usr/bin/env python3
"""Trains the voice activity detector's network and writes src/audio/voice_activity_model.h.

    ninja -C build/release voice_activity
    tools/voice_activity/train.py build/release/voice_activity ../shared/datasets/train/commonvoice_sentences

Speech is what espeak-ng says of those sentences (CC0) in many languages, voices, speeds and pitches, in made-up rooms and
through made-up telephones; the rest is sounds.py. No recording of a person is trained on: real recordings are what the
result is measured with (measure.py). Needs espeak-ng, numpy and PyTorch. Seeded: the same versions give the same file.
"""
import subprocess
import sys
from pathlib import Path

import numpy as np
import torch

import sounds
from sounds import RATE

SEED = 20261125
UTTERANCES = 450
BACKGROUNDS = 350
HIDDEN = 16
VARIANTS = ['', '+m1', '+m2', '+m3', '+m4', '+m5', '+m6', '+m7', '+f1', '+f2', '+f3', '+f4', '+f5', '+croak', '+whisper']
VOICES = {'en': ['en-us', 'en-gb'], 'es': ['es', 'es-419'], 'de': ['de'], 'fr': ['fr-fr'], 'it': ['it'], 'pt': ['pt-br'],
          'hi': ['hi'], 'ru': ['ru'], 'ar': ['ar'], 'tr': ['tr'], 'id': ['id'], 'nl': ['nl'], 'pl': ['pl'], 'vi': ['vi']}


def spoken(rng, sentences):
    language = rng.choice(list(VOICES))
    lines = sentences[language]
    text = lines[rng.integers(len(lines))][:90]
    voice = rng.choice(VOICES[language]) + rng.choice(VARIANTS)
    command = ['espeak-ng', '-v', voice, '-s', str(rng.integers(110, 230)), '-p', str(rng.integers(15, 90)), '--stdout', text]
    raw = subprocess.run(command, capture_output=True, check=True).stdout[44:]
    x = np.frombuffer(raw[:len(raw) // 2 * 2], np.int16) / 32768
    if len(x) < RATE // 4:
        return spoken(rng, sentences)  # nothing in it that can be said
    rate = 22050 * rng.uniform(0.92, 1.08)  # espeak's rate, and a little of another throat
    x = np.interp(np.arange(0, len(x), rate / RATE), np.arange(len(x)), sounds.band(x, 40, 7500))
    # Breathiness: noise through the speech's own envelope.
    envelope = np.convolve(np.abs(x), np.ones(320) / 320, 'same')
    return sounds.normalised(x + rng.uniform(0, 0.4) * envelope * sounds.coloured(rng, len(x), 0.5) * 10)


def labels_of(clean, frames):
    """A frame is speech where the clean signal is within 36 dB of its loud parts, and in gaps of up to 0.2 s."""
    levels = np.array([np.mean(clean[f * 160 + 120:f * 160 + 280] ** 2) if f * 160 + 120 < len(clean) else 0.0
                       for f in range(frames)]) + 1e-12
    if clean.any():
        speech = levels > np.percentile(levels[levels > 1e-9], 90) * 10 ** -3.6
    else:
        return np.zeros(frames, bool)
    edges = np.flatnonzero(speech)
    for a, b in zip(edges[:-1], edges[1:]):
        if b - a <= 20:
            speech[a:b] = True
    return speech


def in_a_room(rng, x):
    if rng.random() < 0.5:
        return x
    n = int(rng.uniform(0.05, 0.5) * RATE)
    tail = rng.standard_normal(n) * np.exp(-np.arange(n) / (n / 6)) * rng.uniform(0.02, 0.2)
    tail[0] = 1
    size = len(x) + n
    return np.fft.irfft(np.fft.rfft(x, size) * np.fft.rfft(tail, size), size)[:len(x)]


def through_a_microphone(rng, x):
    kind = rng.random()
    if kind < 0.25:
        x = sounds.band(x, 300, 3400)
    elif kind < 0.5:
        x = sounds.band(x, rng.uniform(50, 200), rng.uniform(3500, 7500))
    gain = 10 ** (rng.uniform(-45, -2) / 20) / max(np.abs(x).max(), 1e-9)
    return np.clip(np.round(x * gain * 32768) / 32768, -1, 1).astype(np.float32)


def with_background(rng, speech):
    kind = rng.choice(list(sounds.KINDS), p=[.22, .06, .06, .08, .06, .08, .08, .16, .20])
    snr = rng.choice([rng.uniform(0, 10), rng.uniform(10, 40)])
    return speech + sounds.KINDS[kind](rng, len(speech)) * 10 ** (-snr / 20)


def examples(rng, sentences):
    """(recording, clean speech in it)"""
    for _ in range(UTTERANCES):
        parts = []
        for _ in range(rng.integers(1, 4)):
            parts += [np.zeros(int(rng.exponential(0.7) * RATE)), spoken(rng, sentences)]
        clean = np.concatenate(parts + [np.zeros(int(rng.exponential(0.7) * RATE))])
        yield through_a_microphone(rng, with_background(rng, in_a_room(rng, clean))), clean
    for _ in range(BACKGROUNDS):
        n = int(rng.uniform(2, 9) * RATE)
        kinds = rng.choice(list(sounds.KINDS), size=rng.integers(1, 3), p=[.12, .08, .10, .10, .10, .12, .12, .22, .04])
        x = sum(sounds.KINDS[kind](rng, n) * 10 ** (rng.uniform(-20, 0) / 20) for kind in kinds)
        yield through_a_microphone(rng, in_a_room(rng, x)), np.zeros(n)


def features_of(tool, recordings):
    sent = b''.join(np.uint32(len(r)).tobytes() + r.astype(np.float32).tobytes() for r in recordings)
    got = subprocess.run([tool, 'features'], input=sent, capture_output=True, check=True).stdout
    at, rows = 0, []
    width = 25
    while at < len(got):
        count = int(np.frombuffer(got, np.uint32, 1, at)[0])
        rows.append(np.frombuffer(got, np.float32, count * width, at + 4).reshape(count, width))
        at += 4 + 4 * count * width
    return rows


def fit(x, y, weights):
    torch.manual_seed(SEED)
    mean, deviation = x.mean(0), x.std(0) + 1e-6
    net = torch.nn.Sequential(torch.nn.Linear(x.shape[1], HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, 1))
    optimiser = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=1e-3)
    xs = torch.from_numpy(((x - mean) / deviation).astype(np.float32))
    ys = torch.from_numpy(y.astype(np.float32))
    ws = torch.from_numpy(weights.astype(np.float32))
    epochs, batch = 12, 1024
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs)
    for epoch in range(epochs):
        order = torch.randperm(len(xs))
        total = 0.0
        for at in range(0, len(order), batch):
            pick = order[at:at + batch]
            loss = torch.nn.functional.binary_cross_entropy_with_logits(net(xs[pick])[:, 0], ys[pick], ws[pick])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total += float(loss) * len(pick)
        schedule.step()
        print(f'epoch {epoch + 1}: loss {total / len(xs):.4f}', flush=True)
    # Standardisation becomes part of the first layer.
    w1 = net[0].weight.detach().numpy() / deviation
    b1 = net[0].bias.detach().numpy() - w1 @ mean
    return w1, b1, net[2].weight.detach().numpy()[0], float(net[2].bias)


def write_model(path, w1, b1, w2, b2):
    number = lambda v: f'{v:.6g}' + ('F' if '.' in f'{v:.6g}' or 'e' in f'{v:.6g}' else '.F')
    listed = lambda values: '{' + ', '.join(number(v) for v in values) + '}'
    rows = ',\n    '.join('{' + listed(row) + '}' for row in w1)
    path.write_text(f'''#pragma once

// Made by tools/voice_activity/train.py.

#include <array>
#include <cstddef>

#include "audio/voice_features.h"

namespace rapport::audio {{

/// One hidden layer of rectified units, and a logit.
inline constexpr std::size_t kVoiceModelHidden = {len(w1)};
inline constexpr std::array<std::array<float, kVoiceFeatures>, kVoiceModelHidden> kVoiceModelHiddenWeights = {{{{
    {rows}}}}};
inline constexpr std::array<float, kVoiceModelHidden> kVoiceModelHiddenBias = {{{listed(b1)}}};
inline constexpr std::array<float, kVoiceModelHidden> kVoiceModelOutputWeights = {{{listed(w2)}}};
inline constexpr float kVoiceModelOutputBias = {number(b2)};

}}  // namespace rapport::audio
''')
    subprocess.run(['clang-format', '-i', str(path)], check=True)


def main():
    tool, folder = sys.argv[1], Path(sys.argv[2])
    rng = np.random.default_rng(SEED)
    torch.set_num_threads(1)
    sentences = {lang: [s for s in (folder / f'{lang}.txt').read_text().split('\n') if 8 < len(s)] for lang in VOICES}
    made = list(examples(rng, sentences))
    print(f'{len(made)} recordings, {sum(len(r) for r, _ in made) / RATE / 60:.1f} minutes', flush=True)
    rows = features_of(tool, [recording for recording, _ in made])
    labels = [labels_of(clean, len(x)) for x, (_, clean) in zip(rows, made)]
    x, y = np.concatenate(rows), np.concatenate(labels)
    print(f'{len(y)} frames, {y.mean():.1%} speech', flush=True)
    model = fit(x, y, np.ones(len(y)))
    logit = np.maximum(x @ model[0].T + model[1], 0) @ model[2] + model[3]
    print(f'recall {np.mean(logit[y] > 0):.3f}, false alarms {np.mean(logit[~y] > 0):.3f}')
    write_model(Path(__file__).resolve().parents[2] / 'src/audio/voice_activity_model.h', *model)


if __name__ == '__main__':
    main()

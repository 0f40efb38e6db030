#!/usr/bin/env python3
"""Measures the voice activity detector on real recordings and on what is no speech.

    ninja -C build/release voice_activity
    tools/voice_activity/measure.py build/release/voice_activity ../shared

Speech: the recordings of shared/datasets/speech, each between 1.5 s of nothing, alone, at -40 dBFS, and mixed with sounds
made by sox (which training did not see). A frame of reference is speech where the clean recording is within 30 dB of its
loud parts and 6 dB above its own noise, and in gaps of up to 0.5 s. Found frames are the spans without their padding.
Not speech: a minute of each sound; the seconds of it that were taken for speech. Needs sox and numpy.
"""
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

RATE = 16000
EDGE = int(1.5 * RATE)
PADDING = int(0.2 * RATE)

SOX = {
    'silence': 'synth 60 sine 0 vol 0',
    'white noise': 'synth 60 whitenoise vol 0.1',
    'pink noise': 'synth 60 pinknoise vol 0.3',
    'brown noise': 'synth 60 brownnoise vol 0.5',
    'hum 50 Hz': 'synth 60 square 50 lowpass 800 vol 0.2',
    'tone 440 Hz': 'synth 60 sine 440 vol 0.5',
    'sweep': 'synth 60 sine 100-4000 vol 0.3',
    'ringing': 'synth 0.4 sine 440 sine 480 remix 1,2 vol 0.3 pad 0 0.2 repeat 1 pad 0 2 repeat 17',
    'clicks': 'synth 0.004 whitenoise vol 0.8 pad 0 0.35 repeat 160',
    'breath': 'synth 1.2 pinknoise band -n 1200 1500 fade h 0.5 1.2 0.6 vol 0.2 pad 0 1.3 repeat 24',
    'typing': 'synth 0.02 brownnoise vol 0.8 fade l 0 0.02 0.018 pad 0 0.13 repeat 400',
    'fan': 'synth 60 brownnoise synth 60 sine amod 7 30 vol 0.3',
}


def sox(*words):
    raw = subprocess.run(['sox', '-R', *words], capture_output=True, check=True).stdout
    return np.frombuffer(raw, np.float32)


def sox_sound(effects):
    return sox('-n', '-r', str(RATE), '-c', '1', '-t', 'f32', '-', *effects.split())


def sox_music(instrument, seed):
    """Half a minute of chords and a tune, from sox's own instruments."""
    rng = np.random.default_rng(seed)
    pieces = []
    chords = [('A3', 'C4', 'E4'), ('F3', 'A3', 'C4'), ('C3', 'E3', 'G3'), ('G3', 'B3', 'D4')]
    for bar in range(16):
        chord = chords[bar % 4]
        words = [w for note in chord for w in (instrument, note)]
        accompaniment = sox('-n', '-r', str(RATE), '-c', '3', '-t', 'f32', '-', 'synth', '2', *words, 'fade', 'l', '0.01', '2',
                            '0.6', 'remix', '-')
        tune = [sox('-n', '-r', str(RATE), '-c', '1', '-t', 'f32', '-', 'synth', '0.5', instrument,
                    f'%{int(rng.choice([0, 3, 5, 7, 10, 12]))}', 'fade', 'l', '0.01', '0.5', '0.2') for _ in range(4)]
        line = np.concatenate(tune)
        size = min(len(line), len(accompaniment))
        pieces.append(0.6 * accompaniment[:size] + 0.4 * line[:size])
    x = np.concatenate(pieces)
    return (x * 0.3 / np.abs(x).max()).astype(np.float32)


def answer(tool, recordings):
    sent = b''.join(np.uint32(len(r)).tobytes() + r.astype(np.float32).tobytes() for r in recordings)
    got = np.frombuffer(subprocess.run([tool, 'spans'], input=sent, capture_output=True, check=True).stdout, np.uint32)
    at, answers = 0, []
    while at < len(got):
        count = int(got[at])
        answers.append(got[at + 1:at + 1 + 2 * count].reshape(count, 2).astype(int))
        at += 1 + 2 * count
    return answers


def reference(x):
    frames = len(x) // 160
    levels = 10 * np.log10((x[:frames * 160].reshape(frames, 160) ** 2).mean(1) + 1e-12)
    levels = np.convolve(np.pad(levels, 2, 'edge'), np.ones(5) / 5, 'valid')
    loud, quiet = np.percentile(levels, 95), np.percentile(levels, 5)
    speech = levels > max(loud - 30, min(quiet + 6, loud - 15))
    edges = np.flatnonzero(speech)
    for a, b in zip(edges[:-1], edges[1:]):
        if b - a <= 50:
            speech[a:b] = True
    return speech


def found(spans, frames, total):
    speech = np.zeros(frames, bool)
    for begin, end in spans:
        begin = begin + PADDING if begin > 0 else begin
        end = end - PADDING if end < total else end
        speech[begin // 160:end // 160] = True
    return speech


def speech_table(tool, clips, sounds):
    conditions = [('alone', None, None), ('at -40 dBFS', None, -40), ('at -55 dBFS', None, -55)]
    for name in ('white noise', 'pink noise', 'fan', 'hum 50 Hz', 'clicks', 'music (pluck)'):
        conditions += [(f'{name}, {snr} dB', (name, snr), None) for snr in (20, 10, 5)]
    print(f'| {len(clips)} recordings | recall % | precision % | recordings without a span |\n|---|---|---|---|')
    labels = [np.concatenate([np.zeros(EDGE // 160, bool), reference(x), np.zeros(EDGE // 160, bool)]) for x in clips]
    rng = np.random.default_rng(7)
    for title, background, dbfs in conditions:
        recordings = []
        for x in clips:
            padded = np.concatenate([np.zeros(EDGE), x, np.zeros(EDGE)])
            power = np.sqrt(np.mean(x ** 2))
            if dbfs is not None:
                padded = np.round(padded * 10 ** (dbfs / 20) / power * 32768) / 32768
            if background:
                noise = sounds[background[0]]
                at = rng.integers(0, max(len(noise) - len(padded), 1))
                noise = np.resize(noise[at:], len(padded))
                noise = noise / max(np.sqrt(np.mean(noise ** 2)), 1e-9)
                padded = padded + noise * power * 10 ** (-background[1] / 20)
            recordings.append(np.clip(padded, -1, 1))
        hits = misses = false = lost = 0
        for x, label, spans in zip(recordings, labels, answer(tool, recordings)):
            guess = found(spans, len(label), len(x))
            hits += np.sum(guess & label)
            misses += np.sum(~guess & label)
            false += np.sum(guess & ~label)
            lost += len(spans) == 0
        print(f'| {title} | {100 * hits / (hits + misses):.1f} | {100 * hits / max(hits + false, 1):.1f} | {lost} |')


def main():
    tool, shared = sys.argv[1], Path(sys.argv[2])
    sounds = {name: sox_sound(effects) for name, effects in SOX.items()}
    sounds['music (pluck)'] = sox_music('pluck', 1)
    sounds['music (organ)'] = sox_music('triangle', 2)
    sounds['music (sawtooth)'] = sox_music('sawtooth', 3)
    for name in ('tone_noise', 'clipped_square', 'silence'):
        sounds[f'fixture {name}'] = sox(str(shared / f'fixtures/audio/{name}.wav'), '-t', 'f32', '-')
    print('| no speech | seconds | taken for speech |\n|---|---|---|')
    for (name, x), spans in zip(sounds.items(), answer(tool, list(sounds.values()))):
        print(f'| {name} | {len(x) / RATE:.0f} | {sum(e - b for b, e in spans) / RATE:.1f} |')
    print()
    clips = []
    for path in sorted((shared / 'datasets/speech/audio').iterdir()):
        x = np.frombuffer(subprocess.run([tool, 'read', str(path)], capture_output=True, check=True).stdout, np.float32)
        if len(x) < 60 * RATE:
            clips.append(x[:len(x) // 160 * 160].astype(np.float64))
    speech_table(tool, clips, sounds)


if __name__ == '__main__':
    main()

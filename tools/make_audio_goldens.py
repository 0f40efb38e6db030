#!/usr/bin/env python3
"""Writes tests/data/audio/log_mel_128.json: log-mel spectra of 128 bins as openai/whisper computes them.

    tools/make_audio_goldens.py WHISPER_CHECKOUT ../shared

WHISPER_CHECKOUT is a checkout of github.com/openai/whisper: its filters (whisper/assets/mel_filters.npz) and its steps
(whisper/audio.py, log_mel_spectrogram) are the reference. Needs numpy and PyTorch. The 80 bins are in the shared
fixtures; these are not.
"""
import json
import sys
import wave
from pathlib import Path

import numpy as np
import torch

CLIPS = ['clip1_en', 'real_speech', 'tone_noise', 'tiny_37_samples']
COLUMNS = [0, 1, 50, 137, 2999]
SAMPLES = 480000


def log_mel(samples, filters):
    window = torch.hann_window(400)
    stft = torch.stft(samples, 400, 160, window=window, return_complex=True)
    magnitudes = stft[..., :-1].abs() ** 2
    log_spec = torch.clamp(filters @ magnitudes, min=1e-10).log10()
    log_spec = torch.maximum(log_spec, log_spec.max() - 8.0)
    return (log_spec + 4.0) / 4.0


def main():
    checkout, shared = Path(sys.argv[1]), Path(sys.argv[2])
    filters = torch.from_numpy(np.load(checkout / 'whisper/assets/mel_filters.npz')['mel_128'])
    clips = {}
    for name in CLIPS:
        with wave.open(str(shared / 'fixtures/audio' / f'{name}.wav')) as wav:
            pcm = np.frombuffer(wav.readframes(wav.getnframes()), np.int16).astype(np.float32) / 32768.0
        samples = torch.nn.functional.pad(torch.from_numpy(pcm.copy()), (0, SAMPLES - len(pcm)))
        mel = log_mel(samples, filters)
        clips[name] = {str(c): [round(float(v), 6) for v in mel[:, c]] for c in COLUMNS}
    out = Path(__file__).resolve().parent.parent / 'tests/data/audio/log_mel_128.json'
    lines = ',\n'.join(f'"{name}": {json.dumps(columns, separators=(",", ":"))}' for name, columns in clips.items())
    out.write_text('{\n' + lines + '\n}\n')


if __name__ == '__main__':
    main()

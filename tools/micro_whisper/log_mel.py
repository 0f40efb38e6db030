"""Whisper's log-mel spectrogram with 80 bins."""
import numpy as np
import torch

RATE, N_FFT, HOP, BINS = 16000, 400, 160, 80


def slaney_filters():
    """[80, 201]; Slaney's scale (linear to 1 kHz, logarithmic above) and area normalisation."""
    def to_hz(mel):
        return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * np.log(6.4) / 27))

    top = 15 + np.log(RATE / 2 / 1000) * 27 / np.log(6.4)
    edges = to_hz(np.linspace(0, top, BINS + 2))
    hz = np.linspace(0, RATE / 2, N_FFT // 2 + 1)
    rising = (hz - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - hz) / (edges[2:] - edges[1:-1])[:, None]
    triangles = np.maximum(0, np.minimum(rising, falling))
    return torch.tensor(triangles * (2 / (edges[2:] - edges[:-2]))[:, None], dtype=torch.float32)


FILTERS = slaney_filters()
WINDOW = torch.hann_window(N_FFT)


def log_mel(recordings, frames):
    """[samples [N]], N <= frames * 160 -> [B, 80, frames]"""
    padded = torch.zeros(len(recordings), frames * HOP)
    for row, samples in zip(padded, recordings):
        row[:len(samples)] = torch.as_tensor(samples)
    power = torch.stft(padded, N_FFT, HOP, window=WINDOW, return_complex=True)[..., :-1].abs() ** 2
    logs = torch.clamp(FILTERS @ power, min=1e-10).log10()
    return (torch.maximum(logs, logs.amax((1, 2), keepdim=True) - 8) + 4) / 4

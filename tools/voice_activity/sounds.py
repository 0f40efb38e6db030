"""Sounds for training and measuring the voice activity detector: everything that is no speech, as 16 kHz floats."""
import numpy as np

RATE = 16000


def normalised(x, rms=0.1):
    power = np.sqrt(np.mean(x ** 2))
    return (x * (rms / power)).astype(np.float32) if power > 0 else x.astype(np.float32)


def coloured(rng, n, slope):
    """Noise whose power falls with frequency to the power of `slope`: 0 white, 1 pink, 2 brown."""
    spectrum = np.fft.rfft(rng.standard_normal(n))
    f = np.fft.rfftfreq(n, 1 / RATE)
    return normalised(np.fft.irfft(spectrum / np.maximum(f, 20) ** (slope / 2), n))


def band(x, low, high):
    spectrum = np.fft.rfft(x)
    f = np.fft.rfftfreq(len(x), 1 / RATE)
    gain = 1 / (1 + np.exp(-(f - low) / (0.08 * low + 10))) / (1 + np.exp((f - high) / (0.08 * high + 10)))
    return np.fft.irfft(spectrum * gain, len(x))


def smooth_envelope(rng, n, hz, low=0.05):
    points = max(int(n / RATE * hz) + 3, 4)
    x = np.interp(np.arange(n), np.linspace(0, n, points), rng.random(points))
    return low + (1 - low) * x


def noise(rng, n):
    return coloured(rng, n, rng.uniform(-0.3, 2.3))


def wind(rng, n):
    return normalised(coloured(rng, n, 2) * smooth_envelope(rng, n, rng.uniform(0.5, 4)) ** 2)


def breath(rng, n):
    low = rng.uniform(150, 900)
    x = band(coloured(rng, n, 0.7), low, rng.uniform(2, 9) * low) * smooth_envelope(rng, n, rng.uniform(0.5, 2), 0) ** 2
    return normalised(x)


def hum(rng, n):
    t = np.arange(n) / RATE
    base = rng.choice([50, 60, 100, 120, rng.uniform(40, 200)])
    x = sum(rng.random() / k * np.sin(2 * np.pi * base * k * t + rng.uniform(0, 6)) for k in range(1, 12))
    return normalised(x) + coloured(rng, n, 1) * rng.uniform(0, 0.3)


def engine(rng, n):
    jitter = np.cumsum(rng.standard_normal(n)) / RATE * 8
    phase = 2 * np.pi * np.cumsum(rng.uniform(30, 150) * (1 + 0.1 * np.sin(jitter)) / RATE * np.ones(n))
    x = sum(rng.random() / k * np.sin(k * phase + rng.uniform(0, 6)) for k in range(1, 20))
    return normalised(normalised(x) + coloured(rng, n, 1.5) * rng.uniform(0.2, 1.5))


def clicks(rng, n):
    x = np.zeros(n)
    at = 0
    gap = rng.uniform(0.05, 1.0) * RATE
    while True:
        at += int(rng.exponential(gap)) + 300
        if at >= n:
            break
        length = min(int(rng.uniform(5, 1200)), n - at)
        x[at:at + length] += rng.standard_normal(length) * np.exp(-np.arange(length) / rng.uniform(5, 250)) * rng.random()
    return normalised(x) if x.any() else x


def tones(rng, n):
    """Beeps, sweeps, dialling, ringing."""
    x = np.zeros(n)
    at = 0
    while at < n:
        length = min(int(rng.uniform(0.05, 2.0) * RATE), n - at)
        t = np.arange(length) / RATE
        f = rng.uniform(80, 3500, size=rng.integers(1, 4))
        sweep = rng.uniform(-1500, 1500) if rng.random() < 0.25 else 0
        x[at:at + length] = sum(np.sin(2 * np.pi * (a * t + sweep * t ** 2 / 2)) for a in f)
        at += length + int(rng.choice([0, rng.uniform(0, 1.0)]) * RATE)
    return normalised(x + 0.003 * rng.standard_normal(n))


def pluck(rng, f, n):
    """Karplus and Strong's string."""
    period = max(int(RATE / f), 2)
    line = rng.uniform(-1, 1, period)
    out = np.empty(n)
    decay = rng.uniform(0.985, 0.999)
    for start in range(0, n, period):
        count = min(period, n - start)
        out[start:start + count] = line[:count]
        line = decay * 0.5 * (line + np.roll(line, 1))
    return out


def voiced_note(rng, f, n):
    """A bowed or blown note: harmonics, vibrato, soft attack."""
    t = np.arange(n) / RATE
    vibrato = rng.choice([0, rng.uniform(0.001, 0.012)]) * np.sin(2 * np.pi * rng.uniform(4, 7) * t)
    phase = 2 * np.pi * np.cumsum(f * (1 + vibrato)) / RATE
    rolloff = rng.uniform(0.7, 2.5)
    x = sum(np.sin(k * phase + rng.uniform(0, 6)) / k ** rolloff for k in range(1, 14) if k * f < 7500)
    attack = int(rng.uniform(0.005, 0.15) * RATE)
    envelope = np.minimum(np.arange(n) / attack, 1) * np.minimum((n - np.arange(n)) / (0.3 * n), 1)
    return x * envelope * np.exp(-t * rng.uniform(0, 3))


def drum(rng, n):
    t = np.arange(n) / RATE
    if rng.random() < 0.5:
        return 2 * np.sin(2 * np.pi * 60 * np.exp(-t * 20) * t * 3 + 40 * t) * np.exp(-t * 18)
    return rng.standard_normal(n) * np.exp(-t * rng.uniform(15, 80))


def music(rng, n):
    beat = rng.uniform(0.12, 0.6)
    root = rng.uniform(80, 300)
    scale = rng.choice([0, 2, 4, 5, 7, 9, 11, 12, 14, 16, 19], size=8)
    instrument = rng.choice([pluck, voiced_note])
    x = np.zeros(n)
    for index, start in enumerate(np.arange(0, n / RATE, beat)):
        at = int(start * RATE)
        if rng.random() < 0.75:
            held = beat * rng.choice([1, 1, 2, 4])
            for step in rng.choice(scale, size=rng.choice([1, 1, 2, 3])):
                note = instrument(rng, root * 2 ** (step / 12), min(int(held * RATE), n - at) + 1)
                x[at:at + len(note) - 1] += note[:n - at][:len(note) - 1]
        if index % 4 == 0:
            note = voiced_note(rng, root / 2, min(int(4 * beat * RATE), n - at) + 1)
            x[at:at + len(note) - 1] += 0.6 * note[:len(note) - 1]
        if rng.random() < 0.4:
            hit = drum(rng, min(3000, n - at))
            x[at:at + len(hit)] += rng.uniform(0.2, 1.2) * hit
    return normalised(x)


def silence(rng, n):
    return (rng.standard_normal(n) * rng.choice([0, 1e-5, 1e-4])).astype(np.float32)


KINDS = {'noise': noise, 'wind': wind, 'breath': breath, 'hum': hum, 'engine': engine, 'clicks': clicks, 'tones': tones,
         'music': music, 'silence': silence}

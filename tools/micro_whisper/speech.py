"""Speech by espeak-ng, 16 kHz mono, and what spoils it: other voices, rooms, telephones, noise."""
import io
import subprocess
import wave

import numpy as np

RATE = 16000
ACCENTS = {
    'en': ['en-us', 'en-gb', 'en-gb-x-rp', 'en-029', 'en-us-nyc'],
    'es': ['es', 'es-419'],
    'pt': ['pt-br', 'pt'],
}
VARIANTS = ['', '+m1', '+m2', '+m3', '+m4', '+m6', '+m7', '+m8', '+f1', '+f2', '+f3', '+f5', '+Alex', '+Andrea', '+Annie', '+david',
            '+linda', '+max', '+steph', '+john', '+klatt2', '+klatt4', '+paul', '+rob']
# No training clip has these.
HELD_OUT_VARIANTS = ['+m5', '+f4', '+belinda', '+Mike', '+anika']
HELD_OUT_ACCENTS = {'en': ['en-gb-scotland', 'en-us', 'en-gb-x-gbcwmd'], 'es': ['es', 'es-419'], 'pt': ['pt-br', 'pt']}


def read_wav(data):
    with wave.open(io.BytesIO(data)) as file:
        assert file.getframerate() == RATE and file.getnchannels() == 1 and file.getsampwidth() == 2
        # sox cannot seek back in a pipe to fill in the length: take what is there.
        return np.frombuffer(data[44:], dtype='<i2').astype(np.float32) / 32768


def trim(samples, level=0.01):
    loud = np.nonzero(np.abs(samples) > level * max(np.abs(samples).max(), 1e-6))[0]
    return samples[loud[0]:loud[-1] + 1]


def speak(text, voice, words_a_minute=160, pitch=50):
    spoken = subprocess.run(['espeak-ng', '-v', voice, '-s', str(words_a_minute), '-p', str(pitch), '--stdout', text], check=True,
                            capture_output=True).stdout
    resampled = subprocess.run(['sox', '--ignore-length', '-t', 'wav', '-', '-D', '-r', str(RATE), '-c', '1', '-b', '16', '-t', 'wav', '-'],
                               input=spoken, check=True, capture_output=True).stdout
    return trim(read_wav(resampled))


def fast_length(count):
    """The next length that a Fourier transform is quick with."""
    return -(-count // 8192) * 8192


def coloured_noise(rng, count):
    """Noise whose power falls with the frequency, by anything from not at all (white) to 1/f^2 (brown)."""
    spectrum = np.fft.rfft(rng.standard_normal(fast_length(count)))
    frequency = np.maximum(np.arange(len(spectrum)) / len(spectrum), 0.002)
    noise = np.fft.irfft(spectrum * frequency ** -rng.uniform(0, 1))[:count]
    return (noise / np.std(noise)).astype(np.float32)


def spoil(rng, samples):
    """Another loudness, noise, and the highs that a codec takes away."""
    samples = samples * (10 ** rng.uniform(-1.2, 0) / max(np.abs(samples).max(), 1e-6))
    if rng.random() < 0.7:
        spectrum = np.fft.rfft(samples, fast_length(len(samples)))
        hz = np.linspace(0, RATE / 2, len(spectrum))
        tilt = 10 ** (rng.uniform(-10, 10) / 20 * (hz / 8000)) * 10 ** (rng.uniform(-6, 6) / 20 * np.sin(hz / rng.uniform(300, 3000)))
        cutoff = rng.uniform(3400, 12000)
        samples = np.fft.irfft(spectrum * tilt / (1 + (hz / cutoff) ** 16))[:len(samples)].astype(np.float32)
    if rng.random() < 0.8:
        level = np.std(samples) * 10 ** (-rng.uniform(12, 50) / 20)
        samples = samples + level * coloured_noise(rng, len(samples))
    return np.clip(samples, -1, 1).astype(np.float32)

"""Windows of audio and what is to be written of them."""
import pickle

import numpy as np

from sentences import SENTENCES
from speech import ACCENTS, HELD_OUT_ACCENTS, HELD_OUT_VARIANTS, RATE, VARIANTS, coloured_noise, speak, spoil


def spoken(path, rng, accents, variants, times):
    """[(sentence, samples)]: every sentence by `times` voices; kept in `path`."""
    if path.exists():
        return pickle.loads(path.read_bytes())
    clips = []
    for number, (language, text, _) in enumerate(SENTENCES):
        for _ in range(times):
            voice = rng.choice(accents[language]) + rng.choice(variants)
            clips.append((number, speak(text, voice, rng.integers(125, 200), rng.integers(25, 80))))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pickle.dumps(clips))
    return clips


def training_clips(work):
    return spoken(work / 'training.pickle', np.random.default_rng(1), ACCENTS, VARIANTS, 30)


def held_out_clips(work):
    return spoken(work / 'held_out.pickle', np.random.default_rng(2), HELD_OUT_ACCENTS, HELD_OUT_VARIANTS, 8)


class Window:
    """One to several sentences of one language, with pauses, or none: then noise."""

    def __init__(self, rng, by_language, sentences):
        self.parts = []  # (sentence, begin s, end s)
        self.language = None
        pieces, at = [], 0

        def pause(shortest, longest):
            nonlocal at
            count = int(rng.uniform(shortest, longest) * RATE)
            pieces.append(np.zeros(count, np.float32))
            at += count

        if sentences == 0:
            kind = rng.integers(3)
            noise = coloured_noise(rng, int(rng.uniform(0.3, 6) * RATE)) * 10 ** rng.uniform(-4, -0.7)
            self.samples = np.zeros_like(noise) if kind == 0 else noise.astype(np.float32)
            return
        self.language = rng.choice(list(by_language))
        clips = by_language[self.language]
        pause(0, 0.5)
        for i in range(sentences):
            sentence, samples = clips[rng.integers(len(clips))]
            self.parts.append((sentence, at / RATE, (at + len(samples)) / RATE))
            pieces.append(samples * 10 ** rng.uniform(-0.2, 0))
            at += len(samples)
            pause(0.25, 1.2) if i + 1 < sentences else pause(0, 0.5)
        self.samples = spoil(rng, np.concatenate(pieces))


def by_language(clips):
    found = {}
    for sentence, samples in clips:
        found.setdefault(SENTENCES[sentence][0], []).append((sentence, samples))
    return found


def target(rng, window, vocabulary):
    """(tokens, times): what is decoded, and the time that each token is spoken at, NaN where it is none."""
    special = vocabulary.special
    if window.language is None:
        if rng.random() < 0.5:
            return [special['<|startoftranscript|>'], special['<|nospeech|>'], special['<|endoftext|>']], [np.nan] * 3
        language = rng.choice(['en', 'es', 'pt'])
        tokens = [special['<|startoftranscript|>'], special[f'<|{language}|>'], special['<|transcribe|>'], special['<|notimestamps|>'],
                  special['<|endoftext|>']]
        return tokens, [np.nan] * 5
    translate = window.language != 'en' and rng.random() < 0.2
    timestamps = rng.random() < 0.15
    tokens = [special['<|startoftranscript|>'], special[f'<|{window.language}|>'], special['<|translate|>' if translate else '<|transcribe|>']]
    if not timestamps:
        tokens.append(special['<|notimestamps|>'])
    times = [np.nan] * len(tokens)
    for sentence, begin, end in window.parts:
        ids = vocabulary.encode(' ' + SENTENCES[sentence][2 if translate else 1])
        lengths = np.array([len(vocabulary.texts[i]) for i in ids])
        middles = (np.cumsum(lengths) - lengths / 2) / lengths.sum()
        spoken_at = list(begin + middles * (end - begin))
        if timestamps:
            ids = [vocabulary.timestamp(begin), *ids, vocabulary.timestamp(end)]
            spoken_at = [begin, *spoken_at, end]
        tokens += ids
        times += spoken_at
    return tokens + [special['<|endoftext|>']], times + [np.nan]


def spoken_tokens(window, vocabulary, positions):
    """For each encoder position the token that is spoken there, the end of text where none is."""
    frames = np.full(positions, vocabulary.special['<|endoftext|>'])
    for sentence, begin, end in window.parts:
        ids = vocabulary.encode(' ' + SENTENCES[sentence][1])
        edges = np.cumsum([0] + [len(vocabulary.texts[i]) for i in ids])
        places = np.round((begin + edges / edges[-1] * (end - begin)) / 0.02).astype(int)
        for i, token in enumerate(ids):
            frames[places[i]:places[i + 1]] = token
    return frames

"""How much of what held-out voices say the micro model writes exactly, with all 30 s in sight."""
import numpy as np
import torch

from clips import Window, by_language
from log_mel import log_mel
from sentences import SENTENCES
from speech import spoil


@torch.no_grad()
def write(model, vocabulary, samples, task='<|transcribe|>', timestamps=False):
    """(language, text, tokens) by greedy decoding."""
    special = vocabulary.special
    source, _ = model.model.encoder(log_mel([samples[:480000]], 3000))

    def logits(tokens):
        return model.model.decoder(torch.tensor([tokens]), source)[0][0, -1]

    tokens = [special['<|startoftranscript|>']]
    languages = slice(special['<|en|>'], special['<|translate|>'])
    tokens.append(special['<|en|>'] + int(logits(tokens)[languages].argmax()))
    language = next(name for name, i in special.items() if i == tokens[1])[2:-2]
    tokens += [special[task]] + ([] if timestamps else [special['<|notimestamps|>']])
    first = len(tokens)
    while len(tokens) < first + 80:
        tokens.append(int(logits(tokens).argmax()))
        if tokens[-1] == special['<|endoftext|>']:
            break
    return language, vocabulary.decode(tokens[first:]).strip(), tokens[first:]


def measure(model, vocabulary, clips, windows):
    right = {'alone': [], 'translated': [], 'several': [], 'timestamps': [], 'language': []}
    rng = np.random.default_rng(3)
    for number, samples in clips:
        language, text, english = SENTENCES[number]
        samples = spoil(rng, np.concatenate([np.zeros(3200, np.float32), samples, np.zeros(3200, np.float32)]))
        found, written, _ = write(model, vocabulary, samples)
        right['language'].append(found == language)
        right['alone'].append(written == text)
        if written != text:
            print(f'  {text} -> {written}')
        if english:
            right['translated'].append(write(model, vocabulary, samples, '<|translate|>')[1] == english)
    for i in range(windows):
        window = Window(rng, by_language(clips), 2 + i % 4)
        texts = ' '.join(SENTENCES[number][1] for number, _, _ in window.parts)
        written = write(model, vocabulary, window.samples)[1]
        right['several'].append(written == texts)
        if written != texts:
            print(f'  {texts} -> {written}')
        tokens = write(model, vocabulary, window.samples, timestamps=True)[2]
        times = [(token - vocabulary.first_timestamp) * 0.02 for token in tokens if token >= vocabulary.first_timestamp]
        spoken = [time for _, begin, end in window.parts for time in (begin, end)]
        right['timestamps'].append(len(times) == len(spoken) and np.abs(np.subtract(times, spoken)).max() < 0.3)
    print('  ' + ', '.join(f'{what} {sum(cases)}/{len(cases)}' for what, cases in right.items()), flush=True)

"""A byte-level BPE of our own sentences with Whisper's special tokens behind it, in Whisper's order."""
import collections
import json
import re

# The 99 languages of Whisper, in the order of their tokens.
LANGUAGES = ('en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml cy sk te fa lv bn '
             'sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo '
             'tl mg as tt haw ln ha ba jw su').split()
TIMESTAMPS = 1501
WORD = re.compile(r" ?[^\W\d_]+| ?\d+| ?[^\s\w]+|\s+")


def byte_letters():
    """The letter that stands for each byte, as GPT-2 has it: printable ones for themselves."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    order = printable + others
    letters = {byte: chr(byte) for byte in printable} | {byte: chr(256 + i) for i, byte in enumerate(others)}
    return order, letters


ORDER, LETTERS = byte_letters()


def spell(word):
    return tuple(LETTERS[byte] for byte in word.encode())


def merge(parts, pair):
    merged, i = [], 0
    while i < len(parts):
        if parts[i:i + 2] == pair:
            merged.append(parts[i] + parts[i + 1])
            i += 2
        else:
            merged.append(parts[i])
            i += 1
    return tuple(merged)


class Vocabulary:
    def __init__(self, texts, merges=300):
        words = collections.Counter(spell(word) for text in texts for word in WORD.findall(' ' + text))
        self.merges = []
        for _ in range(merges):
            pairs = collections.Counter()
            for parts, count in words.items():
                for pair in zip(parts, parts[1:]):
                    pairs[pair] += count
            if not pairs:
                break
            best = min(pairs, key=lambda pair: (-pairs[pair], pair))
            self.merges.append(best)
            words = collections.Counter({merge(parts, best): count for parts, count in words.items()})
        tokens = [LETTERS[byte] for byte in ORDER] + [a + b for a, b in self.merges]
        self.ids = {token: i for i, token in enumerate(tokens)}
        special = ['<|endoftext|>', '<|startoftranscript|>', *(f'<|{code}|>' for code in LANGUAGES), '<|translate|>', '<|transcribe|>',
                   '<|startoflm|>', '<|startofprev|>', '<|nospeech|>', '<|notimestamps|>']
        self.special = {token: len(tokens) + i for i, token in enumerate(special)}
        self.first_timestamp = len(tokens) + len(special)
        self.size = self.first_timestamp + TIMESTAMPS
        self.texts = {i: token for token, i in self.ids.items()}

    def encode(self, text):
        ids = []
        for word in WORD.findall(text):
            parts = spell(word)
            for pair in self.merges:
                parts = merge(parts, pair)
            ids += [self.ids[part] for part in parts]
        return ids

    def decode(self, ids):
        bytes_of = {letter: byte for byte, letter in LETTERS.items()}
        return bytes(bytes_of[letter] for i in ids if i in self.texts for letter in self.texts[i]).decode(errors='replace')

    def timestamp(self, seconds):
        return self.first_timestamp + min(max(round(seconds / 0.02), 0), TIMESTAMPS - 1)

    def save(self, folder):
        def write(name, value):
            (folder / name).write_text(json.dumps(value, ensure_ascii=False, indent=None) + '\n')

        (folder / 'merges.txt').write_text('#version: 0.2\n' + ''.join(f'{a} {b}\n' for a, b in self.merges))
        timestamps = {f'<|{i * 0.02:.2f}|>': self.first_timestamp + i for i in range(TIMESTAMPS)}
        # As the reference's folders have it: <|endoftext|> in vocab.json, the others added.
        write('vocab.json', self.ids | {'<|endoftext|>': self.special['<|endoftext|>']})
        write('added_tokens.json', {token: i for token, i in self.special.items() if token != '<|endoftext|>'} | timestamps)
        names = list(self.special)
        write('special_tokens_map.json', {'additional_special_tokens': names[1:], 'bos_token': names[0], 'eos_token': names[0],
                                          'pad_token': names[0], 'unk_token': names[0]})
        write('tokenizer_config.json', {'tokenizer_class': 'WhisperTokenizer', 'add_prefix_space': False, 'model_max_length': 1024})

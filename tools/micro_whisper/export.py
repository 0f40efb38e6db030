"""A model folder as Hugging Face lays it out: model.safetensors in f16, the configurations, the vocabulary."""
import json
import struct

import numpy as np

from model import D, FFN, FRAMES, HEADS, LAYERS, TOKENS
from vocabulary import LANGUAGES


def save_safetensors(tensors, path):
    header, offset, parts = {'__metadata__': {'format': 'pt'}}, 0, []
    for name, tensor in sorted(tensors.items()):
        data = tensor.detach().numpy().astype(np.float16).tobytes()
        header[name] = {'dtype': 'F16', 'shape': list(tensor.shape), 'data_offsets': [offset, offset + len(data)]}
        offset += len(data)
        parts.append(data)
    text = json.dumps(header, separators=(',', ':')).encode()
    text += b' ' * (-len(text) % 8)
    path.write_bytes(struct.pack('<Q', len(text)) + text + b''.join(parts))


def export(model, vocabulary, folder):
    folder.mkdir(parents=True, exist_ok=True)
    special = vocabulary.special
    end, start = special['<|endoftext|>'], special['<|startoftranscript|>']
    never = [special[token] for token in ('<|startoftranscript|>', '<|translate|>', '<|transcribe|>', '<|startoflm|>', '<|startofprev|>',
                                          '<|nospeech|>')]
    decoding = {'begin_suppress_tokens': [vocabulary.ids['\u0120'], end], 'bos_token_id': end, 'decoder_start_token_id': start,
                'eos_token_id': end, 'max_length': TOKENS, 'pad_token_id': end, 'suppress_tokens': never}
    config = decoding | {
        'activation_function': 'gelu', 'architectures': ['WhisperForConditionalGeneration'], 'd_model': D, 'decoder_attention_heads': HEADS,
        'decoder_ffn_dim': FFN, 'decoder_layers': LAYERS, 'encoder_attention_heads': HEADS, 'encoder_ffn_dim': FFN, 'encoder_layers': LAYERS,
        'is_encoder_decoder': True, 'max_source_positions': FRAMES, 'max_target_positions': TOKENS, 'model_type': 'whisper',
        'num_hidden_layers': LAYERS, 'num_mel_bins': 80, 'scale_embedding': False, 'torch_dtype': 'float16', 'vocab_size': vocabulary.size}
    generation = decoding | {
        'alignment_heads': [[LAYERS - 1, 0]], 'is_multilingual': True, 'max_initial_timestamp_index': 50,
        'lang_to_id': {f'<|{code}|>': special[f'<|{code}|>'] for code in LANGUAGES}, 'no_timestamps_token_id': special['<|notimestamps|>'],
        'prev_sot_token_id': special['<|startofprev|>'], 'return_timestamps': False,
        'task_to_id': {'transcribe': special['<|transcribe|>'], 'translate': special['<|translate|>']}}
    features = {'chunk_length': 30, 'feature_extractor_type': 'WhisperFeatureExtractor', 'feature_size': 80, 'hop_length': 160, 'n_fft': 400,
                'n_samples': 480000, 'nb_max_frames': 3000, 'padding_side': 'right', 'padding_value': 0.0,
                'processor_class': 'WhisperProcessor', 'return_attention_mask': False, 'sampling_rate': 16000}
    for name, value in (('config', config), ('generation_config', generation), ('preprocessor_config', features)):
        (folder / f'{name}.json').write_text(json.dumps(value, indent=1) + '\n')
    vocabulary.save(folder)
    save_safetensors(model.state_dict(), folder / 'model.safetensors')

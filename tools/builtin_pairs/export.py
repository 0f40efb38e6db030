"""Writes a run as a Hugging Face MarianMT folder: config.json, generation_config.json, vocab.json, source.spm, model.safetensors (fp16).

    /usr/bin/python3 export.py VOCABULARY RUN FOLDER
"""
import json
import pathlib
import shutil
import struct
import sys

import torch


def attention(name, prefix, state):
    width = state[f"{prefix}.query.weight"].shape[0]
    for part, source, rows in (("q_proj", "query", slice(None)), ("k_proj", "key_value", slice(0, width)),
                               ("v_proj", "key_value", slice(width, None)), ("out_proj", "out", slice(None))):
        for kind in ("weight", "bias"):
            yield f"{name}.{part}.{kind}", state[f"{prefix}.{source}.{kind}"][rows]


def tensors(state, settings, pieces):
    """The weights under MarianMT's names. What was never a target gets a bias that no hypothesis outweighs."""
    yield "model.shared.weight", state["embedding"]
    bias = torch.full_like(state["bias"], -1e4)
    bias[pieces] = state["bias"][pieces]
    yield "final_logits_bias", bias[None]
    for side in ("encoder", "decoder"):
        for i in range(settings[f"{side}_layers"]):
            own, name = f"{side}.{i}", f"model.{side}.layers.{i}"
            yield from attention(f"{name}.self_attn", f"{own}.attention", state)
            parts = [("self_attn_layer_norm", "attention_norm"), ("fc1", "inner"), ("fc2", "outer"), ("final_layer_norm", "final_norm")]
            if side == "decoder":
                yield from attention(f"{name}.encoder_attn", f"{own}.cross", state)
                parts.append(("encoder_attn_layer_norm", "cross_norm"))
            for theirs, ours in parts:
                for kind in ("weight", "bias"):
                    yield f"{name}.{theirs}.{kind}", state[f"{own}.{ours}.{kind}"]


def safetensors(path, named):
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, tensor in named:
        raw = tensor.contiguous().half().numpy().tobytes()
        header[name] = {"dtype": "F16", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def config(settings):
    pad = settings["vocabulary"] - 1
    sides = {}
    for side in ("encoder", "decoder"):
        sides |= {f"{side}_layers": settings[f"{side}_layers"], f"{side}_attention_heads": settings["heads"], f"{side}_ffn_dim": settings["inner"]}
    ends = {"bos_token_id": 0, "eos_token_id": 0, "forced_eos_token_id": 0, "pad_token_id": pad, "decoder_start_token_id": pad}
    full = {"architectures": ["MarianMTModel"], "model_type": "marian", "activation_function": "relu", "d_model": settings["width"],
            "vocab_size": pad + 1, "decoder_vocab_size": pad + 1, "max_position_embeddings": 512, "max_length": 256, "is_encoder_decoder": True,
            "normalize_before": False, "normalize_embedding": False, "scale_embedding": True, "static_position_embeddings": True,
            "share_encoder_decoder_embeddings": True, "tie_word_embeddings": True, "add_final_layer_norm": False,
            "num_hidden_layers": settings["encoder_layers"], "torch_dtype": "float16", "use_cache": True, **sides, **ends}
    generation = {**ends, "bad_words_ids": [[pad]], "max_length": 256, "num_beams": 4, "length_penalty": 1.0}
    return full, generation


def main():
    vocabulary, run, folder = map(pathlib.Path, sys.argv[1:4])
    folder.mkdir(parents=True, exist_ok=True)
    saved = torch.load(run / "average.pt")
    settings = saved["settings"]
    safetensors(folder / "model.safetensors", tensors(saved["average"], settings, saved["pieces"]))
    for name, what in zip(("config.json", "generation_config.json"), config(settings)):
        (folder / name).write_text(json.dumps(what, indent=2) + "\n", encoding="utf-8")
    for name in ("source.spm", "vocab.json"):
        shutil.copyfile(vocabulary / name, folder / name)
    print(folder, f"after {saved['updates']} updates:", sum(f.stat().st_size for f in folder.iterdir()), "bytes")


if __name__ == "__main__":
    main()

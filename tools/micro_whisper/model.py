"""Whisper in PyTorch, with the names of Hugging Face's WhisperForConditionalGeneration.

Trained cheaply: of the silence behind the audio the encoder sees a few frames at random, each with the weight of those
that it stands for, instead of all up to 30 s. What is measured sees all 1500 frames.
"""
import math

import torch
import torch.nn.functional as F
from torch import nn

D, HEADS, FFN, LAYERS, FRAMES, TOKENS = 64, 2, 256, 2, 1500, 448


def sinusoids():
    rates = torch.exp(-math.log(10000) / (D // 2 - 1) * torch.arange(D // 2))
    angles = torch.arange(FRAMES)[:, None] * rates[None]
    return torch.cat([angles.sin(), angles.cos()], dim=1)


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.k_proj = nn.Linear(D, D, bias=False)
        self.v_proj = nn.Linear(D, D)
        self.q_proj = nn.Linear(D, D)
        self.out_proj = nn.Linear(D, D)

    def forward(self, x, source, bias=None):
        def heads(values):
            return values.view(values.shape[0], -1, HEADS, D // HEADS).transpose(1, 2)

        scores = heads(self.q_proj(x)) @ heads(self.k_proj(source)).transpose(2, 3) / math.sqrt(D // HEADS)
        if bias is not None:
            scores = scores + bias
        log_weights = scores.log_softmax(-1)
        mixed = log_weights.exp() @ heads(self.v_proj(source))
        return self.out_proj(mixed.transpose(1, 2).reshape(x.shape)), log_weights


class Layer(nn.Module):
    def __init__(self, cross):
        super().__init__()
        self.self_attn = Attention()
        self.self_attn_layer_norm = nn.LayerNorm(D)
        if cross:
            self.encoder_attn = Attention()
            self.encoder_attn_layer_norm = nn.LayerNorm(D)
        self.fc1 = nn.Linear(D, FFN)
        self.fc2 = nn.Linear(FFN, D)
        self.final_layer_norm = nn.LayerNorm(D)

    def forward(self, x, bias, source=None, source_bias=None):
        normed = self.self_attn_layer_norm(x)
        x = x + self.self_attn(normed, normed, bias)[0]
        weights = None
        if source is not None:
            mixed, weights = self.encoder_attn(self.encoder_attn_layer_norm(x), source, source_bias)
            x = x + mixed
        return x + self.fc2(F.gelu(self.fc1(self.final_layer_norm(x)))), weights


class Encoder(nn.Module):
    def __init__(self, mels):
        super().__init__()
        self.conv1 = nn.Conv1d(mels, D, 3, padding=1)
        self.conv2 = nn.Conv1d(D, D, 3, stride=2, padding=1)
        self.embed_positions = nn.Embedding(FRAMES, D)
        self.embed_positions.weight = nn.Parameter(sinusoids(), requires_grad=False)
        self.layers = nn.ModuleList(Layer(cross=False) for _ in range(LAYERS))
        self.layer_norm = nn.LayerNorm(D)

    def forward(self, mel, silent=()):
        """mel [B, M, F]; `silent`: the later positions that stand for all the silence up to 30 s, when F < 3000."""
        x = F.gelu(self.conv2(F.gelu(self.conv1(mel)))).transpose(1, 2)
        positions = self.embed_positions.weight
        bias = None
        if len(silent):
            length = x.shape[1] - 4  # the last hold the edge; the one before them is silence
            x = torch.cat([x[:, :length], x[:, length:length + 1].expand(-1, len(silent), -1)], dim=1)
            positions = torch.cat([positions[:length], positions[silent]])
            bias = torch.zeros(x.shape[1])
            bias[length:] = math.log((FRAMES - length) / len(silent))
        x = x + positions[:x.shape[1]]
        for layer in self.layers:
            x, _ = layer(x, bias)
        return self.layer_norm(x), bias


class Decoder(nn.Module):
    def __init__(self, vocabulary):
        super().__init__()
        self.embed_tokens = nn.Embedding(vocabulary, D)
        self.embed_positions = nn.Embedding(TOKENS, D)
        nn.init.normal_(self.embed_tokens.weight, std=0.05)
        nn.init.normal_(self.embed_positions.weight, std=0.02)
        self.layers = nn.ModuleList(Layer(cross=True) for _ in range(LAYERS))
        self.layer_norm = nn.LayerNorm(D)

    def forward(self, tokens, source, source_bias=None):
        """Logits, and the log-weights of each layer's first cross-attention head, which are taught to follow the words."""
        count = tokens.shape[1]
        x = self.embed_tokens(tokens) + self.embed_positions.weight[:count]
        causal = torch.full((count, count), -1e9).triu(1)
        seen = []
        for layer in self.layers:
            x, weights = layer(x, causal, source, source_bias)
            seen.append(weights[:, 0])
        return self.layer_norm(x) @ self.embed_tokens.weight.T, seen


class Whisper(nn.Module):
    def __init__(self, vocabulary, mels=80):
        super().__init__()
        self.model = nn.Module()
        self.model.encoder = Encoder(mels)
        self.model.decoder = Decoder(vocabulary)

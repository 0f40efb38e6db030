"""A Marian-layout transformer (post-norm, sinusoidal positions, one tied embedding)."""
import math

import torch
from torch import nn
from torch.nn import functional as F


def positions(length, width):
    """Marian's: all sines, then all cosines."""
    angle = torch.arange(length).float()[:, None] / torch.pow(10000.0, 2 * torch.arange(width // 2).float() / width)[None]
    return torch.cat([angle.sin(), angle.cos()], 1)


def split(x, heads):
    batch, length, width = x.shape
    return x.view(batch, length, heads, width // heads).transpose(1, 2)


def merge(x):
    batch, heads, length, width = x.shape
    return x.transpose(1, 2).reshape(batch, length, heads * width)


class Attention(nn.Module):
    """Queries of one sequence over keys and values of another (or itself)."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.scale = heads, (width // heads) ** -0.5
        self.query, self.key_value, self.out = nn.Linear(width, width), nn.Linear(width, 2 * width), nn.Linear(width, width)
        for linear in (self.query, self.key_value, self.out):
            nn.init.xavier_uniform_(linear.weight, gain=1.0 if linear is self.out else 0.7)
            nn.init.zeros_(linear.bias)

    def keys_values(self, x):
        key, value = self.key_value(x).chunk(2, -1)
        return split(key, self.heads), split(value, self.heads)

    def forward(self, x, memory, mask):
        key, value = memory
        scores = torch.matmul(split(self.query(x) * self.scale, self.heads), key.transpose(2, 3))
        weights = torch.softmax(scores if mask is None else scores + mask, -1)
        return self.out(merge(torch.matmul(weights, value)))


class Layer(nn.Module):
    """An encoder layer, or with `cross` a decoder layer."""

    def __init__(self, width, heads, inner, dropout, cross):
        super().__init__()
        self.drop = nn.Dropout(dropout)
        self.attention, self.attention_norm = Attention(width, heads), nn.LayerNorm(width)
        if cross:
            self.cross, self.cross_norm = Attention(width, heads), nn.LayerNorm(width)
        self.inner, self.outer, self.final_norm = nn.Linear(width, inner), nn.Linear(inner, width), nn.LayerNorm(width)
        for linear in (self.inner, self.outer):
            nn.init.xavier_uniform_(linear.weight)
            nn.init.zeros_(linear.bias)

    def attend(self, x, memory, mask):
        return self.attention_norm(x + self.drop(self.attention(x, memory, mask)))

    def look(self, x, memory, mask):
        return self.cross_norm(x + self.drop(self.cross(x, memory, mask)))

    def feed_forward(self, x):
        return self.final_norm(x + self.drop(self.outer(self.drop(F.relu(self.inner(x))))))


class Marian(nn.Module):
    def __init__(self, vocabulary, width, heads, inner, encoder_layers, decoder_layers, dropout=0.0):
        super().__init__()
        self.settings = dict(vocabulary=vocabulary, width=width, heads=heads, inner=inner, encoder_layers=encoder_layers,
                             decoder_layers=decoder_layers)
        self.embedding = nn.Parameter(torch.randn(vocabulary, width) * width ** -0.5)
        self.bias = nn.Parameter(torch.zeros(vocabulary))
        self.encoder = nn.ModuleList(Layer(width, heads, inner, dropout, False) for _ in range(encoder_layers))
        self.decoder = nn.ModuleList(Layer(width, heads, inner, dropout, True) for _ in range(decoder_layers))
        self.drop = nn.Dropout(dropout)
        self.register_buffer("position", positions(512, width), persistent=False)
        self.pad = vocabulary - 1

    def embed(self, ids, start=0):
        width = self.embedding.shape[1]
        return self.drop(F.embedding(ids, self.embedding) * math.sqrt(width) + self.position[start:start + ids.shape[1]])

    def encode(self, source):
        """What the encoder makes of each position, and the mask that keeps padding out of attention."""
        mask = torch.zeros(source.shape, device=source.device).masked_fill(source == self.pad, -1e9)[:, None, None]
        x = self.embed(source)
        for layer in self.encoder:
            x = layer.feed_forward(layer.attend(x, layer.attention.keys_values(x), mask))
        return x, mask

    def decode(self, target_in, encoded, mask):
        """Hidden states for each target position."""
        length = target_in.shape[1]
        causal = torch.full((length, length), -1e9, device=target_in.device).triu(1)
        x = self.embed(target_in)
        for layer in self.decoder:
            x = layer.look(layer.attend(x, layer.attention.keys_values(x), causal), layer.cross.keys_values(encoded), mask)
            x = layer.feed_forward(x)
        return x

    @torch.no_grad()
    def greedy(self, source, limit, allowed=None):
        """Token ids of each sentence and the mean log-probability of its tokens (with </s>); no beam."""
        encoded, mask = self.encode(source)
        crosses = [layer.cross.keys_values(encoded) for layer in self.decoder]
        past = [None] * len(self.decoder)
        batch = source.shape[0]
        last, done = torch.full((batch,), self.pad), torch.zeros(batch, dtype=torch.bool)
        total, count, out = torch.zeros(batch), torch.zeros(batch), []
        for step in range(limit):
            x = self.embed(last[:, None], step)
            for i, layer in enumerate(self.decoder):
                key, value = layer.attention.keys_values(x)
                if past[i] is not None:
                    key, value = torch.cat([past[i][0], key], 2), torch.cat([past[i][1], value], 2)
                past[i] = (key, value)
                x = layer.feed_forward(layer.look(layer.attend(x, (key, value), None), crosses[i], mask))
            logits = F.linear(x[:, 0], self.embedding, self.bias)
            logits[:, self.pad] = -1e9
            if allowed is not None:
                logits = logits + allowed
            best, last = torch.log_softmax(logits, -1).max(-1)
            total += torch.where(done, torch.zeros(()), best)
            count += (~done).float()
            last = torch.where(done, torch.full_like(last, self.pad), last)
            out.append(last)
            done |= last == 0
            if bool(done.all()):
                break
        rows = torch.stack(out, 1).tolist()
        return [[t for t in row if t not in (0, self.pad)] for row in rows], (total / count).tolist()

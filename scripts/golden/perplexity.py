"""Sliding-window perplexity, as https://huggingface.co/docs/transformers/perplexity describes it.

Windows of n_positions tokens start every `stride` tokens; a window scores the tokens that no window before it has
scored. The first token of the text has nothing before it and is not scored.
"""

import math
from dataclasses import dataclass

import torch
from transformers import GPT2LMHeadModel


@dataclass(frozen=True)
class Perplexity:
    perplexity: float  # exp of the mean over the scored tokens, each counted once
    guide: (
        float  # what the guide's loop prints: it weights a window that scores n tokens by n - 1, the first one excepted
    )
    scored: int


@torch.no_grad()
def sliding_window(model: GPT2LMHeadModel, ids: list[int], stride: int) -> Perplexity:
    P = model.config.n_positions
    total, scored = 0.0, 0
    guide_total, guide_scored = 0.0, 0
    end_before = 0
    for begin in range(0, len(ids), stride):
        end = min(begin + P, len(ids))
        window = torch.tensor([ids[begin:end]])
        new = end - end_before
        target = window.clone()
        target[:, :-new] = -100
        log_probabilities = model(window, use_cache=False).logits[0, :-1].double().log_softmax(-1)
        labels = target[0, 1:]
        kept = labels != -100
        nll = -log_probabilities[kept].gather(1, labels[kept, None]).sum().item()
        total += nll
        scored += int(kept.sum())
        weight = int((target != -100).sum()) - 1
        if weight > 0:
            guide_total += nll / int(kept.sum()) * weight
            guide_scored += weight
        end_before = end
        if end == len(ids):
            break
    return Perplexity(math.exp(total / scored), math.exp(guide_total / guide_scored), scored)

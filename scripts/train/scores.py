"""What is measured of the model while it is trained, on documents and trajectories that are not trained on."""

from pathlib import Path

import actions
import batches
import numpy as np
import torch
from model import logits_of
from torch.nn.functional import cross_entropy
from transformers import GPT2LMHeadModel


@torch.no_grad()
def validation_loss(model: GPT2LMHeadModel, ids: np.ndarray, T: int) -> float:
    """Mean negative log-likelihood in nats per token over windows of T that do not overlap."""
    count = (len(ids) - 1) // T
    x = torch.from_numpy(ids[: count * T].astype(np.int64)).view(count, T).to(model.device)
    y = torch.from_numpy(ids[1 : count * T + 1].astype(np.int64)).view(count, T).to(model.device)
    total = 0.0
    for i in range(0, count, 8):
        everywhere = torch.ones_like(x[i : i + 8], dtype=torch.bool)
        logits = logits_of(model, x[i : i + 8], everywhere)
        total += cross_entropy(logits, y[i : i + 8].flatten(), reduction="sum").item()
    return total / (count * T)


def in_thought(ids: torch.Tensor) -> torch.Tensor:  # [B, T]
    """Where the token before is part of a thought."""
    marks = [1 + actions.PARTS.index(name) for name in ("goal", "think", "act", "obs", "finish")]  # ids, as in SPECIAL
    is_mark = torch.isin(ids, torch.tensor(marks, device=ids.device))
    at = torch.where(is_mark, torch.arange(ids.shape[1], device=ids.device), 0).cummax(1).values
    return ids.gather(1, at) == 1 + actions.PARTS.index("think")


@torch.no_grad()
def action_scores(model: GPT2LMHeadModel, validation: list[batches.Batch]) -> dict[str, float]:
    """Nats per learnt token, and the share of trajectories in which every token of actions and answers is the likeliest
    one: those that greedy decoding without a grammar gets right as a whole, given thoughts and observations."""
    total, tokens, right, trajectories = 0.0, 0, 0, 0
    for ids, targets in validation:
        ids, targets = ids.to(model.device), targets.to(model.device)
        where = targets != batches.IGNORED
        logits = logits_of(model, ids, where)
        total += cross_entropy(logits, targets[where], reduction="sum").item()
        tokens += int(where.sum())
        wrong = torch.zeros_like(where)
        wrong[where] = logits.argmax(-1) != targets[where]
        right += int((~(wrong & ~in_thought(ids)).any(1)).sum())
        trajectories += len(ids)
    return {"loss": round(total / tokens, 4), "whole": round(right / trajectories, 4)}


class Validation:
    """The loss on held-out texts and trajectories, in nats per token."""

    def __init__(self, cache: Path, batch: int):
        self.texts = {source: np.load(cache / f"{source}.validation.npy") for source in batches.SOURCES}
        self.trajectories = batches.Actions(cache, "validation").all(batch)

    def of(self, model: GPT2LMHeadModel) -> dict:
        model.eval()
        T = model.config.n_positions
        scores: dict = {source: round(validation_loss(model, ids, T), 4) for source, ids in self.texts.items()}
        scores["actions"] = action_scores(model, self.trajectories)
        model.train()
        return scores

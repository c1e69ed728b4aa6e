"""Trains models/mini: a GPT-2 on the ids that prepare.py wrote.

    python train.py [--cache .cache/train] [--steps 4000] [--decay 1000] [--resume]

The learning rate warms up, stays, and falls linearly to zero over the last `--decay` steps, so a run that must end
earlier or may go on longer is resumed with another `--steps`. Every random number is drawn from (seed, step): a
resumed run is the run that was never interrupted. SIGTERM and SIGINT save a checkpoint and end.
"""

import argparse
import json
import math
import os
import signal
import time
from pathlib import Path

import numpy as np
import torch
from transformers import GPT2Config, GPT2LMHeadModel

SOURCES = ("stories", "shakespeare", "poems")
# Share of the windows from each source: the stories are what a user asks for, and the smallest part of the data.
MIX = (0.64, 0.16, 0.20)
# Share of the windows that start at the beginning of a document, as a prompt does.
AT_DOCUMENT_START = 0.3


def config(vocab: int, dropout: float) -> GPT2Config:
    return GPT2Config(
        vocab_size=vocab,
        n_positions=512,
        n_embd=256,
        n_layer=6,
        n_head=8,
        resid_pdrop=dropout,
        embd_pdrop=dropout,
        attn_pdrop=0.0,  # with dropout there PyTorch takes a path that is three times slower on a CPU
        bos_token_id=0,
        eos_token_id=0,
    )


class Windows:
    """Draws batches of T + 1 successive ids; the draw depends on the seed and the step only."""

    def __init__(self, cache: Path, T: int, seed: int):
        self.ids = [np.load(cache / f"{source}.train.npy") for source in SOURCES]
        self.starts = [np.flatnonzero(ids[: -T - 1] == 0) + 1 for ids in self.ids]
        self.T, self.seed = T, seed

    def batch(self, step: int, B: int) -> torch.Tensor:  # [B, T + 1]
        random = np.random.default_rng((self.seed, step))
        rows = []
        for source in random.choice(len(SOURCES), size=B, p=MIX):
            ids, starts = self.ids[source], self.starts[source]
            if random.random() < AT_DOCUMENT_START:
                start = random.choice(starts)
            else:
                start = random.integers(len(ids) - self.T)
            start = min(start, len(ids) - self.T - 1)
            rows.append(ids[start : start + self.T + 1])
        return torch.from_numpy(np.stack(rows).astype(np.int64))


def learning_rate(step: int, options: argparse.Namespace) -> float:
    warm = min(1.0, (step + 1) / options.warmup)
    left = min(1.0, (options.steps - step) / options.decay)
    return options.lr * warm * left


@torch.no_grad()
def validation_loss(model: GPT2LMHeadModel, ids: np.ndarray, T: int) -> float:
    """Mean negative log-likelihood in nats per token over windows of T that do not overlap."""
    model.eval()
    count = (len(ids) - 1) // T
    x = torch.from_numpy(ids[: count * T].astype(np.int64)).view(count, T)
    y = torch.from_numpy(ids[1 : count * T + 1].astype(np.int64)).view(count, T)
    total = 0.0
    for i in range(0, count, 8):
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(x[i : i + 8]).logits
        total += torch.nn.functional.cross_entropy(
            logits.float().flatten(0, 1), y[i : i + 8].flatten(), reduction="sum"
        ).item()
    model.train()
    return total / (count * T)


def optimizers_for(model: GPT2LMHeadModel, options: argparse.Namespace) -> list[torch.optim.Optimizer]:
    """Muon (Jordan et al., 2024) for the blocks' matrices, AdamW for embeddings, biases and gains."""
    matrices = [p for p in model.transformer.h.parameters() if p.dim() == 2]
    embeddings = [model.transformer.wte.weight, model.transformer.wpe.weight]
    others = [p for p in model.parameters() if p.dim() < 2]
    groups = [{"params": embeddings, "weight_decay": options.weight_decay}, {"params": others, "weight_decay": 0.0}]
    return [
        torch.optim.Muon(matrices, lr=options.lr, weight_decay=options.weight_decay, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(groups, lr=options.lr, betas=(0.9, 0.95), fused=True),
    ]


def save(path: Path, content: dict) -> None:
    aside = path.with_suffix(".part")
    torch.save(content, aside)
    os.replace(aside, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, default=Path(".cache/train"))
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--warmup", type=int, default=100)
    parser.add_argument("--decay", type=int, default=1000)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--weight-decay", type=float, default=0.1)
    parser.add_argument("--dropout", type=float, default=0.15, help="on embeddings and residual branches")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--validate-every", type=int, default=200)
    parser.add_argument("--resume", action="store_true", help="go on from <cache>/last.pt")
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    vocab = len(json.loads((options.cache / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"])
    model = GPT2LMHeadModel(config(vocab, options.dropout))
    model.train()
    optimizers = optimizers_for(model, options)
    T = model.config.n_positions
    windows = Windows(options.cache, T, options.seed)
    validation = {source: np.load(options.cache / f"{source}.validation.npy") for source in SOURCES}
    first, best = 0, math.inf
    if options.resume:
        checkpoint = torch.load(options.cache / "last.pt", weights_only=True)
        model.load_state_dict(checkpoint["model"])
        for optimizer, state in zip(optimizers, checkpoint["optimizers"]):
            optimizer.load_state_dict(state)
        first, best = checkpoint["step"], checkpoint["best"]
    print(f"{sum(p.numel() for p in model.parameters())} parameters, vocabulary {vocab}", flush=True)

    stop = []
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.append(True))

    log = (options.cache / "log.jsonl").open("a")
    started, losses = time.monotonic(), []
    for step in range(first, options.steps):
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(step, options)
        torch.manual_seed(options.seed * 1_000_003 + step)  # dropout
        ids = windows.batch(step, options.batch)
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(ids[:, :-1], use_cache=False).logits
        loss = torch.nn.functional.cross_entropy(logits.float().flatten(0, 1), ids[:, 1:].flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        losses.append(loss.item())

        done = step + 1
        if done % options.validate_every == 0 or done == options.steps or stop:
            scores = {source: validation_loss(model, ids, T) for source, ids in validation.items()}
            score = sum(share * scores[source] for share, source in zip(MIX, SOURCES))
            record = {
                "step": done,
                "tokens": done * options.batch * T,
                "seconds": round(time.monotonic() - started, 1),
                "lr": learning_rate(step, options),
                "train": round(sum(losses) / len(losses), 4),
                "validation": {source: round(value, 4) for source, value in scores.items()},
            }
            losses.clear()
            print(json.dumps(record), flush=True)
            log.write(json.dumps(record) + "\n")
            log.flush()
            if score < best:
                best = score
                save(
                    options.cache / "best.pt",
                    {"model": model.state_dict(), "config": model.config.to_dict(), "record": record},
                )
            save(
                options.cache / "last.pt",
                {
                    "model": model.state_dict(),
                    "optimizers": [o.state_dict() for o in optimizers],
                    "step": done,
                    "best": best,
                },
            )
        if stop:
            break


if __name__ == "__main__":
    main()

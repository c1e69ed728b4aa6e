"""Trains models/mini: a GPT-2 on the texts and trajectories that prepare.py wrote.

    python train.py [--cache .cache/train] [--steps 6450] [--decay 2350] [--weights models/mini] [--resume]

The learning rate warms up, stays, and falls linearly to zero over the last `--decay` steps, so a run that must end
earlier or may go on longer is resumed with another `--steps`. Every random number is drawn from (seed, step): a
resumed run is the run that was never interrupted. SIGTERM and SIGINT save a checkpoint and end.
"""

import argparse
import json
import os
import signal
import time
from functools import partial
from pathlib import Path

import batches
import numpy as np
import scores
import team
import torch
from model import config, logits_of, set_dropout
from torch.nn.functional import cross_entropy
from transformers import GPT2LMHeadModel


def learning_rate(step: int, options: argparse.Namespace) -> float:
    warm = min(1.0, (step + 1) / options.warmup)
    left = min(1.0, (options.steps - step) / options.decay)
    return options.lr * warm * left


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


def train(options: argparse.Namespace, rank: int) -> None:
    leads = rank == 0
    stop = []
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.append(True) if leads else None)

    torch.manual_seed(options.seed)
    vocab = len(json.loads((options.cache / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"])
    model = GPT2LMHeadModel(config(options, vocab)).to(options.device)
    model.train()
    parameters = list(model.parameters())
    optimizers = optimizers_for(model, options)
    first = 0
    if options.resume:
        first = resume(options, model, optimizers)
    elif options.weights:
        model.load_state_dict(GPT2LMHeadModel.from_pretrained(options.weights, dtype=torch.float32).state_dict())
    texts = batches.Texts(options.cache, model.config.n_positions)
    trajectories = batches.Actions(options.cache, "train")
    if leads:
        validation = scores.Validation(options.cache, options.batch)
        log = (options.cache / "log.jsonl").open("a")
        print(f"{sum(p.numel() for p in parameters)} parameters, vocabulary {vocab}", flush=True)

    started, total, learnt = time.monotonic(), 0.0, 0
    for step in range(first, options.steps):
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(step, options)
        random = np.random.default_rng((options.seed, step))
        parts = batches.step(texts, trajectories, random, options.tokens, options.batch)
        torch.manual_seed((rank << 40) + options.seed * 1_000_003 + step)  # dropout
        count = sum(int((targets != batches.IGNORED).sum()) for _, (_, targets) in parts)
        mine = 0.0
        for is_text, (ids, targets) in team.share(parts, rank, options.processes):
            ids, targets = ids.to(options.device), targets.to(options.device)
            set_dropout(model, options.dropout if is_text else 0.0)
            where = targets != batches.IGNORED
            loss = cross_entropy(logits_of(model, ids, where), targets[where], reduction="sum")
            (loss / count).backward()
            mine += loss.item()
        all_losses, stopped = team.sum_gradients(parameters, [mine, float(bool(stop))])
        total += all_losses
        learnt += count
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)

        done = step + 1
        if leads and (done % options.validate_every == 0 or done == options.steps or stopped):
            record = {
                "step": done,
                "tokens": done * options.tokens,
                "seconds": round(time.monotonic() - started, 1),
                "lr": learning_rate(step, options),
                "train": round(total / learnt, 4),
                "validation": validation.of(model),
            }
            total, learnt = 0.0, 0
            print(json.dumps(record), flush=True)
            log.write(json.dumps(record) + "\n")
            log.flush()
            save(
                options.cache / "last.pt",
                {
                    "model": model.state_dict(),
                    "config": model.config.to_dict(),
                    "optimizers": [o.state_dict() for o in optimizers],
                    "step": done,
                    "record": record,
                },
            )
        if stopped:
            break


def resume(options: argparse.Namespace, model: GPT2LMHeadModel, optimizers: list[torch.optim.Optimizer]) -> int:
    """The step to go on with."""
    checkpoint = torch.load(options.cache / "last.pt", map_location=options.device, weights_only=True)
    model.load_state_dict(checkpoint["model"])
    for optimizer, state in zip(optimizers, checkpoint["optimizers"], strict=True):
        optimizer.load_state_dict(state)
    return checkpoint["step"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, default=Path(".cache/train"))
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--steps", type=int, default=6450)
    parser.add_argument("--warmup", type=int, default=100)
    parser.add_argument("--decay", type=int, default=2350)
    parser.add_argument("--tokens", type=int, default=8192, help="of a step")
    parser.add_argument("--batch", type=int, default=1024, help="tokens of one forward pass at most")
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--weight-decay", type=float, default=0.1)
    parser.add_argument("--dropout", type=float, default=0.1, help="for texts")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--processes", type=int, help="that share a step: cores to use, or 1 on a GPU (default: 2, or 1)")
    parser.add_argument("--validate-every", type=int, default=200)
    parser.add_argument("--weights", type=Path, help="begin with those of this model, not with random ones")
    parser.add_argument("--resume", action="store_true", help="go on from <cache>/last.pt")
    options = parser.parse_args()
    on_cpu = options.device == "cpu"
    if options.processes is None:
        options.processes = 2 if on_cpu else 1
    if options.processes < 1:
        parser.error(f"--processes is {options.processes}, must be at least 1; leave it out for {2 if on_cpu else 1}")
    if options.processes > 1 and not on_cpu:
        parser.error("several processes share a CPU alone: with --device cuda say --processes 1, or leave it out")
    team.run(options.processes, partial(train, options))


if __name__ == "__main__":
    main()

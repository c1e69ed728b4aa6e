"""Trains models/mini: a GPT-2 on the texts and trajectories that prepare.py wrote.

    python train.py [--cache .cache/train] [--steps 2560] [--decay 920] [--resume]

The learning rate warms up, stays, and falls linearly to zero over the last `--decay` steps, so a run that must end
earlier or may go on longer is resumed with another `--steps`. Every random number is drawn from (seed, step): a
resumed run is the run that was never interrupted. SIGTERM and SIGINT save a checkpoint and end.
"""

import argparse
import json
import os
import signal
import time
from pathlib import Path

import actions
import batches
import numpy as np
import torch
from torch.nn.functional import cross_entropy, scaled_dot_product_attention
from transformers import GPT2Config, GPT2LMHeadModel
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS


def float32_attention(module, query, key, value, attention_mask, scaling=None, dropout=0.0, **_):
    """Causal attention; on a CPU PyTorch's backward pass is several times slower in bf16."""
    with torch.autocast("cpu", enabled=False):
        out = scaled_dot_product_attention(query.float(), key.float(), value.float(), is_causal=True)
    return out.transpose(1, 2).contiguous().to(query.dtype), None


ALL_ATTENTION_FUNCTIONS.register("float32", float32_attention)


def config(options: argparse.Namespace, vocab: int) -> GPT2Config:
    return GPT2Config(
        vocab_size=vocab,
        n_positions=512,
        n_embd=options.width,
        n_layer=options.layers,
        n_head=options.width // 32,
        activation_function="gelu_pytorch_tanh",  # gelu_new, which transformers computes in eight steps
        attn_implementation="float32",
        resid_pdrop=0.0,  # set for each batch, see set_dropout
        embd_pdrop=0.0,
        attn_pdrop=0.0,  # with dropout there PyTorch takes a path that is three times slower on a CPU
        bos_token_id=0,
        eos_token_id=0,
    )


def set_dropout(model: GPT2LMHeadModel, p: float) -> None:
    """On embeddings and residual branches: texts are read many times over, trajectories hardly twice."""
    model.transformer.drop.p = p
    for block in model.transformer.h:
        block.attn.resid_dropout.p = p
        block.mlp.dropout.p = p


def logits_of(model: GPT2LMHeadModel, ids: torch.Tensor, where: torch.Tensor) -> torch.Tensor:  # [N, V]
    """Logits where there is something to learn alone: the head is a fifth of the work."""
    with torch.autocast("cpu", torch.bfloat16):
        hidden = model.transformer(ids, use_cache=False).last_hidden_state  # [B, T, C]
        return model.lm_head(hidden[where]).float()


def learning_rate(step: int, options: argparse.Namespace) -> float:
    warm = min(1.0, (step + 1) / options.warmup)
    left = min(1.0, (options.steps - step) / options.decay)
    return options.lr * warm * left


@torch.no_grad()
def validation_loss(model: GPT2LMHeadModel, ids: np.ndarray, T: int) -> float:
    """Mean negative log-likelihood in nats per token over windows of T that do not overlap."""
    count = (len(ids) - 1) // T
    x = torch.from_numpy(ids[: count * T].astype(np.int64)).view(count, T)
    y = torch.from_numpy(ids[1 : count * T + 1].astype(np.int64)).view(count, T)
    total = 0.0
    for i in range(0, count, 8):
        everywhere = torch.ones_like(x[i : i + 8], dtype=torch.bool)
        logits = logits_of(model, x[i : i + 8], everywhere)
        total += cross_entropy(logits, y[i : i + 8].flatten(), reduction="sum").item()
    return total / (count * T)


def in_thought(ids: torch.Tensor) -> torch.Tensor:  # [B, T]
    """Where the token before is part of a thought."""
    marks = [1 + actions.PARTS.index(name) for name in ("goal", "think", "act", "obs", "finish")]  # ids, as in SPECIAL
    at = torch.where(torch.isin(ids, torch.tensor(marks)), torch.arange(ids.shape[1]), 0).cummax(1).values
    return ids.gather(1, at) == 1 + actions.PARTS.index("think")


@torch.no_grad()
def action_scores(model: GPT2LMHeadModel, validation: list[batches.Batch]) -> dict[str, float]:
    """Nats per learnt token, and the share of trajectories in which every token of actions and answers is the likeliest
    one: those that greedy decoding without a grammar gets right as a whole, given thoughts and observations."""
    total, tokens, right, trajectories = 0.0, 0, 0, 0
    for ids, targets in validation:
        where = targets != batches.IGNORED
        logits = logits_of(model, ids, where)
        total += cross_entropy(logits, targets[where], reduction="sum").item()
        tokens += int(where.sum())
        wrong = torch.zeros_like(where)
        wrong[where] = logits.argmax(-1) != targets[where]
        right += int((~(wrong & ~in_thought(ids)).any(1)).sum())
        trajectories += len(ids)
    return {"loss": round(total / tokens, 4), "whole": round(right / trajectories, 4)}


def validate(model: GPT2LMHeadModel, texts: dict[str, np.ndarray], trajectories: list[batches.Batch]) -> dict:
    model.eval()
    T = model.config.n_positions
    scores: dict = {source: round(validation_loss(model, ids, T), 4) for source, ids in texts.items()}
    scores["actions"] = action_scores(model, trajectories)
    model.train()
    return scores


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
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--steps", type=int, default=2560)
    parser.add_argument("--warmup", type=int, default=100)
    parser.add_argument("--decay", type=int, default=920)
    parser.add_argument("--tokens", type=int, default=8192, help="of a step")
    parser.add_argument("--batch", type=int, default=2048, help="tokens of one forward pass at most")
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--weight-decay", type=float, default=0.1)
    parser.add_argument("--dropout", type=float, default=0.1, help="for texts")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--validate-every", type=int, default=200)
    parser.add_argument("--resume", action="store_true", help="go on from <cache>/last.pt")
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    vocab = len(json.loads((options.cache / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"])
    model = GPT2LMHeadModel(config(options, vocab))
    model.train()
    optimizers = optimizers_for(model, options)
    T = model.config.n_positions
    texts = batches.Texts(options.cache, T)
    trajectories = batches.Actions(options.cache, "train")
    validation = (
        {source: np.load(options.cache / f"{source}.validation.npy") for source in batches.SOURCES},
        batches.Actions(options.cache, "validation").all(options.batch),
    )
    first = 0
    if options.resume:
        checkpoint = torch.load(options.cache / "last.pt", weights_only=True)
        model.load_state_dict(checkpoint["model"])
        for optimizer, state in zip(optimizers, checkpoint["optimizers"]):
            optimizer.load_state_dict(state)
        first = checkpoint["step"]
    print(f"{sum(p.numel() for p in model.parameters())} parameters, vocabulary {vocab}", flush=True)

    stop = []
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.append(True))

    log = (options.cache / "log.jsonl").open("a")
    started, total, learnt = time.monotonic(), 0.0, 0
    for step in range(first, options.steps):
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(step, options)
        random = np.random.default_rng((options.seed, step))
        torch.manual_seed(options.seed * 1_000_003 + step)  # dropout
        words = round(batches.TEXTS * options.tokens / T) * T
        parts = [(True, texts.batch(random, words))]
        parts += [(False, b) for b in trajectories.batches(random, options.tokens - words, options.batch)]
        count = sum(int((targets != batches.IGNORED).sum()) for _, (_, targets) in parts)
        for is_text, (ids, targets) in parts:
            set_dropout(model, options.dropout if is_text else 0.0)
            where = targets != batches.IGNORED
            loss = cross_entropy(logits_of(model, ids, where), targets[where], reduction="sum")
            (loss / count).backward()
            total += loss.item()
        learnt += count
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)

        done = step + 1
        if done % options.validate_every == 0 or done == options.steps or stop:
            record = {
                "step": done,
                "tokens": done * options.tokens,
                "seconds": round(time.monotonic() - started, 1),
                "lr": learning_rate(step, options),
                "train": round(total / learnt, 4),
                "validation": validate(model, *validation),
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
        if stop:
            break


if __name__ == "__main__":
    main()

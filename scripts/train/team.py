"""Several processes that compute one step together, each some of its batches.

At this size processes scale better than threads: they meet once a step, not once an operation, so they hardly wait for
each other, also where a core is shared with something else.
"""

import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import torch
from batches import IGNORED, Batch
from torch import distributed, multiprocessing

# A validation, which the others wait for, takes minutes where the machine is busy.
PATIENCE = timedelta(hours=1)


def work(rank: int, size: int, meeting: str, job: Callable[[int], None]) -> None:
    torch.set_num_threads(1)
    distributed.init_process_group(
        "gloo", init_method=f"file://{meeting}", rank=rank, world_size=size, timeout=PATIENCE
    )
    try:
        job(rank)
    finally:
        distributed.destroy_process_group()


def run(size: int, job: Callable[[int], None]) -> None:
    """`job(rank)` in `size` processes; this one is rank 0. The others end with it. One alone needs no team."""
    if size == 1:
        torch.set_num_threads(1)
        return job(0)
    with tempfile.TemporaryDirectory() as folder:
        meeting = str(Path(folder, "meeting"))
        others = [
            multiprocessing.get_context("spawn").Process(target=work, args=(rank, size, meeting, job), daemon=True)
            for rank in range(1, size)
        ]
        for other in others:
            other.start()
        work(0, size, meeting, job)
        for other in others:
            other.join()


def share(parts: list[tuple[bool, Batch]], rank: int, size: int) -> list[tuple[bool, Batch]]:
    """Those of `rank`: the longest first, each to whom has least to do."""
    load = [0] * size
    mine = []
    for part in sorted(parts, key=lambda part: -cost(part)):
        least = load.index(min(load))
        load[least] += cost(part)
        if least == rank:
            mine.append(part)
    return mine


def cost(part: tuple[bool, Batch]) -> int:
    """Tokens that pass through the blocks, and half as much again for those that pass through the head."""
    _, (ids, targets) = part
    return 2 * ids.numel() + int((targets != IGNORED).sum())


def sum_gradients(parameters: list[torch.nn.Parameter], numbers: list[float]) -> list[float]:
    """Adds up the gradients of all processes, and, beside them, each of `numbers`, whose sums it returns."""
    if not distributed.is_initialized():
        return numbers
    device = parameters[0].device
    flat = torch.cat(
        [torch.zeros_like(p).flatten() if p.grad is None else p.grad.flatten() for p in parameters]
        + [torch.tensor(numbers, dtype=torch.float32, device=device)]
    )
    distributed.all_reduce(flat)
    at = 0
    for p in parameters:
        p.grad = flat[at : at + p.numel()].view_as(p)
        at += p.numel()
    return flat[at:].tolist()

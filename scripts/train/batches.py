"""What the model sees, in which order: all of it follows from the seed and the step."""

from pathlib import Path

import numpy as np
import torch

SOURCES = ("stories", "shakespeare", "poems")
# Share of the windows of texts from each source: the stories are what a user asks for, and the smallest part of the data.
TEXT_MIX = (0.60, 0.10, 0.30)
# Share of the windows that start at the beginning of a document, as a prompt does.
AT_DOCUMENT_START = 0.3
# Share of the batches that are trajectories.
ACTIONS = 0.8
IGNORED = -100  # a target that is not learnt, as in torch.nn.functional.cross_entropy

Batch = tuple[torch.Tensor, torch.Tensor]  # ids [B, T], targets [B, T]


class Texts:
    """Windows of T successive ids."""

    def __init__(self, cache: Path, T: int):
        self.ids = [np.load(cache / f"{source}.train.npy") for source in SOURCES]
        self.starts = [np.flatnonzero(ids[: -T - 1] == 0) + 1 for ids in self.ids]
        self.T = T

    def batch(self, random: np.random.Generator, tokens: int) -> Batch:
        rows = []
        for source in random.choice(len(SOURCES), size=tokens // self.T, p=TEXT_MIX):
            ids, starts = self.ids[source], self.starts[source]
            if random.random() < AT_DOCUMENT_START:
                start = random.choice(starts)
            else:
                start = random.integers(len(ids) - self.T)
            start = min(start, len(ids) - self.T - 1)
            rows.append(ids[start : start + self.T + 1])
        ids = torch.from_numpy(np.stack(rows).astype(np.int64))
        return ids[:, :-1], ids[:, 1:]


class Actions:
    """Trajectories, each at the beginning of a row as when it is used; rows of about one length go together.

    Rows are filled up at their ends, which nothing before them can see.
    """

    STEP = 16

    def __init__(self, cache: Path, part: str):
        self.ids = np.load(cache / f"actions.{part}.ids.npy")
        self.learnt = np.load(cache / f"actions.{part}.learnt.npy")
        self.ends = np.load(cache / f"actions.{part}.ends.npy")
        self.starts = np.concatenate([[0], self.ends[:-1]])
        widths = -(-(self.ends - self.starts - 1) // self.STEP) * self.STEP
        self.buckets = [(int(width), np.flatnonzero(widths == width)) for width in np.unique(widths)]
        size = np.array([width * len(members) for width, members in self.buckets], dtype=np.float64)
        self.share = size / size.sum()  # so that each trajectory is as likely as any other

    def batch(self, random: np.random.Generator, tokens: int) -> Batch:
        width, members = self.buckets[random.choice(len(self.buckets), p=self.share)]
        return self.rows(random.choice(members, size=max(1, tokens // width)), width)

    def all(self, tokens: int) -> list[Batch]:
        """Each trajectory once."""
        batches = []
        for width, members in self.buckets:
            rows = max(1, tokens // width)
            batches += [self.rows(members[i : i + rows], width) for i in range(0, len(members), rows)]
        return batches

    def rows(self, members: np.ndarray, width: int) -> Batch:
        ids = np.zeros((len(members), width), dtype=np.int64)
        targets = np.full((len(members), width), IGNORED, dtype=np.int64)
        for row, member in enumerate(members):
            start, end = self.starts[member], self.ends[member]
            whole = self.ids[start:end].astype(np.int64)
            ids[row, : len(whole) - 1] = whole[:-1]
            targets[row, : len(whole) - 1] = np.where(self.learnt[start + 1 : end], whole[1:], IGNORED)
        return torch.from_numpy(ids), torch.from_numpy(targets)

"""What the model sees, in which order: all of it follows from the seed and the step."""

from pathlib import Path

import numpy as np
import torch

SOURCES = ("stories", "shakespeare", "poems")
# Share of the windows of texts from each source: the stories are what a user asks for, and few.
TEXT_MIX = (0.60, 0.10, 0.30)
# Share of the windows that start at the beginning of a document, as a prompt does.
AT_DOCUMENT_START = 0.3
# Share of the tokens of a step that are windows of texts.
TEXTS = 0.25
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
    """Trajectories, each at the beginning of a row as when it is used.

    Rows of about one length go together; they are filled up at their ends, which nothing before them can see.
    """

    def __init__(self, cache: Path, part: str):
        self.ids = np.load(cache / f"actions.{part}.ids.npy")
        self.learnt = np.load(cache / f"actions.{part}.learnt.npy")
        self.ends = np.load(cache / f"actions.{part}.ends.npy")
        self.starts = np.concatenate([[0], self.ends[:-1]])
        self.lengths = self.ends - self.starts - 1

    def batches(self, random: np.random.Generator, tokens: int, size: int) -> list[Batch]:
        """As many as have `tokens` tokens, any of them as likely as any other, in batches of at most `size` tokens."""
        drawn = random.integers(len(self.ends), size=1 + tokens // 8)
        count = int(np.searchsorted(np.cumsum(self.lengths[drawn]), tokens))
        return self.grouped(drawn[: max(1, count)], size)

    def all(self, size: int) -> list[Batch]:
        """Each trajectory once."""
        return self.grouped(np.arange(len(self.ends)), size)

    def grouped(self, members: np.ndarray, size: int) -> list[Batch]:
        batches, group = [], []
        for member in members[np.argsort(-self.lengths[members], kind="stable")]:  # the first of a group is its longest
            if group and (len(group) + 1) * self.lengths[group[0]] > size:
                batches.append(self.rows(group))
                group = []
            group.append(member)
        return [*batches, self.rows(group)]

    def rows(self, members: list[int]) -> Batch:
        width = int(self.lengths[members].max())
        ids = np.zeros((len(members), width), dtype=np.int64)
        targets = np.full((len(members), width), IGNORED, dtype=np.int64)
        for row, member in enumerate(members):
            start, end = self.starts[member], self.ends[member]
            whole = self.ids[start:end].astype(np.int64)
            ids[row, : len(whole) - 1] = whole[:-1]
            targets[row, : len(whole) - 1] = np.where(self.learnt[start + 1 : end], whole[1:], IGNORED)
        return torch.from_numpy(ids), torch.from_numpy(targets)


def step(
    texts: Texts, trajectories: Actions, random: np.random.Generator, tokens: int, size: int
) -> list[tuple[bool, Batch]]:
    """What one step of `tokens` tokens sees, in batches of at most `size`; each with whether it is of texts."""
    words = round(TEXTS * tokens / texts.T) * texts.T
    windows = [(True, texts.batch(random, words))]
    return windows + [(False, batch) for batch in trajectories.batches(random, tokens - words, size)]

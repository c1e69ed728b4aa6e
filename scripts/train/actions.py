"""Trajectories as token ids: what the model reads, and which of it it learns to write.

    <|goal|>Write 17*23 to a.txt<|end|>
    <|think|>calculate first<|end|>                                     learnt
    <|act|><|calculate|>17*23<|end|>                                    learnt
    <|obs|>391<|end|>
    <|act|><|write|>a.txt<|arg|>391<|end|>                              learnt
    <|obs|>ok<|end|>
    <|finish|>I wrote 391 to a.txt.<|end|><|endoftext|>                 learnt

without the line ends. The agent's Java code (`ActionFormat`) writes the same tokens: each text is encoded by itself.
"""

from collections.abc import Iterator

from tokenizers import Tokenizer

END_OF_TEXT = "<|endoftext|>"  # gets id 0
PARTS = ("goal", "think", "act", "arg", "obs", "end", "finish")
TOOLS = (
    "calculate",
    "convert",
    "date",
    "list",
    "read",
    "write",
    "append",
    "copy",
    "search",
    "note",
    "notes",
    "summarize",
    "ask",
)
RESERVED = 11  # for tools to come: 32 special tokens in all

SPECIAL = [
    END_OF_TEXT,
    *(f"<|{name}|>" for name in PARTS + TOOLS),
    *(f"<|reserved_{i}|>" for i in range(RESERVED)),
]


def texts(trajectory: dict) -> Iterator[str]:
    """All texts of a trajectory, each of which is encoded by itself."""
    yield trajectory["goal"]
    for item in trajectory["items"]:
        yield from item["arguments"] if "act" in item else item.values()


class Encoder:
    """`plain` must not know special tokens, so that no text can spell one."""

    def __init__(self, plain: Tokenizer):
        self.plain = plain
        self.special = {name: plain.token_to_id(f"<|{name}|>") for name in PARTS + TOOLS}
        self.end_of_text = plain.token_to_id(END_OF_TEXT)

    def encode(self, trajectory: dict) -> tuple[list[int], list[bool]]:
        """Ids, and for each whether the model learns to write it."""
        ids: list[int] = []
        learnt: list[bool] = []

        def add(more: list[int], learn: bool) -> None:
            ids.extend(more)
            learnt.extend([learn] * len(more))

        def item(names: list[str], values: list[str], learn: bool) -> None:
            add([self.special[name] for name in names], learn)
            for i, value in enumerate(values):
                add([self.special["arg"]] if i else [], learn)
                add(self.plain.encode(value).ids, learn)
            add([self.special["end"]], learn)

        item(["goal"], [trajectory["goal"]], False)
        for step in trajectory["items"]:
            if "act" in step:
                item(["act", step["act"]], step["arguments"], True)
            elif "obs" in step:
                item(["obs"], [step["obs"]], False)
            else:
                (name, text), *_ = step.items()
                item([name], [text], True)
        add([self.end_of_text], True)
        return ids, learnt

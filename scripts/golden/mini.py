"""Golden files for models/mini: one for its users (doctor --verify), three for the tests."""

import json
from pathlib import Path

import perplexity
import reference
import tokenizer_vectors
import torch
from tokenizers import Tokenizer

PROMPTS = [
    "Once upon a time",
    "There was once a little boy who",
    "The old woman said to the fox,",
    "ROMEO:\nWhat",
    "春",
    "國破山河在，",
    "<|endoftext|>",
    "<|goal|>Write 17*23 to a.txt, then read it.<|end|>",
    "<|goal|>把 3 公里换算成米<|end|>",
]
CONTINUED = 40
SHOWN = 16  # largest logits
SPREAD = 48  # other logits, evenly spaced over the vocabulary


def verification(directory: Path) -> dict:
    """What an installation must reproduce: a prompt's ids, its greedy continuation, logits after its last token."""
    tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
    exact = reference.load(directory, torch.float64)
    single = reference.load(directory, torch.float32)
    prompts = []
    for text in PROMPTS:
        ids = tokenizer.encode(text).ids
        last = reference.logits(single, ids)[-1]
        V = len(last)
        chosen = list(dict.fromkeys(last.topk(SHOWN).indices.tolist() + [i * V // SPREAD for i in range(SPREAD)]))
        continuation, margin = reference.greedy(exact, ids, CONTINUED)
        assert reference.greedy(single, ids, CONTINUED)[0] == continuation, text
        prompts.append(
            {
                "text": text,
                "ids": ids,
                "continuation": continuation,
                "continuation_text": tokenizer.decode(continuation, skip_special_tokens=False),
                "margin": float(f"{margin:.3g}"),
                "max_logit": last.abs().max().item(),
                "logits": {str(i): last[i].item() for i in chosen},
            }
        )
    return {"format": 1, "made_with": reference.VERSIONS, "dtype": "f32", "prompts": prompts}


def test_files(directory: Path, text: Path, out: Path) -> None:
    tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
    out.mkdir(parents=True, exist_ok=True)
    story = (text / "stories-en.txt").read_text(encoding="utf-8")
    poems = (text / "poems-zh.txt").read_text(encoding="utf-8")

    tokenizer_vectors.write_cases(
        out,
        tokenizer_vectors.bpe_cases(
            tokenizer, [*tokenizer_vectors.TEXTS, "<|endoftext|>Once<|endoftext|>", story, poems]
        ),
    )

    exact = reference.load(directory, torch.float64)
    ids = {"story": tokenizer.encode(story).ids, "poems": tokenizer.encode(poems).ids}
    P = exact.config.n_positions
    cases = [reference.Case(f"story{n}", ids["story"][:n]) for n in (1, 17, 100, P)] + [
        reference.Case("poems", ids["poems"][:64])
    ]
    greedy_cases = []
    for text_prompt in PROMPTS:
        prompt = tokenizer.encode(text_prompt).ids
        continuation, margin = reference.greedy(exact, prompt, CONTINUED)
        greedy_cases.append({"ids": prompt, "continuation": continuation, "margin": float(f"{margin:.3g}")})
    golden = reference.write(
        directory, "bf16", cases, greedy_cases, out=out, last_only=True, about="models/mini; the weights are there"
    )
    print(f"mini           errors {golden['errors']}")

    windows = []
    for name, stride in (("story", P // 2), ("story", P), ("story", 100), ("poems", P // 2)):
        result = perplexity.sliding_window(exact, ids[name], stride)
        file = {"story": "stories-en.txt", "poems": "poems-zh.txt"}[name]
        windows.append(
            {
                "text": file,
                "tokens": len(ids[name]),
                "stride": stride,
                "scored": result.scored,
                "perplexity": float(f"{result.perplexity:.12g}"),
                "guide": float(f"{result.guide:.12g}"),
            }
        )
    content = {"format": 1, "made_with": reference.VERSIONS, "cases": windows}
    (out / "perplexity.json").write_text(reference.dumps(content), encoding="utf-8")


def make(directory: Path, text: Path, out: Path) -> None:
    golden = verification(directory)
    (directory / "golden.json").write_text(reference.dumps(golden), encoding="utf-8")
    for prompt in golden["prompts"]:
        print(json.dumps([prompt["text"], prompt["continuation_text"], prompt["margin"]], ensure_ascii=False))
    test_files(directory, text, out)

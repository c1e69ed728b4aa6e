"""Makes the committed golden files: python make.py models|trained|perplexity|sampling|tokenizers|mini

README.md says what each writes.
"""

import argparse
import json
import shutil
from pathlib import Path

import mini
import perplexity
import reference
import sampling
import small_models
import tokenizer_vectors
import torch
import transformers

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "runtime/src/test/resources/golden"
MODELS = ROOT / "runtime/src/test/resources/models"
TEXT = ROOT / "runtime/src/test/resources/text"
STORED = {torch.float32: "f32", torch.bfloat16: "bf16", torch.float16: "f16"}


def make_models() -> None:
    for number, spec in enumerate(small_models.MODELS):
        directory = GOLDEN / spec.name
        small_models.write(spec, directory, seed=number)
        model = reference.load(directory, torch.float64)
        cases = reference.random_cases(model.config, seed=1000 + number)
        moved = reference.sensitivity(directory, cases[-1].ids)
        least = min(moved, key=moved.get)
        assert moved[least] > 10 * reference.TOLERANCE, f"{spec.name}: {least} moves the logits by only {moved[least]}"
        golden = reference.write(
            directory, STORED[spec.dtype], cases, reference.random_greedy(model, 32), about=spec.why, sensitivity=moved
        )
        size = sum(f.stat().st_size for f in directory.iterdir())
        print(
            f"{spec.name:14} {size // 1024:5} KiB  errors {golden['errors']}  "
            f"least sensitive to {least}: {moved[least]:g}"
        )


TRAINED = {
    "capp-gpt": "process plans for manufacturing, from HelgeS/capp-gpt-serve (MIT): "
    "tied, gelu_new, bos_token_id outside the vocabulary",
    "nano-sort": "sorts six letters, from bbycroft/llm-viz (MIT): "
    "untied; its published activations are in reference-partials.json",
}


def make_trained(sources: Path) -> None:
    """Two small models that somebody trained. `sources` holds capp-gpt/ and nano-sort/ with their licences."""
    for name in TRAINED:
        directory = MODELS / name
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        for file in sorted((sources / name).iterdir()):
            (directory / file.name).write_bytes(file.read_bytes())
        model = reference.load(directory, torch.float64)
        cases, prompts = capp_gpt(directory) if name == "capp-gpt" else nano_sort()
        greedy_cases = []
        for ids in prompts:
            continuation, margin = reference.greedy(model, ids, min(32, model.config.n_positions - len(ids)))
            assert margin > reference.GREEDY_MARGIN, (name, ids, margin)
            greedy_cases.append({"ids": ids, "continuation": continuation, "margin": round(margin, 6)})
        golden = reference.write(directory, "f32", cases, greedy_cases, about=TRAINED[name])
        print(f"{name:14} errors {golden['errors']}")


# A part for capp-gpt: its geometry, holes, external threads, surface finish, tolerance, batch size; then <SOS>. The
# model answers with chains of manufacturing steps, <EOC> after each, and <EOS>.
CAPP_FEATURES = ((0, 7), (7, 7), (14, 2), (16, 4), (20, 4), (24, 5))  # first id, number of ids
CAPP_START = 49


def capp_gpt(directory: Path) -> tuple[list[reference.Case], list[list[int]]]:
    parts = [[first + (i * 3) % count for first, count in CAPP_FEATURES] + [CAPP_START] for i in range(4)]
    vocabulary = json.loads((directory / "token_mappings.json").read_text())["token2id"]
    long = torch.randint(len(vocabulary), (200,), generator=torch.Generator().manual_seed(0)).tolist()
    cases = [
        reference.Case("one", [2]),
        *(reference.Case(f"part{i}", ids) for i, ids in enumerate(parts)),
        reference.Case("long", long),
    ]
    return cases, parts


def nano_sort() -> tuple[list[reference.Case], list[list[int]]]:
    """Six letters of A, B, C (0, 1, 2), then the same six in order."""
    inputs = [[2, 1, 0, 1, 2, 0], [0, 0, 2, 1, 1, 1], [1, 2, 2, 0, 0, 2], [2, 2, 2, 1, 1, 0]]
    cases = [reference.Case(f"sort{i}", ids + sorted(ids)[:5]) for i, ids in enumerate(inputs)]
    return cases, inputs


def make_perplexity() -> None:
    cases = []
    for name in ("plain", "silu-single", "relu-inner", "bf16", "f16-bare"):
        model = reference.load(GOLDEN / name, torch.float64)
        P, V = model.config.n_positions, model.config.vocab_size
        # shorter than the context, exactly it, one more, several windows with a short last one
        for length, stride in (
            (2, P // 2),
            (P - 4, P // 2),
            (P, P // 2),
            (P + 1, P // 2),
            (3 * P + 17, P // 2),
            (2 * P + 5, P),
            (P + 40, 7),
            (P + 5, 1),
        ):
            ids = torch.randint(V, (length,), generator=torch.Generator().manual_seed(length)).tolist()
            cases.append({"model": name, "stride": stride, **scored(model, ids, stride), "ids": ids})
    golden = {"format": 1, "made_with": reference.VERSIONS, "cases": cases}
    (GOLDEN / "perplexity.json").write_text(reference.dumps(golden), encoding="utf-8")
    print(f"perplexity.json  {len(cases)} cases")


def scored(model, ids: list[int], stride: int) -> dict:
    result = perplexity.sliding_window(model, ids, stride)
    return {
        "scored": result.scored,
        "perplexity": float(f"{result.perplexity:.12g}"),
        "guide": float(f"{result.guide:.12g}"),
    }


def make_sampling() -> None:
    golden = sampling.make()
    (GOLDEN / "sampling.json").write_text(reference.dumps(golden), encoding="utf-8")
    print(f"sampling.json  {len(golden['cases'])} cases")


def make_tokenizers() -> None:
    texts = [(TEXT / name).read_text(encoding="utf-8") for name in ("stories-en.txt", "poems-zh.txt")]
    tokenizer_vectors.make_bpe(GOLDEN / "tokenizers", texts)
    tokenizer_vectors.make_wordpiece(GOLDEN / "tokenizers")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["models", "trained", "perplexity", "sampling", "tokenizers", "mini"])
    parser.add_argument("--mini", type=Path, default=ROOT / "models/mini", help="for mini: its directory")
    parser.add_argument("--sources", type=Path, help="for trained: directory with capp-gpt/ and nano-sort/")
    options = parser.parse_args()
    torch.set_num_threads(1)  # the order of a sum must not depend on the machine
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    if options.what == "models":
        make_models()
    if options.what == "trained":
        make_trained(options.sources)
    if options.what == "perplexity":
        make_perplexity()
    if options.what == "sampling":
        make_sampling()
    if options.what == "tokenizers":
        make_tokenizers()
    if options.what == "mini":
        mini.make(options.mini, TEXT, GOLDEN / "mini")


if __name__ == "__main__":
    main()

"""What transformers answers for a model directory: logits, greedy continuations, and how exact they are.

README.md describes the files that `write` makes.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file
from transformers import GPT2Config, GPT2LMHeadModel

TOLERANCE = 1e-5  # what a test asks of f32: max|a - b| / max|b|
# Greedy choices closer than this, relative to the largest logit, would not be reproducible: such prompts are not used.
GREEDY_MARGIN = 1e-3
VERSIONS = {"transformers": transformers.__version__, "torch": torch.__version__}
DTYPES = {"f32": torch.float32, "bf16": torch.bfloat16, "f16": torch.float16}


@dataclass(frozen=True)
class Case:
    name: str
    ids: list[int]


def load(directory: Path, dtype: torch.dtype) -> GPT2LMHeadModel:
    # eager: the attention that the paper describes; reorder_and_upcast_attn exists only there
    model = GPT2LMHeadModel.from_pretrained(directory, dtype=torch.float32, attn_implementation="eager")
    if dtype == torch.float64:  # transformers upcasts to float32 where told to upcast; in float64 there is no need
        for block in model.transformer.h:
            block.attn.reorder_and_upcast_attn = False
    return model.to(dtype).eval()


@torch.no_grad()
def logits(model: GPT2LMHeadModel, ids: list[int]) -> torch.Tensor:  # [T, V]
    return model(torch.tensor([ids]), use_cache=False).logits[0]


def error(actual: torch.Tensor, expected: torch.Tensor) -> float:
    """max|a - b| / max|b|"""
    return ((actual.double() - expected.double()).abs().max() / expected.double().abs().max()).item()


@torch.no_grad()
def greedy(model: GPT2LMHeadModel, ids: list[int], count: int) -> tuple[list[int], float]:
    """The `count` most probable next ids, end-of-text ignored, and the smallest relative margin of any choice."""
    ids, margin = list(ids), float("inf")
    start = len(ids)
    for _ in range(count):
        last = logits(model, ids)[-1].double()
        first, second = last.topk(2).values
        margin = min(margin, ((first - second) / last.abs().max()).item())
        ids.append(int(last.argmax()))
    return ids[start:], margin


def random_cases(config: GPT2Config, seed: int) -> list[Case]:
    """Prompts of 1, 7, 13 and all positions (fewer where the context is shorter)."""
    generator = torch.Generator().manual_seed(seed)
    lengths = {"one": 1, "seven": 7, "thirteen": 13, "full": config.n_positions}
    return [
        Case(name, torch.randint(config.vocab_size, (length,), generator=generator).tolist())
        for name, length in lengths.items()
        if length < config.n_positions or name == "full"
    ]


def random_greedy(model: GPT2LMHeadModel, count: int, wanted: int = 2) -> list[dict]:
    """Continuations of random prompts that no rounding can turn aside."""
    found: list[dict] = []
    for seed in range(100):
        ids = torch.randint(
            model.config.vocab_size, (3 + 2 * len(found),), generator=torch.Generator().manual_seed(seed)
        ).tolist()
        continuation, margin = greedy(model, ids, min(count, model.config.n_positions - len(ids)))
        if margin > GREEDY_MARGIN and len(set(continuation)) > 1:
            found.append({"ids": ids, "continuation": continuation, "margin": round(margin, 6)})
        if len(found) == wanted:
            return found
    raise AssertionError("no prompt with clear greedy choices")


def write(
    directory: Path,
    stored: str,
    cases: list[Case],
    greedy_cases: list[dict],
    out: Path | None = None,
    last_only: bool = False,
    **more,
) -> dict:
    """Writes golden.json and golden.safetensors beside the model (or into `out`): logits everywhere, or at the end.

    `stored` is the weights' own dtype: f32, bf16 or f16.
    """
    out = out or directory
    exact = load(directory, torch.float64)
    models = {name: load(directory, dtype) for name, dtype in DTYPES.items()}
    tensors: dict[str, torch.Tensor] = {}
    errors = dict.fromkeys(DTYPES, 0.0)
    described = []
    for case in cases:
        expected = logits(exact, case.ids)
        described.append({"name": case.name, "ids": case.ids, "argmax": expected.argmax(-1).tolist()})
        tensors[f"{case.name}.f64"] = expected[-1:].clone()
        for name, model in models.items():
            actual = logits(model, case.ids)
            errors[name] = max(errors[name], error(actual, expected))
            if name in ("f32", stored):
                tensors[f"{case.name}.{name}"] = (actual[-1:] if last_only else actual).contiguous().clone()
    assert errors["f32"] < TOLERANCE / 5, f"{directory}: transformers' own float32 is off by {errors['f32']}"
    golden = {
        "format": 1,
        "made_with": VERSIONS,
        **more,
        "stored": stored,
        "errors": {name: float(f"{value:.3g}") for name, value in errors.items()},
        "cases": described,
        "greedy": greedy_cases,
    }
    save_file(tensors, out / "golden.safetensors")
    (out / "golden.json").write_text(dumps(golden), encoding="utf-8")
    return golden


def dumps(content: dict) -> str:
    """JSON with one line per entry of the outer two levels: short, and a diff still shows what changed."""
    lines = []
    for key, value in content.items():
        if isinstance(value, list) and value and isinstance(value[0], (dict, list)):
            entries = ",\n    ".join(json.dumps(entry, ensure_ascii=False) for entry in value)
            lines.append(f"  {json.dumps(key)}: [\n    {entries}\n  ]")
        else:
            lines.append(f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


# --- does every switch matter? -------------------------------------------------------------------------------------

ACTIVATIONS = ("gelu_new", "gelu", "gelu_pytorch_tanh", "relu", "silu")


def sensitivity(directory: Path, ids: list[int]) -> dict[str, float]:
    """How far the logits move (max|a - b| / max|b|) when one thing is done wrong.

    gelu_new and gelu_pytorch_tanh are the same function, and reorder_and_upcast_attn only orders roundings: not here.
    """
    exact = load(directory, torch.float64)
    expected = logits(exact, ids)
    config = exact.config
    moved: dict[str, float] = {}

    def wrong(what: str, change) -> None:
        model = load(directory, torch.float64)
        change(model)
        moved[what] = float(f"{error(logits(model, ids), expected):.3g}")

    same = {config.activation_function, "gelu_new", "gelu_pytorch_tanh"}
    for activation in ACTIVATIONS:
        tanh = config.activation_function in ("gelu_new", "gelu_pytorch_tanh")
        if activation != config.activation_function and not (tanh and activation in same):

            def swap(model, activation=activation):
                for block in model.transformer.h:
                    block.mlp.act = transformers.activations.ACT2FN[activation]

            wrong(f"activation {activation}", swap)

    def scale(factor):
        def change(model):
            for i, block in enumerate(model.transformer.h):
                block.attn.scaling *= factor(i)

        return change

    HS = config.n_embd // config.n_head
    wrong("scale_attn_weights flipped", scale(lambda _: HS**-0.5 if not config.scale_attn_weights else HS**0.5))
    if config.n_layer > 1:
        by_layer = config.scale_attn_by_inverse_layer_idx
        wrong("scale_attn_by_inverse_layer_idx flipped", scale(lambda i: i + 1.0 if by_layer else 1.0 / (i + 1)))

    def epsilon(model):
        for module in model.modules():
            if isinstance(module, torch.nn.LayerNorm):
                module.eps = 1e-5 if module.eps != 1e-5 else 1e-3

    wrong("layer_norm_epsilon", epsilon)

    def swap_head(model):
        if config.tie_word_embeddings:
            model.lm_head.weight = torch.nn.Parameter(model.lm_head.weight.roll(1, 1))
        else:
            model.lm_head.weight = model.transformer.wte.weight

    wrong("lm_head", swap_head)

    def without(part):
        def change(model):
            for name, parameter in model.named_parameters():
                if part in name:
                    parameter.data.zero_() if name.endswith("bias") else parameter.data.fill_(1.0)

        return change

    for part in (
        "ln_1.weight",
        "ln_1.bias",
        "ln_2.weight",
        "ln_2.bias",
        "ln_f.weight",
        "ln_f.bias",
        "c_attn.bias",
        "attn.c_proj.bias",
        "c_fc.bias",
        "mlp.c_proj.bias",
    ):
        wrong(f"{part} ignored", without(part))

    def shifted(model):
        model.transformer.wpe.weight.data = model.transformer.wpe.weight.data.roll(1, 0)

    wrong("positions from 1", shifted)
    return moved

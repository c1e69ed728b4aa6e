"""The distribution that a token is drawn from, after each combination of options, by transformers' own processors.

Order: logit bias; repetition penalty; presence and frequency penalty; temperature; top-k; top-p; min-p; typical;
softmax. Transformers knows neither the bias (as a plain sum) nor OpenAI's two penalties: these three are computed here.
"""

import itertools

import torch
from reference import VERSIONS
from transformers import (
    LogitsProcessorList,
    MinPLogitsWarper,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
    TypicalLogitsWarper,
)

V = 31
PROMPT = [3, 7, 7, 12, 30, 0]
GENERATED = [5, 3, 5, 5, 19]

ALONE = [
    {},
    *({"temperature": t} for t in (0.1, 0.5, 0.8, 1.5, 4.0)),
    *({"top_k": k} for k in (1, 2, 5, 30, 31, 100)),
    *({"top_p": p} for p in (0.01, 0.3, 0.5, 0.9, 0.95, 0.999)),
    *({"min_p": p} for p in (0.01, 0.1, 0.5, 1.0)),
    *({"typical_p": p} for p in (0.05, 0.2, 0.5, 0.9, 0.99)),
    *({"repetition_penalty": r} for r in (0.7, 1.1, 1.5, 10.0)),
    *({"presence_penalty": p} for p in (-1.0, 0.6, 2.0)),
    *({"frequency_penalty": p} for p in (-0.5, 0.3, 2.0)),
    {"logit_bias": {"4": 5.0, "5": -100.0, "30": -1.5}},
]
TOGETHER = [
    {"temperature": 0.8, "top_k": 40, "top_p": 0.95},
    {"temperature": 0.8, "top_k": 10, "top_p": 0.95},
    {"temperature": 0.7, "top_p": 0.9, "min_p": 0.05},
    {"temperature": 1.3, "top_k": 20, "typical_p": 0.8},
    {"top_k": 8, "top_p": 0.8, "min_p": 0.1, "typical_p": 0.7},
    {"temperature": 2.0, "top_k": 15, "top_p": 0.9, "min_p": 0.02, "typical_p": 0.95, "repetition_penalty": 1.2},
    {"repetition_penalty": 1.3, "presence_penalty": 0.5, "frequency_penalty": 0.25, "temperature": 0.6, "top_k": 12},
    {"logit_bias": {"3": 2.0, "5": 2.0}, "repetition_penalty": 1.3, "presence_penalty": 0.5, "top_p": 0.9},
    {
        "logit_bias": {"19": 1.0, "20": -3.0},
        "frequency_penalty": 0.7,
        "temperature": 0.9,
        "min_p": 0.03,
        "typical_p": 0.9,
    },
]


def vectors() -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    normal = torch.randn(V, generator=generator)
    masked = 2 * torch.randn(V, generator=generator)
    masked[[0, 4, 9, 17, 28]] = -torch.inf
    peaked = torch.randn(V, generator=generator)
    peaked[11] = 25.0
    ties = (2 * torch.randn(V, generator=generator)).round()
    only = torch.full((V,), -torch.inf)
    only[23] = -3.5
    return {
        "normal": 2 * normal,
        "flat": 0.01 * normal,
        "negative": 3 * torch.randn(V, generator=generator) - 50,
        "large": 40 * torch.randn(V, generator=generator),
        "peaked": peaked,
        "masked": masked,
        "ties": ties,
        "equal": torch.full((V,), 1.25),
        "only": only,
    }


def distribution(logits: torch.Tensor, options: dict) -> tuple[torch.Tensor, torch.Tensor]:
    """(scores before truncation, probabilities), both float64 [V]"""
    scores = logits.double().clone()
    for id, bias in options.get("logit_bias", {}).items():
        scores[int(id)] += bias
    scores = scores[None]
    context = torch.tensor([PROMPT + GENERATED])
    if "repetition_penalty" in options:
        scores = RepetitionPenaltyLogitsProcessor(options["repetition_penalty"])(context, scores)
    counts = torch.bincount(torch.tensor(GENERATED), minlength=V).double()
    scores = (
        scores - options.get("presence_penalty", 0.0) * (counts > 0) - options.get("frequency_penalty", 0.0) * counts
    )
    warpers = LogitsProcessorList()
    for option, warper in (
        ("temperature", TemperatureLogitsWarper),
        ("top_k", TopKLogitsWarper),
        ("top_p", TopPLogitsWarper),
        ("min_p", MinPLogitsWarper),
        ("typical_p", TypicalLogitsWarper),
    ):
        if option in options:
            warpers.append(warper(options[option]))
    return scores[0], warpers(context, scores).softmax(-1)[0]


def splits_a_tie(scores: torch.Tensor, probabilities: torch.Tensor) -> bool:
    """Whether of two equal scores one was kept and one was not: then the order of an unstable sort decided."""
    kept = scores[probabilities > 0]
    return bool(torch.isin(scores[(probabilities == 0) & scores.isfinite()], kept).any())


def make() -> dict:
    logits = vectors()
    cases = []
    for (name, vector), options in itertools.product(logits.items(), ALONE + TOGETHER):
        scores, probabilities = distribution(vector, options)
        if not splits_a_tie(scores, probabilities):
            cases.append(
                {
                    "logits": name,
                    "options": options,
                    "probabilities": [float(f"{p:.12g}") for p in probabilities.tolist()],
                }
            )
    return {
        "format": 1,
        "made_with": VERSIONS,
        "prompt": PROMPT,
        "generated": GENERATED,
        "logits": {name: [None if x == -torch.inf else x for x in v.tolist()] for name, v in logits.items()},
        "cases": cases,
    }

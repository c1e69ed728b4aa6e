"""Small GPT-2 models with random weights.

Between them they set every switch of config.json and every way to store weights.

The default initialisation (weights near zero, biases zero, LayerNorm the identity) would hide most mistakes: attention
would be nearly uniform and a forgotten bias would change nothing. Here every parameter is random and large enough that
each switch changes the logits by far more than a test's tolerance; `reference.sensitivity` measures it.
"""

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import GPT2Config, GPT2LMHeadModel


@dataclass(frozen=True)
class SmallModel:
    name: str
    why: str
    config: dict = field(default_factory=dict)  # differences from BASE
    dtype: torch.dtype = torch.float32
    layout: str = "transformers"  # transformers | bare | sharded | hub | hub-prefixed: see write()
    extra_config: dict = field(default_factory=dict)  # written to config.json, of no meaning to GPT2Config


# Odd sizes on purpose: nothing is a multiple of a vector or a tile.
BASE = dict(
    vocab_size=207,
    n_positions=111,
    n_embd=36,
    n_layer=2,
    n_head=3,
    bos_token_id=0,
    eos_token_id=0,
)

MODELS = [
    SmallModel("plain", "as transformers 5 saves it: `transformer.` names, no n_ctx, tied head, gelu_new"),
    SmallModel(
        "gelu-untied", "exact GELU; an lm_head of its own", dict(activation_function="gelu", tie_word_embeddings=False)
    ),
    SmallModel(
        "tanh-head13",
        "gelu_pytorch_tanh; head size 13; odd n_inner; names without prefix; n_ctx in config.json",
        dict(activation_function="gelu_pytorch_tanh", n_embd=39, n_inner=77),
        layout="bare",
        extra_config=dict(n_ctx=111),
    ),
    SmallModel(
        "relu-inner",
        "relu; n_inner larger than 4C; four layers",
        dict(activation_function="relu", n_inner=150, n_layer=4, n_embd=24, n_head=2),
    ),
    SmallModel(
        "silu-single",
        "silu; one layer, one head, n_embd 17; n_inner smaller than C; vocabulary 13",
        dict(activation_function="silu", n_layer=1, n_head=1, n_embd=17, n_inner=5, vocab_size=13, n_positions=31),
    ),
    SmallModel("unscaled", "scale_attn_weights=false", dict(scale_attn_weights=False)),
    SmallModel(
        "inverse-layer",
        "scale_attn_by_inverse_layer_idx=true, four layers",
        dict(scale_attn_by_inverse_layer_idx=True, n_layer=4, n_embd=28, n_head=2),
    ),
    SmallModel(
        "upcast-f16",
        "reorder_and_upcast_attn=true; weights F16",
        dict(reorder_and_upcast_attn=True),
        dtype=torch.float16,
    ),
    SmallModel("epsilon", "layer_norm_epsilon 0.1", dict(layer_norm_epsilon=0.1)),
    SmallModel("bf16", "weights BF16; head size 16", dict(n_embd=48), dtype=torch.bfloat16),
    SmallModel(
        "bf16-untied",
        "weights BF16, untied, relu, head size 64 as in GPT-2",
        dict(n_embd=64, n_head=1, n_layer=1, activation_function="relu", tie_word_embeddings=False),
        dtype=torch.bfloat16,
    ),
    SmallModel(
        "f16-bare",
        "weights F16, names without prefix, gelu",
        dict(n_embd=40, n_head=5, activation_function="gelu"),
        dtype=torch.float16,
        layout="bare",
    ),
    SmallModel("sharded", "three shards and model.safetensors.index.json", dict(n_embd=32, n_head=4), layout="sharded"),
    SmallModel(
        "sharded-bf16",
        "shards in BF16; eos_token_id is a list, bos_token_id lies outside the vocabulary",
        dict(n_embd=32, n_head=2, eos_token_id=[3, 206], bos_token_id=50256),
        dtype=torch.bfloat16,
        layout="sharded",
    ),
    SmallModel(
        "hub",
        "as older files on the hub: bare names, masks `h.N.attn.bias` (F32) and `attn.masked_bias`, n_ctx, "
        "a null n_inner",
        layout="hub",
        extra_config=dict(
            n_ctx=111,
            n_special=0,
            predict_special_tokens=True,
            task_specific_params={"text-generation": {"do_sample": True, "max_length": 50}},
        ),
    ),
    SmallModel(
        "hub-prefixed",
        "prefixed names, masks as BOOL, lm_head.weight stored although tied, every other switch away from its default",
        dict(
            activation_function="gelu",
            n_inner=101,
            n_layer=3,
            n_embd=33,
            n_head=3,
            layer_norm_epsilon=0.03,
            scale_attn_weights=False,
            scale_attn_by_inverse_layer_idx=True,
            reorder_and_upcast_attn=True,
            eos_token_id=[1],
            bos_token_id=None,
        ),
        layout="hub-prefixed",
        extra_config=dict(n_ctx=111),
    ),
]


def build(spec: SmallModel, seed: int) -> GPT2LMHeadModel:
    """A model whose every parameter is drawn from (seed, position in the state dict)."""
    model = GPT2LMHeadModel(GPT2Config(**{**BASE, **spec.config}))
    generator = torch.Generator().manual_seed(seed)
    # Unscaled attention multiplies the scores by sqrt(HS): smaller queries and keys keep the softmax from saturating.
    narrow = 0.5 if spec.config.get("scale_attn_weights") is False else 1.0
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            random = torch.randn(parameter.shape, generator=generator)
            if ".ln_" in name and name.endswith("weight"):
                parameter.copy_(1.0 + 0.3 * random)
            elif name.endswith("bias"):
                parameter.copy_(0.3 * random)
            elif "wte" in name or "wpe" in name or "lm_head" in name:
                parameter.copy_(0.5 * random)
            else:  # [in, out]
                scale = narrow if "c_attn" in name else 1.0
                parameter.copy_(1.5 * scale * parameter.shape[0] ** -0.5 * random)
    return model.eval()


def write(spec: SmallModel, directory: Path, seed: int) -> None:
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    model = build(spec, seed).to(spec.dtype)
    if spec.layout in ("transformers", "sharded"):
        size = sum(p.numel() * p.element_size() for p in model.parameters())
        model.save_pretrained(directory, max_shard_size=size // 3 + 4096 if spec.layout == "sharded" else "1GB")
        (directory / "generation_config.json").unlink(missing_ok=True)
    else:
        save_file(stored_tensors(spec, model), directory / "model.safetensors", metadata={"format": "pt"})
        model.config.architectures = ["GPT2LMHeadModel"]
        model.config.save_pretrained(directory)
    if spec.extra_config:
        path = directory / "config.json"
        config = json.loads(path.read_text())
        path.write_text(json.dumps({**config, **spec.extra_config}, indent=2, sort_keys=True) + "\n")


def stored_tensors(spec: SmallModel, model: GPT2LMHeadModel) -> dict[str, torch.Tensor]:
    tensors = {name: t.contiguous().clone() for name, t in model.state_dict().items() if name != "lm_head.weight"}
    P = model.config.n_positions
    mask = torch.ones(P, P).tril().view(1, 1, P, P)
    for layer in range(model.config.n_layer):
        if spec.layout == "hub":
            tensors[f"transformer.h.{layer}.attn.bias"] = mask.clone()
            tensors[f"transformer.h.{layer}.attn.masked_bias"] = torch.tensor(-1e4)
        elif spec.layout == "hub-prefixed":
            tensors[f"transformer.h.{layer}.attn.bias"] = mask.bool()
    if spec.layout == "hub-prefixed":
        tensors["lm_head.weight"] = tensors["transformer.wte.weight"].clone()
        return tensors
    return {name.removeprefix("transformer."): t for name, t in tensors.items()}

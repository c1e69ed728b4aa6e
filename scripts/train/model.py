"""The model as it is trained: PyTorch's GPT-2 with what makes it fast on a CPU."""

import argparse

import torch
from torch.nn.functional import scaled_dot_product_attention
from transformers import GPT2Config, GPT2LMHeadModel
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS


def causal_attention(module, query, key, value, attention_mask, scaling=None, dropout=0.0, **_):
    """In float32 on a CPU, where PyTorch's backward pass is several times slower in bf16."""
    if query.device.type != "cpu":
        out = scaled_dot_product_attention(query, key, value, is_causal=True)
    else:
        with torch.autocast("cpu", enabled=False):
            out = scaled_dot_product_attention(query.float(), key.float(), value.float(), is_causal=True)
    return out.transpose(1, 2).contiguous().to(query.dtype), None


ALL_ATTENTION_FUNCTIONS.register("causal", causal_attention)


def config(options: argparse.Namespace, vocab: int) -> GPT2Config:
    return GPT2Config(
        vocab_size=vocab,
        n_positions=512,
        n_embd=options.width,
        n_layer=options.layers,
        n_head=options.width // 32,
        activation_function="gelu_pytorch_tanh",  # gelu_new, which transformers computes in eight steps
        attn_implementation="causal",
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
    with torch.autocast(ids.device.type, torch.bfloat16):
        hidden = model.transformer(ids, use_cache=False).last_hidden_state  # [B, T, C]
        return model.lm_head(hidden[where]).float()

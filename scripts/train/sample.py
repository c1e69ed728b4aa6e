"""Prints what a model says, with fixed seeds and nothing left out: the samples of the model card.

python sample.py models/mini
"""

import sys

import torch
from transformers import AutoTokenizer, GPT2LMHeadModel

PROMPTS = ["Once upon a time", "There was once a little fox who", "The King said", "ROMEO:", "春"]


def main() -> None:
    torch.set_num_threads(1)
    tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
    model = GPT2LMHeadModel.from_pretrained(sys.argv[1], dtype=torch.float32).eval()
    for prompt in PROMPTS:
        ids = torch.tensor([tokenizer(prompt).input_ids])
        for seed in (1, 2) if prompt == PROMPTS[0] else (1,):
            torch.manual_seed(seed)
            out = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=160 if prompt != "春" else 80)
            print(f"--- {prompt!r}, seed {seed}\n{tokenizer.decode(out[0], skip_special_tokens=True)}\n")


if __name__ == "__main__":
    main()

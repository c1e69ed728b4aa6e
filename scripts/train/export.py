"""Writes a checkpoint as a Hugging Face directory: bf16 safetensors, config, generation config, tokenizer.

python export.py --out models/mini [--cache .cache/train] [--checkpoint last.pt]
"""

import argparse
import json
import shutil
from pathlib import Path

import torch
from actions import END_OF_TEXT
from transformers import GenerationConfig, GPT2Config, GPT2LMHeadModel

SAMPLING = dict(do_sample=True, temperature=0.8, top_k=40, top_p=0.95)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, default=Path(".cache/train"))
    parser.add_argument("--checkpoint", default="last.pt")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()

    checkpoint = torch.load(options.cache / options.checkpoint, weights_only=True)
    config = GPT2Config.from_dict({**checkpoint["config"], "activation_function": "gelu_new"})  # as GPT-2's is called
    model = GPT2LMHeadModel(config)
    model.load_state_dict(checkpoint["model"])
    end = model.config.eos_token_id
    model = model.to(torch.bfloat16)
    model.generation_config = GenerationConfig(bos_token_id=end, eos_token_id=end, pad_token_id=end, **SAMPLING)
    model.save_pretrained(options.out)

    shutil.copyfile(options.cache / "tokenizer.json", options.out / "tokenizer.json")
    description = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": END_OF_TEXT,
        "eos_token": END_OF_TEXT,
        "pad_token": END_OF_TEXT,
        "clean_up_tokenization_spaces": False,
        "model_max_length": model.config.n_positions,
    }
    (options.out / "tokenizer_config.json").write_text(json.dumps(description, indent=2) + "\n")
    for file in options.out.iterdir():
        file.chmod(0o644)
    print(json.dumps(checkpoint["record"]))


if __name__ == "__main__":
    main()

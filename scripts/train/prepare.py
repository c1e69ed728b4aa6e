"""Texts to token ids: trains the byte-level BPE and writes <cache>/tokenizer.json and <cache>/<source>.<part>.npy.

    python prepare.py --data DIRECTORY [--cache .cache/train] [--vocab 3072] [--seed 0]

Each .npy is one array of uint16: <|endoftext|> document <|endoftext|> document ... <|endoftext|>.
"""

import argparse
import random
from pathlib import Path

import corpus
import numpy as np
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

END_OF_TEXT = "<|endoftext|>"  # gets id 0

# How often each source is repeated when merges are counted, and how much of it is taken.
TOKENIZER_MIX = {"stories": (3, 1.0), "shakespeare": (1, 1.0), "poems": (1, 0.15)}


def train_tokenizer(splits: dict[str, corpus.Split], vocab: int, seed: int) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab,
        special_tokens=[END_OF_TEXT],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    texts = []
    for source, (times, share) in TOKENIZER_MIX.items():
        documents = [d.text() for d in splits[source].train]
        documents = random.Random(seed).sample(documents, round(share * len(documents)))
        texts += times * documents
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def encode(tokenizer: Tokenizer, documents: list[corpus.Document], without_titles: bool) -> np.ndarray:
    """With `without_titles`, a titled document comes again from its first sentence on: prompts rarely have titles."""
    texts = [d.text() for d in documents]
    if without_titles:
        texts += [d.body for d in documents if d.title]
    end = tokenizer.token_to_id(END_OF_TEXT)
    ids = [end]
    for encoding in tokenizer.encode_batch(texts):
        ids += encoding.ids
        ids.append(end)
    return np.array(ids, dtype=np.uint16)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="directory with the three text files")
    parser.add_argument("--cache", type=Path, default=Path(".cache/train"))
    parser.add_argument("--vocab", type=int, default=3072)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    options.cache.mkdir(parents=True, exist_ok=True)
    splits = corpus.load(options.data, options.seed)
    tokenizer = train_tokenizer(splits, options.vocab, options.seed)
    tokenizer.save(str(options.cache / "tokenizer.json"))
    for source, split in splits.items():
        for part, documents in (("train", split.train), ("validation", split.validation)):
            ids = encode(tokenizer, documents, without_titles=part == "train")
            np.save(options.cache / f"{source}.{part}.npy", ids)
            characters = sum(len(d.text()) for d in documents)
            print(f"{source:12} {part:10} {len(documents):6} documents {characters:8} characters {len(ids):8} tokens")


if __name__ == "__main__":
    main()

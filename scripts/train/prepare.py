"""Texts and trajectories to token ids: trains the byte-level BPE and writes, into the cache directory,

    tokenizer.json
    <source>.<part>.npy                  stories, shakespeare, poems: <|endoftext|> document <|endoftext|> ... as uint16
    actions.<part>.{ids,learnt,ends}.npy trajectories one after the other, which tokens are learnt, where each ends

    python prepare.py --data DIRECTORY --trajectories FILE.jsonl [--cache .cache/train] [--vocab 5120] [--seed 0]
                      [--tokenizer tokenizer.json]
"""

import argparse
import itertools
import json
import random
from collections import Counter
from pathlib import Path

import actions
import corpus
import numpy as np
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

# Chinese characters, digits, signs and spaces are pieces of their own. What an action copies from a goal is then made
# of the same tokens wherever it stands: after a space, in quotes, in the middle of a Chinese sentence.
PIECES = r"[一-鿿]|\p{N}|\n+| +|[^\s\p{N}\p{P}\p{S}一-鿿]+|[^\s]|\s"

# How often each source is repeated when merges are counted, and how much of it is taken.
TOKENIZER_MIX = {"stories": (3, 1.0), "shakespeare": (1, 1.0), "poems": (1, 0.05)}
TOKENIZER_TRAJECTORIES = 20_000

VALIDATION_TRAJECTORIES = 1000
LONGEST = 513  # tokens of a trajectory: the context and the token after it


def new_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PIECES), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def read_trajectories(path: Path) -> tuple[list[dict], list[dict]]:
    """For training and for validation, which are the first that occur once: small talk has no slots, so it repeats, and
    must, to be learnt."""
    with path.open(encoding="utf-8") as file:
        lines = list(file)
    times = Counter(lines)
    held_out = set(itertools.islice((line for line in lines if times[line] == 1), VALIDATION_TRAJECTORIES))
    training = [json.loads(line) for line in lines if line not in held_out]
    return training, [json.loads(line) for line in lines if line in held_out]


def train_tokenizer(splits: dict[str, corpus.Split], trajectories: list[dict], vocab: int, seed: int) -> Tokenizer:
    trainer = trainers.BpeTrainer(
        vocab_size=vocab,
        special_tokens=actions.SPECIAL,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    texts = []
    for source, (times, share) in TOKENIZER_MIX.items():
        documents = [d.text() for d in splits[source].train]
        documents = random.Random(seed).sample(documents, round(share * len(documents)))
        texts += times * documents
    for trajectory in random.Random(seed).sample(trajectories, min(TOKENIZER_TRAJECTORIES, len(trajectories))):
        texts += actions.texts(trajectory)
    tokenizer = new_tokenizer()
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def without_special(tokenizer: Tokenizer) -> Tokenizer:
    """The same, with texts that look like special tokens left texts."""
    content = json.loads(tokenizer.to_str())
    content["added_tokens"] = []
    return Tokenizer.from_str(json.dumps(content))


def encode(plain: Tokenizer, documents: list[corpus.Document], without_titles: bool) -> np.ndarray:
    """With `without_titles`, a titled document comes again from its first sentence on: prompts rarely have titles."""
    texts = [d.text() for d in documents]
    if without_titles:
        texts += [d.body for d in documents if d.title]
    end = plain.token_to_id(actions.END_OF_TEXT)
    ids = [end]
    for encoding in plain.encode_batch(texts):
        ids += encoding.ids
        ids.append(end)
    return np.array(ids, dtype=np.uint16)


def encode_actions(plain: Tokenizer, trajectories: list[dict]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ids, which of them are learnt, where each trajectory ends. Those too long for the context are left out."""
    encoder = actions.Encoder(plain)
    all_ids, all_learnt, ends = [], [], []
    end = 0
    for trajectory in trajectories:
        ids, learnt = encoder.encode(trajectory)
        if len(ids) <= LONGEST:
            end += len(ids)
            all_ids.append(np.array(ids, dtype=np.uint16))
            all_learnt.append(np.array(learnt))
            ends.append(end)
    return np.concatenate(all_ids), np.concatenate(all_learnt), np.array(ends)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="directory with the three text files")
    parser.add_argument("--trajectories", type=Path, required=True, help="what scripts/train/simulate wrote")
    parser.add_argument("--cache", type=Path, default=Path(".cache/train"))
    parser.add_argument("--tokenizer", type=Path, help="go on with this one, for a model that was trained with it")
    parser.add_argument("--vocab", type=int, default=5120)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    options.cache.mkdir(parents=True, exist_ok=True)
    splits = corpus.load(options.data, options.seed)
    training, validation = read_trajectories(options.trajectories)
    if options.tokenizer:
        tokenizer = Tokenizer.from_file(str(options.tokenizer))
    else:
        tokenizer = train_tokenizer(splits, training, options.vocab, options.seed)
    tokenizer.save(str(options.cache / "tokenizer.json"))
    plain = without_special(tokenizer)
    for source, split in splits.items():
        for part, documents in (("train", split.train), ("validation", split.validation)):
            ids = encode(plain, documents, without_titles=part == "train")
            np.save(options.cache / f"{source}.{part}.npy", ids)
            characters = sum(len(d.text()) for d in documents)
            print(f"{source:12} {part:10} {len(documents):6} documents {characters:8} characters {len(ids):8} tokens")
    for part, chosen in (("train", training), ("validation", validation)):
        ids, learnt, ends = encode_actions(plain, chosen)
        for name, array in (("ids", ids), ("learnt", learnt), ("ends", ends)):
            np.save(options.cache / f"actions.{part}.{name}.npy", array)
        print(f"actions      {part:10} {len(ends):6} trajectories {len(ids):8} tokens, {learnt.sum():8} learnt")


if __name__ == "__main__":
    main()

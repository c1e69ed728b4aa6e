"""Writes golden/tokenizers/code-points/ and golden/tokenizers/steps-*/: python tokenizer_steps.py

code-points/: how the reference classes every code point, as runs: a line holds the first code point (hex) of a run and its
class. byte-level.txt: L letter, N number, S white space, O other, as GPT-2's pre-tokenisation tells them apart. bert.txt: D
dropped, S white space, C ideograph, P punctuation, W part of a word.

steps-*/: tokenizer.json files with the steps that models put around byte-level BPE and WordPiece, and cases.json as
README.md describes it.
"""

from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

import tokenizer_vectors as vectors

ROOT = Path(__file__).resolve().parents[2]
TOKENIZERS = ROOT / "runtime/src/test/resources/golden/tokenizers"
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
CL100K = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
MORE = ["year 2026, 12345 x 67", "a  b   c", "ﬁ ① Å é", "x\r\n\r\n  y", "don't DON'T", "--a--b--", "１２３ ٣٤٥", "under_score_d"]


def code_points() -> None:
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bert = pre_tokenizers.BertPreTokenizer()
    normalizer = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=False, lowercase=False)

    def byte_level_class(c: str) -> str:
        for kind, sign in (("L", "a"), ("N", "1"), ("O", "!")):
            if len(byte_level.pre_tokenize_str(sign + c + sign)) == 1:
                return kind
        return "S"

    def bert_class(c: str) -> str:
        text = normalizer.normalize_str("a" + c + "b")
        known = {"ab": "D", "a b": "S", "a " + c + " b": "C"}
        return known[text] if text in known else {1: "W", 3: "P"}[len(bert.pre_tokenize_str(text))]

    folder = vectors.fresh(TOKENIZERS / "code-points")
    for name, kind in (("byte-level", byte_level_class), ("bert", bert_class)):
        runs, last = [], ""
        for code_point in range(0x110000):
            if not 0xD800 <= code_point < 0xE000 and (now := kind(chr(code_point))) != last:
                runs.append(f"{code_point:x} {now}\n")
                last = now
        (folder / f"{name}.txt").write_text("".join(runs))
        print(f"{name:18} {len(runs)} runs")


def bpe(alphabet: list[str], **model: object) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE(**model))
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<|endoftext|>"] + ([model["unk_token"]] if "unk_token" in model else [])
    trainer = trainers.BpeTrainer(vocab_size=420, special_tokens=special, initial_alphabet=alphabet, show_progress=False)
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.train_from_iterator(vectors.TEXTS[:12] if not alphabet else vectors.TEXTS, trainer)
    return tokenizer


def steps() -> None:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    plain_bytes = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    whole = pre_tokenizers.ByteLevel(add_prefix_space=False)
    splits = {
        "steps-digits": [pre_tokenizers.Digits(individual_digits=True), whole],
        "steps-digit-runs": [pre_tokenizers.Digits(individual_digits=False), whole],
        "steps-split-digit": [pre_tokenizers.Split(Regex(r"\d"), "isolated"), whole],
        "steps-gpt2-pattern": [pre_tokenizers.Split(Regex(GPT2), "removed", invert=True), plain_bytes],
        "steps-cl100k": [pre_tokenizers.Split(Regex(CL100K), "isolated"), plain_bytes],
        "steps-previous": [pre_tokenizers.Split(" ", "merged_with_previous"), plain_bytes],
        "steps-next": [pre_tokenizers.Split("-", "merged_with_next"), pre_tokenizers.Punctuation("contiguous"), plain_bytes],
    }
    for name, parts in splits.items():
        tokenizer = bpe(alphabet)
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence(parts)
        vectors.save(TOKENIZERS / name, tokenizer, vectors.TEXTS + vectors.WITH_ADDED + MORE)

    tokenizer = bpe(alphabet)
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase(), normalizers.Replace("--", "-")])
    tokenizer.add_tokens(["don't"])  # found in normalised text: in DON'T, too
    vectors.save(TOKENIZERS / "steps-normalizer", tokenizer, vectors.TEXTS + vectors.WITH_ADDED + MORE)

    tokenizer = bpe([], unk_token="<unk>", fuse_unk=True)
    vectors.save(TOKENIZERS / "steps-unknown", tokenizer, vectors.TEXTS + MORE)

    tokenizer = Tokenizer(models.BPE(vocab={**{c: i for i, c in enumerate(alphabet)}, "abc": 256, "bc": 257}, merges=[("b", "c")], ignore_merges=True))
    tokenizer.pre_tokenizer, tokenizer.decoder = whole, decoders.ByteLevel()
    vectors.save(TOKENIZERS / "steps-ignore-merges", tokenizer, ["abc abcd", "abc", "abc!abc"] + MORE)

    vocabulary = {piece: i for i, piece in enumerate(dict.fromkeys(vectors.VOCABULARY))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=50))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True, strip_accents=False)
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.BertPreTokenizer(), decoders.WordPiece(cleanup=False)
    tokenizer.add_special_tokens(["[UNK]", "[CLS]", "[SEP]"])
    vectors.save(TOKENIZERS / "steps-wordpiece", tokenizer, vectors.TEXTS + vectors.WITH_BERT_SPECIALS + MORE)


if __name__ == "__main__":
    code_points()
    steps()

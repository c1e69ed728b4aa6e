"""Small tokenizers and what the tokenizers library makes of awkward texts. README.md describes the files."""

import copy
import json
import shutil
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import BertTokenizer

TEXTS = [
    "",
    " ",
    "   ",
    "\n",
    "\n\n\t \r\n",
    "Once upon a time",
    " Once upon a time ",
    "Once  upon   a    time",
    'The Cloud said, "Men of earth, I will help you!"',
    "I'll we've they're he'd I'm it's don't CAN'T I'LL",
    "1 12 123 1234 12345 3.14159 1,000,000 2026-11-23",
    "a_b-c+d=e/f\\g|h~i`j^k@l#m$n%o&p*q(r)s[t]u{v}w<x>y?z!",
    "...!!!???---___",
    "camelCaseAndUPPERCASE",
    "naïve café déjà vu Ångström façade Zürich",
    "nai\u0308ve cafe\u0301 A\u030angstro\u0308m",
    "ﬁancé ½ ² Ⅷ ℃ ㎏",
    "國破山河在，城春草木深。",
    "春眠不覺曉，處處聞啼鳥。夜來風雨聲，花落知多少。",
    "我爱北京天安门",
    "我们 use GPT-2 模型。",
    "日本語のテキスト、カタカナ",
    "한국어 텍스트 각",
    "Привет, мир! Съешь ещё",
    "Γειά σου Κόσμε ΣΊΣΥΦΟΣ",
    "שָׁלוֹם עולם",
    "مرحبا بالعالم",
    "नमस्ते दुनिया",
    "İstanbul ıI ß ẞ",
    "😀 😃😄 👍🏽 👩‍👩‍👧‍👦 🏳️‍🌈 🇨🇳",
    "a😀b",
    "𤞇兒撼起 𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
    "tab\tnewline\ncarriage\rreturn",
    "nbsp\u00a0thin\u2009zero\u200bwidth\ufeffbom\u3000wide",
    "null\u0000bell\u0007escape\u001bdelete\u007f",
    "replacement\ufffdcharacter private\ue000use",
    "y" * 99,
    "y" * 100,
    "y" * 101,
    "the " * 40,
    "    indented\n        code(block) {\n\treturn x;\n    }",
    "https://example.org/a?b=c&d=%20e",
    "mixed中文English混合",
    "“curly” ‘quotes’ — dash… ellipsis",
    "\u0301leading combining mark",
    "trailing spaces   ",
    "\u2028line\u2029paragraph\u0085next",
]
WITH_ADDED = [
    "<|endoftext|>",
    "Once<|endoftext|>upon",
    " <|endoftext|> a time",
    "<|endoftext|><|endoftext|>",
    "<|endoftext",
    "<|user|>Who are you?<|assistant|>The Cloud",
    "<|user|>  spaces  <|assistant|>",
    "jgpt and jgptx and xjgpt, jgpt.",
    "a  <tool>  b",
]
WITH_BERT_SPECIALS = ["[CLS] Once [SEP]", "[MASK]", "once[UNK]upon", "[cls] [Sep]", "[PAD][PAD]"]


def describe(text: str, ids: list[int], tokens: list[str], decoded: str, plain: list[int] | None = None) -> dict:
    case = {"text": text, "ids": ids, "tokens": tokens, "decoded": decoded}
    if plain is not None and plain != ids:
        case["plain_ids"] = plain
    return case


# --- byte-level BPE ------------------------------------------------------------------------------------------------


def bpe_cases(tokenizer: Tokenizer, texts: list[str]) -> list[dict]:
    """`plain` takes the spelling of a special token for ordinary text."""
    plain = copy.deepcopy(tokenizer)
    plain.encode_special_tokens = True
    cases = []
    for text in texts:
        encoding = tokenizer.encode(text, add_special_tokens=False)
        ids = plain.encode(text, add_special_tokens=False).ids
        tokens = [tokenizer.id_to_token(id) for id in encoding.ids]  # encoding.tokens shows stripped spaces
        cases.append(describe(text, encoding.ids, tokens, tokenizer.decode(encoding.ids), ids))
    return cases


def train_bpe(texts: list[str], vocab: int, special: list[str], add_prefix_space: bool) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=add_prefix_space)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(vocab_size=vocab, special_tokens=special, initial_alphabet=alphabet, show_progress=False),
    )
    return tokenizer


def make_bpe(directory: Path, texts: list[str]) -> None:
    # bpe: tokenizer.json with special tokens and added tokens of every kind
    tokenizer = train_bpe(texts, 500, ["<|endoftext|>"], add_prefix_space=False)
    tokenizer.add_special_tokens(["<|user|>", "<|assistant|>"])
    tokenizer.add_tokens([AddedToken("jgpt", single_word=True), AddedToken("<tool>", lstrip=True, rstrip=True)])
    save(directory / "bpe", tokenizer, TEXTS + WITH_ADDED)

    # bpe-files: vocab.json and merges.txt, as GPT-2 was published; <|endoftext|> is the last id
    plain = train_bpe(texts, 420, [], add_prefix_space=False)
    vocabulary = {**plain.get_vocab(), "<|endoftext|>": plain.get_vocab_size()}
    folder = fresh(directory / "bpe-files")
    plain.model.save(str(folder))
    (folder / "vocab.json").write_text(
        json.dumps(dict(sorted(vocabulary.items(), key=lambda e: e[1])), ensure_ascii=True) + "\n"
    )
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "GPT2Tokenizer", "eos_token": "<|endoftext|>"}) + "\n"
    )
    plain.model = models.BPE.from_file(str(folder / "vocab.json"), str(folder / "merges.txt"))
    plain.add_special_tokens(["<|endoftext|>"])
    write_cases(folder, bpe_cases(plain, TEXTS + WITH_ADDED))

    # bpe-prefix-space: a space before the first word; merges as "a b", as older versions wrote them
    spaced = train_bpe(texts, 400, ["<|endoftext|>"], add_prefix_space=True)
    folder = save(directory / "bpe-prefix-space", spaced, TEXTS + WITH_ADDED)
    content = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    content["model"]["merges"] = [" ".join(pair) for pair in content["model"]["merges"]]
    (folder / "tokenizer.json").write_text(json.dumps(content, ensure_ascii=False) + "\n", encoding="utf-8")
    assert bpe_cases(Tokenizer.from_file(str(folder / "tokenizer.json")), TEXTS) == bpe_cases(spaced, TEXTS)


# --- WordPiece -----------------------------------------------------------------------------------------------------

VOCABULARY = (
    ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    + list("!\"#%&'()*+,-./:;?_，。、！？「」“”…—")
    + list("0123456789abcdefghijklmnopqrstuvwyz")  # no x
    + ["##" + c for c in "0123456789abcdefghijklmnopqrstuvwxyz"]
    + "once upon a time the cloud said men of earth will help you code return naive cafe café naïve zurich and".split()
    + "##ing ##ed ##ly ##on ##time ##block ##s ##café Once The GPT English ##Case Up ##per".split()
    + list("國破山河在城春草木深眠不覺曉處聞啼鳥我爱北京天安门们用模型中文混合日本語")
    + [
        "の",
        "##の",
        "カ",
        "##タ",
        "한",
        "국",
        "п",
        "##р",
        "##и",
        "##в",
        "##е",
        "##т",
        "и",
        "й",
        "😀",
        "##😀",
        "σ",
        "##ς",
        "ß",
        "½",
    ]
)


def make_wordpiece(directory: Path) -> None:
    for name, lower in (("wordpiece-uncased", True), ("wordpiece-cased", False)):
        folder = fresh(directory / name)
        vocabulary = list(dict.fromkeys(VOCABULARY))
        (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
        config = {"tokenizer_class": "BertTokenizer", "do_lower_case": lower}
        (folder / "tokenizer_config.json").write_text(json.dumps(config) + "\n")
        tokenizer = BertTokenizer(vocab={token: id for id, token in enumerate(vocabulary)}, do_lower_case=lower)
        plain = copy.deepcopy(tokenizer._tokenizer)
        plain.encode_special_tokens = True
        cases = []
        for text in TEXTS + WITH_BERT_SPECIALS:
            ids = tokenizer(text, add_special_tokens=False).input_ids
            decoded = tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
            plain_ids = plain.encode(text, add_special_tokens=False).ids
            cases.append(describe(text, ids, tokenizer.convert_ids_to_tokens(ids), decoded, plain_ids))
        write_cases(folder, cases)


# --- files ---------------------------------------------------------------------------------------------------------


def fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def save(folder: Path, tokenizer: Tokenizer, texts: list[str]) -> Path:
    fresh(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    write_cases(folder, bpe_cases(tokenizer, texts))
    return folder


def write_cases(folder: Path, cases: list[dict]) -> None:
    lines = ",\n".join(json.dumps(case, ensure_ascii=True) for case in cases)
    (folder / "cases.json").write_text(f"[\n{lines}\n]\n")
    print(f"{folder.name:18} {len(cases)} texts")

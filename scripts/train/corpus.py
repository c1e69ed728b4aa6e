"""The three texts as lists of documents, split into a training and a validation part.

A document is what stands between two <|endoftext|>: a story or chapter, a stretch of Shakespeare, a poem.
"""

import random
import re
from dataclasses import dataclass
from pathlib import Path

SOURCES = ("stories", "shakespeare", "poems")


@dataclass(frozen=True)
class Document:
    title: str  # empty where the document has none
    body: str

    def text(self) -> str:
        return f"{self.title}\n\n{self.body}" if self.title else self.body


@dataclass(frozen=True)
class Split:
    train: list[Document]
    validation: list[Document]


def load(directory: Path, seed: int) -> dict[str, Split]:
    """Reads stories-en.txt, tinyshakespeare.txt and tang-poems-zh.txt."""
    stories = story_documents((directory / "stories-en.txt").read_text(encoding="utf-8"))
    plays = shakespeare_documents((directory / "tinyshakespeare.txt").read_text(encoding="utf-8"))
    poems = poem_documents((directory / "tang-poems-zh.txt").read_text(encoding="utf-8"))
    return {
        "stories": hold_out(stories, 0.05, seed),
        "shakespeare": hold_out(plays, 0.05, seed),
        "poems": hold_out(poems, 0.01, seed),
    }


def hold_out(documents: list[Document], share: float, seed: int) -> Split:
    """Sets whole documents aside, drawn at random, until they hold `share` of the characters.

    A document longer than half the part to hold out stays in training, so that one chapter cannot be all of it.
    """
    wanted = share * sum(len(d.body) for d in documents)
    order = list(range(len(documents)))
    random.Random(seed).shuffle(order)
    held, size = set(), 0
    for i in order:
        if size < wanted and len(documents[i].body) <= wanted / 2:
            held.add(i)
            size += len(documents[i].body)
    return Split(
        [d for i, d in enumerate(documents) if i not in held],
        [d for i, d in enumerate(documents) if i in held],
    )


# --- stories -------------------------------------------------------------------------------------------------------

# "... sea. THE LITTLE FIR TREE Once there was": a title in capitals amid the running text.
TITLE_IN_TEXT = re.compile(
    r"(?:^|(?<=[.!?\"')_*] ))((?:[IVX]+ )?(?:[A-Z][A-Z'-]*,? (?:'S )?){2,})(?=\"?[A-Z](?:[a-z']| [a-z]))"
)
CHAPTER = re.compile(r"(?:CHAPTER|Chapter) [IVXivx]+\b\.? ?")
STAGE = re.compile(r"^[ '*\"]*(chapter|scene|act|end of|curtain|men|women)\b", re.IGNORECASE)


def story_documents(text: str) -> list[Document]:
    """The file alternates short lines, taken for headings by whoever made it, and very long ones, the text.

    Some headings are titles, some are only an exclamation in capitals that belongs to the text around it.
    """
    documents: list[Document] = []
    title, parts = "", []

    def finish() -> None:
        nonlocal title
        body = clean_story(" ".join(parts))
        if len(body) >= 200:
            documents.append(Document(clean_title(title), body))
            title = ""
        parts.clear()

    for line in filter(None, map(str.strip, text.split("\n"))):
        if len(line) < 100 and STAGE.match(line):
            finish()
        elif len(line) < 60 and is_title(line):
            finish()
            title = line
        else:
            start = 0
            for match in TITLE_IN_TEXT.finditer(line):
                if sum(c.isupper() for c in match[1]) < 8 or STAGE.match(match[1]):
                    continue
                parts.append(line[start : match.start(1)])
                finish()
                title, start = match[1], match.end(1)
            for i, chapter in enumerate(CHAPTER.split(line[start:])):
                if i:
                    finish()
                parts.append(chapter)
    finish()
    return documents


def is_title(line: str) -> bool:
    words = line.rstrip(".").split()
    capitalised = all(word[0].isupper() for word in words if word[0].isalpha())
    return len(words) >= 2 and capitalised and line[0].isalpha() and line[-1] not in "!?" and "--" not in line


def clean_title(title: str) -> str:
    title = re.sub(r"^[IVX]+ ", "", title.strip("'\"` .*"))
    title = re.sub(r" 'S\b", "'s", title)
    return " ".join(w if w[1:].islower() else w.capitalize() for w in title.split())


def clean_story(text: str) -> str:
    """Undoes what tokenising and detokenising left: stray spaces at quotation marks, asterisks, split contractions."""
    text = re.sub(r"[_*]+|\[[^\]]*\]", " ", text)
    text = re.sub(r"(\w) ?' ?(ll|ve|[Mm]|[Dd]|re|[Ss]|[Tt]|clock|pose)\b", lambda m: f"{m[1]}'{m[2].lower()}", text)
    text = re.sub(r"(?:^|(?<=[\s(]))[`'](?=\s)|`", '"', text)  # Carroll's and Edgeworth's single quotation marks
    text = re.sub(r"([.,!?;:]) '(?=[A-Z])", r'\1 "', text)
    text = re.sub(r"(?<=[.!?,])\.(?= )", "", text)
    text = pair_quotes(re.sub(r"\s+", " ", text).strip())
    return re.sub(r'(?<=[.,!?-])" "(?=\S)', '"\n\n"', text)  # another speaker: another paragraph


SPEAKS = re.compile(r"(said|cried|replied|asked|answered|thought|exclaimed|continued)\b")


def pair_quotes(text: str) -> str:
    """Glues each quotation mark to what it encloses. Marks alternate; where one was lost, its neighbours tell."""
    pieces = re.split(r'( ?" ?)', text)
    out = [pieces[0]]
    opened = False
    for mark, before, after in zip(pieces[1::2], pieces[0::2], pieces[2::2]):
        if SPEAKS.match(after):
            opened = False
        elif opened:  # a closing mark follows punctuation
            opened = bool(before) and before[-1].isalpha() and mark == ' "'
        else:
            opened = not (mark == '" ' and after[:1].islower())
        out += [' "' if opened else '" ', after]
    joined = re.sub(r'" ([.,;:!?)])', r'"\1', re.sub(r"  +", " ", "".join(out)))
    return joined.replace("( ", "(").strip()


# --- Shakespeare and poems -------------------------------------------------------------------------------------------


def shakespeare_documents(text: str, size: int = 8000) -> list[Document]:
    """The file does not mark its plays: cut at the first change of speaker after `size` characters."""
    documents, part, length = [], [], 0
    for speech in text.strip().split("\n\n"):
        part.append(speech)
        length += len(speech)
        if length >= size:
            documents.append(Document("", "\n\n".join(part)))
            part, length = [], 0
    if part:
        documents.append(Document("", "\n\n".join(part)))
    return documents


def poem_documents(text: str) -> list[Document]:
    """Title, author, lines. Poems with lost characters and very long ones are left out."""
    poems = (p.strip() for p in text.split("\n\n"))
    return [Document("", p) for p in poems if 20 <= len(p) <= 600 and not re.search(r"[□〖〗{}\[\]/?]", p)]


if __name__ == "__main__":
    import sys

    for name, split in load(Path(sys.argv[1]), seed=0).items():
        for part in ("train", "validation"):
            documents = getattr(split, part)
            print(
                f"{name:12} {part:10} {len(documents):6} documents {sum(len(d.text()) for d in documents):9} characters"
            )

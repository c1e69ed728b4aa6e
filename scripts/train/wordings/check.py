"""Checks the wordings: known sections and slots, no line twice, held-out lines and goals written by
hand unlike those learnt; prints the counts.

    python3 scripts/train/wordings/check.py
"""

import json
import re
import sys
import unicodedata
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
LANGUAGES = ("en", "zh")
SETS = HERE.parents[2] / "agent-cli/src/main/resources/io/jgpt/agent/eval"
WORDS_OF_A_KIND = {"goal", "clause", "result", "results2", "results", "reply", "same", "think", "answer", "days"}
LETTERS = "abcde"
# The slots that a kind's lines may have; {error} in the second [answer] alone.
KINDS = {
    "calculate": {"expression", "result"},
    "convert": {"amount", "from", "to", "result"},
    "date": {"offset", "day", "result"},
    "list": {"folder", "list"},
    "read": {"path", "content"},
    "write": {"path", "text"},
    "append": {"path", "text"},
    "copy": {"path", "path2"},
    "search": {"query", "result"},
    "note": {"text"},
    "notes": {"query", "content"},
    "summarize": {"path", "content"},
    "ask": {"question", "topic", "reply"},
}
# Files by section; None: any text without slots.
OTHERS = {
    "joins": {str(n): {*LETTERS[:n], *LETTERS[:n].upper()} for n in range(2, 6)},
    "polite": {"wrap": {"goal", "a"}},
    "impossible": {"impossible": set()},
    "chat": {"chat": set()},
    "distractors": {"before": set(), "after": set()},
    "injections": {"injection": {"path", "path2"}},
}
NESTED = {
    "expression", "expression2", "expression3", "amount", "from", "to", "offset", "day", "path", "path2", "folder", "query", "topic",
}  # fmt: skip
TWO_COLUMNS = {"impossible", "chat"}
SLOT = re.compile(r"\{([^{}]*)\}")


def folded(line: str) -> str:
    """The line without what a reader would not count as another wording: case, width, blanks, punctuation."""
    text = unicodedata.normalize("NFKC", line).lower()
    return "".join(c for c in text if c in "{}" or unicodedata.category(c)[0] in "LN")


def allowed_slots(name: str, section: str) -> set[str] | None:
    """None if there is no such section."""
    if name in KINDS:
        return KINDS[name] | {"error"} if section in WORDS_OF_A_KIND else None
    if name == "nested":
        return NESTED if set(section.split()) <= set(KINDS) else None
    return OTHERS.get(name, {}).get(section)


def check(path: Path, counts: Counter) -> list[str]:
    problems, section = [], ""
    seen: dict[tuple[str, str], int] = {}
    learnt: dict[str, int] = {}
    held_out: list[tuple[str, int]] = []
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        where = f"{path.parent.name}/{path.name}:{number}"
        if not raw or raw.startswith("#"):
            continue
        if raw != raw.strip():
            problems.append(f"{where}: blanks around the line")
        if raw.startswith("[") and raw.endswith("]"):
            section = raw[1:-1]
            if allowed_slots(path.stem, section) is None:
                problems.append(f"{where}: no such section: {section}")
            continue
        line = raw.removeprefix("~")
        slots = SLOT.findall(line)
        unknown = set(slots) - (allowed_slots(path.stem, section) or set())
        if unknown or "{" in SLOT.sub("", line) or "}" in SLOT.sub("", line):
            problems.append(f"{where}: unknown slots {sorted(unknown)}: {line}")
        if len(slots) != len(set(slots)) and path.stem != "injections":
            problems.append(f"{where}: a slot twice: {line}")
        if (path.stem in TWO_COLUMNS) != (line.count("\t") == 1):
            problems.append(f"{where}: columns: {line}")
        key = line.split("\t")[0]
        # A clause that is learnt as a goal is no new one, whereas joins of two and of three have nothing in common.
        group = "" if path.stem in KINDS else section + "|"
        first = seen.setdefault((section, key), number)
        if first != number:
            problems.append(f"{where}: stands in line {first}: {line}")
        if raw.startswith("~"):
            held_out.append((group + folded(key), number))
        else:
            learnt.setdefault(group + folded(key), number)
        counts[path.parent.name, path.stem, section, raw.startswith("~")] += 1
    for key, number in held_out:
        if key in learnt:
            problems.append(
                f"{path.parent.name}/{path.name}:{number}: held out, but line {learnt[key]} says the same"
            )
    return problems


def learnt_lines(path: Path) -> list[tuple[int, str]]:
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    return [(number, line) for number, line in lines if line and line[0] not in "#~["]


def tasks(name: str) -> list[dict]:
    return [json.loads(line) for line in (SETS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def check_written_goals() -> list[str]:
    """No goal written by hand is learnt, and each of `talk` has an answer that is.

    Problems name places and no words: who then changes one side has not read the other.
    """
    problems = []
    goals = {folded(task["goal"]): f"{name} {task['id']}" for name in ("free", "talk") for task in tasks(name)}
    answers: dict[str, set[str]] = {language: set() for language in LANGUAGES}
    for language in LANGUAGES:
        for path in sorted((HERE / language).glob("*.txt")):
            for number, line in learnt_lines(path):
                key, _, answer = line.partition("\t")
                if folded(key) in goals:
                    problems.append(f"{language}/{path.name}:{number}: says the same as the goal {goals[folded(key)]}")
                if path.stem in TWO_COLUMNS:
                    answers[language].add(answer.lower())
    for task in tasks("talk"):
        parts = [part.lower() for part in task["expect"]["answer"]["contains"]]
        if not any(all(part in answer for part in parts) for answer in answers[task["language"]]):
            problems.append(f"talk {task['id']}: no learnt answer has all of {parts}")
    return problems


def main() -> int:
    counts: Counter = Counter()
    problems = []
    for language in LANGUAGES:
        for path in sorted((HERE / language).glob("*.txt")):
            problems += check(path, counts)
        names = {path.stem for path in (HERE / language).glob("*.txt")}
        missing = {*KINDS, *OTHERS, "nested"} - names
        if missing:
            problems.append(f"{language}: missing {sorted(missing)}")
    problems += check_written_goals()
    sections = sorted({key[1:3] for key in counts})
    print(f"{'':24}" + "".join(f"{language:>12}" for language in LANGUAGES) + "   learnt + held out")
    for name, section in sections:
        cells = [
            f"{counts[language, name, section, False]} + {counts[language, name, section, True]}"
            for language in LANGUAGES
        ]
        print(f"{name + ' ' + section:24}" + "".join(f"{cell:>12}" for cell in cells))
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

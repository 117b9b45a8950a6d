"""How far the words of a sentence are those of a source: shared pairs of characters, and negation."""

import re
from functools import lru_cache

from workbench.models.evidence.numbers import find_numbers, folded

_FUNCTION = frozenset("的了和与及在是为于将对等其并也都而或这那该之以从到由被把让使得着过又就还")
_RUNS = re.compile(r"[\u3007\u3400-\u9fff]+|[a-z][a-z&'-]*")
_NOT = re.compile(
    r"不(?![仅断同动良少过论管锈])|未(?!来)|没有|没|无(?![形锡论疑锋线人机])|非(?![常经流])|否"
    r"|\b(?:not|never|no|without|neither|nor|cannot)\b|n't\b"
)
_AFTER_NOT = re.compile(
    r"^(?:有|被|能|得|予|予以|曾|再|会|进行|发生|存在|可|应|要|必|be|been|have|has|had|do|does|did|\s)+"
)
_REACH = 4
_ENGLISH_STOP = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "in",
        "on",
        "at",
        "to",
        "for",
        "and",
        "or",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "by",
        "with",
        "as",
        "its",
        "it",
        "this",
        "that",
        "from",
    ]
)


@lru_cache(maxsize=4096)
def content(text: str) -> frozenset[str]:
    """Pairs of Chinese characters and latin words that carry meaning; numbers are left out."""
    plain = list(folded(text))
    for n in find_numbers(text):
        plain[n.start : n.end] = " " * (n.end - n.start)
    found: set[str] = set()
    for run in _RUNS.findall("".join(plain)):
        if run.isascii():
            found |= {run} - _ENGLISH_STOP
        else:
            pairs = (run[i : i + 2] for i in range(len(run) - 1))
            found |= {p for p in pairs if p[0] not in _FUNCTION and p[1] not in _FUNCTION}
    return frozenset(found)


def last_content(text: str) -> str:
    """The last pair of Chinese characters of meaning after the last number; empty where there is none."""
    numbers = find_numbers(text)
    tail = folded(text[numbers[-1].end :] if numbers else text)
    runs = re.findall(r"[\u3007\u3400-\u9fff]{2,}", tail)
    pairs = [run[i : i + 2] for run in runs for i in range(len(run) - 1)]
    return next((p for p in reversed(pairs) if p[0] not in _FUNCTION and p[1] not in _FUNCTION), "")


def coverage(said: str, source: str) -> float:
    """Share of the content of ``said`` that ``source`` holds; 1 where there is no content."""
    wanted = content(said)
    return len(wanted & content(source)) / len(wanted) if wanted else 1.0


def negation_flipped(said: str, source: str) -> bool:
    """Whether what one of the two denies, the other affirms."""
    return _denied_only(said, source) or _denied_only(source, said)


def _denied_only(denying: str, affirming: str) -> bool:
    denied = {target for target in _denied(denying) if target not in _plainly_said(denying)}
    return any(target in _plainly_said(affirming) for target in denied)


def _denied(text: str) -> set[str]:
    """The first pair of characters, or the first word, after each negation."""
    plain = folded(text)
    targets: set[str] = set()
    for match in _NOT.finditer(plain):
        rest = _AFTER_NOT.sub("", plain[match.end() :])
        word = re.match(r"[\u3400-\u9fff]{2}|[a-z]{3,}", rest)
        if word:
            targets.add(word.group())
    return targets


def _plainly_said(text: str) -> set[str]:
    """Pairs of characters and words that stand within no negation's reach."""
    plain = folded(text)
    shadows = [(m.start(), m.end() + _REACH + 2) for m in _NOT.finditer(plain)]
    words = [(m.start(), m.group()) for m in re.finditer(r"[a-z]{3,}|(?=([\u3400-\u9fff]{2}))", plain)]
    pairs = [(m.start(), m.group(1)) for m in re.finditer(r"(?=([\u3400-\u9fff]{2}))", plain)]
    return {w for at, w in words + pairs if w and not any(a <= at < b for a, b in shadows)}

"""Where suites come from: those of the program, folders of a known shape, and what a user has judged.

::

    suite.json       {"title": {"zh", "en"}, "about": {"zh", "en"}, "documents": ["papers", …]}
    queries.jsonl    {"id", "question", "answer", "status", "answerable", "documents", "quotes"}

Folders of public research sets are read as they are: records in ``corpus.jsonl``, ``articles.jsonl`` or
``*_passages.jsonl``, questions in ``queries.jsonl`` or ``*_queries.jsonl`` with ``gold_docs``, ``gold``,
``gold_articles``, ``gold_sentences`` or ``evidence_quote``.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.i18n import language, tr
from workbench.models.measuring.suite import Question, Suite, SuiteError
from workbench.paths import resources

OWN = "own"
"""Id of the suite made of what the user has judged."""

_CORPORA = ("corpus.jsonl", "articles.jsonl", "*_passages.jsonl")
_QUERIES = ("queries.jsonl", "*_queries.jsonl")
_ACCEPTED = frozenset({"up", "good", "accepted", "right", "corrected"})
_REFUSED = "not_found"
_OUTCOMES = frozenset({"answered", _REFUSED, "conflicting"})
_LARGEST = 64 << 20


def bundled() -> tuple[Suite, ...]:
    """The program's own suites."""
    folders = sorted(path.parent for path in (resources() / "suites").glob("*/suite.json"))
    return tuple(from_folder(folder) for folder in folders)


def find(name: str, data: Path | None = None) -> Suite:
    """A suite by the id of a bundled one, by its folder, or by name in ``data`` (or ``data`` itself).

    Raises SuiteError when there is none.
    """
    if data is not None:
        inner = data / name
        return from_folder(inner if inner.is_dir() else data)
    if Path(name).is_dir():
        return from_folder(Path(name))
    found = next((suite for suite in bundled() if suite.id == name), None)
    if found is None:
        known = ", ".join(suite.id for suite in bundled())
        raise SuiteError(tr("measuring.unknown", name=name), tr("measuring.unknown.hint", known=known))
    return found


def from_folder(folder: Path) -> Suite:
    """The suite of a folder. Raises SuiteError when there is nothing to ask in it, or a line is no question."""
    told = _told(folder / "suite.json")
    queries = _matching(folder, _QUERIES)
    asked = [_question(row, number) for number, row in enumerate(_rows(queries))]
    if not asked:
        raise SuiteError(tr("measuring.empty", name=folder.name), tr("measuring.empty.hint"))
    documents = [folder / name for name in told.get("documents", ())] or _matching(folder, _CORPORA)
    documents = documents or [
        p for p in sorted(folder.iterdir()) if p.is_file() and p.suffix not in (".json", ".jsonl")
    ]
    missing = [path for path in documents if not path.exists()]
    if missing or not documents:
        name = missing[0].name if missing else folder.name
        raise SuiteError(tr("measuring.no_documents", name=name), tr("measuring.no_documents.hint"))
    return Suite(
        id=folder.resolve().name,
        title=_worded(told.get("title")) or folder.resolve().name,
        about=_worded(told.get("about")),
        questions=_told_apart(asked),
        documents=tuple(path.resolve() for path in documents),
    )


def own(case: str, name: str, judged: Mapping[str, Mapping[str, Any]]) -> Suite | None:
    """What a user accepted or corrected in a case, as a suite over that case; None while there is nothing.

    ``judged`` are the case's notes of kind ``evaluation``. An answer that was only refused says what is
    wrong, not what is right, and can't be measured with.
    """
    asked = [q for key, value in judged.items() if (q := _judged(key, value)) is not None]
    if not asked:
        return None
    about = tr("measuring.own.about", count=len(asked))
    return Suite(OWN, tr("measuring.own", case=name), about, tuple(asked), case=case)


def _judged(key: str, value: Mapping[str, Any]) -> Question | None:
    corrected = str(value.get("correction") or "").strip()
    if not value.get("question") or not (corrected or value.get("verdict") in _ACCEPTED):
        return None
    known = value.get("status") in _OUTCOMES and not corrected
    status = str(value["status"]) if known else ""
    citations = () if corrected else value.get("citations") or ()
    return Question(
        id=key,
        # A follow-up is asked as it was understood: its talk is not asked again.
        text=str(value.get("understood") or value["question"]),
        answers=tuple(filter(None, (corrected or str(value.get("answer") or ""),))),
        documents=tuple(dict.fromkeys(str(c["document"]) for c in citations if c.get("document"))),
        quotes=tuple(dict.fromkeys(str(c["quote"]) for c in citations if c.get("quote"))),
        status=status,
        answerable=status != _REFUSED,
    )


def _question(row: Mapping[str, Any], number: int) -> Question:
    try:
        answers = row.get("answers") or [row.get("answer")]
        return Question(
            id=str(row.get("id", number)),
            text=str(row["question"]),
            answers=tuple(str(a) for a in answers if a),
            documents=_several(row, ("documents", "gold_docs", "gold_articles", "gold")),
            quotes=_several(row, ("quotes", "gold_sentences", "evidence_quote")),
            status=str(row.get("status", "")),
            answerable=bool(row.get("answerable", row.get("status") != _REFUSED)),
        )
    except (KeyError, TypeError, AttributeError) as error:
        hint = tr("measuring.no_question.hint")
        raise SuiteError(tr("measuring.no_question", line=number + 1), hint, repr(error)) from error


def _several(row: Mapping[str, Any], names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        value = row.get(name)
        if value:
            return tuple(str(v) for v in (value if isinstance(value, list) else [value]) if str(v).strip())
    return ()


def _told_apart(asked: list[Question]) -> tuple[Question, ...]:
    """Of several questions with one id the first: results are kept by id."""
    return tuple({q.id: q for q in reversed(asked)}.values())[::-1]


def _matching(folder: Path, patterns: tuple[str, ...]) -> list[Path]:
    return sorted({path for pattern in patterns for path in folder.glob(pattern)})


def _others(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.iterdir()) if path.is_file() and path.suffix not in (".json", ".jsonl")]


def _damaged(path: Path, error: Exception) -> SuiteError:
    return SuiteError(tr("measuring.damaged", name=path.name), tr("measuring.damaged.hint"), str(error))


def _rows(paths: list[Path]) -> list[Any]:
    rows = []
    for path in paths:
        if path.stat().st_size > _LARGEST:
            raise SuiteError(tr("measuring.too_large", name=path.name), tr("measuring.too_large.hint"))
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
            rows += [json.loads(line) for line in lines if line.strip()]
        except (OSError, ValueError, RecursionError) as error:
            raise SuiteError(
                tr("measuring.damaged", name=path.name), tr("measuring.damaged.hint"), str(error)
            ) from error
    return rows


def _told(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    told = _json(path)
    return told if isinstance(told, dict) else {}


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(path, error) from error


def _worded(value: Any) -> str:
    return str(value.get(language()) or value.get("zh") or "") if isinstance(value, dict) else str(value or "")

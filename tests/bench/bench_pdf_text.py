"""How much of what poppler's ``pdftotext`` gets from PDFs the caged reader gets too.

``python tests/bench/bench_pdf_text.py FOLDER [--password WORD]``: of the PDFs under FOLDER from which pdftotext gets
more than 50 characters, the share from which the reader gets at least 95 % of its characters, as a multiset, blanks
left out and full-width forms folded. Said twice: of all characters, and without control and format characters
(marks of writing direction, codes of fonts without a table of meanings), which are no text.
"""

import argparse
import re
import subprocess
import unicodedata
from collections import Counter
from pathlib import Path

from workbench.errors import WorkbenchError
from workbench.models.documents.cage import CagedReader
from workbench.models.documents.document import Document

_ENOUGH = 50
_SHARE = 0.95


def squeezed(text: str) -> Counter[str]:
    """Characters without blanks, full-width forms folded."""
    return Counter(re.sub(r"\s", "", unicodedata.normalize("NFKC", text)))


def written(characters: Counter[str]) -> Counter[str]:
    """Without control and format characters."""
    return Counter({c: n for c, n in characters.items() if unicodedata.category(c) not in ("Cc", "Cf", "Cn")})


def share(of: Counter[str], found: Counter[str]) -> float:
    """How much of the characters was found."""
    return (of & found).total() / max(1, of.total())


def reference(path: Path, password: str | None) -> str:
    """What pdftotext gets, nothing where it fails."""
    options = ["-upw", password] if password else []
    try:
        done = subprocess.run(["pdftotext", *options, str(path), "-"], capture_output=True, timeout=60, check=False)
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.decode("utf-8", "replace")


def read(reader: CagedReader, path: Path, password: str | None) -> tuple[str, str]:
    """What the reader gets, and why it gets nothing."""
    try:
        found = reader.read(path, password=password)
    except WorkbenchError as error:
        return "", type(error).__name__
    documents = [found] if isinstance(found, Document) else found
    return "\n".join(b.text for d in documents for b in d.blocks), ""


def main() -> None:
    """Measure a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--password")
    options = parser.parse_args()
    reader, count, all_held, text_held = CagedReader(), 0, 0, 0
    for path in sorted(options.folder.rglob("*.pdf")):
        password = None
        wanted = reference(path, None)
        if not wanted and options.password:
            password, wanted = options.password, reference(path, options.password)
        if len("".join(wanted.split())) <= _ENOUGH:
            continue
        count += 1
        text, reason = read(reader, path, password)
        of, found = squeezed(wanted), squeezed(text)
        every, words = share(of, found), share(written(of), written(found))
        all_held += every >= _SHARE
        text_held += words >= _SHARE
        if every < _SHARE:
            print(f"{path.name}: {every:.3f} of all, {words:.3f} of the written characters {reason}")
    reader.close()
    print(f"{count} PDFs: all characters {all_held / count:.4f}, written characters {text_held / count:.4f}")


if __name__ == "__main__":
    main()

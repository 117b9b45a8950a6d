"""Reads 20 made documents by 20 fields; kills itself after so many cells (0: never).

Run as ``reading_until_killed.py FOLDER ASKED AFTER``. Each cell read by code and each question to the model is
a line in the file ASKED, written before the work is done.
"""

import os
import re
import signal
import sys
from pathlib import Path

from workbench.inference.fake import FakeEmbedder, FakeEngine
from workbench.jobs import ComputeArbiter, JobContext
from workbench.models.documents.chunking import chunk
from workbench.models.documents.reading import read_file
from workbench.models.extracting import Grid, parse_set
from workbench.models.extracting import grid as grid_module
from workbench.models.library import Importer, Library
from workbench.vault import LibraryKey

DOCUMENTS, FIELDS, LEFT = 20, 20, 3
"""Documents, fields, and how many of the fields only the model can answer."""


def set_of_fields():
    known = "".join(
        f'[[field]]\nname = "指标第{n:02d}项"\ntype = "amount"\nunit = "元"\n' for n in range(FIELDS - LEFT)
    )
    told = "".join(f'[[field]]\nname = "评语类别{n:02d}"\ntype = "text"\n' for n in range(LEFT))
    return parse_set(known + told, "many")


def text_of(number: int) -> str:
    lines = [f"指标第{n:02d}项：{number + n + 1},000元" for n in range(FIELDS - LEFT)]
    lines += [f"关于评语类别{n:02d}我们写道乙等{number}" for n in range(LEFT)]
    return f"资料{number}\n\n" + "\n\n".join(lines) + "\n"


def main(folder: Path, asked: Path, after: int) -> None:
    def note(line: str) -> None:
        with asked.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    plain = grid_module.read_cell

    def read(paper, field):
        note(f"code {paper.id} {field.id}")
        return plain(paper, field)

    def answer(request):
        words = request.messages[-1].text
        lines = []
        for number, name in re.findall(r"^(\d)：(评语类别\d\d)", words, re.MULTILINE):
            quote = next(line for line in words.splitlines() if line.startswith("关于" + name))
            note(f"model {quote}")
            lines.append(f"{number}：{quote[-4:].lstrip('道')}")
        return "\n".join(lines)

    grid_module.read_cell = read
    with Library.open(folder / "home", LibraryKey(bytes(range(32)))) as library:
        if not library.cases():
            case = library.create_case("卷宗").id
            (folder / "texts").mkdir()
            for n in range(DOCUMENTS):
                (folder / "texts" / f"{n:02d}.txt").write_text(text_of(n), encoding="utf-8")
            importer = Importer(library, FakeEmbedder, ComputeArbiter(), read=read_file, chunk=chunk)
            list(importer.add(case, [folder / "texts"], JobContext()))
        count = 0

        def came(read) -> None:
            nonlocal count
            count += read.cell.by == "model"
            if after and count == after - 30:
                os.kill(os.getpid(), signal.SIGKILL)

        case = library.cases()[0].id
        cells = Grid(library, FakeEngine(answer)).run(case, set_of_fields(), JobContext(), came)
        missing = [c.field for c in cells if c.missing]
        if missing:
            raise SystemExit(f"missing {missing[:5]}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))

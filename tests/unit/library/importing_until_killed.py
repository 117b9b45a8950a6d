"""Imports a folder in a process that kills itself at a given moment.

Run as ``importing_until_killed.py HOME FOLDER MOMENT``. A moment is a number of calls made inside the
library's own code; 0 is never, and then the number of all moments is printed. An odd moment is killed
from outside, so that it dies in the middle of what it calls; an even one dies at once.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

from workbench.inference.fake import FakeEmbedder
from workbench.jobs import ComputeArbiter, JobContext
from workbench.models.documents.chunking import chunk
from workbench.models.documents.reading import read_file
from workbench.models.library import Importer, Library
from workbench.vault import LibraryKey

INSIDE = str(Path("workbench", "models", "library"))


class Moments:
    def __init__(self, last: int) -> None:
        self.count = 0
        self._last = last

    def __call__(self, frame: object, event: str, argument: object) -> None:
        if INSIDE not in frame.f_code.co_filename:
            return
        self.count += 1
        if self.count == self._last:
            sys.setprofile(None)
            if self._last % 2:
                subprocess.Popen([sys.executable, "-c", f"import os; os.kill({os.getpid()}, 9)"])
            else:
                os.kill(os.getpid(), signal.SIGKILL)


def main(home: Path, folder: Path, moment: int) -> None:
    moments = Moments(moment)
    sys.setprofile(moments)
    with Library.open(home, LibraryKey(bytes(range(32)))) as library:
        names = {c.name: c.id for c in library.cases()}
        case = names.get("案") or library.create_case("案").id
        importer = Importer(library, FakeEmbedder, ComputeArbiter(), read=read_file, chunk=chunk)
        list(importer.add(case, [folder], JobContext()))
        importer.embed_pending(JobContext())
    sys.setprofile(None)
    print(moments.count)


main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))

"""How long the desktop takes from the command to a window one can work in, on a library with the sample case.

    python tests/bench/bench_start.py [--times 7] [--json]

Each start is a process of its own. ``entrance`` is the first window on the screen, ``unlocked`` the key
stretched from a passphrase at its usual cost, ``desk`` the working window, ``painted`` its first pane
with the case's documents in it. Medians in seconds from the start of the process; models load behind.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "resources" / "samples" / "credit_case"
PHRASE = "墨池三更 lamp-and-ink"
STEPS = ("entrance", "unlocked", "desk", "painted")
PREPARE = """
import sys
from pathlib import Path
from workbench import app, settings, vault
from workbench.jobs import JobContext
home, sample, phrase = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
opened, _ = vault.create(home, passphrase=phrase)
keeper = settings.SettingsKeeper(home)
machine = app.open_machine(app.places(home, home / "no-models"), keeper.now)
services = app.open_services(machine, opened.key, keeper)
case = services.library.create_case("sample").id
for _ in services.importer.add(case, [sample], JobContext()):
    pass
keeper.change(case=case, pane="library")
services.close()
"""
START = """
import json, sys, time
begun, home = float(sys.argv[1]), sys.argv[2]
from pathlib import Path
from workbench import desktop as program
from workbench import app
seen = {}
def note(name):
    seen.setdefault(name, round(time.time() - begun, 3))
desktop = program.Desktop(app.places(Path(home), Path(home) / "no-models"))
door = desktop.doorway
door.begin()
door.entrance.repaint()
note("entrance")
while len(seen) < 4:
    desktop.qt.processEvents()
    time.sleep(0.001)
    if door._vault is not None:
        note("unlocked")
    if door.window is not None:
        note("desk")
        pane = door.window.pane("library")
        if pane is not None and pane.model.documents:
            pane.table.viewport().repaint()
            note("painted")
print(json.dumps(seen), flush=True)
door.window.close()
desktop.close()
"""


def run(code: str, *arguments: str) -> str:
    """The last line a piece of program prints, run as a process of its own."""
    surroundings = {
        **os.environ,
        "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
        "INKSTONE_PASSPHRASE": PHRASE,
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True, env=surroundings
    )
    return (done.stdout.strip().splitlines() or [""])[-1]


def measure(times: int) -> dict[str, list[float]]:
    """Seconds of every start, by step; the first start, which fills the system's caches, is left out."""
    found: dict[str, list[float]] = {step: [] for step in STEPS}
    with tempfile.TemporaryDirectory(prefix="inkstone-start-") as folder:
        home = str(Path(folder) / "library")
        run(PREPARE, home, str(SAMPLE), PHRASE)
        for number in range(times + 1):
            seen = json.loads(run(START, str(time.time()), home))
            for step in STEPS if number else ():
                found[step].append(seen[step])
    return found


def main() -> int:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--times", type=int, default=7)
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args()
    found = measure(given.times)
    if given.json:
        print(json.dumps(found))
        return 0
    for step, seconds in found.items():
        middle = statistics.median(seconds)
        print(f"{step:10} median {middle:5.2f} s   best {min(seconds):5.2f}   worst {max(seconds):5.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

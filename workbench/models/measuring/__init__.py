"""How good the program is with the models at hand: suites, their figures, two contestants compared blind."""

from workbench.models.measuring.blind import Comparison, Pair, Tally, Verdict, alike, compared
from workbench.models.measuring.casting import Contestant, Stable, cast
from workbench.models.measuring.keeping import InFile, InLibrary, Keeping, Measurement, Passing
from workbench.models.measuring.record import PARTS, SHARES, TIMES, Figure, Record, summed
from workbench.models.measuring.running import Told, before, changed, measure, resumed
from workbench.models.measuring.suite import Part, Question, Suite, SuiteError
from workbench.models.measuring.suites import OWN, bundled, find, from_folder, own

__all__ = [
    "OWN",
    "PARTS",
    "SHARES",
    "TIMES",
    "Comparison",
    "Contestant",
    "Figure",
    "InFile",
    "InLibrary",
    "Keeping",
    "Measurement",
    "Pair",
    "Part",
    "Passing",
    "Question",
    "Record",
    "Stable",
    "Suite",
    "SuiteError",
    "Tally",
    "Told",
    "Verdict",
    "alike",
    "before",
    "bundled",
    "cast",
    "changed",
    "compared",
    "find",
    "from_folder",
    "measure",
    "own",
    "resumed",
    "summed",
]

"""``extract``."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.cli.cases import case_id
from workbench.cli.output import DONE, as_json, jsonl, line, progress_job, show_json, table
from workbench.cli.session import Session
from workbench.i18n import tr

if TYPE_CHECKING:
    from workbench.models.extracting import Cell, FieldSet
    from workbench.models.library import StoredDocument


def declare(commands: Any, shared: argparse.ArgumentParser) -> None:
    """The commands of this room."""
    extract = commands.add_parser("extract", parents=[shared], help=tr("extracting.help.extract"))
    extract.add_argument("case")
    extract.add_argument("--fields", metavar="F.toml|SET", help=tr("extracting.help.fields"))
    extract.add_argument("--question", action="append", default=[], help=tr("extracting.help.question"))
    extract.add_argument("--document", action="append", default=[], help=tr("extracting.help.document"))
    extract.add_argument("--no-model", dest="model", action="store_false", help=tr("extracting.help.no_model"))
    extract.add_argument("--out", type=Path, metavar="grid.xlsx|grid.docx|o.jsonl")
    extract.set_defaults(run=_extract, usage=extract)


def _fields(session: Session) -> "FieldSet":
    from workbench.models.extracting import field_set, questions_set

    options = session.options
    if bool(options.fields) == bool(options.question):
        options.usage.error(tr("extracting.fields_needed"))
    return field_set(options.fields) if options.fields else questions_set(options.question)


def _extract(session: Session) -> int:
    from workbench.models.extracting import Grid

    options = session.options
    fields = _fields(session)
    case, services = case_id(session), session.services()
    grid = Grid(services.library, services.machine.engine)
    stored = grid.documents(case)
    if options.document:
        wanted = options.document
        stored = tuple(d for d in stored if d.id in wanted or d.name in wanted or d.title in wanted)
    job = progress_job(quiet=session.quiet)
    cells = grid.run(case, fields, job, documents=[d.id for d in stored], model=options.model)
    _hand_out(session, fields, stored, cells)
    return DONE


def _hand_out(
    session: Session, fields: "FieldSet", stored: "tuple[StoredDocument, ...]", cells: "tuple[Cell, ...]"
) -> None:
    out = session.options.out
    ending = out.suffix.lower() if out else ""
    if ending in (".xlsx", ".docx"):
        from workbench.models.writing.export.grid import table_of, write_grid_workbook
        from workbench.models.writing.export.grid_word import write_grid_document

        write = write_grid_workbook if ending == ".xlsx" else write_grid_document
        write(table_of(fields.title, fields.fields, stored, cells), out)
        line(str(out))
        return
    documents = {d.id: d for d in stored}
    if out:
        with jsonl(out) as file:
            file.writelines(as_json(_shape(documents[c.document], c)) + "\n" for c in cells)
    elif session.json:
        show_json([_shape(documents[c.document], c) for c in cells])
    else:
        titles = {f.id: f.title for f in fields.fields}
        found = [c for c in cells if c.status]
        table(
            (
                documents[c.document].name,
                titles[c.field],
                f"{c.value} {c.unit}".strip(),
                c.status.mark if c.status else "",
            )
            for c in found
        )


def _shape(document: "StoredDocument", cell: "Cell") -> dict[str, Any]:
    """The contract's cell; a record of a ``.jsonl`` keeps the id it came with."""
    return {**cell.to_json(), "document": document.properties.get("id") or document.id, "name": document.name}

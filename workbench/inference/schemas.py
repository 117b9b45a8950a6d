"""JSON schemas to grammars. What can't be honoured is refused, never silently dropped."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from llama_cpp.llama_grammar import json_schema_to_gbnf

_NOTES = {"$defs", "definitions", "$schema", "$id", "$comment", "title", "description", "default", "examples", "format"}
_LIMITS = {"type", "pattern", "minLength", "maxLength", "items", "prefixItems", "minItems", "maxItems"} | {
    "properties",
    "required",
    "additionalProperties",
}
# Each of these decides alone: the conversion ignores what stands beside it.
_ALONE = ("$ref", "oneOf", "anyOf", "allOf", "const", "enum")
_ESCAPED = re.compile(r"(?:\\u[0-9a-f]{4})+")


class SchemaFault(Exception):
    """The schema can't be turned into a grammar that means the same."""


def grammar_of(schema: Mapping[str, Any]) -> str:
    """GBNF of a JSON schema; Chinese names and values stand in it as themselves. Raises SchemaFault."""
    try:
        _check(schema, "$")
        text = str(json_schema_to_gbnf(json.dumps(schema)))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, AssertionError, RecursionError) as error:
        raise SchemaFault(f"{type(error).__name__}: {error}") from error
    return _ESCAPED.sub(_plain, text)


def _plain(escapes: re.Match[str]) -> str:
    """The characters of escapes; a rare character is two escapes, which a grammar takes for two characters."""
    return str(json.loads(f'"{escapes[0]}"'))


def _check(schema: Any, at: str) -> None:
    """Refuse keywords that the conversion would ignore, alone or beside others."""
    if not isinstance(schema, Mapping):
        raise SchemaFault(f"{at}: not a schema")
    said = set(schema) - _NOTES
    refused = said - _LIMITS - set(_ALONE)
    alone = [key for key in _ALONE if key in said]
    if alone:
        refused |= said - {alone[0], "type"}
    elif isinstance(schema.get("type"), list):
        refused |= said - {"type"}
    elif not {"items", "prefixItems"} & said:
        refused |= said & {"minItems", "maxItems"}
    if refused:
        raise SchemaFault(f"{at}: {', '.join(sorted(refused))}")
    # The conversion does not escape literals twice: a quote or line feed would end them.
    literals = [*schema.get("properties", ()), *schema.get("enum", ()), schema.get("const")]
    if "\\" in json.dumps(literals, ensure_ascii=False):
        raise SchemaFault(f"{at}: quotes, backslashes and line feeds in names or values")
    for place, part in _parts(schema):
        _check(part, f"{at}.{place}")


def _parts(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The schemas within a schema, and where."""
    for key in ("properties", "$defs", "definitions"):
        yield from ((str(name), part) for name, part in schema.get(key, {}).items())
    for key in ("oneOf", "anyOf", "allOf", "prefixItems"):
        yield from ((f"{key}[{number}]", part) for number, part in enumerate(schema.get(key, ())))
    for key in ("items", "additionalProperties"):
        if not isinstance(schema.get(key, True), bool):
            yield key, schema[key]

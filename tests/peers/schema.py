"""The smallest value that fits a JSON Schema, for a peer without words of its own."""

from typing import Any

Schema = dict[str, Any]


def value_of(schema: Schema, root: Schema | None = None) -> Any:
    """A value that is valid for `schema` (the part of JSON Schema that pydantic writes)."""
    root = root or schema
    if "$ref" in schema:
        return value_of(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for union in ("anyOf", "oneOf", "allOf"):
        if union in schema:
            return value_of(schema[union][0], root)
    return _of_type(schema, root)


def _of_type(schema: Schema, root: Schema) -> Any:
    kind = schema.get("type", "string")
    if kind == "object":
        return {name: value_of(part, root) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        return [value_of(schema["items"], root)] * schema.get("minItems", 1)
    simple = {"string": "text", "integer": 1, "number": 1.0, "boolean": True, "null": None}
    return simple[kind]

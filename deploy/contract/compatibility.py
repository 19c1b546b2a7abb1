"""Whether all that was written under one schema can be read under another (additive within a version)."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

_LOWEST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_HIGHEST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_EXACT = ("pattern", "format", "uniqueItems")
_WITHIN = ("items", "propertyNames", "additionalProperties")
_OPEN: Schema = {}
"""A schema that takes anything; the absence of one."""


def breaks(old: Schema, new: Schema) -> list[str]:
    """What is refused now that was allowed before, each as `place: what`; empty where nothing is.

    A removed field, a field made required, a narrowed type, enum or limit. A changed pattern or
    format counts as narrowed: which texts it refuses cannot be told from it.
    """
    return _narrowed(_whole(old, old), _whole(new, new), "")


def _whole(schema: Any, root: Schema) -> Any:
    """The schema with every reference replaced by what it refers to; ours never refer to themselves."""
    if isinstance(schema, list):
        return [_whole(part, root) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _whole(root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root)
    return {key: _whole(part, root) for key, part in schema.items() if key != "$defs"}


def _narrowed(old: Schema, new: Schema, place: str) -> list[str]:
    if new == _OPEN:
        return []
    if "anyOf" in old or "anyOf" in new:
        return _narrowed_choice(old, new, place)
    problems = [f"{place or '/'}: {what}" for what in (*_values(old, new), *_limits(old, new))]
    problems += _fields(old, new, place)
    for key in _WITHIN:
        before, after = _part(old, key), _part(new, key)
        if after is not None and before is not None:
            problems += _narrowed(before, after, f"{place}/*")
        elif after is None and before is not None:
            problems.append(f"{place or '/'}: {key} is closed")
    return problems


def _part(schema: Schema, key: str) -> Schema | None:
    """The schema under the key; None where nothing is let in at all."""
    part = schema.get(key, True)
    if isinstance(part, dict):
        return part
    return _OPEN if part else None


def _narrowed_choice(old: Schema, new: Schema, place: str) -> list[str]:
    choices = new.get("anyOf", [new])
    return [
        f"{place or '/'}: a choice is gone ({one.get('title') or one.get('type')})"
        for one in old.get("anyOf", [old])
        if all(_narrowed(one, choice, place) for choice in choices)
    ]


def _values(old: Schema, new: Schema) -> list[str]:
    before, after = _enumerated(old), _enumerated(new)
    if after is None:
        was, is_ = old.get("type"), new.get("type")
        fits = is_ is None or was == is_ or (was, is_) == ("integer", "number")
        return [] if fits else [f"the type is {is_}, no longer {was}"]
    if before is None:
        return ["only some values are allowed"]
    gone = [value for value in before if value not in after]
    return [f"the value {value!r} is gone" for value in gone]


def _enumerated(schema: Schema) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    values: list[Any] | None = schema.get("enum")
    return values


def _limits(old: Schema, new: Schema) -> list[str]:
    problems = [f"{key} rose to {new[key]}" for key in _LOWEST if key in new and new[key] > old.get(key, float("-inf"))]
    problems += [
        f"{key} fell to {new[key]}" for key in _HIGHEST if key in new and new[key] < old.get(key, float("inf"))
    ]
    return problems + [f"{key} changed" for key in _EXACT if key in new and new[key] != old.get(key)]


def _fields(old: Schema, new: Schema, place: str) -> list[str]:
    before: Schema = old.get("properties", _OPEN)
    after: Schema = new.get("properties", _OPEN)
    problems = [
        f"{place}/{name}: made required" for name in new.get("required", ()) if name not in old.get("required", ())
    ]
    for name, field in before.items():
        if name in after:
            problems += _narrowed(field, after[name], f"{place}/{name}")
        elif _part(new, "additionalProperties") is None:
            problems.append(f"{place}/{name}: removed")
    return problems + _named_by_pattern(old, new, place)


def _named_by_pattern(old: Schema, new: Schema, place: str) -> list[str]:
    before: Schema = old.get("patternProperties", _OPEN)
    after: Schema = new.get("patternProperties", _OPEN)
    problems = []
    for pattern in before.keys() | after.keys():
        if pattern in before and pattern in after:
            problems += _narrowed(before[pattern], after[pattern], f"{place}/*")
        elif pattern in after or _part(new, "additionalProperties") is None:
            problems.append(f"{place or '/'}: the pattern of names changed")
    return problems

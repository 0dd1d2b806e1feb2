"""The description of the API, OpenAPI 3.1, made of what declares its answers and parameters."""

from collections.abc import Mapping
from typing import Any, Final

from territoires.domain import address
from territoires.domain.params import CURSOR, LIMIT, Param
from territoires.domain.scope import TERRITORIES
from territoires.french import api as words
from territoires.french.dictionary import COLUMNS
from territoires.queries.answers import ANSWERS, COUNTED, SCOPE, Answer, Key, Keys
from territoires.queries.frames import COUNT, DAY, FLAG, INSTANT, NUMBER, TEXT

Schema = dict[str, Any]
_TEXT: Final[Schema] = {"type": "string"}
_YES: Final[Schema] = _TEXT | {"enum": ["oui"]}
_TYPES: Final[Mapping[str, Schema]] = {
    COUNT: {"type": "integer"},
    FLAG: {"type": "boolean"},
    NUMBER: {"type": ["number", "null"]},
    TEXT: {"type": ["string", "null"]},
    DAY: {"type": ["string", "null"], "format": "date"},
    INSTANT: {"type": ["string", "null"], "format": "date-time"},
}
# The common bar, which domain.address reads: a schema and an example of each.
_BAR: Final[Mapping[str, tuple[Schema, str]]] = {
    address.AS_OF: (_TEXT | {"format": "date"}, "2021-05-04"),
    address.KNOWN_AT: (_TEXT, "2026-11-30"),
    address.TERRITORY: (_TEXT | {"pattern": f"^({TERRITORIES.pattern})$"}, "reg-44"),
    address.PERIMETER: (_TEXT | {"enum": list(address.PERIMETERS.values())}, "acv"),
    address.UNPROVEN: (_YES, "oui"),
    address.LISTS: (_YES, "oui"),
}
EXAMPLES: Final = {name: example for name, (_, example) in _BAR.items()}
"""An example of each parameter of the common bar."""


def described(answer: Answer) -> dict[str, Schema]:
    """Describe what narrows an answer: each parameter by its name, as OpenAPI does."""
    of_bar = {name: (*_BAR[name], False) for name in answer.scope}
    paging = (LIMIT, CURSOR) if answer.is_list else ()
    own = {
        each.name: (_schema(each), each.example, each.is_needed)
        for each in (*answer.params, *paging)
    }
    return {
        name: {
            "name": name,
            "in": "query",
            "description": words.PARAMETERS[name],
            "required": is_needed,
            "schema": schema,
            "example": example,
        }
        for name, (schema, example, is_needed) in (of_bar | own).items()
    }


def _schema(param: Param[Any]) -> Schema:
    if param.words:
        return _TEXT | {"enum": list(param.words)}
    if param.most:
        return {"type": "integer", "minimum": param.least, "maximum": param.most}
    return _TEXT


def description(site: str) -> Schema:
    """Describe every answer; `site` is the address that visitors use."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": words.NAME,
            "version": "1",
            "description": words.LEAD,
            "license": {"name": words.LICENCE_NAME, "identifier": words.LICENCE},
        },
        "servers": [{"url": site or "/"}],
        "paths": {f"{words.V1}/{name}": _path(name, answer) for name, answer in ANSWERS.items()},
        "components": {
            "schemas": {
                "problem": _object(
                    {
                        **dict.fromkeys(("type", "title", "detail", "instance"), _TEXT),
                        "status": {"type": "integer"},
                        "parameter": _TEXT,
                    },
                    optional=("parameter",),
                )
            }
        },
    }


def _path(name: str, answer: Answer) -> Schema:
    title, said = words.ANSWERS[name]
    body = {"application/json": {"schema": _body(answer)}}
    tag = {"ETag": {"schema": _TEXT, "required": True}}
    refused = {
        str(status): {
            "description": refusal,
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}
            },
        }
        for _, status, refusal, _ in words.refusals()
    }
    return {
        "get": {
            "operationId": name,
            "summary": title,
            "description": said,
            "parameters": list(described(answer).values()),
            "responses": {
                "200": {"description": title, "headers": tag, "content": body},
                "304": {"description": words.UNCHANGED},
                **refused,
            },
        }
    }


def _body(answer: Answer) -> Schema:
    followed = dict(SCOPE[name] for name in answer.scope if name in SCOPE)
    keys = followed if answer.is_list else dict(answer.keys) | followed
    parts = {name: _key(name, key) for name, key in keys.items()}
    for name in ("edition", "licence", "demonstration", "address"):
        kind = {"edition": COUNT, "demonstration": FLAG}.get(name, TEXT)
        parts[name] = _key(name, Key(kind, str))
    if answer.is_list:
        counted = [key for key, flag in COUNTED if flag in answer.keys]
        parts |= {name: _key(name, Key(COUNT, str)) for name in (*counted, "total")}
        parts |= {"items": _listed(answer.keys), "next": _key("next", Key(TEXT, str))}
    return _object(parts)


def _key(name: str, key: Key) -> Schema:
    said = words.KEYS.get(name) or COLUMNS[name]
    if isinstance(key.type, Mapping):
        return {"description": said, **_listed(key.type)}
    return {"description": words.meaning(name, said), **_TYPES[key.type]}


def _listed(keys: Keys) -> Schema:
    return {"type": "array", "items": _object({name: _key(name, keys[name]) for name in keys})}


def _object(parts: Mapping[str, Schema], optional: tuple[str, ...] = ()) -> Schema:
    return {
        "type": "object",
        "properties": dict(parts),
        "required": [name for name in parts if name not in optional],
        "additionalProperties": False,
    }

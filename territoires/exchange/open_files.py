"""Tables as open data: plain CSV for machines, and the Data Package v2 that describes them."""

import csv
import hashlib
import io
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

import numpy as np
import pandas as pd

from territoires.domain.address import for_ever
from territoires.domain.disclosure import Publication
from territoires.exchange.cells import neutralise
from territoires.exchange.worded import rounded
from territoires.french import cells
from territoires.french import open_data as words
from territoires.french.dictionary import COLUMNS
from territoires.french.exports import NOTES

PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"
_TABLE_PROFILE: Final = "https://datapackage.org/profiles/2.0/tableschema.json"
_AUTHORITY: Final = "http://publications.europa.eu/resource/authority"
_CONTEXT: Final = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
# What may be kept from everybody, or never have been given: its cells say which.
_HEADCOUNTS: Final = {"headcount", "courses_sum"}
_TYPES: Final = {"M": "date", "b": "boolean", "i": "integer", "u": "integer", "f": "number"}


def plain_csv(data: pd.DataFrame) -> bytes:
    """Write a table as RFC 4180 has it: UTF-8, commas, points, ISO days, the names of the code.

    Missing is empty, or in headcounts one of `words.MISSING`. Texts are guarded against formulas.
    """
    data = rounded(data)
    columns = [
        [
            _cell(value) or missing
            for value, missing in zip(data[name], _why(data, name), strict=True)
        ]
        for name in data
    ]
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(data.columns)
    writer.writerows(zip(*columns, strict=True))
    return stream.getvalue().encode("utf-8", errors="replace")


def _cell(value: Any) -> str:
    if pd.isna(value):
        return ""
    if isinstance(value, bool | np.bool_):
        return str(bool(value)).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(float(value))
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    return neutralise(value) if isinstance(value, str) else str(value)


def _why(data: pd.DataFrame, name: str) -> list[str]:
    """Say of each cell of a column what it would be missing for."""
    if name not in _HEADCOUNTS:
        return [""] * len(data)
    if name == "headcount" and "publication" in data:
        return [
            words.NOT_TRANSMITTED if each == Publication.ABSENT else words.PROTECTED
            for each in data["publication"]
        ]
    kept = data[[each for each in data if "hidden" in each]].sum(axis="columns")
    return [words.PROTECTED if each else "" for each in kept]


def schema(data: pd.DataFrame) -> dict[str, Any]:
    """Describe the columns of a table: a Table Schema, with what its coded values mean."""
    return {"$schema": _TABLE_PROFILE, "fields": [_field(data, str(name)) for name in data]}


def _field(data: pd.DataFrame, name: str) -> dict[str, Any]:
    dtype = data[name].dtype
    found: dict[str, Any] = {
        "name": name,
        "title": COLUMNS[name],
        "type": _TYPES.get(getattr(dtype, "kind", ""), "string"),
    }
    if name in cells.PARTIAL:
        found |= {"description": words.PARTIAL, "constraints": {"pattern": words.PARTIAL_PATTERN}}
    elif known := cells.meanings(name):
        unknown = {each: each for each in sorted(set(data[name]) - {""} - known.keys())}
        found["categories"] = [
            {"value": value, "label": label or value} for value, label in (known | unknown).items()
        ]
    kinds = words.MISSING if name in _HEADCOUNTS else {"": words.MISSING[""]}
    found["missingValues"] = [{"value": each, "label": why} for each, why in kinds.items()]
    return found


def packaged(
    tables: Mapping[str, pd.DataFrame],
    *,
    as_of: date,
    known_at: datetime,
    attributions: list[str],
    demo: bool,
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Write tables: the descriptor of their package, then the files, by name.

    What is made up says so in each name.
    """
    files = {words.file_name(name, demo=demo): plain_csv(data) for name, data in tables.items()}
    resources = [
        {
            "name": file.removesuffix(".csv"),
            "path": file,
            "type": "table",
            "title": words.title(name, demo=demo),
            **({"description": NOTES[name]} if name in NOTES else {}),
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "bytes": len(body),
            "hash": f"sha256:{hashlib.sha256(body).hexdigest()}",
            "schema": schema(data),
        }
        for (name, data), (file, body) in zip(tables.items(), files.items(), strict=True)
    ]
    package = {
        "$schema": PROFILE,
        "name": words.package_name(demo=demo),
        "id": for_ever(f"{words.package_name(demo=demo)}:data"),
        "title": words.title("", demo=demo),
        "description": words.description(as_of, known_at, demo=demo),
        "version": as_of.isoformat(),
        "created": known_at.isoformat(timespec="seconds"),
        "keywords": list(words.KEYWORDS),
        "licenses": [words.LICENCE],
        "sources": [{"title": each} for each in attributions],
        "contributors": [{"title": words.PUBLISHER, "roles": ["publisher"]}],
        "resources": resources,
    }
    return package, files


def catalogue(package: Mapping[str, Any], *, at: str, site: str, publisher: str) -> dict[str, Any]:
    """Describe a package for the harvester of a national portal: DCAT-AP, as JSON-LD.

    `at` is the address of its files, `site` that of the dashboard. Things are named by what they
    are, whatever the host: the same for ever.
    """

    def said(text: str) -> dict[str, str]:
        return {"@value": text, "@language": "fr"}

    def named(thing: str) -> dict[str, Any]:
        name = for_ever(f"{package['name']}:{thing}")
        return {"@id": name, "dct:identifier": name}

    agent = {**named("publisher"), "@type": "foaf:Agent", "foaf:name": said(publisher)}
    licence = {"@id": package["licenses"][0]["path"]}
    stamp = {"@value": package["created"], "@type": "xsd:dateTime"}
    rows = [
        (each["path"], each["title"], each["mediatype"], "CSV", each["bytes"])
        for each in package["resources"]
    ]
    whole = f"{package['name']}.zip"
    rows += [
        (whole, package["title"], "application/zip", "ZIP", None),
        ("datapackage.json", "Data Package", "application/json", "JSON", None),
    ]
    distributions = [
        {
            **named(path),
            "@type": "dcat:Distribution",
            "dct:title": said(title),
            "dcat:accessURL": {"@id": f"{at}/{path}"},
            "dcat:downloadURL": {"@id": f"{at}/{path}"},
            "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{media}"},
            "dct:format": {"@id": f"{_AUTHORITY}/file-type/{kind}"},
            "dct:license": licence,
            "dct:modified": stamp,
            **({"dcat:byteSize": size} if size is not None else {}),
        }
        for path, title, media, kind, size in rows
    ]
    described = {
        "dct:title": said(package["title"]),
        "dct:description": said(package["description"]),
        "dct:publisher": agent,
        "dct:license": licence,
        "dct:language": {"@id": f"{_AUTHORITY}/language/FRA"},
        "dct:modified": stamp,
    }
    dataset = {
        **named("data"),
        "@type": "dcat:Dataset",
        **described,
        "dct:spatial": {"@id": f"{_AUTHORITY}/country/FRA"},
        "dct:accrualPeriodicity": {"@id": f"{_AUTHORITY}/frequency/IRREG"},
        "dcat:keyword": [said(each) for each in package["keywords"]],
        "dcat:theme": {"@id": f"{_AUTHORITY}/data-theme/EDUC"},
        "dcat:landingPage": {"@id": f"{site}/"},
        "dct:provenance": [
            {"@type": "dct:ProvenanceStatement", "rdfs:label": said(each["title"])}
            for each in package["sources"]
        ],
        "dcat:distribution": distributions,
    }
    return {
        "@context": _CONTEXT,
        **named("catalogue"),
        "@type": "dcat:Catalog",
        **described,
        "foaf:homepage": {"@id": f"{site}/"},
        "dcat:dataset": [dataset],
    }

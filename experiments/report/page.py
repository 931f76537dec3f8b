"""One HTML page of a result, that holds all it needs and asks for nothing."""

from __future__ import annotations

import base64
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from westshift.experiments.report import figures_of, found
from westshift.experiments.report.result import Result, read_result
from westshift.experiments.report.tables import Shown, cluster_use, shown
from westshift.experiments.report.words import MEASURES, WORDS
from westshift.models.errors import InputError

HERE = Path(__file__).parent
OTHERS = ("competitive.csv",)
"""Tables that only some runs have."""


def write_page(folder: Path, target: Path, lang: str = "en") -> int:
    """Write the page of a result.

    Args:
        folder: of the result. target: the file; replaced whole or not at all. lang: en or zh.

    Returns:
        size of the page [bytes].

    Raises:
        InputError: it is no result, packages are not installed, or the page cannot be written.
    """
    text = page(read_result(folder), lang).encode()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".page-", delete=False) as file:
            part = Path(file.name)
        try:
            part.write_bytes(text)
            part.chmod(0o644)
            os.replace(part, target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(
            f"{target} could not be written ({error.strerror}); give another file with --out"
        ) from error
    return len(text)


def page(result: Result, lang: str = "en") -> str:
    """The page of a result as text; the same result and versions give the same text."""
    jinja2, altair, vl_convert = _packages()
    words = WORDS[lang]
    view = _study(result, words) if result.study is not None else _run(result, words, lang)
    view["data"].update(words=words, schema=altair.SCHEMA_URL)
    bundle = ""
    if view["data"].get("plane") or view["data"].get("week") or view["data"].get("routes"):
        version = altair.SCHEMA_VERSION.removeprefix("v").rpartition(".")[0]
        bundle = vl_convert.javascript_bundle(vl_version=version).replace("</script", r"<\/script")
    made = jinja2.Environment(autoescape=True, trim_blocks=False).from_string(_text("page.html"))
    raw = jinja2.utils.markupsafe.Markup
    return made.render(
        lang="zh-CN" if lang == "zh" else "en",
        w=words,
        manifest=result.manifest,
        folder=result.folder.resolve().name,
        css=raw(_text("page.css")),
        js=raw(_text("page.js")),
        bundle=raw(bundle),
        json=raw(_json(view["data"])),
        **_common(result, words),
        **view,
    )


def _packages() -> tuple[Any, Any, Any]:
    try:
        import altair
        import jinja2
        import vl_convert
    except ModuleNotFoundError as error:
        raise InputError(
            f"a report needs the package '{error.name}'; pip install 'westshift[report]'"
        ) from None
    return jinja2, altair, vl_convert


def _run(result: Result, words: dict[str, str], lang: str) -> dict[str, Any]:
    """What is on the page of a run alone."""
    from westshift.experiments.report import flows, plane, week
    from westshift.experiments.report.policy_rows import columns

    m, s, measures = result.manifest, result.scenario, result.measures
    routes = result.table("routes.csv")
    drawn, counts = flows.routes(routes)
    places = flows.places(s, lang) if s is not None else None
    names = {p["code"]: p["name"] for p in (places or {}).get("regions", [])}
    hours = week.hours(result, names, words["all_regions"])
    others = len(measures) - 1
    n = words["one_policy"] if others == 1 else words["policies_n"].format(n=others)
    data: dict[str, Any] = {"week": hours.data, "week_spec": week.spec(words), "routes": drawn}
    if others:
        data["plane"] = {
            "points": plane.points(measures),
            "spec": plane.spec(words),
            "across": plane.ACROSS,
            "ledgers": plane.LEDGERS,
        }
    if drawn:
        data |= {"route_counts": counts, "bars": flows.routes_spec(words), "places": places}
        data["routes_policy"] = found.preferred(list(drawn))
    if drawn and places is not None:
        data["map"] = flows.map_spec(words, places["frame"])
    question = words["question" if others else "question_alone"].format(n=n, baseline=m["baseline"])
    zh = s is not None and lang == "zh" and s.title_zh
    parts = ["found", "policies", *(["plane"] if others else []), "moved", "week"]
    site_names = {p["code"]: p["name"] for p in (places or {}).get("sites", [])}
    return {
        "title": (s.title_zh if zh else s.title) if s is not None else m["scenario"],
        "question": question,
        "found": found.sentences(measures, m["baseline"], routes, words),
        "columns": columns(measures, MEASURES[lang], result.floor_cny),
        "policies": list(measures),
        "sites": cluster_use(result.table("sites.csv"), site_names, words),
        "tables": [shown(f, result.table(f), words) for f in OTHERS if f in m["files"]],
        "thinned": words["week_thinned"].format(**hours.counts),
        "calibration": [
            shown(f"calibration_{name}.csv", result.table(f"calibration_{name}.csv"), words)
            for name in ("nation", "weeks", "regions")
        ],
        "contents": _contents(parts, words),
        "data": data,
    }


def _study(result: Result, words: dict[str, str]) -> dict[str, Any]:
    """What is on the page of a study alone: its sentences, figures and tables."""
    from westshift.experiments.rerun import asks

    name, m = str(result.study), result.manifest
    said = [found.Sentence("plain", text) for text in m.get("sentences", [])]
    csv = [f for f in m["files"] if "/" not in f and f.endswith(".csv")]
    pngs = [f for f in m["files"] if f.endswith(".png")]
    tables: list[Shown] = [shown(f, result.table(f), words) for f in csv if f != "assumptions.csv"]
    parts = ["found", *(["figures"] if pngs else []), *(["tables"] if tables else [])]
    return {
        "title": name,
        "question": asks(name),
        "found": said or [found.Sentence("plain", words["no_sentences"])],
        "pictures": [_picture(result.folder / f) for f in pngs],
        "tables": tables,
        "calibration": [],
        "contents": _contents(parts, words),
        "data": {},
    }


def _contents(parts: list[str], words: dict[str, str]) -> list[tuple[str, str]]:
    return [(part, words[part]) for part in (*parts, "assumptions", "unknown", "provenance")]


def _picture(path: Path) -> dict[str, str]:
    caption = path.with_suffix(".txt")
    text = caption.read_text(encoding="utf-8").strip() if caption.is_file() else path.stem
    first, _, rest = text.partition("\n\n")
    body = "\n\n".join(p.replace("\n", " ") for p in rest.split("\n\n"))
    try:
        png = base64.b64encode(path.read_bytes()).decode()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); run it again") from None
    return {"png": png, "alt": first.replace("\n", " "), "caption": f"{first}\n\n{body}".strip()}


def _common(result: Result, words: dict[str, str]) -> dict[str, Any]:
    """Assumptions, what was not known, and provenance: on every page."""
    from westshift.experiments.report.unknown import again, facts, origin, unknown

    there = "assumptions.csv" in result.manifest["files"]
    table = result.table("assumptions.csv") if there else pd.DataFrame()
    figures = figures_of.entries(result.scenario, table)
    marks = figures_of.counts(figures)
    return {
        "figures": figures,
        "marks": marks,
        "assumed": dict(marks).get("assumed", 0),
        "unknown": unknown(result, words),
        "warnings": result.manifest["warnings"],
        "facts": facts(result, words),
        "origin": origin(result, words),
        "again": again(result),
    }


def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _json(data: dict[str, Any]) -> str:
    """As it may stand inside a script element."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")

"""The pages in docs/ say what the code does: examples run, names agree, links lead somewhere."""

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest

from westshift.models.contents import TABLES
from westshift.models.measures import Measures
from westshift.models.scenario import POLICY_NAMES

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
DECLARATIONS = {"Var", "Constraint", "Objective", "Param", "parameter"}


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def pages() -> list[Path]:
    readme = ROOT / "README.md"
    return [*sorted(DOCS.rglob("*.md")), *([readme] if readme.is_file() else [])]


# Examples


def examples() -> list[tuple[str, str]]:
    """(heading, code) of each block of extending.md that is marked as run."""
    found, heading, code = [], "", None
    for line in page("extending.md").splitlines():
        if code is None and line.startswith("#"):
            heading = line.lstrip("# ")
        elif code is None and line == "```python run":
            code = []
        elif code is not None and line == "```":
            found.append((heading, "\n".join(code)))
            code = None
        elif code is not None:
            code.append(line)
    assert code is None, "a block of extending.md is not closed"
    return found


def test_extending_has_examples_of_what_is_most_often_added():
    headings = [heading for heading, _ in examples()]
    for wanted in (
        "Your own scenario",
        "A measured series",
        "A new policy",
        "A new block of the program",
        "A new figure",
    ):
        assert wanted in headings


@pytest.mark.parametrize(("heading", "code"), [pytest.param(*e, id=e[0]) for e in examples()])
def test_examples_run_as_they_stand(heading, code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "assert" in code, "an example says what must come out"
    exec(compile(code, f"extending.md, {heading}", "exec"), {"__name__": "example"})


# Names


def declared(path: Path) -> dict[str, tuple[str, str]]:
    """name -> (kind, docstring of the function around it) of what a file adds to a Pyomo model `m`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {}
    for function in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)):
        told = ast.get_docstring(function) or ""
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                kind, target = _called(node.value), node.targets[0]
                if kind in DECLARATIONS and isinstance(target, ast.Attribute):
                    found[target.attr] = (kind, told)
            elif isinstance(node, ast.Call) and _called(node) == "parameter":
                name = node.args[1]  # parameter(m, "name", axes…)
                assert isinstance(name, ast.Constant), (
                    f"{path.name}: a parameter without a plain name"
                )
                found[str(name.value)] = ("parameter", told)
    return found


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def names_in_code(text: str) -> set[str]:
    """Words between backticks, mathematics and blocks left out."""
    prose = re.sub(r"^```.*?^```|\$`.*?`\$", "", text, flags=re.M | re.S)
    return {word for span in re.findall(r"`([^`]+)`", prose) for word in re.findall(r"\w+", span)}


def words(docstring: str) -> set[str]:
    return set(re.findall(r"\w+", docstring.replace("\\_", "_")))


BLOCKS = [path for path in sorted((ROOT / "optim").glob("*.py")) if declared(path)]


def test_the_blocks_are_found():
    assert {"source", "grid", "storage", "load", "market", "declare"} <= {p.stem for p in BLOCKS}
    assert declared(ROOT / "optim" / "storage.py")["state_of_charge"][0] == "Constraint"


@pytest.mark.parametrize("path", BLOCKS, ids=lambda p: p.stem)
def test_formulation_names_all_that_a_block_declares(path):
    missing = set(declared(path)) - names_in_code(page("formulation.md"))
    assert not missing, (
        f"optim/{path.name} declares {sorted(missing)}, docs/formulation.md does not"
    )


@pytest.mark.parametrize("path", BLOCKS, ids=lambda p: p.stem)
def test_a_block_names_in_its_docstrings_all_that_it_decides(path):
    # Constraints are labels of the module's equations; variables stand there or where they are declared.
    module = words(ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "")
    for name, (kind, told) in declared(path).items():
        if kind in ("Constraint", "Objective"):
            assert name in module, (
                f"optim/{path.name}: no equation of the docstring is called {name}"
            )
        elif kind == "Var":
            assert name in module | words(told), (
                f"optim/{path.name}: no docstring says what {name} is"
            )


def test_nomenclature_has_every_measure_policy_and_nothing_that_is_gone():
    text = page("nomenclature.md")
    table = text.split("\n## Measures\n")[1]
    assert re.findall(r"^\| `(\w+)` \|", table, re.M) == [f.name for f in fields(Measures)]
    policies = text.split("\n## Policies\n")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `([\w-]+)` \|", policies, re.M)) == set(POLICY_NAMES)


def test_data_tells_of_every_table():
    told = set(re.findall(r"`(\w+)\.csv`", page("data.md")))
    assert {spec.stem for spec in TABLES.values()} <= told


# Links


def anchors(path: Path) -> set[str]:
    """Anchors of a page's headings, as GitHub makes them."""
    prose = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    headings = re.findall(r"^#+ +(.+?) *$", prose, re.M)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


@pytest.mark.parametrize("path", pages(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        assert there.is_relative_to(ROOT), f"{target} leaves the repository"
        assert there.exists(), f"{target} is not there"
        if anchor and there.suffix == ".md":
            assert anchor in anchors(there), f"{target}: no such heading"


@pytest.mark.parametrize("path", pages(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_files_that_are_named_are_there(path):
    """`models/year.py` in a text is a file, unless it is followed by (new)."""
    named = r"`((?:models|optim|sim|experiments|tests|docs)/[\w./-]+\.\w+)`(?! \(new\))"
    for file in re.findall(named, path.read_text(encoding="utf-8")):
        assert (ROOT / file).is_file(), f"{file} is not there"

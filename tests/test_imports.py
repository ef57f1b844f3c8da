"""What may import what, and what stays unimported until it is needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.make_samples import SAMPLES

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "omeviz"
MODULES = sorted(PACKAGE.rglob("*.py"))
HEAVY = ("polars", "orjson", "textual", "rich")
CONSUMERS = frozenset({"store", "load", "summary", "events", "query", "analysis", "export", "cli", "headless", "tui"})
FORBIDDEN: dict[str, frozenset[str]] = {
    "sources": CONSUMERS,
    "events": frozenset({"load", "query", "analysis", "export", "cli", "headless", "tui"}),
    "store": frozenset({"sources", "load", "query", "analysis", "export", "cli", "headless", "tui"}),
    "query": frozenset({"sources", "load", "export", "analysis", "cli", "headless", "tui"}),
    "export": frozenset({"sources", "load", "analysis", "cli", "headless", "tui"}),
    "analysis": frozenset({"sources", "load", "cli", "headless", "tui"}),
    "load": frozenset({"query", "analysis", "export", "cli", "headless", "tui"}),
    "text": CONSUMERS | {"sources"},
    "errors": CONSUMERS | {"sources", "text"},
}
"""Top-level module or package -> what it may not import, even late or for its types alone."""


def name_of(path: Path) -> str:
    """The dotted name of a module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def layer_of(module: str) -> str:
    """The top-level module or package of omeviz that a module belongs to; empty for omeviz itself."""
    return module.split(".")[1] if "." in module else ""


def imports_of(source: str, module: str) -> Iterator[str]:
    """Every imported module, wherever in the code it is imported."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            assert node.module is not None
            yield node.module
            for alias in node.names:
                yield f"{node.module}.{alias.name}"


def violations(source: str, module: str) -> list[str]:
    """Imports that the layout forbids."""
    layer = layer_of(module)
    forbidden = FORBIDDEN.get(layer, frozenset())
    found = []
    for imported in imports_of(source, module):
        root, target = imported.split(".")[0], layer_of(imported)
        if root == "omeviz" and target == "tui" and layer not in ("tui", "cli"):
            found.append(f"{module} imports {imported}: only cli may")
        elif root == "omeviz" and target in forbidden:
            found.append(f"{module} imports {imported}")
        elif root in ("textual", "rich") and layer != "tui":
            found.append(f"{module} imports {imported}: the core has no screen")
    return found


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_arrows_point_one_way(path: Path) -> None:
    assert violations(path.read_text("utf-8"), name_of(path)) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("omeviz.sources.x", "from omeviz.events import part"),
        ("omeviz.sources.x", "def f():\n    import omeviz.store"),
        ("omeviz.query.x", "from omeviz import tui"),
        ("omeviz.headless", "from omeviz.tui.app import run_explorer"),
        ("omeviz.export.x", "if TYPE_CHECKING:\n    from rich.text import Text"),
        ("omeviz.text", "import textual.app"),
        ("omeviz.store", "from omeviz.load import Loader"),
    ],
)
def test_a_wrong_arrow_would_be_found(module: str, source: str) -> None:
    assert len(violations(source, module)) >= 1


def test_a_right_arrow_is_none() -> None:
    assert violations("from omeviz.tui.app import run_explorer", "omeviz.cli") == []
    assert violations("from omeviz.store import Store\nimport polars", "omeviz.query.x") == []
    assert violations("from rich.text import Text", "omeviz.tui.x") == []


def imported_by(*arguments: str) -> set[str]:
    """Which heavy modules a run of the command line imports."""
    program = (
        "import sys\n"
        "from omeviz.cli import main\n"
        f"code = main({list(arguments)!r})\n"
        f"print(code, *[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    code, *names = done.stderr.splitlines()[-1].split()
    assert code == "0", done.stderr
    return set(names)


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_import_nothing_heavy(option: str) -> None:
    assert imported_by(option) == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--count"],
        ["--count", "-f", "status:failure recipient:/example/ has:id data.Version=1 after:2020-01-01 last:9000d"],
        ["--export", "-", "--format", "csv", "--sort", "-time,recipient"],
        ["--export", "-", "--format", "jsonl"],
        ["--export", "-", "--format", "json"],
    ],
)
def test_without_a_screen_no_screen_is_imported(arguments: list[str]) -> None:
    found = imported_by(str(SAMPLES / "problems.csv"), "--quiet", *arguments)
    assert "polars" in found
    assert found <= {"polars", "orjson"}


def test_exporting_to_a_terminal_imports_no_screen_either() -> None:
    program = (
        "import sys, omeviz.terminal, omeviz.text, omeviz.export.run, omeviz.query.select\n"
        "sys.exit(any(name in sys.modules for name in ('textual', 'rich')))"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)

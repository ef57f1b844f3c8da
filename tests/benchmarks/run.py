"""Measure omeviz beside other ways to look at the same export, and print a Markdown table.

    python -m tests.benchmarks.run [--events 200000] [--runs 3] [--keep FOLDER] [--only NAME,...]

Every measurement runs in a process of its own, in turn with all others, after one warm-up on a tiny export. Times are
medians over all runs unless a row says otherwise; ratios of 2 mean twice as fast.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

from tests.benchmarks import forms, generate
from tests.benchmarks.forms import FORMS
from tests.benchmarks.measures import MEASURES, SMALL, Export, Measure, Unexpected, Values
from tests.benchmarks.rows import table

ROOT = Path(__file__).resolve().parents[2]
WARM_UP = 3_000
"""Events of the export that every measurement is warmed up with."""
BYTES_OF_EVENT = 1_000
"""About, and rather more, to see in time that the disk is too small."""


def say(text: str) -> None:
    """Tell the user something beside the table."""
    print(text, file=sys.stderr, flush=True)


class Exports:
    """Generated exports in a folder, where they are looked for first.

    Args:
        folder: Where they are kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        sources = [Path(module) for module in (generate.__file__, forms.__file__)]
        sources.append(Path(generate.__file__).parents[1] / "hostile.py")
        self._generator = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:8]

    def get(self, events: int, damage: int = 0, form: str = "") -> Export:
        """The export of so many events, so many of them damaged, as a CSV or in one of `FORMS`.

        Raises:
            Unexpected: The disk has no room for it.
        """
        ending, convert = FORMS[form] if form else (".csv", None)
        kind = f"-damaged-{damage}" if damage else f"-{form}" if form else ""
        name = f"export-{events}{kind}-{self._generator}{ending}"
        target = self.folder / name
        if not target.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            if shutil.disk_usage(self.folder).free < events * BYTES_OF_EVENT:
                raise Unexpected(f"{self.folder} has no room for {events:,} events")
            say(f"generating {name}")
            unfinished = target.with_suffix(".part")
            if convert is None:
                generate.generate(unfinished, events, damage=damage)
            else:
                convert(self.get(events).path, unfinished)
            unfinished.replace(target)
        return Export(target, events)


def read_once(export: Export) -> None:
    """Bring a file into the system's cache."""
    with export.path.open("rb", buffering=0) as file:
        while file.read(1 << 20):
            pass


def in_own_process(measure: Measure, export: Export) -> Values:
    """What a measurement finds in a fresh process.

    Raises:
        Unexpected: It failed; the last line that it wrote tells why.
    """
    command = [sys.executable, "-m", "tests.benchmarks.run", "--measure", measure.name]
    command += ["--events", str(export.events), "--file", str(export.path)]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise Unexpected(lines[-1].strip() if lines else f"exit code {done.returncode}")
    values: Values = json.loads(done.stdout)
    return values


def missing(measure: Measure, events: int) -> str | None:
    """Why a measurement cannot be taken here: empty where there is nothing to say; None if it can."""
    if measure.small and events <= SMALL:
        return ""
    if measure.screen and sys.platform == "win32":
        return "Windows has no pseudo-terminal for it"
    if measure.screen and importlib.util.find_spec("pyte") is None:
        return "pyte is not installed"
    if measure.program and shutil.which(measure.program) is None:
        return f"{measure.program} is not installed"
    return None


def possible(measures: Iterable[Measure], events: int) -> list[Measure]:
    """Those measurements that can be taken here; says which cannot, in one line."""
    kept: list[Measure] = []
    left_out: dict[str, list[str]] = {}
    for measure in measures:
        reason = missing(measure, events)
        if reason is None:
            kept.append(measure)
        elif reason:
            left_out.setdefault(reason, []).append(measure.name)
    if importlib.util.find_spec("psutil") is None and any(measure.screen for measure in kept):
        left_out["psutil is not installed"] = ["processor time while idle"]
    if left_out:
        say("left out: " + "; ".join(f"{', '.join(names)} ({reason})" for reason, names in left_out.items()))
    return kept


Take = Callable[[Measure, Export], Values]


def measured(chosen: Sequence[Measure], exports: Exports, events: int, runs: int, take: Take) -> dict[str, Values]:
    """What every measurement found, all runs pooled, by its name. One that fails is said and taken no more."""
    found: dict[str, Values] = {}
    failed: set[str] = set()

    def attempt(measure: Measure, export: Export) -> Values:
        try:
            return take(measure, export)
        except Unexpected as error:
            say(f"{measure.name} failed and is left out: {error}")
            failed.add(measure.name)
            return {}

    def export_of(measure: Measure) -> Export:
        count = SMALL if measure.small else events
        return exports.get(count, measure.damage(count), measure.form)

    for export in {export_of(measure).path: export_of(measure) for measure in chosen}.values():
        read_once(export)
    for measure in chosen:
        say(f"warming up: {measure.name}")
        attempt(measure, exports.get(WARM_UP, measure.damage(WARM_UP), measure.form))
    for number in range(1, runs + 1):
        for measure in chosen:
            if measure.name in failed:
                continue
            began = perf_counter()
            for key, values in attempt(measure, export_of(measure)).items():
                found.setdefault(measure.name, {}).setdefault(key, []).extend(values)
            say(f"run {number} of {runs}: {measure.name}: {perf_counter() - began:.1f} s in all")
    return {name: values for name, values in found.items() if name not in failed}


def circumstances(export: Export, runs: int) -> str:
    """Where and what was measured, one sentence."""
    size = export.path.stat().st_size
    packages = ", ".join(f"{name} {version(name)}" for name in ("polars", "textual", "orjson"))
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    often = f"{runs} runs" if runs > 1 else "1 run"
    return f"{export.events:,} events, {size / 2**20:,.0f} MiB, {often}; {machine}, {packages}."


def parser() -> argparse.ArgumentParser:
    """The command line."""
    names = ", ".join(measure.name for measure in MEASURES)
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.run", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--events", type=int, default=200_000, metavar="N", help="events in the export")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="how often everything is measured")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where generated exports stay for the next time")
    parser.add_argument("--only", metavar="NAME,...", help=f"take only these measurements: {names}")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    return parser


def main(arguments: Sequence[str] | None = None, take: Take = in_own_process) -> int:
    """Measure and print; returns the exit code: 1 where a measurement failed."""
    known = {measure.name: measure for measure in MEASURES}
    command = parser()
    options = command.parse_args(arguments)
    if options.measure:
        print(json.dumps(known[options.measure].run(Export(options.file, options.events))))
        return 0
    if options.events < 1 or options.runs < 1:
        command.error("there must be at least one event and one run")
    wanted = options.only.split(",") if options.only else list(known)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        command.error(f"no such measurement: {', '.join(unknown)}")
    chosen = possible((known[name] for name in wanted), options.events)
    with tempfile.TemporaryDirectory(prefix="omeviz-benchmark-") as temporary:
        exports = Exports(options.keep.resolve() if options.keep else Path(temporary))
        try:
            found = measured(chosen, exports, options.events, options.runs, take)
        except Unexpected as error:
            say(str(error))
            return 1
        export = exports.get(options.events)
        print(table(found, export.events, export.path.stat().st_size))
        print(circumstances(export, options.runs))
    return 0 if found.keys() == {measure.name for measure in chosen} else 1


if __name__ == "__main__":
    sys.exit(main())

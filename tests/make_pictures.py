"""Makes `.readme/*.svg`: the explorer on the samples, driven by keys.

The pictures are the same at every run with one version of Textual.

    python -m tests.make_pictures [FOLDER]

`drawn` makes a picture of any files after any keys.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

from omeviz.load import Loader
from omeviz.tui.app import Explorer
from tests.tui.journey import Journey

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".readme"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture.

    Attributes:
        name: Of its file, without the suffix.
        file: What is opened, from the top of the repository.
        filter_text: The filter to begin with.
        keys: What is pressed.
        size: Columns and lines.
    """

    name: str
    file: str
    filter_text: str
    keys: tuple[str, ...]
    size: tuple[int, int]


PICTURES: tuple[Picture, ...] = (
    Picture("explorer", "samples/events.csv", "paul.novak", ("home", *["down"] * 16), (140, 38)),
    Picture("data", "samples/problems.csv", "", ("I", *["down"] * 14), (124, 20)),
)
"""Those of the README."""


async def drawn(
    files: Sequence[str | Path], keys: Sequence[str], size: tuple[int, int] = (120, 36), filter_text: str = ""
) -> str:
    """What the explorer shows of some files after some keys, as SVG. A key that begins with a tab is typed text."""
    app = Explorer(Loader([str(file) for file in files]), filter_text=filter_text, portal=not filter_text)
    async with app.run_test(size=size) as pilot:
        journey = Journey(app, pilot)
        await journey.settle()
        for key in keys:
            await (journey.type(key[1:]) if len(key) > 1 and key[0] == "\t" else journey.press(key))
        await pilot.pause(0.5)  # the Data screen hashes its files
        app.clear_notifications()
        await pilot.pause()
        return app.export_screenshot(title="omeviz")


def main(folder: Path) -> None:
    """Write the README's pictures into a folder."""
    with chdir(ROOT):
        for picture in PICTURES:
            svg = asyncio.run(drawn([picture.file], picture.keys, picture.size, picture.filter_text))
            (folder / f"{picture.name}.svg").write_text(svg, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)

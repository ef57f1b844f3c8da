"""The README's pictures are those that the script makes."""

from __future__ import annotations

import re

from tests.make_pictures import FOLDER, PICTURES, ROOT, drawn


def test_each_picture_is_made_by_the_script_and_shown() -> None:
    names = {f"{picture.name}.svg" for picture in PICTURES}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {path.name for path in FOLDER.iterdir()} == names == set(re.findall(r"\(\.readme/([^)]*)\)", readme))


async def test_a_picture_shows_what_keys_did() -> None:
    sample = ROOT / PICTURES[0].file
    first, second = [await drawn([sample], ["slash", "\tzzz", "enter"], (100, 24)) for _ in range(2)]
    assert "No&#160;event&#160;matches." in first
    assert first == second

"""What is drawn and laid out, counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.screen import Screen

if TYPE_CHECKING:
    import pytest
    from textual.strip import Strip
    from textual.widget import Widget


def drawn_lines(monkeypatch: pytest.MonkeyPatch, kind: type[Widget]) -> list[int]:
    """The lines that widgets of a kind draw from now on; grows."""
    drawn: list[int] = []
    draw = kind.render_line

    def counted(self: Widget, y: int) -> Strip:
        drawn.append(y)
        return draw(self, y)

    monkeypatch.setattr(kind, "render_line", counted)
    return drawn


def layouts(monkeypatch: pytest.MonkeyPatch) -> list[Screen[object]]:
    """The screens that are laid out from now on; grows."""
    laid_out: list[Screen[object]] = []
    layout = Screen._refresh_layout

    def counted(screen: Screen[object], *arguments: Any, **named: Any) -> None:
        laid_out.append(screen)
        layout(screen, *arguments, **named)

    monkeypatch.setattr(Screen, "_refresh_layout", counted)
    return laid_out

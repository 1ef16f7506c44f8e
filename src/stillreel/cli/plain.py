"""Text that may be a stranger's, made safe for a terminal: a clip's words and file names may carry escape codes."""

from __future__ import annotations

__all__ = ["plain"]


def plain(text: str) -> str:
    """`text` with a question mark in a box for every control, direction or broken character; line ends stay."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "\ufffd" for letter in text)

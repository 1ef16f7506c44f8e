"""`import stillreel` offers exactly what it says, lazily."""

from __future__ import annotations

import pytest

import stillreel


def test_the_names_are_sorted_and_all_there() -> None:
    assert stillreel.__all__ == sorted(stillreel.__all__)
    assert set(stillreel.__all__) <= set(dir(stillreel))
    for name in stillreel.__all__:
        assert getattr(stillreel, name) is not None


def test_another_name_is_an_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonesuch'"):
        _ = stillreel.nonesuch  # pyright: ignore[reportAttributeAccessIssue]

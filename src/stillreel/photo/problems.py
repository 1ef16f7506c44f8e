"""Every reason why a photograph cannot be read: its stable code and what to do about it."""

from __future__ import annotations

from stillreel.errors import PhotoError

__all__ = ["HINTS", "problem"]

HINTS = {
    "photo.missing": "Check the path.",
    "photo.not_a_file": "Give the path of a photo file, not of a folder, device, pipe or socket.",
    "photo.unreadable": "Check that you may read it and that its disk works.",
    "photo.empty": "Copy or download the photo again.",
    "photo.too_large": "Save it smaller, or raise the limit on bytes.",
    "photo.too_many_pixels": "Save it smaller, or raise the limit on pixels.",
    "photo.too_slow": "Open it in an image program and save it anew, or raise the limit on seconds.",
    "photo.memory": "Save it smaller: no clip shows more than 1920 pixels on its long side.",
    "photo.too_small": "Use a photo whose short side has at least 32 pixels; 1024 give a sharp clip.",
    "photo.unsupported": "Use a JPEG, PNG, WebP, AVIF, HEIC, TIFF or GIF.",
    "photo.pixel_type": "Save it with 8 or 16 bits per channel, as RGB, CMYK or grey.",
    "photo.truncated": "The end of the file is missing: copy or download the photo again.",
    "photo.damaged": "Open it in an image program and save it anew, or copy it again.",
}


def problem(code: str, message: str) -> PhotoError:
    """The error of that code, with its hint."""
    return PhotoError(code, message, HINTS[code])

"""Reading a photograph safely, fitting it to a clip's size, and advice about it."""

from stillreel.photo.limits import Limits
from stillreel.photo.read import read
from stillreel.photo.values import FittedPhoto, Photo

__all__ = ["FittedPhoto", "Limits", "Photo", "read"]

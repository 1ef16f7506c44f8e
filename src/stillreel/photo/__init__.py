"""Reading a photograph safely, fitting it to a clip's size, and advice about it."""

from stillreel.photo.advice import Advice, advise
from stillreel.photo.fit import Fit, fit
from stillreel.photo.limits import Limits
from stillreel.photo.read import read
from stillreel.photo.size import SizeRequest, parse_size
from stillreel.photo.values import FittedPhoto, Photo

__all__ = [
    "Advice",
    "Fit",
    "FittedPhoto",
    "Limits",
    "Photo",
    "SizeRequest",
    "advise",
    "fit",
    "parse_size",
    "read",
]

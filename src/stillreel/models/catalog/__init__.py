"""The catalogue: what is known of every model that makes a clip from a photo, with where and when it was read.

One TOML file a family (`data/*.toml`); what is not known is absent and stays unknown.
"""

from stillreel.models.catalog.read import Catalogue, catalogue, read_folder
from stillreel.models.catalog.values import Entry, Licence, Memory, Price, Prices, Size

__all__ = ["Catalogue", "Entry", "Licence", "Memory", "Price", "Prices", "Size", "catalogue", "read_folder"]

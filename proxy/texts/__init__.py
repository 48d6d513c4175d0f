"""What a town hall reads: message catalogues in French and English, and their typography."""

from proxy.texts.catalogue import LANGS, CatalogueTextError
from proxy.texts.numbers import Lang
from proxy.texts.texts import Texts
from proxy.texts.typography import typeset

__all__ = ["LANGS", "CatalogueTextError", "Lang", "Texts", "typeset"]

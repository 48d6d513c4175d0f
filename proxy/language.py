"""Which language a text is in: French, English, another one, or too little to tell.

Made for one purpose: token counts and thresholds differ between French and English. It
looks for small words that only one of the languages has, in the beginning of the text,
and costs some 10 microseconds: it works on UTF-8 bytes, whose lower-casing and splitting
are several times faster than those of text. It holds no state and keeps nothing.
"""

from __future__ import annotations

from proxy.exchange import Language

__all__ = ["LOOK_CHARS", "identify"]

LOOK_CHARS = 400
"""How much of the text is looked at."""


def _words(text: str) -> frozenset[bytes]:
    return frozenset(text.encode().split())


_FRENCH = _words(
    "est les des une dans pour avec sur pas vous nous qui ce cette sont aux du au être et je "
    "elle ne mais ou où par plus votre vos notre ces ont été fait bien comme tout faire sans "
    "quel quelle quels quelles comment bonjour bonsoir merci oui très peut sous leur leurs "
    "donc ainsi afin si ils elles lui même aussi entre chez dès lors selon depuis peux puis "
    "avez avons suis doit dois faut mon ma mes ton tes ses quoi pourquoi quand voici voilà "
    "c' qu' j' n' s' m' l' d' jusqu' aujourd' ci toute toutes tous une le "
    "demande demandez mairie rédige rédigez résume traduis explique écris"
)
_ENGLISH = _words(
    "the and of is are you that with this your it for was have not what how which their can "
    "be as by from or will would please hello yes thanks there when we they my has were been "
    "if about into than then these those should could its i' it' don' that' who why where do "
    "does did out up but at so our his her she he all any some in to each more most other such "
    "write explain summarize translate answer briefly following"
)
_OTHERS = _words(
    # Spanish, Catalan, Portuguese, Italian, Romanian
    "el los las puedo puede quiero tengo por para con del está cómo qué pero muy también usted "
    "gracias hola una uma "
    "não você são dos das é obrigado olá isso mais che di per sono della gli è non anche "
    "questo ciao grazie nel dei și este nu pentru amb això més els però "
    # German, Dutch, Scandinavian
    "der das und ist nicht ich ein eine mit für auf zu sie wir werden von dem wie kann auch "
    "bitte het een van niet zijn voor ik maar och att det är som på jeg og ikke til "
    # Polish, Czech, Turkish, Vietnamese, Indonesian, Breton, Basque
    "jest nie się że czy jak že není bir ve bu için và của không yang dan untuk eo ar eta"
)
# A word that two groups share tells nothing.
_SHARED = (_FRENCH & _ENGLISH) | (_FRENCH & _OTHERS) | (_ENGLISH & _OTHERS)
_FRENCH_ONLY = _FRENCH - _SHARED
_ENGLISH_ONLY = _ENGLISH - _SHARED
_KNOWN = _FRENCH_ONLY | _ENGLISH_ONLY | (_OTHERS - _SHARED)

_FRENCH_LETTERS = frozenset("éèêàçùœëîïôû")
_FOREIGN_LETTERS = frozenset("ãõñßäöüåøìò¿¡ąćęłńśźżğışőűčřšžățșí")

_OTHER_SCRIPTS = frozenset(range(0xC6, 0xF0)) - {0xE2}
"""First UTF-8 bytes of letters beyond Latin (0xE2 begins dashes, quotes and signs)."""
_NOT_OTHER_SCRIPTS = bytes(byte for byte in range(256) if byte not in _OTHER_SCRIPTS)


def identify(text: str) -> Language:
    """The language of the beginning of `text`; "unknown" where nothing tells it."""
    if not text:
        return "unknown"
    text = text[:LOOK_CHARS]
    start = text.encode("utf-8", "replace").lower()
    if not start.isascii():
        if len(start.translate(None, _NOT_OTHER_SCRIPTS)) * 4 > len(text):
            return "other"
        # Typographic apostrophes as plain ones, no ¿ before a word.
        start = start.replace(b"\xe2\x80\x99", b"'").replace(b"\xc2\xbf", b"")
    found = _KNOWN.intersection(start.replace(b"'", b"' ").split())  # elided words apart
    if not found:
        return _by_letters(text)
    french, english = len(found & _FRENCH_ONLY), len(found & _ENGLISH_ONLY)
    other = len(found) - french - english
    most = max(french, english, other)
    if (french == most) + (english == most) + (other == most) > 1:
        return "unknown"
    if french == most:
        return "fr"
    return "en" if english == most else "other"


def _by_letters(text: str) -> Language:
    """A guess for texts of a few words, by their accents."""
    letters = set(text.lower())
    if letters & _FOREIGN_LETTERS:
        return "other"
    return "fr" if letters & _FRENCH_LETTERS else "unknown"

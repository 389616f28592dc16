"""Vietnamese text: what may be stored, how it is searched, compared, sorted and shortened.

Pure functions on strings: nothing here knows a request, a language on screen or the database. The keys made
here are stored beside the text (`plain` columns), so that both databases search and sort alike.
"""

import re
import unicodedata

LIKE_ESCAPE = "\\"
"""The escape character that `like_pattern` uses: `column.like(like_pattern(word), escape=LIKE_ESCAPE)`."""

MOST_WORDS = 10
"""A search looks for no more words than this."""

_LINE_END = re.compile(r"\r\n?|[\u2028\u2029]")
_INVISIBLE = re.compile(r"[\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
"""Zero-width marks and direction overrides: they ride along with pasted text and make equal names differ."""
_LAST_OF_PLANES = "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
_UNREADABLE = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_LAST_OF_PLANES}]")


class Unreadable(ValueError):
    """The text holds a character that stands for nothing: NUL, a control, a surrogate or a noncharacter."""

    def __init__(self, character: str, position: int) -> None:
        super().__init__(f"U+{ord(character):04X} at {position}")
        self.character = character
        self.position = position


def clean(text: str) -> str:
    """The text as it is stored: NFC, lines ended by \\n, no blanks at the ends of lines, nothing invisible.

    Tabs and line ends stay. Raises Unreadable.
    """
    text = _LINE_END.sub("\n", text)
    if found := _UNREADABLE.search(text):
        raise Unreadable(found[0], found.start())
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def readable(text: str) -> str:
    """`clean` for showing back what was typed: leaves out what `clean` refuses."""
    return clean(_UNREADABLE.sub("", _LINE_END.sub("\n", text)))


def one_line(text: str) -> str:
    """`clean`, with every run of blanks and line ends made one space. Raises Unreadable."""
    return " ".join(clean(text).split())


# Searching

_ALIKE = str.maketrans(
    {"đ": "d", "ð": "d", "ɖ": "d"}  # the last two are look-alikes from old code pages
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
)


def fold(text: str) -> str:
    """The text for searching: no marks, no case, đ as d, single spaces. `Thuỷ` = `Thủy`, `hoà` = `hòa`."""
    decomposed = unicodedata.normalize("NFD", _INVISIBLE.sub("", text)).casefold()
    letters = unicodedata.normalize("NFD", decomposed)
    bare = "".join(letter for letter in letters if unicodedata.category(letter) != "Mn")
    return " ".join(unicodedata.normalize("NFC", bare).translate(_ALIKE).split())


_QUOTED = re.compile(r'"([^"]*)"|([^\s"]+)')
_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))
_AROUND_A_WORD = " ,.;:!?…()[]'‘’-"


def pieces(query: str) -> list[tuple[str, bool]]:
    """What was typed, folded, cut at spaces but for what stands in quotation marks; whether it stood in them."""
    found = _QUOTED.finditer(fold(query.translate(_QUOTES)))
    return [(match[1] or match[2] or "", match[1] is not None) for match in found]


def words(query: str) -> list[str]:
    """The folded words to look for, at most `MOST_WORDS`, each once; a quoted phrase is one of them."""
    stripped = (piece.strip(_AROUND_A_WORD) for piece, _quoted in pieces(query))
    return list(dict.fromkeys(word for word in stripped if word))[:MOST_WORDS]


def like_pattern(word: str) -> str:
    """`word` anywhere, for LIKE with `escape=LIKE_ESCAPE`; its own % and _ mean themselves."""
    for special in (LIKE_ESCAPE, "%", "_"):
        word = word.replace(special, LIKE_ESCAPE + special)
    return f"%{word}%"


# Comparing

_TONES = "\u0300\u0309\u0303\u0301\u0323"
"""Huyền, hỏi, ngã, sắc, nặng: the order of the dictionary, after ngang."""
_WORD = re.compile(r"[^\W\d_]+")
_VOWELS = "aăâeêioôơuưy"
LETTERS = frozenset({"đ", *(unicodedata.normalize("NFC", one + tone) for one in _VOWELS for tone in ("", *_TONES))})
"""What Vietnamese adds to the consonants of English: each vowel in each tone, and đ. Lower case."""
_SYLLABLE = re.compile(
    rf"(?:ngh|ng|nh|gh|gi(?=[{_VOWELS}])|g|qu(?=[{_VOWELS}])|kh|ch|th|tr|ph|[bcdđhklmnprstvx])?"
    rf"(?P<vowels>[{_VOWELS}]{{1,3}})"
    r"(?P<coda>ch|nh|ng|[cmnpt])?"
)


def tone_normal(text: str) -> str:
    """The text with each tone mark where the older spelling has it: hoà → hòa, thuỷ → thủy, qúy → quý.

    For comparing names. Only the places of marks change; what is no Vietnamese syllable stays as it is.
    """
    return _WORD.sub(lambda word: _tone_in_place(word[0]), unicodedata.normalize("NFC", text))


def _tone_in_place(word: str) -> str:
    toneless, tones = [], []
    for letter in word:
        marks = unicodedata.normalize("NFD", letter)
        bare = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES))
        if bare != letter and bare.lower() in _VOWELS:
            tones += [mark for mark in marks if mark in _TONES]
            toneless.append(bare)
        else:
            toneless.append(letter)
    syllable = _SYLLABLE.fullmatch("".join(toneless).lower())
    if len(tones) != 1 or syllable is None:
        return word
    at = syllable.start("vowels") + _toned_vowel(syllable["vowels"], closed=syllable["coda"] is not None)
    toneless[at] += tones[0]
    return unicodedata.normalize("NFC", "".join(toneless))


def _toned_vowel(vowels: str, *, closed: bool) -> int:
    """Which of the vowels carries the tone: the last with a mark of its own, otherwise the rule of place."""
    marked = [index for index, vowel in enumerate(vowels) if vowel in "ăâêôơư"]
    if marked:
        return marked[-1]
    return 1 if len(vowels) == 3 or (len(vowels) == 2 and closed) else 0


# Sorting

_LETTERS = {
    "a\u0306": "a|",
    "a\u0302": "a~",
    "đ": "d|",
    "e\u0302": "e|",
    "o\u0302": "o|",
    "o\u031b": "o~",
    "u\u031b": "u|",
}
"""ă, â, đ, ê, ô, ơ, ư: after every word that goes on from the plain letter, since | and ~ follow z."""
_TOKEN = re.compile(r"(?P<number>\d+)|(?P<letter>[^\W\d_])(?P<marks>[\u0300-\u036f]*)|(?P<gap>.)", re.DOTALL)


def sort_key(text: str) -> str:
    """A key in printable ASCII that sorts like a Vietnamese dictionary, byte by byte.

    Three levels as in Unicode's rules for Vietnamese: letters (a ă â b c d đ e ê …, a number by its value and
    before letters, anything else as a gap between words), then tones (ngang huyền hỏi ngã sắc nặng), then
    case. Texts that differ in nothing else have equal keys.
    """
    return " ".join(_levels(text)).rstrip()


def name_sort_key(full_name: str) -> str:
    """A key like `sort_key` for a list of people: the given name, which is the last word, then the rest."""
    rest, _, given = " ".join(full_name.split()).rpartition(" ")
    given_letters, given_tones, given_case = _levels(given)
    rest_letters, rest_tones, rest_case = _levels(rest)
    levels = (given_letters, given_tones, rest_letters, rest_tones, given_case, rest_case)
    return " ".join(levels).rstrip()


def _levels(text: str) -> tuple[str, str, str]:
    """Letters, tones and case. The levels are joined by a space, which is below all that stands in them."""
    letters, tones, case = "", "", ""
    for token in _TOKEN.finditer(unicodedata.normalize("NFD", text)):
        if token["gap"]:
            letters += "" if letters.endswith("-") else "-"
        elif token["number"]:
            digits = "".join(str(unicodedata.decimal(digit)) for digit in token["number"]).lstrip("0") or "0"
            letters += f"{min(len(digits), 999):03d}{digits}"
        else:
            marks = [mark for mark in token["marks"] if mark in _TONES]
            letters += _letter(token["letter"].casefold(), token["marks"])
            tones += str(_TONES.index(marks[0]) + 1) if marks else "0"
            case += "1" if token["letter"].isupper() else "0"
    return letters.strip("-"), tones.rstrip("0"), case.rstrip("0")


def _letter(letter: str, marks: str) -> str:
    for mark in marks:
        if letter + mark in _LETTERS:
            return _LETTERS[letter + mark]
    if letter in _LETTERS:
        return _LETTERS[letter]
    # A foreign letter follows z and precedes the marks above.
    return "".join(part if part.isascii() else f"{{{ord(part):06x}" for part in letter)


# Shortening

_BULLET = re.compile(r"\s*(?:[-–—•+*](?!\d)\s*|\d{1,2}[.)]\s+|[a-zđ]\)\s+)")
_END = re.compile(r"\.+(?=\s|$)|…(?=\s|$)|;|\n")
_SHORTENED = frozenset(
    [
        "tp",
        "tx",
        "tt",
        "th",
        "ts",
        "ths",
        "pgs",
        "gs",
        "bs",
        "ks",
        "cn",
        "tr",
        "stt",
        "vd",
        "nxb",
        "vv",
        "v.v",
        "đ/c",
    ]
)


def first_sentence(text: str, limit: int = 160) -> str:
    """The first sentence as a title: no bullet before it, no full stop after it, at most `limit` characters.

    A sentence ends at a full stop, a semicolon or a line end; not inside "1.234" or after "TP.", "Q.", "P.".
    A longer one is cut between two words (inside a word only when the first alone is too long) and ends in an
    ellipsis.
    """
    text = text.strip()
    text = _BULLET.sub("", text, count=1) if _BULLET.match(text) else text
    sentence = " ".join(text[: _sentence_end(text)].split())
    if len(sentence) <= limit:
        return sentence
    kept = sentence[: limit - 1]
    if not sentence[limit - 1].isspace() and " " in kept:
        kept = kept[: kept.rindex(" ")]
    return kept.rstrip(" ,;:.-–—(") + "…"


def _sentence_end(text: str) -> int:
    for end in _END.finditer(text):
        before = text[: end.start()]
        if end[0] == "." and _is_shortened(before):
            continue
        if end[0] == "…" or end[0].startswith(".."):
            if text[end.end() :].lstrip()[:1].islower():
                continue
            return end.end()
        return end.start()
    return len(text)


def _is_shortened(before: str) -> bool:
    """Whether a full stop after `before` belongs to an abbreviation."""
    last = re.split(r"[\s(\"“]", before)[-1].lower()
    return last in _SHORTENED or (len(last) == 1 and last.isalpha())

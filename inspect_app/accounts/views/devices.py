"""What a browser calls itself, in words that its owner knows it by."""

import re

from flask_babel import gettext as _

BROWSERS = (
    ("Edge", r"\bEdg(e|A|iOS)?/"),
    ("Cốc Cốc", r"coc_coc_browser/"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Opera", r"\b(OPR|Opera)/"),
    ("Zalo", r"\bZalo"),
    ("Firefox", r"\b(Firefox|FxiOS)/"),
    ("Chrome", r"(Chrome|CriOS|Chromium)/"),
    ("Safari", r"\bSafari/"),
)
"""The first that fits: most browsers name others, too."""
SYSTEMS = (
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("Windows", r"\bWindows\b"),
    ("macOS", r"\bMac OS X\b|\bMacintosh\b"),
    ("Linux", r"\bLinux\b|\bX11\b"),
)


def in_words(device: str) -> str:
    """`Chrome trên Windows`; what it said itself where neither is known."""
    browser, system = _first(BROWSERS, device), _first(SYSTEMS, device)
    if browser and system:
        return str(_("%(browser)s trên %(system)s", browser=browser, system=system))
    return browser or system or device or str(_("Trình duyệt không xưng tên"))


def _first(known: tuple[tuple[str, str], ...], device: str) -> str:
    return next((name for name, pattern in known if re.search(pattern, device)), "")

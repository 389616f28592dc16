"""Templates compiled once for each language, with its words in place: a page looks up no sentence that it always says.

What is left for the moment of drawing are messages with a number (`ngettext`) and those whose text a variable holds.
"""

import hashlib
from typing import Any

from flask import g, has_app_context
from flask.templating import Environment as FlaskEnvironment
from flask_babel import Domain, get_locale, get_translations
from jinja2 import BytecodeCache, nodes
from jinja2.bccache import Bucket
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from inspect_app.web.drawing import Drawn, Given, Writer

SOURCE = "vi"
"""The language that messages are written in; it needs no catalogue."""
MESSAGE = frozenset({"_", "gettext"})


def language() -> str:
    """What the page is drawn in: `vi` or `en`."""
    # Where Flask-Babel keeps what it found before: a page asks this for each of its numbers.
    kept = getattr(g._get_current_object(), "_flask_babel", None) if has_app_context() else None
    locale = getattr(kept, "babel_locale", None) or get_locale()
    return locale.language if locale else SOURCE


class Texts(Domain):  # type: ignore[misc]  # it has no types
    """The catalogues, each found by the language alone."""

    def __init__(self) -> None:
        super().__init__()
        self._of: dict[str, Any] = {}

    def get_translations(self) -> Any:
        spoken = language()
        if spoken not in self._of:
            self._of[spoken] = super().get_translations()
        return self._of[spoken]


class Environment(FlaskEnvironment):
    """Hands each template out in the language of the request."""

    code_generator_class = Writer
    context_class = Given
    template_class = Drawn
    language = ""
    """Empty for the one that the program holds, which compiles nothing itself."""

    def _load_template(self, name: str, globals: Any) -> Any:
        if self.language:
            return super()._load_template(name, globals)
        return self._speaking(language())._load_template(name, globals)

    def _speaking(self, spoken: str) -> "Environment":
        made: dict[str, Environment] = self.__dict__.setdefault("made", {})
        if spoken not in made:
            one = self.overlay()
            one.language = spoken
            if self.bytecode_cache is not None:
                one.bytecode_cache = _Apart(self.bytecode_cache, spoken)
            made[spoken] = one
        return made[spoken]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if self.language:
            escapes = self.autoescape(name) if callable(self.autoescape) else self.autoescape
            _Words(self.language, escapes=escapes).visit(tree)
        return tree


class _Words(NodeTransformer):
    """Puts `_("…")` into words; what is to be filled in stays to be filled in."""

    def __init__(self, spoken: str, *, escapes: bool) -> None:
        self._translations = None if spoken == SOURCE else get_translations()
        self._kind = Markup if escapes else str

    def visit_Call(self, call: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja's name for it
        self.generic_visit(call)
        if not _is_message(call):
            return call
        message = call.args[0].as_const()
        said = message if self._translations is None else self._translations.ugettext(message)
        text = self._kind(said)
        if not call.kwargs:
            return nodes.Const(text % {}, lineno=call.lineno)
        filled = [
            nodes.Pair(nodes.Const(given.key, lineno=call.lineno), given.value, lineno=call.lineno)
            for given in call.kwargs
        ]
        return nodes.Mod(
            nodes.Const(text, lineno=call.lineno), nodes.Dict(filled, lineno=call.lineno), lineno=call.lineno
        )


def _is_message(call: nodes.Call) -> bool:
    return (
        isinstance(call.node, nodes.Name)
        and call.node.name in MESSAGE
        and len(call.args) == 1
        and isinstance(call.args[0], nodes.Const)
        and call.dyn_args is None
        and call.dyn_kwargs is None
    )


class _Apart(BytecodeCache):
    """The same cache for one language: what was compiled with other words is another template."""

    def __init__(self, whole: BytecodeCache, spoken: str) -> None:
        self._whole = whole
        self._language = spoken
        if spoken != SOURCE:
            messages = sorted((str(key), str(text)) for key, text in get_translations()._catalog.items())
            self._language += hashlib.sha256(repr(messages).encode()).hexdigest()

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        return self._whole.get_cache_key(f"{self._language}:{name}", filename)

    def load_bytecode(self, bucket: Bucket) -> None:
        self._whole.load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._whole.dump_bytecode(bucket)

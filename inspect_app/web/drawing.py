"""What Jinja does a thousand times for a page, done with less: texts put in, macros called, macros imported.

What comes out is the same to the byte. Knows no template of ours.
"""

from collections.abc import Callable, MutableMapping
from types import CodeType, FunctionType
from typing import Any

from jinja2 import Environment, Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro

# Escaped, and not yet said to be so: a page is joined of thousands of pieces, each of which would be wrapped.
from markupsafe import Markup, _escape_inner  # type: ignore[attr-defined]


def escaped(value: Any) -> str:
    """The text of `markupsafe.escape(value)`, for joining with others."""
    if type(value) is str:
        return _escape_inner(value)
    if hasattr(value, "__html__"):
        return value if type(value) is Markup else value.__html__()
    return _escape_inner(str(value))


class Writer(CodeGenerator):
    """Compiles `{{ … }}` to `escaped`."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        plain = finalize.src is None and frame.eval_ctx.autoescape and not frame.eval_ctx.volatile
        if plain:
            self.write("escaped(")
        else:
            super()._output_child_pre(node, frame, finalize)


class Given(Context):
    """Calls macros and functions without asking first what else they might be."""

    def call(self, what: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        kind = type(what)
        if kind is Macro:
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
            return what(self.eval_ctx, *args, **kwargs)
        if kind is FunctionType and not hasattr(what, "jinja_pass_arg"):
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
            return what(*args, **kwargs)
        return super().call(what, *args, **kwargs)


class Drawn(Template):
    """Compiled code that knows `escaped`. Its macros are made once: no template is given globals of its own."""

    @classmethod
    def from_code(
        cls,
        environment: Environment,
        code: CodeType,
        globals: MutableMapping[str, Any],
        uptodate: Callable[[], bool] | None = None,
    ) -> "Template":
        namespace = {"environment": environment, "__file__": code.co_filename, "escaped": escaped}
        exec(code, namespace)  # noqa: S102 - what Jinja compiled out of our own templates
        made = cls._from_namespace(environment, namespace, globals)
        made._uptodate = uptodate
        return made

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()

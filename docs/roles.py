"""Docstrings of this project as mkdocstrings takes them."""

from typing import Any

from griffe import Extension, Object

from docs.markdown import docstring_converted


class Roles(Extension):
    """Rewrites the docstrings that griffe collects."""

    def on_instance(self, *, obj: Object, **kwargs: Any) -> None:
        """Rewrite one docstring."""
        if obj.docstring is not None:
            obj.docstring.value = docstring_converted(obj.docstring.value)

"""Source files as pages, with an anchor a line."""


def source_page(path: str, text: str) -> str:
    """Return a page that shows a file; it is found by its links, not by search."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_for_filename
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_for_filename(path, stripnl=False)
    except ClassNotFound:
        lexer = get_lexer_for_filename("text.txt", stripnl=False)
    shown = highlight(text, lexer, HtmlFormatter(lineanchors="L", cssclass="highlight source"))
    name = path.rpartition("/")[2]
    return f"---\ntitle: {name}\nsearch:\n  exclude: true\nhide: [navigation, toc]\n---\n\n# `{path}`\n\n{shown}"

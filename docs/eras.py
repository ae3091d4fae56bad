"""The specification of one era as a page, and the switch between eras."""

import dtao
from dtao_spec.markdown import table
from dtao_spec.pages import document


def era_pages() -> dict[str, str]:
    """Return the complete specification of each era, and the page that lists them, by their places on the site."""
    pages = {f"spec/eras/{era.spec_version}.md": _page(era) for era in dtao.ERAS}
    return {"spec/eras/index.md": _index(), **pages}


def switch(folder: str, chosen: int | None = None, anchor: str = "") -> str:
    """Return the control that leads to another era; ``folder`` is that of the eras, from the page it stands on."""
    options = [f'<option value="{era.spec_version}"{" selected" if era.spec_version == chosen else ""}>'
               f"{span(era)} {era.name}</option>" for era in reversed(dtao.ERAS)]  # fmt: skip
    first = "" if chosen else '<option value="" selected>all, the newest first</option>'
    return (
        f'<p class="era-switch"><label>Rules of <select data-folder="{folder}" data-anchor="{anchor}">'
        f"{first}{''.join(options)}</select></label></p>"
    )


def span(era: dtao.Era) -> str:
    """Write the versions of an era, such as ``234–237``."""
    return "–".join(dict.fromkeys((str(era.spec_version), str(era.last_spec_version))))


def _page(era: dtao.Era) -> str:
    text = document(era.spec_version)
    title, _, rest = text.partition("\n")
    front = f'---\ntitle: "{era.spec_version} · {era.name}"\nsearch:\n  exclude: true\n---\n\n'
    return f"{front}{title}\n\n{switch('..', era.spec_version)}\n{rest}"


def _index() -> str:
    rows = [
        (f"[{span(era)}]({era.spec_version}.md)", f"[{era.name}]({era.spec_version}.md)", era.date, era.summary)
        for era in reversed(dtao.ERAS)
    ]
    return (
        "# The specification of one era\n\n"
        "Each is a whole document that names no other era: every rule as it was then. An era is the versions of the "
        "runtime that share their rules. The [chapters](../index.md) have all versions of a rule beside each other, "
        "and these are what search finds.\n\n"
        f"{table(('versions', 'era', 'merged', 'what it brought'), rows)}\n"
    )

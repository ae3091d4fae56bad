// Mathematics, and the switch between eras. Nothing is loaded from another host.
"use strict";

function renderFormulas(root) {
  for (const one of root.querySelectorAll(".arithmatex")) {
    const text = one.textContent.trim();
    const isBlock = text.startsWith("\\[");
    katex.render(text.slice(2, -2), one, { displayMode: isBlock, throwOnError: false });
  }
}

function leadToEras(root) {
  for (const select of root.querySelectorAll(".era-switch select")) {
    select.addEventListener("change", () => {
      if (!select.value) return;
      const anchor = location.hash || (select.dataset.anchor ? `#${select.dataset.anchor}` : "");
      location.href = new URL(`${select.dataset.folder}/${select.value}/${anchor}`, location.href);
    });
  }
}

document.addEventListener("DOMContentLoaded", () => {
  renderFormulas(document);
  leadToEras(document);
});

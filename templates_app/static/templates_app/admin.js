"use strict";
// Folds the sections and parameters that are stored and free of errors, so that a template fits
// on a screen; a click on a heading opens its row.
{
    const fold = (row, folded) => {
        row.classList.toggle("folded", folded);
        row.querySelector(".fold").setAttribute("aria-expanded", String(!folded));
    };

    const prepare = (row) => {
        const label = row.querySelector("h3 .inline_label");
        const button = document.createElement("button");
        button.type = "button";
        button.className = "fold";
        button.textContent = label.textContent;
        button.addEventListener("click", () => fold(row, !row.classList.contains("folded")));
        label.replaceChildren(button);
        fold(row, row.querySelector(".errorlist") === null);
    };

    document.addEventListener("DOMContentLoaded", () => {
        document.querySelectorAll(".inline-related.has_original").forEach(prepare);
    });
}

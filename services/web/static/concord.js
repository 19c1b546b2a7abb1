// What pages do beyond links and forms: the sliders of a dossier, and keys.
"use strict";

const DAY = 86_400_000;

/** Two sliders set the days of the form, and what stands at that moment is redrawn by a replay on the server. */
function sliders(form) {
  const first = Date.parse(form.dataset.first);
  const days = Math.max(1, Math.round((Date.parse(form.dataset.today) - first) / DAY));
  let running = new AbortController();
  const redraw = async () => {
    running.abort();
    running = new AbortController();
    const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    const address = `${location.pathname}?${asked}`;
    try {
      const answer = await fetch(address, { signal: running.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.getElementById("moment") ?? page.getElementById("main");
      document.getElementById("moment").replaceChildren(...found.childNodes);
      history.replaceState(null, "", address);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  };
  for (const name of ["on", "known"]) {
    const typed = form.elements[name];
    const range = document.createElement("input");
    range.type = "range";
    range.max = days;
    range.setAttribute("aria-label", typed.labels[0].firstChild.textContent);
    const place = () => {
      range.value = typed.value ? Math.round((Date.parse(typed.value) - first) / DAY) : days;
      range.setAttribute("aria-valuetext", typed.value || form.dataset.today);
    };
    range.addEventListener("input", () => {
      typed.value = Number(range.value) === days ? "" : new Date(first + range.value * DAY).toISOString().slice(0, 10);
      range.setAttribute("aria-valuetext", typed.value || form.dataset.today);
      redraw();
    });
    typed.addEventListener("change", () => { place(); redraw(); });
    place();
    typed.labels[0].append(range);
  }
}

/** `j` and `k` move between rows, Enter opens one, `/` searches, `?` tells the keys. */
function keys() {
  const rows = () => [...document.querySelectorAll("main .scroll tbody tr, main ol.timeline > li, main ol.duties > li")];
  let at = -1;
  const move = (by) => {
    const all = rows();
    if (!all.length) return;
    at = Math.min(Math.max(at + by, 0), all.length - 1);
    all[at].tabIndex = -1;
    all[at].focus();
    all[at].scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.altKey || event.metaKey) return;
    const help = document.getElementById("keys");
    const search = document.querySelector('main input[name="q"]');
    const done = {
      j: () => move(1),
      k: () => move(-1),
      "?": () => (help.open ? help.close() : help.showModal()),
      "/": () => (search ? search.focus() : location.assign(help.dataset.search)),
      Enter: () => event.target.matches("tr, li") && event.target.querySelector("a[href]:not([href^='#'])")?.click(),
    }[event.key];
    if (!done) return;
    if (event.key !== "Enter") event.preventDefault();
    done();
  });
}

const moments = document.getElementById("moments");
if (moments) sliders(moments);
keys();

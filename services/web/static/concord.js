// What pages do beyond links and forms: sliders, rows that follow, checklists, what is typed on a bad line, and keys.
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

/**
 * A page that follows what it shows: rows that changed are put in the place of those before, by their keys, so that
 * neither the place on the page nor the focus is lost. Stops where nobody has done anything for long.
 */
function live(status) {
  const source = new EventSource(status.dataset.live);
  let touched = Date.now();
  for (const act of ["pointerdown", "keydown", "wheel"]) addEventListener(act, () => { touched = Date.now(); }, { passive: true });
  source.addEventListener("moved", async () => {
    if (Date.now() - touched > status.dataset.idle * 60_000) {
      source.close();
      status.textContent = status.dataset.paused;
      return;
    }
    const answer = await fetch(location.href);
    if (!answer.ok || answer.redirected) { source.close(); return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const body = document.querySelector("tbody:has(> tr[data-key])");
    const fresh = page.querySelector("tbody:has(> tr[data-key])");
    if (!body || !fresh) { source.close(); return; }
    const before = new Map([...body.children].map((row) => [row.dataset.key, row]));
    const rows = [...fresh.children];
    rows.forEach((row, at) => {
      let shown = before.get(row.dataset.key);
      if (shown?.innerHTML !== row.innerHTML) {
        const focused = shown?.contains(document.activeElement);
        row.classList.add("changed");
        shown?.replaceWith(row);
        if (focused) row.querySelector("a").focus();
        shown = row;
      }
      if (body.children[at] !== shown) body.insertBefore(shown, body.children[at] ?? null);
    });
    while (body.children.length > rows.length) body.lastElementChild.remove();
    for (const part of [".fresh", ".numbers", ".cols.even"]) {
      const shown = document.querySelector(part), came = page.querySelector(part);
      if (shown && came && !shown.contains(document.activeElement)) shown.replaceChildren(...came.childNodes);
    }
    status.textContent = `${status.dataset.moved} ${new Date().toTimeString().slice(0, 5)}`;
  });
}

/** How far a checklist is filled in, and what its scores add up to; items add up to the score of their standard. */
function checklist(tally) {
  const list = tally.parentElement;
  const rows = [...list.querySelectorAll(":scope > fieldset.row")].map((row) => ({
    row,
    own: row.querySelector(":scope > .field input[inputmode=decimal], :scope > details > .field:not(.rows) input[inputmode=decimal]"),
    choices: [...row.querySelectorAll(":scope > .field input[type=radio]")],
    items: [...row.querySelectorAll("fieldset.row input[inputmode=decimal]")],
  }));
  const number = (input) => Number(input?.value.replace(/[,，]/g, "")) || 0;
  const count = (event) => {
    for (const { own, items } of rows) {
      if (own && items.includes(event?.target)) own.value = items.reduce((sum, one) => sum + number(one), 0);
    }
    const done = rows.map(({ row, own, choices }) => {
      const filled = choices.length ? choices.some((one) => one.checked) : Boolean(own?.value.trim());
      row.classList.toggle("done", filled);
      return filled;
    });
    const sum = rows.reduce((total, { own }) => total + number(own), 0);
    tally.textContent = (sum ? tally.dataset.says : tally.dataset.bare)
      .replace("{n}", done.filter(Boolean).length).replace("{of}", rows.length).replace("{sum}", sum);
  };
  list.addEventListener("input", count);
  tally.hidden = false;
  count();
}

const KEPT = "typed ";

/** What is typed stays in this tab until it is entered, whatever becomes of the line; what is secret is not kept. */
function kept(form) {
  const name = KEPT + form.dataset.kept;
  const open = [...form.elements].filter((one) => /^(TEXTAREA|SELECT|INPUT)$/.test(one.tagName)
    && !/^(hidden|file|password)$/.test(one.type) && one.autocomplete !== "off");
  const choice = (one) => /^(radio|checkbox)$/.test(one.type);
  const before = "fresh" in form.dataset && JSON.parse(sessionStorage.getItem(name) ?? "null");
  if (before) {
    for (const one of open) {
      const was = before[one.name];
      if (was === undefined) continue;
      if (choice(one)) one.checked = was.includes(one.value);
      else one.value = was[0];
    }
    document.getElementById("typed").hidden = false;
  }
  form.addEventListener("input", () => {
    const typed = {};
    for (const one of open) {
      const own = typed[one.name] ??= [];
      if (!choice(one) || one.checked) own.push(one.value);
    }
    sessionStorage.setItem(name, JSON.stringify(typed));
  });
}

/** Without a line nothing is sent, and what is on the page stays there. */
function guarded(said) {
  const tell = () => { said.textContent = navigator.onLine ? said.dataset.back : said.dataset.lost; };
  document.addEventListener("submit", (event) => {
    if (navigator.onLine) {
      if (event.submitter?.value === "confirm") forget(new URL(event.target.action).pathname);
      return;
    }
    event.preventDefault();
    said.hidden = false;
    tell();
    said.focus();
  });
  addEventListener("online", tell);
  addEventListener("offline", tell);
}

/** What was entered, or typed by somebody who signs out, is kept no longer. */
function forget(beginning) {
  Object.keys(sessionStorage).filter((name) => name.startsWith(KEPT + beginning)).forEach((name) => sessionStorage.removeItem(name));
}

/** `j` and `k` move between rows, or to the next case and back where there is one; Enter opens one, `/` searches, `?` tells the keys. */
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
  const beside = (rel) => {
    const link = document.querySelector(`main .back a[rel=${rel}]`);
    link?.click();
    return Boolean(link);
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.altKey || event.metaKey) return;
    const help = document.getElementById("keys");
    const search = document.querySelector('main input[name="q"]');
    const done = {
      j: () => beside("next") || move(1),
      k: () => beside("prev") || move(-1),
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
document.querySelectorAll("[data-live]").forEach(live);
document.querySelectorAll("form[data-kept]").forEach(kept);
document.querySelectorAll(".tally").forEach(checklist);
document.querySelectorAll("[data-lost]").forEach(guarded);
document.querySelector("form.out")?.addEventListener("submit", () => forget(""));
keys();

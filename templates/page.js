/* My customers: filters, sorting, columns, details, copy and CSV over the data in the page.
   It runs from the file, asks nobody, and writes text only as text (textContent). */
"use strict";
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const say = data.words, rows = data.rows, home = document.getElementById("list");
  const at = Object.fromEntries(data.columns.map((column, n) => [column[0], n]));
  const main = ["company_name", "account_name"].map((key) => at[key]).find((n) => n !== undefined) ?? 0;
  const order = [main, ...data.columns.keys()].filter((n, place, all) => all.indexOf(n) === place);
  const hidden = new Set();
  const wanted = {};
  let shown = [], sorted = { at: -1, down: false }, height = 38, drawn = new Map(), open = -1, active = 0;
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });

  function make(tag, given = {}, ...inside) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(given)) {
      if (name === "text") element.textContent = value;
      else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value !== false && value !== undefined) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...inside);
    return element;
  }
  const fill = (sentence, ...values) => values.reduce((said, value) => said.replace("{}", value), sentence);
  const count = (number) => number.toLocaleString("en-US");
  const cell = (row, n) => (n < 0 ? "" : rows[row][n]);
  const seen = (text) => (/[\p{L}\p{N}\p{P}\p{S}]/u.test(text) ? text : ""); // spaces alone cannot be pressed
  const named = (row) => seen(cell(row, main)) || seen(cell(row, at.account_name ?? -1)) || cell(row, at.customer_id ?? 0) || "–";

  /* Filters. */
  const folded = [];
  const anywhere = (row) => (folded[row] ??= rows[row].filter(Boolean).join("\u0000").toLowerCase());
  const tests = {
    any: (row, value) => anywhere(row).includes(value.toLowerCase()),
    name: (row, value) => [at.company_name, at.account_name].some(
      (n) => n !== undefined && cell(row, n).toLowerCase().includes(value.toLowerCase())),
    since: (row, value) => cell(row, at.associated_at) >= value,
    until: (row, value) => cell(row, at.associated_at) !== "" && cell(row, at.associated_at).slice(0, 10) <= value,
    mark: (row, value) => data.marks[row] === value,
    flaw: (row, value) => data.flaws[value].rows.includes(row),
  };
  data.flaws.forEach((flaw) => { const held = new Set(flaw.rows); flaw.rows = { includes: (row) => held.has(row) }; });
  const part = (n) => (row, value) => cell(row, n).toLowerCase().includes(value.toLowerCase());
  const whole = (n) => (row, value) => cell(row, n) === value;

  function field(key, said, input) {
    input.id = "f-" + key;
    input.addEventListener("input", () => { wanted[key] = input.value.trim(); refresh(); });
    return make("div", { class: "field" }, make("label", { for: input.id, text: said }), input);
  }
  const typed = (key, said, type = "search") => field(key, said, make("input", { type, autocomplete: "off" }));
  function chosen(key, said, values) {
    const options = values.map(([value, shownAs]) => make("option", { value, text: shownAs }));
    return field(key, said, make("select", {}, make("option", { value: "", text: say.any }), ...options));
  }
  function met(n) {
    return [...new Set(rows.map((row) => row[n]).filter(Boolean))].sort(collator.compare).map((value) => [value, value]);
  }
  function filters() {
    const out = [typed("any", say.search)];
    if (at.company_name !== undefined || at.account_name !== undefined) out.push(typed("name", say.name));
    for (const key of ["association", "verification", "account_manager", "telephone", "label", "country_code", "level", "is_frozen", "customer_type"]) {
      const n = at[key];
      if (n === undefined) continue;
      const said = data.columns[n][1], few = met(n);
      const listed = ["account_manager", "label"].includes(key) ? few.length <= 30 : key !== "telephone";
      tests[key] = listed ? whole(n) : part(n);
      out.push(listed ? chosen(key, said, few) : typed(key, said));
    }
    if (at.associated_at !== undefined) out.push(typed("since", say.since, "date"), typed("until", say.until, "date"));
    const marks = [...new Set(data.marks.filter(Boolean))];
    if (marks.length) out.push(chosen("mark", say.mark, marks.map((mark) => [mark, mark])));
    if (data.flaws.length) out.push(chosen("flaw", say.flaw, data.flaws.map((flaw, n) => [String(n), flaw.name])));
    return out;
  }

  /* What is shown, in which order. */
  function refresh() {
    const given = Object.entries(wanted).filter(([, value]) => value);
    shown = [...rows.keys()].filter((row) => given.every(([key, value]) => tests[key](row, value)));
    if (sorted.at >= 0) {
      const keys = rows.map((row) => row[sorted.at]), turn = sorted.down ? -1 : 1;
      shown.sort((a, b) => {
        if (!keys[a] || !keys[b]) return !keys[a] - !keys[b] || a - b; // without a value: last, always
        return turn * collator.compare(keys[a], keys[b]) || a - b;
      });
    }
    status.textContent = fill(say.shown, count(shown.length), count(rows.length));
    none.hidden = shown.length > 0;
    scroller.classList.toggle("empty", !shown.length);
    grid.setAttribute("aria-rowcount", shown.length + 1);
    active = 0;
    scroller.scrollTop = 0;
    redraw();
  }
  function sortBy(n, down) {
    sorted = { at: n, down };
    heads.forEach((head, place) => head.setAttribute("aria-sort", place !== n ? "none" : down ? "descending" : "ascending"));
    picker.value = n < 0 ? "" : n + (down ? "-" : "+");
    refresh();
  }

  /* Rows: only those in sight are in the page. */
  const scroller = make("div", { class: "grid", role: "region", tabindex: "0", "aria-label": say.title });
  const body = make("tbody", { role: "rowgroup" });
  const before = make("tr", { class: "gap", "aria-hidden": "true", role: "presentation" });
  const after = make("tr", { class: "gap", "aria-hidden": "true", role: "presentation" });
  const heads = [];
  const none = make("p", { class: "none", text: say.none, hidden: true });
  const status = make("p", { class: "status", role: "status" });
  const columns = make("colgroup");
  const grid = make("table", { class: "rows", role: "table", "aria-label": say.title }, columns,
    make("thead", { role: "rowgroup" }, headings()), body);
  body.append(before, after);

  function wide(text) {
    let sum = 0;
    for (const char of text) sum += char > "\u1100" ? 2 : 1;
    return sum;
  }
  function headings() {
    const line = make("tr", { role: "row", "aria-rowindex": "1" });
    for (const n of order) {
      const said = data.columns[n][1];
      const widest = rows.reduce((most, row) => Math.max(most, Math.min(wide(row[n]), 26)), wide(said) + 2);
      const column = make("col", { class: "c" + n });
      column.style.width = widest + 3 + "ch";
      columns.append(column);
      heads[n] = make("th", { role: "columnheader", scope: "col", class: "c" + n, "aria-sort": "none", "data-name": said },
        make("button", { type: "button", text: said, onclick: () => sortBy(n, sorted.at === n && !sorted.down) }));
      line.append(heads[n]);
    }
    return line;
  }
  function rowOf(place) {
    const row = shown[place];
    const line = make("tr", { role: "row", "aria-rowindex": place + 2 });
    for (const n of order) {
      if (n !== main) {
        line.append(make("td", { role: "cell", class: "c" + n, title: cell(row, n).length > 20 ? cell(row, n) : false }, make("bdi", { text: cell(row, n) })));
        continue;
      }
      const button = make("button", { type: "button", class: "open", tabindex: place === active ? "0" : "-1", "aria-haspopup": "dialog" },
        make("bdi", { text: named(row), class: cell(row, n) ? "" : "other" }));
      button.dataset.place = place;
      const badge = data.marks[row] ? [make("span", { class: "badge", text: data.marks[row] })] : [];
      const less = [at.account_name, at.association, at.verification].filter((m) => m !== undefined && m !== main);
      const sub = make("span", { class: "sub", text: less.map((m) => cell(row, m)).filter(Boolean).join(" · ") });
      line.append(make("th", { role: "rowheader", scope: "row", class: "main" }, button, ...badge, sub));
    }
    return line;
  }
  function draw(all = false) {
    const tall = scroller.clientHeight || 600;
    const first = all ? 0 : Math.max(0, Math.floor(scroller.scrollTop / height) - 8);
    const last = all ? shown.length : Math.min(shown.length, Math.ceil((scroller.scrollTop + tall) / height) + 8);
    let next = after;
    for (let place = last - 1; place >= first; place--) {
      let line = drawn.get(place);
      if (!line) {
        drawn.set(place, line = rowOf(place));
        body.insertBefore(line, next);
      }
      next = line;
    }
    before.style.height = first * height + "px";
    after.style.height = (shown.length - last) * height + "px";
    // Last, so that the list is never shorter in between and the browser does not scroll back.
    for (const [place, line] of drawn) {
      if (place >= first && place < last) continue;
      if (line.contains(document.activeElement)) scroller.focus({ preventScroll: true });
      line.remove();
      drawn.delete(place);
    }
  }
  function redraw() {
    drawn.forEach((line) => line.remove());
    drawn.clear();
    draw();
    const line = drawn.values().next().value;
    const real = line ? line.getBoundingClientRect().height : 0;
    if (real && Math.abs(real - height) > 0.5) { height = real; draw(); }
  }
  function focusOn(place) {
    place = Math.max(0, Math.min(shown.length - 1, place));
    const top = place * height, room = scroller.clientHeight - 2 * height;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top > scroller.scrollTop + room) scroller.scrollTop = top - room;
    drawn.get(active)?.querySelector(".open")?.setAttribute("tabindex", "-1");
    active = place;
    draw();
    const button = drawn.get(place)?.querySelector(".open");
    button?.setAttribute("tabindex", "0");
    button?.focus({ preventScroll: true });
  }
  scroller.addEventListener("scroll", () => draw(), { passive: true });
  scroller.addEventListener("keydown", (event) => {
    if (!event.target.classList.contains("open")) return;
    const page = Math.max(1, Math.floor(scroller.clientHeight / height) - 2);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (!(event.key in steps) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    focusOn(Number(event.target.dataset.place) + steps[event.key]);
  });
  body.addEventListener("click", (event) => {
    const line = event.target.closest("tr");
    const button = line?.querySelector(".open");
    if (button && !getSelection().toString()) details(Number(button.dataset.place));
  });

  /* One customer. */
  const title = make("h2", { id: "drawer-title" });
  const facts = make("dl", { class: "about" });
  const past = make("ol", { class: "past" });
  const earlier = make("button", { type: "button", text: say.previous, onclick: () => details(open - 1) });
  const later = make("button", { type: "button", text: say.next, onclick: () => details(open + 1) });
  const drawer = make("dialog", { class: "drawer", "aria-labelledby": "drawer-title" },
    make("div", { class: "bar" }, earlier, later,
      make("button", { type: "button", class: "close", text: say.close, onclick: () => drawer.close() })),
    title, facts, make("h3", { text: say.history }), past);
  drawer.addEventListener("click", (event) => { if (event.target === drawer) drawer.close(); });
  drawer.addEventListener("close", () => focusOn(open));
  function details(place) {
    open = place;
    const row = shown[place], events = data.events[row] || [];
    title.replaceChildren(make("bdi", { text: named(row) }));
    facts.replaceChildren(...data.columns.flatMap(([, said], n) => [
      make("dt", { text: said }), make("dd", {}, make("bdi", { text: cell(row, n) || "–" }))]));
    past.replaceChildren(...(events.length ? events : [["", say.quiet]]).map(([when, what]) =>
      make("li", {}, make("time", { text: when }), make("span", { text: what }))));
    earlier.disabled = place === 0;
    later.disabled = place === shown.length - 1;
    if (!drawer.open) drawer.showModal();
    drawer.scrollTop = 0;
  }

  /* What leaves the page: no spreadsheet may take a text for a formula (as partnerbook.text.for_csv). */
  const visible = () => order.filter((n) => !hidden.has(n));
  function guarded(text) {
    if (/^[=+\-@\t\r\n\u0000＝＋－＠]/.test(text) && !/^[+-]?[0-9]+([.,][0-9]+)?$/.test(text)) return "'" + text;
    return text;
  }
  function lines(between, quoted, end) {
    const out = [visible().map((n) => quoted(guarded(data.columns[n][1]))).join(between)];
    for (const row of shown) out.push(visible().map((n) => quoted(guarded(cell(row, n)))).join(between));
    return out.join(end) + end;
  }
  async function copy() {
    const text = lines("\t", (value) => value.replace(/[\t\r\n]+/g, " "), "\n");
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = make("textarea", { "aria-hidden": "true", class: "away" });
      area.value = text;
      home.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    status.textContent = fill(say.copied, count(shown.length));
  }
  function csv() {
    const quoted = (value) => (/[",\r\n]/.test(value) ? '"' + value.replaceAll('"', '""') + '"' : value);
    const link = make("a", { download: data.file + ".csv" });
    link.href = URL.createObjectURL(new Blob(["\ufeff" + lines(",", quoted, "\r\n")], { type: "text/csv" }));
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    status.textContent = say.csvNote;
  }

  /* The tools above the list. */
  const picker = make("select", { id: "f-sort", onchange: () => sortBy(parseInt(picker.value || "-1", 10), picker.value.endsWith("-")) },
    make("option", { value: "", text: say.given }),
    ...order.flatMap((n) => [["+", "↑"], ["-", "↓"]].map(([way, arrow]) =>
      make("option", { value: n + way, text: data.columns[n][1] + " " + arrow }))));
  const choice = make("details", { class: "menu" }, make("summary", { text: say.columns }),
    make("div", { class: "choices" }, ...order.filter((n) => n !== main).map((n) => {
      const box = make("input", { type: "checkbox", id: "c-" + n, checked: true, onchange: () => {
        hidden[box.checked ? "delete" : "add"](n);
        sheet.replaceSync([...hidden].map((m) => `.rows .c${m}{display:none}`).join(""));
      } });
      return make("div", {}, box, make("label", { for: box.id, text: data.columns[n][1] }));
    })));
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const fields = make("div", { class: "filters", role: "search", "aria-label": say.filters }, ...filters(),
    make("div", { class: "field sort" }, make("label", { for: "f-sort", text: say.sort }), picker));
  const clear = make("button", { type: "button", text: say.reset, onclick: () => {
    fields.querySelectorAll("input, select").forEach((input) => { input.value = ""; });
    for (const key of Object.keys(wanted)) delete wanted[key];
    sortBy(-1, false);
  } });
  const more = make("details", { class: "fold" }, make("summary", { text: say.filters }), fields);
  const narrow = matchMedia("(max-width: 820px)");
  const unfold = () => { more.open = !narrow.matches; };
  narrow.addEventListener("change", unfold);
  unfold();
  home.replaceChildren(more,
    make("div", { class: "tools" }, status, clear, choice,
      make("button", { type: "button", text: say.copy, onclick: copy }),
      make("button", { type: "button", text: say.csv, onclick: csv })),
    scroller, none, drawer);
  scroller.append(grid);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && choice.open) { choice.open = false; choice.firstChild.focus(); } });
  addEventListener("resize", redraw);
  addEventListener("beforeprint", () => draw(true));
  addEventListener("afterprint", redraw);
  refresh();
})();

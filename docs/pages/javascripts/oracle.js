// The page of the oracle: asks the worker, and shows what it answers.
const LARGEST = 64 * 1024 * 1024;
const SHOWN_DEPTH = 8;
const find = (selector) => document.querySelector(selector);
const made = (tag, text, attributes = {}) => Object.assign(document.createElement(tag), { textContent: text, ...attributes });

// Asking

const worker = new Worker(new URL("oracle-worker.js", import.meta.url), { type: "module" });
const open = new Map();
let asked = 0;

function ask(question, file) {
  const id = ++asked;
  return new Promise((resolve) => {
    open.set(id, resolve);
    worker.postMessage({ id, question, file });
  });
}

worker.onmessage = ({ data }) => {
  if (data.state) say(data.state);
  else if (data.failed) say(`The oracle could not be loaded: ${data.failed}. Reload the page to try again.`, true);
  else {
    open.get(data.id)(data.answer);
    open.delete(data.id);
  }
};
worker.onerror = (event) => say(`The oracle could not be loaded: ${event.message ?? "the worker failed"}. Reload the page.`, true);

function say(state, isMistake = false) {
  const status = find("#oracle-status");
  const isReady = state === "ready";
  status.textContent = isReady ? "Ready: the reference runs in this page." : state;
  status.classList.toggle("oracle-mistake", isMistake);
  find("#oracle").dataset.state = isReady ? "ready" : isMistake ? "failed" : "loading";
  if (isReady) for (const one of document.querySelectorAll("#oracle :disabled")) one.disabled = false;
}

function showMistake(place, text) {
  place.textContent = text ?? "";
  place.hidden = !text;
}

// Tabs

const tabs = [...document.querySelectorAll('#oracle [role="tab"]')];

function choose(tab) {
  for (const one of tabs) {
    const isChosen = one === tab;
    one.setAttribute("aria-selected", String(isChosen));
    one.tabIndex = isChosen ? 0 : -1;
    find(`#${one.getAttribute("aria-controls")}`).hidden = !isChosen;
  }
}

for (const [index, tab] of tabs.entries()) {
  tab.addEventListener("click", () => choose(tab));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(index + step + tabs.length) % tabs.length];
    choose(next);
    next.focus();
  });
}

// Quotes

const form = find("#quote-form");

let loaded = null; // what is known of the state file
let wanted = null; // the state file that a link was made of: its name and its SHA-256

function ordered() {
  const given = Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string").map(([name, value]) => [name, value.trim()]));
  const { era, side, amount, limit } = given;
  const entries = given.entries.split("\n").map((one) => one.trim()).filter(Boolean);
  const order = { era, side, amount, limit, partial: Boolean(given.partial), entries };
  if (loaded) return { ...order, state: loaded.name, netuid: given.netuid, to: given.to };
  const pools = [[given.tao, given.alpha]];
  if (side === "move") pools.push([given.tao2, given.alpha2]);
  return { ...order, pools };
}

function query(order) {
  const { era, side, amount, pools, limit, partial, entries } = order;
  const parameters = new URLSearchParams({ era, side, amount });
  if (order.state) {
    parameters.set("state", order.state);
    parameters.set("sha256", loaded.sha256);
    parameters.set("netuid", order.netuid);
    if (side === "move") parameters.set("to", order.to);
  } else {
    parameters.set("pool", pools[0].join(":"));
    if (pools[1]) parameters.set("pool2", pools[1].join(":"));
  }
  if (limit) parameters.set("limit", limit);
  if (limit && partial) parameters.set("partial", "1");
  for (const entry of entries) parameters.append("set", entry);
  return `?${parameters}`;
}

function command(order) {
  const words = ["dtao quote", order.side, quoted(order.amount), "--era", order.era];
  for (const pool of order.pools ?? []) words.push("--reserves", quoted(pool.join(":")));
  if (order.state) words.push("--state", quoted(order.state), "--netuid", order.netuid);
  if (order.state && order.side === "move") words.push("--to", order.to);
  if (order.limit) words.push("--limit", quoted(order.limit), ...(order.partial ? ["--partial"] : []));
  for (const entry of order.entries) words.push("--set", quoted(entry));
  return words.join(" ");
}

function quoted(word) {
  return /^[\w.:=/]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function fillFromAddress() {
  const given = new URLSearchParams(location.search);
  if (given.has("era")) {
    const era = eraNamed(given.get("era"));
    if (!era) return mistaken(`There is no era ${given.get("era")} here. Choose one from the list.`);
    form.elements.era.value = era.versions[0];
  }
  if (given.has("side")) form.elements.side.value = given.get("side");
  if (!form.elements.side.value) {
    form.elements.side.value = "buy";
    return mistaken(`There is no order ${given.get("side")}. Choose one from the list.`);
  }
  for (const name of ["amount", "limit"]) {
    if (given.has(name)) form.elements[name].value = given.get(name);
  }
  for (const [name, number] of [["pool", ""], ["pool2", "2"]]) {
    if (!given.has(name)) continue;
    const [tao, alpha = ""] = given.get(name).split(":");
    form.elements[`tao${number}`].value = tao;
    form.elements[`alpha${number}`].value = alpha;
  }
  form.elements.entries.value = given.getAll("set").join("\n");
  form.elements.partial.checked = given.get("partial") === "1";
  if (given.has("state")) {
    wanted = Object.fromEntries(["state", "sha256", "netuid", "to"].map((name) => [name, given.get(name) ?? ""]));
    find("#state-told").textContent = `The link is to a quote of the state file ${wanted.state}${hashText(wanted.sha256)}. Choose that file to see it.`;
  }
  adapt();
  return given.has("amount") && !wanted;
}

function hashText(sha256) {
  return sha256 ? `, whose SHA-256 begins with ${sha256.slice(0, 12)}` : "";
}

function eraNamed(text) {
  const version = Number(text);
  return eras.find(({ name, tag, versions: [first, last] }) => text === name || text === tag || (first <= version && version <= last));
}

function mistaken(text) {
  showMistake(find("#quote-mistake"), text);
  return false;
}

function adapt() {
  const side = form.elements.side.value;
  const isMove = side === "move";
  for (const one of form.querySelectorAll("[data-pool], [data-file], [data-move]")) {
    const { pool, file, move } = one.dataset;
    const isForOther = (pool !== undefined && Boolean(loaded || wanted)) || (file !== undefined && !loaded);
    one.hidden = isForOther || (move !== undefined && !isMove);
  }
  form.querySelector("[data-from]").textContent = isMove ? "From subnet" : "Subnet";
  find("#state-drop").hidden = !(loaded || wanted);
  form.querySelector("[data-unit]").textContent = side === "buy" ? "Amount of TAO" : "Amount of alpha";
  const limit = isMove ? "Limit of the ratio of prices" : "Limit price";
  form.querySelector("[data-limit]").textContent = `${limit} (may stay empty)`;
}

async function quote() {
  if (wanted) return mistaken(`This quote is of a state file. Choose ${wanted.state}, or go back to reserves.`);
  const order = ordered();
  const found = await ask({ do: "quote", ...order });
  showMistake(find("#quote-mistake"), found.mistake);
  find("#quote-result").hidden = Boolean(found.mistake);
  if (found.mistake) return;
  find("#quote-title").textContent = found.title;
  find("#quote-rules").textContent = `Under the rules of ${found.rules.replace(/^era /, "")}.`;
  find("#quote-rows tbody").replaceChildren(...found.rows.map(quoteRow));
  const address = query(order);
  history.replaceState(null, "", address);
  find("#quote-link").href = address;
  find("#quote-copy").textContent = "Copy the link";
  find("#quote-command").textContent = command(order);
  await explain(order, found.quote.era.spec_versions[0]);
}

function quoteRow(text) {
  const [label, value = "", unit = "", rao = ""] = text.split(/ {2,}/);
  const row = made("tr", "", { className: label === "REFUSED" ? "oracle-differs" : "" });
  if (!value) {
    row.append(made("td", label, { colSpan: 4 }));
    return row;
  }
  row.append(made("th", label, { scope: "row" }), made("td", value, { className: "oracle-number" }), made("td", unit));
  row.append(made("td", rao, { className: "oracle-number oracle-raw" }));
  return row;
}

async function explain(order, version) {
  const list = find("#explain-rules");
  list.replaceChildren();
  find("#explain-status").textContent = "Watching which rules take part…";
  const found = await ask({ do: "explain", ...order });
  if (found.mistake) {
    find("#explain-status").textContent = found.mistake;
    return;
  }
  find("#explain-status").textContent = `${found.rules.length} rules took part, in this order; ${found.outcome}.`;
  list.replaceChildren(...found.rules.map((rule) => ruleItem(rule, version)));
}

function ruleItem(rule, version) {
  const item = made("li", "", { className: "oracle-part" });
  item.style.setProperty("--depth", Math.min(rule.depth, SHOWN_DEPTH));
  const summary = made("summary", "");
  const named = rule.rules.map(({ id, title }) => `${id} ${title}`).join(", ");
  summary.append(made("span", named), made("span", shortened(rule.result), { className: "oracle-value" }));
  const values = made("dl", "", { className: "oracle-arguments" });
  const add = (name, ...content) => {
    const place = made("dd", "");
    place.append(...content);
    values.append(made("dt", name), place);
  };
  add("text", ...rule.rules.flatMap(({ id }) => [made("a", id, { href: `../spec/eras/${version}/#${id.toLowerCase()}` }), " "]));
  add("function", rule.function);
  for (const [name, value] of Object.entries(rule.inputs)) add(name, value);
  add("result", rule.result);
  if (rule.exact?.decimals) {
    add("exact", rule.exact.decimals.join(", "));
    add("difference", rule.exact.differences.join(", "));
  }
  const folded = made("details", "");
  folded.append(summary, values);
  item.append(folded);
  return item;
}

function shortened(text) {
  return text.length > 90 ? `${text.slice(0, 89)}…` : text;
}

// A state file instead of reserves

async function load(file) {
  showMistake(find("#quote-mistake"));
  find("#quote-result").hidden = true;
  find("#state-told").textContent = `Reading ${file.name}…`;
  const found = await ask({ do: "state", era: form.elements.era.value }, { name: file.name, bytes: await file.arrayBuffer() });
  if (found.mistake) {
    drop();
    return mistaken(found.mistake);
  }
  loaded = found;
  if (!wanted) form.elements.era.value = String(found.era);
  for (const [index, name] of ["netuid", "to"].entries()) {
    const select = form.elements[name];
    select.replaceChildren(...found.subnets.map(subnetOption));
    const traded = found.subnets.filter(({ netuid }) => netuid !== 0);
    select.value = String((traded[index] ?? traded[0] ?? found.subnets[0])?.netuid ?? "");
  }
  find("#state-told").textContent = `${found.name}: block ${found.block}, ${found.subnets.length} networks, SHA-256 ${found.sha256.slice(0, 12)}…`;
  adapt();
  return true;
}

function subnetOption({ netuid, tao, alpha }) {
  return made("option", netuid === 0 ? "0 (root)" : `${netuid}: ${tao} TAO, ${alpha} alpha`, { value: String(netuid) });
}

function drop() {
  loaded = wanted = null;
  form.elements.state.value = "";
  find("#state-told").textContent = "";
  adapt();
}

async function loadAndFollowLink(file) {
  if (!(await load(file)) || !wanted) return;
  const { state, sha256, netuid, to } = wanted;
  wanted = null;
  if (sha256 && sha256 !== loaded.sha256) {
    mistaken(`${loaded.name} is another file than ${state} of the link${hashText(sha256)}. What is quoted is of the file chosen.`);
    return;
  }
  for (const [name, value] of Object.entries({ netuid, to })) {
    if (!value) continue;
    form.elements[name].value = value;
    if (!form.elements[name].value) return mistaken(`There is no subnet ${value} in ${loaded.name}. Choose one from the list.`);
  }
  await quote();
}

form.elements.state.addEventListener("change", async (event) => {
  const [file] = event.target.files;
  if (!file) return;
  if (file.size > LARGEST) {
    drop();
    mistaken(`${file.name} is larger than 64 MiB. Import some subnets only, with --netuid, or use dtao quote --state.`);
    return;
  }
  await loadAndFollowLink(file);
});
find("#state-drop").addEventListener("click", () => {
  drop();
  find("#quote-result").hidden = true;
});
form.elements.side.addEventListener("change", adapt);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  quote();
});
find("#quote-copy").addEventListener("click", async (event) => {
  try {
    await navigator.clipboard.writeText(find("#quote-link").href);
    event.target.textContent = "Copied";
  } catch {
    event.target.textContent = "Not allowed: copy it from the link";
  }
});

// Replays

const replayForm = find("#replay-form");
let replayed = null;

async function openFile(name, bytes) {
  find("#replay-result").hidden = true;
  find("#replay-choice").hidden = true;
  const found = await ask({ do: "open" }, { name, bytes });
  showMistake(find("#replay-mistake"), found.mistake);
  if (found.mistake) return;
  const select = replayForm.elements.vector;
  select.replaceChildren(...found.vectors.map((one, index) => made("option", `${one.id} (${one.steps} steps)`, { value: index })));
  find("#replay-choice").hidden = false;
  find("#replay-title").textContent = found.name;
  find("#replay-source").textContent = found.source;
  showTold(found.told);
  await replay(0);
}

function showTold(told) {
  const place = find("#replay-told");
  place.hidden = !told.differences;
  if (!told.differences) return;
  const who = told.adapter ? `${told.adapter.name} ${told.adapter.version}` : "The implementation";
  const table = made("table", "", { className: "oracle-table" });
  table.append(headRow("where", "expected", "it answered", "difference"));
  for (const one of told.differences) {
    table.append(bodyRow([one.place, one.expected, one.actual, one.delta].map((value) => written(value)), true));
  }
  const rules = told.rules?.length ? ` It points at ${told.rules.join(", ")}.` : "";
  place.replaceChildren(made("p", `${who} answered the last step otherwise.${rules}`), table);
}

function written(value) {
  return value === null || value === undefined ? "none" : typeof value === "string" ? value : JSON.stringify(value);
}

async function replay(index) {
  find("#replay-summary").textContent = "Replaying…";
  const found = await ask({ do: "replay", index });
  showMistake(find("#replay-mistake"), found.mistake);
  find("#replay-result").hidden = Boolean(found.mistake);
  if (found.mistake) return;
  replayed = found;
  const differing = found.steps.filter((step) => !step.agrees).length;
  const verdict = differing ? `${differing} of ${found.steps.length} steps differ` : `all ${found.steps.length} steps agree, to the bit`;
  find("#replay-summary").textContent = `${found.id}, under the rules of ${found.era}: ${verdict}.`;
  const mark = (step) => (step.agrees ? "✓" : "✗");
  find("#step-number").replaceChildren(
    ...found.steps.map((step, number) => made("option", `${number} ${mark(step)} ${shortened(step.what)}`, { value: number })),
  );
  const first = [(step) => !step.agrees, (step) => step.rows.length].map((is) => found.steps.findIndex(is)).find((at) => at >= 0);
  showStep(first ?? 0);
}

function showStep(number) {
  const step = replayed.steps[number];
  find("#step-number").value = number;
  find("#step-before").disabled = number === 0;
  find("#step-next").disabled = number === replayed.steps.length - 1;
  find("#step-title").textContent = `Step ${number}: ${step.what}`;
  find("#step-arguments").replaceChildren(...step.arguments.flatMap(([name, value]) => [made("dt", name), made("dd", value)]));
  find("#step-answers").replaceChildren(...step.answers.map(answerLine));
  const rows = step.rows.map((row) => bodyRow(
    [row.entry, row.before, row.recorded, row.agrees ? "the same" : row.computed, row.change ?? ""], !row.agrees));
  const table = find("#step-rows");
  table.hidden = !rows.length;
  table.replaceChildren(headRow("entry", "before", "recorded", "computed here", "change"), ...rows);
  find("#step-further").textContent = step.further ? `… and ${step.further} more entries, which are the same.` : rows.length ? "" : "No storage entry changes.";
}

function answerLine(one) {
  const line = made("p", `${one.name}: ${one.recorded}`, { className: one.agrees ? "" : "oracle-differs" });
  if (!one.agrees) line.append(`; computed here: ${one.computed}`);
  return line;
}

function headRow(...names) {
  const row = made("tr", "");
  row.append(...names.map((name) => made("th", name, { scope: "col" })));
  const head = made("thead", "");
  head.append(row);
  return head;
}

function bodyRow(values, isDifferent) {
  const row = made("tr", "", { className: isDifferent ? "oracle-differs" : "" });
  row.append(...values.map((value, index) => made(index ? "td" : "th", value, index ? {} : { scope: "row" })));
  return row;
}

replayForm.elements.file.addEventListener("change", async (event) => {
  const [file] = event.target.files;
  if (!file) return;
  if (file.size > LARGEST) {
    showMistake(find("#replay-mistake"), `${file.name} is larger than 64 MiB. Open a smaller one, or use dtao conform.`);
    return;
  }
  await openFile(file.name, await file.arrayBuffer());
});
find("#replay-sample").addEventListener("click", async () => {
  const response = await fetch(new URL("../assets/sample.jsonl.gz", import.meta.url));
  if (response.ok) await openFile("sample.jsonl.gz", await response.arrayBuffer());
  else showMistake(find("#replay-mistake"), `The recording could not be loaded: ${response.status}. Open a file instead.`);
});
replayForm.elements.vector.addEventListener("change", (event) => replay(Number(event.target.value)));
replayForm.addEventListener("submit", (event) => event.preventDefault());
find("#step-number").addEventListener("change", (event) => showStep(Number(event.target.value)));
find("#step-before").addEventListener("click", () => showStep(Number(find("#step-number").value) - 1));
find("#step-next").addEventListener("click", () => showStep(Number(find("#step-number").value) + 1));

// Beginning

const eras = await ask({ do: "eras" });
form.elements.era.replaceChildren(
  ...eras.map(({ name, versions: [first, last] }) => {
    const span = first === last ? first : `${first}–${last}`;
    return made("option", `${span} ${name}`, { value: String(first) });
  }),
);
const isQuoted = fillFromAddress();
say("ready");
if (isQuoted) await quote();

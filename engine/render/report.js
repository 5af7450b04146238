"use strict";
// Filters, copy buttons and lists of a report. It needs no network; without it the whole report is still readable.
(() => {
  document.documentElement.classList.add("js");
  const control = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
  const visible = (s) => String(s).replace(control, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => name in values ? values[name] : whole);

  // The embedded blocks: gzip in Base64, or an address of the same server.
  let blocks = {}, parsed;
  async function block(id) {
    const element = document.getElementById(id);
    if (!element) return null;
    blocks[id] ??= (async () => {
      if (element.dataset.src) return (await fetch(element.dataset.src)).text();
      const bytes = Uint8Array.from(atob(element.textContent.trim()), (c) => c.charCodeAt(0));
      return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
    })();
    return blocks[id];
  }
  const rest = async () => (parsed ??= JSON.parse(await block("rest") ?? "{}"));

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  }

  function cell(text, label) {
    const td = document.createElement("td");
    td.textContent = visible(text);
    td.dataset.label = label;
    return td;
  }

  // How many rows of a group a person has asked for, also after its page has replaced the group.
  const step = 1000, asked = new Map();
  async function more(button) {
    const group = button.closest(".group"), wanted = asked.get(group.id);
    const rows = (await rest())[group.id]?.rows ?? [];
    if (!button.isConnected) return; // the group that replaces it is filled
    const labels = all("thead th", group).map((th) => th.textContent);
    const from = Number(button.dataset.from ?? 0), to = Math.min(wanted, rows.length);
    const added = rows.slice(from, to).map((row) => {
      const tr = document.createElement("tr");
      tr.append(...row.map((text, i) => cell(text, labels[i] ?? "")));
      return tr;
    });
    group.querySelector("tbody").append(...added);
    button.dataset.from = to;
    button.hidden = to >= rows.length;
    button.textContent = fill(button.dataset.text, {count: rows.length - to});
  }

  async function copySQL(button) {
    const group = button.closest(".group"), shown = group.querySelector(".sql code").textContent;
    const others = button.dataset.more ? (await rest())[group.id]?.sql ?? [] : [];
    await copy([shown.trimEnd(), ...others.map((s) => visible(s) + ";")].join("\n") + "\n");
    const text = button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = text; }, 2000);
  }

  async function download(button) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([await block("full")], {type: "application/json"}));
    link.download = button.dataset.download;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  // What of an item is not shown is found, too.
  const hidden = new Map();
  document.addEventListener("precheck:changed", (event) => {
    if (event.detail?.other) asked.clear();
    blocks = {};
    parsed = undefined;
    hidden.clear();
    for (const button of all(".more")) if (asked.has(button.closest(".group").id)) more(button);
    filter();
  });
  async function searchable(item, text) {
    if (item.textContent.toLowerCase().includes(text)) return true;
    if (!item.querySelector(".more, .moregroups")) return false;
    if (!hidden.has(item.id)) {
      const data = await rest();
      const groups = [item, ...all(".group", item)].map((part) => JSON.stringify(data[part.id]?.rows ?? []));
      hidden.set(item.id, groups.join("\n").toLowerCase());
    }
    return hidden.get(item.id).includes(text);
  }

  let filtering = 0;
  async function filter() {
    const form = document.querySelector(".filters");
    if (!form) return;
    const turn = ++filtering;
    const wanted = {};
    for (const select of all("select", form)) wanted[select.name] = select.value;
    const text = form.elements.text.value.trim().toLowerCase();
    let shown = 0, total = 0;
    for (const item of all(".item")) {
      const number = Number(item.dataset.count ?? 1);
      total += number;
      let match = Object.entries(wanted).every(([name, value]) =>
        value === "" || (item.dataset[name] ?? "").split(" ").includes(value));
      if (match && text !== "") match = await searchable(item, text);
      if (turn !== filtering) return;
      item.hidden = !match;
      if (match) shown += number;
    }
    for (const section of all(".outcome, .topic")) section.hidden = all(".item:not([hidden])", section).length === 0;
    const status = form.querySelector("[role=status]");
    status.textContent = fill(status.dataset.text, {shown, all: total});
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches(".copy")) copySQL(button);
    if (button.matches(".more")) {
      asked.set(button.closest(".group").id, Number(button.dataset.from ?? 0) + step);
      more(button);
    }
    if (button.matches("[data-download]")) download(button);
    if (button.matches(".openall, .closeall")) {
      for (const item of all(".item:not([hidden])")) item.open = button.matches(".openall");
    }
  });
  let typing;
  document.addEventListener("input", (event) => {
    if (!event.target.closest(".filters")) return;
    clearTimeout(typing);
    typing = setTimeout(filter, 150);
  });
  document.addEventListener("submit", (event) => { if (event.target.matches(".filters")) event.preventDefault(); });
  document.addEventListener("reset", (event) => { if (event.target.matches(".filters")) setTimeout(filter); });
  document.addEventListener("keydown", (event) => {
    const field = document.querySelector(".filters [name=text]");
    if (event.key === "/" && field && !event.target.matches("input, textarea, select")) {
      event.preventDefault();
      field.focus();
    }
  });
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    for (const details of closed) details.open = true;
  });
  addEventListener("afterprint", () => { for (const details of closed) details.open = false; });
  filter();
})();

"use strict";
(() => {
  const T = JSON.parse(document.getElementById("texts").textContent);
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => name in values ? values[name] : whole);
  const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
  const visible = (s) => String(s ?? "").replace(control, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
  const lines = (text) => text.split("\n").map((s) => s.trim()).filter(Boolean);
  const ended = (status) => !["INIT", "PENDING", "RUNNING"].includes(status);
  const badge = {FINISHED: "passed", FAILED: "failed", SKIPPED: "skipped"};

  // element returns a new element; texts of its children are shown as they are.
  function element(name, properties = {}, ...children) {
    const e = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
      if (key in e) e[key] = value; else e.setAttribute(key, value);
    }
    e.append(...children.map((c) => c instanceof Node ? c : visible(c)));
    return e;
  }

  function show(id, text, time) {
    const box = $(id);
    box.textContent = text ?? "";
    box.hidden = !text;
    clearTimeout(box.timer);
    if (text && time) box.timer = setTimeout(() => { box.hidden = true; }, time);
  }
  const notice = (text) => show("#notice", text, 6000);
  const banner = (text) => show("#banner", text);
  const problem = (error) => show("#problem", error && visible(error.message || error));

  let session = {};
  class Refused extends Error {
    constructor(envelope) {
      super([envelope.message, envelope.advice].filter(Boolean).join(" "));
      const detail = envelope.errorDetail;
      this.details = (Array.isArray(detail) ? detail : detail ? [detail] : [])
        .map((d) => typeof d === "string" ? d : [d.message, d.reason, d.proposal].filter(Boolean).join(" "));
    }
  }

  async function request(path, options = {}) {
    let response;
    try {
      response = await fetch(path, {credentials: "same-origin", ...options});
    } catch {
      throw new Error(T.unexpected);
    }
    if (response.status === 401 && path !== "/login") {
      await login();
      throw new Error("");
    }
    return response;
  }

  async function post(path, body) {
    const headers = {"Content-Type": "application/json", "X-Language": document.documentElement.lang};
    if (session.csrfToken) headers["X-CSRF-Token"] = session.csrfToken;
    const response = await request(path, {method: "POST", headers, body: JSON.stringify(body)});
    let envelope;
    try {
      envelope = await response.json();
    } catch {
      throw new Error(T.unexpected);
    }
    if (!envelope.success) throw new Refused(envelope);
    return envelope;
  }
  const call = (action, body = {}) => post("/api/v2?Action=" + action, body);

  // Views. Each has show(argument, left), where left returns whether the page shows something else by now, and may
  // have hide().
  const views = {};
  let current = null, changes = 0;

  async function route() {
    const [, name = "", argument = ""] = location.hash.match(/^#\/(\w*)\/?(.*)$/) ?? [];
    if (location.hash && !location.hash.startsWith("#/")) return; // a link within the page
    const view = ["new", "fleet"].includes(name) ? name : name === "runs" && argument ? "run" : "list";
    problem();
    await change(session.loginRequired ? "login" : view, view === "run" ? decodeURIComponent(argument) : argument);
  }

  async function change(name, argument) {
    leave();
    current = name;
    const turn = ++changes, left = () => turn !== changes;
    notice();
    for (const section of all("main > section")) section.hidden = section.id !== "view-" + name;
    try {
      await views[name].show(argument, left);
    } catch (error) {
      if (error.message && !left()) problem(error);
    }
  }

  function leave() {
    views[current]?.hide?.();
    changes++;
  }

  async function readSession() {
    const envelope = await (await request("/session")).json();
    session = envelope.data ?? {};
    const user = $(".user");
    user.hidden = !session.csrfToken;
    $(".name", user).textContent = fill(T.logged_in_as, {user: visible(session.username)});
    document.body.classList.toggle("readonly", session.role === "read" || Boolean(session.loginRequired));
  }

  async function login() {
    session = {loginRequired: true};
    document.body.classList.add("readonly");
    if (current !== "login") await change("login");
  }

  views.login = {show() { $("#view-login input").focus(); }};
  $("#view-login form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    problem();
    try {
      await post("/login", {username: form.elements.username.value, password: form.elements.password.value});
      form.reset();
      await readSession();
      await route();
    } catch (error) {
      problem(error);
    }
  });
  $(".logout").addEventListener("click", async () => {
    leave();
    await post("/logout", {}).catch(() => {});
    await readSession();
    await route();
  });

  let dataSources = null;
  async function readDataSources() {
    if (dataSources) return dataSources;
    const found = [];
    for (let page = 1; ; page++) {
      const envelope = await call("ListDataSource", {pageNumber: page, pageSize: 1000});
      found.push(...envelope.data);
      if (envelope.data.length === 0 || found.length >= envelope.totalCount) break;
    }
    return (dataSources = found);
  }
  const sourceName = (id) => dataSources?.find((s) => s.id === id)?.name ?? id ?? "";

  function options(select, list) {
    const value = select.value;
    select.replaceChildren(select.options[0], ...list);
    select.value = [...select.options].some((o) => o.value === value) ? value : "";
  }
  const sourceOptions = () => dataSources.map((s) => element("option", {value: s.id}, `${s.name} (${s.type})`));

  // readLabels offers the labels in a filter, if there are any.
  async function readLabels(form) {
    const labels = (await call("ListAllLabels")).data;
    options(form.elements.label, labels.map((l) => element("option", {value: l.id}, l.name)));
    $(".labels", form).hidden = labels.length === 0;
  }

  // The list of runs. only is the part of the filter that a link of the overview has beside the form.
  const list = {page: 1, size: 50, timer: null, turn: 0, only: {}};
  const listView = $("#view-list"), listForm = $(".listfilter"), listBody = $(".runs tbody");

  function listFilter() {
    const f = listForm.elements;
    return {searchKey: f.search.value.trim(), endpointId: f.source.value, status: f.status.value ? [f.status.value] : [],
      labelIds: f.label.value ? [f.label.value] : [], ...list.only};
  }

  // readLink sets the filter that a link has.
  function readLink(text) {
    const link = new URLSearchParams(text), f = listForm.elements;
    const {latest, verdict, check, outcome = "failed"} = Object.fromEntries(link);
    list.only = {...(latest && {latest: true}), ...(verdict && {verdicts: [verdict]}),
      ...(check && {checkType: check, outcome})};
    if (link.size > 0) {
      f.status.value = "";
      for (const name of ["search", "source", "label"]) f[name].value = link.get(name) ?? "";
    }
    const texts = [check && fill(T["only_" + outcome] ?? "", {check: visible(check)}),
      verdict && fill(T.only_verdict, {verdict: T["verdict_" + verdict] ?? visible(verdict)}), latest && T.only_latest];
    $(".only .text").textContent = texts.filter(Boolean).join(" ");
    $(".only").hidden = Object.keys(list.only).length === 0;
  }

  function row(run) {
    const status = element("span", {className: "badge " + (badge[run.status] ?? "pending")},
      T["status_" + run.status.toLowerCase()] ?? run.status);
    const counts = [["failed", run.failed], ["warnings", run.warnings], ["skipped", run.skipped], ["passed", run.passed]]
      .filter(([, count]) => count > 0).map(([name, count]) => fill(T[name], {count})).join(", ");
    const cells = [
      [T.name, element("a", {href: "#/runs/" + encodeURIComponent(run.id)}, run.name),
        ...run.labels.map((l) => element("span", {className: "faint"}, " " + l.name))],
      [T.status, status],
      [T.progress, element("progress", {max: 100, value: run.progress, "aria-label": T.progress}), " ",
        element("span", {className: "faint"}, counts)],
      [T.databases, `${sourceName(run.sourceEndpointId)} → ${sourceName(run.sinkEndpointId)}`],
      [T.submitted, (run.gmtCreate ?? "").replace("T", " ")],
    ];
    const tr = element("tr", {}, ...cells.map(([label, ...content]) => element("td", {"data-label": label}, ...content)));
    tr.dataset.id = run.id;
    return tr;
  }

  // readList reads the first page, the next one, or all that are shown.
  async function readList(append, again) {
    const turn = ++list.turn;
    if (!again) list.page = append ? list.page + 1 : 1;
    const filter = listFilter();
    const envelope = await call("ListPreCheck", {...filter, pageNumber: again ? 1 : list.page,
      pageSize: again ? list.page * list.size : list.size});
    if (turn !== list.turn || current !== "list") return;
    const shown = new Set(append ? all("tr", listBody).map((tr) => tr.dataset.id) : []);
    const rows = envelope.data.filter((r) => !shown.has(r.id)).map(row); // new runs have moved some to the next page
    const focused = document.activeElement.closest("tr")?.dataset.id;
    if (append) listBody.append(...rows); else listBody.replaceChildren(...rows);
    for (const tr of rows) if (tr.dataset.id === focused) $("a", tr).focus();
    const none = listBody.children.length === 0;
    const filtered = Object.values(filter).some((v) => v.length > 0 || v === true);
    $(".loading", listView).hidden = true;
    $(".runs", listView).hidden = none;
    $(".empty", listView).hidden = !none || filtered;
    $(".nomatch", listView).hidden = !none || !filtered;
    $(".morelist", listView).hidden = listBody.children.length >= envelope.totalCount;
  }

  let waiting;
  function later(work, time) {
    clearTimeout(waiting);
    waiting = setTimeout(() => work().catch((error) => { if (error.message) problem(error); }), time);
  }

  // stream follows server-sent events; without them, it polls.
  function stream(path, events, poll) {
    let source, timer, lost = false, closed = false;
    const open = () => {
      source = new EventSource(path);
      source.addEventListener("open", () => {
        clearInterval(timer);
        timer = undefined;
        if (lost) notice(T.connected);
        lost = false;
        banner();
      });
      source.addEventListener("error", () => {
        if (closed) return;
        lost = true;
        if (source.readyState !== EventSource.CLOSED) {
          banner(T.reconnecting);
          return;
        }
        banner(T.polling);
        timer ??= setInterval(() => poll().catch(() => {}), 3000);
        setTimeout(() => { if (!closed) open(); }, 5000);
      });
      for (const [name, handle] of Object.entries(events)) {
        source.addEventListener(name, (event) => handle(JSON.parse(event.data)));
      }
    };
    open();
    return () => {
      closed = true;
      source.close();
      clearInterval(timer);
      banner();
    };
  }

  // refreshList reads the list again, at most once a second, unless more is shown than one call answers.
  function refreshList() {
    if (list.timer || list.page * list.size > 150) return;
    list.timer = setTimeout(() => {
      list.timer = null;
      readList(false, true).catch(() => {});
    }, 1000);
  }

  views.list = {
    async show(argument, left) {
      document.title = T.title;
      await readDataSources();
      if (left()) return;
      options(listForm.elements.source, sourceOptions());
      await readLabels(listForm);
      if (left()) return;
      readLink(argument.replace(/^\?/, ""));
      await readList(false);
      if (left()) return;
      list.stop = stream("/events/runs", {
        run(run) {
          const known = all("tr", listBody).find((tr) => tr.dataset.id === run.id);
          const focused = known?.contains(document.activeElement);
          const fresh = row(run);
          if (known) known.replaceWith(fresh); else refreshList();
          if (focused) $("a", fresh).focus();
        },
        snapshot: refreshList,
      }, async () => refreshList());
    },
    hide() {
      list.stop?.();
      clearTimeout(waiting);
      clearTimeout(list.timer);
      list.stop = list.timer = null;
    },
  };
  listForm.addEventListener("input", () => later(() => readList(false), 250));
  listForm.addEventListener("submit", (event) => event.preventDefault());
  $(".morelist").addEventListener("click", () => readList(true).catch(problem));

  // The overview.
  const fleetView = $("#view-fleet"), fleetForm = $("form", fleetView);
  const fleet = {turn: 0, timer: null, sources: [], shown: 100};
  const verdicts = {failed: "failed", unknown: "unknown", warned: "warned", passed: "passed", running: "running",
    waiting: "pending"};

  function fleetFilter() {
    const f = fleetForm.elements;
    return {searchKey: f.search.value.trim(), endpointId: f.source.value,
      labelIds: f.label.value ? [f.label.value] : [], allRuns: f.all.checked};
  }

  // runsLink returns a link to the runs that a number counts.
  function runsLink(text, more) {
    const f = fleetForm.elements, link = new URLSearchParams();
    const all = {search: f.search.value.trim(), source: f.source.value, label: f.label.value,
      latest: f.all.checked ? "" : "1", ...more};
    for (const [name, value] of Object.entries(all)) if (value) link.set(name, value);
    return element("a", {href: "#/?" + link}, text);
  }
  const numberCell = (label, count, more) =>
    element("td", {"data-label": label}, count > 0 ? runsLink(count.toLocaleString(), more) : "0");

  function checkRow(check) {
    const name = element("span", {className: "type"}, check.checkType);
    const title = element("span", {className: "faint"}, " " + check.title);
    const counts = [["failed", T.count_failed], ["unknown", T.count_unknown], ["warned", T.count_warned]];
    return element("tr", {}, element("td", {"data-label": T.check}, name, title),
      ...counts.map(([outcome, label]) => numberCell(label, check[outcome], {check: check.checkType, outcome})));
  }

  function sourceRow(one) {
    const of = {source: one.id};
    const failing = one.failing.flatMap((c, i) => [i > 0 ? ", " : "",
      runsLink(`${c.checkType} (${c.runs.toLocaleString()})`, {...of, check: c.checkType})]);
    return element("tr", {}, element("td", {"data-label": T.data_source}, one.name || one.id),
      numberCell(T.runs, one.runs, of), numberCell(T.count_failed, one.verdicts.failed, {...of, verdict: "failed"}),
      numberCell(T.count_unknown, one.verdicts.unknown, {...of, verdict: "unknown"}),
      numberCell(T.count_warned, one.verdicts.warned, {...of, verdict: "warned"}),
      element("td", {"data-label": T.failing_checks}, ...failing));
  }

  function showSources() {
    $(".sources tbody", fleetView).replaceChildren(...fleet.sources.slice(0, fleet.shown).map(sourceRow));
    $(".moresources", fleetView).hidden = fleet.sources.length <= fleet.shown;
  }

  async function readFleet() {
    const turn = ++fleet.turn, filter = fleetFilter();
    const found = (await call("GetPreCheckSummary", filter)).data;
    if (turn !== fleet.turn || current !== "fleet") return;
    $(".loading", fleetView).hidden = true;
    $(".empty", fleetView).hidden = found.runs > 0;
    $(".summary", fleetView).hidden = found.runs === 0;
    $(".total", fleetView).textContent = fill(filter.allRuns ? T.total_all : T.total_latest,
      {count: found.runs.toLocaleString()});
    $(".counts", fleetView).replaceChildren(...Object.entries(verdicts).filter(([name]) => found.verdicts[name] > 0)
      .map(([name, color]) => element("li", {className: color},
        runsLink(T["verdict_" + name] + ": " + found.verdicts[name].toLocaleString(), {verdict: name}))));
    $(".checks tbody", fleetView).replaceChildren(...found.checks.map(checkRow));
    $(".checks", fleetView).hidden = found.checks.length === 0;
    $(".nochecks", fleetView).hidden = found.checks.length > 0;
    fleet.sources = found.dataSources;
    $(".sources", fleetView).hidden = found.dataSources.length === 0;
    showSources();
  }

  function save(name, type, text) {
    const link = element("a", {href: URL.createObjectURL(new Blob([text], {type})), download: name});
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  views.fleet = {
    async show(argument, left) {
      document.title = T.fleet + " – " + T.title;
      await readDataSources();
      if (left()) return;
      options(fleetForm.elements.source, sourceOptions());
      await readLabels(fleetForm);
      if (left()) return;
      fleet.shown = 100;
      await readFleet();
      if (left()) return;
      fleet.timer = setInterval(() => { if (!document.hidden) readFleet().catch(() => {}); }, 15000);
    },
    hide() { clearInterval(fleet.timer); clearTimeout(waiting); },
  };
  fleetForm.addEventListener("input", () => later(readFleet, 250));
  fleetForm.addEventListener("submit", (event) => event.preventDefault());
  $(".moresources").addEventListener("click", () => {
    fleet.shown += 500;
    showSources();
  });
  $(".export").addEventListener("click", () => call("GetPreCheckSummary", {...fleetFilter(), csv: true})
    .then((envelope) => save("precheck.csv", "text/csv;charset=utf-8", "\uFEFF" + envelope.data.csv)).catch(problem));

  // One run.
  const runView = $("#view-run"), content = $("#view-run .content");
  const run = {id: "", tag: null, timer: null, busy: false, again: false};

  function runState(status, progress, name) {
    const b = $(".runline .badge", runView);
    b.className = "badge " + (badge[status] ?? "pending");
    b.textContent = T["status_" + status.toLowerCase()] ?? status;
    $("progress", runView).value = progress;
    $(".runline .text", runView).textContent = Math.floor(progress) + " %";
    if (name) {
      $("#run-title").textContent = visible(name);
      document.title = visible(name) + " – " + T.title;
    }
    const end = ended(status);
    $(".cancel", runView).hidden = end;
    for (const selector of [".retry", ".downloads"]) $(selector, runView).hidden = !end;
    $(".retryfailed", runView).hidden = status !== "FAILED";
  }

  // replacePart replaces a part of the items, and keeps what is open and what has the focus.
  function replacePart(old, fresh) {
    const key = (details) => details.id + " " + (details.closest(".item")?.dataset.status ?? "");
    const open = new Map(all("details[id]", old).map((d) => [key(d), d.open]));
    const focused = old.contains(document.activeElement) ? document.activeElement.closest("[id]")?.id : null;
    for (const details of all("details[id]", fresh)) details.open = open.get(key(details)) ?? details.open;
    old.replaceWith(fresh);
    if (focused) (document.getElementById(focused)?.querySelector("summary") ?? fresh).focus?.({preventScroll: true});
  }

  async function readItems() {
    const id = run.id;
    const response = await request("/page/runs/" + encodeURIComponent(id),
      {headers: run.tag ? {"If-None-Match": run.tag} : {}, cache: "no-store"});
    if (response.status === 304 || id !== run.id || current !== "run") return;
    if (!response.ok) throw new Error((await response.text()).trim());
    run.tag = response.headers.get("ETag");
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    $(".loading", runView).hidden = true;
    const other = !$("#results", content);
    if (other) {
      content.replaceChildren(...fresh.body.childNodes);
    } else {
      for (const part of ["#runhead", "#results", "#runfoot"]) replacePart($(part, content), $(part, fresh));
      for (const select of all(".filters select", content)) {
        options(select, all("option", $(`.filters select[name=${select.name}]`, fresh)).slice(1));
      }
    }
    document.dispatchEvent(new CustomEvent("precheck:changed", {detail: {other}}));
  }

  // update reads the items again, at most twice a second.
  async function update() {
    if (run.busy) {
      run.again = true;
      return;
    }
    run.busy = true;
    do {
      run.again = false;
      try {
        await readItems();
      } catch (error) {
        if (error.message && !navigator.onLine) break;
        if (error.message && error.message !== T.unexpected) problem(error);
      }
      await new Promise((resolve) => { setTimeout(resolve, 500); });
    } while (run.again);
    run.busy = false;
  }

  async function poll() {
    const data = (await call("GetPreCheckResult", {id: run.id})).data;
    runState(data.projectStatus ?? data.preCheckStatus, data.progress);
    await update();
  }

  async function readName() {
    const id = run.id;
    const envelope = await call("ListPreCheck", {searchKey: id, pageSize: 1});
    if (id !== run.id) return;
    const found = envelope.data.find((r) => r.id === id);
    if (found) runState(found.status, found.progress, found.name);
    else $("#run-title").textContent = id;
  }

  views.run = {
    async show(id, left) {
      Object.assign(run, {id, tag: null, again: false});
      content.replaceChildren();
      $(".loading", runView).hidden = false;
      $("#run-title").textContent = id;
      runState("PENDING", 0);
      const parts = all(".runline, .actions", runView);
      for (const part of parts) part.hidden = true;
      try {
        await readName();
        if (!left()) await readItems();
      } catch (error) {
        if (!left()) $(".loading", runView).hidden = true;
        throw error;
      }
      if (left()) return;
      for (const part of parts) part.hidden = false;
      run.stop = stream("/events/runs/" + encodeURIComponent(id), {
        snapshot(data) {
          runState(data.projectStatus ?? data.preCheckStatus, data.progress);
          update();
        },
        change(data) {
          runState(data.projectStatus, data.progress);
          update();
        },
        end(data) {
          runState(data.status, data.progress);
          update();
        },
      }, poll);
    },
    hide() { run.stop?.(); run.stop = null; },
  };

  async function act(work, done) {
    problem();
    try {
      await work();
      notice(done);
      await update();
    } catch (error) {
      if (error.message) problem(error);
    }
  }

  // ask opens a dialog, and returns whether the user agrees.
  function ask(dialog) {
    return new Promise((resolve) => {
      dialog.returnValue = "";
      dialog.addEventListener("close", () => resolve(dialog.returnValue === "ok"), {once: true});
      dialog.showModal();
    });
  }

  function confirm(title, text, action, items = []) {
    const dialog = $("#dialog-confirm");
    $("h2", dialog).textContent = title;
    $(".text", dialog).textContent = text;
    $(".primary", dialog).textContent = action;
    $(".list", dialog).replaceChildren(...items.map((i) => element("li", {}, i)));
    return ask(dialog);
  }

  async function skip(button) {
    const dialog = $("#dialog-skip"), form = $("form", dialog);
    form.reset();
    $("h2", dialog).textContent = fill(T.skip_title, {type: visible(button.dataset.type)});
    $(".consequence", dialog).textContent = visible(button.dataset.consequence);
    if (!await ask(dialog)) return;
    await act(() => call("SkipPreCheckItem", {id: run.id, type: button.dataset.type,
      reason: form.elements.reason.value.trim(), objects: lines(form.elements.objects.value)}), T.done_skip);
  }

  async function remove(button) {
    const objects = JSON.parse(button.dataset.objects);
    const names = objects.databases.flatMap((d) => [...d.tables, ...d.views].map((t) => d.name + "." + t.name));
    const title = fill(T.remove_title, {type: visible(button.dataset.type)});
    if (!await confirm(title, T.remove_explained, T.remove_submit, names)) return;
    await act(() => call("RemovePreCheckObjects", {id: run.id, blackObjectsInfo: objects}), T.done_remove);
  }

  async function download(format) {
    const names = {html: "html", markdown: "md", junit: "xml", full: "json"};
    const report = (await call("GetPreCheckReport", {id: run.id, format})).data;
    save(`${run.id}.${names[format]}`, report.contentType, report.content);
  }

  runView.addEventListener("click", async (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches(".skip")) await skip(button);
    if (button.matches(".remove")) await remove(button);
    if (button.matches(".cancel") && await confirm(T.cancel_question, T.cancel_explained, T.cancel)) {
      await act(() => call("CancelPreCheck", {id: run.id}), T.done_cancel);
    }
    if (button.matches(".retry")) await act(() => call("RetryPreCheck", {id: run.id}), T.done_retry);
    if (button.matches(".retryfailed")) {
      await act(() => call("RetryPreCheck", {id: run.id, failedOnly: true}), T.done_retry);
    }
    if (button.dataset.format) await download(button.dataset.format).catch(problem);
  });

  // The form that submits.
  const newView = $("#view-new"), newForm = $("#view-new form"), schemas = $(".schemas");

  function mapped(label) {
    return element("input", {className: "mapped", placeholder: T.mapped, "aria-label": `${T.mapped}: ${visible(label)}`,
      autocomplete: "off"});
  }

  function objectRow(schema, name, kind) {
    const box = element("input", {type: "checkbox", className: kind, value: name});
    return element("li", {className: "row"}, element("label", {className: "check"}, box, " " + name),
      mapped(schema + "." + name));
  }

  async function expand(details, schema) {
    const into = $(".objects", details);
    if (into.dataset.read) return;
    into.dataset.read = "1";
    try {
      const found = (await call("ListDataSourceObjects", {id: newForm.elements.source.value, schema})).data[0];
      const rows = [...(found?.tables ?? []).map((n) => objectRow(schema, n, "table")),
        ...(found?.views ?? []).map((n) => objectRow(schema, n, "view"))];
      into.replaceChildren(...(rows.length > 0 ? rows : [element("li", {className: "faint"}, T.no_tables)]));
    } catch (error) {
      delete into.dataset.read;
      if (error.message) problem(error);
    }
  }

  function schemaRow(name) {
    const box = element("input", {type: "checkbox", className: "schema", value: name});
    const details = element("details", {}, element("summary", {"aria-label": `${T.tables}: ${visible(name)}`}, T.tables),
      element("ul", {className: "objects"}, element("li", {className: "faint"}, T.loading)));
    details.addEventListener("toggle", () => { if (details.open) expand(details, name); });
    const li = element("li", {}, element("div", {className: "row"},
      element("label", {className: "check"}, box, " " + name), mapped(name)), details);
    li.dataset.name = name;
    return li;
  }

  let browsed = null; // the source that is being read
  async function browse() {
    const id = newForm.elements.source.value;
    if (id && browsed === id) return;
    problem();
    if (!id) {
      problem(T.choose_source_first);
      newForm.elements.source.focus();
      return;
    }
    $(".browsing").hidden = false;
    browsed = id;
    try {
      const found = (await call("ListDataSourceObjects", {id})).data;
      if (id !== newForm.elements.source.value) return;
      schemas.replaceChildren(...found.map((s) => schemaRow(s.name)));
      if (found.length === 0) schemas.replaceChildren(element("li", {className: "faint"}, T.no_schemas));
      $(".namefilter").hidden = found.length < 10;
    } catch (error) {
      if (error.message) problem(error);
    } finally {
      if (browsed === id) {
        browsed = null;
        $(".browsing").hidden = true;
      }
    }
  }

  // databases returns the chosen schemas, tables and views with their names on the destination.
  function databases() {
    const chosen = [];
    for (const li of all(":scope > li", schemas)) {
      const objects = (kind) => all(`.${kind}:checked`, li).map((box) => {
        const to = $(".mapped", box.closest(".row")).value.trim();
        return {name: box.value, ...(to && {mappedName: to})};
      });
      const whole = $(".schema", li)?.checked, tables = objects("table"), views = objects("view");
      if (!whole && tables.length + views.length === 0) continue;
      const to = $(".mapped", li).value.trim();
      chosen.push({name: li.dataset.name, ...(to && {mappedName: to}), tables, views});
    }
    return chosen;
  }

  function task() {
    const f = newForm.elements;
    const chosen = databases(), patterns = lines(f.patterns.value), exclude = lines(f.exclude.value);
    return {
      name: f.name.value.trim(), type: f.type.value, sourceEndpointId: f.source.value, sinkEndpointId: f.destination.value,
      transferMapping: {
        mode: chosen.length > 0 ? (patterns.length + exclude.length > 0 ? "COMPLEX" : "SPECIFIC") : "WILDCARD",
        databases: chosen, tableAndViewWhiteList: patterns, tableAndViewBlackList: exclude,
      },
      enableStructTransfer: f.schema.checked, enableFullTransfer: f.full.checked,
      enableIncrTransfer: f.incremental.checked, enableReverseIncrTransfer: f.reverse.checked,
      fullTransferConfig: {allowDestTableNotEmpty: f.nonempty.checked},
      deep: f.deep.checked,
      ...(f.connections.value && {transferConnections: Number(f.connections.value)}),
      ...(f.timeout.value && {timeoutSeconds: Number(f.timeout.value)}),
    };
  }

  function formErrors(error) {
    const box = $(".formerrors", newForm);
    box.hidden = !error;
    if (!error) return;
    box.replaceChildren(element("strong", {}, T.errors), element("ul", {},
      ...[error.message, ...(error.details ?? [])].filter((text, i, list) => text && list.indexOf(text) === i)
        .map((text) => element("li", {}, text))));
    box.scrollIntoView({block: "nearest"});
  }

  views.new = {
    async show() {
      document.title = T.new_run + " – " + T.title;
      formErrors();
      dataSources = null;
      await readDataSources();
      $(".nosources", newView).hidden = dataSources.length >= 1;
      options(newForm.elements.source, sourceOptions());
      options(newForm.elements.destination, sourceOptions());
      newForm.elements.source.focus();
    },
  };
  newForm.elements.source.addEventListener("change", () => {
    schemas.replaceChildren();
    if (newForm.elements.source.value) browse();
  });
  $(".browse").addEventListener("click", browse);
  newForm.elements.names.addEventListener("input", (event) => {
    const text = event.target.value.trim().toLowerCase();
    for (const li of all(":scope > li", schemas)) li.hidden = !li.dataset.name?.toLowerCase().includes(text);
  });
  newForm.addEventListener("submit", async (event) => {
    event.preventDefault();
    formErrors();
    const button = $(".primary", newForm), body = task();
    if (body.transferMapping.databases.length + body.transferMapping.tableAndViewWhiteList.length === 0) {
      formErrors(new Error(T.choose_objects));
      return;
    }
    button.disabled = true;
    try {
      const id = (await call("SubmitPreCheck", body)).data;
      location.hash = "#/runs/" + encodeURIComponent(id);
    } catch (error) {
      formErrors(error);
    } finally {
      button.disabled = false;
    }
  });

  addEventListener("hashchange", route);
  readSession().then(route).catch(problem);
})();

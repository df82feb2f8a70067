// What every view is made of: panels that load and fail and can be retried, lists with "more", and small pieces of text.

import { keep, lastRead, may, Problem } from "./api.js";
import { fill, h } from "./dom.js";
import { clock, join, t, time, word } from "./texts.js";

// A panel reads something and draws it. It says when it is loading; when it fails, it says why and offers to try again,
// and goes on showing what was read before, with its time.
export function panel(paths, reader, draw, signal) {
  const content = h("div", { class: "panel" });
  let run = 0;
  let shown = false;

  function instead(problem) {
    const before = paths().map(lastRead);
    if (!before.every(Boolean) || problem.status === 403 || problem.status === 404) return failure(problem, refresh);
    const kept = t("error_kept", { reason: problem.message, time: clock(before[0].at) });
    return [warning(kept, refresh), draw(...before.map((one) => one.data), refresh)];
  }

  async function refresh() {
    const mine = ++run;
    const asked = paths();
    const focused = content.contains(document.activeElement);
    content.setAttribute("aria-busy", "true");
    if (!shown) fill(content, h("p", { class: "loading", role: "status" }, t("loading")));
    content.querySelectorAll("button[data-again]").forEach((button) => (button.disabled = true));
    let answers;
    let problem = null;
    try {
      answers = await Promise.all(asked.map((path) => reader(path, signal)));
    } catch (error) {
      if (signal.aborted || error.name === "AbortError") return;
      problem = understood(error);
    }
    // A later click asked again meanwhile: its answer counts, not this one.
    if (signal.aborted || mine !== run) return;
    content.removeAttribute("aria-busy");
    answers?.forEach((answer, n) => keep(asked[n], answer));
    try {
      fill(content, problem ? instead(problem) : draw(...answers, refresh));
    } catch (error) {
      fill(content, failure(understood(error), refresh));
    }
    shown = true;
    if (focused) content.querySelector("button[data-again]")?.focus();
  }

  content.refresh = refresh;
  refresh();
  return content;
}

// What the page itself did not foresee is told like any failure, and left in the browser's console for whoever mends it.
function understood(error) {
  if (error instanceof Problem) return error;
  console.error(error);
  return new Problem(t("error_server"), { code: "PAGE" });
}

export function failure(problem, retry) {
  return h(
    "div",
    { class: "failure", role: "alert" },
    h("h2", {}, t("error_heading")),
    h("p", {}, problem.message),
    problem.id && h("p", { class: "small" }, t("error_number", { id: problem.id })),
    retry && problem.status !== 403 && h("button", { type: "button", class: "primary", "data-again": true, click: retry }, t("retry")),
  );
}

function warning(text, retry) {
  return h("div", { class: "notice", role: "alert" }, h("p", {}, text), h("button", { type: "button", "data-again": true, click: retry }, t("retry")));
}

// Every view says of when it is, and whether something newer is known to be missing.
export function asOf(view, refresh) {
  const away = (view.sources ?? []).filter((source) => source.reachable === false).map((source) => word("publisher", source.publisher));
  return [
    h(
      "div",
      { class: "asof" },
      h("span", {}, view.as_of ? t("as_of", { time: time(view.as_of) }) : t("as_of_none")),
      refresh && h("button", { type: "button", class: "quiet", "data-again": true, click: refresh }, t("refresh")),
    ),
    view.stale &&
      h(
        "div",
        { class: "notice", role: "status" },
        h("p", {}, h("strong", {}, t("stale")), " ", (view.stale_reasons ?? []).map((reason) => h("span", {}, t(`stale_${reason}`, { count: view.facts_waiting }), " "))),
        away.length > 0 && h("p", {}, t("away", { names: join(away) })),
      ),
  ];
}

// A list with the button for its next page; what is added is announced by the focus that moves to it.
export function pagedList({ first, next, key, row, total, signal }) {
  const seen = new Set();
  const list = h("ul", { class: "rows" });
  const status = h("p", { class: "small", role: "status" });
  const problem = h("div", {});
  const button = h("button", { type: "button", class: "wide", click: more }, "");
  let cursor = first.next_cursor;
  add(first.items);

  function add(items) {
    const fresh = items.filter((item) => !seen.has(key(item)));
    fresh.forEach((item) => seen.add(key(item)));
    const rows = fresh.map((item) => h("li", { tabindex: "-1" }, row(item)));
    list.append(...rows);
    const rest = total === undefined ? null : Math.max(0, total - seen.size);
    status.textContent = !cursor ? t("all_shown") : total === undefined ? t("shown_so_far", { shown: seen.size }) : t("shown", { shown: seen.size, total });
    button.textContent = t("more", { count: rest ? Math.min(rest, PAGE) : PAGE });
    button.hidden = !cursor;
    return rows;
  }

  async function more() {
    if (button.disabled) return;
    button.disabled = true;
    button.textContent = t("more_busy");
    fill(problem);
    try {
      const page = await next(cursor);
      if (signal.aborted) return;
      cursor = page.next_cursor;
      add(page.items)[0]?.focus();
    } catch (error) {
      if (signal.aborted || error.name === "AbortError") return;
      fill(problem, h("p", { class: "error", role: "alert" }, understood(error).message));
      add([]);
    } finally {
      button.disabled = false;
    }
  }

  return [list, h("div", { class: "pager" }, status, problem, button)];
}

export const PAGE = 20;

export const chip = (text, kind = "") => h("span", { class: `chip ${kind}` }, text);

export function facts(...pairs) {
  const shown = pairs.filter((pair) => pair && pair[1] !== null && pair[1] !== undefined && pair[1] !== "");
  return shown.length > 0 && h("dl", { class: "facts" }, shown.map(([label, value]) => h("div", {}, h("dt", {}, label), h("dd", {}, value))));
}

export function named(one) {
  if (!one) return null;
  return one.name ?? (one.card_pending ? t("name_pending") : t("no_name"));
}

export function personLink(one) {
  if (!one) return t("unknown");
  return may("GET /v1/people/{person_id}/page") ? h("a", { href: `#/people/${one.id}` }, named(one)) : h("strong", {}, named(one));
}

export const address = (place) => place?.address ?? (place?.card_pending ? t("address_pending") : t("address_hidden"));

export function empty(title, hint) {
  return h("div", { class: "empty" }, h("p", { class: "big" }, title), hint && h("p", {}, hint));
}

const HEAT = { OVERDUE: "alert", ESCALATED: "alert", NEEDS_SECRETARY: "alert", BLOCKED: "warm", DUE: "warm", ATTEMPTED: "warm", HIGH: "alert", KEY: "warm", COMPLETED: "good", VERIFIED: "good", ACTIVE: "good" };
export const coded = (group, code) => code && chip(word(group, code), HEAT[code] ?? "");
export const tier = (code) => code && code !== "NONE" && chip(`${t("label_tier")} ${word("tier", code)}`, HEAT[code] ?? "");

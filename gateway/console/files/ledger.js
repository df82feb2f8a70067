// One ledger's gaps: what is owed, to whom, since when, and whose it is.

import { read } from "./api.js";
import { fill, h } from "./dom.js";
import { address, asOf, coded, empty, facts, named, PAGE, pagedList, panel, personLink, tier } from "./parts.js";
import { day, number, t, time, word, words } from "./texts.js";

const STATES = {
  census: ["target_state", ["PENDING", "ATTEMPTED", "ESCALATED"]],
  visits: ["obligation_state", ["DUE", "OVERDUE", "ESCALATED"]],
  learning: ["coverage_state", ["PLANNED", "ASSIGNED", "BLOCKED", "NEEDS_SECRETARY"]],
};
const ROWS = { census: door, visits: owed, learning: lesson };
const KEYS = { census: "target_id", visits: "obligation_id", learning: "coverage_id" };

export function ledgerView({ params: [name], query, signal }) {
  const [group, states] = STATES[name];
  let state = states.includes(query.get("state")) ? query.get("state") : "";
  const path = (cursor) => {
    const asked = new URLSearchParams({ limit: PAGE, ...(state && { state }), ...(cursor && { cursor }) });
    return `/v1/ledgers/${name}/gaps?${asked}`;
  };

  function draw(page, refresh) {
    const next = (cursor) => read(path(cursor), signal);
    const nothing = state ? empty(t("gaps_none_state")) : empty(t("gaps_none"), t("gaps_none_hint"));
    return [
      asOf(page, refresh),
      page.items.length === 0
        ? nothing
        : [
            h("p", {}, t(name === "learning" ? "gaps_total_learning" : "gaps_total", { count: number(page.total) })),
            pagedList({ first: page, next, key: (item) => item[KEYS[name]], row: ROWS[name], total: page.total, signal }),
          ],
    ];
  }

  const select = h("select", { id: "state", change: choose });
  fill(select, h("option", { value: "" }, t("gaps_state_all")), states.map((one) => h("option", { value: one, selected: one === state }, word(group, one))));

  function choose() {
    state = select.value;
    history.replaceState(null, "", `#/ledgers/${name}${state ? `?state=${state}` : ""}`);
    content.refresh();
  }

  const content = panel(() => [path()], read, draw, signal);
  return [
    h("p", { class: "crumbs" }, h("a", { href: "#/" }, t("nav_home"))),
    h(
      "div",
      { class: "heading" },
      h("h1", { tabindex: "-1" }, `${t(`ledger_${name}`)} · ${t("gaps_heading")}`),
      h("div", { class: "tools" }, h("label", { for: "state" }, t("gaps_state")), select),
    ),
    h("p", {}, t(`ledger_${name}_what`)),
    content,
  ];
}

const responsible = (item) => [t("label_responsible"), item.responsible ? named(item.responsible) : t("label_nobody")];

function door(item) {
  return [
    h("p", { class: "row-title" }, h("strong", {}, address(item.dwelling)), coded("target_state", item.state)),
    facts(
      [t("label_round"), item.round_name],
      [t("label_since"), day(item.since)],
      [t("label_until"), item.due_on && day(item.due_on)],
      [t("label_attempts"), t("times", { count: number(item.attempts) })],
      item.last_tried_on && [t("label_last_tried"), day(item.last_tried_on)],
      item.origin && [t("label_origin"), word("origin", item.origin)],
      responsible(item),
    ),
  ];
}

function owed(item) {
  return [
    h("p", { class: "row-title" }, personLink(item.person), coded("obligation_state", item.state), tier(item.tier)),
    facts(
      [word("obligation_kind", item.kind), t("obligation_line", { date: day(item.since) })],
      item.hard_on && [t("label_hard"), day(item.hard_on)],
      item.missed_periods > 0 && [t("label_missed"), number(item.missed_periods)],
      responsible(item),
    ),
  ];
}

function lesson(item) {
  return [
    h("p", { class: "row-title" }, personLink(item.person), coded("coverage_state", item.state)),
    facts(
      [t("label_lesson"), item.kind && word("session_kind", item.kind)],
      [t("label_held"), item.held_at && time(item.held_at)],
      [t("label_until"), item.cover_by_on && day(item.cover_by_on)],
      [t("label_mode"), item.mode && word("mode", item.mode)],
      [t("label_blocker"), item.blocker && word("blocker", item.blocker)],
      item.missing_forms?.length > 0 && [t("label_forms"), words("form", item.missing_forms)],
      responsible(item),
    ),
  ];
}

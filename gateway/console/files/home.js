// The community's year: its figures, what is pressing now, how far the three ledgers are.

import { may, read } from "./api.js";
import { fill, h } from "./dom.js";
import { asOf, chip, facts, panel } from "./parts.js";
import { language, number, t, time, word } from "./texts.js";

const YEARS_BACK = 5;
const COUNTED = ["case_files_opened", "residents_paired", "community_workers", "class_course_kinds"];
const MODES = ["MOBILE_AUDIO", "PARCEL"];
// What can be pressing, the most urgent first, and where it can be seen.
const PRESSING = [
  ["open_incidents", "alert", null, null],
  ["escalated", "alert", "#/ledgers/visits?state=ESCALATED", "GET /v1/ledgers/visits/gaps"],
  ["overdue", "alert", "#/ledgers/visits?state=OVERDUE", "GET /v1/ledgers/visits/gaps"],
  ["orphaned", "alert", "#/people?list=orphaned", "GET /v1/care-recipients"],
  ["due", "warm", "#/ledgers/visits?state=DUE", "GET /v1/ledgers/visits/gaps"],
  ["open_rounds", "", "#/ledgers/census", "GET /v1/ledgers/census/gaps"],
  ["proposals_waiting", "", null, null],
];

export function homeView({ query, signal }) {
  const years = h("div", { class: "tools" });
  const withBrief = may("GET /v1/brief");
  const withDashboard = may("GET /v1/dashboard");
  let year = /^20\d\d$/.test(query.get("year") ?? "") ? Number(query.get("year")) : null;

  const paths = () => [withDashboard && "/v1/dashboard", withBrief && `/v1/brief${year ? `?year=${year}` : ""}`].filter(Boolean);

  function draw(...answers) {
    const refresh = answers.pop();
    const dashboard = withDashboard ? answers.shift() : null;
    const brief = withBrief ? answers.shift() : null;
    const figures = brief ?? dashboard.figures;
    const shownYear = brief?.year ?? dashboard.year;
    if (withBrief) offerYears(dashboard?.year ?? Math.max(shownYear, new Date().getFullYear()), shownYear);
    return [
      asOf(dashboard ?? brief, refresh),
      h("section", { "aria-labelledby": "figures" }, h("h2", { id: "figures" }, t("figures_heading", { year: shownYear })), yearFigures(figures)),
      dashboard && ledgers(dashboard),
      dashboard && pressing(dashboard),
      h("div", { class: "columns" }, others(figures), modes(figures)),
      brief?.text && briefText(brief.text[language()] ?? brief.text.zh, brief),
    ];
  }

  function offerYears(newest, chosen) {
    const oldest = Math.min(newest - YEARS_BACK + 1, chosen);
    const options = Array.from({ length: Math.max(newest, chosen) - oldest + 1 }, (_, back) => Math.max(newest, chosen) - back);
    const select = years.querySelector("select") ?? h("select", { id: "year", change: choose });
    fill(select, options.map((one) => h("option", { value: one, selected: one === chosen }, t("year_option", { year: one }))));
    if (!select.isConnected) fill(years, h("label", { for: "year" }, t("year")), select);
  }

  function choose(event) {
    year = Number(event.target.value);
    history.replaceState(null, "", `#/?year=${year}`);
    content.refresh();
  }

  const content = panel(paths, read, draw, signal);
  return [h("div", { class: "heading" }, h("h1", { tabindex: "-1" }, t("home_heading")), years), content];
}

function yearFigures(figures) {
  const full = figures.census_full_coverage;
  const notes = [
    figures.census_rounds_closed > 0 && chip(full ? t("figure_full") : t("figure_not_full", { doors: figures.census_doors, resolved: figures.census_doors_resolved }), full ? "good" : "warm"),
    figures.census_doors_exempted > 0 && chip(t("figure_exempted", { count: figures.census_doors_exempted })),
  ];
  const missed = figures.members_not_covered;
  return h(
    "ul",
    { class: "figures" },
    figure(figures.census_rounds_closed, t("figure_census_rounds_closed", { n: figures.census_rounds_closed }), "", notes),
    COUNTED.map((name) => figure(figures[name], t(`figure_${name}`, { n: figures[name] }))),
    MODES.map((mode) => figure(figures.members_by_mode?.[mode], t(`figure_${mode}`, { n: figures.members_by_mode?.[mode] }))),
    figure(missed, t("figure_members_not_covered", { n: missed }), missed === null ? "" : missed > 0 ? "alert" : "good"),
  );
}

function figure(count, label, kind = "", notes = []) {
  return h("li", { class: `card figure ${kind}` }, h("strong", {}, told(count)), h("span", {}, label), notes);
}

/** A count, or that it is too small to be told to a reader from outside. */
function told(count) {
  return count === null ? t("not_published") : number(count);
}

function ledgers(dashboard) {
  return h(
    "section",
    { "aria-labelledby": "ledgers" },
    h("h2", { id: "ledgers" }, t(dashboard.ledgers.length === 3 ? "ledgers_heading" : "ledgers_heading_one")),
    dashboard.own_areas_only && h("p", { class: "small" }, t("own_areas")),
    h("ul", { class: "ledgers" }, dashboard.ledgers.map(ledger)),
  );
}

function ledger(one) {
  const name = one.ledger;
  const percent = one.progress === null || one.progress === undefined ? null : Math.floor(one.progress * 100);
  const title = `ledger-${name}`;
  return h(
    "li",
    { class: "card ledger" },
    h("h3", { id: title }, t(`ledger_${name}`)),
    h("p", { class: "small" }, t(`ledger_${name}_what`)),
    percent !== null && [
      h("div", { class: "progress" }, h("progress", { max: "100", value: percent, "aria-labelledby": title }, `${percent}%`), h("strong", {}, `${percent}%`)),
      h("p", { class: "small" }, t("ledger_done", { closed: number(one.closed), total: number(one.total) })),
    ],
    h(
      "p",
      { class: "chips" },
      one.total === 0 ? chip(t("ledger_empty")) : one.gaps > 0 ? chip(t(`ledger_gaps_${name}`, { count: number(one.gaps) }), "alert") : chip(t("ledger_no_gaps"), "good"),
      one.members_not_covered > 0 && chip(t("ledger_members", { count: number(one.members_not_covered) })),
      one.overdue > 0 && chip(t("ledger_overdue", { count: number(one.overdue) }), "warm"),
      one.escalated > 0 && chip(t("ledger_escalated", { count: number(one.escalated) }), "warm"),
      one.exempt > 0 && chip(t("ledger_exempt", { count: number(one.exempt) })),
      one.waived > 0 && chip(t("ledger_waived", { count: number(one.waived) })),
      one.upcoming > 0 && chip(t("ledger_upcoming", { count: number(one.upcoming) })),
    ),
    may(`GET /v1/ledgers/${name}/gaps`) && h("a", { class: "button", href: `#/ledgers/${name}`, "aria-describedby": title }, t("ledger_see")),
  );
}

function pressing(dashboard) {
  const found = PRESSING.filter(([name]) => dashboard.open[name] > 0);
  return h(
    "section",
    { "aria-labelledby": "pressing" },
    h("h2", { id: "pressing" }, t("open_heading")),
    found.length === 0 && h("p", { class: "calm" }, t("open_nothing")),
    found.length > 0 &&
      h(
        "ul",
        { class: "pressing" },
        found.map(([name, kind, href, operation]) => {
          const text = [h("strong", { class: kind }, number(dashboard.open[name])), h("span", {}, t(`open_${name}`, { n: dashboard.open[name] }))];
          return h("li", {}, href && may(operation) ? h("a", { href }, text) : h("div", {}, text));
        }),
      ),
    dashboard.open.in_care > 0 && h("p", { class: "small" }, t("open_in_care", { count: number(dashboard.open.in_care) })),
  );
}

function others(figures) {
  const minutes = figures.volunteer_minutes_verified ?? 0;
  const volunteered = figures.volunteer_minutes_verified === null ? t("not_published") : minutes >= 60 ? t("hours", { count: number(Math.floor(minutes / 6) / 10) }) : t("minutes", { count: number(minutes) });
  return h(
    "section",
    { class: "card", "aria-labelledby": "others" },
    h("h2", { id: "others" }, t("figure_other_heading")),
    facts(
      [t("figure_visits_completed"), t("times", { count: number(figures.visits_completed) })],
      [t("figure_study_sessions_held"), t("times", { count: number(figures.study_sessions_held) })],
      [t("figure_class_sessions_held"), t("times", { count: number(figures.class_sessions_held) })],
      [t("figure_activities_held"), t("held_times", { count: number(figures.activities_held) })],
      [t("figure_volunteer_hours"), volunteered],
    ),
  );
}

function modes(figures) {
  const counted = Object.entries(figures.members_by_mode ?? {});
  return h(
    "section",
    { class: "card", "aria-labelledby": "modes" },
    h("h2", { id: "modes" }, t("modes_heading")),
    counted.length === 0 ? h("p", { class: "small" }, t("modes_none")) : facts(...counted.map(([mode, count]) => [word("mode", mode), count === null ? t("not_published") : t("people_count", { count: number(count) })])),
  );
}

function briefText(text, { published, restated }) {
  const status = h("span", { role: "status", class: "small" });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      status.textContent = t("brief_copied");
    } catch {
      status.textContent = t("brief_copy_failed");
    }
  };
  return h(
    "section",
    { class: "card brief", "aria-labelledby": "brief" },
    h("h2", { id: "brief" }, t("brief_heading")),
    text.split("\n").map((line) => h("p", {}, line)),
    published && h("p", { class: "small" }, t(restated ? "brief_restated" : "brief_published", { on: time(published.published_at) })),
    h("div", { class: "tools" }, h("button", { type: "button", click: copy }, t("brief_copy")), status),
  );
}

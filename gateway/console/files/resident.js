// A resident's page: who, where, who looks after them, what was done and what is owed.

import { read } from "./api.js";
import { fill, h } from "./dom.js";
import { address, asOf, chip, coded, facts, named, PAGE, pagedList, panel, personLink, tier } from "./parts.js";
import { born, day, join, number, t, time, word, words } from "./texts.js";

const LATEST = 10;

export function residentView({ params: [id], signal, titled }) {
  const heading = h("h1", { tabindex: "-1" }, t("people_heading"));

  function draw(page, refresh) {
    const name = page.card?.name ?? (page.card_pending ? t("name_pending") : t("no_name"));
    heading.textContent = name;
    titled(name);
    return [
      asOf(page, refresh),
      page.card_pending && h("p", { class: "notice" }, t("resident_pending")),
      page.masked && h("p", { class: "small" }, t("masked")),
      page.life === "DECEASED" && h("p", { class: "notice" }, t("resident_deceased")),
      identity(page),
      h(
        "div",
        { class: "columns" },
        section("care", care(page.care)),
        section("pairings", rows(page.pairings, pairing)),
        section("obligations", rows(page.obligations, obligation)),
        section("incidents", rows(page.incidents, incident)),
      ),
      section("visits", rows(page.visits, visit)),
      h(
        "div",
        { class: "columns" },
        section("household", household(page)),
        section("categories", rows(page.categories, category)),
        section("case_files", rows(page.case_files, caseFile)),
        section("volunteering", volunteering(page.volunteering)),
        section("classes", rows(page.classes, holidayClass)),
        section("study", study(page)),
      ),
      section("timeline", timeline(page)),
    ];
  }

  function timeline(page) {
    if (page.timeline.length === 0) return null;
    const place = h("div", {});
    const path = (cursor) => `/v1/people/${id}/timeline?${new URLSearchParams({ limit: PAGE, ...(cursor && { cursor }) })}`;
    // The page brings the latest entries without a cursor, so the first "more" asks for the whole list from its start.
    const next = (cursor) => read(path(cursor === "START" ? "" : cursor), signal);
    const first = { items: page.timeline, next_cursor: page.timeline.length >= LATEST ? "START" : null };
    return fill(place, pagedList({ first, next, key: (item) => item.id, row: entry, signal }));
  }

  return [h("p", { class: "crumbs" }, h("a", { href: "#/people" }, t("nav_people"))), heading, panel(() => [`/v1/people/${id}/page`], read, draw, signal)];
}

function section(name, content) {
  const id = `section-${name}`;
  return h("section", { class: "card", "aria-labelledby": id }, h("h2", { id }, t(`section_${name}`)), content || h("p", { class: "small" }, t(`section_${name}_none`)));
}

function rows(items, row) {
  return items?.length > 0 && h("ul", { class: "plain" }, items.map((item) => h("li", {}, row(item))));
}

const line = (...parts) => h("p", { class: "row-title" }, parts);
const note = (...parts) => parts.some(Boolean) && h("p", { class: "small" }, parts.filter(Boolean).join(" · "));

function identity(page) {
  const card = page.card;
  return h(
    "div",
    { class: "card identity" },
    h(
      "p",
      { class: "chips" },
      card?.sex && chip(word("sex", card.sex)),
      card?.age !== null && card?.age !== undefined && chip(t("resident_years", { age: card.age })),
      page.life && page.life !== "ALIVE" && chip(word("life", page.life), "warm"),
      card?.residency && chip(word("residency", card.residency), card.residency === "RESIDENT" ? "" : "warm"),
      page.categories.map((one) => chip(word("category", one.code), "warm")),
      page.care?.in_care && tier(page.care.tier),
    ),
    facts(
      [t("resident_address"), page.dwelling && address(page.dwelling)],
      [t("resident_phones"), join(card?.phones ?? [])],
      [t("resident_born"), card?.born_on && born(card.born_on, card.birth_precision)],
      [t("resident_registered"), page.registered_on && day(page.registered_on)],
    ),
  );
}

function household(page) {
  const members = page.household?.members.filter((member) => member.id !== page.person_id) ?? [];
  const own = page.household?.members.find((member) => member.id === page.person_id);
  return (
    page.household && [
      note(own && word("relation", own.relation), page.household.since && t("since", { date: day(page.household.since) })),
      rows(members, (member) => line(personLink(member), chip(word("relation", member.relation)))),
    ]
  );
}

const category = (one) => [line(h("strong", {}, word("category", one.code))), note(t("since", { date: day(one.since) }), word("basis", one.basis))];

function care(one) {
  if (!one) return null;
  if (!one.in_care) return h("p", {}, t("care_out"));
  return [line(h("strong", {}, t("care_in", { date: day(one.since) })), tier(one.tier)), one.orphaned_since && line(chip(t("care_orphaned", { date: day(one.orphaned_since) }), "alert"))];
}

const caseFile = (one) => [
  line(h("strong", {}, t("case_file_line", { opened_on: day(one.opened_on) })), tier(one.risk_tier)),
  note(one.opened_by && word("opened_by", one.opened_by), one.closed_on && t("case_file_closed", { date: day(one.closed_on) })),
];

const pairing = (one) => [
  line(h("strong", {}, named(one.staff)), chip(word("pairing_role", one.role)), coded("pairing_state", one.state)),
  note(one.since && t("since", { date: day(one.since) }), one.ended_on && t("ended", { date: day(one.ended_on) }), one.reason && word("pairing_reason", one.reason)),
];

const obligation = (one) => [
  line(h("strong", {}, word("obligation_kind", one.kind)), coded("obligation_state", one.state)),
  note(
    t("obligation_line", { date: day(one.due_on) }),
    one.hard_on && `${t("label_hard")} ${day(one.hard_on)}`,
    one.missed_periods > 0 && `${t("label_missed")} ${number(one.missed_periods)}`,
    one.escalated_to && t("reported_to", { name: named(one.escalated_to) }),
  ),
];

function visit(one) {
  const when = one.happened_at ? time(one.happened_at) : t("visit_planned_for", { time: time(one.planned_for) });
  const items = (one.items ?? []).map((item) => (item.result && item.result !== "DONE" ? `${word("item", item.kind)} (${word("item_result", item.result)})` : word("item", item.kind)));
  return [
    line(h("strong", {}, when), coded("visit_state", one.state), one.method && chip(word("visit_method", one.method)), one.late && chip(t("visit_late"))),
    note(one.outcome && word("visit_outcome", one.outcome), one.minutes && t("visit_minutes", { count: number(one.minutes) })),
    note(one.staff.length > 0 && t("visit_by", { names: join(one.staff.map(named)) })),
    note(one.purposes?.length > 0 && t("visit_for", { purposes: words("purpose", one.purposes) })),
    note(items.length > 0 && t("visit_done", { items: join(items) })),
  ];
}

const incident = (one) => [
  line(h("strong", {}, t("incident_opened", { time: time(one.opened_at) })), chip(word("incident_state", one.state), one.state === "OPEN" ? "alert" : "good")),
  note(
    one.resolution && word("resolution", one.resolution),
    typeof one.level === "number" && word("incident_level", String(one.level)),
    one.due_at && t("incident_due", { time: time(one.due_at) }),
    one.avoidable && t("incident_avoidable"),
    one.suggestion && word("suggestion", one.suggestion),
    one.resolved_at && t("incident_resolved", { time: time(one.resolved_at) }),
    one.minutes_open !== null && one.minutes_open !== undefined && t("incident_minutes", { count: number(one.minutes_open) }),
  ),
];

function volunteering(one) {
  if (!one) return null;
  return [
    line(coded("volunteer_state", one.state), one.kinds.map((kind) => chip(word("volunteer_kind", kind))), chip(t("volunteering_minutes", { count: number(one.verified_minutes) }), "good")),
    rows(one.assignments, (place) => [
      line(h("strong", {}, word("activity", place.program_kind ?? "OTHER")), coded("assignment_state", place.state)),
      note(
        place.starts_at && time(place.starts_at),
        place.activity_state && word("activity_state", place.activity_state),
        place.verdict && place.verdict !== "OK" && word("verdict", place.verdict),
        place.waitlist_pos > 0 && t("volunteering_waitlist", { pos: place.waitlist_pos }),
      ),
    ]),
  ];
}

const holidayClass = (one) => [line(h("strong", {}, one.subject ? word("subject", one.subject) : t("unknown"))), note(one.starts_on && t("range", { from: day(one.starts_on), to: day(one.ends_on) }))];

function study(page) {
  if (!page.study && page.memberships.length === 0) return null;
  return [
    page.memberships.map((one) => note(one.until ? t("study_until", { since: day(one.since), until: day(one.until) }) : t("study_member", { date: day(one.since) }))),
    page.study && h("p", {}, t("study_counts", { verified: number(page.study.verified), owed: number(page.study.owed), waived: number(page.study.waived) })),
    rows(page.study?.lessons, (lesson) => [
      line(h("strong", {}, lesson.kind ? word("session_kind", lesson.kind) : t("unknown")), coded("coverage_state", lesson.state)),
      note(lesson.held_at && time(lesson.held_at), lesson.mode && word("mode", lesson.mode)),
    ]),
  ];
}

const entry = (one) => h("div", { class: "entry" }, h("time", { datetime: one.on }, day(one.on)), h("span", {}, one.text));

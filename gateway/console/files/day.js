// A worker's day: who did not answer, what is late, due and planned, who waits for a word.

import { read } from "./api.js";
import { h } from "./dom.js";
import { asOf, chip, coded, facts, named, panel, personLink, tier } from "./parts.js";
import { day, number, t, time, word, words } from "./texts.js";

export function dayView({ signal }) {
  function draw(mine, refresh) {
    const late = mine.incidents.length + mine.escalated.length + mine.overdue.length + mine.due.length + mine.planned_visits.length + mine.joint_visits.length + mine.class_alarms.length + mine.failed_productions.length + mine.lessons.length;
    return [
      asOf(mine, refresh),
      h("p", {}, t("day_date", { date: day(mine.date) })),
      late === 0 && h("p", { class: "calm" }, t("day_nothing")),
      part("day_incidents", mine.incidents, incident, "alert"),
      part("day_class_alarms", mine.class_alarms, classAlarm, "alert"),
      part("day_escalated", mine.escalated, owed, "alert"),
      part("day_overdue", mine.overdue, owed, "alert"),
      part("day_due", mine.due, owed),
      part("day_planned", mine.planned_visits, planned),
      part("day_joint_visits", mine.joint_visits, jointVisit),
      part("day_failed_productions", mine.failed_productions, failedProduction, "alert"),
      part("day_lessons", mine.lessons, lesson),
      part("day_proposals", mine.proposals, pairing),
      part("day_upcoming", mine.upcoming, owed),
      part("day_pairings", mine.pairings, pairing) || h("section", { class: "card" }, h("h2", {}, t("day_pairings")), h("p", { class: "small" }, t("day_pairings_none"))),
    ];
  }
  return [h("h1", { tabindex: "-1" }, t("day_heading")), panel(() => ["/v1/me/day"], read, draw, signal)];
}

function part(name, items, row, kind = "") {
  if (items.length === 0) return null;
  return h(
    "section",
    { class: `card ${kind}`, "aria-labelledby": name },
    h("h2", { id: name }, t(name), " ", chip(number(items.length), kind)),
    h("ul", { class: "plain" }, items.map((item) => h("li", {}, row(item)))),
  );
}

const line = (...parts) => h("p", { class: "row-title" }, parts);

const incident = (one) => [
  line(personLink(one.person), tier(one.tier), typeof one.level === "number" && coded("incident_level", String(one.level))),
  facts([t("label_since"), time(one.opened_at)]),
  one.due_at && h("p", {}, t("incident_due", { time: time(one.due_at) })),
];

const owed = (one) => [
  line(personLink(one.person), coded("obligation_state", one.state), tier(one.tier)),
  facts([word("obligation_kind", one.kind), t("obligation_line", { date: day(one.due_on) })], one.hard_on && [t("label_hard"), day(one.hard_on)], one.missed_periods > 0 && [t("label_missed"), number(one.missed_periods)]),
];

const planned = (one) => [h("ul", { class: "names" }, one.people.map((person) => h("li", {}, personLink(person)))), h("p", { class: "small" }, [time(one.planned_for), words("purpose", one.purposes)].join(" · "))];

const classAlarm = (one) => [
  line(one.child && h("strong", {}, named(one.child)), chip(word("class_alarm", one.kind), "alert")),
  facts([t("label_since"), time(one.since)]),
  one.subject && h("p", { class: "small" }, [one.subject, time(one.starts_at)].join(" · ")),
];

const jointVisit = (one) => [line(personLink(one.person)), h("p", { class: "small" }, t("joint_visit_line", { from: named(one.from_staff), to: named(one.to_staff), date: day(one.due_on) }))];

const failedProduction = (one) => [
  line(chip(word("form", one.form)), chip(word("fault", one.fault), "alert")),
  facts([t("label_since"), time(one.since)]),
  one.held_at && h("p", { class: "small" }, [word("session_kind", one.kind), time(one.held_at)].join(" · ")),
];

const lesson = (one) => [line(personLink(one.person)), h("p", { class: "small" }, t("obligation_line", { date: day(one.due_on) }))];

const pairing = (one) => [line(personLink(one.person), chip(word("pairing_role", one.role)), one.state !== "ACTIVE" && coded("pairing_state", one.state)), one.since && h("p", { class: "small" }, t("since", { date: day(one.since) }))];

"""The pages that are measured: under what name, what they promise, as whom, at which address.

A new page is a line here. Its name is what `--only` and the table of figures call it; what it promises is a kind of
`promises`: `list`, `page`, `words`, `overview`, `country`, or nothing: `export`, `other`, and `turns`, which another
person asks each time. The names in the addresses are those of `Subjects.named`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    name: str
    kind: str
    hat: str
    address: str


def chosen(only: str) -> list[Page]:
    """Those whose name holds `only`, or one of its parts where a | stands between them."""
    return [page for page in PAGES if any(part in page.name for part in only.split("|"))]


PAGES = [
    Page("home, administrator", "page", "admin", "/"),
    Page("home, reviewer of the country", "page", "country", "/"),
    Page("home, reviewer of a province", "page", "province", "/"),
    Page("home, head of a team", "page", "head", "/"),
    Page("home, officer", "page", "officer", "/"),
    Page("home, viewer of a province", "page", "viewer", "/"),
    Page("home, viewer of the country", "page", "leader", "/"),
    Page("findings, no filter", "list", "country", "/findings/"),
    Page("findings, unit subtree", "list", "country", "/findings/?unit={province}"),
    Page("findings, overdue", "list", "country", "/findings/?timing=overdue"),
    Page("findings, overdue in a subtree", "list", "country", "/findings/?timing=overdue&unit={province}"),
    Page("findings, one plan", "list", "country", "/findings/?plan={plan}"),
    Page("findings, a state and a year", "list", "country", "/findings/?state=submitted&year={year}"),
    Page("findings, deep page", "list", "country", "/findings/?after={deep}"),
    Page("findings, words", "words", "country", "/findings/?q={words}"),
    Page("findings, words in a subtree", "words", "country", "/findings/?q={words}&unit={province}"),
    Page("findings, words as a province", "words", "province", "/findings/?q={words}"),
    Page("findings, as a province", "list", "province", "/findings/"),
    Page("findings, overdue as a province", "list", "province", "/findings/?timing=overdue"),
    Page("findings, as a team", "list", "head", "/findings/"),
    Page("findings, as a team, by deadline", "list", "head", "/findings/?sort=deadline"),
    Page("findings, as an officer", "list", "officer", "/findings/?timing=live"),
    Page("findings, returned, as an officer", "list", "officer", "/findings/?returned=1"),
    Page("findings, given to an officer", "list", "officer", "/findings/?mine=1&timing=live"),
    Page("findings, followed by a member of a team", "list", "member", "/findings/?mine=1&timing=live"),
    Page("findings, of a past day", "list", "country", "/findings/?as_of={year}-01-31"),
    Page("findings, overdue on a past day", "list", "country", "/findings/?timing=overdue&as_of={year}-01-31"),
    Page("visits", "list", "country", "/visits/"),
    Page("visits, as a province", "list", "province", "/visits/"),
    Page("schedule, as a province", "list", "province", "/visits/schedule"),
    Page("plans", "list", "country", "/plans/"),
    Page("units", "list", "country", "/units/"),
    Page("tasks", "list", "country", "/tasks/"),
    Page("tasks, as a province", "list", "province", "/tasks/"),
    Page("tasks, as an officer", "list", "officer", "/tasks/"),
    Page("tasks, overdue", "list", "country", "/tasks/?timing=overdue"),
    Page("tasks, words", "words", "country", "/tasks/?q={words}"),
    Page("lists of tasks, as a province", "list", "province", "/tasks/plans/"),
    Page("conclusions", "list", "country", "/conclusions/"),
    Page("urging, as a province", "other", "province", "/urging/"),
    Page("urging, as a team", "other", "head", "/urging/"),
    Page("urging, one plan", "other", "province", "/urging/?plan={urged_plan}"),
    Page("urging, one unit", "other", "province", "/urging/plans/{urged_plan}/units/{urged_unit}"),
    Page("urging, a letter", "other", "province", "/urging/{letter}"),
    Page("sheets brought in", "other", "head", "/imports/"),
    Page("sheet of findings, looked at", "other", "head", "/imports/{sheet_of_findings}"),
    Page("sheet of past work, looked at", "other", "province", "/imports/{sheet_of_history}"),
    Page("inbox", "list", "country", "/inbox/"),
    Page("people", "list", "admin", "/people/"),
    Page("log", "list", "admin", "/log/"),
    Page("log, of units", "list", "admin", "/log/?kind=unit"),
    Page("search everywhere", "words", "country", "/search?q={words}"),
    Page("search everywhere as a province", "words", "province", "/search?q={words}"),
    Page("finding, reviewer", "page", "country", "/findings/{submitted}"),
    Page("finding, officer", "page", "officer", "/findings/{owed}"),
    Page("visit", "page", "country", "/visits/{visit}"),
    Page("follow-up planned, as a province", "page", "province", "/visits/{follow_up}"),
    Page("task", "page", "province", "/tasks/{task}"),
    Page("tasks of a list", "page", "province", "/tasks/plans/{orders}"),
    Page("review of access", "other", "admin", "/people/reviews/{review}"),
    Page("frozen figures", "other", "province", "/snapshots/1"),
    Page("plan report", "page", "country", "/plans/{plan}/report"),
    Page("plan", "other", "country", "/plans/{plan}"),
    Page("unit profile", "other", "country", "/units/{commune}/profile"),
    Page("unit profile, of a past day", "other", "country", "/units/{commune}/profile?as_of={year}-01-31"),
    Page("what is held about oneself", "other", "country", "/account/data"),
    Page("overview, province and year", "overview", "province", "/overview?year={year}"),
    Page("overview, whole country", "country", "country", "/overview?year={year}"),
    Page("overview, whole country, communes", "country", "country", "/overview?year={year}&kind=commune"),
    Page("overview, province on a past day", "other", "province", "/overview?year={year}&as_of={year}-06-30"),
    Page("overview compared, whole country", "other", "country", "/overview/compare?year={year}"),
    Page("overview compared, province", "other", "province", "/overview/compare?year={year}"),
    Page("before freezing a year, whole country", "other", "country", "/overview/snapshots/new?year={year}"),
    Page("before freezing a year, province", "other", "province", "/overview/snapshots/new?year={year}"),
    Page("home, officers in turn", "turns", "officers", "/"),
    Page("home, reviewers in turn", "turns", "reviewers", "/"),
    Page("findings, officers in turn", "turns", "officers", "/findings/"),
    Page("findings, reviewers in turn", "turns", "reviewers", "/findings/"),
    Page("export, findings of a plan, csv", "export", "country", "/exports/findings.csv?plan={plan}"),
    Page("export, findings of a plan, xlsx", "export", "country", "/exports/findings.xlsx?plan={plan}"),
    Page("export, findings of a subtree, csv", "export", "country", "/exports/findings.csv?unit={province}"),
    Page("export, plan report, xlsx", "export", "country", "/exports/report.xlsx?plan_id={plan}"),
    Page("export, visits of a plan, csv", "export", "country", "/exports/visits.csv?plan={plan}"),
    Page("export, schedule of a plan, csv", "export", "country", "/exports/schedule.csv?plan={plan}"),
    Page("export, conclusions, csv", "export", "country", "/exports/conclusions.csv"),
    Page("export, plans, xlsx", "export", "country", "/exports/plans.xlsx"),
    Page("export, units, csv", "export", "country", "/exports/units.csv"),
    Page("export, tasks, csv", "export", "country", "/exports/tasks.csv"),
    Page("export, urging, csv", "export", "country", "/exports/urging.csv"),
    Page("export, statistics, csv", "export", "country", "/exports/statistics.csv"),
    Page("export, review of access, csv", "export", "admin", "/exports/reviews.csv?review_id={review}"),
    Page("export, people, csv", "export", "admin", "/exports/people.csv"),
]

"""A clerk cannot read, search, export or guess by URL one household of another village: every address is tried.

A new address fails here until this test knows how to fill its parameters, so that none can be forgotten.
"""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import unquote_plus

import pypdf
import pytest
from django.http import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from tests.identification.stage import picture
from tests.publicity.factories import make_item, make_notice, make_objection
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_area, make_household, make_id, make_user

from jingzhun.assessment.actions.cards import adopt_cards
from jingzhun.assessment.models import (
    Appeal,
    Card,
    Inspection,
    InspectionFinding,
    Item,
    Point,
    Rectification,
    RectificationStep,
    Score,
    Scoring,
    Tip,
)
from jingzhun.assistance.actions.measures import Wanted, plan_measures
from jingzhun.assistance.actions.organisations import Pledged, pledge_many, send_teams
from jingzhun.assistance.actions.pairing import make_plan as make_pairing_plan
from jingzhun.assistance.actions.plans import Goal, make_plans
from jingzhun.assistance.actions.postings import Posted, post_many
from jingzhun.assistance.actions.visits import Heard, Seen, log_visits
from jingzhun.assistance.models import (
    HouseholdPlan,
    Kin,
    Measure,
    MeasurePaper,
    Need,
    Pairing,
    PairingPlan,
    PlannedPair,
    Posting,
    Season,
    VisitPhoto,
)
from jingzhun.assistance.models import Visit as HelpVisit
from jingzhun.identification.actions import applications, decide, meetings, visits
from jingzhun.identification.actions.crosscheck import Handed, Listed, take_list
from jingzhun.identification.actions.panel import Invited, invite, prepare_panel
from jingzhun.identification.actions.rounds import open_round
from jingzhun.identification.models import Application, Attachment, CrossList, HouseholdCode, Nomination, Round, Visit
from jingzhun.journal.actions import SYSTEM, Decision, record
from jingzhun.journal.actions.publishing import publish
from jingzhun.journal.models import EntriesFile, VerifyRun
from jingzhun.management.actions.money import Granted, arrive, record_source
from jingzhun.management.models import Allocation, Order, Payee, Project, ProjectPhoto, Stage
from jingzhun.people.actions.access_keys import make_key
from jingzhun.people.middleware import _of_a_package
from jingzhun.people.models import AccessKey, Cadre, Organisation
from jingzhun.people.rules import PERMISSIONS, Role
from jingzhun.policy.actions.batch import run_entitlements
from jingzhun.policy.actions.receipts import Received, record_receipts
from jingzhun.policy.actions.reference import load_reference
from jingzhun.policy.models import Document, Entitlement, Phase, Plan, PlanMeasure, Policy, PolicyVersion, Receipt
from jingzhun.procedure.actions import NewCase, open_cases
from jingzhun.procedure.models import Case
from jingzhun.publicity.models import BoardPhoto, Finding, Notice, NoticeItem, Objection, ObjectionPhoto, Ruling
from jingzhun.registry.actions import exports
from jingzhun.registry.models import (
    CheckFinding,
    CheckRun,
    Event,
    Export,
    Household,
    Import,
    Member,
    Photo,
    SavedFilter,
    Survey,
)

pytestmark = pytest.mark.django_db

NAME = "欧阳秘密"
ID = make_id(date(1971, 3, 8), "female", 77)
PHONE = "13900007777"
NUMBER = f"{OTHER_VILLAGE}00042"

# What a stranger would try in a search box or a filter, where a screen opens; all at once where it does not.
GUESSES = [
    {"area": OTHER_VILLAGE, "village": OTHER_VILLAGE},
    {"area": "610426"},
    {"q": NAME, "search": NAME},
    {"q": ID, "search": ID},
    {"q": NUMBER, "search": NUMBER},
    {"q": "oymm"},
]
ALL_AT_ONCE = [{"area": OTHER_VILLAGE, "village": OTHER_VILLAGE, "q": NAME, "search": NAME, "number": NUMBER}]
EVERYBODY = [
    (Role.VILLAGE_CLERK, VILLAGE),
    (Role.FIRST_SECRETARY, VILLAGE),
    (Role.TOWN_COMMISSIONER, VILLAGE[:9]),
    (Role.HELPER, VILLAGE),
    (Role.DEPARTMENT, "610426"),
    (Role.LEADER, VILLAGE[:9]),
]
STRANGERS = list({(PERMISSIONS[role], area): (role, area) for role, area in EVERYBODY[::-1]}.values())  # alike: once

CASE_ADDRESSES = ("case", "case-contact", "case-decide", "case-letter", "visit-new")
ROUND_ADDRESSES = ("round", "round-close", "round-report", "quotas", "quotas-fill")
IMPORT_ADDRESSES = ("", "-progress", "-confirm", "-cancel", "-refused")
MEETING_ADDRESSES = ("", "-correct", "-votes", "-attach", "-sign")
NOMINATION_ADDRESSES = ("", "-resolution", "-statement", "-decide")
PLAN_ADDRESSES = (
    *("", "-change", "-adopt", "-drop", "-phase-add", "-phase", "-targets", "-targets-import", "-targets-export"),
    *("-measures", "-measures-export", "-measure-add"),
)
POLICY_ADDRESSES = ("policy", "policy-end", "policy-draft")
DRAFT_ADDRESSES = ("", "-households", "-share", "-drop", "-publish")
PANEL_ADDRESSES = ("", "-invite", "-begin", "-close", "-present", "-agenda")
USER_ADDRESSES = ("user", "password", "second-factor", "switch", "access-key-add")
ANSWERS = (200, 302, 400, 401, 403, 404, 405, 415)
MEASURE_ADDRESSES = ("change", "approve", "deliver", "confirm", "drop")
PAIRING_ADDRESSES = ("plan", "villages", "export", "letters", "publish", "drop", "change", "swap")
CADRE_ADDRESSES = ("cadre", "cadre-change", "cadre-leave", "cadre-kin", "cadre-letter")
PROJECT_ADDRESSES = ("", "-change", "-households", "-report", "-photo", "-step")
CARD_ADDRESSES = ("card", "card-copy", "card-change", "card-issue")
POINT_ADDRESSES = ("", "-enter", "-appeal", "-evidence")
SOURCE_ADDRESSES = ("", "-arrival", "-allocate", "-release")
NEED_ADDRESSES = ("", "-answer", "-route", "-close")
TIP_ADDRESSES = ("", "-reporter", "-forward", "-answer", "-tell")
HELP = (HouseholdPlan, Measure, MeasurePaper, Need, HelpVisit, VisitPhoto, Cadre, Posting, PairingPlan, PlannedPair)
SCORES = (Card, Scoring, Score, Point, Appeal)
NOTICE_ADDRESSES = ("notice", "notice-pdf", "notice-photo")
OBJECTION_ADDRESSES = ("objection", "objection-finding", "objection-settle", "objector")
# What the public may read, a stranger may too: the names on a notice that is on show.
PUBLIC = ("public:", "public-en:", ":short-notice")
ON_NOTICE = "赵公示"
OBJECTION_TEXT = "他家的秘密情况"
EXPORT_ADDRESSES = ("", "-progress", "-download", "-delete")
WHOLE_ORDER = {"area": OTHER_VILLAGE, "year": "2014", "layout": "own", "language": "zh", "status": "", "personal": "on"}


def day_after(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


class World:
    """A household in the other village, with everything that can hang on it."""

    def __init__(self) -> None:
        make_household(VILLAGE, members=["王自己"])
        self.household = make_household(
            OTHER_VILLAGE,
            number=NUMBER,
            members=[{"name": NAME, "sex": "female", "birth_date": date(1971, 3, 8), "id_number": ID}, "欧阳小密"],
            survey={"year": 2013},
            registered_on=date(2014, 10, 1),
            phone=PHONE,
        )
        self.owner = make_user(Role.VILLAGE_CLERK, OTHER_VILLAGE, username="owner")
        self.organisation = Organisation.objects.create(name="外村单位", level="town", area_id=OTHER_VILLAGE)
        self.member = self.household.members.first()
        self.event = Event.objects.create(
            household=self.household, kind="birth", on=date(2014, 5, 1), member=self.member
        )
        self.photo = Photo.objects.create(
            household=self.household, file="households/none.jpg", kind="house", taken_on=date(2014, 5, 1), by=self.owner
        )
        now = timezone.now()
        self.finding = CheckFinding.objects.create(
            year=2014,
            code="ID-09",
            village_code=OTHER_VILLAGE,
            household=self.household,
            member=self.member,
            place=f"{self.household.pk}:{self.member.pk}",
            value={"name": NAME, "other": NUMBER, "other_village": OTHER_VILLAGE},
            first_seen=now,
            last_seen=now,
        )
        self.run = CheckRun.objects.create(area_code=OTHER_VILLAGE, year=2014, state="done", finished_at=now)
        self.import_ = Import.objects.create(
            by=self.owner,
            area_code=OTHER_VILLAGE,
            name=f"{NAME}.xlsx",
            size=1,
            state="failed",
            error={"code": "empty_file", "params": {}},
        )
        order = exports.order(exports.Asked(OTHER_VILLAGE, 2014, "own", personal=True), by=self.owner)
        self.export = exports.carry_out(order)
        assert self.export.persons == 2
        self._identify()
        self.notice = make_notice(
            area=OTHER_VILLAGE, items=[make_item("case:1", head=ON_NOTICE)], opens_on=timezone.localdate()
        )
        self.objection = make_objection(self.notice, at=now, text=OBJECTION_TEXT, name=NAME, phone=PHONE).objection
        self.board = BoardPhoto.objects.create(notice=self.notice, file="boards/none.jpg", taken_on=date(2014, 5, 7))
        self.shown = ObjectionPhoto.objects.create(objection=self.objection, file="objections/none.jpg")
        self.filter = SavedFilter.objects.create(user=self.owner, name=NAME, query="q=x")
        self.entry = record(Decision("registry.moved", "household", NUMBER, OTHER_VILLAGE, why=NAME), by=SYSTEM)
        self.root = publish()
        self.access_key, self.key = make_key(self.owner, NAME, day_after(10), by=SYSTEM)
        self.verification = VerifyRun.objects.create(actor="owner")
        self.entries_file = EntriesFile.objects.create(actor_id=self.owner.pk, language="zh-hans", state="failed")
        self.apply()
        self._hand_in()
        self._help()
        self._build()
        self._judge()
        self._supervise()
        self._entitle()
        self._plan()

    def _entitle(self) -> None:
        """The household is entitled to what the county's policies give, and received some of it."""
        county = make_area(OTHER_VILLAGE[:6])
        load_reference(county)
        self.batch = run_entitlements(county, date(2014, 12, 31), by=SYSTEM)
        got = Received(
            self.household, Policy.objects.get(code="legal-aid"), 2014, None, date(2014, 11, 1), "measure", "m1"
        )
        (self.receipt,) = record_receipts([got], by=SYSTEM)

    def _plan(self) -> None:
        """The village has a document of its own, the county a draft of its plan."""
        day, now = date(2014, 1, 1), timezone.now()
        self.document = Document.objects.create(
            number="村1", title=NAME, issuer=NAME, area_id=OTHER_VILLAGE, issued_on=day, valid_from=day, text=NAME,
            file="documents/none.pdf", added_at=now,
        )  # fmt: skip
        self.plan = Plan.objects.create(
            area_id=OTHER_VILLAGE[:6], title=NAME, first_year=2014, last_year=2018, goal=NAME, made_at=now
        )
        self.draft = PolicyVersion.objects.create(
            policy=Policy.objects.create(area_id=OTHER_VILLAGE, code="x"), number=1, title=NAME, kind="other",
            department=NAME, condition="registered", benefit="in_kind", made_by=self.owner, made_at=now, shared=True,
        )  # fmt: skip
        self.phase = Phase.objects.create(plan=self.plan, name=NAME, begins_on=day, ends_on=date(2014, 12, 31))
        self.plan_measure = PlanMeasure.objects.create(
            plan=self.plan, phase=self.phase, title=NAME, responsible=self.organisation, due_on=day
        )

    def _help(self) -> None:
        """The household is visited, needs something, has a plan with a measure and pictures of both."""
        day = timezone.localdate()
        heard = Heard("job", f"{NAME}想打工")
        (visit,) = log_visits([Seen(self.household, day, f"{NAME}在家", needs=(heard,))], by=self.owner)
        (self.help_plan,) = make_plans([Goal(self.household, day.year, NAME)], by=self.owner)
        (self.measure,) = plan_measures([Wanted(self.household, "job", NAME, day)], by=self.owner)
        self.need = visit.needs.get()
        county = make_area(OTHER_VILLAGE[:6])
        self.cadre = Cadre.objects.create(
            number="S1", name=NAME, organisation=self.organisation, county=county, rank="ordinary",
            serves_from=date(2014, 1, 1),
        )  # fmt: skip
        village = make_area(OTHER_VILLAGE)
        (self.team,) = send_teams([(self.cadre.organisation, village, date(2014, 1, 1))])
        (self.pledge,) = pledge_many([Pledged(self.cadre.organisation, make_area("610426"), 2014, Decimal(9), "助学")])
        (self.posting,) = post_many([Posted("first_secretary", self.cadre, village, date(2014, 1, 1))], by=SYSTEM)
        self.season = Season.objects.create(
            area=county, code="x", product="苹果", work="套袋", inputs="纸袋", begins="05-25", ends="06-20", source="x"
        )
        self.kin = Kin.objects.create(cadre=self.cadre, household=self.household)
        self.pairing = Pairing.objects.create(household=self.household, cadre=self.cadre, since=day)
        self.pairing_plan = make_pairing_plan(county, day.year, day, by=SYSTEM)
        self.pair = self.pairing_plan.pairs.get(household=self.household)
        self.visit_photo = VisitPhoto.objects.create(visit=visit, file="visits/none.jpg")
        self.paper = MeasurePaper.objects.create(
            measure=self.measure, file="measures/none.jpg", added_at=timezone.now()
        )

    def _build(self) -> None:
        """The village has a project with money, a payment, a stage and a picture; the household is paid."""
        county, now, day = make_area(OTHER_VILLAGE[:6]), timezone.now(), timezone.localdate()
        self.project = Project.objects.create(
            number="610426-2014-0001", title=NAME, kind="road", area_id=OTHER_VILLAGE, year=2014, goal=NAME,
            responsible=self.organisation, content=NAME, budget=9, begins_on=day, due_on=day, state="under_way",
            begun_on=day, made_at=now,
        )  # fmt: skip
        self.source = record_source(Granted(county, 2014, "central", "扶贫资金", "文", Decimal(9)), by=SYSTEM)
        self.transfer = arrive(self.source, Decimal(9), day, "凭证", by=SYSTEM)
        self.stage = Stage.objects.create(project=self.project, number=1, title=NAME, weight=100, due_on=day)
        self.picture = ProjectPhoto.objects.create(
            project=self.project, moment="before", file="projects/none.jpg", taken_on=day, added_at=now
        )
        self.allocation = Allocation.objects.create(
            source=self.source, project=self.project, amount=1, document=NAME, proposed_at=now
        )
        self.order = Order.objects.create(
            project=self.project, payees="households", title=NAME, reference=NAME, prepared_at=now
        )
        self.payee = Payee.objects.create(order=self.order, household=self.household, name=NAME, amount=1)

    def _judge(self) -> None:
        """The village has a score that is opened to it, with a point and an appeal."""
        county, now = make_area(OTHER_VILLAGE[:6]), timezone.now()
        adopt_cards(county)
        self.card = Card.objects.get(subject="village")
        self.scoring = Scoring.objects.create(
            county=county, card=self.card, subject="village", year=2014, until=date(2014, 12, 31), state="reviewed",
            computed_at=now, reviewed_at=now, appeal_until=timezone.localdate(),
        )  # fmt: skip
        self.score = Score.objects.create(scoring=self.scoring, area_id=OTHER_VILLAGE, total=77)
        indicator = self.card.indicators.get(code="quarterly")
        self.point = Point.objects.create(score=self.score, indicator=indicator, value=1, note=NAME, entered_at=now)
        self.appeal = Appeal.objects.create(point=self.point, text=NAME, at=now)

    def _supervise(self) -> None:
        """The household is inspected and differs, its village has an order to rectify and is complained of."""
        county, now, day = make_area(OTHER_VILLAGE[:6]), timezone.now(), timezone.localdate()
        self.inspection = Inspection.objects.create(
            number="610426-D2014-0001", county=county, title="督查", kind="quality", population="households",
            begins_on=day, ends_on=day, size=1, seed_on=day, seed="1", announced_at=now, drawn_at=now,
        )  # fmt: skip
        self.item = Item.objects.create(
            inspection=self.inspection, town=OTHER_VILLAGE[:9], number=f"{OTHER_VILLAGE[:9]}-00001",
            area_id=OTHER_VILLAGE, household=self.household, place=1,
        )  # fmt: skip
        self.found = InspectionFinding.objects.create(
            item=self.item, result="differs", kind="housing", weight="serious", what=NAME, picture="inspections/no.jpg",
            found_at=now,
        )  # fmt: skip
        self.rectification = Rectification.objects.create(
            number="610426-Z2014-0001", area_id=OTHER_VILLAGE, finding=self.found, about=NAME, what=NAME, due_on=day,
            given_at=now,
        )  # fmt: skip
        self.proof = RectificationStep.objects.create(
            order=self.rectification, kind="proved", text=NAME, file="rectifications/no.jpg", at=now
        )
        self.tip = Tip.objects.create(
            number="610426-J2014-0001", about_id=OTHER_VILLAGE, handler_id=OTHER_VILLAGE[:9], received_on=day,
            kind="advice", topic="policy", text=NAME, name=NAME, phone=PHONE, due_on=day,
        )  # fmt: skip

    def _hand_in(self) -> None:
        """A department's list names the household."""
        officer = make_user(Role.COUNTY_OFFICER, OTHER_VILLAGE[:6])
        handed = Handed("vehicle", "交警", date(2014, 4, 30), f"{NAME}.xlsx", self.access_key)
        self.list = take_list(make_area(OTHER_VILLAGE[:6]), handed, [Listed(2, ID, NAME)], by=officer)

    def _identify(self) -> None:
        """The household's village has a meeting with a picture and is nominated; a panel with a judge is called."""
        clerk, now = self.owner, timezone.now()
        day = timezone.localdate(now)
        county = make_area(OTHER_VILLAGE[:6])
        round_ = open_round(county, day.year, "dynamic", (day, day))
        called = meetings.Called(day, 30, 24, NAME, NAME)
        self.meeting = meetings.hold_meeting(round_, self.household.area, called, by=clerk)
        self.picture = Attachment.objects.create(
            meeting=self.meeting, area_code=OTHER_VILLAGE, kind="minutes", file="identification/none.jpg",
            sha256="0" * 64, taken_on=day, added_at=now, by=clerk,
        )  # fmt: skip
        (case,) = open_cases("poor_villages", round_.pk, [NewCase(OTHER_VILLAGE, OTHER_VILLAGE)], by=clerk)
        figures = {"households": 1, "persons": 2, "poor_households": 1, "poor_persons": 2}
        measured = dict.fromkeys(("incidence", "income", "incidence_factor", "income_share"), "1")
        self.nomination = Nomination.objects.create(
            case=case, round=round_, area_id=OTHER_VILLAGE, statement=NAME, measured=measured, **figures
        )
        self.panel = prepare_panel(round_, day, by=SYSTEM)
        ((self.judge, _code),) = invite(self.panel, [Invited("评委", "unit")], by=SYSTEM)

    def apply(self) -> None:
        """Another household of the village applies, is visited and refused, with everything that tells of it."""
        day = timezone.localdate()
        self.round = Round.objects.get()
        applicant = make_household(OTHER_VILLAGE, members=["欧阳小密"], phone=PHONE)
        filing = applications.Filing(applicant, "clerk", day, f"{NAME}病了", contact=PHONE)
        self.application = applications.apply(self.round, filing, by=self.owner)
        decide.send_on([self.application.case_id], by=self.owner)
        found = visits.Found(day, ("王一", "李二"), "poor", met=NAME, cause_main="illness", signed=True)
        visit = visits.record_visit(self.application, found, by=self.owner)
        self.attachment = visits.attach(visit, picture(), "photo", day, size=900, by=self.owner)
        decide.refuse(self.application.case, f"{NAME}家有商品房", by=self.owner)

    def argument(self, name: str, parameter: str) -> Any:
        """The other village's value for a parameter of an address."""
        by_address = {
            ("registry:filter-drop", "pk"): self.filter.pk,
            ("registry:check", "code"): "ID-09",
            ("registry:check-export", "code"): "ID-09",
            ("registry:check-run", "pk"): self.run.pk,
            ("registry:finding-fix", "pk"): self.finding.pk,
            ("registry:finding-next", "pk"): self.finding.pk,
            ("registry:finding-accept", "pk"): self.finding.pk,
            ("registry:finding-reopen", "pk"): self.finding.pk,
            **{(f"people:{name}", "pk"): self.owner.pk for name in USER_ADDRESSES},
            ("people:organisation", "pk"): self.organisation.pk,
            ("people:end-role", "pk"): self.owner.assignments.get().pk,
            ("registry:event-reverse", "pk"): self.event.pk,
            **{(f"registry:import{tail}", "pk"): self.import_.pk for tail in IMPORT_ADDRESSES},
            **{(f"registry:export{tail}", "pk"): self.export.pk for tail in EXPORT_ADDRESSES},
            **{(f"publicity:{name}", "number"): self.notice.number for name in NOTICE_ADDRESSES},
            **{(f"publicity:{name}", "number"): self.objection.number for name in OBJECTION_ADDRESSES},
            ("publicity:board-photo", "pk"): self.board.pk,
            ("publicity:board-photo-take-down", "pk"): self.board.pk,
            ("publicity:objection-photo", "pk"): self.shown.pk,
            ("journal:entry", "entry"): self.entry.pk,
            ("journal:proof", "entry"): self.entry.pk,
            ("journal:checkpoint", "day"): self.root.day.isoformat(),
            ("journal:progress", "run"): self.verification.pk,
            **{(f"journal:file{tail}", "number"): self.entries_file.pk for tail in EXPORT_ADDRESSES},
            **{(f"identification:meeting{tail}", "pk"): self.meeting.pk for tail in MEETING_ADDRESSES},
            **{(f"identification:nomination{tail}", "pk"): self.nomination.pk for tail in NOMINATION_ADDRESSES},
            **{(f"identification:panel{tail}", "pk"): self.panel.pk for tail in PANEL_ADDRESSES},
            ("identification:panel-judge", "pk"): self.judge.pk,
            ("identification:panel-judge-code", "pk"): self.judge.pk,
            ("judging:score", "pk"): self.nomination.pk,
            **{(f"identification:{name}", "pk"): self.application.case_id for name in CASE_ADDRESSES},
            **{(f"identification:{name}", "pk"): self.round.pk for name in ROUND_ADDRESSES},
            ("identification:attachment", "pk"): self.attachment.pk,
            ("people:access-key-revoke", "pk"): self.access_key.pk,
            **{(f"api:{name}", "round_id"): self.round.pk for name in ("lists", "list")},
            ("api:list", "list_id"): self.list.pk,
            ("parameters:parameter", "name"): "first_notice_days",
            ("policy:entitlement-run", "pk"): self.batch.pk,
            ("policy:receipt-take-back", "pk"): self.receipt.pk,
            **{(f"policy:document{tail}", "pk"): self.document.pk for tail in ("", "-file", "-change")},
            **{(f"policy:plan{tail}", "pk"): self.plan.pk for tail in PLAN_ADDRESSES},
            ("policy:plan-phase", "phase"): self.phase.pk,
            **{(f"policy:plan-measure{tail}", "pk"): self.plan_measure.pk for tail in ("-change", "-done")},
            **{(f"assistance:measure-{name}", "pk"): self.measure.pk for name in MEASURE_ADDRESSES},
            **{(f"assistance:need{tail}", "pk"): self.need.pk for tail in NEED_ADDRESSES},
            **{(f"assistance:plan-{name}", "pk"): self.help_plan.pk for name in ("change", "agree", "again", "paper")},
            **{(f"assistance:{name}", "pk"): self.cadre.pk for name in CADRE_ADDRESSES},
            ("assistance:kin-remove", "pk"): self.kin.pk,
            **{(f"assistance:season-{name}", "pk"): self.season.pk for name in ("change", "end")},
            ("assistance:helper-end", "pk"): self.pairing.pk,
            **{(f"assistance:posting{tail}", "pk"): self.posting.pk for tail in ("", "-end", "-absence")},
            **{(f"assistance:{name}", "pk"): self.cadre.organisation_id for name in ("organisation", "team-send")},
            ("assistance:team-withdraw", "pk"): self.team.pk,
            **{(f"assistance:{name}", "pk"): self.pledge.pk for name in ("arrival-add", "pledge-withdraw")},
            **{(f"assistance:pairing-{name}", "pk"): self.pairing_plan.pk for name in PAIRING_ADDRESSES},
            **{(f"assistance:pairing-{name}", "pair"): self.pair.pk for name in ("change", "swap")},
            ("assistance:visit-photo", "pk"): self.visit_photo.pk,
            ("assistance:paper", "pk"): self.paper.pk,
            **{(f"policy:{name}", "pk"): self.draft.policy_id for name in POLICY_ADDRESSES},
            **{(f"policy:draft{tail}", "pk"): self.draft.pk for tail in DRAFT_ADDRESSES},
            **{(f"management:project{tail}", "pk"): self.project.pk for tail in PROJECT_ADDRESSES},
            ("management:project-step", "name"): "drop",
            ("management:order-add", "pk"): self.project.pk,
            **{(f"management:source{tail}", "pk"): self.source.pk for tail in SOURCE_ADDRESSES},
            ("management:source-release", "project"): self.project.pk,
            ("management:transfer-reverse", "pk"): self.transfer.pk,
            ("management:allocation-decide", "pk"): self.allocation.pk,
            **{(f"management:order{tail}", "pk"): self.order.pk for tail in ("", "-decide")},
            ("management:payee-refund", "pk"): self.payee.pk,
            ("management:stage-done", "pk"): self.stage.pk,
            ("management:picture", "pk"): self.picture.pk,
            **{(f"assessment:{name}", "pk"): self.card.pk for name in CARD_ADDRESSES},
            **{(f"assessment:scores-{name}", "pk"): self.scoring.pk for name in ("export", "enter", "step")},
            ("assessment:scores-step", "name"): "publish",
            **{(f"assessment:score{tail}", "pk"): self.score.pk for tail in ("", "-report")},
            **{(f"assessment:score-point{tail}", "pk"): self.point.pk for tail in POINT_ADDRESSES},
            ("assessment:score-appeal-decide", "pk"): self.appeal.pk,
            **{(f"assessment:inspection{tail}", "pk"): self.inspection.pk for tail in ("", "-draw")},
            **{(f"assessment:published-{name}", "draw"): self.inspection.number for name in ("list", "draw")},
            ("assessment:item", "pk"): self.item.pk,
            ("assessment:finding-picture", "pk"): self.found.pk,
            **{(f"assessment:order{tail}", "pk"): self.rectification.pk for tail in ("", "-prove", "-check")},
            ("assessment:step-picture", "pk"): self.proof.pk,
            **{(f"assessment:tip{tail}", "pk"): self.tip.pk for tail in TIP_ADDRESSES},
            ("registry:photo", "pk"): self.photo.pk,
            ("registry:photo-remove", "pk"): self.photo.pk,
        }
        by_parameter = {
            "number": NUMBER,
            "code": OTHER_VILLAGE,
            "village": OTHER_VILLAGE,
            "area": OTHER_VILLAGE,
            "year": 2013,
            "member": self.member.number,
            "person": self.member.number,
            "event": self.event.pk,
            "photo": self.photo.pk,
        }
        if any(part in f":{name}" for part in PUBLIC) and parameter in ("number", "day"):
            return self.notice.number if parameter == "number" else "2014-06-01"
        if (name, parameter) in by_address:
            return by_address[name, parameter]
        if parameter in by_parameter:
            return by_parameter[parameter]
        pytest.fail(f"teach this test what {parameter!r} of the address {name!r} is for another village")

    def publicity(self) -> Any:
        """Everything of the notice and the objection that a stranger must not have changed."""
        models = (Notice, NoticeItem, Objection, Finding, Ruling, BoardPhoto)
        return [list(model.objects.order_by("pk").values()) for model in models]

    def state(self) -> Any:
        """Everything of the household that a stranger must not have changed."""
        return [self.publicity(), *self.rows()]

    def rows(self) -> Any:
        """Every row that hangs on the household."""
        return (
            [
                list(model.objects.filter(**{path: self.household.pk}).order_by("pk").values())
                for model, path in (
                    (Household, "pk"),
                    (Member, "household"),
                    (Survey, "household"),
                    (Event, "household"),
                    (Photo, "household"),
                    (CheckFinding, "household"),
                    (HouseholdCode, "household"),
                    (Application, "household"),
                    (Entitlement, "household"),
                    (Receipt, "household"),
                )
            ]
            + [list(AccessKey.objects.filter(user=self.owner).values())]
            + [
                list(model.objects.order_by("pk").values())
                for model in (
                    type(self.meeting),
                    Attachment,
                    Nomination,
                    type(self.panel),
                    type(self.judge),
                    Case,
                    Visit,
                    Round,
                    CrossList,
                    *HELP,
                    *SCORES,
                    Document,
                    Plan,
                    Phase,
                    PlanMeasure,
                    PolicyVersion,
                )
            ]
        )


def addresses(resolver: Any = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, f"{pattern.namespace}:" if pattern.namespace else space)
        elif not _of_a_package(pattern.callback):
            yield f"{space}{pattern.name}", pattern


ADDRESSES = dict(addresses())


def text_of(response: HttpResponseBase) -> str:
    """All text that a response carries, also within workbooks and PDF."""
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return " ".join(archive.read(entry).decode("utf-8", "replace") for entry in archive.namelist())
    if body.startswith(b"%PDF"):
        return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(body)).pages)
    return body.decode("utf-8", "replace")


def assert_tells_nothing(response: HttpResponseBase, address: str) -> None:
    text = text_of(response)
    typed = unquote_plus(str(response.request))  # type: ignore[attr-defined]
    public = address.startswith(("/public/", "/n/"))
    for secret in (NAME, "欧阳小密", ID, PHONE, "oymm", OBJECTION_TEXT, *(() if public else (ON_NOTICE,))):
        assert secret not in text or secret in typed, f"{address} told {secret}"
    if NUMBER not in address:
        assert f"/{NUMBER}/" not in text, f"{address} linked to the household"


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.VAR = tmp_path
    return World()


@pytest.mark.parametrize(("role", "area"), STRANGERS)
def test_no_address_tells_a_stranger_anything(client, world, role, area):
    client.force_login(make_user(role, area))
    for name, pattern in ADDRESSES.items():
        address = reverse(name, kwargs={key: world.argument(name, key) for key in pattern.pattern.converters})
        opened = client.get(address)
        assert opened.status_code in ANSWERS, (address, opened.status_code)
        assert_tells_nothing(opened, address)
        for guess in GUESSES if opened.status_code == 200 else ALL_AT_ONCE:
            response = client.get(address, guess)
            assert response.status_code in ANSWERS, (address, response.status_code)
            assert_tells_nothing(response, address)


@pytest.mark.parametrize(("role", "area"), STRANGERS)
def test_no_address_lets_a_stranger_change_anything(client, world, role, area):
    client.force_login(make_user(role, area))
    before = world.state()
    for name, pattern in ADDRESSES.items():
        address = reverse(name, kwargs={key: world.argument(name, key) for key in pattern.pattern.converters})
        decided = {"case": f"{world.application.case_id}:3", "decision": "appeal", "version": "3", "why": "x"}
        for data in ({}, WHOLE_ORDER | decided | {"number": NUMBER, "household": NUMBER, "on": "2014-06-01"}):
            response = client.post(address, data)
            assert response.status_code in ANSWERS, (address, response.status_code)
            assert_tells_nothing(response, address)
    assert world.state() == before
    assert exports.path_of(world.export).exists() and Export.objects.count() == 1


@pytest.mark.parametrize(("role", "area"), [each for each in STRANGERS if each[0] != Role.DEPARTMENT])
def test_no_access_key_of_a_stranger_opens_anything(client, world, role, area):
    _key, text = make_key(make_user(role, area), "x", day_after(10), by=SYSTEM)
    before = world.state()
    for name, pattern in ADDRESSES.items():
        address = reverse(name, kwargs={key: world.argument(name, key) for key in pattern.pattern.converters})
        sent = {"kind": "vehicle", "source": "x", "as_of": "2014-04-30", "rows": [{"id_number": ID}]}
        told = {"content_type": "application/json", "headers": {"Authorization": f"Bearer {text}"}}
        for response in (client.get(address, headers=told["headers"]), client.post(address, sent, **told)):
            if name in ("api:rounds", "api:lists", "api:list"):
                assert response.status_code in (403, 405), address
            assert_tells_nothing(response, address)
    assert world.state() == before


def test_an_auditor_of_another_town_reads_nothing_of_the_village_in_the_journal(client, world):
    client.force_login(make_user(Role.AUDITOR, VILLAGE[:9]))
    for name, pattern in ADDRESSES.items():
        if name.startswith("journal:"):
            address = reverse(name, kwargs={key: world.argument(name, key) for key in pattern.pattern.converters})
            for guess in ({}, *GUESSES, {"user": "owner"}, {"older": "999999"}, {"record": NUMBER}):
                response = client.get(address, guess)
                assert response.status_code in (200, 404, 405), (address, response.status_code)
                assert_tells_nothing(response, address)
                if "record" not in guess and "q" not in guess and "checkpoint" not in name:
                    assert NUMBER not in text_of(response), address


def test_the_village_itself_does_see_its_household(client, world):
    client.force_login(world.owner)
    assert NAME in text_of(client.get(reverse("registry:households")))


def test_nothing_opens_without_a_login(client, world):
    for name, pattern in ADDRESSES.items():
        address = reverse(name, kwargs={key: world.argument(name, key) for key in pattern.pattern.converters})
        for response in (client.get(address), client.post(address)):
            if getattr(pattern.callback, "login_required", True):
                assert response.status_code == 302, address
                assert response["Location"].startswith("/accounts/login/"), address
            assert_tells_nothing(response, address)

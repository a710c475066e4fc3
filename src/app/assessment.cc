#include "app/assessment.h"

#include <algorithm>
#include <utility>

#include "desk/snapshot.h"
#include "dmn/model.h"

namespace extramile::app {
namespace {

// Nobody goes away, so nobody waits longer.
desk::OthersFacts NobodyIsAway() {
  desk::OthersFacts facts;
  facts.verdict = "ok";
  facts.method = "nobody is away";
  facts.extra_wait_minutes = facts.extra_late = facts.extra_abandons = 0;
  return facts;
}

// The moments of the wanted day at which the forecast changes: its half-hours on the clock, and
// while the queue is as it is now, every five minutes.
std::vector<Instant> StepsOfForecast(const desk::Facts& facts) {
  constexpr int64_t kQuarter = 15 * kMicrosPerMinute, kFive = 5 * kMicrosPerMinute;
  std::vector<Instant> steps;
  if (facts.idea.minutes <= 0) return steps;  // nobody is away
  const Instant day = facts.zone->StartOfDay(facts.idea.when);
  for (Instant at = day; at < day + 25 * kMicrosPerHour; at = at + kQuarter) {
    if (facts.zone->ToLocal(at).minute % 30 == 0) steps.push_back(at);
  }
  Instant soon{(facts.time_of_check.micros / kFive + 1) * kFive};
  for (; soon < facts.time_of_check + 2 * kQuarter; soon = soon + kFive) steps.push_back(soon);
  return steps;
}

// One evaluation's memory a thread: its blocks are reused by every check that the thread decides.
dmn::Evaluation& ThreadEvaluation() {
  thread_local dmn::Evaluation evaluation;
  evaluation.Reset();
  return evaluation;
}

}  // namespace

desk::OthersFacts OthersFactsOf(const OthersForecast& forecast) {
  desk::OthersFacts facts;
  facts.verdict = forecast.verdict;
  facts.method = forecast.method;
  facts.extra_wait_minutes = forecast.extra_wait_minutes;
  facts.extra_late = forecast.extra_late;
  facts.extra_abandons = forecast.extra_abandons;
  facts.late_share_before = forecast.late_share_before;
  facts.late_share_after = forecast.late_share_after;
  return facts;
}

Result<desk::Verdict> VerdictOfOthers(const Policy& policy, const desk::Facts& facts) {
  dmn::Evaluation& evaluation = ThreadEvaluation();
  const feel::Value context = desk::BuildContext(evaluation.arena(), facts);
  return desk::VerdictOfGate(policy.model, "other customers", context,
                             {facts.time_of_check, facts.zone}, evaluation);
}

Result<void> PutOthers(const Policy& policy, desk::Facts& facts, OthersForecast& forecast) {
  if (const auto ends = EndsOf(forecast); ends && forecast.verdict == "ok") {
    facts.others = OthersFactsOf(ends->least);
    EM_ASSIGN(const desk::Verdict least, VerdictOfOthers(policy, facts));
    facts.others = OthersFactsOf(ends->most);
    EM_ASSIGN(const desk::Verdict most, VerdictOfOthers(policy, facts));
    if (least != most) MarkTooNear(forecast);
  }
  facts.others = OthersFactsOf(forecast);
  return {};
}

std::string ConditionForRules(std::string word) {
  std::replace(word.begin(), word.end(), '-', ' ');
  std::replace(word.begin(), word.end(), '_', ' ');
  return word;
}

std::string PolicyName(const Policy& policy) {
  return policy.name + " sha256:" + ToHex(policy.hash);
}

desk::IdeaFacts IdeaFactsOf(const Situation& situation, Instant now) {
  const IdeaRecord& record = situation.idea->record;
  desk::IdeaFacts facts;
  facts.gesture = record.gesture;
  facts.kind = record.kind;
  facts.lines = situation.idea->lines;
  facts.amount = record.amount;
  facts.minutes = record.minutes;
  facts.goods_value = record.goods_value;
  facts.when = std::max(record.start_at.value_or(now), now);
  facts.channel = record.channel;
  facts.recipient_kind = record.recipient_kind;
  for (const std::string& word : record.conditions) {
    facts.conditions.push_back(ConditionForRules(word));
  }
  facts.origin = record.origin;
  return facts;
}

desk::IdeaFacts IdeaFactsOf(const GestureRecord& gesture, const Situation& situation, Instant now) {
  const CaseInQuestion& service_case = situation.service_case;
  desk::IdeaFacts facts;
  facts.gesture = gesture.code;
  facts.kind = gesture.kind;
  facts.lines = {{gesture.code, gesture.amount, gesture.minutes}};
  facts.amount = gesture.amount;
  facts.minutes = gesture.minutes;
  facts.goods_value = gesture.goods_value;
  facts.when = now;
  facts.channel = service_case.channel;
  facts.recipient_kind = service_case.customer_facts.internal   ? "colleague"
                         : service_case.customer_facts.business ? "business"
                                                                : "person";
  for (const std::string& word : gesture.conditions) {
    facts.conditions.push_back(ConditionForRules(word));
  }
  facts.origin = "own";
  return facts;
}

Result<std::optional<OthersForecast>> Assessor::Forecast(const desk::IdeaFacts& idea) {
  if (idea.minutes <= 0) return std::nullopt;
  OthersQuestion question;
  question.start_at = idea.when;
  question.minutes = idea.minutes;
  question.standard_minutes = situation_.configuration->standard_minutes;
  question.now = request_.now;
  question.live = situation_.live;
  question.asker = situation_.holder.person;
  question.may_simulate = !std::exchange(simulated_, true);
  question.hours = situation_.configuration->HoursOf(situation_.service_case.team);
  EM_ASSIGN(auto forecast,
            ForecastOthers(services_, request_.organisation, situation_.calibration, question));
  return std::optional(std::move(forecast));
}

// Brings up to date what depends on the idea: whose grant speaks, what is left, who else waits.
Result<std::optional<OthersForecast>> Assessor::Refresh(desk::Facts& facts) {
  const Configuration& configuration = *situation_.configuration;
  const desk::Grant* grant = GoverningGrant(configuration.grants, situation_.holder,
                                            desk::Purpose::kAct, facts.idea.kind, request_.now);
  facts.staff.authority =
      AllowanceOf(grant, situation_.accounts, situation_.month(),
                  DayOf(request_.organisation, facts.idea.when), situation_.holder.person);
  EM_ASSIGN(auto forecast, situation_.each ? ForecastForAll(facts) : Forecast(facts.idea));
  if (forecast) {
    EM_TRY(PutOthers(*situation_.policy, facts, *forecast));
  } else {
    facts.others = NobodyIsAway();
  }
  const auto past = situation_.past_checks.find(facts.idea.gesture.value_or(""));
  facts.precedent = past == situation_.past_checks.end() ? desk::PrecedentFacts()
                                                         : desk::PrecedentOf(past->second);
  return forecast;
}

Result<desk::Judgement> Assessor::Judge(const desk::Facts& facts,
                                        const std::function<void(const feel::Value&)>& keep) {
  dmn::Evaluation& evaluation = ThreadEvaluation();
  const feel::Value context = desk::BuildContext(evaluation.arena(), facts);
  if (keep) keep(context);
  return desk::Judge(situation_.policy->model, context, {facts.time_of_check, facts.zone},
                     evaluation);
}

Result<Assessment> Assessor::Assess(desk::IdeaFacts idea, const AssessOptions& options) {
  const Configuration& configuration = *situation_.configuration;
  const CaseInQuestion& service_case = situation_.service_case;
  Assessment out;
  desk::Facts& facts = out.facts;
  facts.idea = std::move(idea);
  facts.idea.same_customer_so_far =
      situation_.accounts.TotalMoney(desk::Owner::kCustomer, service_case.recipient());
  if (service_case.incident) {
    facts.idea.same_incident_so_far =
        situation_.accounts.TotalMoney(desk::Owner::kIncident, *service_case.incident);
  }
  facts.idea.same_case_so_far = situation_.same_case_so_far;
  facts.staff = situation_.staff;
  facts.customer = service_case.customer_facts;
  facts.service_case = service_case.facts;
  facts.offer = {configuration.offer_number, configuration.routine, configuration.standard_minutes};
  facts.budget = LeftOf(configuration.budgets, situation_.accounts, service_case.team,
                        situation_.month(), request_.now);
  facts.currency = request_.organisation.currency;
  facts.time_of_check = request_.now;
  facts.zone = &request_.organisation.time_zone;
  EM_ASSIGN(out.forecast, Refresh(facts));
  if (situation_.each) {
    EM_TRY(JudgeForAll(out, options));
  } else {
    const auto keep = [&](const feel::Value& context) {
      if (options.snapshot) out.snapshot = desk::EncodeSnapshot(context);
    };
    EM_ASSIGN(out.judgement, Judge(facts, keep));
    out.sentence = desk::SentenceOf(out.judgement, facts);
  }
  out.grant = GoverningGrant(configuration.grants, situation_.holder, desk::Purpose::kAct,
                             facts.idea.kind, request_.now);
  out.valid_until = facts.idea.when + configuration.check_valid_minutes * kMicrosPerMinute;
  if (options.variant && !situation_.each && desk::WantsVariant(out.judgement)) {
    const dmn::Model& model = situation_.policy->model;
    EM_ASSIGN(const auto starts, desk::StartsOf(model, facts, StepsOfForecast(facts)));
    const desk::Adjustable adjustable{
        .starts = starts,
        .gestures = configuration.active_gestures,
        .edges = [&](const desk::Facts& changed) { return desk::EdgesOf(model, changed); }};
    const auto judge_changed = [this](desk::Facts& changed) -> Result<desk::Judgement> {
      EM_TRY(Refresh(changed));
      return Judge(changed);
    };
    EM_ASSIGN(auto nearest, desk::NearestAllowed(facts, out.judgement, adjustable, judge_changed));
    out.nearest = std::move(nearest.variant);
  }
  return out;
}

std::vector<desk::Line> Assessor::LinesOf(const desk::Facts& facts, const desk::Grant* grant,
                                          PersonId person, const desk::Accounts& accounts) const {
  desk::Claim claim;
  claim.person = person;
  claim.amount = facts.idea.amount;
  claim.minutes = facts.idea.minutes;
  claim.team = situation_.service_case.team;
  claim.month = situation_.month();
  claim.day = DayOf(request_.organisation, facts.idea.when);
  claim.decision_day = situation_.day();
  claim.customer = situation_.service_case.recipient();
  claim.incident = situation_.service_case.incident;
  claim.customer_so_far = facts.idea.same_customer_so_far;
  claim.at = request_.now;
  if (situation_.each) return LinesForAll(std::move(claim), grant, accounts);
  return LinesFor(claim, grant, situation_.configuration->budgets, accounts);
}

}  // namespace extramile::app

// The verdict on an idea for everybody that an incident hit: one evaluation of the rules with the
// figures of all together, one for each customer with theirs, and desk/for_all.h over them. See
// docs/design/incidents.md.
#include <algorithm>
#include <map>
#include <utility>

#include "app/assessment.h"
#include "app/incident_pace.h"
#include "desk/for_all.h"

namespace extramile::app {
namespace {

// All together, in front of limits that are about a case: what the incident was given before counts
// against them, so that doing it in parts buys nothing. Limits about one customer are each
// customer's own.
desk::Facts FactsOfAll(desk::Facts facts) {
  desk::Allowance& authority = facts.staff.authority;
  authority.per_customer_year.reset();
  if (authority.per_case) {
    authority.per_case =
        std::max<int64_t>(0, *authority.per_case - facts.idea.same_incident_so_far);
  }
  return facts;
}

desk::Facts FactsOfOne(desk::Facts facts, const EachOf& each, const AffectedCustomer& customer) {
  desk::IdeaFacts& idea = facts.idea;
  const auto customers = static_cast<int64_t>(each.customers.size());
  // The others' share is as good as given: the sum over the incident stays what it is.
  idea.same_incident_so_far += idea.amount - idea.amount / customers;
  idea.amount /= customers;
  idea.minutes /= customers;
  idea.lines = each.lines;
  idea.same_customer_so_far = customer.so_far;
  facts.customer = customer.service_case.customer_facts;
  facts.customer.preferences_used.clear();
  facts.service_case = customer.service_case.facts;
  if (idea.recipient_kind == "person" && facts.customer.internal) idea.recipient_kind = "colleague";
  if (idea.recipient_kind == "person" && facts.customer.business) idea.recipient_kind = "business";
  return facts;
}

std::string Together(const desk::Facts& facts, int64_t customers) {
  std::string text = customers == 1 ? "One customer" : std::to_string(customers) + " customers";
  if (facts.idea.amount > 0) {
    text += ", " + FormatMoney({facts.idea.amount, facts.currency}) + " in all";
  }
  if (facts.idea.minutes > 0) text += ", " + std::to_string(facts.idea.minutes) + " minutes in all";
  return text + ". ";
}

// Adds a line, or its quantity to the line of the same account.
void Merge(std::vector<desk::Line>& lines, const std::vector<desk::Line>& more) {
  for (const desk::Line& line : more) {
    const auto same = std::find_if(lines.begin(), lines.end(),
                                   [&](const desk::Line& one) { return one.key == line.key; });
    if (same == lines.end()) {
      lines.push_back(line);
    } else {
      same->quantity += line.quantity;
      if (same->limit && line.limit) *same->limit = std::max(*same->limit, *line.limit);
    }
  }
}

}  // namespace

Result<std::optional<OthersForecast>> Assessor::ForecastForAll(const desk::Facts& facts) {
  const int64_t customers = situation_.customers();
  PaceQuestion question{.services = services_,
                        .organisation = request_.organisation,
                        .policy = *situation_.policy,
                        .calibration = situation_.calibration,
                        .standard_minutes = situation_.configuration->standard_minutes,
                        .facts = facts,
                        .minutes = customers > 0 ? facts.idea.minutes / customers : 0,
                        .now = request_.now,
                        .live = situation_.live};
  EM_ASSIGN(pace_, PlanPace(question, facts.idea.when, customers));
  if (question.minutes <= 0) return std::nullopt;
  OthersForecast forecast = pace_.fullest;
  if (!pace_.fits) {
    forecast.sentence = "Two weeks of half-hours do not take all of them. " + forecast.sentence;
  } else if (!pace_.at.empty()) {
    const LocalTime last = request_.organisation.time_zone.ToLocal(pace_.at.back());
    forecast.sentence = "Paced until " + last.Date() + " " + last.Clock() +
                        ". In the fullest half-hour: " + forecast.sentence;
  }
  return forecast;
}

Result<void> Assessor::JudgeForAll(Assessment& out, const AssessOptions& options) {
  const desk::Facts all = FactsOfAll(out.facts);
  desk::InputsOfAll inputs;
  std::string_view reference;  // of whom is judged; none for all together
  const auto keep = [&](const feel::Value& context) {
    if (options.snapshot) inputs.Add(reference, context);
  };
  EM_ASSIGN(desk::Judgement whole, Judge(all, keep));
  std::vector<desk::JudgedCustomer> each;
  for (const AffectedCustomer& customer : situation_.each->customers) {
    reference = customer.service_case.reference;
    EM_ASSIGN(desk::Judgement judgement,
              Judge(FactsOfOne(out.facts, *situation_.each, customer), keep));
    each.push_back({customer.service_case.reference, std::move(judgement)});
  }
  if (options.snapshot) out.snapshot = inputs.Take();
  out.judgement = desk::JudgementForAll(std::move(whole), each);
  out.sentence = Together(all, situation_.customers()) + desk::SentenceOf(out.judgement, all);
  return {};
}

int64_t Assessor::MinutesOfFullestDay() const {
  std::map<std::string, int64_t> by_day;
  int64_t fullest = 0;
  for (const Instant at : pace_.at) {
    int64_t& minutes = by_day[DayOf(request_.organisation, at)];
    fullest = std::max(fullest, minutes += situation_.each->minutes);
  }
  return fullest;
}

std::vector<desk::Line> Assessor::LinesForAll(desk::Claim claim, const desk::Grant* grant,
                                              const desk::Accounts& accounts) const {
  const auto& budgets = situation_.configuration->budgets;
  int64_t minutes = std::exchange(claim.minutes, 0);
  std::vector<desk::Line> lines = LinesFor(claim, grant, budgets, accounts);
  // Each customer's own account is moved with their piece.
  std::erase_if(lines, [](const desk::Line& l) { return l.key.owner == desk::Owner::kCustomer; });
  claim.amount = 0;
  for (const Instant at : pace_.at) {
    claim.minutes = std::min(minutes, situation_.each->minutes);
    claim.day = DayOf(request_.organisation, at);
    minutes -= claim.minutes;
    Merge(lines, LinesFor(claim, grant, budgets, accounts));
  }
  return lines;
}

}  // namespace extramile::app

#include "desk/variant.h"

#include <algorithm>
#include <cstdlib>
#include <functional>

namespace extramile::desk {
namespace {

struct Candidate {
  Facts facts;
  Variant variant;
};

std::vector<int64_t> AmountEdges(const Facts& facts) {
  const Allowance& authority = facts.staff.authority;
  std::vector<int64_t> edges;
  const auto add = [&](const std::optional<int64_t>& edge) {
    if (edge && *edge > 0 && *edge < facts.idea.amount) edges.push_back(*edge);
  };
  add(authority.per_case);
  add(authority.left_this_month);
  if (authority.per_customer_year) {
    add(*authority.per_customer_year - facts.idea.same_customer_so_far);
  }
  add(facts.budget.team);
  add(facts.budget.organisation);
  std::sort(edges.begin(), edges.end(), std::greater<>());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  return edges;
}

Candidate WithGesture(const Facts& facts, const CatalogueGesture& gesture) {
  Candidate candidate{facts, {}};
  IdeaFacts& idea = candidate.facts.idea;
  idea.gesture = gesture.code;
  idea.kind = gesture.kind;
  idea.amount = gesture.amount;
  idea.minutes = gesture.minutes;
  idea.goods_value = gesture.goods_value;
  idea.conditions = gesture.conditions;
  idea.lines = {{gesture.code, gesture.amount, gesture.minutes}};
  candidate.variant.gesture = gesture.code;
  candidate.variant.amount = gesture.amount;
  candidate.variant.minutes = gesture.minutes;
  candidate.variant.sentence = gesture.title;
  return candidate;
}

// Other gestures of the catalogue that cost no more, the nearest in money and then in time first.
std::vector<const CatalogueGesture*> Cheaper(const Facts& facts,
                                             std::span<const CatalogueGesture> gestures) {
  std::vector<const CatalogueGesture*> cheaper;
  for (const CatalogueGesture& gesture : gestures) {
    const bool same = facts.idea.gesture == gesture.code;
    if (!same && !gesture.needs_something && gesture.amount <= facts.idea.amount &&
        gesture.minutes <= std::max<int64_t>(facts.idea.minutes, 15)) {
      cheaper.push_back(&gesture);
    }
  }
  const auto distance = [&](const CatalogueGesture* gesture) {
    return std::tuple(gesture->kind != facts.idea.kind, facts.idea.amount - gesture->amount,
                      std::abs(facts.idea.minutes - gesture->minutes), gesture->code);
  };
  std::sort(cheaper.begin(), cheaper.end(),
            [&](const auto* a, const auto* b) { return distance(a) < distance(b); });
  return cheaper;
}

std::vector<Candidate> CandidatesFor(const Facts& facts, const Adjustable& adjustable) {
  std::vector<Candidate> candidates;
  if (adjustable.best_start && *adjustable.best_start != facts.idea.when) {
    Candidate later{facts, {}};
    later.facts.idea.when = *adjustable.best_start;
    later.variant.start_at = *adjustable.best_start;
    candidates.push_back(std::move(later));
  }
  for (const int64_t edge : AmountEdges(facts)) {
    Candidate less{facts, {}};
    less.facts.idea.amount = edge;
    less.variant.amount = edge;
    candidates.push_back(std::move(less));
  }
  const auto& minutes = facts.staff.authority.minutes_left_today;
  if (minutes && *minutes > 0 && *minutes < facts.idea.minutes) {
    Candidate shorter{facts, {}};
    shorter.facts.idea.minutes = *minutes;
    shorter.variant.minutes = *minutes;
    candidates.push_back(std::move(shorter));
  }
  for (const CatalogueGesture* gesture : Cheaper(facts, adjustable.gestures)) {
    if (candidates.size() >= kMostCandidates) break;
    candidates.push_back(WithGesture(facts, *gesture));
  }
  return candidates;
}

std::string SentenceOf(const Variant& variant, const Judgement& judgement, const Facts& facts) {
  const bool own = MayDoNow(judgement.outcome);
  const std::string who = own ? "you may do it yourself"
                              : "a " + std::string(Word(judgement.role)) + " may agree to it";
  if (variant.gesture) {
    const std::string cost = facts.idea.amount > 0
                                 ? FormatMoney({facts.idea.amount, facts.currency})
                                 : std::string("no money");
    return "'" + variant.sentence + "' costs " + cost + ": " + who + ".";
  }
  if (variant.start_at) {
    const std::string clock = facts.zone ? facts.zone->ToLocal(*variant.start_at).Clock()
                                         : FormatInstant(*variant.start_at);
    return "From " + clock + " " + who + ".";
  }
  if (variant.amount) {
    return "Up to " + FormatMoney({*variant.amount, facts.currency}) + " " + who + ".";
  }
  return "In up to " + std::to_string(variant.minutes.value_or(0)) + " minutes " + who + ".";
}

}  // namespace

Result<std::optional<Variant>> NearestAllowed(const Facts& facts, const Judgement& judgement,
                                              const Adjustable& adjustable,
                                              const JudgeChanged& judge) {
  if (MayDoNow(judgement.outcome) || judgement.ForbidsVariants()) return std::nullopt;
  std::optional<Variant> second_best;
  for (Candidate& candidate : CandidatesFor(facts, adjustable)) {
    EM_ASSIGN(const Judgement changed, judge(candidate.facts));
    const bool signed_off = changed.outcome == Outcome::kNeedsSignOff;
    if (!MayDoNow(changed.outcome) && !(signed_off && !second_best)) continue;
    candidate.variant.outcome = changed.outcome;
    candidate.variant.sentence = SentenceOf(candidate.variant, changed, candidate.facts);
    if (MayDoNow(changed.outcome)) return candidate.variant;
    // Where the idea itself is forbidden, what a lead may agree to is better than nothing.
    if (judgement.outcome == Outcome::kNotAllowed) second_best = std::move(candidate.variant);
  }
  return second_best;
}

void WriteVariant(JsonWriter& out, const Variant& variant, Currency currency) {
  out.BeginObject().Key("sentence").String(variant.sentence);
  if (variant.amount) out.Key("amount").String(FormatAmount({*variant.amount, currency}));
  if (variant.minutes) out.Key("minutes").Int(*variant.minutes);
  if (variant.start_at) out.Key("start_at").String(FormatInstant(*variant.start_at));
  if (variant.gesture) out.Key("gesture").String(*variant.gesture);
  out.Key("outcome").String(Word(variant.outcome)).EndObject();
}

}  // namespace extramile::desk

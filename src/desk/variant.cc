#include "desk/variant.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <tuple>

#include "dmn/variant.h"

namespace extramile::desk {
namespace {

struct Candidate {
  Facts facts;
  Variant variant;  // what is changed
};

bool OthersObject(const Judgement& judgement) {
  return judgement.gates.back().verdict >= Verdict::kNeedsSignOff;
}

std::string TimeOf(const Variant& variant) {
  return "in up to " + std::to_string(*variant.minutes) +
         (*variant.minutes == 1 ? " minute" : " minutes");
}

// "Up to GBP 15.00 in up to 15 minutes from 14:30 you may do it yourself."
std::string SentenceOf(const Candidate& candidate, const Judgement& judgement,
                       const CatalogueGesture* gesture) {
  const Variant& variant = candidate.variant;
  const Facts& facts = candidate.facts;
  const std::string who = MayDoNow(judgement.outcome)
                              ? "you may do it yourself"
                              : "a " + std::string(Word(judgement.role)) + " may agree to it";
  std::string start;
  if (variant.start_at) {
    start = "from " + (facts.zone ? facts.zone->ToLocal(*variant.start_at).Clock()
                                  : FormatInstant(*variant.start_at));
  }
  if (gesture) {
    const std::string cost = facts.idea.amount > 0
                                 ? FormatMoney({facts.idea.amount, facts.currency})
                                 : std::string("no money");
    std::string text = "'" + gesture->title + "' costs " + cost;
    if (facts.idea.minutes < gesture->minutes) text += " " + TimeOf(variant);
    if (!start.empty()) text += " " + start;
    return text + ": " + who + ".";
  }
  std::string text;
  if (variant.amount) {
    text += "up to " + FormatMoney({*variant.amount, facts.currency}) + " ";
  }
  if (variant.minutes) text += TimeOf(variant) + " ";
  if (!start.empty()) text += start + " ";
  text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text + who + ".";
}

// Other gestures of the catalogue, the nearest first.
std::vector<const CatalogueGesture*> OthersOf(const Facts& facts,
                                              std::span<const CatalogueGesture> gestures) {
  std::vector<const CatalogueGesture*> others;
  for (const CatalogueGesture& gesture : gestures) {
    if (facts.idea.gesture != gesture.code && !gesture.needs_something) others.push_back(&gesture);
  }
  const auto distance = [&](const CatalogueGesture* gesture) {
    return std::tuple(gesture->kind != facts.idea.kind, gesture->cash,
                      gesture->amount > facts.idea.amount,
                      std::abs(facts.idea.amount - gesture->amount),
                      std::abs(facts.idea.minutes - gesture->minutes), gesture->code);
  };
  std::sort(others.begin(), others.end(),
            [&](const auto* a, const auto* b) { return distance(a) < distance(b); });
  return others;
}

// One search: judges candidates in their order until one may be done.
class Search {
 public:
  Search(const Facts& facts, const Judgement& judgement, const Adjustable& adjustable,
         const JudgeChanged& judge)
      : facts_(facts),
        judgement_(judgement),
        adjustable_(adjustable),
        judge_(judge),
        forbidden_(judgement.outcome == Outcome::kNotAllowed) {}

  Result<NearestVariant> Run() {
    EM_TRY(Walk());
    out_.variant = std::move(best_);
    return std::move(out_);
  }

 private:
  // The idea, or another gesture, at a start.
  struct Base {
    const CatalogueGesture* gesture = nullptr;
    std::optional<Instant> start = {};
  };
  struct Start {
    Instant at;
    int64_t extra_wait = 0;  // of the others, in tenths of minutes
    Judgement judgement;
  };

  Result<void> Walk() {
    EM_TRY(TryStarts());
    EM_TRY(TryLess({}, Tier::kWhole));
    Allow();
    for (const Start& start : starts_) EM_TRY(TryLess({nullptr, start.at}, Tier::kJoint));
    const auto gestures = OthersOf(facts_, adjustable_.gestures);
    for (const CatalogueGesture* gesture : gestures) EM_TRY(Try({gesture}, Of({gesture})));
    Allow();
    for (const Start& start : starts_) {
      for (const CatalogueGesture* gesture : gestures) {
        const Base base{gesture, start.at};
        EM_TRY(TryJoint(base, Of(base)));
      }
    }
    Allow();
    for (const CatalogueGesture* gesture : gestures) EM_TRY(TryLess({gesture}, Tier::kJoint));
    Allow();
    for (const Start& start : starts_) {
      for (const CatalogueGesture* gesture : gestures) {
        EM_TRY(TryLess({gesture, start.at}, Tier::kJoint));
      }
    }
    return {};
  }

  Candidate Of(const Base& base) const {
    Candidate candidate{facts_, {}};
    IdeaFacts& idea = candidate.facts.idea;
    if (base.gesture) {
      idea.gesture = base.gesture->code;
      idea.kind = base.gesture->kind;
      idea.amount = base.gesture->amount;
      idea.minutes = base.gesture->minutes;
      idea.goods_value = base.gesture->goods_value;
      idea.conditions = base.gesture->conditions;
      idea.lines = {{base.gesture->code, base.gesture->amount, base.gesture->minutes}};
      candidate.variant.gesture = base.gesture->code;
      candidate.variant.amount = base.gesture->amount;
      candidate.variant.minutes = base.gesture->minutes;
    }
    if (base.start) {
      idea.when = *base.start;
      candidate.variant.start_at = base.start;
    }
    return candidate;
  }

  Candidate Less(const Base& base, std::optional<int64_t> amount,
                 std::optional<int64_t> minutes) const {
    Candidate candidate = Of(base);
    if (amount) candidate.variant.amount = candidate.facts.idea.amount = *amount;
    if (minutes) candidate.variant.minutes = candidate.facts.idea.minutes = *minutes;
    return candidate;
  }

  // Work that a tier of two changes at once may still do.
  void Allow() { joint_left_ = static_cast<int64_t>(adjustable_.most_joint); }
  bool Spend(size_t work) {
    if (joint_left_ <= 0) {
      out_.exact = false;
      return false;
    }
    joint_left_ -= static_cast<int64_t>(work);
    return true;
  }

  Result<Judgement> JudgeOne(Facts& facts) {
    ++out_.judged;
    return judge_(facts);
  }

  void Take(const Base& base, Candidate candidate, const Judgement& judgement) {
    candidate.variant.outcome = judgement.outcome;
    candidate.variant.sentence = SentenceOf(candidate, judgement, base.gesture);
    best_ = std::move(candidate.variant);
    done_ = MayDoNow(judgement.outcome);
  }

  // Where the idea itself is forbidden, what a lead may agree to is better than nothing.
  bool Wanted(const Judgement& judgement) const {
    return MayDoNow(judgement.outcome) ||
           (forbidden_ && !best_ && judgement.outcome == Outcome::kNeedsSignOff);
  }

  Result<void> Try(const Base& base, Candidate candidate) {
    if (done_) return {};
    EM_ASSIGN(const Judgement changed, JudgeOne(candidate.facts));
    if (Wanted(changed)) Take(base, std::move(candidate), changed);
    return {};
  }

  Result<void> TryJoint(const Base& base, Candidate candidate) {
    if (done_ || !Spend(1)) return {};
    return Try(base, std::move(candidate));
  }

  // Every start is judged, because where others wait least is known only then.
  Result<void> TryStarts() {
    for (const Instant at : adjustable_.starts) {
      if (at == facts_.idea.when) continue;
      Candidate later = Of({nullptr, at});
      EM_ASSIGN(Judgement judgement, JudgeOne(later.facts));
      const auto& wait = later.facts.others.extra_wait_minutes;
      starts_.push_back({at, wait ? std::llround(*wait * 10) : std::numeric_limits<int64_t>::max(),
                         std::move(judgement)});
    }
    const auto distance = [&](const Start& start) {
      return std::tuple(start.extra_wait, std::abs(start.at - facts_.idea.when), start.at);
    };
    std::sort(starts_.begin(), starts_.end(),
              [&](const Start& a, const Start& b) { return distance(a) < distance(b); });
    for (const bool own : {true, false}) {
      for (const Start& start : starts_) {
        if (done_ || MayDoNow(start.judgement.outcome) != own || !Wanted(start.judgement)) continue;
        const Base base{nullptr, start.at};
        Take(base, Of(base), start.judgement);
      }
    }
    return {};
  }

  // The most minutes, fewer than asked for, that the gate of other customers lets pass; 0 for none.
  Result<int64_t> LongestOthersBear(const Base& base) {
    const Candidate whole = Of(base);
    int64_t borne = 0, too_long = whole.facts.idea.minutes;
    while (too_long - borne > 1) {
      Candidate shorter = whole;
      shorter.facts.idea.minutes = borne + (too_long - borne) / 2;
      EM_ASSIGN(const Judgement judgement, JudgeOne(shorter.facts));
      (OthersObject(judgement) ? too_long : borne) = shorter.facts.idea.minutes;
    }
    return borne;
  }

  Result<Edges> EdgesAt(const Base& base) {
    Candidate candidate = Of(base);
    Judgement judgement = judgement_;
    if (base.gesture || base.start) {
      EM_ASSIGN(judgement, JudgeOne(candidate.facts));  // brings the facts up to date as well
    }
    EM_ASSIGN(Edges edges, adjustable_.edges(candidate.facts));
    if (OthersObject(judgement)) {
      EM_ASSIGN(const int64_t borne, LongestOthersBear(base));
      if (borne > 0) edges.minutes.push_back(borne);
    }
    for (std::vector<int64_t>* values : {&edges.amounts, &edges.minutes}) {
      std::sort(values->begin(), values->end(), std::greater<>());
      values->erase(std::unique(values->begin(), values->end()), values->end());
    }
    return edges;
  }

  // Less money, fewer minutes, and then both.
  enum class Tier { kWhole, kJoint };
  Result<void> TryLess(const Base& base, Tier tier) {
    if (done_ || !adjustable_.edges) return {};
    if (tier == Tier::kJoint && !Spend(kEdgesWork)) return {};
    EM_ASSIGN(const Edges edges, EdgesAt(base));
    const auto attempt = [&](std::optional<int64_t> amount, std::optional<int64_t> minutes) {
      Candidate less = Less(base, amount, minutes);
      return tier == Tier::kWhole ? Try(base, std::move(less)) : TryJoint(base, std::move(less));
    };
    for (const int64_t amount : edges.amounts) EM_TRY(attempt(amount, {}));
    for (const int64_t minutes : edges.minutes) EM_TRY(attempt({}, minutes));
    if (tier == Tier::kWhole) Allow();
    tier = Tier::kJoint;
    for (const int64_t amount : edges.amounts) {
      for (const int64_t minutes : edges.minutes) {
        if (done_ || joint_left_ <= 0) break;
        EM_TRY(attempt(amount, minutes));
      }
    }
    if (!done_ && joint_left_ <= 0) out_.exact = false;
    return {};
  }

  const Facts& facts_;
  const Judgement& judgement_;
  const Adjustable& adjustable_;
  const JudgeChanged& judge_;
  const bool forbidden_;
  std::vector<Start> starts_;
  int64_t joint_left_ = 0;
  bool done_ = false;
  std::optional<Variant> best_;
  NearestVariant out_;
};

// What the rules give for one number below the present one, in steps of its smallest unit.
Result<std::vector<int64_t>> EdgesBelow(const dmn::Model& model, const feel::Value& context,
                                        const dmn::When& when, const char* name, int64_t present,
                                        int digits) {
  std::vector<int64_t> edges;
  if (present <= 1) return edges;
  dmn::AdjustableNumber number;
  number.path = {"idea", name};
  number.step = number.least = feel::Number::Small(1, digits);
  number.most = feel::Number::Small(present - 1, digits);
  EM_ASSIGN(const dmn::Candidates candidates,
            dmn::Boundaries(model, kCheckDecisions, context, when, number));
  const feel::Number units = *feel::Divide(feel::Number::Int(1), number.step);
  for (const feel::Number& value : candidates.values) {
    if (const auto edge = feel::Multiply(value, units)) {
      if (const auto whole = edge->ToInt64()) edges.push_back(*whole);
    }
  }
  return edges;
}

}  // namespace

Result<Edges> EdgesOf(const dmn::Model& model, const Facts& facts) {
  feel::Arena arena;
  const feel::Value context = BuildContext(arena, facts);
  const dmn::When when{facts.time_of_check, facts.zone};
  Edges edges;
  EM_ASSIGN(edges.amounts, EdgesBelow(model, context, when, "amount", facts.idea.amount,
                                      facts.currency.exponent()));
  EM_ASSIGN(edges.minutes, EdgesBelow(model, context, when, "minutes", facts.idea.minutes, 0));
  return edges;
}

Result<std::vector<Instant>> StartsOf(const dmn::Model& model, const Facts& facts,
                                      std::span<const Instant> steps) {
  const Instant wanted = facts.idea.when;
  Instant day{wanted.micros - wanted.micros % kMicrosPerDay};
  Instant next = day + kMicrosPerDay;
  if (facts.zone) {
    day = facts.zone->StartOfDay(wanted);
    // A day of the zone is between 23 and 25 hours long.
    next = facts.zone->StartOfDay(day + 30 * kMicrosPerHour);
  }
  const Instant from = std::max(day, facts.time_of_check);
  std::vector<Instant> starts;
  if (next - from < kMicrosPerMinute) return starts;
  feel::Arena arena;
  const feel::Value context = BuildContext(arena, facts);
  EM_ASSIGN(dmn::TimeCandidates candidates,
            dmn::TimeBoundaries(model, kCheckDecisions, context, {facts.time_of_check, facts.zone},
                                {.path = {"idea", "when"}, .from = from, .until = next}));
  starts = std::move(candidates.values);
  for (const Instant step : steps) {
    starts.push_back(step);
    if (step <= wanted) starts.push_back(step + -kMicrosPerMinute);
  }
  std::erase_if(starts, [&](Instant at) { return at < from || at >= next || at == wanted; });
  const auto distance = [&](Instant at) { return std::pair(std::abs(at - wanted), at); };
  std::sort(starts.begin(), starts.end(),
            [&](Instant a, Instant b) { return distance(a) < distance(b); });
  starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
  return starts;
}

bool WantsVariant(const Judgement& judgement) {
  return !MayDoNow(judgement.outcome) && !judgement.ForbidsVariants();
}

Result<NearestVariant> NearestAllowed(const Facts& facts, const Judgement& judgement,
                                      const Adjustable& adjustable, const JudgeChanged& judge) {
  if (!WantsVariant(judgement)) return NearestVariant{};
  return Search(facts, judgement, adjustable, judge).Run();
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

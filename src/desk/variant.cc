#include "desk/variant.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <tuple>

#include "dmn/variant.h"

namespace extramile::desk {
namespace {

struct Candidate {
  Facts facts;
  Variant variant;
};

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

Candidate WithCost(const Facts& facts, std::optional<int64_t> amount,
                   std::optional<int64_t> minutes) {
  Candidate candidate{facts, {}};
  if (amount) candidate.facts.idea.amount = *amount;
  if (minutes) candidate.facts.idea.minutes = *minutes;
  candidate.variant.amount = amount;
  candidate.variant.minutes = minutes;
  return candidate;
}

bool OthersObject(const Judgement& judgement) {
  return judgement.gates.back().verdict >= Verdict::kNeedsSignOff;
}

// The most minutes, fewer than asked for, that the gate of other customers lets pass; 0 for none.
Result<int64_t> LongestOthersBear(const Facts& facts, const JudgeChanged& judge) {
  int64_t borne = 0, too_long = facts.idea.minutes;
  while (too_long - borne > 1) {
    Facts shorter = facts;
    shorter.idea.minutes = borne + (too_long - borne) / 2;
    EM_ASSIGN(const Judgement judgement, judge(shorter));
    (OthersObject(judgement) ? too_long : borne) = shorter.idea.minutes;
  }
  return borne;
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
  const std::string time = variant.minutes ? "in up to " + std::to_string(*variant.minutes) +
                                                 (*variant.minutes == 1 ? " minute " : " minutes ")
                                           : std::string();
  if (!variant.amount) return "I" + time.substr(1) + who + ".";
  return "Up to " + FormatMoney({*variant.amount, facts.currency}) + " " + time + who + ".";
}

// Judges candidates until one may be done.
class Offers {
 public:
  Offers(const Facts& facts, const Judgement& judgement, const JudgeChanged& judge)
      : facts_(facts), judge_(judge), forbidden_(judgement.outcome == Outcome::kNotAllowed) {}

  // True once one is found, or so many were judged that no more shall be.
  Result<bool> Try(Candidate candidate) {
    if (judged_++ >= kMostCandidates) return true;
    EM_ASSIGN(const Judgement changed, judge_(candidate.facts));
    const bool yes = MayDoNow(changed.outcome);
    // Where the idea itself is forbidden, what a lead may agree to is better than nothing.
    const bool better_than_nothing =
        forbidden_ && !best_ && changed.outcome == Outcome::kNeedsSignOff;
    if (!yes && !better_than_nothing) return false;
    candidate.variant.outcome = changed.outcome;
    candidate.variant.sentence = SentenceOf(candidate.variant, changed, candidate.facts);
    best_ = std::move(candidate.variant);
    return yes;
  }

  Result<bool> TryStart(const std::optional<Instant>& start) {
    if (!start || *start == facts_.idea.when) return false;
    Candidate later{facts_, {}};
    later.facts.idea.when = *start;
    later.variant.start_at = *start;
    return Try(std::move(later));
  }

  Result<bool> TryEdges(const Edges& edges) {
    for (const int64_t amount : edges.amounts) {
      EM_ASSIGN(const bool done, Try(WithCost(facts_, amount, {})));
      if (done) return true;
    }
    for (const int64_t minutes : edges.minutes) {
      EM_ASSIGN(const bool done, Try(WithCost(facts_, {}, minutes)));
      if (done) return true;
    }
    size_t pairs = 0;
    for (const int64_t amount : edges.amounts) {
      for (const int64_t minutes : edges.minutes) {
        if (++pairs > kMostPairs) return false;
        EM_ASSIGN(const bool done, Try(WithCost(facts_, amount, minutes)));
        if (done) return true;
      }
    }
    return false;
  }

  Result<bool> TryGestures(std::span<const CatalogueGesture> gestures) {
    for (const CatalogueGesture* gesture : Cheaper(facts_, gestures)) {
      EM_ASSIGN(const bool done, Try(WithGesture(facts_, *gesture)));
      if (done) return true;
    }
    return false;
  }

  const std::optional<Variant>& best() const { return best_; }

 private:
  static constexpr size_t kMostPairs = 64;

  const Facts& facts_;
  const JudgeChanged& judge_;
  const bool forbidden_;
  size_t judged_ = 0;
  std::optional<Variant> best_;
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

bool WantsVariant(const Judgement& judgement) {
  return !MayDoNow(judgement.outcome) && !judgement.ForbidsVariants();
}

Result<std::optional<Variant>> NearestAllowed(const Facts& facts, const Judgement& judgement,
                                              const Adjustable& adjustable,
                                              const JudgeChanged& judge) {
  if (!WantsVariant(judgement)) return std::nullopt;
  Edges edges = adjustable.edges;
  if (OthersObject(judgement)) {
    EM_ASSIGN(const int64_t borne, LongestOthersBear(facts, judge));
    if (borne > 0) edges.minutes.push_back(borne);
    std::sort(edges.minutes.begin(), edges.minutes.end(), std::greater<>());
    edges.minutes.erase(std::unique(edges.minutes.begin(), edges.minutes.end()),
                        edges.minutes.end());
  }
  Offers offers(facts, judgement, judge);
  EM_ASSIGN(bool done, offers.TryStart(adjustable.best_start));
  if (!done) {
    EM_ASSIGN(done, offers.TryEdges(edges));
  }
  if (!done) {
    EM_ASSIGN(done, offers.TryGestures(adjustable.gestures));
  }
  return offers.best();
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

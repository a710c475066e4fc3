// The nearest variant over gesture, start, money and minutes together, against every combination of
// a small grid, weighed by the order that variant.h states.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <optional>
#include <random>
#include <tuple>

#include "desk/variant.h"

namespace extramile::desk {
namespace {

constexpr int kStarts = 5;
constexpr int64_t kAmount = 5, kMinutes = 4;

Instant StartAt(int index) { return {index * 30 * kMicrosPerMinute}; }

// What a small world of rules says, drawn at random: caps of money and minutes by gesture and
// start, now and then of both together; how long others wait; what a lead may agree to.
class World {
 public:
  explicit World(uint64_t seed) : dice_(seed) {
    for (int g = 0; g < 4; ++g) {
      const bool cash = Below(2) == 0;
      gestures_.push_back({"g" + std::to_string(g),
                           Below(2) ? "goods" : "attention",
                           "G",
                           static_cast<int64_t>(Below(7)),
                           static_cast<int64_t>(Below(6)),
                           0,
                           Below(5) == 0,
                           {},
                           cash});
    }
    for (int s = 0; s < kStarts; ++s) wait_.push_back(static_cast<double>(Below(5)) / 2);
    tolerance_ = static_cast<double>(Below(8)) / 2;
    strict_ = Below(3);
  }

  std::span<const CatalogueGesture> gestures() const { return gestures_; }
  const CatalogueGesture& gesture(size_t index) const { return gestures_[index]; }

  Facts Wanted() const {
    Facts facts;
    facts.idea.gesture = "wanted";
    facts.idea.kind = "goods";
    facts.idea.amount = kAmount;
    facts.idea.minutes = kMinutes;
    facts.idea.when = StartAt(2);
    return facts;
  }

  Judgement Judge(Facts& facts) {
    const int start = static_cast<int>(facts.idea.when.micros / StartAt(1).micros);
    facts.others.extra_wait_minutes =
        wait_[static_cast<size_t>(start)] * static_cast<double>(facts.idea.minutes);
    const Caps& caps = CapsOf(*facts.idea.gesture, start);
    Judgement judgement;
    const bool others = *facts.others.extra_wait_minutes > tolerance_;
    judgement.gates.back().verdict = others ? Verdict::kNeedsSignOff : Verdict::kOk;
    const int64_t amount = facts.idea.amount, minutes = facts.idea.minutes;
    if (amount > caps.most || minutes > caps.longest || caps.never) {
      judgement.outcome = Outcome::kNotAllowed;
    } else if (amount > caps.own || minutes > caps.own_time || others) {
      judgement.outcome = Outcome::kNeedsSignOff;
      judgement.role = Rank::kLead;
    } else {
      judgement.outcome = Outcome::kAllowed;
    }
    return judgement;
  }

 private:
  struct Caps {
    bool never;
    int64_t own, most, own_time, longest;
  };
  size_t Below(size_t count) { return dice_() % count; }
  const Caps& CapsOf(const std::string& gesture, int start) {
    const auto key = std::pair(gesture, start);
    if (const auto known = caps_.find(key); known != caps_.end()) return known->second;
    const auto draw = [&](size_t count) { return static_cast<int64_t>(Below(count)); };
    Caps caps{Below(4) < strict_, draw(6) - 1, 0, draw(5) - 1, 0};
    caps.most = caps.own + draw(4);
    caps.longest = caps.own_time + draw(4);
    return caps_[key] = caps;
  }

  std::mt19937_64 dice_;
  std::vector<CatalogueGesture> gestures_;
  std::vector<double> wait_;
  double tolerance_ = 0;
  size_t strict_ = 0;
  std::map<std::pair<std::string, int>, Caps> caps_;
};

// One combination, and how little it changes: smaller keys are nearer.
struct Combination {
  Facts facts;
  std::vector<int64_t> key;
};

class Grid {
 public:
  explicit Grid(World& world) : world_(world), wanted_(world.Wanted()) {
    for (int s = 0; s < kStarts; ++s) {
      Facts moved = wanted_;
      moved.idea.when = StartAt(s);
      world.Judge(moved);
      const int64_t wait = std::llround(*moved.others.extra_wait_minutes * 10);
      start_order_[s] = {wait, std::abs(s - 2), s};
    }
    for (const CatalogueGesture& gesture : world.gestures()) Add(&gesture);
    Add(nullptr);
  }

  std::optional<Combination> Nearest(Outcome outcome) {
    std::optional<Combination> best;
    for (const Combination& one : all_) {
      Facts facts = one.facts;
      if (world_.Judge(facts).outcome != outcome) continue;
      if (!best || one.key < best->key) best = one;
    }
    return best;
  }

 private:
  void Add(const CatalogueGesture* gesture) {
    if (gesture && gesture->needs_something) return;
    const int64_t amount = gesture ? gesture->amount : kAmount;
    const int64_t minutes = gesture ? gesture->minutes : kMinutes;
    for (int s = 0; s < kStarts; ++s) {
      for (int64_t a = amount == 0 ? 0 : 1; a <= amount; ++a) {
        for (int64_t m = minutes == 0 ? 0 : 1; m <= minutes; ++m) {
          Combination one{wanted_, {}};
          if (gesture) one.facts.idea.gesture = gesture->code;
          one.facts.idea.amount = a;
          one.facts.idea.minutes = m;
          one.facts.idea.when = StartAt(s);
          one.key = KeyOf(gesture, s, a < amount ? a : -1, m < minutes ? m : -1);
          all_.push_back(std::move(one));
        }
      }
    }
  }

  // `amount`, `minutes`: -1 where they are whole.
  std::vector<int64_t> KeyOf(const CatalogueGesture* gesture, int start, int64_t amount,
                             int64_t minutes) const {
    std::vector<int64_t> when, what, less;
    const bool moved = start != 2, cut = amount >= 0 || minutes >= 0;
    if (moved) when = start_order_.at(start);
    if (gesture) {
      what = {gesture->kind != "goods",
              gesture->cash,
              gesture->amount > kAmount,
              std::abs(gesture->amount - kAmount),
              std::abs(gesture->minutes - kMinutes),
              gesture->code.back()};
    }
    if (cut) less = {amount < 0 ? 3 : minutes < 0 ? 2 : 4, -amount, -minutes};
    const int64_t tier = gesture ? (cut     ? (moved ? 9 : 8)
                                    : moved ? 7
                                            : 6)
                         : cut   ? (moved ? 5 : 2)
                         : moved ? 1
                                 : 0;
    std::vector<int64_t> key = {tier};
    for (const auto* part : {&when, &what, &less})
      key.insert(key.end(), part->begin(), part->end());
    return key;
  }

  World& world_;
  const Facts wanted_;
  std::map<int, std::vector<int64_t>> start_order_;
  std::vector<Combination> all_;
};

std::string Shown(const std::optional<Facts>& facts) {
  if (!facts) return "none";
  const IdeaFacts& idea = facts->idea;
  return *idea.gesture + " " + std::to_string(idea.amount) + " " + std::to_string(idea.minutes) +
         " at " + std::to_string(idea.when.micros / StartAt(1).micros);
}

TEST(VariantJoint, AgreesWithEveryCombinationOfASmallGrid) {
  std::map<std::string, int> seen;
  for (uint64_t seed = 1; seed <= 5'000; ++seed) {
    World world(seed);
    Facts facts = world.Wanted();
    const Judgement judgement = world.Judge(facts);
    if (MayDoNow(judgement.outcome)) continue;
    std::vector<Instant> starts;
    for (int s = 0; s < kStarts; ++s) starts.push_back(StartAt(s));
    const auto every_value_below = [](const Facts& changed) -> Result<Edges> {
      Edges edges;
      for (int64_t a = changed.idea.amount - 1; a >= 1; --a) edges.amounts.push_back(a);
      for (int64_t m = changed.idea.minutes - 1; m >= 1; --m) edges.minutes.push_back(m);
      return edges;
    };
    const NearestVariant found =
        NearestAllowed(facts, judgement,
                       {.starts = starts,
                        .gestures = world.gestures(),
                        .edges = every_value_below,
                        .most_joint = 1'000'000},
                       [&](Facts& changed) -> Result<Judgement> { return world.Judge(changed); })
            .value();
    EXPECT_TRUE(found.exact);
    Grid grid(world);
    auto expected = grid.Nearest(Outcome::kAllowed);
    if (!expected && judgement.outcome == Outcome::kNotAllowed) {
      expected = grid.Nearest(Outcome::kNeedsSignOff);
    }
    std::optional<Facts> got, wanted;
    if (expected) wanted = expected->facts;
    if (found.variant) {
      got = world.Wanted();
      got->idea.gesture = found.variant->gesture.value_or("wanted");
      got->idea.amount = found.variant->amount.value_or(kAmount);
      got->idea.minutes = found.variant->minutes.value_or(kMinutes);
      got->idea.when = found.variant->start_at.value_or(StartAt(2));
    }
    ASSERT_EQ(Shown(got), Shown(wanted)) << "seed " << seed;
    ++seen[expected ? std::to_string(expected->key[0]) : "none"];
  }
  for (const char* tier : {"1", "2", "5", "6", "7", "8", "9", "none"}) {
    EXPECT_GT(seen[tier], 5) << "too few of " << tier;
  }
}

}  // namespace
}  // namespace extramile::desk

// The edges of the starter rules against every penny and every minute.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>

#include "desk/variant.h"

namespace extramile::desk {
namespace {

dmn::Model StarterRules() {
  const std::string path =
      std::string(EXTRAMILE_SOURCE_DIR) + "/policies/uk-starter/extra-mile.dmn";
  std::ifstream in(path, std::ios::binary);
  const dmn::LoadedFile file{path, {std::istreambuf_iterator<char>(in), {}}};
  return dmn::Load(std::span(&file, 1)).value();
}

Facts SomeFacts(std::mt19937& random) {
  const auto below = [&](int64_t n) {
    return static_cast<int64_t>(random() % static_cast<uint64_t>(n));
  };
  Facts facts;
  facts.idea.gesture = "voucher";
  facts.idea.kind = below(2) ? "goods" : "money";
  facts.idea.amount = 1200 + below(1500);
  facts.idea.minutes = 5 + below(80);
  facts.idea.goods_value = below(3) ? 0 : 4500;
  facts.idea.recipient_kind = "person";
  facts.idea.origin = "own";
  facts.idea.same_customer_so_far = below(9000);
  facts.idea.same_incident_so_far = 48000 + below(3000);
  facts.staff.role = below(2) ? Rank::kAgent : Rank::kLead;
  facts.staff.authority = {.granted = true,
                           .per_case = 500 + below(2000),
                           .per_customer_year = 10000,
                           .per_month = 30000,
                           .left_this_month = below(3000),
                           .minutes_left_today = below(60)};
  facts.staff.hours_this_week = 46 + below(2);
  facts.others.verdict = "ok";
  facts.others.extra_wait_minutes = facts.others.extra_late = 0;
  facts.others.late_share_before = facts.others.late_share_after = 0;
  facts.budget = {.team = below(4000), .organisation = 500 + below(9000)};
  return facts;
}

class Rules {
 public:
  // Outcome and role, which is what changes from edge to edge.
  std::pair<Outcome, Rank> Say(const Facts& facts) {
    evaluation_.Reset();
    const feel::Value context = BuildContext(evaluation_.arena(), facts);
    const Judgement judgement = Judge(model_, context, {}, evaluation_).value();
    return {judgement.outcome, judgement.role};
  }
  const dmn::Model& model() const { return model_; }

 private:
  const dmn::Model model_ = StarterRules();
  dmn::Evaluation evaluation_;
};

// The largest value below the present one at which the rules say something else than at every
// larger one, for each thing that they can say: what an exact search must have among its
// candidates.
template <class Set>
void ExpectEveryTurnIsAnEdge(Rules& rules, const Facts& facts, int64_t present,
                             const std::vector<int64_t>& edges, Set set) {
  std::vector<std::pair<Outcome, Rank>> heard = {rules.Say(facts)};
  for (int64_t value = present - 1; value >= 1; --value) {
    Facts changed = facts;
    set(changed, value);
    const auto said = rules.Say(changed);
    if (std::find(heard.begin(), heard.end(), said) != heard.end()) continue;
    heard.push_back(said);
    EXPECT_NE(std::find(edges.begin(), edges.end(), value), edges.end())
        << value << " of " << present << ": " << Word(said.first);
  }
}

TEST(VariantEdges, HoldEveryValueAtWhichTheStarterRulesChangeTheirAnswer) {
  Rules rules;
  std::mt19937 random(4);
  for (int round = 0; round < 6; ++round) {
    const Facts facts = SomeFacts(random);
    const Edges edges = EdgesOf(rules.model(), facts).value();
    EXPECT_LT(edges.amounts.size(), 60u) << "the rules are linear in the amount";
    EXPECT_LT(edges.minutes.size(), 40u);
    ExpectEveryTurnIsAnEdge(rules, facts, facts.idea.amount, edges.amounts,
                            [](Facts& changed, int64_t value) { changed.idea.amount = value; });
    ExpectEveryTurnIsAnEdge(rules, facts, facts.idea.minutes, edges.minutes,
                            [](Facts& changed, int64_t value) { changed.idea.minutes = value; });
  }
}

TEST(VariantEdges, SplittingBuysNothing) {
  Rules rules;
  std::mt19937 random(4);
  Facts facts = SomeFacts(random);
  facts.staff = {};
  facts.staff.role = Rank::kAgent;
  facts.staff.authority = {.granted = true,
                           .per_case = 2000,
                           .per_customer_year = 3000,
                           .per_month = {},
                           .left_this_month = {},
                           .minutes_left_today = {}};
  facts.idea = {};
  facts.idea.gesture = "voucher";
  facts.idea.kind = "attention";
  facts.idea.amount = 1500;
  facts.idea.same_customer_so_far = 2000;
  facts.budget = {};
  // 15 after 20 is above 30 a year, however it is cut: that rule offers no variant.
  EXPECT_EQ(rules.Say(facts).first, Outcome::kNeedsSignOff);
  dmn::Evaluation evaluation;
  const feel::Value context = BuildContext(evaluation.arena(), facts);
  EXPECT_FALSE(WantsVariant(Judge(rules.model(), context, {}, evaluation).value()));
}

}  // namespace
}  // namespace extramile::desk

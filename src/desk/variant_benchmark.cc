// What the search for the nearest allowed variant costs with the starter rules, beside a forecast
// that is a look-up: one that finds an answer soon, and one that finds none at all.
#include <benchmark/benchmark.h>

#include <fstream>
#include <iterator>

#include "desk/variant.h"

namespace extramile::desk {
namespace {

const TimeZone& London() {
  static const TimeZone zone = TimeZone::Find("Europe/London").value();
  return zone;
}

dmn::Model StarterRules() {
  const std::string path =
      std::string(EXTRAMILE_SOURCE_DIR) + "/policies/uk-starter/extra-mile.dmn";
  std::ifstream in(path, std::ios::binary);
  const dmn::LoadedFile file{path, {std::istreambuf_iterator<char>(in), {}}};
  return dmn::Load(std::span(&file, 1)).value();
}

Facts Morning() {
  Facts facts;
  facts.zone = &London();
  facts.time_of_check = ParseInstant("2026-11-17T10:07:30Z").value();
  facts.idea.gesture = "voucher";
  facts.idea.kind = "money";
  facts.idea.amount = 2500;
  facts.idea.minutes = 25;
  facts.idea.recipient_kind = "person";
  facts.idea.origin = "own";
  facts.idea.when = facts.time_of_check;
  facts.staff.role = Rank::kAgent;
  facts.staff.authority = {.granted = true,
                           .per_case = 2000,
                           .per_customer_year = 10000,
                           .per_month = 30000,
                           .left_this_month = 3000,
                           .minutes_left_today = 60};
  facts.staff.on_shift = true;
  facts.staff.hours_this_week = 30;
  facts.budget = {.team = 4000, .organisation = 9000};
  return facts;
}

void NearestOf(benchmark::State& state, double wait_a_minute, bool hopeless) {
  const dmn::Model model = StarterRules();
  dmn::Evaluation evaluation;
  Facts facts = Morning();
  if (hopeless) facts.idea.conditions = {"review"};
  std::vector<CatalogueGesture> catalogue;
  for (int i = 0; i < 10; ++i) {
    catalogue.push_back({"g" + std::to_string(i), i % 2 ? "goods" : "attention", "G", 300 * i,
                         5 + 3 * i, 0, false, facts.idea.conditions, false});
  }
  std::vector<Instant> steps;
  const Instant day = London().StartOfDay(facts.idea.when);
  for (int h = 0; h < 48; ++h) steps.push_back(day + h * 30 * kMicrosPerMinute);
  const JudgeChanged judge = [&](Facts& changed) -> Result<Judgement> {
    const int64_t half_hour = (changed.idea.when - day) / (30 * kMicrosPerMinute);
    const double wait =
        wait_a_minute * static_cast<double>(changed.idea.minutes * (half_hour % 7 + 2));
    changed.others = {wait, wait / 10, 0.0, 0.1, 0.1 + wait / 500, "ok", "call log"};
    evaluation.Reset();
    const feel::Value context = BuildContext(evaluation.arena(), changed);
    return Judge(model, context, {changed.time_of_check, changed.zone}, evaluation);
  };
  const Judgement judgement = judge(facts).value();
  if (!WantsVariant(judgement)) state.SkipWithError("nothing is refused");
  NearestVariant found;
  for (auto _ : state) {
    const auto starts = StartsOf(model, facts, steps).value();
    found = NearestAllowed(facts, judgement,
                           {.starts = starts,
                            .gestures = catalogue,
                            .edges = [&](const Facts& changed) { return EdgesOf(model, changed); }},
                           judge)
                .value();
    benchmark::DoNotOptimize(found);
  }
  state.counters["judged"] = static_cast<double>(found.judged);
  state.counters["exact"] = found.exact;
  state.SetLabel(found.variant ? found.variant->sentence : "none");
}
BENCHMARK_CAPTURE(NearestOf, too_much_money, 0.001, false)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(NearestOf, too_busy_and_too_much, 0.3, false)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(NearestOf, nothing_helps, 0.3, true)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace extramile::desk

// Decisions without a server: `extramile check`'s own path, JSON line to JSON line with the
// reasons, on one core, for the starter rules.
//
//   bench_check [--policy policies/uk-starter] [--lines 20000] [--rounds 5] [--json]
//   bench_check --print 100000 > contexts.jsonl        what it measures with, for other programs
//
// The contexts differ in what people differ in (kind, amount, minutes, role, limits, queue), by a
// fixed seed; about a third may be done at once. Time is the processor's, the best of the rounds.
#include <time.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>

#include "base/json_writer.h"
#include "desk/line_checker.h"
#include "feel/json.h"

namespace extramile::bench {
namespace {

constexpr const char* kKinds[] = {"goods", "money",  "information", "attention", "priority",
                                  "redo",  "refund", "discount",    "visit",     "access"};
constexpr const char* kOrigins[] = {"own", "suggested", "asked for", "told"};

// A context as the server would have recorded it.
std::string Context(std::mt19937& random) {
  const auto below = [&](int64_t n) {
    return static_cast<int64_t>(random() % static_cast<uint64_t>(n));
  };
  const auto one_in = [&](int64_t n) { return below(n) == 0; };
  desk::Facts facts;
  desk::IdeaFacts& idea = facts.idea;
  if (!one_in(10)) idea.gesture = "gesture-" + std::to_string(below(40));
  idea.kind = kKinds[below(std::size(kKinds))];
  idea.amount = one_in(2) ? 0 : 100 * below(60);
  idea.minutes = 5 * below(5);
  idea.goods_value = idea.kind == "goods" ? idea.amount : 0;
  idea.lines = {{idea.gesture.value_or("own words"), idea.amount, idea.minutes}};
  idea.when = {1'795'000'000'000'000 + below(86'400) * kMicrosPerSecond};
  idea.channel = one_in(2) ? "phone" : "email";
  idea.recipient_kind = one_in(20) ? "business" : "person";
  if (one_in(15)) idea.conditions = {"review"};
  idea.origin = kOrigins[below(std::size(kOrigins))];
  idea.same_customer_so_far = one_in(3) ? 100 * below(80) : 0;
  facts.staff.role = one_in(5) ? desk::Rank::kLead : desk::Rank::kAgent;
  facts.staff.duties = {"gesture-1", "gesture-2"};
  facts.staff.authority = {.granted = true,
                           .per_case = 2500,
                           .per_customer_year = 10000,
                           .per_month = 30000,
                           .left_this_month = 100 * below(300),
                           .minutes_left_today = 5 * below(20)};
  facts.staff.hours_this_week = below(45);
  facts.customer.segment = "standard";
  facts.customer.country = "GB";
  facts.customer.gestures_last_12_months = below(8);
  facts.customer.vulnerable = one_in(20);
  facts.service_case = {.reason = "late parcel",
                        .channel = "phone",
                        .complaint = one_in(4),
                        .regulated_product = one_in(10),
                        .remedy_due = one_in(6),
                        .incident = false,
                        .opened = {1'794'990'000'000'000},
                        .severity = {}};
  facts.offer = {.version = 3, .routine = {"gesture-5", "gesture-6"}, .standard = 2};
  facts.others.verdict = "ok";
  facts.others.method = "exact";
  facts.others.extra_wait_minutes = static_cast<double>(below(80)) / 10;
  facts.others.extra_late = static_cast<double>(below(20)) / 10;
  facts.others.extra_abandons = 0.1;
  facts.others.late_share_before = 0.12;
  facts.others.late_share_after = 0.13;
  facts.budget = {.team = 50000, .organisation = 900000};
  facts.time_of_check = idea.when;
  feel::Arena arena;
  return feel::ToJson(desk::BuildContext(arena, facts));
}

std::vector<std::string> Contexts(size_t count) {
  std::mt19937 random(20261122);
  std::vector<std::string> contexts;
  for (size_t i = 0; i < count; ++i) contexts.push_back(Context(random));
  return contexts;
}

double ProcessorSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Seconds for all contexts once.
Result<double> OneRound(desk::LineChecker& checker, const std::vector<std::string>& contexts,
                        std::string& out) {
  out.clear();
  const double start = ProcessorSeconds();
  for (const std::string& context : contexts) {
    EM_TRY(checker.Check(context, out));
    out += '\n';
  }
  return ProcessorSeconds() - start;
}

Result<dmn::Model> LoadRules(const std::string& folder) {
  std::vector<dmn::LoadedFile> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() != ".dmn") continue;
    std::ostringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    files.push_back({entry.path().string(), std::move(text).str()});
  }
  return dmn::Load(files);
}

Result<void> Measure(const std::string& folder, size_t lines, int rounds, bool json) {
  EM_ASSIGN(dmn::Model model, LoadRules(folder));
  const std::vector<std::string> contexts = Contexts(lines);
  desk::LineChecker checker(std::move(model));
  std::string out;
  double best = 1e9;
  for (int round = 0; round < rounds; ++round) {
    EM_ASSIGN(const double seconds, OneRound(checker, contexts, out));
    best = std::min(best, seconds);
  }
  const double each = best / static_cast<double>(lines);
  size_t bytes_in = 0;
  for (const std::string& context : contexts) bytes_in += context.size();
  if (json) {
    JsonWriter line;
    line.BeginObject().Key("bench").String("check").Key("case").String("starter rules, a line");
    line.Key("value").Double(1 / each).Key("unit").String("decisions/s of one core");
    line.Key("peer").Null().Key("peer_value").Null().Key("ratio").Null().EndObject();
    std::cout << line.text() << '\n';
    return {};
  }
  std::cout << static_cast<int64_t>(1 / each) << " decisions a second of one core, " << each * 1e6
            << " us each; " << bytes_in / lines << " bytes in, " << out.size() / lines
            << " bytes out a line\n";
  return {};
}

int Run(int argc, char** argv) {
  CLI::App app("Decisions a second without a server.");
  std::string policy = "policies/uk-starter";
  size_t lines = 20000, print = 0;
  int rounds = 5;
  bool json = false;
  app.add_option("--policy", policy, "Folder of rules");
  app.add_option("--lines", lines, "Contexts")->check(CLI::PositiveNumber);
  app.add_option("--rounds", rounds, "The best of so many")->check(CLI::PositiveNumber);
  app.add_option("--print", print, "Only print so many contexts");
  app.add_flag("--json", json, "For machines");
  CLI11_PARSE(app, argc, argv);
  if (print > 0) {
    for (const std::string& context : Contexts(print)) std::cout << context << '\n';
    return 0;
  }
  const auto done = Measure(policy, lines, rounds, json);
  if (done) return 0;
  std::cerr << "error: " << done.error().ToString() << '\n';
  return 1;
}

}  // namespace
}  // namespace extramile::bench

int main(int argc, char** argv) { return extramile::bench::Run(argc, argv); }

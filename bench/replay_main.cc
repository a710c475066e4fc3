// Replay of stored checks under an edited rule set, from the store's own snapshots, on two threads.
//
//   bench_replay [--checks 1000000] [--threads 2] [--rounds 3] [--json]
//
// A fresh SQLite file gets that many checks of the starter rules, made of random facts; the draft
// has one limit edited. Time is the clock's, the best of the rounds; that the rules in force flip
// nothing is checked in the same run.
#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "app/organisation.h"
#include "app/replay.h"
#include "base/json_writer.h"
#include "check_facts.h"
#include "connect/policy_files.h"
#include "desk/snapshot.h"
#include "desk/verdict.h"
#include "store/open_store.h"

namespace extramile::bench {
namespace {

namespace fs = std::filesystem;

const app::Sql kInsertCheck = {
    "insert into idea_check (organisation_id, id, idea_id, case_id, gesture_code, outcome, "
    "sign_off_role, "
    "timing, valid_until, amount, minutes, policy_hash, sentence, policy, snapshot, gates, "
    "occurred_at, recorded_at, recorded_by) values ($1, $2, $2, $2, $3, $4, $5, 'before', $6, $7, "
    "$8, "
    "$9, 'Yes.', 'uk-starter', $10, '[]', $6, $6, $2)"};

struct Folder {
  Folder() {
    path = (fs::temp_directory_path() / "extramile-replay-XXXXXX").string();
    if (!mkdtemp(path.data())) path.clear();
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  std::string path;
};

// As many checks as asked for, a second apart, as the rules in force decide them.
Result<void> Fill(app::Store& store, const app::Organisation& organisation,
                  const app::Policy& policy, int64_t checks) {
  std::mt19937 random(20261122);
  dmn::Evaluation evaluation;
  const Instant first{1'700'000'000'000'000};
  for (int64_t done = 0; done < checks;) {
    app::WritePlan plan;
    plan.organisation = organisation.id;
    for (int i = 0; i < 5000 && done < checks; ++i, ++done) {
      const desk::Facts facts = RandomFacts(random);
      evaluation.Reset();
      const feel::Value context = desk::BuildContext(evaluation.arena(), facts);
      const std::string snapshot = desk::EncodeSnapshot(context);
      EM_TRY(desk::EvaluateCheck(policy.model, context,
                                 {facts.time_of_check, &organisation.time_zone}, evaluation));
      const desk::Fold fold = desk::FoldOf(evaluation);
      const Instant at{first.micros + done * kMicrosPerSecond};
      std::optional<std::string> role;
      if (fold.role != desk::Rank::kNone) role = desk::Word(fold.role);
      plan.steps.push_back(
          {&kInsertCheck,
           {organisation.id, AnyId::Make(at, SystemRandom()), facts.idea.gesture,
            desk::Word(fold.outcome), role, at, facts.idea.amount, facts.idea.minutes, policy.hash,
            app::Bytes(snapshot.begin(), snapshot.end())}});
    }
    EM_TRY(CommitAndWait(store, std::move(plan)));
  }
  return {};
}

// The starter rules with the limit a case doubled.
Result<std::shared_ptr<const app::Policy>> Draft(const std::string& folder) {
  std::ostringstream text;
  text << std::ifstream("policies/uk-starter/extra-mile.dmn").rdbuf();
  std::string xml = std::move(text).str();
  const std::string limit = "idea.amount &gt; staff.authority.per case";
  for (size_t at = xml.find(limit); at != xml.npos; at = xml.find(limit, at + 1)) {
    xml.insert(at + limit.size(), " * 2");
  }
  std::ofstream(folder + "/extra-mile.dmn") << xml;
  return connect::LoadPolicyFolder(folder);
}

struct Options {
  int64_t checks = 1'000'000;
  int threads = 2, rounds = 3;
  bool json = false;
};

Result<void> Measure(const Options& options) {
  const Folder folder;
  EM_ASSIGN(const auto policies, connect::PolicyFiles::Open("policies"));
  EM_ASSIGN(const auto in_force, policies->Current("uk-starter"));
  EM_ASSIGN(const auto draft, Draft(folder.path));
  EM_ASSIGN(const auto store, store::OpenStore({.url = "sqlite:" + folder.path + "/bench.sqlite",
                                                .durability = store::Durability::kNone}));
  app::Services services{*store, SystemClock(), SystemRandom(), *policies};
  EM_ASSIGN(const app::Organisation organisation,
            app::CreateOrganisation(services, {.slug = "bench", .name = "Bench"}));
  EM_TRY(Fill(*store, organisation, *in_force, options.checks));

  EM_ASSIGN(const app::ReplayReport same, ReplayChecks(*store, organisation, *in_force));
  if (same.flips != 0 || same.checks != options.checks) {
    return Fail(ErrorKind::kInternal, "bench-replay",
                "The rules that made the checks do not agree with them: " +
                    std::to_string(same.flips) + " flips of " + std::to_string(same.checks) + ".");
  }
  double best = 1e9;
  int64_t flips = 0;
  for (int round = 0; round < options.rounds; ++round) {
    const auto began = std::chrono::steady_clock::now();
    EM_ASSIGN(const app::ReplayReport report,
              ReplayChecks(*store, organisation, *draft,
                           {.in_force = in_force.get(), .threads = options.threads}));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    best = std::min(best, took.count());
    flips = report.flips;
  }
  const std::string name = std::to_string(options.checks) + " stored checks, " +
                           std::to_string(options.threads) + " threads, SQLite";
  if (!options.json) {
    std::cout << name << ": " << best << " s, " << flips << " verdicts flip\n";
    return {};
  }
  JsonWriter line;
  line.BeginObject().Key("bench").String("replay").Key("case").String(name);
  line.Key("value").Double(best).Key("unit").String("s");
  line.Key("peer").Null().Key("peer_value").Null().Key("ratio").Null().EndObject();
  std::cout << line.text() << '\n';
  return {};
}

int Run(int argc, char** argv) {
  CLI::App app("Replay of stored checks under an edited rule set.");
  Options options;
  app.add_option("--checks", options.checks, "How many")->check(CLI::PositiveNumber);
  app.add_option("--threads", options.threads, "How many at once")->check(CLI::PositiveNumber);
  app.add_option("--rounds", options.rounds, "The best of so many")->check(CLI::PositiveNumber);
  app.add_flag("--json", options.json, "For machines");
  CLI11_PARSE(app, argc, argv);
  const auto done = Measure(options);
  if (done) return 0;
  std::cerr << "error: " << done.error().ToString() << '\n';
  return 1;
}

}  // namespace
}  // namespace extramile::bench

int main(int argc, char** argv) { return extramile::bench::Run(argc, argv); }

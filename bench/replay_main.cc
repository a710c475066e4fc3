// Replay of stored checks under an edited rule set, from the store's own snapshots, on two threads.
//
//   bench_replay [--checks 1000000] [--threads 2] [--rounds 3] [--keep FILE] [--json]
//
// A fresh SQLite file gets that many checks of the starter rules, made of random facts, with the
// gates and sentences that a check has, and housekeeping packs them; the draft has one limit
// edited. It is replayed as a draft is, where only what it changes is asked, and in full. Time is
// the clock's, the best of the rounds; that the rules in force flip nothing is checked in the same
// run. --keep fills FILE once, and measures what it holds from then on.
#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <climits>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "app/accounts.h"
#include "app/assessment.h"
#include "app/check_blocks.h"
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
    "sign_off_role, timing, valid_until, amount, minutes, policy_hash, offer_id, forecast_id, "
    "sentence, policy, snapshot, gates, occurred_at, recorded_at, recorded_by) values ($1, $2, "
    "$13, $14, $3, $4, $5, 'before', $6, $7, $8, $9, $14, $14, $11, $15, $10, $12, $6, $6, $14)"};

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
      const desk::Judgement judgement = desk::JudgementOf(evaluation);
      JsonWriter gates;
      desk::WriteGates(gates, judgement, organisation.currency);
      const Instant at{first.micros + done * kMicrosPerSecond};
      const auto id = [&] { return AnyId::Make(at, SystemRandom()); };
      std::optional<std::string> role;
      if (judgement.role != desk::Rank::kNone) role = desk::Word(judgement.role);
      plan.steps.push_back(
          {&kInsertCheck,
           {organisation.id, id(), facts.idea.gesture, desk::Word(judgement.outcome), role, at,
            facts.idea.amount, facts.idea.minutes, policy.hash,
            app::Bytes(snapshot.begin(), snapshot.end()), desk::SentenceOf(judgement, facts),
            std::move(gates).Take(), id(), id(), PolicyName(policy)}});
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
  std::string keep;
};

Result<void> Time(const char* what, app::Store& store, const app::Organisation& organisation,
                  const app::Policy& draft, const std::shared_ptr<const app::Policy>& in_force,
                  const Options& options, bool full) {
  app::ReplayOptions replay{.in_force = in_force.get(), .full = full, .threads = options.threads};
  replay.earlier = [&](const Sha256& hash) { return hash == in_force->hash ? in_force : nullptr; };
  double best = 1e9, work = 1e9;
  int64_t flips = 0;
  for (int round = 0; round < options.rounds; ++round) {
    const auto began = std::chrono::steady_clock::now();
    const std::clock_t worked = std::clock();
    EM_ASSIGN(const app::ReplayReport report, ReplayChecks(store, organisation, draft, replay));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    best = std::min(best, took.count());
    work = std::min(work, static_cast<double>(std::clock() - worked) / CLOCKS_PER_SEC);
    flips = report.flips;
  }
  const std::string name = std::to_string(options.checks) + " stored checks, " + what + ", " +
                           std::to_string(options.threads) + " threads, SQLite";
  if (!options.json) {
    std::cout << name << ": " << best << " s, " << work << " s of processor time, " << flips
              << " verdicts flip\n";
    return {};
  }
  JsonWriter line;
  line.BeginObject().Key("bench").String("replay").Key("case").String(name);
  line.Key("value").Double(best).Key("unit").String("s");
  line.Key("peer").Null().Key("peer_value").Null().Key("ratio").Null().EndObject();
  std::cout << line.text() << '\n';
  return {};
}

Result<void> Measure(const Options& options) {
  const Folder folder;
  EM_ASSIGN(const auto policies, connect::PolicyFiles::Open("policies"));
  EM_ASSIGN(const auto in_force, policies->Current("uk-starter"));
  EM_ASSIGN(const auto draft, Draft(folder.path));
  const std::string file = options.keep.empty() ? folder.path + "/bench.sqlite" : options.keep;
  const bool filled = fs::exists(file);
  EM_ASSIGN(const auto store,
            store::OpenStore({.url = "sqlite:" + file, .durability = store::Durability::kNone}));
  app::Services services{*store, SystemClock(), SystemRandom(), *policies};
  if (!filled) EM_TRY(app::CreateOrganisation(services, {.slug = "bench", .name = "Bench"}));
  EM_ASSIGN(const app::Organisation organisation, app::FindOrganisationBySlug(*store, "bench"));
  if (!filled) EM_TRY(Fill(*store, organisation, *in_force, options.checks));

  EM_TRY(PackChecks(services, organisation, services.clock.Now(), INT_MAX));

  EM_ASSIGN(const app::ReplayReport same, ReplayChecks(*store, organisation, *in_force));
  if (same.flips != 0 || same.checks != options.checks) {
    return Fail(ErrorKind::kInternal, "bench-replay",
                "The rules that made the checks do not agree with them: " +
                    std::to_string(same.flips) + " flips of " + std::to_string(same.checks) + ".");
  }
  EM_TRY(Time("one limit edited", *store, organisation, *draft, in_force, options, false));
  return Time("every rule asked again", *store, organisation, *draft, in_force, options, true);
}

int Run(int argc, char** argv) {
  CLI::App app("Replay of stored checks under an edited rule set.");
  Options options;
  app.add_option("--checks", options.checks, "How many")->check(CLI::PositiveNumber);
  app.add_option("--threads", options.threads, "How many at once")->check(CLI::PositiveNumber);
  app.add_option("--rounds", options.rounds, "The best of so many")->check(CLI::PositiveNumber);
  app.add_option("--keep", options.keep, "Keep the checks in this file, and take those it holds");
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

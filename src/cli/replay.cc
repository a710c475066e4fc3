#include "cli/replay.h"

#include <chrono>
#include <iostream>
#include <memory>

#include "app/accounts.h"
#include "app/configuration.h"
#include "app/policy_library.h"
#include "cli/settings.h"
#include "connect/policy_files.h"
#include "store/open_store.h"

namespace extramile::cli {
namespace {

Result<Instant> Since(const std::string& text, const TimeZone& zone) {
  if (text.empty()) return Instant{};
  int year = 0, month = 0, day = 0, end = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &year, &month, &day, &end) == 3 &&
      static_cast<size_t>(end) == text.size() && month >= 1 && month <= 12 && day >= 1 &&
      day <= 31) {
    return zone.FromLocal(year, month, day, 0, 0, 0);
  }
  auto instant = ParseInstant(text);
  if (instant) return *instant;
  return Fail(ErrorKind::kInvalid, "since-invalid", "This is no day and no time.",
              "--since " + text, "Write it as 2026-11-22 or 2026-11-22T14:00:00Z.");
}

// Where the folder of the rules in force is not at hand.
class NoPolicies final : public app::PolicySource {
 public:
  Result<std::shared_ptr<const app::Policy>> Current(std::string_view) override {
    return Fail(app::Request::NotFoundError("policy set"));
  }
  Result<void> Reload() override { return {}; }
};

std::string Times(int64_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

void Print(const Replayed& replayed) {
  const app::ReplayReport& report = replayed.report;
  std::cout << report.policy << "\n"
            << Times(report.checks, "check", "checks")
            << " asked again: " << Times(report.flips, "verdict", "verdicts") << " would flip";
  std::printf(" (%.2f s)\n", replayed.seconds);
  std::fflush(stdout);
  if (report.unreadable > 0) {
    std::cout << Times(report.unreadable, "check is", "checks are")
              << " stored in a form that this version does not know.\n";
  }
  if (report.flips == 0) return;
  const auto money = [&](int64_t minor) { return FormatMoney({minor, replayed.currency}); };
  std::cout << "\nBy rule:\n";
  for (const auto& [key, count] : report.by_rule) {
    std::cout << "  " << count << "  " << (key.first.empty() ? "no rule named" : key.first) << ": "
              << app::Word(key.second.from) << " -> " << app::Word(key.second.to) << '\n';
  }
  std::cout << "\nBy gesture:\n";
  for (const auto& [gesture, counts] : report.by_gesture) {
    if (counts.flips == 0) continue;
    std::cout << "  " << counts.flips << " of " << counts.checks << "  "
              << (gesture.empty() ? "in own words" : gesture) << '\n';
  }
  std::cout << "\nNewly allowed: " << Times(report.newly_allowed.checks, "check", "checks") << ", "
            << money(report.newly_allowed.amount)
            << ". No longer: " << Times(report.no_longer_allowed.checks, "check", "checks") << ", "
            << money(report.no_longer_allowed.amount) << ".\n\nThe latest:\n";
  for (const app::ReplayExample& example : report.examples) {
    std::cout << "  " << example.check.ToString() << "  "
              << (example.gesture.empty() ? "in own words" : example.gesture) << "  "
              << money(example.amount) << "\n    was: " << example.was
              << "\n    now: " << app::Word(example.change.to) << ". " << example.now << '\n';
  }
}

int Run(const ReplayCommand& command, bool json) {
  const auto replayed = Replay(command);
  if (!replayed) {
    std::cerr << "error: " << replayed.error().ToString() << '\n';
    return 1;
  }
  if (!json) {
    Print(*replayed);
    return 0;
  }
  JsonWriter out;
  app::WriteReplay(out, replayed->report, replayed->currency);
  std::cout << out.text() << '\n';
  return 0;
}

}  // namespace

Result<Replayed> Replay(const ReplayCommand& command) {
  EM_ASSIGN(const auto draft, connect::LoadPolicyFolder(command.policy));
  const auto policies = connect::PolicyFiles::Open(command.policies);
  NoPolicies none;
  EM_ASSIGN(const auto store, store::OpenStore({.url = command.database}));
  app::Services services{*store, SystemClock(), SystemRandom(),
                         policies ? static_cast<app::PolicySource&>(**policies) : none};
  EM_ASSIGN(const app::Organisation organisation,
            app::FindOrganisationBySlug(*store, command.organisation));
  app::ReplayOptions options{.full = command.full, .threads = command.threads};
  EM_ASSIGN(options.since, Since(command.since, organisation.time_zone));
  EM_ASSIGN(const auto configuration, CurrentConfiguration(services, organisation.id));
  // Without them a draft is replayed too: more slowly, and what it takes away is not named.
  const auto in_force = PolicyInForce(services, organisation, *configuration).value_or(nullptr);
  options.in_force = in_force.get();
  options.earlier = EarlierPolicies(services, organisation.id, in_force);
  const auto began = std::chrono::steady_clock::now();
  EM_ASSIGN(app::ReplayReport report, ReplayChecks(*store, organisation, *draft, options));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  return Replayed{std::move(report), organisation.currency, took.count()};
}

void AddReplay(CLI::App& app, int& exit_code) {
  auto command = std::make_shared<ReplayCommand>();
  auto json = std::make_shared<bool>(false);
  const Settings usual;
  const char* database = std::getenv("EXTRAMILE_DATABASE");
  command->database = database ? database : usual.database;
  command->policies = usual.policies;
  auto* replay = app.add_subcommand("replay", "Ask every stored check again under other rules");
  replay->add_option("--policy", command->policy, "The draft: a folder of .dmn files")->required();
  replay->add_option("--organisation", command->organisation, "Its short name")->required();
  replay->add_option("--since", command->since, "Checks from this day or time on");
  replay->add_option("--database", command->database,
                     "sqlite:PATH or postgresql://... [EXTRAMILE_DATABASE]");
  replay->add_option("--policies", command->policies, "Folder of the rules in force");
  replay->add_option("--threads", command->threads, "How many at once")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  replay->add_flag(
      "--full", command->full,
      "Ask every rule of every check, and not only what the draft changes: slower, and "
      "the same answer");
  replay->add_flag("--json", *json, "For machines");
  replay->callback([command, json, &exit_code] { exit_code = Run(*command, *json); });
}

}  // namespace extramile::cli

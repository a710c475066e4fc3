// The program `extramile`: reads the command line and runs one command. Errors are said in one
// sentence on standard error with exit code 1.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <map>

#include "cli/admin.h"
#include "cli/call.h"
#include "cli/check.h"
#include "cli/demo.h"
#include "cli/dmn_tck.h"
#include "cli/forecast.h"
#include "cli/import.h"
#include "cli/policy.h"
#include "cli/replay.h"
#include "cli/serve.h"
#include "cli/settings.h"

namespace extramile::cli {
namespace {

int Finish(const Result<void>& result) {
  if (result) return 0;
  std::cerr << "error: " << result.error().ToString() << '\n';
  return 1;
}

// What a command's flags say, as text, until file and environment were read.
struct ServeFlags {
  std::map<std::string, std::string> texts;
  std::map<std::string, bool> switches;
  std::string file;
  bool print = false;
};

Result<Settings> Gather(const ServeFlags& flags) {
  Settings settings;
  const char* named = std::getenv("EXTRAMILE_SETTINGS");
  const std::string file = flags.file.empty() && named ? named : flags.file;
  if (!file.empty()) EM_TRY(ApplyFile(settings, file));
  EM_TRY(ApplyEnvironment(settings, [](const char* name) { return std::getenv(name); }));
  for (const auto& [name, text] : flags.texts) {
    if (!text.empty()) EM_TRY(Apply(settings, name, text, "--" + name));
  }
  for (const auto& [name, on] : flags.switches) {
    if (on) EM_TRY(Apply(settings, name, "true", "--" + name));
  }
  return settings;
}

void AddServe(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("serve", "Serve the page and the API");
  auto flags = std::make_shared<ServeFlags>();
  command->add_option("--settings", flags->file, "TOML file of settings");
  command->add_flag("--print-settings", flags->print, "Print the settings as a file, and stop");
  for (const SettingInfo& info : AllSettings()) {
    const std::string name(info.name);
    const std::string help = std::string(info.help) + " [" + info.environment_name() + "]";
    if (info.is_flag()) {
      command->add_flag("--" + name, flags->switches[name], help);
    } else {
      command->add_option("--" + name, flags->texts[name], help)->take_last();
    }
  }
  command->callback([flags, &exit_code] {
    const auto settings = Gather(*flags);
    if (!settings) {
      exit_code = Finish(tl::unexpected(settings.error()));
    } else if (flags->print) {
      std::cout << ToToml(*settings);
    } else {
      exit_code = Finish(Serve(*settings));
    }
  });
}

struct CallFlags {
  std::string server;
  bool list = false;
};

// `words`: the operation and its flags, as typed; --server may stand among them.
Result<void> RunCall(CallFlags flags, std::vector<std::string> words) {
  if (flags.list || words.empty()) {
    std::cout << ListOperations();
    return {};
  }
  const auto server = std::find(words.begin() + 1, words.end(), "--server");
  if (server != words.end() && server + 1 != words.end()) {
    flags.server = *(server + 1);
    words.erase(server, server + 2);
  }
  EM_ASSIGN(const ApiCall call, ReadCall(words[0], std::span(words).subspan(1)));
  EM_ASSIGN(ApiClient api, ApiClient::Open(flags.server));
  EM_ASSIGN(const std::string answer, api.Call(call));
  if (!answer.empty()) std::cout << answer << '\n';
  return {};
}

void AddCall(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand(
      "call", "Call an operation of the API: extramile call OPERATION [--NAME VALUE ...]");
  auto flags = std::make_shared<CallFlags>();
  command->add_option("--server", flags->server, "http://HOST:PORT [EXTRAMILE_SERVER]");
  command->add_flag("--list", flags->list, "List the operations");
  command->prefix_command();  // what follows the operation is its own
  command->callback(
      [command, flags, &exit_code] { exit_code = Finish(RunCall(*flags, command->remaining())); });
}

void AddImport(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("import", "Import calls or cases through a running server");
  command->require_subcommand(1);
  auto calls = std::make_shared<CallsToImport>();
  auto dry_run = std::make_shared<bool>(false);
  auto* log = command->add_subcommand("calls", "A call log, for the forecasts");
  log->add_option("log", calls->log, "The log")->required();
  log->add_option("--columns", calls->columns, "What its columns mean (TOML)")->required();
  log->add_option("--team", calls->team, "The team whose calls they are");
  log->add_option("--name", calls->name, "A name for it; the file's unless said");
  log->add_option("--shift-days", calls->shift_days, "Move every time by whole days");
  log->add_flag("--dry-run", *dry_run, "Only read, and say what would be taken");
  log->add_option("--server", calls->server, "http://HOST:PORT [EXTRAMILE_SERVER]");
  log->callback([calls, dry_run, &exit_code] {
    if (*dry_run) {
      exit_code = Finish(TryCalls(*calls));
    } else if (calls->team.empty()) {
      exit_code = Finish(Fail(ErrorKind::kInvalid, "team-missing", "--team is missing.", "",
                              "Say whose calls they are."));
    } else {
      exit_code = Finish(ImportCalls(*calls));
    }
  });
  auto file = std::make_shared<std::string>();
  auto server = std::make_shared<std::string>();
  auto* cases = command->add_subcommand("cases", "Cases, from CSV or JSON");
  cases->add_option("file", *file, "FILE.csv or FILE.json")->required();
  cases->add_option("--server", *server, "http://HOST:PORT [EXTRAMILE_SERVER]");
  cases->callback([file, server, &exit_code] { exit_code = Finish(ImportCases(*file, *server)); });
}

void AddForecast(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("forecast", "The forecast of other customers' waiting");
  command->require_subcommand(1);
  auto what = std::make_shared<ForecastToEvaluate>();
  auto* evaluate =
      command->add_subcommand("evaluate", "How good it is on a call log; needs no server");
  evaluate->add_option("--log", what->log, "The log")->required();
  evaluate->add_option("--columns", what->columns, "What its columns mean (TOML)")->required();
  evaluate->add_flag("--json", what->json, "For machines");
  evaluate->add_option("--plot", what->plot, "Write a picture (FILE.svg)");
  evaluate->add_option("--days", what->days, "A kind of day of the columns' file");
  evaluate->add_option("--hours", what->hours, "Such as 7-24; those in which calls come otherwise");
  evaluate->add_option("--training-days", what->training_days, "Half of the days otherwise");
  evaluate->add_flag("--splits", what->splits, "Also with the log divided in other ways");
  evaluate->callback(
      [what, &exit_code] { exit_code = Finish(EvaluateForecastOf(*what, std::cout)); });
}

std::string DefaultDatabase() {
  const char* named = std::getenv("EXTRAMILE_DATABASE");
  return named ? named : Settings().database;
}

void AddAccounts(CLI::App& app, int& exit_code) {
  auto database = std::make_shared<std::string>(DefaultDatabase());
  auto* organisation = app.add_subcommand("organisation", "Organisations, on the database itself");
  organisation->require_subcommand(1);
  auto wanted = std::make_shared<app::NewOrganisation>();
  auto* add = organisation->add_subcommand("add", "Add an organisation");
  add->add_option("--database", *database, "sqlite:PATH or postgresql://... [EXTRAMILE_DATABASE]");
  add->add_option("--slug", wanted->slug, "Its short name: a-z, 0-9 and hyphens")->required();
  add->add_option("--name", wanted->name, "Its name")->required();
  add->add_option("--kind", wanted->kind, "employer, centre or both");
  add->add_option("--time-zone", wanted->time_zone, "Such as Europe/London");
  add->add_option("--currency", wanted->currency, "Such as GBP");
  add->add_option("--policy-set", wanted->policy_set, "The folder of its rules");
  add->callback(
      [database, wanted, &exit_code] { exit_code = Finish(AddOrganisation(*database, *wanted)); });

  auto* users = app.add_subcommand("user", "Accounts, on the database itself");
  users->require_subcommand(1);
  auto user = std::make_shared<UserToAdd>();
  auto* add_user = users->add_subcommand("add", "Add a person; the password is asked for");
  add_user->add_option("--database", *database, "sqlite:PATH or postgresql://...");
  add_user->add_option("--organisation", user->organisation, "Its short name")->required();
  add_user->add_option("--name", user->display_name, "The person's name")->required();
  add_user->add_option("--sign-in", user->sign_in_name, "The name they sign in with")->required();
  add_user->add_option("--roles", user->roles, "Such as \"admin manager\"")->required();
  add_user->add_option("--team", user->team, "Their team");
  add_user->callback(
      [database, user, &exit_code] { exit_code = Finish(AddUser(*database, *user)); });
  auto name = std::make_shared<std::string>();
  auto* reset = users->add_subcommand("reset", "Give somebody a new password");
  reset->add_option("--database", *database, "sqlite:PATH or postgresql://...");
  reset->add_option("--sign-in", *name, "The name they sign in with")->required();
  reset->callback(
      [database, name, &exit_code] { exit_code = Finish(ResetUser(*database, *name)); });
}

void AddSignIn(CLI::App& app, int& exit_code) {
  struct Flags {
    std::string server, name, organisation;
  };
  auto flags = std::make_shared<Flags>();
  auto* command = app.add_subcommand("sign-in", "Sign in at a server for later commands");
  command->add_option("name", flags->name, "The name you sign in with")->required();
  command->add_option("--organisation", flags->organisation, "If you belong to several");
  command->add_option("--server", flags->server, "http://HOST:PORT [EXTRAMILE_SERVER]");
  command->callback([flags, &exit_code] {
    exit_code = Finish(SignInAndKeep(flags->server, flags->name, flags->organisation));
  });
}

Result<void> CheckHealth(const std::string& server) {
  EM_ASSIGN(ApiClient api, ApiClient::Open(server));
  EM_ASSIGN(const auto answer, api.http().Send({.target = "/readyz"}));
  std::cout << answer.body;
  if (answer.status == 200) return {};
  return Fail(ErrorKind::kUnavailable, "not-ready", "The server is not ready.", api.server());
}

void AddHealth(CLI::App& app, int& exit_code) {
  auto server = std::make_shared<std::string>();
  auto* command = app.add_subcommand("health", "Is the server ready?");
  command->add_option("--server", *server, "http://HOST:PORT [EXTRAMILE_SERVER]");
  command->callback([server, &exit_code] { exit_code = Finish(CheckHealth(*server)); });
}

void AddDemo(CLI::App& app, int& exit_code) {
  auto demo = std::make_shared<DemoCommand>();
  const std::filesystem::path real =
      "../shared/data/anonymous-bank-1999-02/data_anonymous_bank_february.txt";
  const std::filesystem::path generated = "demo/call-log/generated.tsv";
  const bool have_real = std::filesystem::exists(real);
  demo->settings.log = have_real ? real : generated;
  demo->settings.columns =
      have_real ? "demo/columns/anonymous-bank.toml" : "demo/columns/generated.toml";
  demo->other_log = generated;
  demo->other_columns = "demo/columns/generated.toml";
  auto* command = app.add_subcommand("demo", "Walk the whole loop against a fresh server");
  command->add_flag("--vary", demo->vary, "Change one thing at a time, and say what moved");
  command->add_flag("--json", demo->json, "For machines");
  command->add_option("--log", demo->settings.log, "The call log that forecasts rest on");
  command->add_option("--columns", demo->settings.columns, "What its columns mean");
  command->add_option("--policies", demo->settings.policies, "Folder of rules");
  command->add_option("--frameworks", demo->settings.frameworks, "Folder of qualification units");
  command->callback([demo, &exit_code] { exit_code = RunDemo(*demo); });
}

void AddCheck(CLI::App& app, int& exit_code) {
  auto check = std::make_shared<CheckCommand>();
  auto* command = app.add_subcommand(
      "check", "Decide contexts without a server: extramile check --policy DIR < IN > OUT");
  command->add_option("--policy", check->policy, "Folder of the rules' .dmn files")->required();
  command->add_option("--time-zone", check->time_zone, "Of now() and today(); UTC unless said");
  command->callback([check, &exit_code] { exit_code = RunCheck(*check); });
}

int Run(int argc, char** argv) {
  CLI::App app("Go the extra mile safely, and let the record prove it.", "extramile");
  app.set_version_flag("--version", "extramile " EXTRAMILE_VERSION);
  app.require_subcommand(1);
  int exit_code = 0;
  AddServe(app, exit_code);
  AddSignIn(app, exit_code);
  AddCall(app, exit_code);
  AddImport(app, exit_code);
  AddForecast(app, exit_code);
  AddAccounts(app, exit_code);
  AddHealth(app, exit_code);
  AddReplay(app, exit_code);
  AddDemo(app, exit_code);
  AddCheck(app, exit_code);
  AddDmn(app, exit_code);
  AddPolicy(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : 2;
  }
  return exit_code;
}

}  // namespace
}  // namespace extramile::cli

int main(int argc, char** argv) {
  try {
    return extramile::cli::Run(argc, argv);
  } catch (const std::exception& bug) {
    std::cerr << "error: a mistake of extramile's own: " << bug.what() << '\n';
    return 1;
  }
}

#include "cli/demo.h"

#include <cstdio>
#include <iostream>
#include <set>

#include "base/json_writer.h"

namespace extramile::cli {
namespace {

struct Told {
  std::vector<DemoLine> lines;
  Facts facts;
};

void PrintLine(const DemoLine& line) {
  constexpr size_t kWidth = 86;
  std::string rest = line.says;
  std::string head = line.step;
  while (!rest.empty()) {
    size_t cut = rest.size();
    if (cut > kWidth) {
      cut = rest.rfind(' ', kWidth);
      if (cut == std::string::npos || cut == 0) cut = kWidth;
    }
    std::printf("%-13s %s\n", head.c_str(), rest.substr(0, cut).c_str());
    rest.erase(0, cut == rest.size() ? cut : cut + (rest[cut] == ' '));
    head.clear();
  }
  std::fflush(stdout);
}

Result<Told> TellOnce(const DemoSettings& settings, DemoChoices choices, bool aloud) {
  Told told;
  EM_ASSIGN(const auto world, DemoWorld::Start(settings));
  DemoStory story(world->World([&](const DemoLine& line) {
    if (aloud) PrintLine(line);
    told.lines.push_back(line);
  }),
                  choices);
  EM_ASSIGN(told.facts, story.Run());
  return told;
}

// One thing changed: what must move with it, and what else may.
struct Variation {
  std::string name;
  DemoSettings settings;
  DemoChoices choices;
  std::vector<std::string> must;  // facts that have to change
  std::vector<std::string> may;   // beginnings of facts that are allowed to
};

std::vector<Variation> Variations(const DemoCommand& command) {
  const std::vector<std::string> time_moves = {"moment", "forecast.", "effect."};
  std::vector<Variation> all;
  all.push_back(
      {"A quieter hour",
       command.settings,
       {.busy = false},
       {"moment", "forecast.extra_wait_minutes", "stay.gate.other customers", "stay.outcome"},
       time_moves});
  DemoSettings lower = command.settings;
  lower.agent_limit = "10.00";
  all.push_back({"A lower limit: an agent may give 10.00 a case instead of 20.00",
                 lower,
                 {},
                 {"goodwill.gate.authority", "goodwill.outcome"},
                 {}});
  all.push_back({"No feedback",
                 command.settings,
                 {.feedback = false},
                 {"coverage.3.4"},
                 {"coverage.evidenced", "coverage.3.5", "proposal.valued"}});
  DemoSettings rule = command.settings;
  rule.rule_cell = "(6..30]";
  rule.rule_cell_instead = "(600..3000]";
  all.push_back({"One cell of the rules: others may wait 600 minutes between them instead of 6",
                 rule,
                 {},
                 {"stay.gate.other customers", "stay.outcome"},
                 {}});
  DemoSettings other = command.settings;
  other.log = command.other_log;
  other.columns = command.other_columns;
  all.push_back({"Another call log: " + other.log.filename().string(),
                 other,
                 {},
                 {"forecast.extra_wait_minutes"},
                 {"moment", "forecast.", "effect.", "stay."}});
  return all;
}

std::map<std::string, std::pair<std::string, std::string>> Moved(const Facts& before,
                                                                 const Facts& after) {
  std::map<std::string, std::pair<std::string, std::string>> moved;
  std::set<std::string> names;
  for (const auto& [name, value] : before) names.insert(name);
  for (const auto& [name, value] : after) names.insert(name);
  for (const std::string& name : names) {
    const auto old = before.find(name);
    const auto now = after.find(name);
    const std::string from = old == before.end() ? "" : old->second;
    const std::string to = now == after.end() ? "" : now->second;
    if (from != to) moved[name] = {from, to};
  }
  return moved;
}

bool Expected(const Variation& variation, const std::string& fact) {
  for (const std::string& name : variation.must) {
    if (fact == name) return true;
  }
  for (const std::string& prefix : variation.may) {
    if (fact.starts_with(prefix)) return true;
  }
  return false;
}

// Prints what moved; false where something did not move that had to, or moved that must not.
bool Compare(const Variation& variation, const Facts& before, const Facts& after, bool json) {
  const auto moved = Moved(before, after);
  bool right = true;
  JsonWriter out;
  out.BeginObject().Key("variation").String(variation.name).Key("moved").BeginObject();
  if (!json) std::printf("\n%s\n", variation.name.c_str());
  for (const auto& [fact, change] : moved) {
    const bool expected = Expected(variation, fact);
    right = right && expected;
    out.Key(fact).BeginArray().String(change.first).String(change.second).EndArray();
    if (!json) {
      std::printf("  %s%s: %s -> %s\n", expected ? "" : "UNEXPECTED ", fact.c_str(),
                  change.first.c_str(), change.second.c_str());
    }
  }
  for (const std::string& fact : variation.must) {
    if (moved.contains(fact)) continue;
    right = false;
    if (!json)
      std::printf("  DID NOT MOVE %s: %s\n", fact.c_str(),
                  before.contains(fact) ? before.at(fact).c_str() : "");
  }
  if (!json) std::printf("  everything else (%zu facts) stayed.\n", before.size() - moved.size());
  out.EndObject().Key("as_expected").Bool(right).EndObject();
  if (json) std::printf("%s\n", out.text().c_str());
  return right;
}

int Complain(const Error& error) {
  std::fprintf(stderr, "demo: %s\n", error.ToString().c_str());
  return 1;
}

void PrintJson(const DemoCommand& command, const Told& told) {
  JsonWriter out;
  out.BeginObject()
      .Key("call_log")
      .String(command.settings.log.filename().string())
      .Key("steps")
      .BeginArray();
  for (const DemoLine& line : told.lines) {
    out.BeginObject().Key("step").String(line.step).Key("says").String(line.says).EndObject();
  }
  out.EndArray().Key("facts").BeginObject();
  for (const auto& [name, value] : told.facts) out.Key(name).String(value);
  out.EndObject().EndObject();
  std::printf("%s\n", out.text().c_str());
}

}  // namespace

int RunDemo(const DemoCommand& command) {
  const bool aloud = !command.json && !command.vary;
  if (!command.json) std::printf("Call log: %s\n\n", command.settings.log.string().c_str());
  const auto told = TellOnce(command.settings, {}, aloud);
  if (!told) return Complain(told.error());
  if (!command.vary) {
    if (command.json) PrintJson(command, *told);
    return 0;
  }
  if (!command.json)
    std::printf("The loop holds (%zu facts). Now one thing at a time:\n", told->facts.size());
  bool right = true;
  for (const Variation& variation : Variations(command)) {
    const auto varied = TellOnce(variation.settings, variation.choices, false);
    if (!varied) return Complain(varied.error());
    right = Compare(variation, told->facts, varied->facts, command.json) && right;
  }
  return right ? 0 : 1;
}

}  // namespace extramile::cli

// Assessment: the verdict on one idea in one situation, with everything a check records and
// answers.
//
// Pure but for the forecast's cache and the engine's own memory: it reads nothing from the store
// (the first forecast of a calibration excepted) and writes nothing.
//
//   Assessor assessor(services, request, situation);
//   EM_ASSIGN(Assessment assessment, assessor.Assess(IdeaFactsOf(situation), {.variant = true}));
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/incident_pace.h"
#include "app/other_customers.h"
#include "app/situation.h"
#include "desk/variant.h"
#include "desk/verdict.h"

namespace extramile::app {

struct Assessment {
  desk::Facts facts;
  desk::Judgement judgement;
  std::string sentence;
  std::optional<OthersForecast> forecast;  // where the idea takes anybody's time
  std::optional<desk::Variant> nearest;
  std::string snapshot;
  const desk::Grant* grant = nullptr;  // of the person who asks; lives with the configuration
  Instant valid_until;
};

struct AssessOptions {
  bool variant = true;   // look for the nearest allowed variant where the answer is not yes
  bool snapshot = true;  // keep the decision's inputs
};

class Assessor {
 public:
  // All three must outlive it.
  Assessor(Services& services, const Request& request, const Situation& situation)
      : services_(services), request_(request), situation_(situation) {}

  Result<Assessment> Assess(desk::IdeaFacts idea, const AssessOptions& options = {});
  // What the idea takes from the ledger with that grant, which is `person`'s.
  std::vector<desk::Line> LinesOf(const desk::Facts& facts, const desk::Grant* grant,
                                  PersonId person, const desk::Accounts& accounts) const;
  // When each customer's turn is, after Assess of an idea for everybody that an incident hit.
  const Pace& pace() const { return pace_; }
  int64_t MinutesOfFullestDay() const;

 private:
  Result<std::optional<OthersForecast>> Forecast(const desk::IdeaFacts& idea);
  // Of an idea for everybody: incident_assessment.cc.
  Result<std::optional<OthersForecast>> ForecastForAll(const desk::Facts& facts);
  Result<void> JudgeForAll(Assessment& out, const AssessOptions& options);
  std::vector<desk::Line> LinesForAll(desk::Claim claim, const desk::Grant* grant,
                                      const desk::Accounts& accounts) const;
  Result<std::optional<OthersForecast>> Refresh(desk::Facts& facts);
  // `keep` is shown what the rules read.
  Result<desk::Judgement> Judge(const desk::Facts& facts,
                                const std::function<void(const feel::Value&)>& keep = {});

  Services& services_;
  const Request& request_;
  const Situation& situation_;
  Pace pace_;
  bool simulated_ = false;  // the idea itself was asked about; variants may only be looked up
};

// The idea in question; of a catalogue gesture that nobody has proposed yet.
desk::IdeaFacts IdeaFactsOf(const Situation& situation, Instant now);
desk::IdeaFacts IdeaFactsOf(const GestureRecord& gesture, const Situation& situation, Instant now);

// A condition's word as the rules read it: "age-restricted" is stored, "age restricted" is read.
std::string ConditionForRules(std::string word);

// What the rules read of a forecast; the verdict of their gate `other customers` on such facts.
desk::OthersFacts OthersFactsOf(const OthersForecast& forecast);
Result<desk::Verdict> VerdictOfOthers(const Policy& policy, const desk::Facts& facts);
// Puts the forecast into the facts. One whose interval the gate divides becomes undecided.
Result<void> PutOthers(const Policy& policy, desk::Facts& facts, OthersForecast& forecast);

// "uk-starter sha256:4f2a..."
std::string PolicyName(const Policy& policy);

}  // namespace extramile::app

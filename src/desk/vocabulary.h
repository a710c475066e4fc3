// The words of a check: gates, verdicts, outcomes and the ranks of those who may agree. They are
// the product's own words, so that code, rules, API and screens say the same.
//
//   ParseVerdict("needs sign-off");        // Verdict::kNeedsSignOff
//   Word(Outcome::kNotAllowed);            // "not allowed"
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace extramile::desk {

// What one rule says, mildest first: the strictest finding is a gate's verdict.
enum class Verdict : uint8_t { kOk, kRoutine, kNeedsSignOff, kUndecided, kNotAllowed };
std::string_view Word(Verdict verdict);
std::optional<Verdict> ParseVerdict(std::string_view word);

// What the whole check says.
enum class Outcome : uint8_t { kRoutine, kAllowed, kNeedsSignOff, kUndecided, kNotAllowed };
std::string_view Word(Outcome outcome);
std::optional<Outcome> ParseOutcome(std::string_view word);
// Routine or allowed: nobody else need be asked.
constexpr bool MayDoNow(Outcome outcome) {
  return outcome == Outcome::kRoutine || outcome == Outcome::kAllowed;
}

// Who may agree to what: a manager may whatever a lead may.
enum class Rank : uint8_t { kNone, kAgent, kLead, kManager };
std::string_view Word(Rank rank);  // kNone: ""
std::optional<Rank> ParseRank(std::string_view word);
// The highest of a person's roles, given as words with a space between ("agent learner lead").
Rank HighestRank(std::string_view roles);
// True if `roles` contains `role` as a word.
bool HasRole(std::string_view roles, std::string_view role);

// The decisions of a rule set that are gates, in the order in which they are shown.
inline constexpr std::array<std::string_view, 6> kGates = {
    "routine or extra", "authority", "resources", "guidelines", "regulation", "other customers"};
inline constexpr std::string_view kFeasibility = "feasibility";

}  // namespace extramile::desk

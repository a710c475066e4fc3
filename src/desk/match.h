// Expectations against the service offer: for each expectation the promise that comes nearest, and
// whether it meets what the customer wants.
//
// A suggestion for a person to judge, and meant to be understood by one: a promise comes near by
// sharing words with the expectation, its dimension of quality (RATER), or the case's channel. A
// promise that comes near enough meets the expectation, unless the customer named a time ("in 10
// minutes", "by tomorrow") that its standard does not keep: then it falls short; a standard at most
// half of that time exceeds it. What comes near by its dimension alone is short as well. What
// nothing comes near to is not covered. What is short or not covered is a key difference where the
// customer cares (importance 3 or more).
//
// Pure; O(expectations x items x words).
//
//   const auto lines = MatchOffer(expectations, items, "phone");
//   const std::string summary = Summarise(lines, expectations);
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace extramile::desk {

struct ExpectedService {
  std::string_view words;  // empty once erased
  std::string_view dimension;
  int64_t importance = 3;  // 1 to 5
};

struct PromisedService {
  std::string_view promise;
  std::string_view standard;  // in words; may be empty
  std::optional<int64_t> standard_minutes;
  std::string_view channel, touchpoint, dimension;  // may be empty
};

enum class MatchVerdict { kMet, kExceeded, kShort, kNotCovered };
std::string_view Word(MatchVerdict verdict);  // "met", "exceeded", "short", "not_covered"
std::optional<MatchVerdict> ParseMatchVerdict(std::string_view word);

struct MatchedLine {
  size_t expectation = 0;      // its index
  std::optional<size_t> item;  // index of the promise
  MatchVerdict verdict = MatchVerdict::kNotCovered;
  bool key_difference = false;
};

// One line for each expectation, in their order.
std::vector<MatchedLine> MatchOffer(std::span<const ExpectedService> expectations,
                                    std::span<const PromisedService> items,
                                    std::string_view channel);

// What a sentence about key differences needs of one line, whoever judged it.
struct Difference {
  std::string_view dimension;
  MatchVerdict verdict = MatchVerdict::kMet;
  bool key_difference = false;
};
// "The offer meets 2 of 3 expectations; the key difference is in empathy: not covered."
std::string SummariseMatch(std::span<const Difference> lines);

// The time a text names, in minutes: "in 10 minutes", "within two hours", "today", "by tomorrow";
// nullopt where it names none.
std::optional<int64_t> MinutesNamed(std::string_view text);

}  // namespace extramile::desk

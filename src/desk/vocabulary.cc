#include "desk/vocabulary.h"

namespace extramile::desk {
namespace {

constexpr std::array<std::string_view, 5> kVerdicts = {"ok", "routine", "needs sign-off",
                                                       "undecided", "not allowed"};
constexpr std::array<std::string_view, 5> kOutcomes = {"routine", "allowed", "needs sign-off",
                                                       "undecided", "not allowed"};
constexpr std::array<std::string_view, 4> kRanks = {"", "agent", "lead", "manager"};

template <class Enum, size_t N>
std::optional<Enum> Parse(const std::array<std::string_view, N>& words, std::string_view word) {
  for (size_t i = 0; i < N; ++i) {
    if (words[i] == word) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view Word(Verdict verdict) { return kVerdicts[static_cast<size_t>(verdict)]; }
std::optional<Verdict> ParseVerdict(std::string_view word) {
  return Parse<Verdict>(kVerdicts, word);
}

std::string_view Word(Outcome outcome) { return kOutcomes[static_cast<size_t>(outcome)]; }
std::optional<Outcome> ParseOutcome(std::string_view word) {
  return Parse<Outcome>(kOutcomes, word);
}

std::string_view Word(Rank rank) { return kRanks[static_cast<size_t>(rank)]; }
std::optional<Rank> ParseRank(std::string_view word) {
  if (word.empty()) return std::nullopt;
  return Parse<Rank>(kRanks, word);
}

bool HasRole(std::string_view roles, std::string_view role) {
  while (!roles.empty()) {
    const size_t space = roles.find(' ');
    if (roles.substr(0, space) == role) return true;
    if (space == std::string_view::npos) break;
    roles.remove_prefix(space + 1);
  }
  return false;
}

Rank HighestRank(std::string_view roles) {
  for (const Rank rank : {Rank::kManager, Rank::kLead, Rank::kAgent}) {
    if (HasRole(roles, Word(rank))) return rank;
  }
  return Rank::kNone;
}

}  // namespace extramile::desk

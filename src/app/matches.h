// The match: a case's expectations against the service offer, with the key differences. The
// system's suggestion (suggest_match) and the person's own match (match_offer) are told apart by
// their author; only the person's is a record.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/record.h"
#include "app/use_case.h"

namespace extramile::app {

Result<Answer> SuggestMatch(Services& services, const Request& request);
Result<Answer> MatchOffer(Services& services, const Request& request);

struct MatchLineRecord {
  AnyId expectation;
  std::string dimension;  // the expectation's
  std::optional<std::string> expectation_words;
  std::optional<AnyId> offer_item;
  std::optional<std::string> promise;
  std::string verdict;  // met | exceeded | short | not_covered
  bool key_difference = false;
  std::optional<StoredWords> words;
};

struct MatchRecord {
  RecordHead head;
  AnyId offer;
  int64_t offer_number = 0;
  std::vector<MatchLineRecord> lines;
};

// $1 organisation, $2 case: its matches, the newest first; and the lines of all of them, each with
// its match's id first.
extern const Sql kMatchesOfCase;
extern const Sql kMatchLinesOfCase;
// The newest match of the case, where there is one.
std::optional<MatchRecord> NewestMatchFrom(const Rows& matches, const Rows& lines);

// The contract's Match.
void WriteMatch(JsonWriter& out, const MatchRecord& match);

}  // namespace extramile::app

// The kinds of record that can evidence a criterion, and the facts that a framework may ask of
// each: one table, which the framework reader checks files against and the coverage speaks from. A
// new kind of evidence is one entry here and one query that fills it in (app/see_coverage.cc).
//
// A fact is a word ("timing" is "before" or "after") or a whole number ("times"). Each has a phrase
// for when it is not as asked, so that what is missing can be said: "The praise of 12 November is
// noted but not passed on."
//
// Constant data; O(entries) look-ups.
#pragma once

#include <string_view>
#include <vector>

namespace extramile::portfolio {

struct FactKind {
  std::string_view name;
  std::vector<std::string_view> words;  // the values there are; empty for a number
  std::string_view not_so;  // completes "The praise of 12 November ..."; says what is lacking
};

struct RecordKind {
  std::string_view name;  // the table's, as in the contract's record_kind
  std::string_view noun;  // "The praise"
  std::vector<FactKind> facts;

  const FactKind* Fact(std::string_view fact) const;  // nullptr where there is none
};

const std::vector<RecordKind>& RecordKinds();
const RecordKind* FindRecordKind(std::string_view name);  // nullptr where there is none

}  // namespace extramile::portfolio

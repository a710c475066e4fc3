// What the customer expects or needs, and what they felt: two records, never only a difference.
#pragma once

#include <optional>
#include <string>

#include "app/record.h"
#include "app/use_case.h"

namespace extramile::app {

Result<Answer> NoteExpectation(Services& services, const Request& request);
Result<Answer> NotePerception(Services& services, const Request& request);

struct ExpectationRecord {
  RecordHead head;
  std::string kind;  // expectation | need
  std::optional<StoredWords> words;
  std::string dimension;
  int64_t importance = 3;  // 1 to 5
  std::string formed_by = "unknown";
  std::string learned_by = "told";
};

struct PerceptionRecord {
  RecordHead head;
  std::optional<AnyId> expectation;
  std::optional<std::string> dimension;
  std::optional<int64_t> rating;  // 1 to 5
  std::optional<StoredWords> words;
};

// $1 organisation, $2 case, in the order in which they happened.
extern const Sql kExpectationsOfCase;
extern const Sql kPerceptionsOfCase;
ExpectationRecord ExpectationFrom(const Row& row);
PerceptionRecord PerceptionFrom(const Row& row);

// The contract's Expectation and Perception.
void WriteExpectation(JsonWriter& out, const ExpectationRecord& expectation);
void WritePerception(JsonWriter& out, const PerceptionRecord& perception);

}  // namespace extramile::app

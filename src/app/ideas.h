// Ideas: what might be done for this customer, from the gesture catalogue or in one's own words. At
// least two are weighed, one is chosen, with a reason.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/checks.h"
#include "app/record.h"
#include "app/use_case.h"

namespace extramile::app {

Result<Answer> ProposeIdea(Services& services, const Request& request);
// For everybody that an incident hit: its money and minutes are for each of them.
Result<Answer> ProposeForAll(Services& services, const Request& request);
Result<Answer> ChooseIdea(Services& services, const Request& request);

struct IdeaRecord {
  RecordHead head;
  std::optional<AnyId> service_case, incident;  // one of the two
  std::optional<std::string> gesture;           // a code; absent for an idea in own words
  std::string title;
  std::optional<StoredWords> words;
  std::string kind;
  int64_t amount = 0;
  int64_t minutes = 0;
  int64_t goods_value = 0;
  std::optional<Instant> start_at;
  std::string channel;
  std::string recipient_kind = "person";
  std::vector<std::string> conditions;
  std::string origin = "own";
  std::string state = "open";  // open | chosen | dropped
  std::optional<Instant> chosen_at;
  std::optional<StoredWords> choice_reason;
};

// $1 organisation, $2 idea: at most one row, as IdeaFrom reads it.
extern const Sql kIdeaById;
IdeaRecord IdeaFrom(const Row& row);

// The first line of a text, shortened to what fits a heading.
std::string HeadingOf(const std::string& text);

// The contract's Idea.
void WriteIdea(JsonWriter& out, const IdeaRecord& idea, const CheckRecord* last_check,
               Currency currency);

// The ideas of a case, each with its last check: queries for somebody's Read, and the list written
// from their answers (in the same order).
std::vector<Query> IdeaQueries(OrganisationId organisation, AnyId service_case);
// Of an incident, in the same form.
std::vector<Query> IdeasOfIncident(OrganisationId organisation, AnyId incident);
void WriteIdeas(JsonWriter& out, std::span<const Rows> answers, Currency currency);

}  // namespace extramile::app

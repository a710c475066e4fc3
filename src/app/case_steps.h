// Steps within a case: the contact's own (greeting to follow-up) and a complaint's (listened to
// learned), and the explanation of the service offer to this customer.
#pragma once

#include <optional>
#include <string>

#include "app/record.h"
#include "app/use_case.h"

namespace extramile::app {

Result<Answer> TakeCaseStep(Services& services, const Request& request);
Result<Answer> ExplainOffer(Services& services, const Request& request);

struct CaseStepRecord {
  RecordHead head;
  std::string step;
  std::optional<StoredWords> words;
};

struct OfferExplanationRecord {
  RecordHead head;
  AnyId offer;
  int64_t offer_number = 0;
  std::string channel;
  std::optional<StoredWords> words;
};

// $1 organisation, $2 case, in the order in which they happened.
extern const Sql kStepsOfCase;
extern const Sql kExplanationsOfCase;
CaseStepRecord CaseStepFrom(const Row& row);
OfferExplanationRecord OfferExplanationFrom(const Row& row);

// The contract's CaseStep and OfferExplanation.
void WriteCaseStep(JsonWriter& out, const CaseStepRecord& step);
void WriteOfferExplanation(JsonWriter& out, const OfferExplanationRecord& explanation);

}  // namespace extramile::app

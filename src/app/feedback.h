// Feedback: noted, passed on to the people it is about, read by them, and reviewed over a period.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/record.h"
#include "app/use_case.h"

namespace extramile::app {

Result<Answer> NoteFeedback(Services& services, const Request& request);
Result<Answer> PassOnFeedback(Services& services, const Request& request);
Result<Answer> AcknowledgeFeedback(Services& services, const Request& request);
Result<Answer> ReviewFeedback(Services& services, const Request& request);

struct PassedOnRecord {
  RecordHead head;
  PersonRef to_person;
  std::string channel;
  std::optional<Instant> acknowledged_at;
};

struct FeedbackRecord {
  RecordHead head;
  std::optional<AnyId> service_case, action;
  std::string source;  // customer | colleague
  std::string method;
  std::optional<PersonRef> about_person;
  std::optional<int64_t> score, score_max;
  bool positive = false;
  std::optional<StoredWords> words;
  std::vector<PassedOnRecord> passed_on;
};

// $1 organisation, $2 case: its feedback, and how that was passed on (each row begins with its
// feedback's id), in the order in which it happened.
extern const Sql kFeedbackOfCase;
extern const Sql kPassedOnOfCase;
std::vector<FeedbackRecord> FeedbackFrom(const Rows& feedback, const Rows& passed_on);

// The contract's Feedback and PassedOn.
void WriteFeedback(JsonWriter& out, const FeedbackRecord& feedback);
void WritePassedOn(JsonWriter& out, const PassedOnRecord& passed_on);

// Adds a feedback whose head and particulars are set, with its words and its event.
void AddFeedbackSteps(Change& change, const Request& request, const FeedbackRecord& feedback,
                      const std::optional<WrittenWords>& words);

}  // namespace extramile::app

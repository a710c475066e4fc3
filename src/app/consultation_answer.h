// Answering a consultation: who may, what the answer means, and what an approval holds. Shared by
// the answer in the application and by the spoken one that the asker writes down.
#pragma once

#include <optional>
#include <string>

#include "app/approver.h"
#include "app/assessment.h"
#include "app/change.h"
#include "app/consultations.h"
#include "app/situation.h"
#include "desk/consultation.h"

namespace extramile::app {

// The contract's ConsultationAnswer.
struct AnswerBody {
  desk::ConsultationState state = desk::ConsultationState::kAnswered;
  std::optional<WrittenWords> words;
  desk::Envelope envelope;
  Instant occurred_at;
};

AnswerBody ReadAnswer(ObjectReader& in, const Request& request);

// The record as the states' rules see it.
desk::Consultation ConsultationRules(const ConsultationRecord& record, PersonId idea_author,
                                     desk::Rank needed);

// JSON: what the system lays out for the person asked, apart from the proposer's own words.
std::string FactsFor(const Request& request, const Situation& situation,
                     const Assessment& assessment);

class Answering {
 public:
  // `check`: the idea's last, beside which an approval's hold stands. All must outlive it.
  Answering(Services& services, const Request& request, Change& change, std::optional<AnyId> check)
      : services_(services), request_(request), change_(change), check_(check) {}

  // `who` says `answer`: changes `record`, and adds to the change what is held or released. The
  // situation and assessment are the proposer's. Errors: desk::MayAnswer's; kForbidden
  // "approval-..." where the approver's own authority does not reach; kConflict "not-allowed".
  Result<void> Apply(ConsultationRecord& record, PersonId who, const AnswerBody& answer,
                     const Situation& situation, Assessor& assessor, const Assessment& assessment);

 private:
  Result<void> Hold(const ConsultationRecord& record, const Approver& approver,
                    const Situation& situation, Assessor& assessor, const Assessment& assessment);

  Services& services_;
  const Request& request_;
  Change& change_;
  std::optional<AnyId> check_;
};

}  // namespace extramile::app

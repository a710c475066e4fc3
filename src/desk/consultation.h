// A consultation's states and who may move it.
//
//   requested --answer--> approved | changed | declined   (approval)
//             --answer--> answered                        (advice)
//             --deadline--> escalated (to the deputy), or expired where there is none
//             --withdraw--> withdrawn
//   escalated --answer--> as above; --deadline--> expired; --withdraw--> withdrawn
//   approved or changed, spoken and not confirmed --answer--> declined (it was not said so)
//
// INVARIANT: nobody answers what they proposed themselves, under whichever name they sign in. An
// approval comes from the rank that the check asked for, or a higher one.
// Pure and thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/id.h"
#include "base/time.h"
#include "desk/vocabulary.h"

namespace extramile::desk {

enum class ConsultationState {
  kRequested,
  kApproved,
  kChanged,
  kDeclined,
  kExpired,
  kWithdrawn,
  kEscalated,
  kAnswered,
};
std::string_view Word(ConsultationState state);
std::optional<ConsultationState> ParseConsultationState(std::string_view word);

// What an approval covers: up to this amount and these minutes, until then. Null: as far as the
// check went.
struct Envelope {
  std::optional<int64_t> amount, minutes;
  std::optional<Instant> until;
};
// True where a doing of that size at that time stays inside.
bool Covers(const Envelope& envelope, int64_t amount, int64_t minutes, Instant at);

struct Consultation {
  bool approval = false;  // else advice
  bool spoken = false;
  ConsultationState state = ConsultationState::kRequested;
  PersonId proposer;
  PersonId idea_author;
  std::optional<PersonId> with_person, deputy;
  Instant due_at;
  std::optional<Instant> confirmed_at;
  Rank needed = Rank::kLead;  // for an approval
};

bool IsOpen(ConsultationState state);

// Who answers.
struct Answerer {
  PersonId person;
  Rank rank = Rank::kNone;
  bool alias_of_proposer = false;  // the same human under another name
};

// May this person give this answer? Errors: kForbidden "own-proposal", "not-asked", "rank-too-low";
// kConflict "consultation-closed"; kInvalid "wrong-answer" (an approval of advice, or the reverse).
Result<void> MayAnswer(const Consultation& consultation, const Answerer& answerer,
                       ConsultationState answer, Instant now);

// May this person confirm what they said aloud? Errors: kForbidden "not-asked"; kConflict
// "nothing-to-confirm".
Result<void> MayConfirm(const Consultation& consultation, PersonId person);

// Errors: kForbidden "not-yours"; kConflict "consultation-closed".
Result<void> MayWithdraw(const Consultation& consultation, PersonId person);

// Where a consultation goes when its deadline has passed; nullopt while it has not.
std::optional<ConsultationState> AfterDeadline(const Consultation& consultation, Instant now);

}  // namespace extramile::desk

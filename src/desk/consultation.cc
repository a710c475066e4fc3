#include "desk/consultation.h"

#include <array>

namespace extramile::desk {
namespace {

constexpr std::array<std::string_view, 8> kStates = {"requested", "approved", "changed",
                                                     "declined",  "expired",  "withdrawn",
                                                     "escalated", "answered"};

bool IsYes(ConsultationState state) {
  return state == ConsultationState::kApproved || state == ConsultationState::kChanged;
}

bool UnconfirmedYes(const Consultation& consultation) {
  return consultation.spoken && IsYes(consultation.state) && !consultation.confirmed_at;
}

bool WasAsked(const Consultation& consultation, PersonId person, Instant now) {
  if (!consultation.with_person || consultation.with_person == person) return true;
  if (consultation.deputy == person) return true;
  // Past its deadline anybody of the right rank may help.
  return consultation.state == ConsultationState::kEscalated || consultation.due_at < now;
}

}  // namespace

std::string_view Word(ConsultationState state) { return kStates[static_cast<size_t>(state)]; }

std::optional<ConsultationState> ParseConsultationState(std::string_view word) {
  for (size_t i = 0; i < kStates.size(); ++i) {
    if (kStates[i] == word) return static_cast<ConsultationState>(i);
  }
  return std::nullopt;
}

bool Covers(const Envelope& envelope, int64_t amount, int64_t minutes, Instant at) {
  if (envelope.amount && amount > *envelope.amount) return false;
  if (envelope.minutes && minutes > *envelope.minutes) return false;
  return !envelope.until || at <= *envelope.until;
}

bool IsOpen(ConsultationState state) {
  return state == ConsultationState::kRequested || state == ConsultationState::kEscalated;
}

Result<void> MayAnswer(const Consultation& consultation, const Answerer& answerer,
                       ConsultationState answer, Instant now) {
  if (answerer.person == consultation.proposer || answerer.person == consultation.idea_author ||
      answerer.alias_of_proposer) {
    return Fail(ErrorKind::kForbidden, "own-proposal", "Nobody answers their own proposal.", "",
                "Ask somebody else.");
  }
  if (!WasAsked(consultation, answerer.person, now)) {
    return Fail(ErrorKind::kForbidden, "not-asked", "Somebody else was asked.", "",
                "The person asked or their deputy answers.");
  }
  const bool takes_back = UnconfirmedYes(consultation) && answer == ConsultationState::kDeclined &&
                          consultation.with_person == answerer.person;
  if (!IsOpen(consultation.state) && !takes_back) {
    return Fail(ErrorKind::kConflict, "consultation-closed",
                "This was already " + std::string(Word(consultation.state)) + ".", "",
                "Ask again if something has changed.");
  }
  const bool advises = answer == ConsultationState::kAnswered;
  if (advises == consultation.approval) {
    return Fail(ErrorKind::kInvalid, "wrong-answer",
                consultation.approval ? "An approval was asked for, not advice."
                                      : "Advice was asked for, not an approval.",
                "/state",
                consultation.approval ? "Say approved, changed or declined." : "Say answered.");
  }
  if (consultation.approval && answerer.rank < consultation.needed) {
    return Fail(ErrorKind::kForbidden, "rank-too-low",
                "This needs a " + std::string(Word(consultation.needed)) + ".", "",
                "Ask a " + std::string(Word(consultation.needed)) + ".");
  }
  return {};
}

Result<void> MayConfirm(const Consultation& consultation, PersonId person) {
  if (consultation.with_person != person) {
    return Fail(ErrorKind::kForbidden, "not-asked", "Only the person who said it can confirm it.");
  }
  const bool said = IsYes(consultation.state) ||
                    consultation.state == ConsultationState::kDeclined ||
                    consultation.state == ConsultationState::kAnswered;
  if (!consultation.spoken || !said || consultation.confirmed_at) {
    return Fail(ErrorKind::kConflict, "nothing-to-confirm",
                "There is nothing spoken here that still needs to be confirmed.");
  }
  return {};
}

Result<void> MayWithdraw(const Consultation& consultation, PersonId person) {
  if (consultation.proposer != person) {
    return Fail(ErrorKind::kForbidden, "not-yours", "Only the person who asked can withdraw this.");
  }
  if (!IsOpen(consultation.state)) {
    return Fail(ErrorKind::kConflict, "consultation-closed",
                "This was already " + std::string(Word(consultation.state)) + ".");
  }
  return {};
}

std::optional<ConsultationState> AfterDeadline(const Consultation& consultation, Instant now) {
  if (!IsOpen(consultation.state) || now <= consultation.due_at) return std::nullopt;
  const bool first = consultation.state == ConsultationState::kRequested;
  return first && consultation.deputy ? ConsultationState::kEscalated : ConsultationState::kExpired;
}

}  // namespace extramile::desk

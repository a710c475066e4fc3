// Consultations: an idea explained to a senior colleague, for advice (never blocks) or for
// approval.
//
// An approval is given by a person who holds the authority, never by the proposer, and covers an
// envelope. A spoken yes is written down by the proposer and counts at once; the other person
// confirms it afterwards, and until then the record says that they have not.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/record.h"
#include "app/use_case.h"

namespace extramile::app {

Result<Answer> Consult(Services& services, const Request& request);
Result<Answer> ListConsultations(Services& services, const Request& request);
Result<Answer> AnswerConsultation(Services& services, const Request& request);
Result<Answer> ConfirmConsultation(Services& services, const Request& request);
Result<Answer> WithdrawConsultation(Services& services, const Request& request);

struct ConsultationRecord {
  RecordHead head;
  AnyId idea;
  std::string idea_title;
  std::optional<AnyId> service_case;
  std::optional<std::string> case_reference;
  std::optional<AnyId> incident;  // the idea is for everybody it hit
  std::string purpose;            // advice | approval
  std::string mode;               // in app | spoken | link
  PersonRef proposer;
  std::optional<PersonRef> with_person;
  std::optional<std::string> outside_authority;
  std::optional<PersonRef> deputy;
  std::string state = "requested";
  std::string facts = "[]";  // JSON: the sentences that the system lays out
  std::optional<StoredWords> words, answer_words;
  Instant due_at;
  std::optional<Instant> answered_at, confirmed_at;
  std::optional<int64_t> envelope_amount, envelope_minutes;
  std::optional<Instant> envelope_until;
};

ConsultationRecord ConsultationFrom(const Row& row);
// The contract's Consultation.
void WriteConsultation(JsonWriter& out, const ConsultationRecord& consultation, Currency currency);

// The consultations of a case: queries for somebody's Read, and the list written from their
// answers.
std::vector<Query> ConsultationQueries(OrganisationId organisation, AnyId service_case);
// Of an incident, in the same form.
std::vector<Query> ConsultationsOfIncident(OrganisationId organisation, AnyId incident);
void WriteConsultations(JsonWriter& out, std::span<const Rows> answers, Currency currency);

}  // namespace extramile::app

#include "app/routine_rule.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/configuration.h"
#include "app/gesture_evidence.h"
#include "app/proposals.h"

namespace extramile::app {
namespace {

const Sql kProposed = {
    "select distinct kind, gesture_code from proposal where organisation_id = $1 and "
    "incident_id is null and gesture_code is not null"};

// What the record asks for; nothing where it asks for nothing.
std::optional<std::string_view> KindOf(const GestureRecord& gesture,
                                       const GestureEvidence& evidence) {
  if (gesture.routine && evidence.WantsAnotherLook()) return "improvement";
  if (!gesture.routine && evidence.Routine().suggest) return "routine";
  return std::nullopt;
}

// Two processes that see the same evidence raise one proposal.
IdempotencyKey Once(std::string_view kind, std::string_view gesture) {
  IdempotencyKey key;
  key.key = "record:" + std::string(kind) + ":" + std::string(gesture);
  key.fingerprint = HashWithDomain("extramile routine rule", key.key);
  key.answer = "{}";
  return key;
}

Result<bool> Raise(Services& services, const Request& request, std::string_view kind,
                   const std::string& gesture, const GestureEvidence& evidence) {
  Change change(services, request);
  const ProposalSubject subject{.kind = std::string(kind), .gesture = gesture, .incident = {}};
  EM_TRY(RaiseProposal(services, change, request, subject, [&](JsonWriter& body) {
    Put(body, "answered", evidence.answered);
    body.Key("base_share").Double(evidence.base.share);
    body.Key("log_e_better_than_base").Double(evidence.better_than_base.highest_log_e_value());
    Put(body, "others_looked_at", evidence.looked_at);
    Put(body, "windows", evidence.windows.windows());
    Put(body, "harm", evidence.WantsAnotherLook());
  }));
  change.plan().key = Once(kind, gesture);
  EM_ASSIGN(const Receipt receipt, CommitAndWait(services.store, std::move(change).Take()));
  return !receipt.replayed;
}

}  // namespace

Result<int> RaiseProposals(Services& services, const Organisation& organisation, Instant now) {
  const Request request{.organisation = organisation, .actor = {}, .now = now};
  EM_ASSIGN(const auto configuration, LoadConfiguration(services, organisation.id));
  EM_ASSIGN(const Rows rows,
            ReadOne(services.store, organisation.id, kProposed, {organisation.id}));
  std::set<std::pair<std::string, std::string>> proposed;
  for (const Row& row : rows) {
    RowReader in(row);
    const std::string kind = in.Text();
    proposed.emplace(kind, in.Text());
  }
  EM_ASSIGN(const UsesOnRecord record, ReadGestureUses(services, organisation));
  std::map<std::string, std::vector<const GestureUse*>> by_gesture;
  for (const GestureUse& use : record.uses) by_gesture[use.gesture].push_back(&use);
  int raised = 0;
  for (const auto& [code, uses] : by_gesture) {
    const GestureRecord* gesture = configuration->FindGesture(code);
    if (!gesture || gesture->state != "active") continue;
    const GestureEvidence evidence = WhatUsesShow(uses, record.without_gesture, now);
    const auto kind = KindOf(*gesture, evidence);
    if (!kind || proposed.contains({std::string(*kind), code})) continue;
    EM_ASSIGN(const bool anew, Raise(services, request, *kind, code, evidence));
    raised += anew;
  }
  return raised;
}

}  // namespace extramile::app

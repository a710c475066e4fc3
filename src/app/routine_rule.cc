#include "app/routine_rule.h"

#include <map>
#include <set>
#include <vector>

#include "app/configuration.h"
#include "app/gesture_evidence.h"
#include "app/proposals.h"

namespace extramile::app {
namespace {

const Sql kProposedGestures = {
    "select distinct gesture_code from proposal where organisation_id = $1 and kind = 'routine' "
    "and "
    "gesture_code is not null"};

// Two processes that see the same evidence raise one proposal.
IdempotencyKey OncePerGesture(std::string_view gesture) {
  IdempotencyKey key;
  key.key = "routine-rule:" + std::string(gesture);
  key.fingerprint = HashWithDomain("extramile routine rule", gesture);
  key.answer = "{}";
  return key;
}

Result<bool> Raise(Services& services, const Request& request, const std::string& gesture,
                   const GestureEvidence& evidence) {
  EM_ASSIGN(const Rows figures, ReadOne(services.store, request.organisation.id, kGestureFigures,
                                        {request.organisation.id, gesture}));
  Change change(services, request);
  AddProvenProposal(change, request, gesture, figures, [&](JsonWriter& body) {
    Put(body, "answered", evidence.answered);
    Put(body, "base_percent", static_cast<int64_t>(evidence.base.share * 100 + 0.5));
    body.Key("log_e_better_than_base").Double(evidence.better_than_base.highest_log_e_value());
    Put(body, "others_looked_at", evidence.looked_at);
    Put(body, "windows", evidence.windows.windows());
  });
  change.plan().key = OncePerGesture(gesture);
  EM_ASSIGN(const Receipt receipt, CommitAndWait(services.store, std::move(change).Take()));
  return !receipt.replayed;
}

}  // namespace

Result<int> RaiseProvenGestures(Services& services, const Organisation& organisation, Instant now) {
  const Request request{.organisation = organisation, .actor = {}, .now = now};
  EM_ASSIGN(const auto configuration, LoadConfiguration(services, organisation.id));
  EM_ASSIGN(const Rows rows,
            ReadOne(services.store, organisation.id, kProposedGestures, {organisation.id}));
  std::set<std::string> proposed;
  for (const Row& row : rows) proposed.insert(RowReader(row).Text());
  EM_ASSIGN(const UsesOnRecord record, ReadGestureUses(services, organisation));
  std::map<std::string, std::vector<const GestureUse*>> by_gesture;
  for (const GestureUse& use : record.uses) by_gesture[use.gesture].push_back(&use);
  int raised = 0;
  for (const auto& [code, uses] : by_gesture) {
    const GestureRecord* gesture = configuration->FindGesture(code);
    if (!gesture || gesture->state != "active" || gesture->routine || proposed.contains(code)) {
      continue;
    }
    const GestureEvidence evidence = WhatUsesShow(uses, record.without_gesture, now);
    if (!evidence.Routine().suggest) continue;
    EM_ASSIGN(const bool anew, Raise(services, request, code, evidence));
    raised += anew;
  }
  return raised;
}

}  // namespace extramile::app

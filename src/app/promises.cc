#include <array>

#include "app/action_rows.h"
#include "app/actions.h"

namespace extramile::app {
namespace {

const Sql kSettle = {
    "update promise set state = $4, due_at = $5, settled_at = $6, version = version + 1 "
    "where organisation_id = $1 and id = $2 and version = $3"};

}  // namespace

Result<Answer> MakePromise(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId action, request.PathId<AnyId>("id"));
  ObjectReader in(BodyOf(request));
  const NewPromise promise = ReadPromise(in);
  EM_TRY(in.Finish());
  const OrganisationId org = request.organisation.id;
  const std::array<Query, 2> queries = {
      {{&kCaseOfAction, {org, action}}, {&kPersonName, {org, request.actor.person}}}};
  EM_ASSIGN(const std::vector<Rows> rows, services.store.Read(org, queries));
  if (rows[0].empty()) return Fail(Request::NotFoundError("action"));
  Change change(services, request);
  const PromiseRecord record = AddPromise(
      change, request, action, RowReader(rows[0][0]).OptionalId(), promise, request.now, rows[1]);
  JsonWriter out;
  WritePromise(out, record);
  return CreatedAnswer(std::move(out), std::move(change));
}

Result<Answer> SettlePromise(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  ObjectReader in(BodyOf(request));
  const std::string state = in.Word("state", {"kept", "broken", "renegotiated"});
  const auto due_at = in.OptionalTime("due_at");
  const auto words = ReadWords(in, "words");
  const Instant occurred_at = ReadOccurredAt(in, request);
  if (in.ok() && state == "renegotiated" && !due_at) {
    in.Reject("due_at", "due-missing", "The new date is missing.",
              "Say until when it is promised now.");
  }
  if (in.ok() && state != "renegotiated" && due_at) {
    in.Reject("due_at", "due-unneeded", "Only a renegotiated promise gets a new date.",
              "Leave it out.");
  }
  EM_TRY(in.Finish());
  const OrganisationId org = request.organisation.id;
  EM_ASSIGN(const Rows rows, ReadOne(services.store, org, kPromiseById, {org, id}));
  if (rows.empty()) return Fail(Request::NotFoundError("promise"));
  PromiseRecord promise = PromiseFrom(rows[0]);
  EM_TRY(CheckVersion(request, promise.head.version, "promise"));
  if (promise.state != "open" && promise.state != "renegotiated") {
    return Fail(ErrorKind::kConflict, "promise-settled",
                "This promise was already " + promise.state + ".");
  }
  Change change(services, request);
  promise.state = state;
  promise.due_at = due_at.value_or(promise.due_at);
  change.Guard(kSettle, {org, id, promise.head.version, state, promise.due_at, occurred_at},
               StaleError("promise"));
  if (words) change.Words(id, "promise", state + "_words", *words, occurred_at);
  change.Event({.kind = "promise_" + state,
                .record_kind = "promise",
                .record = id,
                .occurred_at = occurred_at},
               [&](JsonWriter& body) {
                 Put(body, "action", promise.action);
                 Put(body, "due_at", promise.due_at);
               });
  const int64_t version = ++promise.head.version;
  JsonWriter out;
  WritePromise(out, promise);
  return ChangedAnswer(std::move(out), std::move(change), version);
}

}  // namespace extramile::app

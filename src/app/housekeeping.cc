#include "app/housekeeping.h"

#include "app/caller.h"
#include "app/check_blocks.h"
#include "app/expire_holds.h"
#include "app/improvements.h"
#include "app/proposal_trial.h"
#include "app/queue_state.h"
#include "app/routine_rule.h"

namespace extramile::app {
namespace {

constexpr int64_t kKeepEndedSessions = kMicrosPerDay;
constexpr int64_t kKeepAnswers = 2 * kMicrosPerDay;
constexpr int kBlocksAMinute = 20;

const Sql kDropSessions = {"delete from session where expires_at < $1"};
const Sql kFindOldAnswers = {
    "select 1 from idempotency where organisation_id = $1 and recorded_at < $2 limit 1"};
const Sql kDropAnswers = {
    "delete from idempotency where organisation_id = $1 and recorded_at < $2"};

Result<void> DropSessions(Store& store, Instant now) {
  WritePlan plan;
  plan.recorded_at = now;
  plan.steps.push_back({&kDropSessions, {now + -kKeepEndedSessions}});
  EM_TRY(CommitAndWait(store, std::move(plan)));
  return {};
}

Result<void> DropAnswers(Store& store, OrganisationId organisation, Instant now) {
  const Instant before = now + -kKeepAnswers;
  EM_ASSIGN(const Rows old, ReadOne(store, organisation, kFindOldAnswers, {organisation, before}));
  if (old.empty()) return {};
  WritePlan plan;
  plan.organisation = organisation;
  plan.recorded_at = now;
  plan.steps.push_back({&kDropAnswers, {organisation, before}});
  EM_TRY(CommitAndWait(store, std::move(plan)));
  return {};
}

// Once an hour an organisation, each in a minute of its own, so that they do not all come at once.
bool IsMinuteOf(OrganisationId organisation, Instant now) {
  const int64_t minute = now.micros / kMicrosPerMinute % 60;
  return minute == organisation.bytes.back() % 60;
}

Result<void> KeepOne(Services& services, OrganisationId id, Instant now) {
  EM_ASSIGN(const auto organisation, FindOrganisation(services.store, id));
  if (!organisation) return {};
  EM_TRY(ExpireHolds(services, *organisation, now));
  if (IsMinuteOf(id, now)) {
    EM_TRY(RaiseProposals(services, *organisation, now));
    EM_TRY(RaiseImprovements(services, *organisation, now));
    EM_TRY(EndHarmfulTrials(services, *organisation, now));
  }
  EM_TRY(ForgetOldQueueEvents(services.store, id, now));
  EM_TRY(DropAnswers(services.store, id, now));
  EM_TRY(PackChecks(services, *organisation, now, kBlocksAMinute));
  return {};
}

}  // namespace

Result<void> KeepHouse(Services& services, Instant now) {
  Result<void> first = DropSessions(services.store, now);
  EM_ASSIGN(const auto organisations, ListOrganisations(services.store));
  for (const OrganisationId id : organisations) {
    auto kept = KeepOne(services, id, now);
    if (!kept && first) first = std::move(kept);
  }
  return first;
}

}  // namespace extramile::app

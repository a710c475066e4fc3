#include "app/queue_state.h"

#include <algorithm>

#include "app/record.h"
#include "base/hash.h"

namespace extramile::app {

const Sql kLiveVersion = {
    "select version from live_queue where organisation_id = $1 and team = $2"};
const Sql kLiveVersions = {
    "select team, version from live_queue where organisation_id = $1 order by team"};

namespace {

using queueing::LiveQueue;
using queueing::QueueEvent;

const Sql kLiveQueue = {
    "select version, received_at, accepted, duplicate, late, out_of_order, refused "
    "from live_queue where organisation_id = $1 and team = $2"};
const Sql kEventsSince = {
    "select id_hash, what, occurred_at, contact, agent, skill, ticket, due_at from queue_event "
    "where organisation_id = $1 and team = $2 and version > $3 "
    "and occurred_at >= case ticket when 1 then $5 else $4 end"};
// $2: 1 for tickets, $3: until when.
const Sql kFindOld = {
    "select 1 from queue_event where organisation_id = $1 and ticket = $2 and occurred_at < $3 "
    "limit 1"};
const Sql kDropOld = {
    "delete from queue_event where organisation_id = $1 and ticket = $2 and occurred_at < $3"};

constexpr int64_t kLongWait = 2 * kMicrosPerMinute;

QueueEvent EventFrom(RowReader& in) {
  QueueEvent event;
  event.id = in.Text();
  event.kind = queueing::ParseQueueEvent(in.Text()).value_or(event.kind);
  event.at = in.Time();
  event.contact = in.Text();
  event.agent = in.Text();
  event.skill = in.Text();
  event.ticket = in.Bool();
  event.due = in.OptionalTime();
  return event;
}

}  // namespace

void LiveState::Prepare() {
  waited_s.clear();
  for (const auto& one : queue.waiting) {
    waited_s.push_back(static_cast<double>(newest - one.since) / kMicrosPerSecond);
  }
  skills_differ = std::any_of(queue.on.begin(), queue.on.end(), [&](const queueing::AgentOn& one) {
    return one.skills != queue.on.front().skills;
  });
}

std::string HiddenQueueId(const Organisation& organisation, const std::string& id) {
  if (id.empty()) return {};
  const Sha256 hash = HashWithDomain("extramile queue id v1", organisation.id.ToString() + id);
  return ToHex(std::span(hash).first(12));
}

std::optional<std::string> LoadOf(const LiveState& state, Instant now) {
  if (!state.IsFresh(now)) return std::nullopt;
  const queueing::QueueState& queue = state.queue;
  const int agents = std::max(queue.serving, queue.agents_on.value_or(0));
  if (queue.waiting.empty()) return 3 * queue.serving <= 2 * agents ? "quiet" : "normal";
  const bool long_wait = now - queue.waiting.front().since > kLongWait;
  return long_wait || static_cast<int>(queue.waiting.size()) >= agents ? "busy" : "normal";
}

Result<void> TeamQueue::CatchUp(Services& services, OrganisationId organisation, int64_t version) {
  const std::lock_guard lock(mutex_);
  if (version <= version_) return {};
  const Instant horizon = services.clock.Now() + -LiveQueue::kHorizon;
  const Query queries[] = {{&kLiveQueue, {organisation, team_}},
                           {&kEventsSince,
                            {organisation, team_, version_, horizon,
                             services.clock.Now() + -LiveQueue::kTicketHorizon}}};
  EM_ASSIGN(const auto rows, services.store.Read(organisation, queries));
  if (rows[0].empty()) return {};
  RowReader in(rows[0].front());
  version_ = in.Int();
  queue_.ForgetBefore(horizon);
  for (const Row& row : rows[1]) {
    RowReader event(row);
    queue_.Take(EventFrom(event));
  }
  LiveState state;
  state.received_at = in.Time();
  state.counts = {in.Int(), in.Int(), in.Int(), in.Int(), in.Int()};
  state.newest = queue_.newest();
  state.queue = queue_.StateAt(services.clock.Now());
  state.version = version_;
  state.Prepare();
  state_ = std::make_shared<const LiveState>(std::move(state));
  return {};
}

std::shared_ptr<const LiveState> TeamQueue::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

queueing::Arrival TeamQueue::Judge(const QueueEvent& event, const LiveQueue& since) const {
  const std::lock_guard lock(mutex_);
  return queue_.Judge(event, since);
}

std::optional<bool> TeamQueue::IsTicket(const std::string& contact) const {
  const std::lock_guard lock(mutex_);
  return queue_.IsTicket(contact);
}

std::shared_ptr<TeamQueue> LiveQueues::Find(OrganisationId organisation, const std::string& team) {
  const std::lock_guard lock(mutex_);
  auto& queue = queues_[{organisation, team}];
  if (!queue) queue = std::make_shared<TeamQueue>(team);
  return queue;
}

std::vector<std::pair<OrganisationId, std::shared_ptr<TeamQueue>>> LiveQueues::All() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<OrganisationId, std::shared_ptr<TeamQueue>>> all;
  for (const auto& [key, queue] : queues_) all.emplace_back(key.first, queue);
  return all;
}

QueueCounts LiveQueues::Counts() const {
  QueueCounts sum;
  for (const auto& [organisation, queue] : All()) {
    const QueueCounts counts = queue->state()->counts;
    sum.accepted += counts.accepted;
    sum.duplicate += counts.duplicate;
    sum.late += counts.late;
    sum.out_of_order += counts.out_of_order;
    sum.refused += counts.refused;
  }
  return sum;
}

std::shared_ptr<LiveQueues> NewLiveQueues() { return std::make_shared<LiveQueues>(); }

Result<std::shared_ptr<TeamQueue>> FindLiveQueue(Services& services, OrganisationId organisation,
                                                 const std::string& team,
                                                 std::optional<int64_t> version) {
  if (!version) return nullptr;
  auto queue = services.live_queues->Find(organisation, team);
  EM_TRY(queue->CatchUp(services, organisation, *version));
  return queue;
}

Result<void> CatchUpNow(Services& services, OrganisationId organisation, TeamQueue& queue) {
  EM_ASSIGN(const Rows rows,
            ReadOne(services.store, organisation, kLiveVersion, {organisation, queue.team()}));
  if (rows.empty()) return {};
  return queue.CatchUp(services, organisation, rows[0][0].Int());
}

Result<void> ForgetOldQueueEvents(Store& store, OrganisationId organisation, Instant now) {
  for (const bool ticket : {false, true}) {
    const int64_t horizon = ticket ? LiveQueue::kTicketHorizon : LiveQueue::kHorizon;
    const Params old = {organisation, ticket, now + -horizon};
    EM_ASSIGN(const Rows found, ReadOne(store, organisation, kFindOld, old));
    if (found.empty()) continue;
    WritePlan plan;
    plan.organisation = organisation;
    plan.recorded_at = now;
    plan.steps.push_back({&kDropOld, old});
    EM_TRY(CommitAndWait(store, std::move(plan)));
  }
  return {};
}

}  // namespace extramile::app

// Writes groups of one organisation's plans to PostgreSQL, a transaction a group.
//
// Two ways, tried in this order:
//
//  Together: everything in one pipeline and no look back until the end. First the organisation's
//  head row (its lock makes groups of one organisation, from any process, follow one another; taken
//  first, it prevents deadlock), which gives the events their numbers while the steps run; then the
//  events; then, if every count is as expected, commit. Any other outcome rolls back.
//
//  One by one, after a refusal: still one transaction and no waiting between plans, but each plan
//  is a segment of its own,
//
//      rollback to good; <steps, each guard in the form that fails>; release good; savepoint good;
//      sync
//
//  A segment that fails is skipped to its sync, so "good" still stands before it, and the next
//  segment's first word undoes what it had done; after a segment that succeeds that first word
//  undoes nothing. So each plan stands or falls alone, and nothing is run twice. The events of
//  those that stood are written last.
//
// For the next few groups after a refusal the second way is taken at once: refusals come in bursts,
// when a limit is nearly reached. One thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "app/store.h"
#include "store/plan_rows.h"
#include "store/postgres/connection.h"

namespace extramile::store::postgres {

class Writer {
 public:
  explicit Writer(ConnectionOptions options) : connection_(std::move(options)) {}

  // `plans` are all of one organisation.
  std::vector<Result<app::Receipt>> Apply(std::span<const app::WritePlan> plans);

 private:
  using Plans = std::span<const app::WritePlan>;
  using Results = std::vector<Result<app::Receipt>>;

  // Why an attempt was rolled back.
  struct Setback {
    enum class Kind {
      kRefused,  // at least one plan does not stand
      kAgain,    // serialization failure or deadlock
      kLost,     // the connection broke before commit was sent
      kFailed,   // the database cannot: full, read-only, locked; or commit was sent and never
                 // answered
    } kind;
    Error error;
  };
  using Outcome = std::optional<Setback>;  // nothing: committed, and `results` hold every plan's

  Outcome Together(Plans plans, Results& results);
  Outcome OneByOne(Plans plans, Results& results);
  Outcome Commit();
  Outcome RollBack(Setback why);

  void PrepareForSegments(Plans plans, Results& results);
  void SendSegment(const app::WritePlan& plan);
  // The plan's own error, or that its key is taken, goes to its result; what concerns the group is
  // returned.
  static Outcome JudgeSegment(const app::WritePlan& plan, std::span<const Answer> answers,
                              Result<app::Receipt>& result, bool& key_taken);
  Outcome Conclude(Plans plans, const std::vector<bool>& key_taken, Results& results);

  // Locks the organisation's head row and takes `count` event numbers; SendEvents receives its
  // answer and sends the events of all plans whose result stands. An organisation without a head
  // row is kRefused, where there are events.
  void TakeHead(OrganisationId organisation, int64_t count);
  Outcome SendEvents(Plans plans, int64_t count, Results& results);
  static Outcome SetbackOf(const Answer& answer);

  Connection connection_;
  int one_by_one_groups_ = 0;
};

}  // namespace extramile::store::postgres

#include "app/replay.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>

#include "app/configuration.h"
#include "app/policy_library.h"
#include "app/record.h"
#include "desk/snapshot.h"
#include "dmn/table.h"

namespace extramile::app {
namespace {

// $2 from this id, $3 to below that one, $4 recorded since, $5 at most so many.
const Sql kChecks = {
    "select id, idea_id, gesture_code, outcome, sign_off_role, amount, recorded_at, snapshot "
    "from idea_check where organisation_id = $1 and id >= $2 and id < $3 and recorded_at >= $4 "
    // A check for everybody that an incident hit rests on more than the one context it keeps.
    "and case_id is not null "
    "order by id limit $5"};
const Sql kReach = {
    "select min(recorded_at), max(recorded_at) from idea_check where organisation_id = $1 and "
    "recorded_at >= $2"};
const Sql kCheck = {
    "select sentence, snapshot from idea_check where organisation_id = $1 and id = $2"};

constexpr int64_t kPage = 2000;
constexpr int64_t kSlices = 64;

// The least id (UUIDv7) that a record of this millisecond can have.
AnyId LeastIdAt(Instant at) {
  AnyId id;
  const auto millis = static_cast<uint64_t>(std::max<int64_t>(0, at.micros / 1000));
  for (size_t i = 0; i < 6; ++i) id.bytes[i] = static_cast<uint8_t>(millis >> (40 - 8 * i));
  return id;
}

AnyId After(AnyId id) {
  for (size_t i = id.bytes.size(); i-- > 0;) {
    if (++id.bytes[i] != 0) break;
  }
  return id;
}

desk::Fold StoredFold(const Row& row) {
  desk::Fold fold;
  fold.outcome = desk::ParseOutcome(row[3].Text()).value_or(desk::Outcome::kUndecided);
  if (!row[4].is_null()) fold.role = desk::ParseRank(row[4].Text()).value_or(desk::Rank::kNone);
  return fold;
}

// One rule set with an engine's memory.
class Judge {
 public:
  Judge(const Policy& policy, const TimeZone& zone) : policy_(policy), zone_(zone) {}

  // nullopt where the snapshot cannot be read.
  Result<std::optional<desk::Fold>> Ask(const Bytes& snapshot) {
    evaluation_.Reset();
    const auto context = desk::DecodeSnapshot(
        {reinterpret_cast<const char*>(snapshot.data()), snapshot.size()}, evaluation_.arena());
    if (!context) return std::nullopt;
    EM_TRY(desk::EvaluateCheck(policy_.model, *context, {desk::TimeOfCheck(*context), &zone_},
                               evaluation_));
    return desk::FoldOf(evaluation_);
  }
  const dmn::Evaluation& evaluation() const { return evaluation_; }

 private:
  const Policy& policy_;
  const TimeZone& zone_;
  dmn::Evaluation evaluation_;
};

// One thread's share: its own engine memory and its own sums.
class Worker {
 public:
  Worker(Store& store, const Organisation& organisation, const Policy& draft,
         const ReplayOptions& options)
      : store_(store),
        organisation_(organisation),
        options_(options),
        draft_(draft, organisation.time_zone) {
    if (options.in_force) in_force_.emplace(*options.in_force, organisation.time_zone);
  }

  Result<void> Slice(AnyId from, AnyId to) {
    for (;;) {
      EM_ASSIGN(const Rows rows, ReadOne(store_, organisation_.id, kChecks,
                                         {organisation_.id, from, to, options_.since, kPage}));
      for (const Row& row : rows) EM_TRY(Check(row));
      if (rows.size() < static_cast<size_t>(kPage)) return {};
      from = After(rows.back()[0].Identifier<AnyId>());
    }
  }

  void AddTo(ReplayReport& all) const {
    all.checks += checks_;
    all.unreadable += unreadable_;
    for (const auto& [gesture, counts] : by_gesture_) {
      ReplayReport::OfGesture& of_gesture = all.by_gesture[gesture];
      of_gesture.checks += counts.checks;
      of_gesture.flips += counts.flips;
    }
    for (const auto& [key, count] : by_rule_) {
      all.flips += count;
      all.by_outcome[key.change] += count;
      std::string rule;
      if (key.table) rule = desk::RuleName(key.table->name, key.rule + 1);
      all.by_rule[{std::move(rule), key.change}] += count;
    }
    const auto add = [](ReplayCost& to, const ReplayCost& from) {
      to.checks += from.checks;
      to.amount += from.amount;
    };
    add(all.newly_allowed, newly_allowed_);
    add(all.no_longer_allowed, no_longer_allowed_);
    all.examples.insert(all.examples.end(), examples_.begin(), examples_.end());
    KeepLatest(all.examples);
  }

 private:
  struct RuleKey {
    const dmn::DecisionTable* table = nullptr;
    uint32_t rule = 0;
    ReplayChange change;
    auto operator<=>(const RuleKey&) const = default;
  };

  Result<void> Check(const Row& row) {
    ++checks_;
    ReplayReport::OfGesture& of_gesture = by_gesture_[row[2].Text()];
    ++of_gesture.checks;
    EM_ASSIGN(const auto to, draft_.Ask(row[7].Blob()));
    if (!to) {
      ++unreadable_;
      return {};
    }
    const ReplayChange change{StoredFold(row), *to};
    if (change.from == change.to) return {};
    ++of_gesture.flips;
    return Flipped(row, change);
  }

  Result<void> Flipped(const Row& row, const ReplayChange& change) {
    const bool could = desk::MayDoNow(change.from.outcome);
    const bool can = desk::MayDoNow(change.to.outcome);
    if (can != could) {
      ReplayCost& cost = can ? newly_allowed_ : no_longer_allowed_;
      ++cost.checks;
      cost.amount += row[5].Int();
    }
    auto rule = desk::DecisiveHit(draft_.evaluation(), change.to);
    if (!rule && in_force_) {
      EM_ASSIGN(const auto before, in_force_->Ask(row[7].Blob()));
      if (before == change.from) rule = desk::DecisiveHit(in_force_->evaluation(), *before);
    }
    ++by_rule_[{rule ? rule->table : nullptr, rule ? rule->rule : 0, change}];
    examples_.push_back({row[0].Identifier<AnyId>(), row[1].Identifier<AnyId>(), row[2].Text(),
                         row[5].Int(), row[6].Time(), change, "", ""});
    if (examples_.size() > 16 * options_.examples + 16) KeepLatest(examples_);
    return {};
  }

  void KeepLatest(std::vector<ReplayExample>& examples) const {
    std::sort(examples.begin(), examples.end(),
              [](const auto& a, const auto& b) { return b.check < a.check; });
    if (examples.size() > options_.examples) examples.resize(options_.examples);
  }

  Store& store_;
  const Organisation& organisation_;
  const ReplayOptions& options_;
  Judge draft_;
  std::optional<Judge> in_force_;
  int64_t checks_ = 0, unreadable_ = 0;
  std::unordered_map<std::string, ReplayReport::OfGesture> by_gesture_;
  std::map<RuleKey, int64_t> by_rule_;
  ReplayCost newly_allowed_, no_longer_allowed_;
  std::vector<ReplayExample> examples_;
};

// What the examples said, and what the draft says.
Result<void> Explain(Store& store, const Organisation& organisation, const Policy& draft,
                     std::vector<ReplayExample>& examples) {
  Judge judge(draft, organisation.time_zone);
  for (ReplayExample& example : examples) {
    EM_ASSIGN(const Rows rows,
              ReadOne(store, organisation.id, kCheck, {organisation.id, example.check}));
    if (rows.empty()) continue;
    example.was = rows[0][0].Text();
    EM_TRY(judge.Ask(rows[0][1].Blob()));
    const desk::Judgement judgement = desk::JudgementOf(judge.evaluation());
    const desk::Finding* decisive = judgement.Decisive();
    example.now = decisive ? desk::WithFullAmounts(decisive->reason, organisation.currency)
                           : "Nothing stands in its way.";
  }
  return {};
}

template <class Map, class Count>
std::vector<typename Map::const_pointer> MostFirst(const Map& counts, Count count) {
  std::vector<typename Map::const_pointer> order;
  for (const auto& entry : counts) order.push_back(&entry);
  std::stable_sort(order.begin(), order.end(),
                   [&](const auto* a, const auto* b) { return count(*a) > count(*b); });
  return order;
}

}  // namespace

Result<ReplayReport> ReplayChecks(Store& store, const Organisation& organisation,
                                  const Policy& draft, const ReplayOptions& options) {
  ReplayReport report;
  report.policy = draft.name + " sha256:" + ToHex(draft.hash);
  report.since = options.since;
  EM_ASSIGN(const Rows reach,
            ReadOne(store, organisation.id, kReach, {organisation.id, options.since}));
  if (reach.empty() || reach[0][0].is_null()) return report;
  const int64_t first = reach[0][0].Int(), last = reach[0][1].Int();
  // Slices of whole milliseconds, which is what ids can tell apart; the last ends behind `last`.
  const int64_t step = ((last - first) / 1000 / kSlices + 2) * 1000;
  std::atomic<int64_t> next{0};
  std::mutex mutex;
  Result<void> failed;
  const auto work = [&] {
    Worker worker(store, organisation, draft, options);
    Result<void> done;
    for (int64_t slice = next++; done && slice < kSlices; slice = next++) {
      const Instant from{first + slice * step};
      done = worker.Slice(LeastIdAt(from), LeastIdAt({from.micros + step}));
    }
    const std::lock_guard lock(mutex);
    if (!done) failed = done;
    worker.AddTo(report);
  };
  {
    std::vector<std::jthread> others;
    for (int i = 1; i < options.threads; ++i) others.emplace_back(work);
    work();
  }
  if (!failed) return Fail(failed.error());
  EM_TRY(Explain(store, organisation, draft, report.examples));
  return report;
}

Result<Answer> ReplayPolicySet(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  ReplayOptions options;
  if (const auto since = request.query.find("since"); since != request.query.end()) {
    const auto instant = ParseInstant(since->second);
    if (!instant) {
      return Fail(ErrorKind::kInvalid, "since-invalid", "This is no time.", "?since",
                  "Write it as 2026-11-22T14:00:00Z.");
    }
    options.since = *instant;
  }
  EM_ASSIGN(const auto draft, LoadPolicySet(services, request.organisation.id, id));
  EM_ASSIGN(const auto configuration, CurrentConfiguration(services, request.organisation.id));
  EM_ASSIGN(const auto in_force, PolicyInForce(services, request.organisation, *configuration));
  options.in_force = in_force.get();
  EM_ASSIGN(const ReplayReport report,
            ReplayChecks(services.store, request.organisation, *draft, options));
  JsonWriter out;
  WriteReplay(out, report, request.organisation.currency);
  return OkAnswer(std::move(out));
}

std::string Word(const desk::Fold& fold) {
  std::string word(desk::Word(fold.outcome));
  if (fold.role != desk::Rank::kNone) word += " (" + std::string(desk::Word(fold.role)) + ")";
  return word;
}

void WriteReplay(JsonWriter& out, const ReplayReport& report, Currency currency) {
  const auto put_change = [&](const ReplayChange& change) {
    Put(out, "from", Word(change.from));
    Put(out, "to", Word(change.to));
  };
  const auto put_cost = [&](std::string_view key, const ReplayCost& cost) {
    out.Key(key).BeginObject();
    Put(out, "checks", cost.checks);
    Put(out, "amount", Money{cost.amount, currency});
    out.EndObject();
  };
  const auto put_name = [&](std::string_view key, const std::string& name) {
    out.Key(key);
    name.empty() ? out.Null() : out.String(name);
  };
  out.BeginObject();
  Put(out, "policy", report.policy);
  Put(out, "since", report.since);
  Put(out, "checks", report.checks);
  Put(out, "unreadable", report.unreadable);
  Put(out, "flips", report.flips);
  out.Key("by_outcome").BeginArray();
  for (const auto* entry : MostFirst(report.by_outcome, [](const auto& e) { return e.second; })) {
    out.BeginObject();
    put_change(entry->first);
    Put(out, "checks", entry->second);
    out.EndObject();
  }
  out.EndArray().Key("by_rule").BeginArray();
  for (const auto* entry : MostFirst(report.by_rule, [](const auto& e) { return e.second; })) {
    out.BeginObject();
    put_name("rule", entry->first.first);
    put_change(entry->first.second);
    Put(out, "checks", entry->second);
    out.EndObject();
  }
  out.EndArray().Key("by_gesture").BeginArray();
  for (const auto* entry :
       MostFirst(report.by_gesture, [](const auto& e) { return e.second.flips; })) {
    out.BeginObject();
    put_name("gesture", entry->first);
    Put(out, "checks", entry->second.checks);
    Put(out, "flips", entry->second.flips);
    out.EndObject();
  }
  out.EndArray();
  put_cost("newly_allowed", report.newly_allowed);
  put_cost("no_longer_allowed", report.no_longer_allowed);
  Put(out, "cost_difference",
      Money{report.newly_allowed.amount - report.no_longer_allowed.amount, currency});
  out.Key("examples").BeginArray();
  for (const ReplayExample& example : report.examples) {
    out.BeginObject();
    Put(out, "check", example.check);
    Put(out, "idea", example.idea);
    put_name("gesture", example.gesture);
    Put(out, "amount", Money{example.amount, currency});
    Put(out, "recorded_at", example.recorded_at);
    put_change(example.change);
    Put(out, "was", example.was);
    Put(out, "now", example.now);
    out.EndObject();
  }
  out.EndArray().EndObject();
}

}  // namespace extramile::app

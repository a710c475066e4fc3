#include "app/replay.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>

#include "app/check_blocks.h"
#include "app/configuration.h"
#include "app/policy_library.h"
#include "app/record.h"
#include "app/replay_judge.h"
#include "desk/for_all.h"

namespace extramile::app {
namespace {

const Sql kCheck = {
    "select sentence, idea_id, snapshot from idea_check where organisation_id = $1 and id = $2"};

// One thread's share: its own engine memory and its own sums.
class Worker {
 public:
  Worker(Store& store, const Organisation& organisation, const Policy& draft,
         const ReplayOptions& options)
      : options_(options),
        reader_(store, organisation.id, options.since),
        draft_(draft, organisation.time_zone, options.full ? nullptr : options.earlier) {
    if (options.in_force) in_force_.emplace(*options.in_force, organisation.time_zone);
  }

  Result<void> Read(const CheckRange& range) {
    return reader_.Read(range, [this](const StoredCheck& check) { return Ask(check); });
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
      all.by_outcome[key.second] += count;
      all.by_rule[key] += count;
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
  Result<void> Ask(const StoredCheck& check) {
    ++checks_;
    ReplayReport::OfGesture& of_gesture = OfGesture(check.gesture);
    ++of_gesture.checks;
    EM_ASSIGN(const auto to, draft_.Ask(check));
    if (!to) {
      ++unreadable_;
      return {};
    }
    const ReplayChange change{check.said, *to};
    if (change.from == change.to) return {};
    ++of_gesture.flips;
    return Flipped(check, change);
  }

  ReplayReport::OfGesture& OfGesture(std::string_view gesture) {
    const auto found = by_gesture_.find(gesture);
    if (found != by_gesture_.end()) return found->second;
    return by_gesture_.emplace(std::string(gesture), ReplayReport::OfGesture()).first->second;
  }

  Result<void> Flipped(const StoredCheck& check, const ReplayChange& change) {
    const bool could = desk::MayDoNow(change.from.outcome);
    const bool can = desk::MayDoNow(change.to.outcome);
    if (can != could) {
      ReplayCost& cost = can ? newly_allowed_ : no_longer_allowed_;
      ++cost.checks;
      cost.amount += check.amount;
    }
    std::string rule = draft_.DecisiveRule(change.to);
    if (rule.empty() && in_force_) {
      EM_ASSIGN(const auto before, in_force_->Ask(check));
      if (before == change.from) rule = in_force_->DecisiveRule(*before);
    }
    ++by_rule_[{std::move(rule), change}];
    examples_.push_back({check.id,
                         {},
                         std::string(check.gesture),
                         check.amount,
                         check.recorded_at,
                         change,
                         "",
                         ""});
    if (examples_.size() > 16 * options_.examples + 16) KeepLatest(examples_);
    return {};
  }

  void KeepLatest(std::vector<ReplayExample>& examples) const {
    std::sort(examples.begin(), examples.end(),
              [](const auto& a, const auto& b) { return b.check < a.check; });
    if (examples.size() > options_.examples) examples.resize(options_.examples);
  }

  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  const ReplayOptions& options_;
  CheckReader reader_;
  Judge draft_;
  std::optional<Judge> in_force_;
  int64_t checks_ = 0, unreadable_ = 0;
  std::unordered_map<std::string, ReplayReport::OfGesture, Hash, std::equal_to<>> by_gesture_;
  std::map<std::pair<std::string, ReplayChange>, int64_t> by_rule_;
  ReplayCost newly_allowed_, no_longer_allowed_;
  std::vector<ReplayExample> examples_;
};

// What the examples said, and what the draft says.
Result<void> Explain(Store& store, const Organisation& organisation, const Policy& draft,
                     std::vector<ReplayExample>& examples) {
  dmn::Evaluation evaluation;
  for (ReplayExample& example : examples) {
    EM_ASSIGN(const Rows rows,
              ReadOne(store, organisation.id, kCheck, {organisation.id, example.check}));
    if (rows.empty()) continue;
    example.was = rows[0][0].Text();
    example.idea = rows[0][1].Identifier<AnyId>();
    EM_ASSIGN(const desk::Judgement judgement,
              desk::JudgeSnapshot(draft.model, View(rows[0][2].Blob()), organisation.time_zone,
                                  evaluation));
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
  EM_ASSIGN(const auto ranges, RangesOfChecks(store, organisation.id, options.since));
  std::atomic<size_t> next{0};
  std::mutex mutex;
  Result<void> failed;
  const auto work = [&] {
    Worker worker(store, organisation, draft, options);
    Result<void> done;
    for (size_t at = next++; done && at < ranges.size(); at = next++) {
      done = worker.Read(ranges[at]);
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
  options.earlier = EarlierPolicies(services, request.organisation.id, in_force);
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

#include "app/check_blocks.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "app/configuration.h"
#include "app/policy_library.h"
#include "desk/snapshot.h"

namespace extramile::app {
namespace {

constexpr int64_t kBlock = 1000;
constexpr int64_t kPage = 2000;
constexpr int64_t kSlices = 64;
// No check takes that long from its id to its row.
constexpr int64_t kSettled = kMicrosPerHour;

// $2 above this id, $3 up to that one, $4 recorded since, $5 and before, $6 at most so many.
const Sql kChecks = {
    "select id, gesture_code, outcome, sign_off_role, amount, recorded_at, policy_hash, snapshot "
    "from idea_check where organisation_id = $1 and id > $2 and id <= $3 and recorded_at >= $4 "
    "and recorded_at < $5 order by id limit $6"};
const Sql kCount = {
    "select count(*) from idea_check where organisation_id = $1 and id > $2 and id <= $3"};
const Sql kLastCheck = {
    "select id from idea_check where organisation_id = $1 order by id desc limit 1"};
const Sql kBlocks = {
    "select number, above_id, last_id from check_block where organisation_id = $1 and "
    "recorded_to >= $2 order by number"};
const Sql kLastBlock = {
    "select number, last_id from check_block where organisation_id = $1 order by number desc "
    "limit 1"};
const Sql kData = {
    "select checks, data from check_block where organisation_id = $1 and number = $2"};
const Sql kInsertBlock = {
    "insert into check_block (organisation_id, number, above_id, last_id, checks, recorded_to, "
    "data) values ($1, $2, $3, $4, $5, $6, $7)"};

constexpr Instant kForEver{INT64_MAX};
constexpr AnyId kGreatestId = [] {
  AnyId id;
  for (uint8_t& byte : id.bytes) byte = 0xff;
  return id;
}();

// Below every id that a record of this millisecond can have.
AnyId BelowIdsAt(int64_t millis) {
  AnyId id;
  const auto bits = static_cast<uint64_t>(std::max<int64_t>(0, millis));
  for (size_t i = 0; i < 6; ++i) id.bytes[i] = static_cast<uint8_t>(bits >> (40 - 8 * i));
  return id;
}

int64_t MillisOf(const AnyId& id) {
  int64_t millis = 0;
  for (size_t i = 0; i < 6; ++i) millis = millis << 8 | id.bytes[i];
  return millis;
}

desk::Fold FoldFrom(std::string_view outcome, std::string_view role) {
  desk::Fold fold;
  fold.outcome = desk::ParseOutcome(outcome).value_or(desk::Outcome::kUndecided);
  if (!role.empty()) fold.role = desk::ParseRank(role).value_or(desk::Rank::kNone);
  return fold;
}

StoredCheck CheckFrom(const Row& row) {
  return {.id = row[0].Identifier<AnyId>(),
          .gesture = row[1].Text(),
          .said = FoldFrom(row[2].Text(), row[3].Text()),
          .amount = row[4].Int(),
          .recorded_at = row[5].Time(),
          .policy = View(row[6].Blob()),
          .inputs = nullptr,
          .snapshot = View(row[7].Blob())};
}

// A check in a block: a context of these, and of its inputs or, where they are not one context, of
// the snapshot's own bytes.
enum Place {
  kId,
  kGesture,
  kOutcome,
  kRole,
  kAmount,
  kRecordedAt,
  kPolicy,
  kInputs,
  kGates,
  kPlaces
};
constexpr std::string_view kNames[kPlaces] = {"id",          "gesture", "outcome", "role", "amount",
                                              "recorded at", "policy",  "inputs",  "gates"};

// Whether a block gives it back as it was, all but why a null is one.
bool IsPlain(const feel::Value& value) {
  switch (value.kind()) {
    case feel::Kind::kNull:
    case feel::Kind::kBoolean:
    case feel::Kind::kString:
      return true;
    case feel::Kind::kNumber:
      return value.is_small_number();
    case feel::Kind::kList:
      return std::ranges::all_of(value.items(), IsPlain);
    case feel::Kind::kContext:
      return std::ranges::all_of(value.entries(),
                                 [](const feel::Entry& entry) { return IsPlain(entry.value); });
    default:
      return false;
  }
}

class Packer {
 public:
  Packer(const TimeZone& zone, PolicyByHash policies)
      : zone_(zone), policies_(std::move(policies)) {}

  // The block's bytes.
  std::string Pack(const Rows& rows) {
    desk::ColumnsWriter writer;
    for (const Row& row : rows) Add(CheckFrom(row), row, writer);
    return writer.Take();
  }

 private:
  void Add(const StoredCheck& check, const Row& row, desk::ColumnsWriter& writer) {
    using feel::Value;
    evaluation_.Reset();
    const auto text = [](std::string_view of) { return Value::StringView(of); };
    Value inputs = text(check.snapshot), gates;
    const auto one = desk::DecodeSnapshot(check.snapshot, evaluation_.arena());
    if (one && one->is_context()) {
      inputs = *one;
      gates = Gates(check, inputs);
    }
    const Value values[kPlaces] = {
        text({reinterpret_cast<const char*>(check.id.bytes.data()), check.id.bytes.size()}),
        text(check.gesture),
        text(row[2].Text()),
        text(row[3].Text()),
        Value::Int(check.amount),
        Value::Int(check.recorded_at.micros),
        text(check.policy),
        inputs,
        gates};
    feel::Entry entries[kPlaces];
    for (size_t i = 0; i < kPlaces; ++i) entries[i] = {text(kNames[i]), values[i]};
    writer.Add(Value::ContextView(entries));
  }

  // Null where the rule set is not at hand, does not say any more what it said, or says it in
  // values that a block does not keep.
  feel::Value Gates(const StoredCheck& check, const feel::Value& inputs) {
    const auto [known, anew] = known_.try_emplace(std::string(check.policy));
    if (anew && check.policy.size() == sizeof(Sha256)) {
      Sha256 hash;
      std::copy(check.policy.begin(), check.policy.end(), hash.begin());
      known->second = policies_(hash);
    }
    if (!known->second) return feel::Value();
    const auto done = desk::EvaluateCheck(known->second->model, inputs,
                                          {desk::TimeOfCheck(inputs), &zone_}, evaluation_);
    if (!done || desk::FoldOf(evaluation_) != check.said) return feel::Value();
    feel::ContextBuilder gates(evaluation_.arena());
    for (size_t i = 0; i < desk::kGates.size(); ++i) {
      if (!IsPlain(evaluation_.value(i))) return feel::Value();
      gates.SetView(desk::kGates[i], evaluation_.value(i));
    }
    return gates.Build();
  }

  const TimeZone& zone_;
  const PolicyByHash policies_;
  std::map<std::string, std::shared_ptr<const Policy>> known_;  // by hash
  dmn::Evaluation evaluation_;
};

// nullopt where this is no check that Pack wrote.
std::optional<StoredCheck> CheckFrom(const feel::Value& packed) {
  if (!packed.is_context() || packed.entries().size() != kPlaces) return std::nullopt;
  const std::span<const feel::Entry> entries = packed.entries();
  for (const Place place : {kId, kGesture, kOutcome, kRole, kPolicy}) {
    if (!entries[place].value.is_string()) return std::nullopt;
  }
  for (const Place place : {kAmount, kRecordedAt}) {
    if (!entries[place].value.is_small_number()) return std::nullopt;
  }
  StoredCheck check;
  const std::string_view id = entries[kId].value.string();
  if (id.size() != check.id.bytes.size()) return std::nullopt;
  std::memcpy(check.id.bytes.data(), id.data(), id.size());
  check.gesture = entries[kGesture].value.string();
  check.said = FoldFrom(entries[kOutcome].value.string(), entries[kRole].value.string());
  check.amount = entries[kAmount].value.mantissa();
  check.recorded_at = {entries[kRecordedAt].value.mantissa()};
  check.policy = entries[kPolicy].value.string();
  const feel::Value& gates = entries[kGates].value;
  if (gates.is_context() && gates.entries().size() == desk::kGates.size()) check.gates = &gates;
  const feel::Value& inputs = entries[kInputs].value;
  if (inputs.is_string()) {
    check.snapshot = inputs.string();
  } else {
    check.inputs = &inputs;
  }
  return check;
}

// Cuts what no block holds into slices of equal time.
void AddSlices(const AnyId& above, const AnyId& last, std::vector<CheckRange>& ranges) {
  if (last <= above) return;
  const int64_t first = MillisOf(above);
  const int64_t step = (MillisOf(last) - first) / kSlices + 1;
  AnyId from = above;
  for (int64_t slice = 1; slice < kSlices; ++slice) {
    const AnyId to = std::clamp(BelowIdsAt(first + slice * step), above, last);
    if (from < to) ranges.push_back({from, to, std::nullopt});
    from = to;
  }
  if (from < last) ranges.push_back({from, last, std::nullopt});
}

}  // namespace

Result<std::vector<CheckRange>> RangesOfChecks(Store& store, OrganisationId organisation,
                                               Instant since) {
  const Query queries[] = {{&kBlocks, {organisation, since}},
                           {&kLastBlock, {organisation}},
                           {&kLastCheck, {organisation}}};
  EM_ASSIGN(const auto answers, store.Read(organisation, queries));
  std::vector<CheckRange> ranges;
  for (const Row& row : answers[0]) {
    ranges.push_back({row[1].Identifier<AnyId>(), row[2].Identifier<AnyId>(), row[0].Int()});
  }
  AnyId above = BelowIdsAt(since.micros / 1000);
  if (!answers[1].empty()) above = std::max(above, answers[1][0][1].Identifier<AnyId>());
  if (!answers[2].empty()) AddSlices(above, answers[2][0][0].Identifier<AnyId>(), ranges);
  return ranges;
}

Result<void> CheckReader::Read(const CheckRange& range, const Each& each) {
  EM_ASSIGN(const bool whole, ReadBlock(range, each));
  return whole ? Result<void>() : ReadRows(range, each);
}

// False, and nothing given out, where the rows must be read.
Result<bool> CheckReader::ReadBlock(const CheckRange& range, const Each& each) {
  if (!range.block) return false;
  const Query queries[] = {{&kCount, {organisation_, range.above, range.last}},
                           {&kData, {organisation_, *range.block}}};
  EM_ASSIGN(const auto answers, store_.Read(organisation_, queries));
  if (answers[1].empty() || answers[0][0][0].Int() != answers[1][0][0].Int()) return false;
  arena_.Reset();
  auto reader = desk::ColumnsReader::Open(View(answers[1][0][1].Blob()), arena_);
  if (!reader || static_cast<int64_t>(reader->size()) != answers[1][0][0].Int()) return false;
  while (const feel::Value* packed = reader->Next()) {
    const auto check = CheckFrom(*packed);
    if (!check) {
      return Fail(ErrorKind::kMalformed, "check-block-damaged", "A block of checks is damaged.",
                  "check_block " + std::to_string(*range.block),
                  "Delete the row: the checks themselves stand in idea_check.");
    }
    if (check->recorded_at >= since_) EM_TRY(each(*check));
  }
  return true;
}

Result<void> CheckReader::ReadRows(const CheckRange& range, const Each& each) {
  AnyId above = range.above;
  for (;;) {
    EM_ASSIGN(const Rows rows,
              ReadOne(store_, organisation_, kChecks,
                      {organisation_, above, range.last, since_, kForEver, kPage}));
    for (const Row& row : rows) EM_TRY(each(CheckFrom(row)));
    if (rows.size() < static_cast<size_t>(kPage)) return {};
    above = rows.back()[0].Identifier<AnyId>();
  }
}

Result<int> PackChecks(Services& services, const Organisation& organisation, Instant now,
                       int most_blocks) {
  const OrganisationId id = organisation.id;
  EM_ASSIGN(const Rows newest, ReadOne(services.store, id, kLastBlock, {id}));
  int64_t number = newest.empty() ? 0 : newest[0][0].Int();
  AnyId above = newest.empty() ? AnyId() : newest[0][1].Identifier<AnyId>();
  std::optional<Packer> packer;
  for (int packed = 0; packed < most_blocks; ++packed) {
    EM_ASSIGN(const Rows rows,
              ReadOne(services.store, id, kChecks,
                      {id, above, kGreatestId, Instant{}, now + -kSettled, kBlock}));
    if (rows.size() < static_cast<size_t>(kBlock)) return packed;
    if (!packer) {
      EM_ASSIGN(const auto configuration, CurrentConfiguration(services, id));
      auto in_force = PolicyInForce(services, organisation, *configuration).value_or(nullptr);
      packer.emplace(organisation.time_zone, EarlierPolicies(services, id, std::move(in_force)));
    }
    const std::string data = packer->Pack(rows);
    const AnyId last = rows.back()[0].Identifier<AnyId>();
    Instant recorded_to;
    for (const Row& row : rows) recorded_to = std::max(recorded_to, row[5].Time());
    WritePlan plan;
    plan.organisation = id;
    plan.recorded_at = now;
    plan.steps.push_back(
        {&kInsertBlock,
         {id, ++number, above, last, kBlock, recorded_to, Bytes(data.begin(), data.end())}});
    const auto done = CommitAndWait(services.store, std::move(plan));
    // Another process has packed it.
    if (!done && done.error().kind == ErrorKind::kConflict) return packed;
    if (!done) return Fail(done.error());
    above = last;
  }
  return most_blocks;
}

}  // namespace extramile::app

#include "app/gesture_ranking.h"

#include <cstring>
#include <mutex>

#include "inference/choice.h"

namespace extramile::app {

const Sql kExploration = {
    "select body from event where organisation_id = $1 and record_id = $2 and "
    "kind = 'exploration_set' order by seq desc limit 1"};

namespace {

// What is said of a case is about all its actions.
const Sql kAnswers = {
    "select a.gesture_code, count(*), cast(sum(f.positive) as bigint) from action a "
    "join feedback f on f.organisation_id = a.organisation_id and f.case_id = a.case_id and "
    "f.source = 'customer' and (f.action_id is null or f.action_id = a.id) "
    "where a.organisation_id = $1 and a.gesture_code is not null and "
    "a.state in ('done', 'partly done') group by a.gesture_code"};
const Sql kUsedAsEvidence = {
    "select use_as_evidence from service_case where organisation_id = $1 and id = $2"};
const Sql kLastRanking = {
    "select body from event where organisation_id = $1 and case_id = $2 and "
    "kind = 'gestures_ranked' order by seq desc limit 1"};

constexpr int64_t kKeptFor = 10 * kMicrosPerMinute;
constexpr size_t kMostOrganisations = 256;
constexpr std::string_view kOn = R"("on":true)";

AnswersByGesture AnswersFrom(const Rows& rows) {
  AnswersByGesture out;
  for (const Row& row : rows) {
    RowReader in(row);
    inference::Tally& tally = out[in.Text()];
    tally.trials = in.Int();
    tally.successes = in.Int();
  }
  return out;
}

AnyId RecordOf(const Organisation& organisation) { return AnyId{organisation.id.bytes}; }

// A number in [0, 1) that a case always draws alike.
double DrawOf(AnyId service_case) {
  const Sha256 hash = HashWithDomain("extramile exploration", service_case.ToString());
  uint64_t bits = 0;
  std::memcpy(&bits, hash.data(), sizeof bits);
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

void WriteRanking(JsonWriter& body, std::span<const RankedGesture> allowed,
                  const inference::Choice& first) {
  Put(body, "first", allowed[first.index].code);
  body.Key("propensity").Double(first.propensity);
  body.Key("explored").Double(kExploredShare);
  body.Key("allowed").BeginArray();
  for (const RankedGesture& gesture : allowed) {
    body.BeginObject();
    Put(body, "gesture", gesture.code);
    body.Key("value").Double(gesture.value);
    body.EndObject();
  }
  body.EndArray();
}

// Whether the event says this already. Compared by its order of merit, not by the values, which
// move a little with every answer of a customer.
bool SaysTheSame(const Rows& last, std::span<const RankedGesture> allowed,
                 const inference::Choice& first) {
  if (last.empty()) return false;
  const auto body = ParseJson(RowReader(last.front()).Text());
  if (!body) return false;
  const JsonValue* said_first = body->Find("first");
  const JsonValue* said = body->Find("allowed");
  if (!said_first || said_first->text != allowed[first.index].code || !said ||
      said->items.size() != allowed.size()) {
    return false;
  }
  for (size_t i = 0; i < allowed.size(); ++i) {
    const JsonValue* gesture = said->items[i].Find("gesture");
    if (!gesture || gesture->text != allowed[i].code) return false;
  }
  return true;
}

}  // namespace

ShareByGesture::ShareByGesture(const AnswersByGesture& answers,
                               const Configuration& configuration) {
  inference::Tally all;
  for (const auto& [code, tally] : answers) {
    all.trials += tally.trials;
    all.successes += tally.successes;
  }
  general_ = (static_cast<double>(all.successes) + 1) / (static_cast<double>(all.trials) + 2);
  std::map<std::string, std::vector<std::string>, std::less<>> codes_by_kind;
  for (const auto& [code, gesture] : configuration.gestures) {
    codes_by_kind[gesture.kind].push_back(code);
  }
  for (const auto& [kind, codes] : codes_by_kind) {
    std::vector<inference::Tally> family;
    for (const std::string& code : codes) {
      const auto found = answers.find(code);
      family.push_back(found == answers.end() ? inference::Tally{} : found->second);
    }
    const auto estimate = inference::Shrink(family, {.mean = general_, .strength = 2});
    families_[kind] = estimate.family;
    for (size_t i = 0; i < codes.size(); ++i) gestures_[codes[i]] = estimate.gestures[i];
  }
}

double ShareByGesture::Of(std::string_view gesture) const {
  const auto found = gestures_.find(gesture);
  return found == gestures_.end() ? general_ : found->second;
}

double ShareByGesture::OfFamily(std::string_view kind) const {
  const auto found = families_.find(kind);
  return found == families_.end() ? general_ : found->second;
}

Result<std::shared_ptr<const ShareByGesture>> ExpectedShares(Services& services,
                                                             const Organisation& organisation,
                                                             const Configuration& configuration,
                                                             Instant now) {
  struct Kept {
    std::shared_ptr<const ShareByGesture> shares;
    Instant at;
    int64_t configuration = 0;
  };
  static std::mutex mutex;
  static std::map<OrganisationId, Kept> kept;
  {
    std::lock_guard lock(mutex);
    const auto found = kept.find(organisation.id);
    if (found != kept.end() && found->second.configuration == configuration.version &&
        now - found->second.at < kKeptFor) {
      return found->second.shares;
    }
  }
  EM_ASSIGN(const Rows rows, ReadOne(services.store, organisation.id, kAnswers, {organisation.id}));
  auto shares = std::make_shared<const ShareByGesture>(AnswersFrom(rows), configuration);
  std::lock_guard lock(mutex);
  if (kept.size() >= kMostOrganisations) kept.clear();
  kept[organisation.id] = {shares, now, configuration.version};
  return shares;
}

bool ExplorationIsOn(const Rows& rows) {
  return !rows.empty() && RowReader(rows.front()).Text().find(kOn) != std::string::npos;
}

Result<std::optional<size_t>> ExploreFirst(Services& services, const Request& request,
                                           AnyId service_case,
                                           std::span<const RankedGesture> allowed, Change& change) {
  const OrganisationId org = request.organisation.id;
  const Query queries[] = {{&kExploration, {org, RecordOf(request.organisation)}},
                           {&kUsedAsEvidence, {org, service_case}},
                           {&kLastRanking, {org, service_case}}};
  EM_ASSIGN(const auto rows, services.store.Read(org, queries));
  const bool evidence = !rows[1].empty() && RowReader(rows[1].front()).Bool();
  if (!ExplorationIsOn(rows[0]) || evidence) return std::nullopt;
  std::vector<double> values;
  for (const RankedGesture& gesture : allowed) values.push_back(gesture.value);
  const auto first =
      inference::ChooseFirst(values, {.explore = kExploredShare}, DrawOf(service_case));
  if (!first) return std::nullopt;
  if (!SaysTheSame(rows[2], allowed, *first)) {
    change.Event({.kind = "gestures_ranked",
                  .record_kind = "service_case",
                  .record = service_case,
                  .service_case = service_case,
                  .occurred_at = request.now},
                 [&](JsonWriter& out) { WriteRanking(out, allowed, *first); });
  }
  return first->index;
}

Result<Answer> SetExploration(Services& services, const Request& request) {
  ObjectReader in(BodyOf(request));
  const bool on = in.Bool("on");
  EM_TRY(in.Finish());
  Change change(services, request);
  change.Event({.kind = "exploration_set",
                .record_kind = "organisation",
                .record = RecordOf(request.organisation),
                .occurred_at = request.now},
               [&](JsonWriter& body) {
                 Put(body, "on", on);
                 body.Key("share").Double(kExploredShare);
               });
  JsonWriter out;
  out.BeginObject();
  Put(out, "on", on);
  out.Key("share").Double(kExploredShare);
  out.EndObject();
  Answer answer = OkAnswer(std::move(out));
  answer.plan = std::move(change).Take();
  return answer;
}

}  // namespace extramile::app

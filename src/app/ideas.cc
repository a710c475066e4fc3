#include "app/ideas.h"

#include <algorithm>
#include <array>
#include <map>

#include "app/configuration.h"
#include "app/vocabulary.h"

namespace extramile::app {
namespace {

#define EM_IDEA_COLUMNS                                                                       \
  "select i.id, i.occurred_at, i.recorded_at, i.recorded_by, p.display_name, i.version, "     \
  "i.case_id, i.incident_id, i.gesture_code, g.title, w.text, w.author, i.kind, i.amount, "   \
  "i.minutes, "                                                                               \
  "i.goods_value, i.start_at, i.channel, i.recipient_kind, i.conditions, i.origin, i.state, " \
  "i.chosen_at, r.text, r.author from idea i "                                                \
  "left join person p on p.organisation_id = i.organisation_id and p.id = i.recorded_by "     \
  "left join gesture g on g.organisation_id = i.organisation_id and g.code = i.gesture_code " \
  "left join words w on w.organisation_id = i.organisation_id and w.record_id = i.id and "    \
  "w.field = 'words' "                                                                        \
  "left join words r on r.organisation_id = i.organisation_id and r.record_id = i.id and "    \
  "r.field = 'choice_reason' "

const Sql kIdeasOfCase = {EM_IDEA_COLUMNS
                          "where i.organisation_id = $1 and i.case_id = $2 order by i.id"};
const Sql kIdeasOfIncident = {EM_IDEA_COLUMNS
                              "where i.organisation_id = $1 and i.incident_id = $2 order by i.id"};
// Those affected may be anybody: what a case would fill in is the usual here.
const Sql kIncidentForIdea = {
    "select 'email', 'external', 0 from incident where organisation_id = $1 and id = $2 and "
    "closed_at is null"};
const Sql kCaseForIdea = {
    "select c.channel, u.kind, u.business from service_case c left join customer u "
    "on u.organisation_id = c.organisation_id and u.id = c.customer_id "
    "where c.organisation_id = $1 and c.id = $2"};
const Sql kPreferenceOfCase = {
    "select p.id from customer_preference p join service_case c "
    "on c.organisation_id = p.organisation_id and c.customer_id = p.customer_id "
    "where p.organisation_id = $1 and p.id = $2 and c.id = $3"};
const Sql kInsertIdea = {
    "insert into idea (organisation_id, id, case_id, incident_id, gesture_code, kind, amount, "
    "minutes, "
    "goods_value, start_at, channel, recipient_kind, conditions, origin, preference_id, state, "
    "occurred_at, recorded_at, recorded_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
    "$12, $13, $14, $15, 'open', $16, $17, $18)"};
const Sql kInsertLine = {
    "insert into idea_line (organisation_id, idea_id, position, gesture_code, amount, minutes) "
    "values ($1, $2, $3, $4, $5, $6)"};
const Sql kChoose = {
    "update idea set state = 'chosen', chosen_at = $4, version = version + 1 "
    "where organisation_id = $1 and id = $2 and version = $3"};
const Sql kPutAside = {
    "update idea set state = 'open', chosen_at = null, version = version + 1 "
    "where organisation_id = $1 and (case_id = $2 or incident_id = $4) and id <> $3 and "
    "state = 'chosen'"};
const Sql kSetReasonAside = {
    "update words set field = 'earlier_choice_reason' "
    "where organisation_id = $1 and record_id = $2 and field = 'choice_reason'"};

struct Line {
  std::string gesture;
  std::optional<int64_t> amount, minutes;
};

struct NewIdea {
  std::optional<std::string> gesture;
  std::optional<WrittenWords> words;
  std::optional<std::string> kind, channel, recipient_kind;
  std::optional<int64_t> amount, minutes, goods_value;
  std::optional<Instant> start_at;
  std::vector<std::string> conditions;
  std::string origin;
  std::vector<Line> lines;
  std::optional<AnyId> preference;
  Instant occurred_at;
};

std::optional<int64_t> ReadAmount(ObjectReader& in, std::string_view key, Currency currency) {
  const auto money = in.OptionalAmount(key, currency);
  if (!money) return std::nullopt;
  if (money->minor < 0) {
    in.Reject(key, "amount-negative", "The amount is below zero.", "Give 0 or more.");
  }
  return money->minor;
}

std::vector<Line> ReadLines(ObjectReader& in, Currency currency) {
  std::vector<Line> lines;
  const JsonValue* array = in.Array("lines", false, 20);
  if (!array) return lines;
  for (size_t i = 0; i < array->items.size(); ++i) {
    ObjectReader line(array->items[i], in.PlaceOf("lines") + "/" + std::to_string(i));
    Line out;
    out.gesture = line.String("gesture", {.max_bytes = 200});
    out.amount = ReadAmount(line, "amount", currency);
    out.minutes = line.OptionalInt("minutes", 0, 10'000);
    if (auto done = line.Finish(); !done) in.Adopt(std::move(done).error());
    lines.push_back(std::move(out));
  }
  return lines;
}

// A condition is stored as one word: "age restricted" and "age-restricted" are the same.
std::string ConditionWord(std::string text) {
  std::replace(text.begin(), text.end(), ' ', '-');
  return text;
}

Result<NewIdea> ReadNewIdea(const Request& request) {
  const Currency currency = request.organisation.currency;
  ObjectReader in(BodyOf(request));
  NewIdea idea;
  idea.gesture = in.OptionalString("gesture", {.max_bytes = 200});
  idea.words = ReadWords(in, "words");
  idea.kind = in.OptionalWord("kind", kGestureKinds);
  idea.amount = ReadAmount(in, "amount", currency);
  idea.minutes = in.OptionalInt("minutes", 0, 10'000);
  idea.goods_value = ReadAmount(in, "goods_value", currency);
  idea.start_at = in.OptionalTime("start_at");
  idea.channel = in.OptionalWord("channel", kChannels);
  idea.recipient_kind =
      in.OptionalWord("recipient_kind", {"person", "business", "public body", "colleague"});
  for (std::string& condition : in.Strings("conditions", 20, {.max_bytes = 60})) {
    idea.conditions.push_back(ConditionWord(std::move(condition)));
  }
  idea.origin =
      in.OptionalWord("origin", {"own", "asked_for", "told", "suggested"}).value_or("own");
  idea.lines = ReadLines(in, currency);
  idea.preference = in.OptionalIdentifier<AnyId>("preference");
  idea.occurred_at = ReadOccurredAt(in, request);
  if (in.ok() && !idea.gesture && idea.lines.empty() && !idea.words) {
    in.Reject("words", "idea-empty", "The idea says nothing yet.",
              "Name a gesture of the catalogue, or describe the idea in your own words.");
  }
  EM_TRY(in.Finish());
  return idea;
}

Error GestureUnknown(std::string place) {
  return {ErrorKind::kInvalid, "gesture-unknown", "There is no such gesture in the catalogue.",
          std::move(place), "Use the code of an active gesture."};
}

// The catalogue fills in what the person left out; several lines add up.
struct Costs {
  std::string kind = "other";
  std::string title;
  int64_t amount = 0, minutes = 0, goods_value = 0;
  std::vector<std::string> conditions;
  std::vector<Line> lines;
};

Result<Costs> CostsOf(const NewIdea& idea, const Configuration& configuration) {
  Costs costs;
  costs.lines = idea.lines;
  if (costs.lines.empty() && idea.gesture) {
    costs.lines.push_back({*idea.gesture, idea.amount, idea.minutes});
  }
  for (size_t i = 0; i < costs.lines.size(); ++i) {
    Line& line = costs.lines[i];
    const GestureRecord* gesture = configuration.FindGesture(line.gesture);
    if (!gesture || gesture->state != "active") {
      return Fail(GestureUnknown(idea.lines.empty() ? "/gesture"
                                                    : "/lines/" + std::to_string(i) + "/gesture"));
    }
    line.amount = line.amount.value_or(gesture->amount);
    line.minutes = line.minutes.value_or(gesture->minutes);
    costs.amount += *line.amount;
    costs.minutes += *line.minutes;
    costs.goods_value += gesture->goods_value;
    costs.conditions.insert(costs.conditions.end(), gesture->conditions.begin(),
                            gesture->conditions.end());
    if (i == 0) {
      costs.kind = gesture->kind;
      costs.title = gesture->title;
    }
  }
  if (idea.gesture) {
    const GestureRecord* gesture = configuration.FindGesture(*idea.gesture);
    if (!gesture || gesture->state != "active") return Fail(GestureUnknown("/gesture"));
    costs.kind = gesture->kind;
    costs.title = gesture->title;
  }
  return costs;
}

std::string TitleOf(const std::optional<std::string>& gesture_title,
                    const std::optional<StoredWords>& words) {
  if (gesture_title && !gesture_title->empty()) return *gesture_title;
  if (!words || !words->text) return "An idea in own words";
  return HeadingOf(*words->text);
}

IdeaRecord RecordOf(const NewIdea& input, const Costs& costs, const Row& case_row) {
  const bool internal = case_row[1].Text() == "internal";
  IdeaRecord idea;
  idea.gesture = input.gesture;
  if (!idea.gesture && input.lines.size() == 1) idea.gesture = input.lines[0].gesture;
  idea.words = Stored(input.words);
  idea.title = TitleOf(costs.title, idea.words);
  idea.kind = input.kind.value_or(costs.kind);
  idea.amount = input.amount.value_or(costs.amount);
  idea.minutes = input.minutes.value_or(costs.minutes);
  idea.goods_value = input.goods_value.value_or(costs.goods_value);
  idea.start_at = input.start_at;
  idea.channel = input.channel.value_or(case_row[0].Text());
  idea.recipient_kind = input.recipient_kind.value_or(internal             ? "colleague"
                                                      : case_row[2].Bool() ? "business"
                                                                           : "person");
  idea.conditions = input.conditions;
  for (const std::string& condition : costs.conditions) {
    if (std::find(idea.conditions.begin(), idea.conditions.end(), condition) ==
        idea.conditions.end()) {
      idea.conditions.push_back(condition);
    }
  }
  idea.origin = input.origin;
  return idea;
}

}  // namespace

std::string HeadingOf(const std::string& text) {
  std::string heading = text.substr(0, text.find('\n'));
  if (heading.size() <= 80) return heading;
  size_t end = 77;
  while (end > 0 && (static_cast<unsigned char>(heading[end]) & 0xC0) == 0x80) --end;
  return heading.substr(0, end) + "...";
}

const Sql kIdeaById = {EM_IDEA_COLUMNS "where i.organisation_id = $1 and i.id = $2"};

IdeaRecord IdeaFrom(const Row& row) {
  RowReader in(row);
  IdeaRecord idea;
  idea.head = in.Head();
  idea.service_case = in.OptionalId();
  idea.incident = in.OptionalId();
  idea.gesture = in.OptionalText();
  const auto title = in.OptionalText();
  idea.words = in.Words();
  idea.title = TitleOf(title, idea.words);
  idea.kind = in.Text();
  idea.amount = in.Int();
  idea.minutes = in.Int();
  idea.goods_value = in.Int();
  idea.start_at = in.OptionalTime();
  idea.channel = in.Text();
  idea.recipient_kind = in.Text();
  idea.conditions = SplitWords(in.Text());
  idea.origin = in.Text();
  idea.state = in.Text();
  idea.chosen_at = in.OptionalTime();
  idea.choice_reason = in.Words();
  return idea;
}

void WriteIdea(JsonWriter& out, const IdeaRecord& idea, const CheckRecord* last_check,
               Currency currency) {
  out.BeginObject();
  PutHead(out, idea.head);
  Put(out, "case_id", idea.service_case);
  Put(out, "incident", idea.incident);
  Put(out, "gesture", idea.gesture);
  Put(out, "title", idea.title);
  Put(out, "words", idea.words);
  Put(out, "kind", idea.kind);
  Put(out, "amount", Money{idea.amount, currency});
  Put(out, "minutes", idea.minutes);
  Put(out, "goods_value", Money{idea.goods_value, currency});
  Put(out, "start_at", idea.start_at);
  Put(out, "channel", idea.channel);
  Put(out, "recipient_kind", idea.recipient_kind);
  Put(out, "conditions", idea.conditions);
  Put(out, "origin", idea.origin);
  Put(out, "state", idea.state);
  Put(out, "chosen_at", idea.chosen_at);
  Put(out, "choice_reason", idea.choice_reason);
  out.Key("last_check");
  if (last_check) {
    WriteCheck(out, *last_check, currency);
  } else {
    out.Null();
  }
  out.EndObject();
}

std::vector<Query> IdeaQueries(OrganisationId organisation, AnyId service_case) {
  return {{&kIdeasOfCase, {organisation, service_case}},
          {&kChecksOfCase, {organisation, service_case}}};
}

std::vector<Query> IdeasOfIncident(OrganisationId organisation, AnyId incident) {
  return {{&kIdeasOfIncident, {organisation, incident}},
          {&kChecksOfIncident, {organisation, incident}}};
}

void WriteIdeas(JsonWriter& out, std::span<const Rows> answers, Currency currency) {
  std::map<AnyId, CheckRecord> last;
  for (const Row& row : answers[1]) {
    CheckRecord check = CheckFrom(row);
    last[check.idea] = std::move(check);
  }
  out.BeginArray();
  for (const Row& row : answers[0]) {
    const IdeaRecord idea = IdeaFrom(row);
    const auto check = last.find(idea.head.id);
    WriteIdea(out, idea, check == last.end() ? nullptr : &check->second, currency);
  }
  out.EndArray();
}

namespace {

// For one case, or for everybody that an incident hit: exactly one of the two.
Result<Answer> Propose(Services& services, const Request& request,
                       std::optional<AnyId> service_case, std::optional<AnyId> incident) {
  EM_ASSIGN(const NewIdea input, ReadNewIdea(request));
  const OrganisationId org = request.organisation.id;
  const std::array<Query, 3> queries = {
      {incident ? Query{&kIncidentForIdea, {org, *incident}}
                : Query{&kCaseForIdea, {org, service_case}},
       {&kPersonName, {org, request.actor.person}},
       {&kPreferenceOfCase, {org, input.preference, service_case}}}};
  EM_ASSIGN(const std::vector<Rows> rows, services.store.Read(org, queries));
  if (rows[0].empty()) return Fail(Request::NotFoundError(incident ? "incident" : "case"));
  if (input.preference && rows[2].empty()) {
    return Fail(ErrorKind::kInvalid, "preference-unknown",
                "This customer has no such preference on record.", "/preference",
                "Leave it out, or use one of the customer's own.");
  }
  EM_ASSIGN(auto configuration, CurrentConfiguration(services, org));
  auto costs = CostsOf(input, *configuration);
  if (!costs) {
    // The gesture may be newer than the copy at hand.
    EM_ASSIGN(configuration, LoadConfiguration(services, org));
    costs = CostsOf(input, *configuration);
  }
  if (!costs) return Fail(std::move(costs).error());

  Change change(services, request);
  IdeaRecord idea = RecordOf(input, *costs, rows[0][0]);
  idea.head = NewHead(change.NewId(), input.occurred_at, request, rows[1]);
  idea.service_case = service_case;
  idea.incident = incident;
  change.Step(kInsertIdea,
              {org, idea.head.id, service_case, incident, idea.gesture, idea.kind, idea.amount,
               idea.minutes, idea.goods_value, idea.start_at, idea.channel, idea.recipient_kind,
               JoinWords(idea.conditions), idea.origin, input.preference, input.occurred_at,
               request.now, request.actor.person});
  for (size_t i = 0; i < costs->lines.size(); ++i) {
    const Line& line = costs->lines[i];
    change.Step(kInsertLine, {org, idea.head.id, static_cast<int64_t>(i + 1), line.gesture,
                              *line.amount, *line.minutes});
  }
  if (input.words) change.Words(idea.head.id, "idea", "words", *input.words, input.occurred_at);
  change.Event({.kind = "idea_proposed",
                .record_kind = "idea",
                .record = idea.head.id,
                .service_case = service_case,
                .occurred_at = input.occurred_at},
               [&](JsonWriter& body) {
                 Put(body, "gesture", idea.gesture);
                 Put(body, "kind", idea.kind);
                 Put(body, "amount", Money{idea.amount, request.organisation.currency});
                 Put(body, "minutes", idea.minutes);
                 Put(body, "origin", idea.origin);
               });
  JsonWriter body;
  WriteIdea(body, idea, nullptr, request.organisation.currency);
  return CreatedAnswer(std::move(body), std::move(change));
}

}  // namespace

Result<Answer> ProposeIdea(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId service_case, request.PathId<AnyId>("id"));
  return Propose(services, request, service_case, std::nullopt);
}

Result<Answer> ProposeForAll(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId incident, request.PathId<AnyId>("id"));
  return Propose(services, request, std::nullopt, incident);
}

Result<Answer> ChooseIdea(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  ObjectReader in(BodyOf(request));
  const auto reason = ReadWords(in, "words");
  const Instant occurred_at = ReadOccurredAt(in, request);
  EM_TRY(in.Finish());
  const OrganisationId org = request.organisation.id;
  const std::array<Query, 2> queries = {{{&kIdeaById, {org, id}}, {&kLastCheckOfIdea, {org, id}}}};
  EM_ASSIGN(const std::vector<Rows> rows, services.store.Read(org, queries));
  if (rows[0].empty()) return Fail(Request::NotFoundError("idea"));
  IdeaRecord idea = IdeaFrom(rows[0][0]);
  EM_TRY(CheckVersion(request, idea.head.version, "idea"));
  // A tap chooses without a reason; the reason may follow, and the choice keeps its own time.
  const bool chosen_before = idea.state == "chosen";
  if (chosen_before && (idea.choice_reason || !reason)) {
    return Fail(ErrorKind::kConflict, "idea-chosen", "This idea is chosen already.");
  }
  const Instant chosen_at = chosen_before ? idea.chosen_at.value_or(occurred_at) : occurred_at;
  Change change(services, request);
  change.Step(kPutAside, {org, idea.service_case, id, idea.incident});
  change.Guard(kChoose, {org, id, idea.head.version, chosen_at}, StaleError("idea"));
  if (reason) {
    // Chosen once before, put aside and chosen again: the newest reason is the one that stands.
    if (idea.choice_reason) change.Step(kSetReasonAside, {org, id});
    change.Words(id, "idea", "choice_reason", *reason, occurred_at);
    idea.choice_reason = Stored(reason);
  }
  change.Event({.kind = chosen_before ? "choice_explained" : "idea_chosen",
                .record_kind = "idea",
                .record = id,
                .service_case = idea.service_case,
                .occurred_at = occurred_at});
  idea.state = "chosen";
  idea.chosen_at = chosen_at;
  ++idea.head.version;
  JsonWriter body;
  std::optional<CheckRecord> check;
  if (!rows[1].empty()) check = CheckFrom(rows[1][0]);
  WriteIdea(body, idea, check ? &*check : nullptr, request.organisation.currency);
  const int64_t version = idea.head.version;
  return ChangedAnswer(std::move(body), std::move(change), version);
}

}  // namespace extramile::app

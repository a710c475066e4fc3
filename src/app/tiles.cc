#include "app/tiles.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "app/assessment.h"
#include "app/gesture_ranking.h"
#include "app/record_action.h"
#include "app/record_check.h"
#include "app/situation.h"
#include "inference/choice.h"

namespace extramile::app {
namespace {

const Sql kInsertIdea = {
    "insert into idea (organisation_id, id, case_id, gesture_code, kind, amount, minutes, "
    "goods_value, channel, recipient_kind, conditions, origin, state, chosen_at, occurred_at, "
    "recorded_at, recorded_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'own', "
    "'chosen', $12, $12, $13, $14)"};
const Sql kInsertLine = {
    "insert into idea_line (organisation_id, idea_id, position, gesture_code, amount, minutes) "
    "values ($1, $2, 1, $3, $4, $5)"};
const Sql kPutAside = {
    "update idea set state = 'open', chosen_at = null, version = version + 1 "
    "where organisation_id = $1 and case_id = $2 and state = 'chosen'"};

struct Tile {
  const GestureRecord* gesture;
  desk::Outcome outcome;
  std::string sentence;
  double value = 0;  // expected, for what it takes from others

  // Pre-cleared: nothing has to be agreed or fetched first.
  bool OneTap() const { return desk::MayDoNow(outcome) && gesture->needs.empty(); }
};

// What may be done first, of that what costs no money, and of that what is worth most to customers
// for what it takes from others. Worths are alike within a hundredth: there, what is cheaper.
bool Before(const Tile& a, const Tile& b) {
  const auto key = [](const Tile& tile) {
    return std::tuple(!desk::MayDoNow(tile.outcome), tile.outcome >= desk::Outcome::kUndecided,
                      tile.gesture->amount > 0, -std::lround(tile.value * 100),
                      tile.gesture->amount, tile.gesture->minutes,
                      std::string_view(tile.gesture->code));
  };
  return key(a) < key(b);
}

// With exploration on, chance may put another of those that may be made now before the rest.
Result<void> Explore(Services& services, const Request& request, AnyId service_case,
                     std::vector<Tile>& tiles, Change& change) {
  std::vector<RankedGesture> allowed;
  for (const Tile& tile : tiles) {
    if (desk::MayDoNow(tile.outcome)) allowed.push_back({tile.gesture->code, tile.value});
  }
  EM_ASSIGN(const auto first, ExploreFirst(services, request, service_case, allowed, change));
  if (!first) return {};
  const auto chosen = std::find_if(tiles.begin(), tiles.end(), [&](const Tile& tile) {
    return tile.gesture->code == allowed[*first].code;
  });
  std::rotate(tiles.begin(), chosen, chosen + 1);
  return {};
}

}  // namespace

Result<Answer> SeeTiles(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  EM_ASSIGN(const Situation situation, ReadSituation(services, request, {.service_case = id}));
  Assessor assessor(services, request, situation);
  EM_ASSIGN(const auto shares,
            ExpectedShares(services, request.organisation, *situation.configuration, request.now));
  std::vector<Tile> tiles;
  for (const auto& [code, gesture] : situation.configuration->gestures) {
    if (gesture.state != "active") continue;
    EM_ASSIGN(const Assessment assessment,
              assessor.Assess(IdeaFactsOf(gesture, situation, request.now),
                              {.variant = false, .snapshot = false}));
    const double others =
        assessment.forecast ? assessment.forecast->extra_wait_minutes.value_or(0) : 0;
    tiles.push_back({&gesture, assessment.judgement.outcome, assessment.sentence,
                     inference::ValuePerMinuteOfOthers(shares->Of(code), others)});
  }
  std::sort(tiles.begin(), tiles.end(), Before);
  Change change(services, request);
  EM_TRY(Explore(services, request, id, tiles, change));
  JsonWriter out;
  out.BeginArray();
  for (const Tile& tile : tiles) {
    out.BeginObject().Key("gesture");
    WriteGesture(out, *tile.gesture, request.organisation.currency);
    Put(out, "outcome", Word(tile.outcome));
    Put(out, "sentence", tile.sentence);
    Put(out, "one_tap", tile.OneTap());
    out.EndObject();
  }
  out.EndArray();
  Answer answer = OkAnswer(std::move(out));
  answer.plan = std::move(change).Take();
  return answer;
}

Result<Answer> TapTile(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  const auto code = request.path.find("gesture");
  if (code == request.path.end()) return Fail(Request::NotFoundError("gesture"));
  ObjectReader in(BodyOf(request));
  const auto words = ReadWords(in, "words");
  const Instant occurred_at = ReadOccurredAt(in, request);
  EM_TRY(in.Finish());
  EM_ASSIGN(const Situation situation, ReadSituation(services, request, {.service_case = id}));
  const GestureRecord* gesture = situation.configuration->FindGesture(code->second);
  if (!gesture || gesture->state != "active") return Fail(Request::NotFoundError("gesture"));
  Assessor assessor(services, request, situation);
  const desk::IdeaFacts facts = IdeaFactsOf(*gesture, situation, request.now);
  EM_ASSIGN(const Assessment assessment, assessor.Assess(facts, {.variant = false}));
  const Tile tile{gesture, assessment.judgement.outcome, assessment.sentence, 0};
  if (!tile.OneTap()) {
    return Fail(ErrorKind::kConflict, "tile-not-cleared",
                desk::MayDoNow(tile.outcome) ? "This needs something first: " + gesture->needs + "."
                                             : tile.sentence,
                "", "Propose it as an idea: the check says what it takes.");
  }

  const OrganisationId org = request.organisation.id;
  Change change(services, request);
  const AnyId idea = change.NewId();
  change.Step(kPutAside, {org, id});
  change.Step(kInsertIdea,
              {org, idea, id, gesture->code, gesture->kind, gesture->amount, gesture->minutes,
               gesture->goods_value, facts.channel, facts.recipient_kind,
               JoinWords(gesture->conditions), occurred_at, request.now, request.actor.person});
  change.Step(kInsertLine, {org, idea, gesture->code, gesture->amount, gesture->minutes});
  change.Event({.kind = "idea_proposed",
                .record_kind = "idea",
                .record = idea,
                .service_case = id,
                .occurred_at = occurred_at},
               [&](JsonWriter& body) {
                 Put(body, "gesture", gesture->code);
                 Put(body, "kind", gesture->kind);
                 Put(body, "amount", Money{gesture->amount, request.organisation.currency});
                 Put(body, "minutes", gesture->minutes);
                 Put(body, "origin", "own");
                 Put(body, "tapped", true);
               });
  CheckToRecord to_record;
  to_record.idea = idea;
  to_record.gesture = gesture->code;
  to_record.timing = occurred_at < request.now ? "after the fact" : "before";
  to_record.occurred_at = request.now;
  to_record.spend_at_once = true;
  EM_ASSIGN(const CheckRecord check,
            RecordCheck(change, services, request, situation, assessor, assessment, to_record));
  ActionToRecord action;
  action.idea = idea;
  action.title = gesture->title;
  action.check = check.id;
  action.gesture = gesture->code;
  action.lines = {{gesture->code, gesture->amount, gesture->minutes}};
  action.amount = gesture->amount;
  action.minutes = gesture->minutes;
  action.touchpoint = gesture->touchpoint;
  action.words = words;
  action.occurred_at = occurred_at;
  const Rows actor_name = {{Cell(situation.holder_name)}};
  const ActionView done = RecordAction(change, request, situation.service_case, action, actor_name);

  JsonWriter out;
  out.BeginObject();
  Put(out, "idea", idea);
  out.Key("check");
  WriteCheck(out, check, request.organisation.currency);
  out.Key("action");
  WriteAction(out, done, request.organisation.currency);
  out.EndObject();
  return CreatedAnswer(std::move(out), std::move(change));
}

}  // namespace extramile::app

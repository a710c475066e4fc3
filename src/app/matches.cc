#include "app/matches.h"

#include <algorithm>
#include <map>
#include <set>

#include "app/cases.h"
#include "app/expectations.h"
#include "app/offers.h"
#include "desk/match.h"

namespace extramile::app {
namespace {

const Sql kInsertMatch = {
    "insert into offer_match (organisation_id, id, case_id, offer_id, occurred_at, recorded_at, "
    "recorded_by) values ($1, $2, $3, $4, $5, $6, $7)"};
const Sql kInsertLine = {
    "insert into offer_match_line (organisation_id, id, match_id, expectation_id, offer_item_id, "
    "verdict, key_difference, occurred_at, recorded_at, recorded_by) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};

// What a match is made from: the case, its expectations, the offer in force.
struct Sides {
  CaseRecord service_case;
  std::vector<ExpectationRecord> expectations;
  OfferRecord offer;
  Rows actor_name;

  const ExpectationRecord* FindExpectation(AnyId id) const {
    const auto found = std::find_if(expectations.begin(), expectations.end(),
                                    [id](const auto& e) { return e.head.id == id; });
    return found == expectations.end() ? nullptr : &*found;
  }
  const OfferItem* FindItem(AnyId id) const {
    const auto found = std::find_if(offer.items.begin(), offer.items.end(),
                                    [id](const auto& item) { return item.id == id; });
    return found == offer.items.end() ? nullptr : &*found;
  }
};

Result<Sides> ReadSides(Services& services, const Request& request, AnyId case_id) {
  const Cell organisation = request.organisation.id;
  const Query queries[] = {{&kCaseById, {organisation, case_id}},
                           {&kExpectationsOfCase, {organisation, case_id}},
                           {&kCurrentOffer, {organisation}},
                           {&kCurrentOfferItems, {organisation}},
                           {&kPersonName, {organisation, request.actor.person}}};
  EM_ASSIGN(auto rows, services.store.Read(request.organisation.id, queries));
  if (rows[0].empty()) return Fail(Request::NotFoundError("case"));
  auto offer = CurrentOfferFrom(rows[2], rows[3]);
  if (!offer) return Fail(NoOfferError());
  Sides sides;
  sides.service_case = CaseFrom(rows[0].front());
  for (const Row& row : rows[1]) sides.expectations.push_back(ExpectationFrom(row));
  sides.offer = *std::move(offer);
  sides.actor_name = std::move(rows[4]);
  return sides;
}

void WriteLines(JsonWriter& out, const std::vector<MatchLineRecord>& lines) {
  out.Key("lines").BeginArray();
  for (const MatchLineRecord& line : lines) {
    out.BeginObject();
    Put(out, "expectation", line.expectation);
    Put(out, "expectation_words", line.expectation_words);
    Put(out, "offer_item", line.offer_item);
    Put(out, "promise", line.promise);
    Put(out, "verdict", line.verdict);
    Put(out, "key_difference", line.key_difference);
    Put(out, "words", line.words);
    out.EndObject();
  }
  out.EndArray();
}

std::string Summary(const std::vector<MatchLineRecord>& lines) {
  std::vector<desk::Difference> differences;
  for (const MatchLineRecord& line : lines) {
    differences.push_back(
        {line.dimension,
         desk::ParseMatchVerdict(line.verdict).value_or(desk::MatchVerdict::kNotCovered),
         line.key_difference});
  }
  return desk::SummariseMatch(differences);
}

MatchLineRecord LineFor(const ExpectationRecord& expectation, const OfferItem* item) {
  MatchLineRecord line;
  line.expectation = expectation.head.id;
  line.dimension = expectation.dimension;
  if (expectation.words) line.expectation_words = expectation.words->text;
  if (item) {
    line.offer_item = item->id;
    line.promise = item->promise;
  }
  return line;
}

// A line with the words that were written on it, not yet stored.
struct WrittenLine {
  MatchLineRecord line;
  std::optional<WrittenWords> words;
};

WrittenLine ReadLine(ObjectReader& in, const Sides& sides) {
  WrittenLine written;
  const auto expectation_id = in.Identifier<AnyId>("expectation");
  const auto item_id = in.OptionalIdentifier<AnyId>("offer_item");
  const std::string verdict = in.Word("verdict", {"met", "exceeded", "short", "not_covered"});
  const bool key_difference = in.OptionalBool("key_difference").value_or(false);
  written.words = ReadWords(in, "words");
  const ExpectationRecord* expectation = sides.FindExpectation(expectation_id);
  const OfferItem* item = item_id ? sides.FindItem(*item_id) : nullptr;
  if (in.ok() && !expectation) {
    in.Reject("expectation", "expectation-unknown", "This case has no such expectation.",
              "Give the id of an expectation of this case.");
  }
  if (in.ok() && item_id && !item) {
    in.Reject("offer_item", "offer-item-unknown", "The offer in force has no such item.",
              "Give the id of an item of the current version, or leave this out.");
  }
  if (in.ok() && !item && verdict != "not_covered") {
    in.Reject("offer_item", "offer-item-missing",
              "What is met, exceeded or short names the promise it is measured against.",
              "Give offer_item, or say not_covered.");
  }
  if (!in.ok()) return written;
  written.line = LineFor(*expectation, item);
  written.line.verdict = verdict;
  written.line.key_difference = key_difference;
  written.line.words = Stored(written.words);
  return written;
}

Result<std::vector<WrittenLine>> ReadLines(ObjectReader& in, const Sides& sides) {
  std::vector<WrittenLine> lines;
  const JsonValue* array = in.Array("lines", true, 200);
  if (array && array->items.empty()) {
    in.Reject("lines", "match-empty", "A match has at least one line.",
              "Note an expectation first, then match it.");
  }
  std::set<AnyId> seen;
  for (size_t i = 0; array && in.ok() && i < array->items.size(); ++i) {
    ObjectReader line_in(array->items[i], in.PlaceOf("lines") + "/" + std::to_string(i));
    WrittenLine line = ReadLine(line_in, sides);
    if (line_in.ok() && !seen.insert(line.line.expectation).second) {
      line_in.Reject("expectation", "expectation-twice", "This expectation is matched twice.",
                     "Give one line for each expectation.");
    }
    if (auto done = line_in.Finish(); !done) in.Adopt(std::move(done).error());
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace

const Sql kMatchesOfCase = {
    "select m.id, m.occurred_at, m.recorded_at, m.recorded_by, p.display_name, m.version, "
    "m.offer_id, o.number from offer_match m "
    "left join service_offer o on o.organisation_id = m.organisation_id and o.id = m.offer_id "
    "left join person p on p.organisation_id = m.organisation_id and p.id = m.recorded_by "
    "where m.organisation_id = $1 and m.case_id = $2 order by m.recorded_at desc, m.id desc"};
const Sql kMatchLinesOfCase = {
    "select l.match_id, l.expectation_id, e.dimension, x.text, l.offer_item_id, i.promise, "
    "l.verdict, l.key_difference, w.text, w.author from offer_match_line l "
    "join offer_match m on m.organisation_id = l.organisation_id and m.id = l.match_id "
    "left join expectation e on e.organisation_id = l.organisation_id and e.id = l.expectation_id "
    "left join words x on x.organisation_id = l.organisation_id and "
    "x.record_id = l.expectation_id and x.field = 'words' "
    "left join offer_item i on i.organisation_id = l.organisation_id and i.id = l.offer_item_id "
    "left join words w on w.organisation_id = l.organisation_id and w.record_id = l.id and "
    "w.field = 'words' where l.organisation_id = $1 and m.case_id = $2 order by l.id"};

std::optional<MatchRecord> NewestMatchFrom(const Rows& matches, const Rows& lines) {
  if (matches.empty()) return std::nullopt;
  RowReader in(matches.front());
  MatchRecord match;
  match.head = in.Head();
  match.offer = in.Id();
  match.offer_number = in.Int();
  for (const Row& row : lines) {
    RowReader line_in(row);
    if (line_in.Id() != match.head.id) continue;
    MatchLineRecord line;
    line.expectation = line_in.Id();
    line.dimension = line_in.Text();
    line.expectation_words = line_in.OptionalText();
    line.offer_item = line_in.OptionalId();
    line.promise = line_in.OptionalText();
    line.verdict = line_in.Text();
    line.key_difference = line_in.Bool();
    line.words = line_in.Words();
    match.lines.push_back(std::move(line));
  }
  return match;
}

void WriteMatch(JsonWriter& out, const MatchRecord& match) {
  out.BeginObject();
  PutHead(out, match.head);
  Put(out, "offer", match.offer);
  Put(out, "offer_number", match.offer_number);
  WriteLines(out, match.lines);
  Put(out, "summary", Summary(match.lines));
  out.EndObject();
}

Result<Answer> SuggestMatch(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId case_id, request.PathId<AnyId>("id"));
  EM_ASSIGN(const Sides sides, ReadSides(services, request, case_id));
  std::vector<desk::ExpectedService> expected;
  for (const ExpectationRecord& e : sides.expectations) {
    const bool readable = e.words && e.words->text;
    expected.push_back({readable ? std::string_view(*e.words->text) : std::string_view(),
                        e.dimension, e.importance});
  }
  std::vector<desk::PromisedService> promised;
  const auto view = [](const std::optional<std::string>& text) {
    return text ? std::string_view(*text) : std::string_view();
  };
  for (const OfferItem& item : sides.offer.items) {
    promised.push_back({item.promise, view(item.standard), item.standard_minutes,
                        view(item.channel), view(item.touchpoint), view(item.dimension)});
  }
  std::vector<MatchLineRecord> lines;
  for (const desk::MatchedLine& matched :
       desk::MatchOffer(expected, promised, sides.service_case.channel)) {
    MatchLineRecord line = LineFor(sides.expectations[matched.expectation],
                                   matched.item ? &sides.offer.items[*matched.item] : nullptr);
    line.verdict = Word(matched.verdict);
    line.key_difference = matched.key_difference;
    lines.push_back(std::move(line));
  }
  JsonWriter out;
  out.BeginObject();
  Put(out, "offer", sides.offer.head.id);
  Put(out, "offer_number", sides.offer.number);
  WriteLines(out, lines);
  Put(out, "summary", Summary(lines));
  out.EndObject();
  return OkAnswer(std::move(out));
}

Result<Answer> MatchOffer(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId case_id, request.PathId<AnyId>("id"));
  EM_ASSIGN(const Sides sides, ReadSides(services, request, case_id));
  ObjectReader in(BodyOf(request));
  EM_ASSIGN(const auto lines, ReadLines(in, sides));
  const Instant occurred_at = ReadOccurredAt(in, request);
  EM_TRY(in.Finish());

  Change change(services, request);
  MatchRecord match;
  match.head = NewHead(change.NewId(), occurred_at, request, sides.actor_name);
  match.offer = sides.offer.head.id;
  match.offer_number = sides.offer.number;
  const Cell organisation = request.organisation.id;
  change.Step(kInsertMatch, {organisation, match.head.id, case_id, match.offer, occurred_at,
                             request.now, request.actor.person});
  int64_t key_differences = 0;
  std::vector<AnyId> line_ids;
  for (size_t i = 0; i < lines.size(); ++i) line_ids.push_back(change.NewId());
  std::sort(line_ids.begin(), line_ids.end());  // read back in the order given here
  for (size_t i = 0; i < lines.size(); ++i) {
    const MatchLineRecord& line = lines[i].line;
    const AnyId line_id = line_ids[i];
    change.Step(kInsertLine, {organisation, line_id, match.head.id, line.expectation,
                              line.offer_item, line.verdict, line.key_difference, occurred_at,
                              request.now, request.actor.person});
    if (lines[i].words) {
      change.Words(line_id, "offer_match_line", "words", *lines[i].words, occurred_at);
    }
    key_differences += line.key_difference ? 1 : 0;
    match.lines.push_back(line);
  }
  change.Event({.kind = "offer_matched",
                .record_kind = "offer_match",
                .record = match.head.id,
                .service_case = case_id,
                .occurred_at = occurred_at},
               [&](JsonWriter& body) {
                 Put(body, "offer", match.offer);
                 Put(body, "lines", static_cast<int64_t>(lines.size()));
                 Put(body, "key_differences", key_differences);
               });
  JsonWriter out;
  WriteMatch(out, match);
  return CreatedAnswer(std::move(out), std::move(change));
}

}  // namespace extramile::app

// From the first offer to the second: a case's expectations are matched, a gesture is praised,
// passed on, proposed and adopted, and is then part of the offer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/case_steps.h"
#include "app/cases.h"
#include "app/events.h"
#include "app/expectations.h"
#include "app/feedback.h"
#include "app/fixture.h"
#include "app/gestures.h"
#include "app/matches.h"
#include "app/offers.h"
#include "app/open_ends.h"
#include "app/proposals.h"
#include "app/sequels.h"

namespace extramile::app {
namespace {

constexpr std::string_view kOffer = R"({"title": "Lamp care", "summary": "What we promise.",
  "items": [{"promise": "A broken lamp is replaced", "standard": "within 5 working days",
             "standard_minutes": 7200, "dimension": "reliability"},
            {"promise": "We answer every call", "standard_minutes": 3, "channel": "phone",
             "dimension": "responsiveness"}]})";
constexpr std::string_view kCard = R"({"code": "handwritten-card", "kind": "attention",
  "title": "A handwritten card", "minutes": 4, "amount": "1.20", "dimension": "empathy"})";
constexpr std::string_view kCase = R"({"kind": "fault", "reason": "broken lamp", "channel": "phone",
  "customer": {"reference": "cust-1", "name": "Ada Lovelace"},
  "words": {"text": "My lamp broke", "author": "customer"}})";

class OfferToOfferTest : public UseCaseTest {
 protected:
  void PublishFirstOffer() {
    offer_ = Ok(DraftOffer, manager_, kOffer);
    Ok(PublishOffer, manager_, "", At(offer_, "id"));
    Ok(AddGesture, manager_, kCard);
  }

  std::string OpenCaseOf(std::string_view reference) {
    const JsonValue opened = Ok(OpenCase, agent_,
                                R"({"kind": "enquiry", "reason": "lamp", "channel": "phone",
                                    "customer": {"reference": ")" +
                                    std::string(reference) + R"("}})");
    return At(opened, "id");
  }

  // An action done with the card: what take_action writes, as far as these tests read it.
  AnyId Act(const std::string& service_case) {
    static const Sql kInsert = {
        "insert into action (organisation_id, id, idea_id, case_id, gesture_code, state, amount, "
        "minutes, done_at, occurred_at, recorded_at, recorded_by) values ($1, $2, $3, $4, "
        "'handwritten-card', 'done', 120, 4, $5, $5, $5, $6)"};
    const AnyId id = AnyId::Make(clock().Now(), SystemRandom());
    Write(kInsert, {organisation().id, id, AnyId::Make(clock().Now(), SystemRandom()),
                    AnyId::Parse(service_case).value(), clock().Now(), agent_});
    return id;
  }

  const PersonId agent_ = Person("agent learner");
  const PersonId lead_ = Person("agent lead");
  const PersonId manager_ = Person("manager");
  JsonValue offer_;
};

TEST_F(OfferToOfferTest, OneVersionIsInForceAndPublishedOnesNeverChange) {
  const JsonValue first = Ok(DraftOffer, manager_, kOffer);
  EXPECT_EQ(At(first, "number"), "1");
  EXPECT_EQ(At(first, "state"), "draft");
  EXPECT_EQ(Refused(SeeCurrentOffer, agent_).code, "not-found");
  const JsonValue published = Ok(PublishOffer, manager_, "", At(first, "id"));
  EXPECT_EQ(At(published, "state"), "published");
  EXPECT_EQ(Refused(PublishOffer, manager_, "", At(first, "id")).code, "offer-not-draft");

  const JsonValue second = Ok(DraftOffer, manager_, kOffer);
  EXPECT_EQ(At(second, "number"), "2");
  Ok(PublishOffer, manager_, "", At(second, "id"));
  EXPECT_EQ(At(Ok(SeeOffer, agent_, "", At(first, "id")), "state"), "superseded");
  const JsonValue current = Ok(SeeCurrentOffer, agent_);
  EXPECT_EQ(At(current, "id"), At(second, "id"));
  EXPECT_EQ(At(current, "items/1/promise"), "We answer every call");
  EXPECT_EQ(Ok(ListOffers, agent_).items.size(), 2u);
}

TEST_F(OfferToOfferTest, ADraftNamesWhatIsWrongAndWhere) {
  const Error unknown = Refused(DraftOffer, manager_,
                                R"({"title": "x", "summary": "y",
                                    "items": [{"promise": "z", "gesture": "tap-dance"}]})");
  EXPECT_EQ(unknown.code, "gesture-unknown");
  EXPECT_EQ(unknown.place, "/items/0/gesture");
  EXPECT_EQ(Refused(DraftOffer, manager_, R"({"title": "x", "summary": "y", "items": []})").code,
            "offer-empty");
}

TEST_F(OfferToOfferTest, AGestureKeepsItsCodeForEver) {
  const JsonValue card = Ok(AddGesture, manager_, kCard);
  EXPECT_EQ(At(card, "amount"), "1.20");
  EXPECT_EQ(At(card, "cash"), "false");
  EXPECT_EQ(Refused(AddGesture, manager_, kCard).code, "gesture-code-taken");
  const JsonValue retired = Ok(RetireGesture, manager_, "", At(card, "id"));
  EXPECT_EQ(At(retired, "state"), "retired");
  EXPECT_EQ(At(retired, "version"), "2");
  EXPECT_EQ(Refused(AddGesture, manager_, kCard).code, "gesture-code-taken");
}

TEST_F(OfferToOfferTest, ExpectationsAreMatchedAndTheSuggestionIsNoRecord) {
  PublishFirstOffer();
  const std::string id = At(Ok(OpenCase, agent_, kCase), "id");
  EXPECT_EQ(At(Ok(SeeCase, agent_, "", id), "next_step"),
            "Explain the service offer to this customer.");
  Ok(ExplainOffer, agent_, R"({"words": {"text": "I said what we replace, and when."}})", id);
  const JsonValue expectation =
      Ok(NoteExpectation, agent_,
         R"({"kind": "expectation", "words": {"text": "A new lamp by tomorrow",
             "author": "customer"}, "dimension": "reliability", "importance": 5,
             "formed_by": "advertising", "learned_by": "asked"})",
         id);
  const JsonValue suggestion = Ok(SuggestMatch, agent_, "", id);
  EXPECT_EQ(At(suggestion, "lines/0/verdict"), "short");
  EXPECT_EQ(At(suggestion, "lines/0/promise"), "A broken lamp is replaced");
  EXPECT_EQ(At(suggestion, "summary"),
            "The offer meets 0 of 1 expectation; the key difference is in reliability (short).");
  EXPECT_EQ(At(Ok(SeeCase, agent_, "", id), "match"), "null");

  const std::string body = R"({"lines": [{"expectation": ")" + At(expectation, "id") +
                           R"(", "offer_item": ")" + At(suggestion, "lines/0/offer_item") +
                           R"(", "verdict": "short", "key_difference": true,
                               "words": {"text": "Five days are too long for her."}}]})";
  const JsonValue match = Ok(MatchOffer, agent_, body, id);
  EXPECT_EQ(At(match, "offer_number"), "1");
  const JsonValue file = Ok(SeeCase, agent_, "", id);
  EXPECT_EQ(At(file, "match/lines/0/words/text"), "Five days are too long for her.");
  EXPECT_EQ(At(file, "match/summary"), At(suggestion, "summary"));
  EXPECT_EQ(At(file, "expectations/0/words/author"), "customer");
  EXPECT_EQ(At(file, "next_step"), "Think of something small that this customer would notice.");
}

TEST_F(OfferToOfferTest, AMatchSpeaksOfThisCasesExpectationsAndTheOfferInForce) {
  PublishFirstOffer();
  const std::string id = At(Ok(OpenCase, agent_, kCase), "id");
  EXPECT_EQ(Refused(MatchOffer, agent_, R"({"lines": []})", id).code, "match-empty");
  const Error error = Refused(MatchOffer, agent_,
                              R"({"lines": [{"expectation": "0193553a-8f5c-7c1e-9d5b-3f2a1b4c5d6e",
                                  "verdict": "not_covered"}]})",
                              id);
  EXPECT_EQ(error.code, "expectation-unknown");
  EXPECT_EQ(error.place, "/lines/0/expectation");
}

TEST_F(OfferToOfferTest, PraiseIsNotedPassedOnAndRead) {
  const std::string id = OpenCaseOf("cust-1");
  const JsonValue praise = Ok(NoteFeedback, agent_,
                              R"({"source": "customer", "method": "spoken", "positive": true,
                                  "words": {"text": "Lovely!", "author": "customer"}})",
                              id);
  const std::string body = R"({"to_person": ")" + lead_.ToString() + R"("})";
  const JsonValue passed = Ok(PassOnFeedback, agent_, body, At(praise, "id"));
  EXPECT_EQ(At(passed, "acknowledged_at"), "null");
  EXPECT_EQ(Refused(PassOnFeedback, lead_, body, At(praise, "id")).code, "passed-on-to-self");
  EXPECT_EQ(Refused(AcknowledgeFeedback, manager_, "", At(passed, "id")).code,
            "not-yours-to-acknowledge");
  Ok(AcknowledgeFeedback, lead_, "", At(passed, "id"));
  const JsonValue file = Ok(SeeCase, agent_, "", id);
  EXPECT_NE(At(file, "feedback/0/passed_on/0/acknowledged_at"), "null");
  EXPECT_EQ(Refused(NoteFeedback, agent_,
                    R"({"source": "customer", "method": "survey", "positive": true, "score": 6,
                        "score_max": 5})",
                    id)
                .code,
            "score-range");
}

TEST_F(OfferToOfferTest, AProvenGestureBecomesTheNextVersionOfTheOffer) {
  PublishFirstOffer();
  for (std::string_view customer : {"cust-1", "cust-2", "cust-2"}) {
    const std::string id = OpenCaseOf(customer);
    const AnyId action = Act(id);
    if (customer == "cust-1") {
      Ok(NoteFeedback, agent_,
         R"({"source": "customer", "method": "spoken", "positive": true, "action": ")" +
             action.ToString() + R"("})",
         id);
    }
  }
  const JsonValue proposal = Ok(ProposeRoutine, agent_,
                                R"({"kind": "routine", "gesture": "handwritten-card",
                                    "words": {"text": "They all keep the card."}})");
  EXPECT_EQ(At(proposal, "uses"), "3");
  EXPECT_EQ(At(proposal, "customers"), "2");
  EXPECT_EQ(At(proposal, "valued"), "1");
  EXPECT_EQ(At(proposal, "cost"), "3.60");
  const std::string id = At(proposal, "id");
  EXPECT_EQ(Refused(MoveProposal, manager_, R"({"state": "adopted"})", id).code, "proposal-move");
  for (std::string_view state : {"submitted", "under review", "on trial"}) {
    Ok(MoveProposal, manager_, R"({"state": ")" + std::string(state) + R"("})", id);
  }
  const JsonValue adopted = Ok(MoveProposal, manager_,
                               R"({"state": "adopted", "promise": "A card with every lamp",
                                   "words": {"text": "It costs little."}})",
                               id);
  EXPECT_EQ(At(adopted, "steps/3/to"), "adopted");
  const JsonValue current = Ok(SeeCurrentOffer, agent_);
  EXPECT_EQ(At(current, "number"), "2");
  EXPECT_EQ(At(current, "id"), At(adopted, "offer"));
  EXPECT_EQ(At(current, "from_proposal"), id);
  ASSERT_EQ(Sub(current, "items").items.size(), 3u);
  EXPECT_EQ(At(current, "items/2/promise"), "A card with every lamp");
  EXPECT_EQ(At(current, "items/2/gesture"), "handwritten-card");
  EXPECT_EQ(At(Ok(ListGestures, agent_), "0/routine"), "true");
  EXPECT_EQ(At(Ok(SeeOffer, agent_, "", At(offer_, "id")), "state"), "superseded");
  EXPECT_EQ(At(Ok(ListProposals, agent_), "items/0/state"), "adopted");
}

TEST_F(OfferToOfferTest, NobodyAdoptsWhatTheySuggested) {
  PublishFirstOffer();
  const JsonValue own = Ok(ProposeRoutine, manager_,
                           R"({"kind": "routine", "gesture": "handwritten-card",
                               "words": {"text": "Mine."}})");
  for (std::string_view state : {"submitted", "under review"}) {
    Ok(MoveProposal, manager_, R"({"state": ")" + std::string(state) + R"("})", At(own, "id"));
  }
  const Error error = Refused(MoveProposal, manager_, R"({"state": "adopted"})", At(own, "id"));
  EXPECT_EQ(error.kind, ErrorKind::kForbidden);
  EXPECT_EQ(error.code, "own-proposal");
  const PersonId other = Person("manager");
  Ok(MoveProposal, other, R"({"state": "adopted"})", At(own, "id"));
  EXPECT_EQ(At(Ok(SeeCurrentOffer, agent_), "number"), "2");
}

TEST_F(OfferToOfferTest, TheCardOfTheShiftAsksUntilItIsAnswered) {
  const std::string id = OpenCaseOf("cust-1");
  const AnyId action = Act(id);
  const auto kinds = [this](PersonId person) {
    std::vector<std::string> words;
    const JsonValue card = Ok(ListOpenEnds, person);
    for (const JsonValue& item : Sub(card, "items").items) {
      words.push_back(At(item, "kind"));
    }
    return words;
  };
  EXPECT_THAT(kinds(agent_), testing::ElementsAre("told", "reaction", "others"));
  EXPECT_THAT(kinds(lead_), testing::IsEmpty()) << "only one's own";
  Ok(TellCustomer, agent_,
     R"({"channel": "phone", "words": {"text": "We put a card in for you."}})", action.ToString());
  Ok(NoteFeedback, agent_, R"({"source": "customer", "method": "spoken", "positive": true})", id);
  EXPECT_THAT(kinds(agent_), testing::ElementsAre("others", "praise"));
  EXPECT_EQ(At(Ok(SeeCase, agent_, "", id), "actions/0/awareness/0/channel"), "phone");
}

TEST_F(OfferToOfferTest, NothingFollowsFromWhatWasNotDone) {
  const AnyId action = Act(OpenCaseOf("cust-1"));
  static const Sql kUndo = {
      "update action set state = 'planned' where organisation_id = $1 and id = $2"};
  Write(kUndo, {organisation().id, action});
  EXPECT_EQ(
      Refused(NoteOutcome, agent_, R"({"kind": "repeat business", "measured_by": "next order"})",
              action.ToString())
          .code,
      "action-not-done");
}

TEST_F(OfferToOfferTest, EveryChangeIsAnEventInOrder) {
  PublishFirstOffer();
  const std::string id = At(Ok(OpenCase, agent_, kCase), "id");
  const JsonValue events = Ok(ListEvents, manager_, "", "", {{"limit", "500"}});
  int64_t expected = 1;
  for (const JsonValue& event : Sub(events, "items").items) {
    EXPECT_EQ(At(event, "seq"), std::to_string(expected++));
  }
  const JsonValue of_case = Ok(ListEvents, manager_, "", "", {{"case", id}});
  ASSERT_EQ(Sub(of_case, "items").items.size(), 1u);
  EXPECT_EQ(At(of_case, "items/0/kind"), "case_opened");
  EXPECT_EQ(At(of_case, "items/0/body/words/words").size(), 64u) << "a hash, not the words";
  const JsonValue page = Ok(ListEvents, manager_, "", "", {{"limit", "2"}});
  EXPECT_EQ(At(page, "next"), "2");
  EXPECT_EQ(At(Ok(ListEvents, manager_, "", "", {{"limit", "2"}, {"after", "2"}}), "items/0/seq"),
            "3");
}

}  // namespace
}  // namespace extramile::app

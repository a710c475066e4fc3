// Cases: opened, listed page by page, changed; and a customer's erasure.
#include "app/cases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "app/customers.h"
#include "app/events.h"
#include "app/expectations.h"
#include "app/fixture.h"
#include "app/incidents.h"

namespace extramile::app {
namespace {

class CasesTest : public UseCaseTest {
 protected:
  std::string Body(std::string_view customer) {
    return R"({"kind": "enquiry", "reason": "a question", "channel": "phone", "customer": )" +
           std::string(customer) + "}";
  }
  const PersonId agent_ = Person("agent learner");
  const PersonId manager_ = Person("manager");
};

TEST_F(CasesTest, AWalkUpTakesOneTap) {
  const JsonValue opened = Ok(OpenCaseNow, agent_);
  EXPECT_EQ(At(opened, "channel"), "face to face");
  EXPECT_EQ(At(opened, "customer"), "null");
  EXPECT_EQ(At(opened, "state"), "open");
  EXPECT_EQ(At(opened, "agent/id"), agent_.ToString());
  EXPECT_THAT(At(opened, "reference"), testing::MatchesRegex("C-[0-9A-Z]{8}"));
}

TEST_F(CasesTest, OneReferenceIsOneCustomer) {
  const JsonValue first = Ok(OpenCase, agent_, Body(R"({"reference": "c-1", "name": "Ada"})"));
  const JsonValue second = Ok(OpenCase, agent_, Body(R"({"reference": "c-1", "segment": "gold"})"));
  EXPECT_EQ(At(first, "customer/id"), At(second, "customer/id"));
  EXPECT_EQ(At(second, "customer/name"), "Ada");
  EXPECT_EQ(At(second, "customer/segment"), "gold");
  EXPECT_EQ(At(second, "customer/cases"), "2");
  const JsonValue seen = Ok(SeeCustomer, agent_, "", At(first, "customer/id"));
  EXPECT_EQ(At(seen, "cases"), "2");
  EXPECT_EQ(At(seen, "version"), "2");
}

TEST_F(CasesTest, WhatACaseNamesMustBeThere) {
  const Error customer = Refused(OpenCase, agent_,
                                 R"({"kind": "enquiry", "reason": "x", "channel": "phone",
                                     "customer_id": "0193553a-8f5c-7c1e-9d5b-3f2a1b4c5d6e"})");
  EXPECT_EQ(customer.place, "/customer_id");
  const Error late = Refused(OpenCase, agent_,
                             R"({"kind": "enquiry", "reason": "x", "channel": "phone",
                                 "occurred_at": "2026-11-17T14:00:01Z"})");
  EXPECT_EQ(late.code, "time-in-future");
  EXPECT_EQ(Refused(OpenCase, agent_,
                    R"({"kind": "enquiry", "reason": "x", "channel": "phone", "colour": "red"})")
                .code,
            "unknown-field");
}

TEST_F(CasesTest, TheListIsReadPageByPageNewestFirst) {
  for (int i = 0; i < 7; ++i) {
    if (i % 2 == 0) clock().Advance(kMicrosPerMinute);  // some at the same moment
    Ok(OpenCaseNow, agent_);
  }
  std::set<std::string> seen;
  std::string last = "9999";
  Words query = {{"limit", "3"}};
  for (int page = 0; page < 3; ++page) {
    const JsonValue list = Ok(ListCases, agent_, "", "", query);
    for (const JsonValue& item : Sub(list, "items").items) {
      EXPECT_TRUE(seen.insert(At(item, "id")).second);
      EXPECT_LE(At(item, "opened_at"), last);
      last = At(item, "opened_at");
      EXPECT_EQ(At(item, "next_step"), "Explain the service offer to this customer.");
    }
    query["cursor"] = At(list, "next");
  }
  EXPECT_EQ(seen.size(), 7u);
  EXPECT_EQ(query["cursor"], "null") << "no page after the last";
  EXPECT_EQ(Refused(ListCases, agent_, "", "", {{"cursor", "zz"}}).code, "cursor-unknown");
}

TEST_F(CasesTest, TheListKnowsMineAndOpen) {
  const JsonValue mine = Ok(OpenCaseNow, agent_);
  Ok(OpenCaseNow, manager_);
  Ok(CloseCase, agent_, "", At(mine, "id"));
  const auto count = [this](Words query) {
    return Sub(Ok(ListCases, agent_, "", "", query), "items").items.size();
  };
  EXPECT_EQ(count({}), 2u);
  EXPECT_EQ(count({{"state", "open"}}), 1u);
  EXPECT_EQ(count({{"mine", "true"}}), 1u);
  EXPECT_EQ(count({{"mine", "true"}, {"state", "open"}}), 0u);
}

TEST_F(CasesTest, AnIncidentMakesTheSituationALetDown) {
  const JsonValue incident =
      Ok(ReportIncident, agent_, R"({"title": "Till system down", "cause": "systems"})");
  const JsonValue opened = Ok(OpenCaseNow, agent_);
  const JsonValue changed =
      Ok(ChangeCase, agent_, R"({"incident": ")" + At(incident, "id") + R"(", "load": "busy"})",
         At(opened, "id"));
  EXPECT_EQ(At(changed, "situation"), "let_down");
  EXPECT_EQ(At(changed, "load_basis"), "declared");
  EXPECT_EQ(At(changed, "version"), "2");
  EXPECT_EQ(At(Ok(ListIncidents, agent_), "0/cases"), "1");
}

TEST_F(CasesTest, AComputedLoadIsDisputedAndStays) {
  const JsonValue opened = Ok(OpenCaseNow, agent_);
  static const Sql kCompute = {
      "update service_case set load = 'quiet', load_basis = 'computed' "
      "where organisation_id = $1 and id = $2"};
  Write(kCompute, {organisation().id, AnyId::Parse(At(opened, "id")).value()});
  EXPECT_EQ(Refused(ChangeCase, agent_, R"({"load": "busy"})", At(opened, "id")).code,
            "load-reason-missing");
  const JsonValue disputed =
      Ok(ChangeCase, agent_, R"({"load": "busy", "load_reason": {"text": "The shop was full."}})",
         At(opened, "id"));
  EXPECT_EQ(At(disputed, "load"), "quiet");
  EXPECT_EQ(At(disputed, "load_basis"), "computed");
}

TEST_F(CasesTest, ALearnerWhoIsNotStaffSeesOnlyTheirOwnCases) {
  const PersonId learner = Person("learner");
  const JsonValue opened = Ok(OpenCaseNow, agent_);
  EXPECT_EQ(Refused(SeeCase, learner, "", At(opened, "id")).code, "not-found");
  const JsonValue with = Ok(OpenCase, agent_,
                            R"({"kind": "enquiry", "reason": "x", "channel": "phone",
                                "colleagues": [")" +
                                learner.ToString() + R"("]})");
  EXPECT_EQ(At(Ok(SeeCase, learner, "", At(with, "id")), "case/id"), At(with, "id"));
}

TEST_F(CasesTest, TheRecordIsReadForwardsAndBackwards) {
  Ok(OpenCase, agent_, Body(R"({"reference": "c-1", "name": "Ada"})"));
  Ok(OpenCase, agent_, Body(R"({"reference": "c-2", "name": "Bob"})"));
  const JsonValue all = Ok(ListEvents, manager_);
  const size_t events = Sub(all, "items").items.size();
  ASSERT_GE(events, 3u);
  // Backwards, two at a time, it is the same record.
  std::vector<std::string> backwards;
  std::string next = std::to_string(INT64_MAX);
  while (next != "null") {
    const JsonValue page = Ok(ListEvents, manager_, "", "", {{"before", next}, {"limit", "2"}});
    for (const JsonValue& event : Sub(page, "items").items) backwards.push_back(At(event, "seq"));
    next = At(page, "next");
  }
  ASSERT_EQ(backwards.size(), events);
  for (size_t i = 0; i < events; ++i)
    EXPECT_EQ(backwards[events - 1 - i], At(Sub(all, "items").items[i], "seq"));
  const std::string id = At(Sub(all, "items").items.back(), "case_id");
  const JsonValue forth = Ok(ListEvents, manager_, "", "", {{"case", id}});
  const JsonValue back = Ok(ListEvents, manager_, "", "", {{"case", id}, {"before", "1000000"}});
  EXPECT_EQ(Sub(back, "items").items.size(), Sub(forth, "items").items.size());
}

TEST_F(CasesTest, ErasureTakesTheWordsAndLeavesTheRecord) {
  const JsonValue opened = Ok(OpenCase, agent_,
                              R"({"kind": "complaint", "reason": "late", "channel": "phone",
                                  "customer": {"reference": "c-1", "name": "Ada"},
                                  "words": {"text": "I am Ada and I waited", "author": "customer"}})");
  const std::string id = At(opened, "id");
  Ok(NoteExpectation, agent_,
     R"({"kind": "need", "words": {"text": "Ada needs it today"}, "dimension": "empathy"})", id);
  const JsonValue other = Ok(OpenCase, agent_, Body(R"({"reference": "c-2", "name": "Bob"})"));
  const JsonValue before = Ok(ListEvents, manager_, "", "", {{"case", id}});

  const JsonValue erased = Ok(EraseCustomer, manager_, "", At(opened, "customer/id"));
  EXPECT_EQ(At(erased, "words"), "2");
  const JsonValue file = Ok(SeeCase, agent_, "", id);
  EXPECT_EQ(At(file, "case/words/text"), "null");
  EXPECT_EQ(At(file, "case/words/author"), "customer") << "whose words they were stays";
  EXPECT_EQ(At(file, "expectations/0/words/text"), "null");
  EXPECT_EQ(At(file, "expectations/0/dimension"), "empathy");
  EXPECT_EQ(At(file, "case/customer/name"), "null");
  EXPECT_EQ(At(file, "case/customer/erased"), "true");
  EXPECT_EQ(At(file, "case/customer/pseudonym"), At(opened, "customer/pseudonym"));
  EXPECT_EQ(At(Ok(SeeCustomer, agent_, "", At(other, "customer/id")), "name"), "Bob");

  // The events stand as they were, hashes included; nothing is left to compute them again from.
  const JsonValue after = Ok(ListEvents, manager_, "", "", {{"case", id}});
  ASSERT_EQ(Sub(after, "items").items.size(), Sub(before, "items").items.size());
  EXPECT_EQ(At(after, "items/0/hash"), At(before, "items/0/hash"));
  EXPECT_EQ(At(after, "items/0/body/words/words"), At(before, "items/0/body/words/words"));
  static const Sql kLeft = {
      "select count(*) from words w join service_case c on c.organisation_id = w.organisation_id "
      "and c.id = w.record_id where w.organisation_id = $1 and (w.text is not null or w.salt is "
      "not null)"};
  EXPECT_EQ(Count(kLeft), 0);

  // The same reference is a stranger now.
  const JsonValue again = Ok(OpenCase, agent_, Body(R"({"reference": "c-1"})"));
  EXPECT_NE(At(again, "customer/id"), At(opened, "customer/id"));
}

}  // namespace
}  // namespace extramile::app

// Enrolment and coverage over the real use cases: what a learner does becomes evidence, and what is
// missing is said.
#include <gmock/gmock.h>

#include "app/actions.h"
#include "app/case_steps.h"
#include "app/cases.h"
#include "app/checks.h"
#include "app/consultations.h"
#include "app/desk_test_support.h"
#include "app/effects.h"
#include "app/expectations.h"
#include "app/feedback.h"
#include "app/frameworks.h"
#include "app/ideas.h"
#include "app/matches.h"
#include "app/offers.h"
#include "app/proposals.h"
#include "app/see_coverage.h"
#include "app/sequels.h"

namespace extramile::app {
namespace {

using testing::Contains;
using testing::HasSubstr;

const Sql kFrameworks = {"select count(*) from framework where organisation_id = $1"};
const Sql kViews = {"select count(*) from eqa_view where organisation_id = $1"};
const Sql kOtherText = {
    "update framework set content_hash = $2 where organisation_id = $1 and code = 'CU801'"};

class PortfolioTest : public DeskTest {
 protected:
  PortfolioTest() { agent = Person("agent learner"); }

  std::string Enrolled(std::string_view more = "") {
    const std::string body = R"({"framework": "CU801")" + std::string(more) + "}";
    return At(Ok(Enrol, agent, body), "id");
  }
  JsonValue Coverage(const std::string& enrolment) { return Ok(SeeCoverage, agent, "", enrolment); }
  void Mark(const std::string& service_case) {
    Ok(MarkAsEvidence, agent, R"({"use_as_evidence": true})", service_case);
  }

  static const JsonValue& Criterion(const JsonValue& coverage, std::string_view code) {
    for (const JsonValue& criterion : Sub(coverage, "criteria").items) {
      if (At(criterion, "code") == code) return criterion;
    }
    throw std::runtime_error("no criterion " + std::string(code));
  }
  static std::string State(const JsonValue& coverage, std::string_view code) {
    return At(Criterion(coverage, code), "state");
  }
  static std::vector<std::string> Missing(const JsonValue& coverage, std::string_view code) {
    std::vector<std::string> out;
    for (const JsonValue& item : Sub(Criterion(coverage, code), "missing").items) {
      out.push_back(item.text);
    }
    return out;
  }

  // What comes before the act, in one case: explained, learned, matched, weighed and chosen.
  std::string Prepared(std::string_view customer) {
    const std::string service_case = Case(customer);
    Ok(ExplainOffer, agent, R"({"words": {"text": "We post within two days."}})", service_case);
    const std::string expectation =
        At(Ok(NoteExpectation, agent,
              R"({"kind": "need", "dimension": "responsiveness", "learned_by": "asked",
                  "words": {"text": "Before Friday", "author": "customer"}})",
              service_case),
           "id");
    Ok(MatchOffer, agent,
       R"({"lines": [{"expectation": ")" + expectation +
           R"(", "verdict": "not_covered", "key_difference": true}]})",
       service_case);
    Idea(service_case, R"("gesture": "voucher")");
    return service_case;
  }
  std::string ChosenIdea(const std::string& service_case) {
    const std::string idea = Idea(service_case, R"("gesture": "call-back", "origin": "own")");
    Ok(ChooseIdea, agent, R"({"words": {"text": "Time is what was missing."}})", idea);
    return idea;
  }
  void Advised(const std::string& idea) {
    const std::string asked =
        At(Ok(Consult, agent,
              R"({"purpose": "advice", "mode": "in app", "with_person": ")" + lead.ToString() +
                  R"(", "words": {"text": "May I ring them tonight?"}})",
              idea),
           "id");
    clock().Advance(kMicrosPerMinute);
    Ok(AnswerConsultation, lead, R"({"state": "answered", "words": {"text": "Good."}})", asked);
  }
  // Told, looked after, praised; the praise is passed on where asked.
  std::string Followed(const std::string& service_case, const std::string& action) {
    Ok(TellCustomer, agent,
       R"({"channel": "phone", "words": {"text": "I rang you myself so that you know."}})", action);
    Ok(ObserveEffect, agent, R"({"method": "observed", "not_unreasonably": true})", action);
    return At(Ok(NoteFeedback, agent,
                 R"({"source": "customer", "method": "spoken", "positive": true,
                     "action": ")" +
                     action + R"("})",
                 service_case),
              "id");
  }
  void PassOn(const std::string& feedback) {
    Ok(PassOnFeedback, agent, R"({"to_person": ")" + lead.ToString() + R"("})", feedback);
  }
  void PublishOfferOne() {
    const std::string offer = At(Ok(DraftOffer, manager, R"({"title": "Offer", "summary": "All",
        "items": [{"promise": "Posted within two days"}]})"),
                                 "id");
    Ok(PublishOffer, manager, "{}", offer);
  }
};

TEST_F(PortfolioTest, TheLoopEvidencesEveryPerformanceCriterion) {
  PublishOfferOne();
  const std::string enrolment = Enrolled();
  for (std::string_view customer : {"ann", "bob"}) {
    const std::string service_case = Prepared(customer);
    const std::string idea = ChosenIdea(service_case);
    Check(idea);
    Advised(idea);
    const std::string action = At(Ok(TakeAction, agent, "{}", idea), "id");
    PassOn(Followed(service_case, action));
    Mark(service_case);
    clock().Advance(kMicrosPerDay);
  }
  Ok(ProposeRoutine, agent,
     R"({"kind": "routine", "gesture": "call-back", "words": {"text": "It always helps."}})");

  const JsonValue coverage = Coverage(enrolment);
  for (const JsonValue& criterion : Sub(coverage, "criteria").items) {
    const bool performance = At(criterion, "kind") == "performance";
    EXPECT_EQ(At(criterion, "state"), performance ? "evidenced" : "needs account")
        << At(criterion, "code") << ": "
        << testing::PrintToString(Missing(coverage, At(criterion, "code")));
  }
  EXPECT_EQ(At(coverage, "evidenced"), "15");
  EXPECT_EQ(At(coverage, "of"), "22");
  EXPECT_EQ(At(coverage, "framework/code"), "CU801");
  const JsonValue& link = Sub(Criterion(coverage, "3.1"), "records/0");
  EXPECT_EQ(At(link, "says"), "Done: Call back");
  EXPECT_EQ(At(link, "late"), "false");
  EXPECT_EQ(At(link, "href"), "/api/v1/cases/" + At(link, "case_id"));
  EXPECT_EQ(At(Criterion(coverage, "1.2"), "records/0/author"), "customer");
  bool different_customers = false;
  for (const JsonValue& finding : Sub(coverage, "sufficiency").items) {
    if (At(finding, "says") == "2 customers so far.") {
      different_customers = At(finding, "met") == "true";
    }
  }
  EXPECT_TRUE(different_customers);
}

TEST_F(PortfolioTest, WhatIsMissingIsSaidAndOnlyMarkedCasesCount) {
  PublishOfferOne();
  const std::string enrolment = Enrolled();
  const std::string service_case = Prepared("ann");
  const std::string idea = ChosenIdea(service_case);
  Check(idea);
  const std::string action = At(Ok(TakeAction, agent, "{}", idea), "id");
  const std::string praise = Followed(service_case, action);

  JsonValue coverage = Coverage(enrolment);
  EXPECT_EQ(At(coverage, "evidenced"), "0");
  EXPECT_THAT(Missing(coverage, "3.1"), Contains(HasSubstr("could be used for this")));
  Mark(service_case);
  coverage = Coverage(enrolment);
  EXPECT_EQ(State(coverage, "3.1"), "evidenced");
  EXPECT_EQ(State(coverage, "3.4"), "partly");
  EXPECT_EQ(Missing(coverage, "3.4"),
            std::vector<std::string>{"The feedback of 17 November is noted but not passed on."});
  EXPECT_EQ(State(coverage, "2.5"), "missing");
  PassOn(praise);
  EXPECT_EQ(State(Coverage(enrolment), "3.4"), "evidenced");
}

TEST_F(PortfolioTest, ACheckAfterTheActIsNoCheckBeforehand) {
  const std::string enrolment = Enrolled();
  const std::string service_case = Case("ann");
  const std::string idea = Idea(service_case, R"("gesture": "call-back")");
  Check(idea);
  const Instant before_the_check = clock().Now() + -kMicrosPerHour;
  // What was done an hour before anybody checked it, noted now.
  Ok(TakeAction, agent, R"({"occurred_at": ")" + FormatInstant(before_the_check) + R"("})", idea);
  Mark(service_case);
  const JsonValue coverage = Coverage(enrolment);
  EXPECT_EQ(State(coverage, "2.1"), "partly");
  EXPECT_THAT(Missing(coverage, "2.1"), Contains(HasSubstr("came after the act")));
  EXPECT_EQ(State(coverage, "3.1"), "evidenced");
  EXPECT_EQ(At(Criterion(coverage, "3.1"), "records/0/late"), "true");
  EXPECT_THAT(At(coverage, "warnings/0"), HasSubstr("without a check beforehand"));
}

TEST_F(PortfolioTest, OnlyTheLearnerTheirAssessorAndQualityAssurersLook) {
  const PersonId assessor = Person("assessor"), other_assessor = Person("assessor");
  const PersonId iqa = Person("iqa"), eqa = Person("eqa"), other = Person("agent learner");
  const std::string enrolment = Enrolled(R"(, "assessor": ")" + assessor.ToString() + R"(")");
  Ok(SeeCoverage, agent, "", enrolment);
  Ok(SeeCoverage, assessor, "", enrolment);
  Ok(SeeCoverage, iqa, "", enrolment);
  EXPECT_EQ(Count(kViews), 0);
  Ok(SeeCoverage, eqa, "", enrolment);
  EXPECT_EQ(Count(kViews), 1) << "an outsider's look is on the record";
  EXPECT_EQ(Refused(SeeCoverage, other, "", enrolment).code, "enrolment-not-yours");
  EXPECT_EQ(Refused(SeeCoverage, other_assessor, "", enrolment).code, "enrolment-not-yours");
  EXPECT_EQ(Refused(SeeCoverage, agent, "", FormatUuid({})).kind, ErrorKind::kNotFound);

  EXPECT_EQ(Ok(ListEnrolments, agent).items.size(), 1u);
  EXPECT_EQ(Ok(ListEnrolments, assessor).items.size(), 1u);
  EXPECT_EQ(Ok(ListEnrolments, iqa).items.size(), 1u);
  EXPECT_EQ(Ok(ListEnrolments, eqa).items.size(), 1u);
  EXPECT_EQ(Ok(ListEnrolments, other).items.size(), 0u);
}

TEST_F(PortfolioTest, EnrollingPinsOneEditionAndChecksThePeople) {
  const JsonValue units = Ok(ListFrameworks, agent);
  EXPECT_EQ(At(units, "0/code"), "CU801");
  EXPECT_EQ(At(units, "0/criteria"), "22");
  EXPECT_EQ(At(units, "0/credit"), "6");
  Enrolled();
  EXPECT_EQ(Count(kFrameworks), 1);
  EXPECT_EQ(Refused(Enrol, agent, R"({"framework": "CU801"})").code, "enrolled-already");
  EXPECT_EQ(Refused(Enrol, agent, R"({"framework": "CU999"})").code, "framework-unknown");

  const PersonId second = Person("agent learner"), assessor = Person("assessor");
  const auto body = [](PersonId person, std::string_view more = "") {
    return R"({"framework": "CU801", "person": ")" + person.ToString() + R"(")" +
           std::string(more) + "}";
  };
  EXPECT_EQ(Refused(Enrol, agent, body(second)).code, "enrol-others");
  EXPECT_EQ(Refused(Enrol, assessor, body(lead)).code, "role-missing");
  EXPECT_EQ(
      Refused(Enrol, assessor, body(second, R"(, "assessor": ")" + second.ToString() + R"(")"))
          .code,
      "assessor-is-learner");
  EXPECT_EQ(
      Refused(Enrol, assessor, body(second, R"(, "assessor": ")" + lead.ToString() + R"(")")).code,
      "role-missing");
  const JsonValue enrolled =
      Ok(Enrol, assessor, body(second, R"(, "assessor": ")" + assessor.ToString() + R"(")"));
  EXPECT_EQ(At(enrolled, "person/id"), second.ToString());
  EXPECT_EQ(At(enrolled, "assessor/id"), assessor.ToString());
  EXPECT_EQ(At(enrolled, "state"), "enrolled");
  EXPECT_EQ(Count(kFrameworks), 1) << "both are pinned to the same edition";

  // The file changed, its edition did not: nobody may be enrolled on half of each.
  Write(kOtherText, {organisation().id, Bytes(32, 7)});
  const PersonId third = Person("agent learner");
  EXPECT_EQ(Refused(Enrol, third, R"({"framework": "CU801"})").code, "framework-edition-changed");
}

}  // namespace
}  // namespace extramile::app

// Two people at once: both read, both decide, and the second to write is told to look again instead
// of undoing what the first did.
#include <gtest/gtest.h>

#include "app/cases.h"
#include "app/customers.h"
#include "app/fixture.h"
#include "app/gestures.h"
#include "app/offers.h"

namespace extramile::app {
namespace {

constexpr std::string_view kOffer =
    R"({"title": "Lamps", "summary": "x", "items": [{"promise": "We answer"}]})";

class StalePlansTest : public UseCaseTest {
 protected:
  WritePlan Decide(UseCase use_case, std::string_view body, std::string_view id = "") {
    return UseCaseTest::Decide(use_case, manager_, body, id);
  }
  // Both have decided; the first writes, and this is what the second hears.
  Error SecondOf(WritePlan first, WritePlan second) {
    const auto written = CommitAndWait(store(), std::move(first));
    EXPECT_TRUE(written) << written.error().ToString();
    const auto refused = CommitAndWait(store(), std::move(second));
    EXPECT_FALSE(refused);
    return refused ? Error{} : refused.error();
  }

  const PersonId manager_ = Person("agent manager");
};

TEST_F(StalePlansTest, ANewReferenceMetTwiceIsOneCustomer) {
  const std::string body = R"({"kind": "enquiry", "reason": "x", "channel": "phone",
                               "customer": {"reference": "c-1"}})";
  EXPECT_EQ(SecondOf(Decide(OpenCase, body), Decide(OpenCase, body)).kind, ErrorKind::kStale);
  const JsonValue again = Ok(OpenCase, manager_, body);
  EXPECT_EQ(At(again, "customer/cases"), "2");
}

TEST_F(StalePlansTest, AnExternalIdIsOneCase) {
  const std::string body =
      R"({"kind": "enquiry", "reason": "x", "channel": "phone", "external_id": "T-1"})";
  EXPECT_EQ(SecondOf(Decide(OpenCase, body), Decide(OpenCase, body)).kind, ErrorKind::kStale);
  EXPECT_EQ(Refused(OpenCase, manager_, body).code, "external-id-known");
}

TEST_F(StalePlansTest, TwoFirstVersionsAreNotBothInForce) {
  const std::string one = At(Ok(DraftOffer, manager_, kOffer), "id");
  const std::string two = At(Ok(DraftOffer, manager_, kOffer), "id");
  EXPECT_EQ(SecondOf(Decide(PublishOffer, "", one), Decide(PublishOffer, "", two)).kind,
            ErrorKind::kStale);
  EXPECT_EQ(At(Ok(SeeCurrentOffer, manager_), "id"), one);
  Ok(PublishOffer, manager_, "", two);
  static const Sql kInForce = {
      "select count(*) from service_offer where organisation_id = $1 and state = 'published'"};
  EXPECT_EQ(Count(kInForce), 1);
}

TEST_F(StalePlansTest, AVersionNumberIsGivenOnce) {
  EXPECT_EQ(SecondOf(Decide(DraftOffer, kOffer), Decide(DraftOffer, kOffer)).kind,
            ErrorKind::kStale);
  EXPECT_EQ(At(Ok(DraftOffer, manager_, kOffer), "number"), "2");
}

TEST_F(StalePlansTest, ACodeTakenMeanwhileIsAConflictAndNotStale) {
  const std::string body =
      R"({"code": "card", "kind": "attention", "title": "A card", "minutes": 4})";
  EXPECT_EQ(SecondOf(Decide(AddGesture, body), Decide(AddGesture, body)).code,
            "gesture-code-taken");
}

TEST_F(StalePlansTest, ACaseChangedMeanwhileIsNotOverwritten) {
  const std::string id = At(Ok(OpenCaseNow, manager_), "id");
  EXPECT_EQ(SecondOf(Decide(ChangeCase, R"({"stage": "need"})", id),
                     Decide(ChangeCase, R"({"load": "busy"})", id))
                .kind,
            ErrorKind::kStale);
  EXPECT_EQ(At(Ok(ChangeCase, manager_, R"({"load": "busy"})", id), "stage"), "need");
}

TEST_F(StalePlansTest, TheVersionTheClientSawMustBeTheOneThatIsStored) {
  const std::string id = At(Ok(OpenCaseNow, manager_), "id");
  Ok(ChangeCase, manager_, R"({"stage": "need"})", id);
  const JsonValue body = *ParseJson(R"({"stage": "solution"})");
  const Request request{.organisation = organisation(),
                        .actor = {manager_, Role::kManager},
                        .now = clock().Now(),
                        .path = {{"id", id}},
                        .body = &body,
                        .if_match = 1};
  EXPECT_EQ(RunAndWait(services(), ChangeCase, request).error().kind, ErrorKind::kStale);
}

}  // namespace
}  // namespace extramile::app

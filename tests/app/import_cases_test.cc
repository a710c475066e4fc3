// Cases from CSV and JSON, clean and dirty rows together.
#include "app/import_cases.h"

#include <gtest/gtest.h>

#include "app/cases.h"
#include "app/fixture.h"
#include "connect/csv.h"

namespace extramile::app {
namespace {

class ImportCasesTest : public UseCaseTest {
 protected:
  ImportCasesTest() { services().tables = &csv_; }

  Result<Answer> RunCsv(std::string_view csv) {
    return RunAndWait(services(), ImportCases,
                      {.organisation = organisation(),
                       .actor = {lead_, Role::kLead},
                       .now = clock().Now(),
                       .raw_body = csv});
  }
  JsonValue Import(std::string_view csv) {
    const auto answer = RunCsv(csv);
    EXPECT_TRUE(answer) << answer.error().ToString();
    return answer ? *ParseJson(answer->body) : JsonValue{};
  }
  size_t Cases() { return Sub(Ok(ListCases, lead_), "items").items.size(); }

  connect::CsvReader csv_;
  const PersonId lead_ = Person("agent lead");
};

TEST_F(ImportCasesTest, EachRowStandsAlone) {
  const JsonValue report = Import(
      "kind,reason,channel,external_id,customer_reference,customer_business,words,simulated\r\n"
      "enquiry,late parcel,phone,T-1,c-1,yes,\"Where is it, please?\",\r\n"
      "nonsense,late parcel,phone,T-2,c-1,,,\r\n"
      "enquiry,,phone,T-3,c-1,,,\r\n"
      "enquiry,too few cells\r\n"
      "enquiry,late parcel,phone,T-4,c-2,perhaps,,\r\n"
      "enquiry,late parcel,phone,T-1,c-1,,,\r\n"
      "enquiry,late parcel,phone,T-5,c-1,,,no\r\n");
  EXPECT_EQ(At(report, "read"), "7");
  EXPECT_EQ(At(report, "opened"), "2");
  EXPECT_EQ(At(report, "known_already"), "1");
  ASSERT_EQ(Sub(report, "refused").items.size(), 4u);
  EXPECT_EQ(At(report, "refused/0/row"), "3");
  EXPECT_EQ(At(report, "refused/0/field"), "kind");
  EXPECT_EQ(At(report, "refused/0/code"), "unknown-word");
  EXPECT_EQ(At(report, "refused/1/field"), "reason");
  EXPECT_EQ(At(report, "refused/1/code"), "missing-field");
  EXPECT_EQ(At(report, "refused/2/code"), "too-few-cells");
  EXPECT_EQ(At(report, "refused/2/row"), "5");
  EXPECT_EQ(At(report, "refused/3/field"), "customer_business");

  const JsonValue list = Ok(ListCases, lead_);
  ASSERT_EQ(Sub(list, "items").items.size(), 2u);
  EXPECT_EQ(At(list, "items/0/customer"), At(list, "items/1/customer")) << "one reference";
  bool found = false;
  for (const JsonValue& item : Sub(list, "items").items) {
    const JsonValue file = Ok(SeeCase, lead_, "", At(item, "id"));
    EXPECT_EQ(At(file, "case/source"), "import");
    EXPECT_EQ(At(file, "case/customer/business"), "true");
    if (At(file, "case/external_id") != "T-1") continue;
    found = true;
    EXPECT_EQ(At(file, "case/words/text"), "Where is it, please?");
    EXPECT_EQ(At(file, "case/words/author"), "imported");
  }
  EXPECT_TRUE(found);
}

TEST_F(ImportCasesTest, TheSameFileAgainOpensNothing) {
  const std::string_view csv = "kind,reason,channel,external_id\nenquiry,x,phone,T-1\n";
  EXPECT_EQ(At(Import(csv), "opened"), "1");
  const JsonValue again = Import(csv);
  EXPECT_EQ(At(again, "opened"), "0");
  EXPECT_EQ(At(again, "known_already"), "1");
  EXPECT_EQ(Cases(), 1u);
}

TEST_F(ImportCasesTest, AnUnknownColumnRefusesTheFile) {
  const auto answer = RunCsv("kind,reason,channel,colour\nenquiry,x,phone,red\n");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "column-unknown");
  EXPECT_EQ(answer.error().place, "/colour");
  EXPECT_EQ(Cases(), 0u);
}

TEST_F(ImportCasesTest, TakesAJsonListToo) {
  const JsonValue report = Ok(ImportCases, lead_,
                              R"([{"kind": "enquiry", "reason": "x", "channel": "phone",
                                   "words": {"text": "Hello"}},
                                  {"kind": "enquiry", "reason": "x", "channel": "phone",
                                   "customer": {"kind": "martian"}},
                                  7])");
  EXPECT_EQ(At(report, "opened"), "1");
  EXPECT_EQ(At(report, "refused/0/row"), "2");
  EXPECT_EQ(At(report, "refused/0/field"), "/customer/kind");
  EXPECT_EQ(At(report, "refused/1/code"), "not-an-object");
  const JsonValue list = Ok(ListCases, lead_);
  const JsonValue file = Ok(SeeCase, lead_, "", At(list, "items/0/id"));
  EXPECT_EQ(At(file, "case/words/author"), "imported");
}

TEST_F(ImportCasesTest, FiveThousandRowsAreOneRequest) {
  std::string csv = "kind,reason,channel,external_id,customer_reference\n";
  for (int i = 0; i < 5000; ++i) {
    csv += "enquiry,x,phone,T-" + std::to_string(i) + ",c-" + std::to_string(i % 700) + "\n";
  }
  EXPECT_EQ(At(Import(csv), "opened"), "5000");
  static const Sql kCustomers = {"select count(*) from customer where organisation_id = $1"};
  EXPECT_EQ(Count(kCustomers), 700);
  csv += "enquiry,x,phone,T-5000,c-1\n";
  EXPECT_EQ(RunCsv(csv).error().code, "too-many-rows");
}

}  // namespace
}  // namespace extramile::app

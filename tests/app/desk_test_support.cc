#include "app/desk_test_support.h"

#include "app/authority_grants.h"
#include "app/cases.h"
#include "app/checks.h"
#include "app/gestures.h"
#include "app/ideas.h"
#include "app/import_calls.h"
#include "app/tiles.h"
#include "base/json_writer.h"
#include "connect/call_log_demo.h"

namespace extramile::app {
namespace {

const Sql kHeldSum = {
    "select cast(coalesce(sum(held), 0) as bigint) from ledger_account "
    "where organisation_id = $1 and owner_kind = $2 and measure = $3"};
const Sql kSpentSum = {
    "select cast(coalesce(sum(spent), 0) as bigint) from ledger_account "
    "where organisation_id = $1 and owner_kind = $2 and measure = $3"};

}  // namespace

DeskTest::DeskTest() {
  const Instant opening = clock().Now();
  clock().Set(opening + -kMicrosPerHour);
  agent = Person("agent");
  colleague = Person("agent");
  lead = Person("agent lead");
  manager = Person("lead manager");
  Grant(R"({"role": "agent", "purpose": "act", "per_case": "20.00", "per_customer_year": "60.00",
            "per_month": "100.00", "minutes_per_day": 60})");
  Grant(R"({"role": "lead", "purpose": "approve", "per_case": "100.00", "per_month": "500.00",
            "minutes_per_day": 480})");
  Grant(R"({"role": "manager", "purpose": "approve", "per_case": "1000.00",
            "minutes_per_day": 480})");
  for (const char* gesture :
       {R"({"code": "call-back", "kind": "attention", "title": "Call back", "minutes": 10})",
        R"({"code": "voucher", "kind": "discount", "title": "Voucher", "amount": "10.00",
            "minutes": 2})",
        R"({"code": "hamper", "kind": "discount", "title": "Hamper", "amount": "35.00",
            "minutes": 5})",
        R"({"code": "risk-visit", "kind": "attention", "title": "Look in", "minutes": 10,
            "needs": "a van"})"}) {
    Ok(AddGesture, manager, gesture);
  }
  clock().Set(opening);
}

void DeskTest::Grant(std::string_view body) {
  Ok(GrantAuthority, manager, body);
  clock().Advance(1000);
}

std::string DeskTest::Case(std::string_view customer, std::string_view kind) {
  std::string body =
      R"({"kind": ")" + std::string(kind) + R"(", "reason": "Parcel late", "channel": "phone")";
  if (!customer.empty()) {
    body += R"(, "customer": {"reference": ")" + std::string(customer) + R"("})";
  }
  return At(Ok(OpenCase, agent, body + "}"), "id");
}

std::string DeskTest::Idea(const std::string& service_case, std::string_view members) {
  return At(Ok(ProposeIdea, agent, "{" + std::string(members) + "}", service_case), "id");
}

JsonValue DeskTest::Check(const std::string& idea) {
  JsonValue check = Ok(CheckIdea, agent, "{}", idea);
  clock().Advance(1000);
  return check;
}

Result<Answer> DeskTest::Tap(const std::string& service_case, std::string_view gesture,
                             std::string_view body) {
  Request request{.organisation = organisation(),
                  .actor = {agent, Roles(Role::kAgent)},
                  .now = clock().Now(),
                  .path = {{"id", service_case}, {"gesture", std::string(gesture)}}};
  JsonValue json;
  if (!body.empty()) {
    json = ParseJson(body).value();
    request.body = &json;
  }
  return RunAndWait(services(), TapTile, request);
}

int64_t DeskTest::Held(std::string_view owner, std::string_view measure) {
  return Count(kHeldSum, {owner, measure});
}

int64_t DeskTest::Spent(std::string_view owner, std::string_view measure) {
  return Count(kSpentSum, {owner, measure});
}

void DeskTest::ImportGeneratedCalls() {
  static const std::string log = connect::GenerateCallLog({.days = 21});
  JsonWriter body;
  body.BeginObject().Key("team").String("Service desk").Key("name").String("October");
  body.Key("columns").String(ReadProjectFile("demo/columns/generated.toml"));
  body.Key("log").String(log).EndObject();
  Ok(ImportCalls, Person("agent manager"), body.text());
}

}  // namespace extramile::app

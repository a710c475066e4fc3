// A service desk to test ideas, checks, consultations and actions on: an agent, a lead and a
// manager with authority, a small catalogue, a case.
#pragma once

#include <string>
#include <string_view>

#include "app/fixture.h"

namespace extramile::app {

class DeskTest : public UseCaseTest {
 public:
  // Agents may give GBP 20.00 a case, 60 a customer and year, 100 a month and 60 minutes a day;
  // leads agree to GBP 100.00, managers to 1,000.00.
  DeskTest();

  // A case of a customer (by their reference), or of somebody unknown.
  std::string Case(std::string_view customer = "", std::string_view kind = "enquiry");
  // An idea of the agent's; `members` are the body's, such as R"("gesture": "voucher")".
  std::string Idea(const std::string& service_case, std::string_view members);
  // The agent checks it, and the clock moves on a little.
  JsonValue Check(const std::string& idea);
  Result<Answer> Tap(const std::string& service_case, std::string_view gesture,
                     std::string_view body = "");
  void Grant(std::string_view body);
  // Three weeks of generated calls to the team "Service desk".
  void ImportGeneratedCalls();

  // Of all accounts of that owner ("grant", "budget", ...).
  int64_t Held(std::string_view owner, std::string_view measure = "money");
  int64_t Spent(std::string_view owner, std::string_view measure = "money");

  PersonId agent, colleague, lead, manager;
};

}  // namespace extramile::app

#include "app/use_case.h"

#include <array>
#include <utility>

namespace extramile::app {
namespace {

constexpr std::array<std::pair<Role, std::string_view>, 8> kRoleWords = {
    {{Role::kAdmin, "admin"},
     {Role::kAgent, "agent"},
     {Role::kAssessor, "assessor"},
     {Role::kEqa, "eqa"},
     {Role::kIqa, "iqa"},
     {Role::kLead, "lead"},
     {Role::kLearner, "learner"},
     {Role::kManager, "manager"}}};

}  // namespace

Result<Roles> Roles::Parse(std::string_view words) {
  Roles roles;
  while (!words.empty()) {
    const size_t space = words.find(' ');
    const std::string_view word = words.substr(0, space);
    bool known = word.empty();
    for (const auto& [role, name] : kRoleWords) {
      if (name != word) continue;
      roles = roles | Roles(role);
      known = true;
    }
    if (!known) {
      return Fail(ErrorKind::kInvalid, "role-unknown",
                  "There is no role '" + std::string(word.substr(0, 40)) + "'.", "",
                  "Use agent, lead, manager, learner, assessor, iqa, eqa or admin.");
    }
    words = space == std::string_view::npos ? std::string_view() : words.substr(space + 1);
  }
  return roles;
}

std::string Roles::ToString() const {
  std::string words;
  for (const auto& [role, name] : kRoleWords) {
    if (Has(role)) words += (words.empty() ? "" : " ") + std::string(name);
  }
  return words;
}

Error Request::NotFoundError(std::string_view what) {
  return {ErrorKind::kNotFound, "not-found", "There is no such " + std::string(what) + " here.", "",
          "Check the id; records of other organisations are never shown."};
}

Result<Answer> RunAndWait(Services& services, UseCase use_case, const Request& request) {
  for (int attempt = 0;; ++attempt) {
    EM_ASSIGN(Answer answer, use_case(services, request));
    if (answer.plan.steps.empty() && answer.plan.events.empty()) return answer;
    auto receipt = CommitAndWait(services.store, answer.plan);
    if (receipt && answer.refusal) return Fail(*answer.refusal);
    if (receipt) return answer;
    if (receipt.error().kind != ErrorKind::kStale || attempt > 0) return Fail(receipt.error());
  }
}

}  // namespace extramile::app

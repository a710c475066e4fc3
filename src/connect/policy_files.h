// Rule sets from files: a folder with one folder for each policy set, whose .dmn files (in it and
// below) belong together, with the examples (.xml) that prove them.
//
//   policies/uk-starter/authority.dmn ...      the policy set "uk-starter"
//
//   EM_ASSIGN(auto policies, connect::PolicyFiles::Open("policies"));
//   auto policy = policies->Current("uk-starter");
//
// A set's hash is SHA-256 over the names and bytes of its files, sorted by name: two servers with
// the same hash decide by the same rules. Reload reads everything again; sets that load are swapped
// in at once, one that does not keeps its old rules in force, and the error says file, table, cell
// and why. Decisions under way keep the policy that they began with. Thread-safe.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "app/policy.h"

namespace extramile::connect {

// One set by itself, the .dmn and .xml files of a folder and below: as files, or compiled. Errors:
// kNotFound "policies-missing" where there are no rules; a rule file's own.
Result<app::PolicyBundle> ReadPolicyFolder(const std::filesystem::path& folder);
Result<std::shared_ptr<const app::Policy>> LoadPolicyFolder(const std::filesystem::path& folder);

class PolicyFiles final : public app::PolicySource {
 public:
  // Errors: kNotFound "policies-missing" where there is no such folder or no set in it; a rule
  // file's own.
  static Result<std::unique_ptr<PolicyFiles>> Open(const std::filesystem::path& folder);

  Result<std::shared_ptr<const app::Policy>> Current(std::string_view name) override;
  Result<void> Reload() override;
  std::vector<std::string> names();

 private:
  using Sets = std::map<std::string, std::shared_ptr<const app::Policy>, std::less<>>;

  explicit PolicyFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::shared_ptr<const Sets> sets();

  const std::filesystem::path folder_;
  std::mutex reload_;  // one reading at a time
  std::mutex mutex_;
  std::shared_ptr<const Sets> sets_ = std::make_shared<const Sets>();  // guarded by mutex_
};

}  // namespace extramile::connect

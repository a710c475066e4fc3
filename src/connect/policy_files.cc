#include "connect/policy_files.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>

namespace extramile::connect {
namespace {

namespace fs = std::filesystem;

Error Missing(const fs::path& folder, std::string message) {
  return {ErrorKind::kNotFound, "policies-missing", std::move(message), folder.string(),
          "Give the folder that holds a folder of .dmn files for each policy set: --policies DIR."};
}

Result<std::string> ReadWhole(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) {
    return Fail(ErrorKind::kUnavailable, "policy-unreadable", "The rule file cannot be read.",
                path.string(), "Look at its permissions.");
  }
  return std::move(text).str();
}

// Without rules where the folder holds none: it is none of ours.
Result<app::PolicyBundle> ReadSet(const fs::path& folder) {
  app::PolicyBundle bundle{fs::weakly_canonical(folder).filename().string(), {}};
  std::error_code error;
  bool rules = false;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
    app::PolicyFile file{fs::relative(entry.path(), folder).generic_string(), {}};
    if (!entry.is_regular_file() || !(file.holds_rules() || file.holds_examples())) continue;
    EM_ASSIGN(file.text, ReadWhole(entry.path()));
    rules = rules || file.holds_rules();
    bundle.files.push_back(std::move(file));
  }
  if (error) return Fail(Missing(folder, "This folder cannot be read."));
  if (!rules) bundle.files.clear();
  std::sort(bundle.files.begin(), bundle.files.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return bundle;
}

Result<std::shared_ptr<const app::Policy>> CompileIfAny(const app::PolicyBundle& bundle) {
  if (bundle.files.empty()) return nullptr;
  return app::CompilePolicy(bundle);
}

}  // namespace

Result<app::PolicyBundle> ReadPolicyFolder(const fs::path& folder) {
  EM_ASSIGN(app::PolicyBundle bundle, ReadSet(folder));
  if (!bundle.files.empty()) return bundle;
  return Fail(ErrorKind::kNotFound, "policies-missing", "There are no rules in this folder.",
              folder.string(), "Give the folder that holds the .dmn files of one policy set.");
}

Result<std::shared_ptr<const app::Policy>> LoadPolicyFolder(const fs::path& folder) {
  EM_ASSIGN(const app::PolicyBundle bundle, ReadPolicyFolder(folder));
  return app::CompilePolicy(bundle);
}

Result<std::unique_ptr<PolicyFiles>> PolicyFiles::Open(const fs::path& folder) {
  std::unique_ptr<PolicyFiles> files(new PolicyFiles(folder));
  EM_TRY(files->Reload());
  return files;
}

Result<void> PolicyFiles::Reload() {
  const std::lock_guard one_at_a_time(reload_);
  Sets next = *sets();
  std::optional<Error> first_error;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    if (!entry.is_directory()) continue;
    auto loaded = ReadSet(entry.path()).and_then(CompileIfAny);
    if (!loaded) {
      if (!first_error) first_error = std::move(loaded).error();
    } else if (*loaded) {
      next[entry.path().filename().string()] = *std::move(loaded);
    }
  }
  if (error) return Fail(Missing(folder_, "This folder cannot be read."));
  if (next.empty() && !first_error) first_error = Missing(folder_, "There is no policy set here.");
  {
    const std::lock_guard lock(mutex_);
    sets_ = std::make_shared<const Sets>(std::move(next));
  }
  if (first_error) return Fail(*std::move(first_error));
  return {};
}

Result<std::shared_ptr<const app::Policy>> PolicyFiles::Current(std::string_view name) {
  const auto all = sets();
  const auto found = all->find(name);
  if (found != all->end()) return found->second;
  return Fail(ErrorKind::kNotFound, "policy-unknown", "No such policy set is loaded.",
              (folder_ / name).string(), "Put its .dmn files there and reload the rules.");
}

std::vector<std::string> PolicyFiles::names() {
  std::vector<std::string> out;
  for (const auto& [name, policy] : *sets()) out.push_back(name);
  return out;
}

std::shared_ptr<const PolicyFiles::Sets> PolicyFiles::sets() {
  const std::lock_guard lock(mutex_);
  return sets_;
}

}  // namespace extramile::connect

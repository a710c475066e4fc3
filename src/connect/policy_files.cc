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

// Of names and bytes, each with its length before it, so that no two sets look the same.
Sha256 HashOf(const std::vector<dmn::LoadedFile>& files) {
  std::string all;
  for (const dmn::LoadedFile& file : files) {
    all += std::to_string(file.name.size()) + ':' + file.name;
    all += std::to_string(file.xml.size()) + ':' + file.xml;
  }
  return HashWithDomain("extramile policy set v1", all);
}

// The elements named rule, whatever prefix the file uses for DMN's namespace.
int64_t CountRules(std::string_view xml) {
  int64_t rules = 0;
  for (size_t at = xml.find('<'); at != std::string_view::npos; at = xml.find('<', at + 1)) {
    const size_t end = xml.find_first_of(" \t\r\n/>", at + 1);
    if (end == std::string_view::npos) break;
    std::string_view name = xml.substr(at + 1, end - at - 1);
    if (const size_t colon = name.find(':'); colon != std::string_view::npos) {
      name.remove_prefix(colon + 1);
    }
    rules += name == "rule" ? 1 : 0;
  }
  return rules;
}

// Null where the folder holds no rules: it is none of ours.
Result<std::shared_ptr<const app::Policy>> LoadSet(const fs::path& folder) {
  std::vector<dmn::LoadedFile> files;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
    if (!entry.is_regular_file() || entry.path().extension() != ".dmn") continue;
    EM_ASSIGN(std::string text, ReadWhole(entry.path()));
    files.push_back({fs::relative(entry.path(), folder).generic_string(), std::move(text)});
  }
  if (error) return Fail(Missing(folder, "This folder cannot be read."));
  if (files.empty()) return nullptr;
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  const Sha256 hash = HashOf(files);
  const std::string name = fs::weakly_canonical(folder).filename().string();
  std::vector<std::string> names;
  int64_t rules = 0;
  for (dmn::LoadedFile& file : files) {
    names.push_back(file.name);
    rules += CountRules(file.xml);
    file.name = name + '/' + file.name;
  }
  EM_ASSIGN(dmn::Model model, dmn::Load(files));
  return std::make_shared<const app::Policy>(
      app::Policy{name, hash, std::move(model), std::move(names), rules});
}

}  // namespace

Result<std::shared_ptr<const app::Policy>> LoadPolicyFolder(const fs::path& folder) {
  EM_ASSIGN(auto policy, LoadSet(folder));
  if (policy) return policy;
  return Fail(ErrorKind::kNotFound, "policies-missing", "There are no rules in this folder.",
              folder.string(), "Give the folder that holds the .dmn files of one policy set.");
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
    auto loaded = LoadSet(entry.path());
    if (loaded && !*loaded) continue;
    if (loaded) {
      next[entry.path().filename().string()] = *std::move(loaded);
    } else if (!first_error) {
      first_error = std::move(loaded).error();
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

#include "app/policy.h"

#include <algorithm>

#include "dmn/coverage.h"

namespace extramile::app {
namespace {

bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == ' ';
}

// One name of a path: what every file system takes, and never "." or "..".
bool IsPlainName(std::string_view name, size_t max_bytes) {
  return !name.empty() && name.size() <= max_bytes && name.front() != '.' && name.front() != ' ' &&
         name.back() != ' ' && std::all_of(name.begin(), name.end(), IsPlain);
}

bool IsPlainPath(std::string_view path) {
  if (path.size() > 200) return false;
  while (true) {
    const size_t slash = path.find('/');
    if (!IsPlainName(path.substr(0, slash), 100)) return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

Result<void> CheckFile(const PolicyFile& file) {
  if (!IsPlainPath(file.name) || !(file.holds_rules() || file.holds_examples())) {
    return Fail(ErrorKind::kInvalid, "policy-file-name",
                "A policy set does not take a file of this name.", file.name.substr(0, 200),
                "Rules end in .dmn, examples in .xml; letters, digits, '-', '_', '.', spaces and "
                "'/' between folders.");
  }
  if (file.text.size() > kMostPolicyFileBytes) {
    return Fail(ErrorKind::kTooLarge, "policy-too-large", "This file is larger than 1 MiB.",
                file.name, "Divide it into several files.");
  }
  return {};
}

}  // namespace

Result<PolicyBundle> MakeBundle(std::string name, std::vector<PolicyFile> files) {
  if (!IsPlainName(name, 63)) {
    return Fail(ErrorKind::kInvalid, "policy-name", "This is no name for a policy set.", "",
                "1 to 63 letters, digits, '-', '_', '.' and spaces, as in uk-starter.");
  }
  size_t bytes = 0;
  for (const PolicyFile& file : files) {
    EM_TRY(CheckFile(file));
    bytes += file.text.size();
  }
  if (files.size() > kMostPolicyFiles || bytes > kMostPolicyBytes) {
    return Fail(ErrorKind::kTooLarge, "policy-too-large",
                "A policy set has at most 100 files, and 3 MiB in all of them.", "",
                "Leave out what no decision needs.");
  }
  std::sort(files.begin(), files.end(),
            [](const PolicyFile& a, const PolicyFile& b) { return a.name < b.name; });
  for (size_t i = 1; i < files.size(); ++i) {
    if (files[i].name != files[i - 1].name) continue;
    return Fail(ErrorKind::kInvalid, "policy-file-twice", "Two files have the same name.",
                files[i].name, "Give each file once.");
  }
  if (std::none_of(files.begin(), files.end(),
                   [](const PolicyFile& file) { return file.holds_rules(); })) {
    return Fail(ErrorKind::kInvalid, "policy-without-rules", "There are no rules in this set.", "",
                "Give at least one .dmn file.");
  }
  return PolicyBundle{std::move(name), std::move(files)};
}

// Each name and text with its length before it, so that no two sets look the same.
Sha256 HashOf(const PolicyBundle& bundle) {
  std::string all;
  for (const PolicyFile& file : bundle.files) {
    all += std::to_string(file.name.size()) + ':' + file.name;
    all += std::to_string(file.text.size()) + ':' + file.text;
  }
  return HashWithDomain("extramile policy set v1", all);
}

Result<std::shared_ptr<const Policy>> CompilePolicy(const PolicyBundle& bundle) {
  std::vector<dmn::LoadedFile> files;
  std::vector<std::string> names;
  for (const PolicyFile& file : bundle.files) {
    if (!file.holds_rules()) continue;
    files.push_back({bundle.name + '/' + file.name, file.text});
    names.push_back(file.name);
  }
  EM_ASSIGN(dmn::Model model, dmn::Load(files));
  const int64_t rules = dmn::Coverage(model).rules();
  return std::make_shared<const Policy>(
      Policy{bundle.name, HashOf(bundle), std::move(model), std::move(names), rules});
}

}  // namespace extramile::app

#include "connect/framework_files.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>

namespace extramile::connect {
namespace {

namespace fs = std::filesystem;

Result<std::shared_ptr<const app::LoadedFramework>> Load(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) {
    return Fail(ErrorKind::kUnavailable, "framework-unreadable",
                "The framework file cannot be read.", path.string(), "Look at its permissions.");
  }
  auto loaded = std::make_shared<app::LoadedFramework>();
  loaded->text = std::move(text).str();
  loaded->hash = HashWithDomain("extramile framework v1", loaded->text);
  EM_ASSIGN(loaded->framework, portfolio::ParseFramework(loaded->text, path.filename().string()));
  return loaded;
}

}  // namespace

Result<std::unique_ptr<FrameworkFiles>> FrameworkFiles::Open(const fs::path& folder) {
  std::unique_ptr<FrameworkFiles> out(new FrameworkFiles);
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".json") || name.ends_with(".schema.json")) continue;
    EM_ASSIGN(auto loaded, Load(entry.path()));
    out->frameworks_.push_back(std::move(loaded));
  }
  if (error) {
    return Fail(ErrorKind::kNotFound, "frameworks-missing", "There is no folder of frameworks.",
                folder.string(), "Give the folder of framework files: --frameworks DIR.");
  }
  const auto code = [](const auto& loaded) { return std::string_view(loaded->framework.code); };
  std::sort(out->frameworks_.begin(), out->frameworks_.end(),
            [&](const auto& a, const auto& b) { return code(a) < code(b); });
  const auto twice =
      std::adjacent_find(out->frameworks_.begin(), out->frameworks_.end(),
                         [&](const auto& a, const auto& b) { return code(a) == code(b); });
  if (twice != out->frameworks_.end()) {
    return Fail(ErrorKind::kInvalid, "framework-code-twice",
                "Two files describe the unit " + std::string(code(*twice)) + ".", folder.string(),
                "Keep one file for each unit.");
  }
  return out;
}

Result<std::shared_ptr<const app::LoadedFramework>> FrameworkFiles::Find(std::string_view code) {
  for (const auto& loaded : frameworks_) {
    if (loaded->framework.code == code) return loaded;
  }
  return Fail(app::Request::NotFoundError("qualification unit"));
}

}  // namespace extramile::connect

// Qualification units from files: a folder of framework JSON files (*.json but for *.schema.json),
// read once when it is opened. One that does not load refuses the folder and names file and place:
// a unit that is silently absent would look like one that nobody offers.
//
//   EM_ASSIGN(auto frameworks, connect::FrameworkFiles::Open("frameworks"));
//   frameworks->Find("CU801");
//
// Immutable once open; thread-safe.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "app/frameworks.h"

namespace extramile::connect {

class FrameworkFiles final : public app::FrameworkSource {
 public:
  // Errors: kNotFound "frameworks-missing" without the folder; kUnavailable
  // "framework-unreadable"; kInvalid "framework-code-twice" where two files have one code; a file's
  // own.
  static Result<std::unique_ptr<FrameworkFiles>> Open(const std::filesystem::path& folder);

  std::vector<std::shared_ptr<const app::LoadedFramework>> All() override { return frameworks_; }
  Result<std::shared_ptr<const app::LoadedFramework>> Find(std::string_view code) override;

 private:
  FrameworkFiles() = default;
  std::vector<std::shared_ptr<const app::LoadedFramework>> frameworks_;  // by code
};

}  // namespace extramile::connect

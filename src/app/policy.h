// The rule sets in force. A policy is a folder of DMN files, loaded and compiled together,
// immutable, named by the hash of its bytes; an organisation names its policy. A source may swap a
// policy for a newer one at any time: take one with Current() at the start of a decision and use it
// to its end.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "dmn/model.h"

namespace extramile::app {

struct Policy {
  std::string name;
  Sha256 hash{};
  dmn::Model model;
  std::vector<std::string> files = {};  // their names, in order
  int64_t rules = 0;                    // of all its decision tables together
};

class PolicySource {
 public:
  virtual ~PolicySource() = default;
  // Thread-safe, O(1). kNotFound when no such policy is loaded.
  virtual Result<std::shared_ptr<const Policy>> Current(std::string_view name) = 0;
  // Reads the files again; on an error (file, table, cell and why) the old policy stays in force.
  virtual Result<void> Reload() = 0;
};

}  // namespace extramile::app

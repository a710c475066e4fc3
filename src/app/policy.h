// The rule sets in force. A policy is a bundle of DMN files and the examples that are kept beside
// them, loaded and compiled together, immutable, named by the hash of its bytes. An organisation's
// policy is the set that it published (app/policy_sets.h); where it published none, the folder that
// its settings name. A source may swap a policy for a newer one at any time: take one at the start
// of a decision and use it to its end.
//
//   EM_ASSIGN(PolicyBundle bundle, MakeBundle("uk-starter", std::move(files)));
//   EM_ASSIGN(std::shared_ptr<const Policy> policy, CompilePolicy(bundle));
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
  std::vector<std::string> files = {};  // the names of its rule files, in order
  int64_t rules = 0;                    // of all its decision tables together
};

// Names are relative, with slashes: "extra-mile.dmn", "tests/authority.xml".
struct PolicyFile {
  std::string name;
  std::string text;

  bool holds_rules() const { return name.ends_with(".dmn"); }
  bool holds_examples() const { return name.ends_with(".xml"); }
};

// The files of one set. INVARIANT: sorted by name, so that the hash depends on nothing else.
struct PolicyBundle {
  std::string name;
  std::vector<PolicyFile> files;
};

inline constexpr size_t kMostPolicyFiles = 100;
inline constexpr size_t kMostPolicyFileBytes = size_t{1} << 20;
inline constexpr size_t kMostPolicyBytes = size_t{3} << 20;  // of all files together

// Sorts the files and checks name, names, number and sizes: what may be stored. Errors: kInvalid
// "policy-name", "policy-file-name", "policy-file-twice", "policy-without-rules"; kTooLarge
// "policy-too-large"; the place is the file's name.
Result<PolicyBundle> MakeBundle(std::string name, std::vector<PolicyFile> files);

// SHA-256 over the names and bytes of all files: two servers with the same hash decide by the same
// rules, and prove them by the same examples.
Sha256 HashOf(const PolicyBundle& bundle);

// Loads the rule files. Takes milliseconds to seconds: never on the way of a check. Errors: the
// rule file's own, with file, table and cell.
Result<std::shared_ptr<const Policy>> CompilePolicy(const PolicyBundle& bundle);

class PolicySource {
 public:
  virtual ~PolicySource() = default;
  // Thread-safe, O(1). kNotFound when no such policy is loaded.
  virtual Result<std::shared_ptr<const Policy>> Current(std::string_view name) = 0;
  // Reads the files again; on an error (file, table, cell and why) the old policy stays in force.
  virtual Result<void> Reload() = 0;
};

}  // namespace extramile::app

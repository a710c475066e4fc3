// Judge: what a draft says of stored checks.
//
// Where the rule set that decided a check is at hand, and what its gates said is kept, only what
// the draft changes is asked: gates that are written alike in both sets (dmn/difference.h) say what
// they said, and the others are evaluated under the draft. Where these give the values that were
// given then, the stored verdict stands; else `feasibility` folds the new ones. What flips, and
// everything where `feasibility` itself was edited, is judged as a whole.
//
// One thread at a time; the policies may be shared.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/check_blocks.h"
#include "app/policy_library.h"
#include "desk/verdict.h"

namespace extramile::app {

class Judge {
 public:
  // Without `earlier` every check is judged in full. Draft and zone must outlive it.
  Judge(const Policy& draft, const TimeZone& zone, PolicyByHash earlier = {})
      : draft_(draft), zone_(zone), earlier_(std::move(earlier)) {}

  // nullopt where the stored inputs cannot be read. Errors: those of evaluating.
  Result<std::optional<desk::Fold>> Ask(const StoredCheck& check);
  // "authority, rule 3", which decided the check asked last, where that is not what it said then;
  // empty where none can be named.
  std::string DecisiveRule(const desk::Fold& fold) const;

 private:
  // Of the checks that one set decided: the gates that the draft may decide otherwise.
  struct Changes {
    bool all = true;            // or the fold, or who knows: ask everything
    std::vector<size_t> gates;  // places in desk::kGates
    std::vector<std::string_view> names;
  };
  const Changes& ChangesSince(std::string_view policy);
  std::optional<desk::Fold> AskChanges(const StoredCheck& check, const dmn::When& when);
  Result<std::optional<desk::Fold>> AskInFull(const feel::Value& inputs);
  Result<std::optional<desk::Fold>> AskForAll(std::string_view snapshot);

  const Policy& draft_;
  const TimeZone& zone_;
  const PolicyByHash earlier_;
  std::map<std::string, Changes, std::less<>> changes_;  // by hash
  const std::pair<const std::string, Changes>* last_ = nullptr;
  dmn::Evaluation changed_, whole_;
  std::optional<desk::Judgement> of_all_;  // of a check that rests on many contexts
};

}  // namespace extramile::app

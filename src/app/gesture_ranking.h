// Which of the gestures that may be made come first: the share of customers expected to value each,
// learnt from the record and shrunk towards its family, per predicted minute of others' waiting.
//
// Exploration is off until a manager turns it on. Then one case in ten shows one of the allowed
// gestures first by chance, all alike, never in a case used as evidence; the case's own id draws,
// so that looking again shows the same. The probability with which the first came first is written
// on the record (event "gestures_ranked"): without it nobody could later tell chance from choice.
//
// Expected shares are kept in the process for ten minutes an organisation. Thread-safe.
//
//   EM_ASSIGN(const auto shares, ExpectedShares(services, request.organisation, configuration));
//   shares->Of("handwritten-card");
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/change.h"
#include "app/configuration.h"
#include "app/use_case.h"
#include "inference/shrinkage.h"

namespace extramile::app {

inline constexpr double kExploredShare = 0.1;

Result<Answer> SetExploration(Services& services, const Request& request);

// How customers took each gesture: answers that were pleased, of all their answers.
using AnswersByGesture = std::map<std::string, inference::Tally, std::less<>>;

class ShareByGesture {
 public:
  // The posterior mean of the share of customers who value it, by gesture and by family (kind).
  ShareByGesture(const AnswersByGesture& answers, const Configuration& configuration);
  double Of(std::string_view gesture) const;
  double OfFamily(std::string_view kind) const;

 private:
  std::map<std::string, double, std::less<>> gestures_, families_;
  double general_ = 0.5;
};

// At most ten minutes old. Cost where it is older: one pass over the actions and their feedback.
Result<std::shared_ptr<const ShareByGesture>> ExpectedShares(Services& services,
                                                             const Organisation& organisation,
                                                             const Configuration& configuration,
                                                             Instant now);

// $1 organisation, $2 the same as a record's id: whether exploration is on.
extern const Sql kExploration;
bool ExplorationIsOn(const Rows& rows);

// One allowed gesture that a case could begin with.
struct RankedGesture {
  std::string_view code;
  double value = 0;  // ValuePerMinuteOfOthers
};

// With exploration on, the index of the gesture that shall come first, and the event that says with
// what probability (added to the change, unless it stands on the case's record already). Nothing
// with exploration off, in a case used as evidence, or with nothing to choose from.
Result<std::optional<size_t>> ExploreFirst(Services& services, const Request& request,
                                           AnyId service_case,
                                           std::span<const RankedGesture> allowed, Change& change);

}  // namespace extramile::app

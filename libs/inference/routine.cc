#include "inference/routine.h"

#include "inference/betting.h"

namespace extramile::inference {

RoutineVerdict MayBecomeRoutine(const RoutineEvidence& evidence, const RoutineRule& rule) {
  RoutineVerdict verdict;
  verdict.impresses = Reaches(evidence.log_e_impress, rule.alpha_impress);
  verdict.others_within_tolerance = Reaches(evidence.log_e_others, rule.alpha_others);
  verdict.harms = Reaches(evidence.log_e_harm, rule.alpha_harm);
  verdict.suggest = verdict.impresses && verdict.others_within_tolerance && !verdict.harms;
  return verdict;
}

}  // namespace extramile::inference

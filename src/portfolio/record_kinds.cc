#include "portfolio/record_kinds.h"

namespace extramile::portfolio {
namespace {

using Words = std::vector<std::string_view>;
const Words kYesNo = {"yes", "no"};
const Words kDimensions = {"reliability", "assurance", "tangibles", "empathy", "responsiveness"};

std::vector<RecordKind> MakeKinds() {
  return {
      {"offer_explanation", "The explanation of the offer", {}},
      {"expectation",
       "What the customer expected",
       {{"kind", {"expectation", "need"}, "is of the other kind"},
        {"dimension", kDimensions, "is about something else"},
        {"learned_by", {"asked", "observed", "inferred", "told"}, "was learned in another way"}}},
      {"offer_match",
       "The match with the offer",
       {{"key_differences", {}, "names no key difference yet"}}},
      {"idea",
       "The idea",
       {{"chosen", kYesNo, "was not chosen"},
        {"reason", kYesNo, "was chosen without a reason on record"},
        {"origin", {"own", "asked_for", "told", "suggested"}, "came from somebody else"},
        {"costs_money", kYesNo, "costs money"}}},
      {"idea_check",
       "The check",
       {{"gate",
         {"routine or extra", "authority", "resources", "guidelines", "regulation",
          "other customers"},
         "did not cover this"},
        {"timing", {"before", "after"}, "came after the act, so it cannot show a check beforehand"},
        {"outcome",
         {"routine", "allowed", "needs sign-off", "undecided", "not allowed"},
         "had another outcome"},
        {"own_verdict", kYesNo, "has no verdict of the learner's own before the engine's"}}},
      {"consultation",
       "The consultation",
       {{"purpose", {"advice", "approval"}, "had another purpose"},
        {"explained", kYesNo, "holds no explanation of the idea"},
        {"answered", kYesNo, "has no reply on record yet"},
        {"timing", {"before", "after"}, "came after the act"}}},
      {"action",
       "The action",
       {{"done", kYesNo, "is not done yet"},
        {"extra", kYesNo, "was routine: the offer or the job already asks for it"},
        {"checked", kYesNo, "was not checked beforehand"},
        {"origin", {"own", "asked_for", "told", "suggested"}, "was somebody else's idea"}}},
      {"awareness",
       "Telling the customer",
       {{"acknowledged", kYesNo, "has no sign that the customer took it in"}}},
      {"effect_observation",
       "The look at other customers",
       {{"method", {"computed", "observed"}, "was made in another way"},
        {"judged", kYesNo, "comes to no verdict on other customers yet"}}},
      {"action_outcome", "The outcome", {{"tangible", kYesNo, "is nothing tangible"}}},
      {"feedback",
       "The feedback",
       {{"source", {"customer", "colleague"}, "came from somebody else"},
        {"positive", kYesNo, "is not praise"},
        {"passed_on", kYesNo, "is noted but not passed on"}}},
      {"proposal",
       "The suggestion",
       {{"kind", {"routine", "improvement"}, "is of another kind"},
        {"times", {}, "rests on too few times that it worked"}}},
      {"document_consulted",
       "The document looked up",
       {{"kind",
         {"procedure", "guideline", "law", "change_procedure", "assessment_guide"},
         "is of another kind"}}},
  };
}

}  // namespace

const FactKind* RecordKind::Fact(std::string_view fact) const {
  for (const FactKind& kind : facts) {
    if (kind.name == fact) return &kind;
  }
  return nullptr;
}

const std::vector<RecordKind>& RecordKinds() {
  static const std::vector<RecordKind> kinds = MakeKinds();
  return kinds;
}

const RecordKind* FindRecordKind(std::string_view name) {
  for (const RecordKind& kind : RecordKinds()) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

}  // namespace extramile::portfolio

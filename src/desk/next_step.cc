#include "desk/next_step.h"

namespace extramile::desk {
namespace {

// Before anything was done for the customer.
std::string_view BeforeAction(const CaseProgress& p) {
  if (p.approvals_awaited > 0) return "Wait for the sign-off that was asked for.";
  if (p.planned > 0) return "Carry out what is planned.";
  if (p.ideas == 0) {
    if (p.explanations == 0) return "Explain the service offer to this customer.";
    if (p.expectations == 0) return "Note what this customer expects or needs.";
    if (p.matches == 0) return "Match what they expect against the offer.";
    return "Think of something small that this customer would notice.";
  }
  if (p.use_as_evidence && p.matches == 0) return "Match what they expect against the offer.";
  if (p.chosen == 0) {
    return p.ideas == 1 ? "Weigh a second idea beside the first." : "Choose one of the ideas.";
  }
  if (p.last_outcome.empty()) return "Check whether it may be done now.";
  if (p.last_outcome == "not allowed") return "Choose another idea: this one may not be done.";
  if (p.last_outcome == "undecided") return "Ask a senior colleague: the rules leave this open.";
  if (p.last_outcome == "needs sign-off" && p.approvals_given == 0) return "Ask for the sign-off.";
  if (p.use_as_evidence && p.consultations == 0) return "Explain the idea to a senior colleague.";
  return "Carry the idea out.";
}

// What a qualification wants to see and this case does not show yet; empty when nothing.
std::string_view MissingEvidence(const CaseProgress& p) {
  if (p.explanations == 0) return "For evidence: note how the offer was explained.";
  if (p.expectations == 0) return "For evidence: note what the customer expected.";
  if (p.matches == 0) return "For evidence: match what they expected against the offer.";
  if (p.ideas < 2) return "For evidence: note a second idea that was weighed.";
  if (p.chosen == 0) return "For evidence: say which idea was chosen, and why.";
  if (p.consultations == 0) return "For evidence: note whom the idea was explained to.";
  return {};
}

}  // namespace

std::string_view NextStep(const CaseProgress& p) {
  if (p.closed && p.praise_kept == 0) return "Nothing is open.";
  if (p.closed) return "Pass the praise on.";
  if (p.done == 0) return BeforeAction(p);
  if (p.told < p.done) return "Tell the customer what was done for them.";
  if (p.effects == 0) return "See whether other customers were affected.";
  if (p.feedback == 0) return "Note how the customer took it.";
  if (p.praise_kept > 0) return "Pass the praise on.";
  if (p.use_as_evidence) {
    if (const auto missing = MissingEvidence(p); !missing.empty()) return missing;
  }
  if (p.promises_open > 0) return "Keep the promise that was made.";
  return "Close the case.";
}

}  // namespace extramile::desk

// What is open in a case, in one sentence: the screen's "next" line and the list's.
//
// A case that only serves a customer asks for little: tell them, note how they took it, pass praise
// on. A case that its agent means to use as evidence also asks for what a qualification wants to
// see (expectations, the match, a second idea, the reason for the choice). Nothing is ever
// required: the sentence advises, the person decides.
//
// Pure; O(1).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace extramile::desk {

// Counts of what the case's record holds so far.
struct CaseProgress {
  bool closed = false;
  bool use_as_evidence = false;
  int64_t explanations = 0;
  int64_t expectations = 0;
  int64_t matches = 0;
  int64_t ideas = 0;         // not dropped
  int64_t chosen = 0;        // ideas chosen
  std::string last_outcome;  // of the newest check of the case; empty before the first
  int64_t consultations = 0;
  int64_t approvals_awaited = 0;
  int64_t approvals_given = 0;
  int64_t planned = 0;  // actions planned and not yet done
  int64_t done = 0;     // actions done or partly done
  int64_t told = 0;     // actions of which the customer was told
  int64_t effects = 0;  // observations of the effect on others
  int64_t promises_open = 0;
  int64_t feedback = 0;
  int64_t praise_kept = 0;  // positive feedback not passed on
};

std::string_view NextStep(const CaseProgress& progress);

}  // namespace extramile::desk

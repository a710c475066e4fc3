// One verdict for many customers: the same gesture for everybody that an incident hit.
//
// Two kinds of gates look at different figures. Authority, resources and other customers look at
// the whole (all the money, all the minutes, the paced absence); routine, guidelines and regulation
// look at each customer with what they get, and so does authority for its limits about one
// customer. Every customer is judged by the whole rule set, `feasibility` included; of the whole
// only its three gates count. The strictest decides; where all are routine, so is the whole.
//
// A finding that not everybody has says whose it is, by the cases' references.
// Pure; O(customers x findings).
#pragma once

#include <span>
#include <string>

#include "desk/snapshot.h"
#include "desk/verdict.h"

namespace extramile::desk {

struct JudgedCustomer {
  std::string reference;  // of the case
  Judgement judgement;
};

// `whole` alone where nobody is left.
Judgement JudgementForAll(Judgement whole, std::span<const JudgedCustomer> each);

// The inputs of such a check as they are kept: those of the whole first, without a reference, then
// those of each customer.
class InputsOfAll {
 public:
  void Add(std::string_view reference, const feel::Value& inputs);
  std::string Take() const { return writer_.Take(); }

 private:
  ColumnsWriter writer_;
};

// A stored check judged anew, whether it rests on one context or on many. Resets `evaluation`,
// which holds the last context's afterwards. Errors: those of DecodeSnapshot and of Judge.
Result<Judgement> JudgeSnapshot(const dmn::Model& model, std::string_view snapshot,
                                const TimeZone& zone, dmn::Evaluation& evaluation);

}  // namespace extramile::desk

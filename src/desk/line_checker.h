// LineChecker: the check without a server: one JSON context in, one JSON decision out, as fast as
// the rules allow.
//
// The context is the contract's (idea, staff, customer, case, offer, others, budget ..., see
// decision_context.h), all names in plain words; `idea.when`, `case.opened` and `time of check` are
// texts that become dates and times. The decision says the outcome, the role that must agree, and
// of each gate verdict and findings: verdict, reason, citation, rule, role and the inputs that
// mattered. An error never allows: a context without what every check needs is refused, not waved
// through.
//
// What a rule says about itself (citation, number, the inputs that mattered) is rendered once and
// kept; what it says about the line is written straight behind. Everything out of the ordinary (a
// gate that could not be decided) goes the way of Judge and WriteGates, whose output this is.
//
// One thread at a time; the model may be shared.
//
//   LineChecker checker(model);
//   std::string decisions;
//   if (auto done = checker.Check(line, decisions); !done) ... done.error() says what is wrong ...
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/money.h"
#include "desk/verdict.h"
#include "dmn/model.h"
#include "feel/json_parser.h"

namespace extramile::desk {

class LineChecker {
 public:
  // The zone is that of now() and today(); nullptr is UTC. It must outlive the checker.
  explicit LineChecker(dmn::Model model, const TimeZone* zone = nullptr);

  // Appends the decision, without a newline. Errors (nothing is appended then): the line's own, its
  // place a JSON pointer or a byte; those of Judge.
  Result<void> Check(std::string_view line, std::string& out);

 private:
  // The parts of a finding that are the same whenever its rule matches.
  struct RuleText {
    std::string before_role;  // ,"citation":"...","rule":"..."
    std::string after_role;   // ,"inputs":[...]}
  };
  struct TableTexts {
    const dmn::DecisionTable* table = nullptr;
    std::vector<RuleText> rules;
  };

  Result<feel::Value> ReadContext(std::string_view line);
  // False (and nothing appended) where it takes the plain way.
  bool WriteFast(std::string& out, Currency currency);
  bool WriteGate(std::string& out, size_t gate, Currency currency);
  Result<Currency> CurrencyOf(const feel::Value& context);
  const RuleText& TextOf(const dmn::RuleHit& hit);
  static RuleText RuleTextOf(const dmn::RuleHit& hit);

  dmn::Model model_;
  // An object that the rules read, and where it was in the last line.
  struct Expected {
    std::string_view name;
    uint32_t at = 0;
  };
  std::vector<Expected> inputs_;
  struct NeededAt {
    uint32_t owner = 0, value = 0;
  };
  std::array<NeededAt, 4> needed_at_;  // the same for what every check needs
  std::optional<Currency> currency_;   // of the last line that named one
  const TimeZone* zone_;
  feel::JsonParser parser_;
  dmn::Evaluation evaluation_;
  std::vector<dmn::RuleHit> hits_;  // of the gate being written
  std::vector<GateRow> rows_;       // the same
  // What stands before the values, a piece in one go.
  std::array<std::string, kGates.size()> gate_texts_, silent_gate_texts_;
  std::array<std::string, static_cast<size_t>(Verdict::kNotAllowed) + 1> verdict_texts_;
  std::array<std::string, static_cast<size_t>(Rank::kManager) + 1> role_texts_;
  std::vector<TableTexts> texts_;
  RuleText special_;  // of a hit whose inputs depend on the line
};

}  // namespace extramile::desk

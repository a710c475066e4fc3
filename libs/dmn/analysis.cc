#include "dmn/analysis.h"

#include <algorithm>
#include <numeric>

#include "dmn/analysis_cover.h"
#include "dmn/analysis_space.h"
#include "dmn/model_data.h"

namespace extramile::dmn {

using feel::NodeId;
using feel::Op;
using feel::Value;
using internal::Axis;
using internal::CoverSearch;
using internal::Region;
using internal::RuleBox;
using internal::Space;

namespace {

std::string Joined(const std::vector<std::string>& parts, std::string_view last) {
  std::string text;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += i + 1 == parts.size() ? " " + std::string(last) + " " : ", ";
    text += parts[i];
  }
  return text;
}

std::string RuleList(const std::vector<int>& rules, size_t from) {
  std::vector<std::string> numbers;
  for (size_t i = from; i < rules.size(); ++i) numbers.push_back(std::to_string(rules[i]));
  return (numbers.size() == 1 ? "rule " : "rules ") + Joined(numbers, "and");
}

class Analyser {
 public:
  Analyser(const Model& model, const DecisionTable& table, const AnalysisOptions& options)
      : program_(model.data()->program),
        table_(table),
        options_(options),
        space_(model, table),
        domain_(space_.WithoutNulls(space_.everything())) {
    for (const RuleBox& box : space_.boxes()) all_.push_back(&box);
  }

  TableAnalysis Run() {
    out_.table = table_.name;
    NoteOpaqueCells();
    FindUnreachable();
    FindUnusedInputs();
    switch (table_.policy) {
      case HitPolicy::kUnique:
        FindGaps();
        FindPairs(FindingKind::kOverlap);
        break;
      case HitPolicy::kAny:
        FindGaps();
        FindPairs(FindingKind::kContradiction);
        break;
      case HitPolicy::kFirst: {
        FindGaps();
        std::vector<uint32_t> order(table_.rules.size());
        std::iota(order.begin(), order.end(), 0u);
        FindMasked(order);
        break;
      }
      case HitPolicy::kPriority:
        FindGaps();
        if (const auto order = PriorityOrder()) FindMasked(*order);
        break;
      default:  // every match is heard, and none is no mistake
        break;
    }
    return std::move(out_);
  }

 private:
  void NoteOpaqueCells() {
    const auto opaque = std::count_if(space_.axes().begin(), space_.axes().end(),
                                      [](const Axis& a) { return a.form == Axis::Form::kOpaque; });
    if (opaque == 0) return;
    out_.notes.push_back(
        std::to_string(opaque) + (opaque == 1 ? " kind of cell is" : " kinds of cells are") +
        " more than constants and ranges: taken as something that may hold or not.");
  }

  void Add(Finding finding, const Region* region) {
    if (region) AddWitness(finding, *region);
    finding.message = MessageOf(finding);
    out_.findings.push_back(std::move(finding));
  }

  void AddWitness(Finding& finding, const Region& region) const {
    for (const Axis& axis : space_.axes()) {
      if (space_.CoversAxis(axis, region, domain_)) continue;
      finding.witness.push_back(
          {axis.input, table_.inputs[axis.input].heading, PlainestOf(axis, region)});
      if (axis.form == Axis::Form::kOpaque) finding.certain = false;
    }
  }

  std::string PlainestOf(const Axis& axis, const Region& region) const {
    const bool holds = space_.Has(axis, region, 0);
    if (axis.form == Axis::Form::kContains) {
      return (holds ? "contains " : "does not contain ") + axis.text;
    }
    if (axis.form == Axis::Form::kOpaque) {
      return (holds ? "such that " : "such that not: ") + axis.text;
    }
    std::string best;
    bool best_is_other = true;
    for (size_t atom = 0; atom < axis.atoms.size(); ++atom) {
      if (!space_.Has(axis, region, atom)) continue;
      const bool other = axis.atoms[atom].other;
      const std::string text = other ? "any other text" : feel::ToFeel(axis.atoms[atom].value);
      const bool better = best.empty() || (best_is_other && !other) ||
                          (best_is_other == other && text.size() < best.size());
      if (!better) continue;
      best = text;
      best_is_other = other;
    }
    return best;
  }

  std::string MessageOf(const Finding& finding) const {
    std::vector<std::string> parts;
    for (const WitnessPart& part : finding.witness) {
      const bool is_value = part.text.find("contain") != 0 && part.text.find("does not") != 0 &&
                            part.text.find("such that") != 0;
      parts.push_back("'" + std::string(part.heading) + "' " + (is_value ? "is " : "") + part.text);
    }
    const std::string where =
        parts.empty() ? " whatever the values are" : " where " + Joined(parts, "and");
    std::string message;
    switch (finding.kind) {
      case FindingKind::kGap:
        message = "No rule matches" + where + ".";
        break;
      case FindingKind::kOverlap:
        message = "Both " + RuleList(finding.rules, 0) + " match" + where + ", and only one may.";
        break;
      case FindingKind::kContradiction:
        message =
            "Both " + RuleList(finding.rules, 0) + " match" + where + ", and their results differ.";
        break;
      case FindingKind::kMasked:
        message = "Rule " + std::to_string(finding.rules[0]) +
                  " never decides: wherever it matches, " + RuleList(finding.rules, 1) +
                  (finding.rules.size() == 2 ? " does" : " do") + " first.";
        break;
      case FindingKind::kUnreachable:
        message =
            "Rule " + std::to_string(finding.rules[0]) + " can never match" +
            (finding.input.empty() ? std::string(".")
                                   : ": no value suits its cell under '" + finding.input + "'.");
        break;
      case FindingKind::kUnusedInput:
        message = "No rule looks at '" + finding.input + "'.";
        break;
    }
    if (!finding.certain) {
      message += " Not certain: that depends on a cell that was not looked into.";
    }
    return message;
  }

  void FindUnreachable() {
    std::vector<bool> has_box(table_.rules.size());
    for (const RuleBox* box : all_) has_box[box->rule] = true;
    for (uint32_t rule = 0; rule < has_box.size(); ++rule) {
      if (has_box[rule]) continue;
      Finding finding{.kind = FindingKind::kUnreachable, .rules = {static_cast<int>(rule + 1)}};
      for (size_t input = 0; input < table_.inputs.size(); ++input) {
        const Cell& cell = table_.rules[rule].cells[input];
        const Axis& axis = space_.axes()[input];
        const bool suits = cell.form != Cell::Form::kSimple ||
                           std::any_of(axis.atoms.begin(), axis.atoms.end(), [&](const auto& atom) {
                             return internal::PlainCellMatches(cell, atom.value);
                           });
        if (!suits) finding.input = table_.inputs[input].heading;
      }
      Add(std::move(finding), nullptr);
    }
  }

  void FindUnusedInputs() {
    if (table_.rules.empty()) return;
    for (size_t input = 0; input < table_.inputs.size(); ++input) {
      const bool used =
          std::any_of(space_.axes().begin(), space_.axes().end(), [&](const Axis& axis) {
            return axis.input == input &&
                   std::any_of(all_.begin(), all_.end(), [&](const RuleBox* box) {
                     return !space_.CoversAxis(axis, box->region, space_.everything());
                   });
          });
      if (used) continue;
      Add({.kind = FindingKind::kUnusedInput, .rules = {}, .input = table_.inputs[input].heading},
          nullptr);
    }
  }

  void FindGaps() {
    const bool has_default =
        std::any_of(table_.outputs.begin(), table_.outputs.end(),
                    [](const TableOutput& o) { return o.default_value != feel::kNoNode; });
    if (has_default || table_.rules.empty()) return;
    std::vector<const RuleBox*> boxes = all_;
    std::vector<RuleBox> found;
    found.reserve(options_.most_findings);  // `boxes` points into it
    CoverSearch search(space_, options_.most_steps);
    while (found.size() < options_.most_findings) {
      const auto gap = search.Uncovered(domain_, boxes);
      if (!gap) break;
      // Large as to the rules, so that it says no more than it must; gaps may share a corner.
      found.push_back({0, search.Grown(*gap, domain_, all_)});
      boxes.push_back(&found.back());
      Add({.kind = FindingKind::kGap, .rules = {}, .input = {}}, &found.back().region);
    }
    if (search.gave_up()) out_.complete = false;
  }

  // Whether two rules' results are the same whatever the values are; `sure` where that is known.
  bool SameResult(uint32_t a, uint32_t b, bool& sure) const {
    sure = true;
    for (size_t i = 0; i < table_.outputs.size(); ++i) {
      const NodeId x = table_.rules[a].outputs[i], y = table_.rules[b].outputs[i];
      const Value* left = ConstantOf(x);
      const Value* right = ConstantOf(y);
      if (left && right) {
        if (!feel::Equal(*left, *right).value_or(false)) {
          sure = true;
          return false;
        }
      } else if (space_.TextOf(x) != space_.TextOf(y)) {
        sure = false;
      }
    }
    return sure;
  }

  const Value* ConstantOf(NodeId node) const {
    const feel::Node& n = program_.nodes[node];
    return n.op == Op::kConstant ? &program_.constants[n.a] : nullptr;
  }

  void FindPairs(FindingKind kind) {
    size_t added = 0;
    std::pair<uint32_t, uint32_t> last{UINT32_MAX, UINT32_MAX};
    for (size_t i = 0; i < all_.size(); ++i) {
      for (size_t j = i + 1; j < all_.size(); ++j) {
        const std::pair pair(all_[i]->rule, all_[j]->rule);
        if (pair.first == pair.second || pair == last ||
            !space_.Intersect(all_[i]->region, all_[j]->region)) {
          continue;
        }
        Finding finding{
            .kind = kind,
            .rules = {static_cast<int>(pair.first + 1), static_cast<int>(pair.second + 1)}};
        if (kind == FindingKind::kContradiction &&
            SameResult(pair.first, pair.second, finding.certain)) {
          continue;
        }
        last = pair;
        if (++added > options_.most_findings) {
          ++out_.left_out;
          continue;
        }
        const Region both = Space::Both(all_[i]->region, all_[j]->region);
        const Region plain = space_.WithoutNulls(both);
        Add(std::move(finding), space_.IsEmpty(plain) ? &both : &plain);
      }
    }
  }

  // The rules in the order in which they decide; nullopt where outputs are computed.
  std::optional<std::vector<uint32_t>> PriorityOrder() {
    std::vector<std::vector<size_t>> ranks(table_.rules.size());
    for (uint32_t rule = 0; rule < table_.rules.size(); ++rule) {
      for (size_t i = 0; i < table_.outputs.size(); ++i) {
        const Value* output = ConstantOf(table_.rules[rule].outputs[i]);
        if (!output) {
          out_.notes.push_back(
              "Masked rules were not looked for: which rule has priority is computed.");
          return std::nullopt;
        }
        const auto& priorities = table_.outputs[i].priorities;
        const auto found = std::find_if(
            priorities.begin(), priorities.end(),
            [&](const Value& value) { return feel::Equal(value, *output).value_or(false); });
        ranks[rule].push_back(static_cast<size_t>(found - priorities.begin()));
      }
    }
    std::vector<uint32_t> order(table_.rules.size());
    std::iota(order.begin(), order.end(), 0u);
    std::stable_sort(order.begin(), order.end(),
                     [&](uint32_t a, uint32_t b) { return ranks[a] < ranks[b]; });
    return order;
  }

  void FindMasked(const std::vector<uint32_t>& order) {
    std::vector<std::vector<const RuleBox*>> boxes_of(table_.rules.size());
    for (const RuleBox* box : all_) boxes_of[box->rule].push_back(box);
    std::vector<const RuleBox*> before;
    CoverSearch search(space_, options_.most_steps);
    for (const uint32_t rule : order) {
      std::set<uint32_t> coverers;
      const bool masked =
          !boxes_of[rule].empty() &&
          std::all_of(boxes_of[rule].begin(), boxes_of[rule].end(), [&](const RuleBox* box) {
            const bool covered = !search.Uncovered(box->region, before) && !search.gave_up();
            coverers.insert(search.coverers().begin(), search.coverers().end());
            return covered;
          });
      if (masked) {
        Finding finding{.kind = FindingKind::kMasked, .rules = {static_cast<int>(rule + 1)}};
        for (const uint32_t other : coverers) finding.rules.push_back(static_cast<int>(other + 1));
        Add(std::move(finding), nullptr);
      }
      before.insert(before.end(), boxes_of[rule].begin(), boxes_of[rule].end());
    }
    if (search.gave_up()) out_.complete = false;
  }

  const feel::Program& program_;
  const DecisionTable& table_;
  const AnalysisOptions& options_;
  const Space space_;
  const Region domain_;
  std::vector<const RuleBox*> all_;
  TableAnalysis out_;
};

TableAnalysis AnalyseInputs(const Model& model) {
  const internal::ModelData& data = *model.data();
  std::vector<bool> read(data.elements.size());
  for (const feel::Node& node : data.program.nodes) {
    if (node.op == Op::kGlobal) read[node.a] = true;
  }
  for (const internal::DrgElement& element : data.elements) {
    for (const uint32_t slot : element.parameters) read[slot] = true;
  }
  TableAnalysis out;
  for (size_t slot = 0; slot < data.elements.size(); ++slot) {
    const internal::DrgElement& element = data.elements[slot];
    if (element.form != internal::DrgElement::Form::kInput || read[slot]) continue;
    out.findings.push_back({.kind = FindingKind::kUnusedInput,
                            .rules = {},
                            .input = element.name,
                            .witness = {},
                            .certain = true,
                            .message = "Nothing reads the input '" + element.name + "'."});
  }
  return out;
}

}  // namespace

std::string_view FindingName(FindingKind kind) {
  constexpr std::string_view kNames[] = {"gap",    "overlap",     "contradiction",
                                         "masked", "unreachable", "unused-input"};
  return kNames[static_cast<size_t>(kind)];
}

std::vector<TableAnalysis> Analyse(const Model& model, const AnalysisOptions& options) {
  std::vector<TableAnalysis> all;
  for (const DecisionTable* table : model.tables()) {
    all.push_back(Analyser(model, *table, options).Run());
  }
  TableAnalysis inputs = AnalyseInputs(model);
  if (!inputs.findings.empty()) all.push_back(std::move(inputs));
  return all;
}

}  // namespace extramile::dmn

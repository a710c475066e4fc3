// Analysis: what is wrong with a decision table, found without running it.
//
//   gap            values for which no rule matches (U, A, P, F, without a default output)
//   overlap        two rules match where one may (U)
//   contradiction  two rules match and their results differ (A)
//   masked         a rule that matches only where rules before it decide (F, P)
//   unreachable    a rule that no value matches
//   unused input   a column that makes no difference; an input that nothing reads
//
// Each comes with a smallest witness: values for only those columns that matter, the rest may be
// anything. It is exact over constants, ranges of them and "contains", allowed values included, and
// over null: nulls are no gap, but a rule that catches them is not masked. Other cells are opaque
// predicates: a finding that relies on one is marked not certain and says so. Values of a kind that
// a column's cells do not mention are not looked at.
//
// Method: the table is a union of boxes (analysis_space.h); a box that rules cover is found by
// cutting it along the boxes of the rules (Overmars and Yap's way of measuring a union). That is
// exponential in the number of columns at worst; the number of cuts is limited, and a table where
// the limit was met says so.
//
//   for (const TableAnalysis& table : Analyse(model))
//     for (const Finding& finding : table.findings) ... finding.message ...
//
// Pure; thread-safe. 1,000 rules x 10 columns take some tenths of a second (dmn_benchmark).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dmn/model.h"
#include "feel/value.h"

namespace extramile::dmn {

enum class FindingKind : uint8_t {
  kGap,
  kOverlap,
  kContradiction,
  kMasked,
  kUnreachable,
  kUnusedInput
};
std::string_view FindingName(FindingKind kind);  // "gap", ..., "unused-input"

// What one column's value may be for the finding to show.
struct WitnessPart {
  size_t input = 0;          // the column
  std::string_view heading;  // lives as long as the model
  // "60", "\"agent\"", "any other text"; "contains \"review\"", "does not contain \"review\"";
  // "such that list contains(?, x)" of an opaque cell.
  std::string text;
};

struct Finding {
  FindingKind kind = FindingKind::kGap;
  // Gap: none. Overlap and contradiction: the two. Masked: the rule, then those that decide before
  // it. Unreachable: the rule. From 1.
  std::vector<int> rules = {};
  std::string input =
      {};  // unused input: its heading or name; unreachable: the column to blame, if any
  std::vector<WitnessPart> witness = {};
  bool certain = true;
  std::string message = {};  // one or two plain sentences
};

struct TableAnalysis {
  std::string_view table;  // lives as long as the model; empty for findings about the whole model
  std::vector<Finding> findings;
  int64_t left_out = 0;  // overlaps and contradictions beyond AnalysisOptions::most_findings
  bool complete = true;  // false where the limit of steps was met: there may be more
  std::vector<std::string> notes;  // what was not looked into, and why
};

struct AnalysisOptions {
  size_t most_findings = 100;      // of a kind in a table
  int64_t most_steps = 3'000'000;  // boxes looked at for each search
};

// Every table of the model that has rules, in the order of the files; then, if there is something
// to say, the model itself.
std::vector<TableAnalysis> Analyse(const Model& model, const AnalysisOptions& options = {});

}  // namespace extramile::dmn

// Builds a TableIndex from the cells of a table.
#include <algorithm>
#include <bit>

#include "dmn/table.h"
#include "dmn/table_index.h"
#include "dmn/table_index_lookup.h"

namespace extramile::dmn {

using feel::Kind;
using feel::Range;
using feel::Value;

namespace {

void SetBit(std::vector<uint64_t>& mask, size_t rule) {
  mask[rule / 64] |= uint64_t{1} << (rule % 64);
}

// Kinds whose values have one order that fits an integer; times are left out, since one with an
// offset and one without have no order.
bool HasKey(Kind kind) {
  return kind == Kind::kNumber || kind == Kind::kBoolean || kind == Kind::kDate ||
         kind == Kind::kDaysDuration || kind == Kind::kMonthsDuration;
}

// The ends of what an alternative lets pass; null stands for infinity.
struct Ends {
  Value low, high;
  bool low_included, high_included;
};

std::optional<Ends> EndsOf(const Value& alternative) {
  if (!alternative.is_range()) return Ends{alternative, alternative, true, true};
  const Range& range = alternative.range();
  const bool unbounded = range.low.is_null() || range.high.is_null();
  if (range.form == Range::Form::kNotEqual) return std::nullopt;
  if (range.form == Range::Form::kInterval && unbounded) return std::nullopt;
  return Ends{range.low, range.high, range.low_included, range.high_included};
}

// Whether an end point is one that keys of `kind` can stand for.
bool FitsKind(const Value& end, Kind kind) {
  if (end.is_null()) return true;
  if (end.kind() != kind) return false;
  if (kind == Kind::kNumber) return end.is_small_number();
  return kind != Kind::kDaysDuration || end.days_duration().nanos == 0;
}

// Whether a column of values of `kind` could decide the cell.
bool Decidable(const Cell& cell, Kind kind, bool of_items) {
  if (cell.form != (of_items ? Cell::Form::kContains : Cell::Form::kSimple)) return false;
  return std::all_of(cell.alternatives.begin(), cell.alternatives.end(), [&](const Value& each) {
    if (kind == Kind::kString) return each.is_string();
    const auto ends = EndsOf(each);
    return ends && FitsKind(ends->low, kind) && FitsKind(ends->high, kind);
  });
}

// The kind of a cell's first alternative.
Kind KindOf(const Cell& cell) {
  if (cell.alternatives.empty()) return Kind::kNull;
  const Value& first = cell.alternatives.front();
  if (!first.is_range()) return first.kind();
  return first.range().low.is_null() ? first.range().high.kind() : first.range().low.kind();
}

}  // namespace

class TableIndex::Builder {
 public:
  Builder(std::span<const TableRule> rules, size_t words, Column& column)
      : rules_(rules), words_(words), column_(column) {}

  void Build() {
    ChooseKind();
    if (column_.kind == Kind::kString) {
      NumberTexts();
    } else if (column_.kind != Kind::kNull) {
      ChooseScale();
      SortKeys();
    }
    const size_t bytes = column_.positions * words_ * sizeof(uint64_t);
    if (bytes > kMaxColumnBytes) {
      column_.shift = static_cast<uint8_t>(std::bit_width(bytes / kMaxColumnBytes));
      column_.spans.resize(rules_.size());
    }
    column_.masks.assign((column_.positions >> column_.shift) * words_ + words_, 0);
    for (std::vector<uint64_t>* mask : {&column_.dash, &column_.hard, &column_.null})
      mask->assign(words_, 0);
    for (size_t r = 0; r < rules_.size(); ++r) AddRule(r);
    column_.dash_word = column_.dash[0];
    column_.hard_word = column_.hard[0];
    column_.null_word = column_.null[0];
  }

 private:
  const Cell& CellOf(size_t rule) const { return rules_[rule].cells[column_.input]; }

  bool Decides(const Cell& cell) const {
    if (column_.kind == Kind::kNull || !Decidable(cell, column_.kind, column_.of_items))
      return false;
    if (column_.kind == Kind::kString) return true;
    return std::all_of(cell.alternatives.begin(), cell.alternatives.end(), [&](const Value& each) {
      const Ends ends = *EndsOf(each);
      return HasKeyAt(ends.low, column_.scale) && HasKeyAt(ends.high, column_.scale);
    });
  }
  static bool HasKeyAt(const Value& end, int scale) {
    Key key;
    return end.is_null() || KeyOf(end, scale, key);
  }
  Key KeyOfEnd(const Value& end) const {
    Key key{};
    KeyOf(end, column_.scale, key);
    return key;
  }
  template <class Visit>
  void ForEachEnd(Visit visit) const {
    for (size_t r = 0; r < rules_.size(); ++r) {
      if (!Decides(CellOf(r))) continue;
      for (const Value& alternative : CellOf(r).alternatives) {
        const Ends ends = *EndsOf(alternative);
        if (!ends.low.is_null()) visit(ends.low);
        if (!ends.high.is_null()) visit(ends.high);
      }
    }
  }

  // The first cell that can be decided says of which kind the column is.
  void ChooseKind() {
    for (size_t r = 0; r < rules_.size(); ++r) {
      const Kind kind = KindOf(CellOf(r));
      const bool of_items = CellOf(r).form == Cell::Form::kContains;
      if (!HasKey(kind) && kind != Kind::kString) continue;
      if (!Decidable(CellOf(r), kind, of_items)) continue;
      column_.kind = kind;
      column_.of_items = of_items;
      return;
    }
  }

  // The scale of the end points, and at least that of money, so that an amount needs no division;
  // but for end points so large that their digits would not fit.
  void ChooseScale() {
    if (column_.kind != Kind::kNumber) return;
    constexpr int kMoney = 2;
    bool fits = true;
    ForEachEnd([&](const Value& end) { column_.scale = std::max(column_.scale, end.scale()); });
    ForEachEnd([&](const Value& end) { fits = fits && HasKeyAt(end, kMoney); });
    if (fits) column_.scale = std::max(column_.scale, kMoney);
  }

  void SortKeys() {
    std::vector<int64_t>& keys = column_.keys;
    ForEachEnd([&](const Value& end) { keys.push_back(KeyOfEnd(end).key); });
    if (column_.kind == Kind::kBoolean) keys = {0, 1};
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    if (keys.empty()) {
      column_.kind = Kind::kNull;  // no cell fits at the scale that they have together
      return;
    }
    column_.key_count = keys.size();
    column_.positions = static_cast<uint32_t>(2 * keys.size() + 1);
    keys.insert(keys.end(), 3, kPadding);
  }

  void NumberTexts() {
    ForEachEnd([&](const Value& end) { texts_.push_back(end.string()); });
    std::sort(texts_.begin(), texts_.end());
    texts_.erase(std::unique(texts_.begin(), texts_.end()), texts_.end());
    column_.positions = static_cast<uint32_t>(texts_.size() + 1);
    column_.slots.assign(std::bit_ceil(2 * texts_.size() + 1), {});
    for (uint32_t t = 0; t < texts_.size(); ++t) {
      const Text text = TextOf(texts_[t]);
      size_t at = text.hash & (column_.slots.size() - 1);
      while (column_.slots[at].position != UINT32_MAX) at = (at + 1) & (column_.slots.size() - 1);
      column_.slots[at] = {text.word, texts_[t], t};
    }
  }

  Span SpanOf(const Value& alternative) const {
    if (column_.kind == Kind::kString) {
      const auto found = std::lower_bound(texts_.begin(), texts_.end(), alternative.string());
      const auto position = static_cast<uint32_t>(found - texts_.begin());
      return {position, position};
    }
    const Ends ends = *EndsOf(alternative);
    Span span{0, column_.positions - 1};
    if (!ends.low.is_null())
      span.first = PositionOfKey(column_, KeyOfEnd(ends.low)) + !ends.low_included;
    if (!ends.high.is_null())
      span.last = PositionOfKey(column_, KeyOfEnd(ends.high)) - !ends.high_included;
    return span;
  }

  void AddRule(size_t r) {
    const Cell& cell = CellOf(r);
    const bool dash = cell.form == Cell::Form::kDash;
    bool decided = !dash && Decides(cell);
    // Shared masks keep one span a rule; what is more stays with FEEL.
    if (column_.shift > 0 && (cell.negated || cell.alternatives.size() > 1 || column_.of_items)) {
      decided = false;
    }
    if (dash) SetBit(column_.dash, r);
    if (!dash && !decided) {
      SetBit(column_.hard, r);
      column_.any_hard = true;
    }
    // Null equals no constant and lies in no range; all else about it FEEL decides.
    if (!decided || cell.negated || column_.of_items) SetBit(column_.null, r);
    if (column_.positions == 0) return;
    std::vector<bool> inside((column_.positions >> column_.shift) + 1);
    for (size_t a = 0; decided && a < cell.alternatives.size(); ++a) {
      const Span span = SpanOf(cell.alternatives[a]);
      if (column_.shift > 0) column_.spans[r] = span;
      if (span.first > span.last) continue;
      for (uint32_t m = span.first >> column_.shift; m <= span.last >> column_.shift; ++m)
        inside[m] = true;
    }
    // The items of a list add up, so an item's mask holds only the rules that it satisfies.
    if ((decided && cell.negated) || (!decided && !column_.of_items)) inside.flip();
    for (size_t m = 0; m < inside.size(); ++m) {
      if (inside[m]) column_.masks[m * words_ + r / 64] |= uint64_t{1} << (r % 64);
    }
  }

  std::span<const TableRule> rules_;
  size_t words_;
  Column& column_;
  std::vector<std::string_view> texts_;  // of the cells, ascending
};

TableIndex::TableIndex(std::span<const TableRule> rules, std::span<const TableInput> inputs)
    : rules_(rules.size()), words_(std::max<size_t>(1, (rules.size() + 63) / 64)) {
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (std::all_of(rules.begin(), rules.end(), [&](const TableRule& rule) {
          return rule.cells[i].form == Cell::Form::kDash;
        })) {
      continue;
    }
    Column& column = columns_.emplace_back();
    column.input = static_cast<uint32_t>(i);
    column.path = inputs[i].path;
    Builder(rules, words_, column).Build();
  }
  // What is looked at first may save looking at the rest: lists take long, expressions that must be
  // evaluated longest.
  std::stable_sort(columns_.begin(), columns_.end(), [&](const Column& a, const Column& b) {
    const auto effort = [&](const Column& column) {
      return std::pair(inputs[column.input].computed, column.of_items);
    };
    return effort(a) < effort(b);
  });
}

}  // namespace extramile::dmn

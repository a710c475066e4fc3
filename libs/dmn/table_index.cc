#include "dmn/table_index.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>

#include "dmn/table.h"

namespace extramile::dmn {

using feel::Kind;
using feel::Range;
using feel::Value;

namespace {

constexpr uint32_t kEmpty = UINT32_MAX;

constexpr std::array<int64_t, 19> kPowersOfTen = [] {
  std::array<int64_t, 19> powers{};
  int64_t power = 1;
  for (int64_t& each : powers) {
    each = power;
    if (&each != &powers.back()) power *= 10;
  }
  return powers;
}();

void SetBit(uint64_t* mask, size_t rule) { mask[rule / 64] |= uint64_t{1} << (rule % 64); }

// Kinds with a total order that fits an integer; times are left out, since one with an offset and
// one without have no order.
bool HasKey(Kind kind) {
  return kind == Kind::kNumber || kind == Kind::kBoolean || kind == Kind::kDate ||
         kind == Kind::kDaysDuration || kind == Kind::kMonthsDuration;
}

// The value as an integer at `scale`: exactly, or the next one below, and then `above` is true.
struct Key {
  int64_t key;
  bool above;
};
std::optional<Key> KeyOf(const Value& value, int scale) {
  switch (value.kind()) {
    case Kind::kBoolean:
      return Key{value.boolean() ? 1 : 0, false};
    case Kind::kDate:
      return Key{value.date().days, false};
    case Kind::kMonthsDuration:
      return Key{value.months_duration().months, false};
    case Kind::kDaysDuration:
      return Key{value.days_duration().seconds, value.days_duration().nanos != 0};
    case Kind::kNumber: {
      if (!value.is_small_number()) return std::nullopt;
      const int more = scale - value.scale();
      int64_t key;
      if (more >= 0) {
        const int64_t power = kPowersOfTen[static_cast<size_t>(more)];
        if (__builtin_mul_overflow(value.mantissa(), power, &key)) return std::nullopt;
        return Key{key, false};
      }
      const int64_t power = kPowersOfTen[static_cast<size_t>(-more)];
      key = value.mantissa() / power;
      const int64_t rest = value.mantissa() % power;
      return Key{rest < 0 ? key - 1 : key, rest != 0};
    }
    default:
      return std::nullopt;
  }
}

// The values that an alternative mentions: one, or the ends of its range; null stands for infinity.
struct EndPoints {
  Value low, high;
  bool low_included, high_included;
};
std::optional<EndPoints> EndPointsOf(const Value& alternative) {
  if (!alternative.is_range()) return EndPoints{alternative, alternative, true, true};
  const Range& range = alternative.range();
  const bool unbounded = range.low.is_null() || range.high.is_null();
  if (range.form == Range::Form::kNotEqual) return std::nullopt;
  if (range.form == Range::Form::kInterval && unbounded) return std::nullopt;
  return EndPoints{range.low, range.high, range.low_included, range.high_included};
}

// Whether a column of values of `kind` could decide the cell.
bool Indexable(const Cell& cell, Kind kind, bool of_items) {
  if (cell.form != (of_items ? Cell::Form::kContains : Cell::Form::kSimple)) return false;
  return std::all_of(cell.alternatives.begin(), cell.alternatives.end(), [&](const Value& each) {
    if (kind == Kind::kString) return each.is_string();
    const auto ends = EndPointsOf(each);
    if (!ends) return false;
    for (const Value& end : {ends->low, ends->high}) {
      if (end.is_null()) continue;
      if (end.kind() != kind || (kind == Kind::kNumber && !end.is_small_number())) return false;
      // An end point between two seconds is left to FEEL.
      if (kind == Kind::kDaysDuration && end.days_duration().nanos != 0) return false;
    }
    return true;
  });
}

// The kind of a cell's first alternative, which its column then is of.
std::optional<Kind> KindOf(const Cell& cell) {
  if (cell.alternatives.empty()) return std::nullopt;
  const Value& first = cell.alternatives.front();
  if (!first.is_range()) return first.kind();
  return first.range().low.is_null() ? first.range().high.kind() : first.range().low.kind();
}

uint64_t Load(const char* text, size_t bytes) {
  uint64_t word = 0;
  std::memcpy(&word, text, bytes);
  return word;
}

// Only the keys of the table itself are ever compared, so a weak but quick hash does.
size_t Hash(std::string_view text) {
  uint64_t word = text.size() * 0x9E3779B97F4A7C15u;
  if (text.size() >= 8) {
    word ^= Load(text.data(), 8) ^ std::rotl(Load(text.data() + text.size() - 8, 8), 29);
    for (size_t i = 8; i + 8 < text.size(); i += 8)
      word = std::rotl(word * 0xD6E8FEB86659FD93u, 32) ^ Load(text.data() + i, 8);
  } else if (text.size() >= 4) {
    word ^= Load(text.data(), 4) | Load(text.data() + text.size() - 4, 4) << 32;
  } else if (!text.empty()) {
    word ^= Load(text.data(), 1) | Load(text.data() + text.size() / 2, 1) << 8 |
            Load(text.data() + text.size() - 1, 1) << 16;
  }
  word *= 0xD6E8FEB86659FD93u;
  return static_cast<size_t>(word ^ (word >> 32));
}

}  // namespace

// The digits after the point that the column's end points have at most.
int TableIndex::ScaleOf(std::span<const TableRule> rules, const Column& column) {
  int scale = 0;
  for (const TableRule& rule : rules) {
    const Cell& cell = rule.cells[column.input];
    if (column.kind != Kind::kNumber || !Indexable(cell, column.kind, column.of_items)) continue;
    for (const Value& alternative : cell.alternatives) {
      const EndPoints ends = *EndPointsOf(alternative);
      for (const Value& end : {ends.low, ends.high}) {
        if (!end.is_null()) scale = std::max(scale, end.scale());
      }
    }
  }
  return scale;
}

// Whether the column decides the cell; not where an end point's digits do not fit at its scale.
bool TableIndex::Indexed(const Column& column, const Cell& cell) {
  if (!Indexable(cell, column.kind, column.of_items)) return false;
  if (column.kind == Kind::kString) return true;
  return std::all_of(cell.alternatives.begin(), cell.alternatives.end(), [&](const Value& each) {
    const EndPoints ends = *EndPointsOf(each);
    return (ends.low.is_null() || KeyOf(ends.low, column.scale)) &&
           (ends.high.is_null() || KeyOf(ends.high, column.scale));
  });
}

TableIndex::TableIndex(std::span<const TableRule> rules, size_t inputs)
    : rules_(rules.size()), words_(std::max<size_t>(1, (rules.size() + 63) / 64)) {
  for (size_t i = 0; i < inputs; ++i) {
    const auto first = std::find_if(rules.begin(), rules.end(), [&](const TableRule& rule) {
      return rule.cells[i].form != Cell::Form::kDash;
    });
    if (first == rules.end()) continue;
    Column& column = columns_.emplace_back();
    column.input = static_cast<uint32_t>(i);
    Build(column, rules);
  }
}

void TableIndex::Build(Column& column, std::span<const TableRule> rules) {
  const auto cell = [&](size_t rule) -> const Cell& { return rules[rule].cells[column.input]; };
  for (size_t r = 0; r < rules.size() && column.kind == Kind::kNull; ++r) {
    const auto kind = KindOf(cell(r));
    if (!kind || (!HasKey(*kind) && *kind != Kind::kString)) continue;
    const bool of_items = cell(r).form == Cell::Form::kContains;
    if (!Indexable(cell(r), *kind, of_items)) continue;
    column.kind = *kind;
    column.of_items = of_items;
    column.scale = ScaleOf(rules, column);
  }
  column.dash.assign(words_, 0);
  column.null.assign(words_, 0);
  column.hard.assign(words_, 0);
  for (size_t r = 0; r < rules.size(); ++r) {
    const bool dash = cell(r).form == Cell::Form::kDash;
    const bool indexed = !dash && Indexed(column, cell(r));
    if (dash) SetBit(column.dash.data(), r);
    if (!dash && !indexed) SetBit(column.hard.data(), r);
    // Null equals no constant and lies in no range; everything else about it FEEL decides.
    if (!indexed || cell(r).negated || column.of_items) SetBit(column.null.data(), r);
    column.any_hard = column.any_hard || (!dash && !indexed);
  }
  if (column.kind == Kind::kString) BuildStrings(column, rules);
  if (HasKey(column.kind)) BuildKeys(column, rules);
  if (column.group == 1) return;
  // Merged masks only say what is possible.
  for (size_t w = 0; w < words_; ++w) column.hard[w] = ~column.dash[w];
  column.any_hard = true;
}

void TableIndex::BuildKeys(Column& column, std::span<const TableRule> rules) {
  const auto indexed = [&](size_t rule) {
    const Cell& cell = rules[rule].cells[column.input];
    return Indexed(column, cell) ? &cell : nullptr;
  };
  for (size_t r = 0; r < rules.size(); ++r) {
    const Cell* cell = indexed(r);
    for (size_t a = 0; cell && a < cell->alternatives.size(); ++a) {
      const EndPoints ends = *EndPointsOf(cell->alternatives[a]);
      for (const Value& end : {ends.low, ends.high}) {
        if (!end.is_null()) column.keys.push_back(KeyOf(end, column.scale)->key);
      }
    }
  }
  std::sort(column.keys.begin(), column.keys.end());
  column.keys.erase(std::unique(column.keys.begin(), column.keys.end()), column.keys.end());
  const size_t intervals = 2 * column.keys.size() + 1;
  const size_t most = std::max<size_t>(1, kMaxColumnBytes / (words_ * sizeof(uint64_t)));
  column.group = static_cast<uint32_t>((intervals + most - 1) / most);
  const size_t masks = (intervals + column.group - 1) / column.group;
  column.masks.assign(masks * words_, 0);
  // Interval 2k + 1 is key k itself, 2k what lies before it.
  const auto interval_of = [&](const Value& end) {
    const int64_t key = KeyOf(end, column.scale)->key;
    const auto at = std::lower_bound(column.keys.begin(), column.keys.end(), key);
    return 2 * static_cast<size_t>(at - column.keys.begin()) + 1;
  };
  std::vector<bool> inside(masks);
  for (size_t r = 0; r < rules.size(); ++r) {
    const Cell* cell = indexed(r);
    // Where masks are merged, a negated cell may pass anywhere.
    const bool negated = cell && cell->negated;
    // The items of a list add up, so an item's mask holds only the rules that it satisfies.
    const bool everywhere = cell ? negated && column.group > 1 : !column.of_items;
    std::fill(inside.begin(), inside.end(), everywhere);
    for (size_t a = 0; cell && !everywhere && a < cell->alternatives.size(); ++a) {
      const EndPoints ends = *EndPointsOf(cell->alternatives[a]);
      size_t first = ends.low.is_null() ? 0 : interval_of(ends.low);
      size_t last = ends.high.is_null() ? intervals - 1 : interval_of(ends.high);
      if (!ends.low.is_null() && !ends.low_included) ++first;
      if (!ends.high.is_null() && !ends.high_included) --last;
      for (size_t i = first; i <= last && i < intervals; ++i) {
        inside[i / column.group] = true;
        i += column.group - 1 - i % column.group;
      }
    }
    if (negated && column.group == 1) inside.flip();
    for (size_t m = 0; m < masks; ++m) {
      if (inside[m]) SetBit(&column.masks[m * words_], r);
    }
  }
}

void TableIndex::BuildStrings(Column& column, std::span<const TableRule> rules) {
  const auto indexed = [&](size_t rule) {
    const Cell& cell = rules[rule].cells[column.input];
    return Indexed(column, cell) ? &cell : nullptr;
  };
  std::vector<std::string_view> texts;
  for (size_t r = 0; r < rules.size(); ++r) {
    const Cell* cell = indexed(r);
    for (size_t a = 0; cell && a < cell->alternatives.size(); ++a)
      texts.push_back(cell->alternatives[a].string());
  }
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  const size_t most = std::max<size_t>(2, kMaxColumnBytes / (words_ * sizeof(uint64_t)));
  column.group = static_cast<uint32_t>((texts.size() + most - 2) / (most - 1));
  column.group = std::max<uint32_t>(1, column.group);
  column.unknown = static_cast<uint32_t>((texts.size() + column.group - 1) / column.group);
  column.masks.assign((column.unknown + 1) * words_, 0);
  column.slots.assign(std::bit_ceil(2 * texts.size() + 1), {});
  for (size_t t = 0; t < texts.size(); ++t) {
    size_t at = Hash(texts[t]) & (column.slots.size() - 1);
    while (column.slots[at].mask != kEmpty) at = (at + 1) & (column.slots.size() - 1);
    column.slots[at] = {texts[t], static_cast<uint32_t>(t / column.group)};
  }
  for (size_t r = 0; r < rules.size(); ++r) {
    const Cell* cell = indexed(r);
    const bool everywhere = !cell || cell->negated;
    for (size_t m = 0; everywhere && !column.of_items && m <= column.unknown; ++m)
      SetBit(&column.masks[m * words_], r);
    for (size_t a = 0; cell && a < cell->alternatives.size(); ++a) {
      const std::string_view text = cell->alternatives[a].string();
      const auto at = std::lower_bound(texts.begin(), texts.end(), text) - texts.begin();
      uint64_t& word = column.masks[static_cast<size_t>(at) / column.group * words_ + r / 64];
      const uint64_t bit = uint64_t{1} << (r % 64);
      if (!cell->negated) {
        word |= bit;
      } else if (column.group == 1) {
        word &= ~bit;
      }
    }
  }
}

const uint64_t* TableIndex::MaskOfText(const Column& column, std::string_view text) const {
  size_t at = Hash(text) & (column.slots.size() - 1);
  while (true) {
    const Column::Slot& slot = column.slots[at];
    if (slot.mask == kEmpty) return &column.masks[column.unknown * words_];
    if (slot.text == text) return &column.masks[slot.mask * words_];
    at = (at + 1) & (column.slots.size() - 1);
  }
}

const uint64_t* TableIndex::MaskOfKey(const Column& column, int64_t key, bool above) const {
  // Without branches: which way a key compares cannot be foreseen.
  const int64_t* base = column.keys.data();
  size_t left = column.keys.size();
  while (left > 1) {
    const size_t half = left / 2;
    base += base[half - 1] < key ? half : 0;
    left -= half;
  }
  size_t before = static_cast<size_t>(base - column.keys.data());
  bool equal = false;
  if (left == 1) {
    before += *base < key ? 1 : 0;
    equal = before < column.keys.size() && column.keys[before] == key;
  }
  const size_t interval = 2 * before + (equal ? (above ? 2 : 1) : 0);
  return &column.masks[interval / column.group * words_];
}

const uint64_t* TableIndex::MaskOf(const Column& column, const Value& value) const {
  if (value.kind() != column.kind) return nullptr;
  if (column.kind == Kind::kString) return MaskOfText(column, value.string());
  const auto key = KeyOf(value, column.scale);
  return key ? MaskOfKey(column, key->key, key->above) : nullptr;
}

// A list passes where one of its items does. False where the list is too long or an item undecided.
template <size_t kWords>
bool TableIndex::ApplyItems(const Column& column, const Value& list, uint64_t* possible,
                            uint64_t* open) const {
  constexpr size_t kMostItems = 32;
  const uint64_t* masks[kMostItems];
  size_t count = 0;
  if (list.items().size() > kMostItems) return false;
  for (const Value& item : list.items()) {
    if (item.kind() != column.kind) continue;  // equals no constant of the column's cells
    const uint64_t* mask = MaskOf(column, item);
    if (!mask) return false;
    masks[count++] = mask;
  }
  const size_t words = kWords == 0 ? words_ : kWords;
  for (size_t w = 0; w < words; ++w) {
    uint64_t pass = column.dash[w] | column.hard[w];
    for (size_t i = 0; i < count; ++i) pass |= masks[i][w];
    possible[w] &= pass;
    open[w] |= column.hard[w];
  }
  return true;
}

// kWords 0: as many as there are. With one word everything stays in registers.
template <size_t kWords>
void TableIndex::Apply(const Column& column, const Value& value, uint64_t* possible,
                       uint64_t* open) const {
  const size_t words = kWords == 0 ? words_ : kWords;
  if (value.is_null()) {
    for (size_t w = 0; w < words; ++w) {
      possible[w] &= column.null[w];
      open[w] |= ~column.dash[w];
    }
    return;
  }
  if (column.of_items && value.is_list() && ApplyItems<kWords>(column, value, possible, open))
    return;
  const uint64_t* mask = column.of_items ? nullptr : MaskOf(column, value);
  if (!mask) {
    for (size_t w = 0; w < words; ++w) open[w] |= ~column.dash[w];
    return;
  }
  for (size_t w = 0; w < words; ++w) possible[w] &= mask[w];
  if (!column.any_hard) return;
  for (size_t w = 0; w < words; ++w) open[w] |= column.hard[w];
}

template <size_t kWords>
void TableIndex::MatchWords(std::span<const Value> values, uint64_t* possible,
                            uint64_t* open) const {
  const size_t words = kWords == 0 ? words_ : kWords;
  for (size_t w = 0; w < words; ++w) {
    possible[w] = ~uint64_t{0};
    open[w] = 0;
  }
  if (rules_ % 64 != 0 || rules_ == 0) possible[words - 1] = (uint64_t{1} << (rules_ % 64)) - 1;
  for (const Column& column : columns_) Apply<kWords>(column, values[column.input], possible, open);
  for (size_t w = 0; w < words; ++w) open[w] &= possible[w];
}

void TableIndex::Match(std::span<const Value> values, uint64_t* possible, uint64_t* open) const {
  if (words_ == 1) {
    uint64_t one_possible, one_open;
    MatchWords<1>(values, &one_possible, &one_open);
    *possible = one_possible;
    *open = one_open;
  } else {
    MatchWords<0>(values, possible, open);
  }
}

std::vector<uint32_t> TableIndex::Excluding(std::span<const Value> values, uint32_t rule) const {
  std::vector<uint32_t> inputs;
  std::vector<uint64_t> before(words_, 0), left(words_), open(words_);
  for (uint32_t r = 0; r < rule; ++r) SetBit(before.data(), r);
  for (const Column& column : columns_) {
    left = before;
    Apply<0>(column, values[column.input], left.data(), open.data());
    if (left != before) inputs.push_back(column.input);
    before = left;
  }
  return inputs;
}

}  // namespace extramile::dmn

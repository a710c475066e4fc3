// How a TableIndex finds the position of a value: inline, for the two files that need it. Private
// to libs/dmn.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "dmn/table_index.h"

namespace extramile::dmn {

namespace internal {

inline constexpr std::array<int64_t, 19> kPowersOfTen = [] {
  std::array<int64_t, 19> powers{};
  int64_t power = 1;
  for (size_t i = 0; i < powers.size(); ++i) {
    powers[i] = power;
    if (i + 1 < powers.size()) power *= 10;
  }
  return powers;
}();

inline uint64_t Load(const char* text, size_t bytes) {
  uint64_t word = 0;
  std::memcpy(&word, text, bytes);
  return word;
}

}  // namespace internal

inline bool TableIndex::KeyOf(const feel::Value& value, int scale, Key& key) {
  // What a boolean, a date and a duration are made of stands where a number has its mantissa.
  key = {value.mantissa(), false};
  if (value.kind() != feel::Kind::kNumber) {
    key.above = value.kind() == feel::Kind::kDaysDuration && value.days_duration().nanos != 0;
    return true;
  }
  if (!value.is_small_number()) return false;
  const int more = scale - value.scale();
  if (more >= 0) {
    const int64_t power = internal::kPowersOfTen[static_cast<size_t>(more)];
    return !__builtin_mul_overflow(value.mantissa(), power, &key.key);
  }
  const int64_t power = internal::kPowersOfTen[static_cast<size_t>(-more)];
  const int64_t rest = value.mantissa() % power;
  key = {value.mantissa() / power - (rest < 0 ? 1 : 0), rest != 0};
  return true;
}

// The word holds every byte of a text of up to eight, so that word and size stand for it. Only the
// texts of the table itself are ever stored, so a weak but quick hash does.
inline TableIndex::Text TableIndex::TextOf(std::string_view text) {
  uint64_t word = 0;
  const char* const end = text.data() + text.size();
  if (text.size() > 8) {
    word = internal::Load(text.data(), 8) ^ std::rotl(internal::Load(end - 8, 8), 29);
    for (const char* at = text.data() + 8; at + 8 < end; at += 8)
      word = std::rotl(word * 0xD6E8FEB86659FD93u, 32) ^ internal::Load(at, 8);
  } else if (text.size() >= 4) {
    word = internal::Load(text.data(), 4) | internal::Load(end - 4, 4) << 32;
  } else if (!text.empty()) {
    word = internal::Load(text.data(), 1) | internal::Load(text.data() + text.size() / 2, 1) << 8 |
           internal::Load(end - 1, 1) << 16;
  }
  uint64_t hash = (word ^ text.size()) * 0xD6E8FEB86659FD93u;
  hash ^= hash >> 32;
  return {word, static_cast<size_t>(hash)};
}

inline uint32_t TableIndex::PositionOfText(const Column& column, std::string_view text) {
  const Text wanted = TextOf(text);
  for (size_t at = wanted.hash;; ++at) {
    const Slot& slot = column.slots[at & (column.slots.size() - 1)];
    if (slot.position == UINT32_MAX) return column.positions - 1;
    if (slot.word == wanted.word && slot.text.size() == text.size() &&
        (text.size() <= 8 || slot.text == text)) {
      return slot.position;
    }
  }
}

inline uint32_t TableIndex::PositionOfKey(const Column& column, Key key) {
  // Without branches, since nobody can foresee which way a key compares; and the last few by
  // counting, four at a time, whose steps need not wait for one another. Counting too far is
  // harmless: what follows is no smaller, and at the end stands kPadding.
  const int64_t* const keys = column.keys.data();
  constexpr size_t kCounted = 16;
  size_t left = column.key_count;
  size_t before = 0;  // keys below the key
  while (left > kCounted) {
    const size_t half = left / 2;
    before += static_cast<size_t>(keys[before + half - 1] < key.key) * half;
    left -= half;
  }
  const int64_t* const rest = keys + before;
  const auto below = [&](size_t i) { return static_cast<size_t>(rest[i] < key.key); };
  for (size_t i = 0; i < left; i += 4)
    before += (below(i) + below(i + 1)) + (below(i + 2) + below(i + 3));
  const bool equal = before < column.key_count && keys[before] == key.key;
  return static_cast<uint32_t>(2 * before + static_cast<size_t>(equal) * (key.above ? 2 : 1));
}

inline uint32_t TableIndex::PositionOf(const Column& column, const feel::Value& value) {
  if (value.kind() != column.kind) return kUndecided;
  if (column.kind == feel::Kind::kString) return PositionOfText(column, value.string());
  if (column.kind == feel::Kind::kBoolean) return value.boolean() ? 3 : 1;  // keys 0 and 1
  Key key;
  return KeyOf(value, column.scale, key) ? PositionOfKey(column, key) : kUndecided;
}

// A list passes where one of its items does. False where the list is too long or an item undecided.
template <size_t kWords>
bool TableIndex::ApplyItems(const Column& column, const feel::Value& list, uint64_t* possible,
                            uint64_t* open) const {
  constexpr size_t kMostItems = 32;
  uint32_t positions[kMostItems];
  size_t count = 0;
  uint64_t pass = column.dash[0] | column.hard[0];
  if (list.items().size() > kMostItems) return false;
  for (const feel::Value& item : list.items()) {
    if (item.kind() != column.kind) continue;  // equals no constant of the column's cells
    const uint32_t position = PositionOf(column, item);
    if (position == kUndecided) return false;
    if constexpr (kWords == 1) {
      pass |= column.masks[position];
    } else {
      positions[count++] = position;
    }
  }
  if constexpr (kWords == 1) {
    *possible &= pass;
    *open |= column.hard[0];
    return true;
  }
  for (size_t w = 0; w < words_; ++w) {
    pass = column.dash[w] | column.hard[w];
    for (size_t i = 0; i < count; ++i) pass |= column.masks[positions[i] * words_ + w];
    possible[w] &= pass;
    open[w] |= column.hard[w];
  }
  return true;
}

// kWords 0: as many as there are. With one word everything stays in registers.
template <size_t kWords>
void TableIndex::Apply(const Column& column, const feel::Value& value, uint64_t* possible,
                       uint64_t* open) const {
  const size_t words = kWords == 0 ? words_ : kWords;
  if (value.is_null()) {
    for (size_t w = 0; w < words; ++w) {
      possible[w] &= column.null[w];
      open[w] |= ~column.dash[w];
    }
    return;
  }
  if (column.of_items && value.is_list() && ApplyItems<kWords>(column, value, possible, open)) {
    return;
  }
  const uint32_t position = column.of_items ? kUndecided : PositionOf(column, value);
  if (position == kUndecided) {
    for (size_t w = 0; w < words; ++w) open[w] |= ~column.dash[w];
    return;
  }
  const uint64_t* const mask = &column.masks[(position >> column.shift) * words];
  for (size_t w = 0; w < words; ++w) possible[w] &= mask[w];
  if (kWords == 0 && column.shift > 0) {
    for (size_t w = 0; w < words; ++w) {
      for (uint64_t left = possible[w] & ~column.dash[w] & ~column.hard[w]; left != 0;
           left &= left - 1) {
        const auto bit = static_cast<size_t>(std::countr_zero(left));
        const Span& span = column.spans[w * 64 + bit];
        if (position < span.first || position > span.last) possible[w] &= ~(uint64_t{1} << bit);
      }
    }
  }
  if (!column.any_hard) return;
  for (size_t w = 0; w < words; ++w) open[w] |= column.hard[w];
}

// Apply<1> for what most columns are: of one kind, which the value has; or null.
inline void TableIndex::ApplyNarrow(const Column& column, const feel::Value& value,
                                    uint64_t& possible, uint64_t& open) const {
  if (value.is_null()) {
    possible &= column.null_word;
    open |= ~column.dash_word;
    return;
  }
  if (column.of_items || column.shift > 0 || value.kind() != column.kind) {
    // Copies, so that the two words of every other column may stay in registers.
    uint64_t left = possible, undecided = open;
    column.shift > 0 ? Apply<0>(column, value, &left, &undecided)
                     : Apply<1>(column, value, &left, &undecided);
    possible = left;
    open = undecided;
    return;
  }
  // Most columns are true or false, and the place of that needs no call (keys 0 and 1).
  const uint32_t position =
      column.kind == feel::Kind::kBoolean ? 1 + 2 * value.boolean() : PositionOf(column, value);
  if (position == kUndecided) {
    open |= ~column.dash_word;
    return;
  }
  possible &= column.masks[position];
  open |= column.hard_word;
}

template <class ValueOf>
void TableIndex::MatchEach(ValueOf value_of, uint64_t* possible, uint64_t* open) const {
  if (words_ == 1) {
    uint64_t left = LastWord(), undecided = 0;
    for (const Column& column : columns_) {
      // Rules that do not look at this input need it not.
      if ((left & ~column.dash_word) == 0) continue;
      ApplyNarrow(column, value_of(column.input, column.path), left, undecided);
    }
    *possible = left;
    *open = undecided & left;
    return;
  }
  std::fill_n(possible, words_, ~uint64_t{0});
  std::fill_n(open, words_, 0);
  possible[words_ - 1] = LastWord();
  for (const Column& column : columns_)
    Apply<0>(column, value_of(column.input, column.path), possible, open);
  for (size_t w = 0; w < words_; ++w) open[w] &= possible[w];
}

}  // namespace extramile::dmn

#include "desk/snapshot_bytes.h"

#include <array>
#include <unordered_map>

namespace extramile::desk::snapshot {
namespace {

using feel::Entry;
using feel::Kind;

constexpr int kMaxDepth = 32;

// Names of the check's contract. Their places are part of the format: append only.
constexpr auto kNames = std::to_array<std::string_view>({
#include "desk/snapshot_names.inc"
});
static_assert(kNames.size() < 255);
constexpr uint8_t kWrittenOut = 255;  // the name itself follows

const std::unordered_map<std::string_view, uint8_t>& NameIndex() {
  static const auto* index = [] {
    auto* map = new std::unordered_map<std::string_view, uint8_t>;
    for (size_t i = 0; i < kNames.size(); ++i) map->emplace(kNames[i], static_cast<uint8_t>(i));
    return map;
  }();
  return *index;
}

uint64_t ZigZag(int64_t value) {
  return static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
}
int64_t UnZigZag(uint64_t value) {
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

}  // namespace

void Writer::Value(const feel::Value& value) {
  switch (value.kind()) {
    case Kind::kNull:
      return Byte(kNull);
    case Kind::kBoolean:
      return Byte(value.boolean() ? kTrue : kFalse);
    case Kind::kNumber:
      return Number(value);
    case Kind::kString:
      return Text(kText, value.string());
    case Kind::kDateTime:
      return DateTime(value);
    case Kind::kList:
      Head(kList, value.items().size());
      for (const feel::Value& item : value.items()) Value(item);
      return;
    case Kind::kContext:
      Head(kContext, value.entries().size());
      for (const Entry& entry : value.entries()) {
        Name(entry.name());
        Value(entry.value);
      }
      return;
    default:
      return Text(kText, feel::ToText(value));
  }
}

void Writer::Skeleton(const feel::Value& value, std::vector<const feel::Value*>& leaves) {
  if (!value.is_context()) {
    leaves.push_back(&value);
    return Byte(kNull);
  }
  Head(kContext, value.entries().size());
  for (const Entry& entry : value.entries()) {
    Name(entry.name());
    Skeleton(entry.value, leaves);
  }
}

void Writer::Unsigned(uint64_t value) {
  for (; value >= 0x80; value >>= 7) Byte(static_cast<uint8_t>(value | 0x80));
  Byte(static_cast<uint8_t>(value));
}

void Writer::Signed(int64_t value) { Unsigned(ZigZag(value)); }

void Writer::Head(Tag tag, size_t count) {
  Byte(tag);
  Unsigned(count);
}

void Writer::Text(Tag tag, std::string_view text) {
  Head(tag, text.size());
  out_ += text;
}

void Writer::Name(std::string_view name) {
  const auto known = NameIndex().find(name);
  if (known != NameIndex().end()) return Byte(known->second);
  Byte(kWrittenOut);
  Unsigned(name.size());
  out_ += name;
}

void Writer::Number(const feel::Value& value) {
  if (!value.is_small_number()) return Text(kWide, value.number().ToString());
  if (value.scale() == 0 && value.mantissa() >= 0 && value.mantissa() < 0x80)
    return Byte(static_cast<uint8_t>(kSmall + value.mantissa()));
  if (value.scale() == 0) {
    Byte(kInteger);
  } else {
    Byte(kDecimal);
    Byte(static_cast<uint8_t>(value.scale()));
  }
  Signed(value.mantissa());
}

void Writer::DateTime(const feel::Value& value) {
  const feel::DateTime& at = value.date_time();
  if (at.zone.form != feel::ZoneForm::kOffset) return Text(kLocalTime, feel::ToString(at));
  Byte(kInstant);
  Signed(at.days);
  Unsigned(static_cast<uint64_t>(at.nanos));
  Signed(at.zone.value);
}

feel::Value Reader::Damaged() {
  damaged_ = true;
  return {};
}

uint8_t Reader::Byte() {
  if (bytes_.empty()) {
    damaged_ = true;
    return 0;
  }
  const auto byte = static_cast<uint8_t>(bytes_.front());
  bytes_.remove_prefix(1);
  return byte;
}

uint64_t Reader::Unsigned() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const uint8_t byte = Byte();
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  damaged_ = true;
  return 0;
}

int64_t Reader::Signed() { return UnZigZag(Unsigned()); }

size_t Reader::Size() {
  const uint64_t size = Unsigned();
  if (size <= bytes_.size()) return static_cast<size_t>(size);
  damaged_ = true;
  return 0;
}

std::string_view Reader::Raw(size_t size) {
  if (size > bytes_.size()) {
    damaged_ = true;
    return {};
  }
  const std::string_view raw = bytes_.substr(0, size);
  bytes_.remove_prefix(size);
  return raw;
}

std::string_view Reader::Name() {
  const uint8_t index = Byte();
  if (index == kWrittenOut) return Text();
  if (index < kNames.size()) return kNames[index];
  damaged_ = true;
  return {};
}

feel::Value Reader::Take(int depth) {
  const uint8_t tag = Byte();
  if (tag >= kSmall) return feel::Value::Int(tag - kSmall);
  if (depth > kMaxDepth) return Damaged();
  switch (tag) {
    case kNull:
      return {};
    case kFalse:
      return feel::Value::Bool(false);
    case kTrue:
      return feel::Value::Bool(true);
    case kInteger:
      return feel::Value::Int(Signed());
    case kDecimal: {
      const uint8_t scale = Byte();
      return scale <= feel::Number::kMaxScale ? feel::Value::Decimal(Signed(), scale) : Damaged();
    }
    case kWide: {
      const auto number = feel::Number::Parse(Text());
      return number ? feel::Value::Of(arena_, *number) : Damaged();
    }
    case kText:
      return feel::Value::StringView(Text());
    case kInstant:
      return TakeInstant();
    case kLocalTime: {
      const auto at = feel::ParseDateTime(Text());
      return at ? feel::Value::Of(arena_, *at) : Damaged();
    }
    case kList:
      return TakeList(depth);
    case kContext:
      return TakeContext(depth);
    default:
      return Damaged();
  }
}

feel::Value Reader::TakeInstant() {
  feel::DateTime at;
  at.days = Signed();
  at.nanos = static_cast<int64_t>(Unsigned());
  const int64_t offset = Signed();
  constexpr int64_t kMostDays = 400'000'000'000;
  if (at.days < -kMostDays || at.days > kMostDays || at.nanos < 0 ||
      at.nanos >= feel::kNanosPerDay || offset < -86'400 || offset > 86'400) {
    return Damaged();
  }
  at.zone = {feel::ZoneForm::kOffset, static_cast<int32_t>(offset)};
  return feel::Value::Of(arena_, at);
}

feel::Value Reader::TakeList(int depth) {
  const size_t count = Size();
  auto* items = arena_.NewArray<feel::Value>(count);
  for (size_t i = 0; i < count && !damaged_; ++i) items[i] = Take(depth + 1);
  return feel::Value::ListView({items, count});
}

feel::Value Reader::TakeContext(int depth) {
  const size_t count = Size();
  auto* entries = arena_.NewArray<Entry>(count);
  for (size_t i = 0; i < count && !damaged_; ++i) {
    entries[i].key = feel::Value::StringView(Name());
    entries[i].value = Take(depth + 1);
  }
  return feel::Value::ContextView({entries, count});
}

void Reader::TakeInto(feel::Value& into, std::vector<feel::Value*>& leaves, int depth) {
  const uint8_t tag = Byte();
  if (tag == kNull) return leaves.push_back(&into);
  if (tag != kContext || depth > kMaxDepth) {
    damaged_ = true;
    return;
  }
  const size_t count = Size();
  auto* entries = arena_.NewArray<Entry>(count);
  into = feel::Value::ContextView({entries, count});
  for (size_t i = 0; i < count && !damaged_; ++i) {
    entries[i].key = feel::Value::StringView(Name());
    TakeInto(entries[i].value, leaves, depth + 1);
  }
}

}  // namespace extramile::desk::snapshot

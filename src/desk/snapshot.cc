#include "desk/snapshot.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <unordered_map>

namespace extramile::desk {
namespace {

using feel::Kind;
using feel::Value;

constexpr uint8_t kFormat = 2;

enum Tag : uint8_t {
  kNull = 0,
  kFalse,
  kTrue,
  kInteger,       // signed
  kDecimal,       // scale, signed mantissa
  kWide,          // a number of more digits, as text
  kText,          // length, bytes
  kInstant,       // signed days, nanoseconds of the day, signed seconds east of UTC
  kLocalTime,     // a date and time of another form, as text
  kList,          // count, values
  kContext,       // count, (name, value) each
  kSmall = 0x80,  // 0x80 + n: the whole number n, 0 to 127
};

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

class Encoder {
 public:
  Encoder() { out_.reserve(512); }

  void Put(const Value& value) {
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
        for (const Value& item : value.items()) Put(item);
        return;
      case Kind::kContext:
        Head(kContext, value.entries().size());
        for (const feel::Entry& entry : value.entries()) {
          Name(entry.name());
          Put(entry.value);
        }
        return;
      default:
        return Text(kText, feel::ToText(value));
    }
  }
  void Byte(uint8_t byte) { out_ += static_cast<char>(byte); }
  std::string Take() { return std::move(out_); }

 private:
  void Unsigned(uint64_t value) {
    for (; value >= 0x80; value >>= 7) Byte(static_cast<uint8_t>(value | 0x80));
    Byte(static_cast<uint8_t>(value));
  }
  void Signed(int64_t value) { Unsigned(ZigZag(value)); }
  void Head(Tag tag, size_t count) {
    Byte(tag);
    Unsigned(count);
  }
  void Text(Tag tag, std::string_view text) {
    Head(tag, text.size());
    out_ += text;
  }
  void Name(std::string_view name) {
    const auto known = NameIndex().find(name);
    if (known != NameIndex().end()) return Byte(known->second);
    Byte(kWrittenOut);
    Unsigned(name.size());
    out_ += name;
  }
  void Number(const Value& value) {
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
  void DateTime(const Value& value) {
    const feel::DateTime& at = value.date_time();
    if (at.zone.form != feel::ZoneForm::kOffset) return Text(kLocalTime, feel::ToString(at));
    Byte(kInstant);
    Signed(at.days);
    Unsigned(static_cast<uint64_t>(at.nanos));
    Signed(at.zone.value);
  }

  std::string out_;
};

class Decoder {
 public:
  Decoder(std::string_view bytes, feel::Arena& arena)
      : bytes_(bytes), size_(bytes.size()), arena_(arena) {}

  Result<Value> Whole() {
    const uint8_t format = Byte();
    if (!damaged_ && format != kFormat) {
      return Fail(ErrorKind::kMalformed, "snapshot-format",
                  "The stored inputs of the check have format " + std::to_string(format) +
                      ", which this version does not know.",
                  "", "Use the version that wrote it, or a later one.");
    }
    const Value value = Take(0);
    if (damaged_ || !bytes_.empty()) {
      return Fail(
          ErrorKind::kMalformed, "snapshot-damaged", "The stored inputs of the check are damaged.",
          "byte " + std::to_string(size_ - bytes_.size()), "Restore the database from a backup.");
    }
    return value;
  }

 private:
  static constexpr int kMaxDepth = 32;

  Value Damaged() {
    damaged_ = true;
    return {};
  }
  uint8_t Byte() {
    if (bytes_.empty()) {
      damaged_ = true;
      return 0;
    }
    const auto byte = static_cast<uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte;
  }
  uint64_t Unsigned() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const uint8_t byte = Byte();
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    damaged_ = true;
    return 0;
  }
  int64_t Signed() { return UnZigZag(Unsigned()); }
  // A length or count: every item takes a byte at least.
  size_t Size() {
    const uint64_t size = Unsigned();
    if (size <= bytes_.size()) return static_cast<size_t>(size);
    damaged_ = true;
    return 0;
  }
  std::string_view Text() {
    const size_t size = Size();
    const std::string_view text = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return text;
  }
  std::string_view Name() {
    const uint8_t index = Byte();
    if (index == kWrittenOut) return Text();
    if (index < kNames.size()) return kNames[index];
    damaged_ = true;
    return {};
  }

  Value Take(int depth) {
    const uint8_t tag = Byte();
    if (tag >= kSmall) return Value::Int(tag - kSmall);
    if (depth > kMaxDepth) return Damaged();
    switch (tag) {
      case kNull:
        return {};
      case kFalse:
        return Value::Bool(false);
      case kTrue:
        return Value::Bool(true);
      case kInteger:
        return Value::Int(Signed());
      case kDecimal: {
        const uint8_t scale = Byte();
        return scale <= feel::Number::kMaxScale ? Value::Decimal(Signed(), scale) : Damaged();
      }
      case kWide: {
        const auto number = feel::Number::Parse(Text());
        return number ? Value::Of(arena_, *number) : Damaged();
      }
      case kText: {
        const std::string_view text = Text();
        return Value::StringView(text);
      }
      case kInstant:
        return TakeInstant();
      case kLocalTime: {
        const auto at = feel::ParseDateTime(Text());
        return at ? Value::Of(arena_, *at) : Damaged();
      }
      case kList:
        return TakeList(depth);
      case kContext:
        return TakeContext(depth);
      default:
        return Damaged();
    }
  }
  Value TakeInstant() {
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
    return Value::Of(arena_, at);
  }
  Value TakeList(int depth) {
    const size_t count = Size();
    auto* items = arena_.NewArray<Value>(count);
    for (size_t i = 0; i < count && !damaged_; ++i) items[i] = Take(depth + 1);
    return Value::ListView({items, count});
  }
  Value TakeContext(int depth) {
    const size_t count = Size();
    auto* entries = arena_.NewArray<feel::Entry>(count);
    for (size_t i = 0; i < count && !damaged_; ++i) {
      entries[i].key = Value::StringView(Name());
      entries[i].value = Take(depth + 1);
    }
    return Value::ContextView({entries, count});
  }

  std::string_view bytes_;
  const size_t size_;
  feel::Arena& arena_;
  bool damaged_ = false;
};

}  // namespace

std::string EncodeSnapshot(const feel::Value& context) {
  Encoder encoder;
  encoder.Byte(kFormat);
  encoder.Put(context);
  return encoder.Take();
}

Result<feel::Value> DecodeSnapshot(std::string_view bytes, feel::Arena& arena) {
  return Decoder(bytes, arena).Whole();
}

}  // namespace extramile::desk

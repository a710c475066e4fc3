// JsonWriter: appends JSON to one growing string, in the order it is told; no tree, no doubles for
// decimals.
//
//   JsonWriter json;
//   json.BeginObject().Key("amount").String("12.50").Key("minutes").Int(12).EndObject();
//   std::string body = std::move(json).Take();
//
// The caller keeps Begin and End balanced and gives each value of an object a Key first; keys are
// trusted to be unique. Strings must be UTF-8; control characters are escaped.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace extramile {

class JsonWriter {
 public:
  JsonWriter& BeginObject() { return Open('{'); }
  JsonWriter& EndObject() { return Close('}'); }
  JsonWriter& BeginArray() { return Open('['); }
  JsonWriter& EndArray() { return Close(']'); }

  JsonWriter& Key(std::string_view key) {
    Separate();
    Quote(key);
    text_ += ':';
    needs_comma_ = false;
    return *this;
  }
  JsonWriter& String(std::string_view value) {
    Separate();
    Quote(value);
    return *this;
  }
  JsonWriter& Int(int64_t value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    return Raw({digits, static_cast<size_t>(end - digits)});
  }
  // Shortest digits that read back to the same double; NaN and infinities, which JSON lacks, become
  // null.
  JsonWriter& Double(double value);
  JsonWriter& Bool(bool value) { return Raw(value ? "true" : "false"); }
  JsonWriter& Null() { return Raw("null"); }
  // A finished piece of JSON (a nested document, a decimal's digits).
  JsonWriter& Raw(std::string_view json) {
    Separate();
    text_ += json;
    return *this;
  }

  const std::string& text() const { return text_; }
  std::string Take() && { return std::move(text_); }

 private:
  JsonWriter& Open(char bracket) {
    Separate();
    text_ += bracket;
    needs_comma_ = false;
    return *this;
  }
  JsonWriter& Close(char bracket) {
    text_ += bracket;
    needs_comma_ = true;
    return *this;
  }
  void Separate() {
    if (needs_comma_) text_ += ',';
    needs_comma_ = true;
  }
  void Quote(std::string_view value);

  std::string text_;
  bool needs_comma_ = false;
};

}  // namespace extramile

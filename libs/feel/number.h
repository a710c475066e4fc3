// Number: FEEL's number, a decimal of 34 digits (IEEE 754-2008 decimal128, rounding half to even).
//
// Most numbers of life are small: an int64 mantissa and a scale of 0 to 18 digits after the point.
// +, - and * on two such numbers are exact while nothing overflows; everything else goes through
// Intel's decimal library and comes back to the small form when it fits. A result that is no number
// (division by zero, overflow) is nullopt: FEEL has neither NaN nor infinity. Equal numbers may
// differ in scale (1.0 and 1.00); compare with Compare. Values; thread-safe.
//
//   Number sum = *Add(*Number::Parse("0.1"), *Number::Parse("0.2"));
//   sum.ToString();  // "0.3"
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace extramile::feel {

// The binary encoding of decimal128: a sign, 14 bits of exponent, 113 bits of coefficient.
struct Decimal128 {
  uint64_t low = 0;
  uint64_t high = 0;
};

struct Number {
  static constexpr int kMaxScale = 18;

  bool small = true;
  int16_t scale = 0;
  int64_t mantissa = 0;  // where small
  Decimal128 wide = {};  // where not small; always finite

  static constexpr Number Int(int64_t value) { return {true, 0, value, {}}; }
  static Number Small(int64_t mantissa, int scale) {
    return {true, static_cast<int16_t>(scale), mantissa, {}};
  }
  // JSON and FEEL digits: "-12.50", "1e-3", ".5". More than 34 digits are rounded. nullopt if it is
  // no number or overflows.
  static std::optional<Number> Parse(std::string_view digits);

  // Plain digits without an exponent and without trailing zeros after the point: "12.5", "-0.001",
  // "100".
  std::string ToString() const;
  double ToDouble() const;
  // The value if it is an integer that fits.
  std::optional<int64_t> ToInt64() const;
  int sign() const;  // -1, 0, 1
};

int Compare(const Number& a, const Number& b);
std::optional<Number> Add(const Number& a, const Number& b);
std::optional<Number> Subtract(const Number& a, const Number& b);
std::optional<Number> Multiply(const Number& a, const Number& b);
std::optional<Number> Divide(const Number& a, const Number& b);
std::optional<Number> Power(const Number& base, const Number& exponent);
Number Negate(const Number& a);
// a - b * floor(a / b): the sign of the divisor.
std::optional<Number> Modulo(const Number& a, const Number& b);

enum class Rounding { kHalfEven, kHalfUp, kHalfDown, kUp, kDown, kFloor, kCeiling };
// To `scale` digits after the point (negative: tens, hundreds ...); nullopt where scale is outside
// -6111 to 6176.
std::optional<Number> Round(const Number& a, int64_t scale, Rounding rounding);

std::optional<Number> SquareRoot(const Number& a);  // nullopt below zero
std::optional<Number> NaturalLog(const Number& a);  // nullopt at and below zero
std::optional<Number> Exponential(const Number& a);

}  // namespace extramile::feel

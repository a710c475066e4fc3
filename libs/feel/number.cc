#include "feel/number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

// Intel's library in its plainest form: arguments and results by value, no global rounding mode, no
// global flags.
#define DECIMAL_CALL_BY_REFERENCE 0
#define DECIMAL_GLOBAL_ROUNDING 0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
extern "C" {
#include <bid_conf.h>
#include <bid_functions.h>
}

namespace extramile::feel {
namespace {

__extension__ typedef unsigned __int128 uint128;

constexpr int kMaxDigits = 34;
constexpr int kBias = 6176;
constexpr int kMinExponent = -6176;
constexpr int kMaxExponent = 6111;
constexpr unsigned kHalfEvenMode = 0;  // BID_ROUNDING_TO_NEAREST

constexpr std::array<int64_t, 19> kPowersOfTen = [] {
  std::array<int64_t, 19> powers{};
  powers[0] = 1;
  for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

uint128 PowerOfTen(int n) {  // n <= 38
  static constexpr std::array<uint128, 39> kPowers = [] {
    std::array<uint128, 39> powers{};
    powers[0] = 1;
    for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
    return powers;
  }();
  return kPowers[static_cast<size_t>(n)];
}

// coefficient x 10^exponent with a sign: the form in which rounding and formatting are plain
// integer arithmetic.
struct Parts {
  bool negative = false;
  uint128 coefficient = 0;
  int exponent = 0;
};

Parts PartsOf(const Number& a) {
  if (a.small) {
    const uint64_t magnitude =
        a.mantissa < 0 ? 0 - static_cast<uint64_t>(a.mantissa) : static_cast<uint64_t>(a.mantissa);
    return {a.mantissa < 0, magnitude, -a.scale};
  }
  constexpr uint64_t kCoefficientMask = (uint64_t{1} << 49) - 1;
  return {(a.wide.high >> 63) != 0,
          (static_cast<uint128>(a.wide.high & kCoefficientMask) << 64) | a.wide.low,
          static_cast<int>((a.wide.high >> 49) & 0x3FFF) - kBias};
}

// How far the part that is cut off lies from zero: nothing, below half, half, above half.
enum class Rest { kNone, kBelowHalf, kHalf, kAboveHalf };

bool RoundsAway(Rest rest, bool odd, bool negative, Rounding rounding) {
  if (rest == Rest::kNone) return false;
  switch (rounding) {
    case Rounding::kHalfEven:
      return rest == Rest::kAboveHalf || (rest == Rest::kHalf && odd);
    case Rounding::kHalfUp:
      return rest != Rest::kBelowHalf;
    case Rounding::kHalfDown:
      return rest == Rest::kAboveHalf;
    case Rounding::kUp:
      return true;
    case Rounding::kDown:
      return false;
    case Rounding::kFloor:
      return negative;
    case Rounding::kCeiling:
      return !negative;
  }
  return false;
}

// Cuts `digits` > 0 digits off the coefficient.
Parts CutOff(Parts parts, int digits, Rounding rounding) {
  Rest rest = Rest::kNone;
  if (digits > 38) {
    rest = parts.coefficient == 0 ? Rest::kNone : Rest::kBelowHalf;
    parts.coefficient = 0;
  } else {
    const uint128 divisor = PowerOfTen(digits);
    const uint128 remainder = parts.coefficient % divisor;
    const uint128 half = divisor / 2;
    if (remainder != 0) {
      rest = remainder < half    ? Rest::kBelowHalf
             : remainder == half ? Rest::kHalf
                                 : Rest::kAboveHalf;
    }
    parts.coefficient /= divisor;
  }
  if (RoundsAway(rest, (parts.coefficient & 1) != 0, parts.negative, rounding)) ++parts.coefficient;
  parts.exponent += digits;
  return parts;
}

std::optional<Number> NumberOf(Parts parts) {
  if (parts.coefficient == 0) return Number::Int(0);
  const uint128 limit = PowerOfTen(kMaxDigits);
  // All surplus digits at once: rounding twice would turn 0.501 into 0.5 and then into 0. (The
  // carry of a rounding up may add one digit more, a zero.)
  int surplus = 0;
  for (uint128 rest = parts.coefficient; rest >= limit; rest /= 10) ++surplus;
  if (surplus > 0) parts = CutOff(parts, surplus, Rounding::kHalfEven);
  if (parts.coefficient >= limit) parts = CutOff(parts, 1, Rounding::kHalfEven);
  // Into the small form, where it fits.
  Parts small = parts;
  while (small.exponent < -Number::kMaxScale && small.coefficient % 10 == 0) {
    small.coefficient /= 10;
    ++small.exponent;
  }
  while (small.exponent > 0 && small.coefficient <= INT64_MAX / 10) {
    small.coefficient *= 10;
    --small.exponent;
  }
  while (small.exponent < 0 && small.coefficient > INT64_MAX && small.coefficient % 10 == 0) {
    small.coefficient /= 10;
    ++small.exponent;
  }
  if (small.coefficient <= INT64_MAX && small.exponent <= 0 &&
      small.exponent >= -Number::kMaxScale) {
    const int64_t magnitude = static_cast<int64_t>(small.coefficient);
    return Number::Small(small.negative ? -magnitude : magnitude, -small.exponent);
  }
  while (parts.exponent > kMaxExponent && parts.coefficient < limit / 10) {
    parts.coefficient *= 10;
    --parts.exponent;
  }
  if (parts.exponent > kMaxExponent) return std::nullopt;
  if (parts.exponent < kMinExponent) {
    parts = CutOff(parts, kMinExponent - parts.exponent, Rounding::kHalfEven);
    if (parts.coefficient == 0) return Number::Int(0);
  }
  Number number;
  number.small = false;
  number.wide.low = static_cast<uint64_t>(parts.coefficient);
  number.wide.high = static_cast<uint64_t>(parts.coefficient >> 64) |
                     (static_cast<uint64_t>(parts.exponent + kBias) << 49) |
                     (parts.negative ? uint64_t{1} << 63 : 0);
  return number;
}

BID_UINT128 ToIntel(const Number& a) {
  BID_UINT128 wide;
  if (a.small) {
    const Parts parts = PartsOf(a);
    wide.w[0] = static_cast<uint64_t>(parts.coefficient);
    wide.w[1] = (static_cast<uint64_t>(parts.exponent + kBias) << 49) |
                (parts.negative ? uint64_t{1} << 63 : 0);
  } else {
    wide.w[0] = a.wide.low;
    wide.w[1] = a.wide.high;
  }
  return wide;
}

std::optional<Number> FromIntel(const BID_UINT128& wide) {
  constexpr uint64_t kSpecial = 0x7800000000000000;  // infinities and NaNs
  if ((wide.w[1] & kSpecial) == kSpecial) return std::nullopt;
  Number number;
  number.small = false;
  number.wide = {wide.w[0], wide.w[1]};
  return NumberOf(PartsOf(number));
}

// Both as integers of the larger scale; false where that overflows.
bool Align(const Number& a, const Number& b, int64_t* x, int64_t* y, int* scale) {
  *x = a.mantissa;
  *y = b.mantissa;
  *scale = std::max(a.scale, b.scale);
  if (a.scale < b.scale) {
    return !__builtin_mul_overflow(a.mantissa, kPowersOfTen[static_cast<size_t>(b.scale - a.scale)],
                                   x);
  }
  if (b.scale < a.scale) {
    return !__builtin_mul_overflow(b.mantissa, kPowersOfTen[static_cast<size_t>(a.scale - b.scale)],
                                   y);
  }
  return true;
}

}  // namespace

std::optional<Number> Number::Parse(std::string_view digits) {
  Parts parts;
  size_t i = 0;
  if (i < digits.size() && (digits[i] == '-' || digits[i] == '+'))
    parts.negative = digits[i++] == '-';
  const uint128 limit = PowerOfTen(kMaxDigits + 2);
  bool any = false, point = false, inexact = false;
  int64_t exponent = 0;
  for (; i < digits.size(); ++i) {
    const char c = digits[i];
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9') break;
    any = true;
    if (parts.coefficient < limit) {
      parts.coefficient = parts.coefficient * 10 + static_cast<uint128>(c - '0');
      if (point) --exponent;
    } else {
      inexact |= c != '0';
      if (!point) ++exponent;
    }
  }
  if (!any) return std::nullopt;
  if (i < digits.size()) {
    if (digits[i] != 'e' && digits[i] != 'E') return std::nullopt;
    ++i;
    if (i < digits.size() && digits[i] == '+') ++i;
    int64_t power = 0;
    const auto [end, error] =
        std::from_chars(digits.data() + i, digits.data() + digits.size(), power);
    if (end != digits.data() + digits.size() || i == digits.size()) return std::nullopt;
    if (error == std::errc::result_out_of_range) power = digits[i] == '-' ? -1'000'000 : 1'000'000;
    exponent += std::clamp<int64_t>(power, -1'000'000, 1'000'000);
  }
  if (parts.coefficient == 0) return Number::Int(0);
  // A digit that was cut off decides ties only: it makes a half more than a half.
  if (inexact && (parts.coefficient % 10 == 0 || parts.coefficient % 10 == 5)) ++parts.coefficient;
  parts.exponent = static_cast<int>(std::clamp<int64_t>(exponent, -1'000'000, 1'000'000));
  return NumberOf(parts);
}

std::string Number::ToString() const {
  Parts parts = PartsOf(*this);
  if (parts.coefficient == 0) return "0";
  while (parts.exponent < 0 && parts.coefficient % 10 == 0) {
    parts.coefficient /= 10;
    ++parts.exponent;
  }
  std::string digits;
  for (uint128 rest = parts.coefficient; rest != 0; rest /= 10) {
    digits += static_cast<char>('0' + static_cast<int>(rest % 10));
  }
  std::reverse(digits.begin(), digits.end());
  if (parts.exponent > 0) {
    digits.append(static_cast<size_t>(parts.exponent), '0');
  } else if (parts.exponent < 0) {
    const size_t fraction = static_cast<size_t>(-parts.exponent);
    if (digits.size() <= fraction) digits.insert(0, fraction - digits.size() + 1, '0');
    digits.insert(digits.size() - fraction, 1, '.');
  }
  return parts.negative ? "-" + digits : digits;
}

double Number::ToDouble() const {
  if (small && scale == 0) return static_cast<double>(mantissa);
  return std::strtod(ToString().c_str(), nullptr);
}

std::optional<int64_t> Number::ToInt64() const {
  if (small && scale == 0) return mantissa;
  Parts parts = PartsOf(*this);
  if (parts.coefficient == 0) return 0;
  while (parts.exponent < 0) {
    if (parts.coefficient % 10 != 0) return std::nullopt;
    parts.coefficient /= 10;
    ++parts.exponent;
  }
  for (; parts.exponent > 0; --parts.exponent) {
    parts.coefficient *= 10;
    if (parts.coefficient > static_cast<uint128>(INT64_MAX)) return std::nullopt;
  }
  if (parts.coefficient > static_cast<uint128>(INT64_MAX)) return std::nullopt;
  const int64_t magnitude = static_cast<int64_t>(parts.coefficient);
  return parts.negative ? -magnitude : magnitude;
}

int Number::sign() const {
  if (small) return (mantissa > 0) - (mantissa < 0);
  return (wide.high >> 63) != 0 ? -1 : 1;  // zero is always small
}

int Compare(const Number& a, const Number& b) {
  if (a.small && b.small) {
    int64_t x, y;
    int scale;
    if (Align(a, b, &x, &y, &scale)) return (x > y) - (x < y);
  }
  unsigned flags = 0;
  const BID_UINT128 x = ToIntel(a), y = ToIntel(b);
  if (bid128_quiet_less(x, y, &flags)) return -1;
  return bid128_quiet_equal(x, y, &flags) ? 0 : 1;
}

std::optional<Number> Add(const Number& a, const Number& b) {
  if (a.small && b.small) {
    int64_t x, y, sum;
    int scale;
    if (Align(a, b, &x, &y, &scale) && !__builtin_add_overflow(x, y, &sum)) {
      return Number::Small(sum, scale);
    }
  }
  unsigned flags = 0;
  return FromIntel(bid128_add(ToIntel(a), ToIntel(b), kHalfEvenMode, &flags));
}

std::optional<Number> Subtract(const Number& a, const Number& b) {
  if (a.small && b.small) {
    int64_t x, y, difference;
    int scale;
    if (Align(a, b, &x, &y, &scale) && !__builtin_sub_overflow(x, y, &difference)) {
      return Number::Small(difference, scale);
    }
  }
  unsigned flags = 0;
  return FromIntel(bid128_sub(ToIntel(a), ToIntel(b), kHalfEvenMode, &flags));
}

std::optional<Number> Multiply(const Number& a, const Number& b) {
  if (a.small && b.small && a.scale + b.scale <= Number::kMaxScale) {
    int64_t product;
    if (!__builtin_mul_overflow(a.mantissa, b.mantissa, &product)) {
      return Number::Small(product, a.scale + b.scale);
    }
  }
  unsigned flags = 0;
  return FromIntel(bid128_mul(ToIntel(a), ToIntel(b), kHalfEvenMode, &flags));
}

namespace {

// a / b for b below a thousand ("minutes / 60"), where it has no end: in plain integers, a third of
// the library's work. Enough digits that the last ones are cut off; nullopt where it has an end.
std::optional<Number> DivideEndlessly(const Number& a, const Number& b) {
  constexpr int kDigits = 38;  // fit 128 bits, and leave at least 35 after the division
  if (!a.small || !b.small || b.mantissa >= 1000 || b.mantissa <= 0 || a.mantissa == 0) {
    return std::nullopt;
  }
  Parts parts = PartsOf(a);
  int more = kDigits - 1;
  for (uint128 rest = parts.coefficient; rest >= 10; rest /= 10) --more;
  const auto divisor = static_cast<uint64_t>(b.mantissa);
  parts.coefficient *= PowerOfTen(more);
  const bool ends = parts.coefficient % divisor == 0;
  if (ends) return std::nullopt;
  parts.coefficient /= divisor;
  // What is left decides ties only: it makes a half more than a half.
  if (parts.coefficient % 5 == 0) ++parts.coefficient;
  parts.exponent += b.scale - more;
  return NumberOf(parts);
}

}  // namespace

std::optional<Number> Divide(const Number& a, const Number& b) {
  if (b.sign() == 0) return std::nullopt;
  if (a.small && b.small && a.scale == b.scale && b.mantissa != -1 &&
      a.mantissa % b.mantissa == 0) {
    return Number::Int(a.mantissa / b.mantissa);
  }
  if (const auto endless = DivideEndlessly(a, b)) return endless;
  unsigned flags = 0;
  return FromIntel(bid128_div(ToIntel(a), ToIntel(b), kHalfEvenMode, &flags));
}

std::optional<Number> Power(const Number& base, const Number& exponent) {
  unsigned flags = 0;
  const std::optional<int64_t> n = exponent.ToInt64();
  if (n && *n >= -1000 && *n <= 1000) {
    // Exact wherever the result has at most 34 digits, which the library's pow is not.
    Number result = Number::Int(1), square = base;
    for (int64_t rest = std::abs(*n); rest != 0; rest >>= 1) {
      if (rest & 1) {
        const auto product = Multiply(result, square);
        if (!product) return std::nullopt;
        result = *product;
      }
      if (rest > 1) {
        const auto squared = Multiply(square, square);
        if (!squared) return std::nullopt;
        square = *squared;
      }
    }
    return *n < 0 ? Divide(Number::Int(1), result) : result;
  }
  return FromIntel(bid128_pow(ToIntel(base), ToIntel(exponent), kHalfEvenMode, &flags));
}

Number Negate(const Number& a) {
  if (a.small && a.mantissa != INT64_MIN) return Number::Small(-a.mantissa, a.scale);
  Parts parts = PartsOf(a);
  parts.negative = !parts.negative;
  return *NumberOf(parts);
}

std::optional<Number> Modulo(const Number& a, const Number& b) {
  if (b.sign() == 0) return std::nullopt;
  unsigned flags = 0;
  if (a.small && b.small) {
    int64_t x, y;
    int scale;
    if (Align(a, b, &x, &y, &scale)) {
      int64_t rest = y == -1 ? 0 : x % y;
      if (rest != 0 && (rest < 0) != (y < 0)) rest += y;
      return Number::Small(rest, scale);
    }
  }
  const auto rest = FromIntel(bid128_fmod(ToIntel(a), ToIntel(b), &flags));
  if (!rest || rest->sign() == 0 || rest->sign() == b.sign()) return rest;
  return Add(*rest, b);
}

std::optional<Number> Round(const Number& a, int64_t scale, Rounding rounding) {
  if (scale < kMinExponent + 65 || scale > -kMinExponent) return std::nullopt;
  Parts parts = PartsOf(a);
  const int64_t digits = -scale - parts.exponent;
  if (digits <= 0) return a;
  return NumberOf(CutOff(parts, static_cast<int>(std::min<int64_t>(digits, 20'000)), rounding));
}

std::optional<Number> SquareRoot(const Number& a) {
  unsigned flags = 0;
  return FromIntel(bid128_sqrt(ToIntel(a), kHalfEvenMode, &flags));
}

std::optional<Number> NaturalLog(const Number& a) {
  unsigned flags = 0;
  return FromIntel(bid128_log(ToIntel(a), kHalfEvenMode, &flags));
}

std::optional<Number> Exponential(const Number& a) {
  unsigned flags = 0;
  return FromIntel(bid128_exp(ToIntel(a), kHalfEvenMode, &flags));
}

}  // namespace extramile::feel

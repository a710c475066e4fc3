#include "base/money.h"

#include <array>
#include <limits>

namespace extramile {
namespace {

// ISO 4217 codes whose minor unit is not 1/100.
constexpr std::string_view kNoMinor[] = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY",
                                         "KMF", "KRW", "PYG", "RWF", "UGX", "UYI",
                                         "VND", "VUV", "XAF", "XOF", "XPF"};
constexpr std::string_view kThreeDigits[] = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};

int64_t PowerOfTen(int exponent) {
  int64_t value = 1;
  while (exponent-- > 0) value *= 10;
  return value;
}

}  // namespace

Result<Currency> Currency::Parse(std::string_view code) {
  bool ok = code.size() == 3;
  for (char c : code) ok = ok && c >= 'A' && c <= 'Z';
  if (!ok) {
    return Fail(ErrorKind::kInvalid, "currency-format", "A currency is three capital letters.", "",
                "Use an ISO 4217 code such as GBP.");
  }
  int exponent = 2;
  for (auto c : kNoMinor) exponent = c == code ? 0 : exponent;
  for (auto c : kThreeDigits) exponent = c == code ? 3 : exponent;
  return Currency(code.data(), exponent);
}

Result<Money> ParseMoney(std::string_view text, Currency currency) {
  const auto bad = [&](std::string message) {
    return Fail(ErrorKind::kInvalid, "amount-format", std::move(message), "",
                "Write an amount of " + std::string(currency.code()) + " such as \"" +
                    FormatAmount({1250, currency}) + "\".");
  };
  std::string_view rest = text;
  const bool negative = !rest.empty() && rest[0] == '-';
  if (negative) rest.remove_prefix(1);
  if (rest.empty() || rest.size() > 24) return bad("This is not an amount of money.");
  int64_t minor = 0;
  int fraction_digits = -1;  // -1 before the point
  bool any_digit = false;
  for (char c : rest) {
    if (c == '.') {
      if (fraction_digits >= 0 || !any_digit) return bad("This is not an amount of money.");
      fraction_digits = 0;
      any_digit = false;
      continue;
    }
    if (c < '0' || c > '9') return bad("This is not an amount of money.");
    any_digit = true;
    if (fraction_digits >= currency.exponent()) {
      if (c != '0') return bad("The amount has more digits after the point than the currency.");
      continue;
    }
    if (fraction_digits >= 0) ++fraction_digits;
    if (__builtin_mul_overflow(minor, 10, &minor) ||
        __builtin_add_overflow(minor, c - '0', &minor)) {
      return bad("The amount is too large.");
    }
  }
  if (!any_digit) return bad("This is not an amount of money.");
  const int missing = currency.exponent() - (fraction_digits < 0 ? 0 : fraction_digits);
  if (__builtin_mul_overflow(minor, PowerOfTen(missing), &minor))
    return bad("The amount is too large.");
  return Money{negative ? -minor : minor, currency};
}

std::string FormatAmount(Money money) {
  const int exponent = money.currency.exponent();
  // Through unsigned, so that the smallest int64 has a magnitude too.
  uint64_t magnitude = static_cast<uint64_t>(money.minor);
  if (money.minor < 0) magnitude = 0 - magnitude;
  std::string digits = std::to_string(magnitude);
  if (exponent > 0) {
    if (static_cast<int>(digits.size()) <= exponent)
      digits.insert(0, exponent + 1 - digits.size(), '0');
    digits.insert(digits.size() - exponent, ".");
  }
  return money.minor < 0 ? "-" + digits : digits;
}

std::string FormatMoney(Money money) {
  return std::string(money.currency.code()) + " " + FormatAmount(money);
}

}  // namespace extramile

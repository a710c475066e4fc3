// Money: an integer of minor units with its currency (ISO 4217). No floating point touches it, from
// the request's digits to the database and back: "12.50" GBP is 1250.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace extramile {

// Three upper-case letters; `exponent` digits after the point (GBP 2, JPY 0, KWD 3).
class Currency {
 public:
  static Result<Currency> Parse(std::string_view code);
  static Currency Gbp() { return Currency("GBP", 2); }
  std::string_view code() const { return {code_, 3}; }
  int exponent() const { return exponent_; }
  bool operator==(const Currency& other) const { return code() == other.code(); }

 private:
  Currency(const char* code, int exponent)
      : code_{code[0], code[1], code[2]}, exponent_(exponent) {}
  char code_[3];
  int exponent_;
};

struct Money {
  int64_t minor = 0;
  Currency currency = Currency::Gbp();
};

// Reads "12", "12.5", "-0.05"; more fractional digits than the currency has are an error unless
// they are zeros.
Result<Money> ParseMoney(std::string_view text, Currency currency);
// "12.50" (no symbol, no grouping): the form of the API.
std::string FormatAmount(Money money);
// "GBP 12.50": the form for people.
std::string FormatMoney(Money money);

}  // namespace extramile

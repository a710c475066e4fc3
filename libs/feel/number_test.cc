#include "feel/number.h"

#include <gtest/gtest.h>

#include <random>

namespace extramile::feel {
namespace {

Number N(std::string_view digits) { return Number::Parse(digits).value(); }

TEST(Number, ReadsAndWritesDigits) {
  for (const char* digits :
       {"0", "1", "-1", "0.1", "-0.001", "12345678901234567890", "1234567890.0987654321",
        "9999999999999999999999999999999999", "0.0000000000000000000000001"}) {
    EXPECT_EQ(N(digits).ToString(), digits);
  }
  EXPECT_EQ(N("1.500").ToString(), "1.5");
  EXPECT_EQ(N("1e3").ToString(), "1000");
  EXPECT_EQ(N("12e-1").ToString(), "1.2");
  EXPECT_EQ(N("1E+40").ToString(), "1" + std::string(40, '0'));
}

TEST(Number, RefusesWhatIsNone) {
  for (const char* text : {"", "-", ".", "1e", "1.2.3", "0x1", "nan", "1e7000", " 1"}) {
    EXPECT_FALSE(Number::Parse(text)) << text;
  }
}

TEST(Number, RoundsHalfToEvenAt34Digits) {
  EXPECT_EQ(N("10000000000000000000000000000000005").ToString(),
            "10000000000000000000000000000000000");
  EXPECT_EQ(N("10000000000000000000000000000000015").ToString(),
            "10000000000000000000000000000000020");
  EXPECT_EQ(N("100000000000000000000000000000000050000001").ToString(),
            "100000000000000000000000000000000100000000");
}

TEST(Number, Rounds) {
  EXPECT_EQ(Round(N("2.5"), 0, Rounding::kHalfEven)->ToString(), "2");
  EXPECT_EQ(Round(N("2.5"), 0, Rounding::kHalfUp)->ToString(), "3");
  EXPECT_EQ(Round(N("-2.5"), 0, Rounding::kHalfDown)->ToString(), "-2");
  EXPECT_EQ(Round(N("-2.1"), 0, Rounding::kUp)->ToString(), "-3");
  EXPECT_EQ(Round(N("-2.1"), 0, Rounding::kFloor)->ToString(), "-3");
  EXPECT_EQ(Round(N("-2.1"), 0, Rounding::kCeiling)->ToString(), "-2");
  EXPECT_EQ(Round(N("1234"), -2, Rounding::kHalfEven)->ToString(), "1200");
  EXPECT_FALSE(Round(N("1"), 6200, Rounding::kDown));
}

// The fast path and the library agree: the same sums with and without a detour through a scale that
// the fast path lacks.
TEST(Number, FastPathAgreesWithDecimal128) {
  std::mt19937_64 random(7);
  std::uniform_int_distribution<int64_t> mantissa(-1'000'000'000'000, 1'000'000'000'000);
  std::uniform_int_distribution<int> scale(0, 9);
  const Number shift = N("1e30");
  for (int i = 0; i < 20'000; ++i) {
    const Number a = Number::Small(mantissa(random), scale(random));
    const Number b = Number::Small(mantissa(random), scale(random));
    const Number wide_a = *Multiply(a, shift), wide_b = *Multiply(b, shift);
    ASSERT_EQ(Compare(*Add(a, b), *Divide(*Add(wide_a, wide_b), shift)), 0);
    ASSERT_EQ(Compare(*Subtract(a, b), *Divide(*Subtract(wide_a, wide_b), shift)), 0);
    ASSERT_EQ(Compare(a, b), Compare(wide_a, wide_b));
  }
}

TEST(Number, EndlessQuotientsAreThoseOfDecimal128) {
  std::mt19937_64 random(5);
  const Number shift = N("1e20");  // too long for the fast way
  for (int i = 0; i < 20000; ++i) {
    const auto mantissa = static_cast<int64_t>(random() >> (random() % 64));
    const Number a = Number::Small(random() % 2 ? mantissa : -mantissa, random() % 19);
    const Number b = Number::Small(1 + static_cast<int64_t>(random() % 1100), random() % 19);
    const auto quick = Divide(a, b);
    const auto plain = Divide(*Multiply(a, shift), *Multiply(b, shift));
    ASSERT_TRUE(quick && plain);
    ASSERT_EQ(quick->ToString(), plain->ToString()) << a.ToString() << " / " << b.ToString();
  }
}

TEST(Number, ModuloTakesTheDivisorsSign) {
  EXPECT_EQ(Modulo(N("-12"), N("5"))->ToString(), "3");
  EXPECT_EQ(Modulo(N("12"), N("-5"))->ToString(), "-3");
  EXPECT_EQ(Modulo(N("10.1"), N("4.5"))->ToString(), "1.1");
  EXPECT_FALSE(Modulo(N("1"), N("0")));
}

TEST(Number, DivisionByZeroAndOverflowAreNoNumbers) {
  EXPECT_FALSE(Divide(N("1"), N("0")));
  EXPECT_FALSE(Multiply(N("1e6000"), N("1e6000")));
  EXPECT_EQ(Divide(Number::Int(INT64_MIN), Number::Int(-1))->ToString(), "9223372036854775808");
}

}  // namespace
}  // namespace extramile::feel

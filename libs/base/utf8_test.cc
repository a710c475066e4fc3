#include "base/utf8.h"

#include <gtest/gtest.h>

namespace extramile {
namespace {

TEST(Utf8, TellsTextFromOtherBytes) {
  EXPECT_TRUE(IsUtf8(""));
  EXPECT_TRUE(IsUtf8("plain"));
  EXPECT_TRUE(IsUtf8("caf\xC3\xA9 \xF0\x9F\x8D\xB5"));
  EXPECT_FALSE(IsUtf8("caf\xE9"));       // Latin-1
  EXPECT_FALSE(IsUtf8("\xC0\xAF"));      // overlong
  EXPECT_FALSE(IsUtf8("\xED\xA0\x80"));  // a surrogate
  EXPECT_FALSE(IsUtf8("\xF0\x9F\x8D"));  // cut short
}

}  // namespace
}  // namespace extramile

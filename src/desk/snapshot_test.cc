#include "desk/snapshot.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>

#include "desk/decision_context.h"
#include "feel/json.h"

namespace extramile::desk {
namespace {

using feel::Arena;
using feel::ContextBuilder;
using feel::Value;

std::string RoundTrip(const Value& value) {
  const std::string bytes = EncodeSnapshot(value);
  Arena arena;
  const auto back = DecodeSnapshot(bytes, arena);
  EXPECT_TRUE(back) << back.error().ToString();
  return back ? feel::ToFeel(*back) : "";
}

TEST(Snapshot, KeepsEveryInputOfACheckInFewBytes) {
  Facts facts;
  facts.idea.gesture = "goodwill";
  facts.idea.kind = "money";
  facts.idea.amount = 1250;
  facts.idea.lines = {{"goodwill", 1250, 4}};
  facts.idea.when = facts.time_of_check = *ParseInstant("2026-11-22T11:28:24.339716Z");
  facts.customer.country = "GB";
  facts.others.extra_wait_minutes = 0.8373;
  const TimeZone london = *TimeZone::Find("Europe/London");
  facts.zone = &london;
  Arena arena;
  const Value context = BuildContext(arena, facts);
  EXPECT_EQ(RoundTrip(context), feel::ToFeel(context));
  EXPECT_LT(EncodeSnapshot(context).size(), 400u);
  EXPECT_LT(EncodeSnapshot(context).size() * 3, feel::ToJson(context).size());
}

TEST(Snapshot, KeepsNumbersExactly) {
  Arena arena;
  for (const char* digits : {"0", "127", "128", "-1", "12.5", "-0.001", "9223372036854775807",
                             "1234567890123456789012345678901234"}) {
    const Value number = Value::Of(arena, *feel::Number::Parse(digits));
    EXPECT_EQ(RoundTrip(number), digits);
  }
}

TEST(Snapshot, KeepsNamesAndKindsOutsideTheContract) {
  Arena arena;
  ContextBuilder builder(arena);
  builder.Set("our own name", Value::List(arena, {Value(), Value::Bool(true), Value::Int(-5)}))
      .Set("", Value::StringView("\xE2\x82\xAC 5"))
      .Set("local", Value::Of(arena, *feel::ParseDateTime("2026-11-22T14:05:00")))
      .Set("zoned", Value::Of(arena, *feel::ParseDateTime("2026-11-22T14:05:00@Europe/London")));
  const Value context = builder.Build();
  EXPECT_EQ(RoundTrip(context), feel::ToFeel(context));
}

// Facts that differ as those of checks do; every seventh context has other names.
struct Contexts {
  explicit Contexts(size_t count) {
    std::mt19937 random(11);
    for (size_t i = 0; i < count; ++i) {
      Facts& of_one = facts.emplace_back();
      of_one.idea.kind = i % 3 ? "money" : "goods";
      of_one.idea.amount = static_cast<int64_t>(random() % 5000);
      of_one.idea.lines = {{"goodwill", of_one.idea.amount, 4}};
      of_one.idea.when = of_one.time_of_check = {static_cast<int64_t>(random()) * 60'000'000};
      const Value whole = BuildContext(arena, of_one);
      ContextBuilder odd(arena);
      odd.Set("idea", whole.Find("idea")).Set("our own", Value::Int(static_cast<int64_t>(i)));
      all.push_back(i % 7 == 3 ? odd.Build() : whole);
    }
  }
  std::string Columns() const {
    ColumnsWriter writer;
    for (const Value& context : all) writer.Add(context);
    EXPECT_EQ(writer.size(), all.size());
    return writer.Take();
  }

  Arena arena;
  std::deque<Facts> facts;
  std::vector<Value> all;
};

std::vector<std::string> Texts(std::string_view columns) {
  std::vector<std::string> texts;
  Arena arena;
  auto reader = ColumnsReader::Open(columns, arena);
  EXPECT_TRUE(reader) << reader.error().ToString();
  if (!reader) return texts;
  while (const Value* context = reader->Next()) texts.push_back(feel::ToFeel(*context));
  EXPECT_EQ(texts.size(), reader->size());
  EXPECT_EQ(reader->Next(), nullptr);
  return texts;
}

TEST(SnapshotColumns, KeepEveryContextInOrderAndThoseWithOtherNamesBehind) {
  for (const size_t count : {1, 2, 300, 1000}) {
    const Contexts contexts(count);
    std::vector<std::string> expected;
    for (const bool odd : {false, true}) {
      for (size_t i = 0; i < count; ++i) {
        if ((i % 7 == 3) == odd) expected.push_back(feel::ToFeel(contexts.all[i]));
      }
    }
    EXPECT_EQ(Texts(contexts.Columns()), expected);
  }
}

TEST(SnapshotColumns, TakeAThirdOfTheBytes) {
  const Contexts contexts(1000);
  size_t one_by_one = 0;
  for (const Value& context : contexts.all) one_by_one += EncodeSnapshot(context).size();
  EXPECT_LT(contexts.Columns().size() * 3, one_by_one);
}

TEST(SnapshotColumns, HoldWhateverAValueCanBe) {
  Arena arena;
  ColumnsWriter writer;
  std::vector<std::string> expected;
  const auto add = [&](const Value& value) {
    writer.Add(value);
    expected.push_back(feel::ToFeel(value));
  };
  add(Value::Int(5));
  add(Value());
  add(Value::List(arena, {Value::Bool(true), ContextBuilder(arena).Set("a", Value()).Build()}));
  add(ContextBuilder(arena).Build());
  add(ContextBuilder(arena).Set("deep", ContextBuilder(arena).Build()).Build());
  EXPECT_EQ(Texts(writer.Take()), expected);
  EXPECT_EQ(Texts(ColumnsWriter().Take()), std::vector<std::string>());
}

TEST(SnapshotColumns, MoreThanAGroupHolds) {
  Arena arena;
  ColumnsWriter writer;
  for (int i = 0; i < 70'000; ++i) writer.Add(Value::Int(i));
  const std::vector<std::string> texts = Texts(writer.Take());
  ASSERT_EQ(texts.size(), 70'000u);
  for (const int i : {0, 255, 256, 65'534, 65'535, 69'999}) {
    EXPECT_EQ(texts[static_cast<size_t>(i)], std::to_string(i));
  }
}

TEST(SnapshotColumns, DamagedBytesAreAnErrorAndNothingWorse) {
  const std::string bytes = Contexts(30).Columns();
  const auto open = [](std::string_view damaged) {
    Arena arena;
    auto reader = ColumnsReader::Open(damaged, arena);
    if (!reader) return reader.error().code;
    while (reader->Next()) continue;
    return std::string("read");
  };
  EXPECT_EQ(open(bytes), "read");
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(open(bytes.substr(0, size)), "snapshot-damaged") << size;
  }
  EXPECT_EQ(open(bytes + '\0'), "snapshot-damaged");
  std::mt19937 random(7);
  for (int i = 0; i < 5'000; ++i) {
    std::string changed = bytes;
    for (int k = 0; k < 3; ++k) changed[random() % changed.size()] = static_cast<char>(random());
    (void)open(changed);
  }
  std::string many = "\x03\x80\x80\x80\x80\x40";
  for (int i = 0; i < 1000; ++i) many += std::string("\xFF\xFF\x03\x00\x01\x00", 6);
  EXPECT_EQ(open(many), "snapshot-damaged");
  EXPECT_EQ(open("\x02"), "snapshot-format");
}

TEST(Snapshot, DamagedBytesAreAnErrorAndNothingWorse) {
  Facts facts;
  facts.idea.lines = {{"goodwill", 1250, 4}, {"call", 0, 12}};
  facts.staff.duties = {"refund", "goodwill"};
  Arena arena;
  const std::string bytes = EncodeSnapshot(BuildContext(arena, facts));
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(DecodeSnapshot(bytes.substr(0, size), arena)) << size;
  }
  EXPECT_FALSE(DecodeSnapshot(bytes + '\0', arena));
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    std::string changed = bytes;
    for (int k = 0; k < 3; ++k) changed[random() % changed.size()] = static_cast<char>(random());
    Arena own;
    (void)DecodeSnapshot(changed, own);
  }
  std::string deep(1, 2);
  for (int i = 0; i < 100'000; ++i) deep += std::string("\x09\x01", 2);
  EXPECT_FALSE(DecodeSnapshot(deep, arena));
}

TEST(Snapshot, AnUnknownFormatIsNamed) {
  Arena arena;
  const auto read = DecodeSnapshot("\x01{}", arena);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, "snapshot-format");
}

}  // namespace
}  // namespace extramile::desk

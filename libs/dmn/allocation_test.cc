// The decision core takes no memory from the heap: counted, not believed.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <new>

#include "dmn/model.h"
#include "dmn/table.h"

// A sanitizer brings its own operators, which must not be mixed with these.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define EXTRAMILE_COUNTS_ALLOCATIONS 0
#else
#define EXTRAMILE_COUNTS_ALLOCATIONS 1
#endif

namespace {
thread_local size_t allocations = 0;
}

#if EXTRAMILE_COUNTS_ALLOCATIONS
void* operator new(size_t bytes) {
  ++allocations;
  if (void* memory = std::malloc(bytes)) return memory;
  throw std::bad_alloc();
}
void* operator new[](size_t bytes) { return operator new(bytes); }
// What std::stable_sort asks for.
void* operator new(size_t bytes, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(bytes);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }
#endif

namespace extramile::dmn {
namespace {

using feel::Value;

constexpr char kModel[] =
    R"(<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="m" id="m" namespace="urn:m">
    <inputData id="a" name="amount"><variable name="amount" typeRef="number"/></inputData>
    <inputData id="s" name="segment"><variable name="segment" typeRef="string"/></inputData>
    <decision id="d" name="discount"><variable name="discount"/>
      <informationRequirement><requiredInput href="#a"/></informationRequirement>
      <informationRequirement><requiredInput href="#s"/></informationRequirement>
      <decisionTable hitPolicy="FIRST">
        <input><inputExpression><text>amount</text></inputExpression></input>
        <input><inputExpression><text>segment</text></inputExpression></input>
        <output/>
        <rule><inputEntry><text>[0..10)</text></inputEntry><inputEntry><text>-</text></inputEntry>
          <outputEntry><text>"none"</text></outputEntry></rule>
        <rule><inputEntry><text>&gt;= 10</text></inputEntry><inputEntry><text>"gold", "silver"</text></inputEntry>
          <outputEntry><text>"a tenth"</text></outputEntry></rule>
        <rule><inputEntry><text>? * 2 &gt; 100</text></inputEntry><inputEntry><text>-</text></inputEntry>
          <outputEntry><text>"a twentieth"</text></outputEntry></rule>
      </decisionTable></decision></definitions>)";

TEST(Allocation, TheCoreTakesNone) {
  if (!EXTRAMILE_COUNTS_ALLOCATIONS) GTEST_SKIP() << "Not counted under a sanitizer.";
  const LoadedFile file{"m.dmn", kModel};
  const auto model = Load(std::span(&file, 1));
  ASSERT_TRUE(model) << model.error().ToString();
  const DecisionTable* table = model->table("discount");
  ASSERT_NE(table, nullptr);
  MatchBuffer buffer;
  const Value values[] = {Value::Decimal(1250, 2), Value::StringView("silver")};
  const size_t before = allocations;
  uint32_t rule = kNoRule;
  for (int i = 0; i < 100; ++i) rule = table->Match(values, buffer).First();
  EXPECT_EQ(allocations, before);
  EXPECT_EQ(rule, 1u);
}

TEST(Allocation, AWarmEvaluationTakesNoneEither) {
  if (!EXTRAMILE_COUNTS_ALLOCATIONS) GTEST_SKIP() << "Not counted under a sanitizer.";
  const LoadedFile file{"m.dmn", kModel};
  const auto model = Load(std::span(&file, 1));
  ASSERT_TRUE(model) << model.error().ToString();
  const std::string_view wanted = "discount";
  Evaluation evaluation;
  std::array<feel::Entry, 2> entries = {
      feel::Entry{Value::StringView("amount"), Value::Int(60)},
      feel::Entry{Value::StringView("segment"), Value::StringView("bronze")}};
  const auto run = [&] {
    evaluation.Reset();
    return Evaluate(*model, std::span(&wanted, 1), Value::ContextView(entries), {}, evaluation)
        .has_value();
  };
  ASSERT_TRUE(run());
  const size_t before = allocations;
  bool all = true;
  for (int i = 0; i < 100; ++i) all = all && run();
  EXPECT_EQ(allocations, before);
  EXPECT_TRUE(all);
  EXPECT_EQ(evaluation.value(0).string(), "a twentieth");
}

}  // namespace
}  // namespace extramile::dmn

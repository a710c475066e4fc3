#include "desk/pacing.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>

namespace extramile::desk {
namespace {

Instant At(int64_t minutes) { return {minutes * kMicrosPerMinute}; }

std::vector<int64_t> MinutesOf(const std::vector<Instant>& times) {
  std::vector<int64_t> minutes;
  for (const Instant at : times) minutes.push_back(at.micros / kMicrosPerMinute);
  return minutes;
}

TEST(Pacing, FillsTheEarliestTurnsAtEvenDistances) {
  const std::vector<Turn> turns = {{At(540), 30, 3}, {At(570), 30, 0}, {At(600), 30, 2}};
  EXPECT_EQ(MinutesOf(Pace(turns, 5)), (std::vector<int64_t>{540, 550, 560, 600, 615}));
  EXPECT_EQ(MinutesOf(Pace(turns, 2)), (std::vector<int64_t>{540, 550}));
}

TEST(Pacing, PlansOnlyWhatTheTurnsTake) {
  const std::vector<Turn> turns = {{At(0), 30, 2}};
  EXPECT_EQ(Pace(turns, 7).size(), 2u);
  EXPECT_TRUE(Pace({}, 7).empty());
  EXPECT_TRUE(Pace(turns, 0).empty());
}

// docs/design/incidents.md, worked out by hand there.
TEST(Pacing, TheWorkedExample) {
  constexpr int64_t kDay = 24 * 60;
  std::vector<Turn> turns = {{At(14 * 60 + 5), 25, 2}, {At(14 * 60 + 30), 30, 2}};
  for (int64_t minute = 15 * 60; minute < 18 * 60; minute += 30)
    turns.push_back({At(minute), 30, 3});
  for (int64_t day = 1; day <= 3; ++day) {
    for (int64_t minute = 9 * 60; minute < 18 * 60; minute += 30) {
      turns.push_back({At(day * kDay + minute), 30, 3});
    }
  }
  const std::vector<int64_t> at = MinutesOf(Pace(turns, 140));
  ASSERT_EQ(at.size(), 140u);
  EXPECT_EQ(at[21], 17 * 60 + 50);
  EXPECT_EQ(at[22], kDay + 9 * 60);
  EXPECT_EQ(at[139], 3 * kDay + 10 * 60 + 30);
}

TEST(Pacing, ALongPieceHasALongTurn) {
  EXPECT_EQ(TurnMinutes(0), 30);
  EXPECT_EQ(TurnMinutes(30), 30);
  EXPECT_EQ(TurnMinutes(31), 60);
  EXPECT_EQ(TurnMinutes(90), 90);
}

TEST(Pacing, StopsAtTheFirstNumberThatIsNotBorne) {
  const auto up_to = [](int64_t most) {
    return [most](int64_t pieces) -> Result<bool> { return pieces <= most || pieces > 7; };
  };
  EXPECT_EQ(MostBorne(5, up_to(0)).value(), 0);
  EXPECT_EQ(MostBorne(5, up_to(3)).value(), 3);
  EXPECT_EQ(MostBorne(10, up_to(6)).value(), 6);  // what is borne above it does not count
  EXPECT_EQ(MostBorne(2, up_to(6)).value(), 2);
}

// Every way of spreading pieces over turns, tried: each piece's turn in the plan is the earliest
// that any of them gives it.
TEST(Pacing, NoPlanHasAnyPieceEarlier) {
  std::mt19937 chance(7);
  for (int round = 0; round < 300; ++round) {
    std::vector<Turn> turns;
    for (int i = 0; i < 4; ++i) {
      turns.push_back({At(30 * i), 30, static_cast<int64_t>(chance() % 4)});
    }
    const auto pieces = static_cast<int64_t>(chance() % 7);
    const std::vector<Instant> plan = Pace(turns, pieces);
    std::vector<int64_t> earliest(static_cast<size_t>(pieces), 99);
    int64_t most_placed = 0;
    std::vector<int64_t> turn_of;
    const std::function<void(size_t)> spread = [&](size_t turn) {
      most_placed = std::max(most_placed, static_cast<int64_t>(turn_of.size()));
      if (turn == turns.size()) {
        for (size_t i = 0; i < turn_of.size(); ++i) earliest[i] = std::min(earliest[i], turn_of[i]);
        return;
      }
      const size_t before = turn_of.size();
      for (int64_t here = 0; here <= turns[turn].most; ++here) {
        if (turn_of.size() > static_cast<size_t>(pieces)) break;
        spread(turn + 1);
        turn_of.push_back(static_cast<int64_t>(turn));
        if (turn_of.size() > static_cast<size_t>(pieces)) break;
      }
      turn_of.resize(before);
    };
    spread(0);
    ASSERT_EQ(static_cast<int64_t>(plan.size()), std::min(most_placed, pieces));
    for (size_t i = 0; i < plan.size(); ++i) {
      EXPECT_EQ(plan[i].micros / kMicrosPerMinute / 30, earliest[i]) << "round " << round;
    }
  }
}

}  // namespace
}  // namespace extramile::desk

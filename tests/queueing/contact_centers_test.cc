// The event loop against the published results of the ContactCenters simulator (E. Buist and P.
// L'Ecuyer, the MMC, MMCAb and SimpleMSK of its "Examples" guide: 1,000 days each, 95 % intervals),
// of models that are defined there in full.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "queueing/event_loop.h"

namespace extramile::queueing {
namespace {

class ContactCenters : public testing::Test {
 protected:
  double Exponential(double rate) { return std::exponential_distribution<>(rate)(random_); }

  std::mt19937_64 random_{2026};
  std::vector<LoopCustomer> customers_;
};

struct DayFigures {
  double served = 0, abandoned = 0, in_target = 0;
};

DayFigures PlayDay(EventLoop& loop, const std::vector<LoopAgent>& agents,
                   const std::vector<LoopCustomer>& customers) {
  DayFigures day;
  loop.Run(agents, customers, 0, 1e5, [&](const LoopCustomer& who, double at, Left how) {
    day.served += how == Left::kServed;
    day.abandoned += how == Left::kGaveUp;
    day.in_target += how == Left::kServed && at - who.arrives_s < 20 / 60.0;
  });
  return day;
}

TEST_F(ContactCenters, AgreesOnMMCAndMMCAb) {
  // 4.2 calls a minute for eight hours, 12 agents of 0.5 a minute; then patience of a minute.
  for (const bool patience : {false, true}) {
    EventLoop loop({0});
    const std::vector<LoopAgent> agents(12);
    DayFigures sum;
    for (int day = 0; day < 2'000; ++day) {
      customers_.clear();
      for (double t = Exponential(4.2); t < 480; t += Exponential(4.2)) {
        customers_.push_back({t, patience ? t + Exponential(1) : kNever, Exponential(0.5)});
      }
      const DayFigures figures = PlayDay(loop, agents, customers_);
      sum.abandoned += figures.abandoned / 2'000;
      sum.in_target += figures.in_target / 2'000;
    }
    if (patience) {
      EXPECT_GT(sum.abandoned, 57.660);
      EXPECT_LT(sum.abandoned, 59.558);
      EXPECT_GT(sum.in_target, 1903.785);
      EXPECT_LT(sum.in_target, 1908.231);
    } else {
      EXPECT_GT(sum.in_target, 1812.618);
      EXPECT_LT(sum.in_target, 1819.698);
    }
  }
}

TEST_F(ContactCenters, AgreesOnSimpleMSK) {
  // Three kinds of call, two groups of agents, three periods of two hours and a busyness of the
  // day; the first group serves kinds 0 and 1, the second 1 and 2; the one who waited longest is
  // first.
  const double arrivals[3][3] = {{4.2, 5.3, 3.2}, {5.1, 4.3, 4.8}, {6.3, 5.2, 4.8}};
  const double service[3] = {0.5, 0.6, 0.4};
  const double leave[3] = {0.3, 0.4, 0.2};
  std::vector<LoopAgent> agents;
  const auto add = [&](int count, uint32_t skills, double from, double to) {
    for (int i = 0; i < count; ++i)
      agents.push_back({.skills = skills, .starts_s = from, .ends_s = to});
  };
  add(3, 0b011, -kNever, 240);  // 12, 18 and 9 agents in all
  add(6, 0b011, 120, 240);
  add(9, 0b011, -kNever, kNever);
  add(4, 0b110, -kNever, 240);  // 15, 20 and 11
  add(5, 0b110, 120, 240);
  add(11, 0b110, -kNever, kNever);
  EventLoop loop({0, 0, 0});
  std::gamma_distribution<> busyness(28.7, 1 / 28.7);
  DayFigures sum;
  constexpr int kDays = 2'000;
  for (int day = 0; day < kDays; ++day) {
    const double busy = busyness(random_);
    customers_.clear();
    for (uint32_t kind = 0; kind < 3; ++kind) {
      for (int period = 0; period < 3; ++period) {
        const double rate = busy * arrivals[kind][period];
        for (double t = 120 * period + Exponential(rate); t < 120 * (period + 1);
             t += Exponential(rate)) {
          customers_.push_back({.arrives_s = t,
                                .patience_ends_s = t + Exponential(leave[period]),
                                .handle_s = Exponential(service[period]),
                                .skill = kind});
        }
      }
    }
    std::sort(customers_.begin(), customers_.end(),
              [](const auto& a, const auto& b) { return a.arrives_s < b.arrives_s; });
    const DayFigures figures = PlayDay(loop, agents, customers_);
    sum.served += figures.served / kDays;
    sum.abandoned += figures.abandoned / kDays;
    sum.in_target += figures.in_target / kDays;
  }
  EXPECT_GT(sum.served, 4270.150);
  EXPECT_LT(sum.served, 4324.460);
  EXPECT_GT(sum.abandoned, 876.133);
  EXPECT_LT(sum.abandoned, 944.537);
}

}  // namespace
}  // namespace extramile::queueing

// The ledger on both stores: what is set aside, spent and given back, and that no limit is passed
// whoever asks at once.
#include "app/ledger.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <future>
#include <map>
#include <mutex>
#include <random>
#include <semaphore>
#include <thread>

#include "store/test_database.h"

namespace extramile::store {
namespace {

using app::ledger::CurrentHold;
using app::ledger::HoldRequest;
using desk::Line;

// Authority is counted in memory of the server here, not on the disk: these tests ask who wins, not
// what survives.
StoreSettings WithoutSync(StoreSettings settings) {
  settings.durability = Durability::kNone;
  return settings;
}

const app::Sql kAccounts = {
    "select owner_id, measure, held, spent from ledger_account where organisation_id = $1 order by "
    "owner_id, measure"};
const app::Sql kHoldLines = {
    "select state, lines from hold where organisation_id = $1 and state in ('held', 'spent')"};

class LedgerTest : public testing::TestWithParam<DatabaseKind> {
 protected:
  LedgerTest()
      : database_(TestDatabase::Make(GetParam())),
        store_(database_->Open(WithoutSync(database_->Settings()))) {}

  HoldRequest Request(AnyId subject, std::vector<Line> lines) {
    HoldRequest request;
    request.hold = NewId<AnyId>();
    request.check = NewId<AnyId>();
    request.subject = subject;
    request.holder = request.recorded_by = NewId<PersonId>();
    request.expires_at = kNow + kMicrosPerHour;
    request.lines = std::move(lines);
    return request;
  }
  Line Money(AnyId owner, int64_t quantity, std::optional<int64_t> limit) {
    return {{desk::Owner::kGrant, owner, {}, desk::Measure::kMoney, "2026-11"}, quantity, limit};
  }
  Line Minutes(AnyId owner, int64_t quantity, std::optional<int64_t> limit) {
    return {
        {desk::Owner::kGrant, owner, {}, desk::Measure::kMinutes, "2026-11-22"}, quantity, limit};
  }
  Result<app::Receipt> Run(auto&& append) {
    app::WritePlan plan = EmptyPlan(organisation_);
    append(plan);
    return CommitAndWait(*store_, std::move(plan));
  }
  Result<app::Receipt> Reserve(const HoldRequest& request) {
    return Run([&](app::WritePlan& plan) { app::ledger::Reserve(plan, request); });
  }
  // held and spent of one owner's money.
  std::pair<int64_t, int64_t> MoneyOf(AnyId owner) {
    const auto rows = ReadOne(*store_, organisation_, kAccounts, {organisation_});
    for (const auto& row : *rows) {
      if (row[0].Identifier<AnyId>() == owner && row[1].Text() == "money")
        return {row[2].Int(), row[3].Int()};
    }
    return {0, 0};
  }
  std::string StateOf(AnyId hold) {
    static const app::Sql kState = {
        "select state from hold where organisation_id = $1 and id = $2"};
    const auto rows = ReadOne(*store_, organisation_, kState, {organisation_, hold});
    return rows->empty() ? "" : rows->at(0)[0].Text();
  }
  // Every account says what its holds' lines say.
  void ExpectBalanced() {
    const app::Query queries[] = {{&kAccounts, {organisation_}}, {&kHoldLines, {organisation_}}};
    const auto answers = store_->Read(organisation_, queries);
    ASSERT_TRUE(answers) << answers.error().ToString();
    std::map<std::pair<AnyId, std::string>, std::pair<int64_t, int64_t>> sums;
    for (const auto& row : answers->at(1)) {
      for (const Line& line : app::ledger::ParseLines(row[1].Text())) {
        auto& [held, spent] = sums[{line.key.owner_id, std::string(desk::Word(line.key.measure))}];
        (row[0].Text() == "held" ? held : spent) += line.quantity;
      }
    }
    for (const auto& row : answers->at(0)) {
      const auto sum = sums[{row[0].Identifier<AnyId>(), row[1].Text()}];
      EXPECT_EQ(row[2].Int(), sum.first) << "held";
      EXPECT_EQ(row[3].Int(), sum.second) << "spent";
    }
  }
  static void ExpectStale(const Result<app::Receipt>& result) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::kStale) << result.error().ToString();
  }

  std::unique_ptr<TestDatabase> database_;
  std::unique_ptr<app::Store> store_;
  OrganisationId organisation_ = MakeOrganisation(*store_);
  AnyId grant_ = NewId<AnyId>(), budget_ = NewId<AnyId>(), case_ = NewId<AnyId>();
};

INSTANTIATE_TEST_SUITE_P(Both, LedgerTest,
                         testing::Values(DatabaseKind::kSqlite, DatabaseKind::kPostgres),
                         [](const auto& kind) { return NameOf(kind.param); });

TEST_P(LedgerTest, ALimitIsReachedAndNotPassed) {
  ASSERT_TRUE(Reserve(Request(NewId<AnyId>(), {Money(grant_, 600, 1000)})));
  ExpectStale(Reserve(Request(NewId<AnyId>(), {Money(grant_, 401, 1000)})));
  ASSERT_TRUE(Reserve(Request(NewId<AnyId>(), {Money(grant_, 400, 1000)})));
  ExpectStale(Reserve(Request(NewId<AnyId>(), {Money(grant_, 1, 1000)})));
  EXPECT_EQ(MoneyOf(grant_), std::pair(int64_t{1000}, int64_t{0}));
  ExpectBalanced();
}

TEST_P(LedgerTest, ALineAboveItsLimitDoesNotOpenTheAccount) {
  ExpectStale(Reserve(Request(case_, {Money(grant_, 1001, 1000)})));
  EXPECT_EQ(MoneyOf(grant_), std::pair(int64_t{0}, int64_t{0}));
}

TEST_P(LedgerTest, OneFullAccountRefusesTheWholeHold) {
  ASSERT_TRUE(Reserve(Request(NewId<AnyId>(), {Minutes(grant_, 10, 10)})));
  ExpectStale(
      Reserve(Request(NewId<AnyId>(), {Money(budget_, 100, 1000), Minutes(grant_, 1, 10)})));
  EXPECT_EQ(MoneyOf(budget_), std::pair(int64_t{0}, int64_t{0}));
  ExpectBalanced();
}

TEST_P(LedgerTest, WithoutALimitAnythingMayBeHeld) {
  ASSERT_TRUE(Reserve(Request(case_, {Money(grant_, 1'000'000'000'000, std::nullopt)})));
  ExpectBalanced();
}

TEST_P(LedgerTest, ARecheckReplacesItsHoldInTheSamePlan) {
  const HoldRequest first = Request(case_, {Money(grant_, 800, 1000)});
  ASSERT_TRUE(Reserve(first));
  HoldRequest second = Request(case_, {Money(grant_, 900, 1000)});
  second.replaces = CurrentHold{first.hold, 1, first.lines};
  const auto receipt = Reserve(second);
  ASSERT_TRUE(receipt) << receipt.error().ToString();
  EXPECT_EQ(StateOf(first.hold), "released");
  EXPECT_EQ(MoneyOf(grant_).first, 900);
  ExpectBalanced();
  // A third that still believes in the first is stale, and changes nothing.
  HoldRequest third = Request(case_, {Money(grant_, 10, 1000)});
  third.replaces = second.replaces;
  ExpectStale(Reserve(third));
  EXPECT_EQ(MoneyOf(grant_).first, 900);
}

TEST_P(LedgerTest, ARecheckAsksOnlyTheAccountsOfWhichItWantsMoreOrLess) {
  const HoldRequest first = Request(case_, {Money(grant_, 800, 1000), Minutes(grant_, 5, 60)});
  ASSERT_TRUE(Reserve(first));
  HoldRequest second = Request(case_, {Money(grant_, 800, 1000), Minutes(grant_, 7, 60)});
  second.replaces = CurrentHold{first.hold, 1, first.lines};
  ASSERT_TRUE(Run([&](app::WritePlan& plan) {
    app::ledger::Reserve(plan, second);
    EXPECT_EQ(plan.steps.size(), 3u) << "the old hold's end, the minutes, the new hold";
  }));
  EXPECT_EQ(MoneyOf(grant_).first, 800);
  ExpectBalanced();
}

TEST_P(LedgerTest, OfTwoFirstChecksOfOneCaseTheLaterIsStale) {
  ASSERT_TRUE(Reserve(Request(case_, {Money(grant_, 1, 1000)})));
  ExpectStale(Reserve(Request(case_, {Money(grant_, 1, 1000)})));
  EXPECT_EQ(MoneyOf(grant_).first, 1);
}

TEST_P(LedgerTest, ReleaseGivesBackOnce) {
  const HoldRequest request = Request(case_, {Money(grant_, 800, 1000), Minutes(grant_, 5, 60)});
  ASSERT_TRUE(Reserve(request));
  const CurrentHold hold{request.hold, 1, request.lines};
  ASSERT_TRUE(Run([&](auto& plan) { app::ledger::Release(plan, hold); }));
  EXPECT_EQ(MoneyOf(grant_), std::pair(int64_t{0}, int64_t{0}));
  ExpectStale(Run([&](auto& plan) { app::ledger::Release(plan, hold); }));
  EXPECT_EQ(MoneyOf(grant_), std::pair(int64_t{0}, int64_t{0}));
  ExpectBalanced();
}

TEST_P(LedgerTest, AHoldExpiresWhenItsTimeIsOverAndNotBefore) {
  const HoldRequest request = Request(case_, {Money(grant_, 800, 1000)});
  ASSERT_TRUE(Reserve(request));
  const CurrentHold hold{request.hold, 1, request.lines};
  ExpectStale(Run([&](auto& plan) { app::ledger::Expire(plan, hold); }));
  ASSERT_TRUE(Run([&](auto& plan) {
    plan.recorded_at = request.expires_at;
    app::ledger::Expire(plan, hold);
  }));
  EXPECT_EQ(StateOf(request.hold), "expired");
  EXPECT_EQ(MoneyOf(grant_).first, 0);
}

TEST_P(LedgerTest, SpendingLessThanWasHeldGivesTheRestBack) {
  const HoldRequest request = Request(case_, {Money(grant_, 800, 1000), Minutes(grant_, 30, 60)});
  ASSERT_TRUE(Reserve(request));
  ASSERT_TRUE(Run([&](auto& plan) {
    app::ledger::Spend(plan, {request.hold, 1, request.lines},
                       {500, 0, {Money(grant_, 500, 1000)}});
  }));
  EXPECT_EQ(StateOf(request.hold), "spent");
  EXPECT_EQ(MoneyOf(grant_), std::pair(int64_t{0}, int64_t{500}));
  ExpectBalanced();
  ExpectStale(
      Run([&](auto& plan) { app::ledger::Spend(plan, {request.hold, 1, request.lines}, {}); }));
}

TEST_P(LedgerTest, SpendingMoreThanWasHeldIsGuarded) {
  const HoldRequest request = Request(case_, {Money(grant_, 800, 1000)});
  ASSERT_TRUE(Reserve(request));
  const CurrentHold hold{request.hold, 1, request.lines};
  ExpectStale(Run(
      [&](auto& plan) { app::ledger::Spend(plan, hold, {1001, 0, {Money(grant_, 1001, 1000)}}); }));
  ExpectStale(Run([&](auto& plan) {
    app::ledger::Spend(plan, hold, {900, 0, {Money(grant_, 900, 1000), Money(budget_, 900, 899)}});
  }));
  const auto receipt = Run([&](auto& plan) {
    app::ledger::Spend(plan, hold,
                       {1000, 0, {Money(grant_, 1000, 1000), Money(budget_, 1000, 1000)}});
  });
  ASSERT_TRUE(receipt) << receipt.error().ToString();
  EXPECT_EQ(MoneyOf(grant_), std::pair(int64_t{0}, int64_t{1000}));
  EXPECT_EQ(MoneyOf(budget_), std::pair(int64_t{0}, int64_t{1000}));
  ExpectBalanced();
}

TEST_P(LedgerTest, ATapSpendsAtOnceAndAReversalGivesItBack) {
  const HoldRequest request = Request(case_, {Money(grant_, 700, 1000)});
  ASSERT_TRUE(Run([&](auto& plan) { app::ledger::SpendAtOnce(plan, request); }));
  EXPECT_EQ(MoneyOf(grant_), std::pair(int64_t{0}, int64_t{700}));
  ExpectStale(Run([&](auto& plan) {
    app::ledger::SpendAtOnce(plan, Request(case_, {Money(grant_, 301, 1000)}));
  }));
  ExpectBalanced();
  ASSERT_TRUE(
      Run([&](auto& plan) { app::ledger::GiveBack(plan, {request.hold, 1, request.lines}); }));
  EXPECT_EQ(MoneyOf(grant_), std::pair(int64_t{0}, int64_t{0}));
  ExpectStale(
      Run([&](auto& plan) { app::ledger::GiveBack(plan, {request.hold, 1, request.lines}); }));
}

// Many threads against small limits
// -----------------------------------------------------------------------------------------

// A million, unless EXTRAMILE_LEDGER_ATTEMPTS says another number (sanitizer builds are slow).
int Attempts() {
  const char* text = getenv("EXTRAMILE_LEDGER_ATTEMPTS");
  return text ? atoi(text) : 1'000'000;
}

constexpr int kThreads = 8;
constexpr int kGrants = 12, kBudgets = 2;
constexpr int64_t kGrantLimit = 200, kBudgetLimit = 900;

// One thread's share of the attempts: asks without waiting for the answers, and gives back or
// spends some of what it was given.
class Rusher {
 public:
  Rusher(app::Store& store, OrganisationId organisation, const std::vector<AnyId>& grants,
         const std::vector<AnyId>& budgets, unsigned seed)
      : store_(store),
        organisation_(organisation),
        grants_(grants),
        budgets_(budgets),
        chance_(seed) {}

  void Run(int attempts) {
    for (int i = 0; i < attempts; ++i) {
      if (chance_() % 8 == 0) End();
      Ask();
    }
    for (int i = 0; i < kWindow; ++i) free_.acquire();  // all answers are in
  }
  int given() const { return given_; }
  int refused() const { return refused_; }
  int ended() const { return ended_; }
  int wrong() const { return wrong_; }

 private:
  static constexpr int kWindow = 400;
  void Ask() {
    const auto quantity = static_cast<int64_t>(1 + chance_() % 40);
    const Line grant{{desk::Owner::kGrant,
                      grants_[chance_() % grants_.size()],
                      {},
                      desk::Measure::kMoney,
                      "2026-11"},
                     quantity,
                     kGrantLimit};
    const Line budget{{desk::Owner::kBudget,
                       budgets_[chance_() % budgets_.size()],
                       {},
                       desk::Measure::kMoney,
                       "2026-11"},
                      quantity,
                      kBudgetLimit};
    HoldRequest request;
    request.hold = NewId<AnyId>();
    request.check = request.subject = request.hold;
    request.expires_at = kNow;
    request.amount = quantity;
    request.lines = {grant, budget};
    app::WritePlan plan = EmptyPlan(organisation_);
    app::ledger::Reserve(plan, request);
    Send(std::move(plan),
         [this, hold = CurrentHold{request.hold, 1, request.lines}](const auto& result) {
           if (result) {
             std::lock_guard lock(mutex_);
             held_.push_back(hold);
             ++given_;
           } else {
             result.error().kind == ErrorKind::kStale ? ++refused_ : ++wrong_;
           }
         });
  }

  // Mostly gives back; now and then spends less than was held, so that the accounts fill up slowly.
  void End() {
    CurrentHold hold;
    {
      std::lock_guard lock(mutex_);
      if (held_.empty()) return;
      std::swap(held_[chance_() % held_.size()], held_.back());
      hold = std::move(held_.back());
      held_.pop_back();
    }
    app::WritePlan plan = EmptyPlan(organisation_);
    if (chance_() % 4096 == 0) {
      app::ledger::Used used{.lines = hold.lines};
      for (Line& line : used.lines) line.quantity = (line.quantity + 1) / 2;
      used.amount = used.lines[0].quantity;
      app::ledger::Spend(plan, hold, used);
    } else {
      app::ledger::Release(plan, hold);
    }
    Send(std::move(plan), [this](const auto& result) { result ? ++ended_ : ++wrong_; });
  }

  void Send(app::WritePlan plan, auto then) {
    free_.acquire();
    store_.Commit(std::move(plan), [this, then = std::move(then)](Result<app::Receipt> result) {
      then(result);
      free_.release();
    });
  }

  app::Store& store_;
  const OrganisationId organisation_;
  const std::vector<AnyId>& grants_;
  const std::vector<AnyId>& budgets_;
  std::mt19937 chance_;
  std::counting_semaphore<kWindow> free_{kWindow};
  std::mutex mutex_;
  std::vector<CurrentHold> held_;
  std::atomic<int> given_ = 0, refused_ = 0, ended_ = 0, wrong_ = 0;
};

int Sum(const std::vector<std::unique_ptr<Rusher>>& rushers, int (Rusher::*count)() const) {
  int sum = 0;
  for (const auto& rusher : rushers) sum += ((*rusher).*count)();
  return sum;
}

TEST_P(LedgerTest, AMillionAttemptsAgainstSmallLimitsOverspendNothing) {
  static const app::Sql kOverspent = {
      "select count(*) from ledger_account where organisation_id = $1 and "
      "(held < 0 or spent < 0 or held + spent > case when owner_kind = 'grant' then $2 else $3 "
      "end)"};
  const int attempts = Attempts() / kThreads * kThreads;
  const app::Params limits = {organisation_, kGrantLimit, kBudgetLimit};
  std::vector<AnyId> grants(kGrants), budgets(kBudgets);
  for (AnyId& id : grants) id = NewId<AnyId>();
  for (AnyId& id : budgets) id = NewId<AnyId>();
  // Two servers on one PostgreSQL; an SQLite file has one server.
  std::vector<std::unique_ptr<app::Store>> others;
  if (GetParam() == DatabaseKind::kPostgres)
    others.push_back(database_->Open(WithoutSync(database_->Settings())));

  std::vector<std::unique_ptr<Rusher>> rushers;
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < kThreads; ++i) {
    app::Store& store = i % 2 == 1 && !others.empty() ? *others[0] : *store_;
    rushers.push_back(std::make_unique<Rusher>(store, organisation_, grants, budgets, i));
    threads.emplace_back(
        [rusher = rushers.back().get(), attempts] { rusher->Run(attempts / kThreads); });
  }
  std::binary_semaphore stop{0};
  std::thread watcher([&] {
    do {
      EXPECT_EQ(ReadOne(*store_, organisation_, kOverspent, limits)->at(0)[0].Int(), 0);
    } while (!stop.try_acquire_for(std::chrono::milliseconds(20)));
  });
  for (auto& thread : threads) thread.join();
  stop.release();
  watcher.join();

  EXPECT_EQ(ReadOne(*store_, organisation_, kOverspent, limits)->at(0)[0].Int(), 0);
  ExpectBalanced();
  EXPECT_EQ(Sum(rushers, &Rusher::given) + Sum(rushers, &Rusher::refused), attempts);
  EXPECT_EQ(Sum(rushers, &Rusher::wrong), 0);
  EXPECT_GT(Sum(rushers, &Rusher::given), attempts / 100);
  EXPECT_GT(Sum(rushers, &Rusher::refused), attempts / 100);
  RecordProperty("given", Sum(rushers, &Rusher::given));
  RecordProperty("refused", Sum(rushers, &Rusher::refused));
}

}  // namespace
}  // namespace extramile::store

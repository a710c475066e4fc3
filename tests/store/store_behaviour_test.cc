// What both stores must do, in one suite run on each.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <numeric>
#include <thread>

#include "store/store_error.h"
#include "store/test_database.h"

namespace extramile::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class StoreTest : public testing::TestWithParam<DatabaseKind> {
 protected:
  StoreTest() : database_(TestDatabase::Make(GetParam())), store_(database_->Open()) {}

  app::Rows ReadRows(OrganisationId organisation, const app::Sql& sql, app::Params params) {
    auto rows = ReadOne(*store_, organisation, sql, std::move(params));
    EXPECT_TRUE(rows) << rows.error().ToString();
    return rows ? *rows : app::Rows{};
  }
  // Hands all plans over at once, then waits: most of them share transactions.
  std::vector<Result<app::Receipt>> CommitTogether(std::vector<app::WritePlan> plans) {
    std::vector<std::promise<Result<app::Receipt>>> promises(plans.size());
    for (size_t i = 0; i < plans.size(); ++i) {
      store_->Commit(std::move(plans[i]),
                     [&promises, i](auto result) { promises[i].set_value(std::move(result)); });
    }
    std::vector<Result<app::Receipt>> results;
    for (auto& promise : promises) results.push_back(promise.get_future().get());
    return results;
  }

  std::unique_ptr<TestDatabase> database_;
  std::unique_ptr<app::Store> store_;
};

INSTANTIATE_TEST_SUITE_P(Both, StoreTest,
                         testing::Values(DatabaseKind::kSqlite, DatabaseKind::kPostgres),
                         [](const auto& kind) { return NameOf(kind.param); });

const app::Sql kInsertForecast = {
    "insert into forecast (organisation_id, id, check_id, team, method, start_at, duration_s, "
    "extra_wait_minutes, verdict, body, "
    "occurred_at, recorded_at, recorded_by) values ($1, $2, $3, $4, 'erlang_a', $5, 60, $6, "
    "'unaffected', '{}', $5, $5, $7)"};
const app::Sql kReadForecast = {
    "select id, check_id, team, start_at, extra_wait_minutes, recorded_by from forecast where "
    "organisation_id = $1"};

TEST_P(StoreTest, EveryTypeOfCellComesBackAsItWent) {
  const auto organisation = MakeOrganisation(*store_);
  const auto id = NewId<AnyId>();
  const auto person = NewId<PersonId>();
  const std::string text = "caf\xc3\xa9 'quoted' \xf0\x9f\x99\x82";
  app::WritePlan plan = EmptyPlan(organisation);
  plan.steps.push_back({&kInsertForecast, {organisation, id, nullptr, text, kNow, 0.1, person}});
  ASSERT_TRUE(CommitAndWait(*store_, plan));

  const auto rows = ReadRows(organisation, kReadForecast, {organisation});
  ASSERT_EQ(rows.size(), 1u);
  const app::Row& row = rows.front();
  EXPECT_EQ(row[0].Identifier<AnyId>(), id);
  EXPECT_TRUE(row[1].is_null());
  EXPECT_EQ(row[2].Text(), text);
  EXPECT_EQ(row[3].Time(), kNow);
  EXPECT_EQ(row[4].Real(), 0.1);
  EXPECT_EQ(row[5].Identifier<PersonId>(), person);
}

TEST_P(StoreTest, BytesOfAnIdsLengthAreStillBytes) {
  static const app::Sql kInsert = {
      "insert into words (organisation_id, id, record_kind, record_id, field, author, text, salt, "
      "occurred_at, recorded_at) "
      "values ($1, $2, 'idea', $3, 'reason', 'own_words', '', $4, $5, $5)"};
  static const app::Sql kRead = {
      "select salt, record_id, coalesce(written_by, record_id) from words where organisation_id = "
      "$1"};
  const auto organisation = MakeOrganisation(*store_);
  const auto record = NewId<AnyId>();
  const app::Bytes salt(16, 7);
  app::WritePlan plan = EmptyPlan(organisation);
  plan.steps.push_back({&kInsert, {organisation, NewId<AnyId>(), record, salt, kNow}});
  ASSERT_TRUE(CommitAndWait(*store_, plan));

  const auto rows = ReadRows(organisation, kRead, {organisation});
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0][0].Blob(), salt);
  EXPECT_EQ(rows[0][1].Identifier<AnyId>(), record);
  EXPECT_EQ(rows[0][2].Identifier<AnyId>(), record);
}

TEST_P(StoreTest, EmptyBytesAndEmptyTextAreNotNull) {
  static const app::Sql kInsert = {
      "insert into words (organisation_id, id, record_kind, record_id, field, author, text, salt, "
      "occurred_at, recorded_at) "
      "values ($1, $2, 'idea', $2, 'reason', 'own_words', $3, $4, $5, $5)"};
  static const app::Sql kRead = {
      "select text, salt, erased_at from words where organisation_id = $1"};
  const auto organisation = MakeOrganisation(*store_);
  app::WritePlan plan = EmptyPlan(organisation);
  plan.steps.push_back({&kInsert, {organisation, NewId<AnyId>(), "", app::Bytes{}, kNow}});
  ASSERT_TRUE(CommitAndWait(*store_, plan));

  const auto rows = ReadRows(organisation, kRead, {organisation});
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_FALSE(rows[0][0].is_null());
  EXPECT_FALSE(rows[0][1].is_null());
  EXPECT_TRUE(rows[0][2].is_null());
}

TEST_P(StoreTest, SumsCountsAndTruthAreIntegersAndAveragesReals) {
  static const app::Sql kRead = {
      "select sum(amount), count(*), avg(amount), max(code) = 'b', sum(minutes), min(amount) from "
      "gesture "
      "where organisation_id = $1"};
  const auto organisation = MakeOrganisation(*store_);
  ASSERT_TRUE(CommitAndWait(*store_, AddGesturePlan(organisation, "a")));
  ASSERT_TRUE(CommitAndWait(*store_, AddGesturePlan(organisation, "b")));
  const auto rows = ReadRows(organisation, kRead, {organisation});
  EXPECT_EQ(rows[0][0].Int(), 1000);
  EXPECT_EQ(rows[0][1].Int(), 2);
  EXPECT_DOUBLE_EQ(rows[0][2].Real(), 500);
  EXPECT_TRUE(rows[0][3].Bool());
  EXPECT_EQ(rows[0][4].Int(), 0);
  EXPECT_EQ(rows[0][5].Int(), 500);
}

TEST_P(StoreTest, TextIsComparedByItsBytes) {
  static const app::Sql kRead = {
      "select code from gesture where organisation_id = $1 order by code collate \"C\""};
  const auto organisation = MakeOrganisation(*store_);
  for (const char* code : {"b", "A", "\xc3\xa9", "a", "B"}) {
    ASSERT_TRUE(CommitAndWait(*store_, AddGesturePlan(organisation, code)));
  }
  std::vector<std::string> codes;
  for (const auto& row : ReadRows(organisation, kRead, {organisation}))
    codes.push_back(row[0].Text());
  EXPECT_THAT(codes, ElementsAre("A", "B", "a", "b", "\xc3\xa9"));
}

TEST_P(StoreTest, TheSameStatementTakesAValueAfterANull) {
  static const app::Sql kRead = {
      "select count(*) from gesture where organisation_id = $1 and code = coalesce($2, code)"};
  const auto organisation = MakeOrganisation(*store_);
  ASSERT_TRUE(CommitAndWait(*store_, AddGesturePlan(organisation, "a")));
  EXPECT_EQ(ReadRows(organisation, kRead, {organisation, nullptr})[0][0].Int(), 1);
  EXPECT_EQ(ReadRows(organisation, kRead, {organisation, "a"})[0][0].Int(), 1);
  EXPECT_EQ(ReadRows(organisation, kRead, {organisation, "b"})[0][0].Int(), 0);
  EXPECT_EQ(ReadRows(organisation, kRead, {organisation, nullptr})[0][0].Int(), 1);
}

TEST_P(StoreTest, OneReadSeesOneSnapshot) {
  static const app::Sql kCount = {"select count(*) from gesture where organisation_id = $1"};
  static const app::Sql kEvents = {"select count(*) from event where organisation_id = $1"};
  const auto organisation = MakeOrganisation(*store_);
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int i = 0; !stop; ++i)
      EXPECT_TRUE(CommitAndWait(*store_, AddGesturePlan(organisation, std::to_string(i))));
  });
  for (int i = 0; i < 200; ++i) {
    const app::Query queries[] = {
        {&kCount, {organisation}}, {&kEvents, {organisation}}, {&kCount, {organisation}}};
    const auto answers = store_->Read(organisation, queries);
    ASSERT_TRUE(answers) << answers.error().ToString();
    ASSERT_EQ(answers->at(0)[0][0].Int(), answers->at(1)[0][0].Int());
    ASSERT_EQ(answers->at(0)[0][0].Int(), answers->at(2)[0][0].Int());
  }
  stop = true;
  writer.join();
}

TEST_P(StoreTest, WhatWasAcknowledgedIsReadAtOnce) {
  const auto organisation = MakeOrganisation(*store_);
  for (int i = 1; i <= 50; ++i) {
    ASSERT_TRUE(CommitAndWait(*store_, AddGesturePlan(organisation, std::to_string(i))));
    ASSERT_EQ(CountGestures(*store_, organisation), i);
  }
}

const app::Sql kRetire = {
    "update gesture set state = 'retired', version = version + 1 where organisation_id = $1 and "
    "code = $2 and version = $3"};

TEST_P(StoreTest, AGuardThatFindsNothingUndoesItsWholePlan) {
  const auto organisation = MakeOrganisation(*store_);
  ASSERT_TRUE(CommitAndWait(*store_, AddGesturePlan(organisation, "a")));
  app::WritePlan plan = AddGesturePlan(organisation, "b");
  plan.steps.push_back(
      {&kRetire, {organisation, "a", 2}, app::Expect::kOneRow, app::StaleError("gesture")});
  const auto refused = CommitAndWait(*store_, plan);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kStale);
  EXPECT_EQ(CountGestures(*store_, organisation), 1);
  EXPECT_THAT(EventNumbers(*store_, organisation), ElementsAre(1));

  plan.steps.back().params[2] = 1;
  const auto receipt = CommitAndWait(*store_, plan);
  ASSERT_TRUE(receipt) << receipt.error().ToString();
  EXPECT_EQ(receipt->first_event, 2);
  EXPECT_EQ(receipt->last_event, 2);
  ExpectWholeRecord(*store_, organisation);
}

TEST_P(StoreTest, AFailingPlanLeavesItsNeighboursAlone) {
  const auto organisation = MakeOrganisation(*store_);
  for (int round = 0; round < 5; ++round) {
    std::vector<app::WritePlan> plans;
    for (int i = 0; i < 100; ++i) {
      // Every third repeats a code, every seventh relies on a version that is not there.
      plans.push_back(AddGesturePlan(
          organisation, std::to_string(round) + "/" + std::to_string(i % 3 == 0 ? 0 : i)));
      if (i % 7 == 6) {
        plans.back().steps.push_back({&kRetire,
                                      {organisation, "none", 1},
                                      app::Expect::kOneRow,
                                      app::StaleError("gesture")});
      }
    }
    const auto results = CommitTogether(std::move(plans));
    for (int i = 0; i < 100; ++i) {
      const auto& result = results[static_cast<size_t>(i)];
      if (i % 3 == 0 && i > 0) {
        ASSERT_FALSE(result) << i;
        EXPECT_EQ(result.error().code, "already-recorded") << i;
      } else if (i % 7 == 6) {
        ASSERT_FALSE(result) << i;
        EXPECT_EQ(result.error().kind, ErrorKind::kStale) << i;
      } else {
        ASSERT_TRUE(result) << i << " " << result.error().ToString();
      }
    }
  }
  ExpectWholeRecord(*store_, organisation);
  EXPECT_EQ(CountGestures(*store_, organisation),
            static_cast<int64_t>(EventNumbers(*store_, organisation).size()));
}

TEST_P(StoreTest, AStepSaysItsOwnWordsWhereTheRecordIsThereAlready) {
  const auto organisation = MakeOrganisation(*store_);
  ASSERT_TRUE(CommitAndWait(*store_, AddGesturePlan(organisation, "a")));
  app::WritePlan plan = AddGesturePlan(organisation, "a");
  plan.steps[0].otherwise =
      Error{ErrorKind::kConflict, "code-taken", "There is a gesture with this code.", "", ""};
  const auto refused = CommitAndWait(*store_, plan);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "code-taken");
}

TEST_P(StoreTest, TheFirstPlanOfAnOrganisationMayCarryEvents) {
  const auto organisation = NewId<OrganisationId>();
  app::WritePlan plan = NewOrganisationPlan(organisation);
  plan.events = {AnEvent("organisation_made"), AnEvent("person_added")};
  const auto receipt = CommitAndWait(*store_, plan);
  ASSERT_TRUE(receipt) << receipt.error().ToString();
  EXPECT_EQ(receipt->first_event, 1);
  EXPECT_EQ(receipt->last_event, 2);
  ASSERT_TRUE(CommitAndWait(*store_, AddGesturePlan(organisation, "a")));
  ExpectWholeRecord(*store_, organisation);
}

TEST_P(StoreTest, EventsOfAnUnknownOrganisationAreRefused) {
  const auto refused = CommitAndWait(*store_, AddGesturePlan(NewId<OrganisationId>(), "a"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "organisation-unknown");
}

TEST_P(StoreTest, ThePlanOfNoOrganisationWritesTheDirectory) {
  static const app::Sql kInsert = {
      "insert into identity (id, sign_in_name, created_at) values ($1, $2, $3)"};
  static const app::Sql kRead = {"select sign_in_name from identity where id = $1"};
  const auto id = NewId<AnyId>();
  app::WritePlan plan = EmptyPlan({});
  plan.steps.push_back({&kInsert, {id, "ama@example.org", kNow}});
  const auto receipt = CommitAndWait(*store_, plan);
  ASSERT_TRUE(receipt) << receipt.error().ToString();
  EXPECT_EQ(receipt->first_event, 0);
  EXPECT_EQ(ReadRows({}, kRead, {id}).at(0)[0].Text(), "ama@example.org");
}

TEST_P(StoreTest, TheOutboxIsWrittenWithItsPlan) {
  static const app::Sql kRead = {
      "select kind, destination, body, attempts from outbox where organisation_id = $1"};
  const auto organisation = MakeOrganisation(*store_);
  app::WritePlan plan = AddGesturePlan(organisation, "a");
  plan.outbox.push_back({NewId<AnyId>(), "webhook", "https://example.org/hook", "{}"});
  ASSERT_TRUE(CommitAndWait(*store_, plan));
  // The same again fails at the code, and its outbox row goes with it.
  plan.outbox[0].id = NewId<AnyId>();
  ASSERT_FALSE(CommitAndWait(*store_, plan));
  const auto rows = ReadRows(organisation, kRead, {organisation});
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0][0].Text(), "webhook");
  EXPECT_EQ(rows[0][3].Int(), 0);
}

app::IdempotencyKey AKey(const std::string& key, const std::string& request, std::string answer) {
  return {key, NewId<PersonId>(), HashWithDomain("test", request), 201, std::move(answer)};
}

TEST_P(StoreTest, ARepeatedKeyGetsTheFirstAnswerAndWritesNothing) {
  const auto organisation = MakeOrganisation(*store_);
  app::WritePlan first = AddGesturePlan(organisation, "a");
  first.key = AKey("k1", "request", R"({"id":"1"})");
  ASSERT_TRUE(CommitAndWait(*store_, first));
  app::WritePlan second = AddGesturePlan(organisation, "b");
  second.key = AKey("k1", "request", R"({"id":"2"})");
  const auto receipt = CommitAndWait(*store_, second);
  ASSERT_TRUE(receipt) << receipt.error().ToString();
  ASSERT_TRUE(receipt->replayed);
  EXPECT_EQ(receipt->replayed->answer, R"({"id":"1"})");
  EXPECT_EQ(receipt->replayed->status, 201);
  EXPECT_EQ(receipt->replayed->person, first.key->person);
  EXPECT_EQ(CountGestures(*store_, organisation), 1);
  ExpectWholeRecord(*store_, organisation);
}

TEST_P(StoreTest, AKeyUsedForAnotherRequestIsRefused) {
  const auto organisation = MakeOrganisation(*store_);
  app::WritePlan first = AddGesturePlan(organisation, "a");
  first.key = AKey("k1", "request", "{}");
  ASSERT_TRUE(CommitAndWait(*store_, first));
  app::WritePlan second = AddGesturePlan(organisation, "b");
  second.key = AKey("k1", "another request", "{}");
  const auto refused = CommitAndWait(*store_, second);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "idempotency-key-reused");
  EXPECT_EQ(refused.error().kind, ErrorKind::kConflict);
}

TEST_P(StoreTest, AKeySentManyTimesAtOnceIsDoneOnce) {
  const auto organisation = MakeOrganisation(*store_);
  std::vector<app::WritePlan> plans;
  for (int i = 0; i < 60; ++i) {
    plans.push_back(AddGesturePlan(organisation, std::to_string(i)));
    plans.back().key =
        AKey("k" + std::to_string(i % 10), std::to_string(i % 10), std::to_string(i));
  }
  const auto results = CommitTogether(std::move(plans));
  int done = 0;
  for (const auto& result : results) {
    ASSERT_TRUE(result) << result.error().ToString();
    done += result->replayed ? 0 : 1;
  }
  EXPECT_EQ(done, 10);
  EXPECT_EQ(CountGestures(*store_, organisation), 10);
  ExpectWholeRecord(*store_, organisation);
}

TEST_P(StoreTest, ThePlanThatFailedLeavesItsKeyFree) {
  const auto organisation = MakeOrganisation(*store_);
  ASSERT_TRUE(CommitAndWait(*store_, AddGesturePlan(organisation, "a")));
  app::WritePlan plan = AddGesturePlan(organisation, "a");
  plan.key = AKey("k1", "request", "{}");
  ASSERT_FALSE(CommitAndWait(*store_, plan));
  plan.steps[0].params[2] = "b";
  const auto receipt = CommitAndWait(*store_, plan);
  ASSERT_TRUE(receipt) << receipt.error().ToString();
  EXPECT_FALSE(receipt->replayed);
}

TEST_P(StoreTest, EventsAreNumberedWithoutAGapUnderThreads) {
  constexpr int kThreads = 16, kPlans = 60, kOrganisations = 3;
  std::vector<OrganisationId> organisations;
  for (int i = 0; i < kOrganisations; ++i) organisations.push_back(MakeOrganisation(*store_));
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kPlans; ++i) {
        const std::string code = i % 5 == 4 ? "taken" : std::to_string(t) + "/" + std::to_string(i);
        app::WritePlan plan =
            AddGesturePlan(organisations[static_cast<size_t>((t + i) % kOrganisations)], code);
        for (int extra = 0; extra < i % 3; ++extra) plan.events.push_back(AnEvent());
        const auto receipt = CommitAndWait(*store_, std::move(plan));
        if (receipt) {
          EXPECT_EQ(receipt->last_event - receipt->first_event, i % 3);
        } else {
          EXPECT_EQ(receipt.error().code, "already-recorded");
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& organisation : organisations) ExpectWholeRecord(*store_, organisation);
}

TEST_P(StoreTest, TwoStoresOnOneDatabaseShareTheNumbering) {
  const auto organisation = MakeOrganisation(*store_);
  auto other = database_->Open();
  std::vector<std::thread> threads;
  for (app::Store* store : {store_.get(), other.get()}) {
    threads.emplace_back([&, store] {
      for (int i = 0; i < 100; ++i) {
        const auto receipt =
            CommitAndWait(*store, AddGesturePlan(organisation, NewId<AnyId>().ToString()));
        EXPECT_TRUE(receipt) << receipt.error().ToString();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  ExpectWholeRecord(*store_, organisation);
  EXPECT_EQ(CountGestures(*store_, organisation), 200);
}

TEST_P(StoreTest, AWrongStatementIsAnErrorThatNamesItAndHarmsNothing) {
  static const app::Sql kWrong = {"update no_such_table set x = 1 where organisation_id = $1"};
  const auto organisation = MakeOrganisation(*store_);
  std::vector<app::WritePlan> plans = {AddGesturePlan(organisation, "a"), EmptyPlan(organisation),
                                       AddGesturePlan(organisation, "b")};
  plans[1].steps.push_back({&kWrong, {organisation}});
  const auto results = CommitTogether(std::move(plans));
  EXPECT_TRUE(results[0]);
  EXPECT_TRUE(results[2]);
  ASSERT_FALSE(results[1]);
  EXPECT_EQ(results[1].error().kind, ErrorKind::kInternal);
  EXPECT_THAT(results[1].error().place, HasSubstr("no_such_table"));
  const auto read = ReadOne(*store_, organisation, kWrong, {organisation});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::kInternal);
  EXPECT_EQ(CountGestures(*store_, organisation), 2);
}

TEST_P(StoreTest, TooFewParametersAreAnError) {
  static const app::Sql kRead = {
      "select count(*) from gesture where organisation_id = $1 and code = $2"};
  const auto organisation = MakeOrganisation(*store_);
  const auto read = ReadOne(*store_, organisation, kRead, {organisation});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::kInternal);
  EXPECT_EQ(ReadRows(organisation, kRead, {organisation, "a"}).at(0)[0].Int(), 0);
}

TEST_P(StoreTest, AFullQueueSaysSoAndLosesNothing) {
  StoreSettings settings = database_->Settings();
  settings.max_queued = 4;
  store_ = database_->Open(settings);
  const auto organisation = MakeOrganisation(*store_);
  std::vector<app::WritePlan> plans;
  for (int i = 0; i < 2000; ++i) plans.push_back(AddGesturePlan(organisation, std::to_string(i)));
  int64_t done = 0;
  for (const auto& result : CommitTogether(std::move(plans))) {
    if (result) {
      ++done;
    } else {
      ASSERT_EQ(result.error().code, "store-busy");
      ASSERT_EQ(result.error().kind, ErrorKind::kTooMany);
    }
  }
  EXPECT_LT(done, 2000);
  EXPECT_EQ(CountGestures(*store_, organisation), done);
}

TEST_P(StoreTest, DrainFinishesWhatWasTakenAndTakesNoMore) {
  const auto organisation = MakeOrganisation(*store_);
  std::atomic<int> done = 0;
  for (int i = 0; i < 200; ++i) {
    store_->Commit(AddGesturePlan(organisation, std::to_string(i)),
                   [&done](const auto& result) { done += result ? 1 : 0; });
  }
  store_->Drain();
  EXPECT_EQ(done, 200);
  const auto refused = CommitAndWait(*store_, AddGesturePlan(organisation, "late"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "shutting-down");
  EXPECT_EQ(CountGestures(*store_, organisation), 200);
}

TEST_P(StoreTest, WhatWasWrittenIsThereAfterOpeningAgain) {
  const auto organisation = MakeOrganisation(*store_);
  ASSERT_TRUE(CommitAndWait(*store_, AddGesturePlan(organisation, "a")));
  store_.reset();
  store_ = database_->Open();
  EXPECT_TRUE(store_->Ready());
  EXPECT_EQ(CountGestures(*store_, organisation), 1);
  ExpectWholeRecord(*store_, organisation);
}

}  // namespace
}  // namespace extramile::store

#include "http/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace extramile::http {
namespace {

TEST(WorkerPool, RefusesWhenFullAndTakesWhatMustGoOn) {
  WorkerPool pool(1, 2);
  std::promise<void> begun, release;
  std::shared_future<void> released = release.get_future().share();
  ASSERT_TRUE(pool.Submit([&] {
    begun.set_value();
    released.wait();
  }));
  begun.get_future().wait();
  std::atomic<int> done{0};
  EXPECT_TRUE(pool.Submit([&] { ++done; }));
  EXPECT_TRUE(pool.Submit([&] { ++done; }));
  EXPECT_FALSE(pool.Submit([&] { ++done; }));
  EXPECT_TRUE(pool.SubmitAgain([&] { ++done; }));
  EXPECT_EQ(pool.waiting(), 3u);
  release.set_value();
  pool.Drain();
  EXPECT_EQ(done, 3);
}

TEST(WorkerPool, DrainFinishesWhatWasTakenAndRefusesTheRest) {
  std::atomic<int> done{0};
  WorkerPool pool(2, 100);
  for (int i = 0; i < 100; ++i) pool.Submit([&] { ++done; });
  pool.Drain();
  const int finished = done;
  EXPECT_FALSE(pool.SubmitAgain([&] { ++done; }));
  EXPECT_GT(finished, 0);
  EXPECT_EQ(done, finished);
}

}  // namespace
}  // namespace extramile::http

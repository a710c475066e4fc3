#include "http/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace extramile::http {
namespace {

// Seconds, from what a cached read takes to what a person would not wait for.
const prometheus::Histogram::BucketBoundaries kBuckets = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10};

}  // namespace

struct Metrics::Impl {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests =
      prometheus::BuildCounter()
          .Name("extramile_requests_total")
          .Help("Requests answered, by operation and status.")
          .Register(registry);
  prometheus::Family<prometheus::Histogram>& durations =
      prometheus::BuildHistogram()
          .Name("extramile_request_seconds")
          .Help("From the whole request being there to its answer being ready.")
          .Register(registry);
  prometheus::Family<prometheus::Histogram>& commits =
      prometheus::BuildHistogram()
          .Name("extramile_commit_seconds")
          .Help("From handing a plan to the store to its being durable, or refused.")
          .Register(registry);
  prometheus::Gauge& under_way = prometheus::BuildGauge()
                                     .Name("extramile_requests_under_way")
                                     .Help("Requests being answered now.")
                                     .Register(registry)
                                     .Add({});
  prometheus::Histogram& committed = commits.Add({{"result", "durable"}}, kBuckets);
  prometheus::Histogram& refused = commits.Add({{"result", "refused"}}, kBuckets);

  struct Watched {
    prometheus::Gauge* gauge;
    std::function<double()> figure;
  };
  std::mutex mutex;
  // Guarded by mutex; the families' own look-up hashes every label each time.
  std::map<std::pair<std::string_view, int>, prometheus::Counter*> counters;
  std::map<std::string_view, prometheus::Histogram*> histograms;
  std::vector<Watched> watched;
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::CountRequest(std::string_view operation, int status, double seconds) {
  prometheus::Counter* counter;
  prometheus::Histogram* histogram;
  {
    const std::lock_guard lock(impl_->mutex);
    auto& count = impl_->counters[{operation, status}];
    if (!count) {
      count = &impl_->requests.Add(
          {{"operation", std::string(operation)}, {"status", std::to_string(status)}});
    }
    auto& duration = impl_->histograms[operation];
    if (!duration) {
      duration = &impl_->durations.Add({{"operation", std::string(operation)}}, kBuckets);
    }
    counter = count;
    histogram = duration;
  }
  counter->Increment();
  histogram->Observe(seconds);
}

void Metrics::CountCommit(bool ok, double seconds) {
  (ok ? impl_->committed : impl_->refused).Observe(seconds);
}

void Metrics::RequestBegins() { impl_->under_way.Increment(); }
void Metrics::RequestEnds() { impl_->under_way.Decrement(); }

void Metrics::Watch(const std::string& name, const std::string& help,
                    std::function<double()> figure) {
  auto& gauge = prometheus::BuildGauge().Name(name).Help(help).Register(impl_->registry).Add({});
  const std::lock_guard lock(impl_->mutex);
  impl_->watched.push_back({&gauge, std::move(figure)});
}

std::string Metrics::Text() {
  {
    const std::lock_guard lock(impl_->mutex);
    for (const auto& [gauge, figure] : impl_->watched) gauge->Set(figure());
  }
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

}  // namespace extramile::http

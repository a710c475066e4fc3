#include "queueing/log_day.h"

#include <algorithm>
#include <map>

namespace extramile::queueing {
namespace {

template <class Calls, class Wait>
MeanWait Between(const Calls& calls, double from_s, double to_s, Wait wait) {
  MeanWait mean;
  const auto first =
      std::lower_bound(calls.begin(), calls.end(), from_s,
                       [](const auto& call, double at_s) { return call.entered_s < at_s; });
  for (auto call = first; call != calls.end() && call->entered_s < to_s; ++call) {
    mean.sum_s += wait(*call);
    ++mean.calls;
  }
  return mean;
}

}  // namespace

std::vector<LogDay> ByDay(const std::vector<Call>& calls, const TimeZone& zone) {
  std::map<std::string, LogDay> days;
  for (const Call& call : calls) {
    const LocalTime local = zone.ToLocal(call.entered_queue_at);
    LogDay& day = days[local.Date()];
    day.weekday = local.weekday;
    const int64_t fraction = call.entered_queue_at.micros % kMicrosPerSecond;
    day.calls.push_back({.entered_s = local.hour * 3600.0 + local.minute * 60.0 + local.second +
                                      static_cast<double>(fraction) / kMicrosPerSecond,
                         .wait_s = call.wait_s,
                         .answered = call.answered,
                         .service_s = call.answered ? call.service_s : 0});
  }
  std::vector<LogDay> out;
  for (auto& [date, day] : days) {
    day.date = date;
    std::stable_sort(day.calls.begin(), day.calls.end(),
                     [](const LogCall& a, const LogCall& b) { return a.entered_s < b.entered_s; });
    out.push_back(std::move(day));
  }
  return out;
}

int DaySoFar::Waiting() const {
  return static_cast<int>(
      std::count_if(calls.begin(), calls.end(), [](const KnownCall& c) { return c.waiting; }));
}

int DaySoFar::InService() const {
  return static_cast<int>(
      std::count_if(calls.begin(), calls.end(), [](const KnownCall& c) { return c.in_service; }));
}

DaySoFar KnownBy(const LogDay& day, double now_s) {
  DaySoFar known;
  known.now_s = now_s;
  for (const LogCall& call : day.calls) {
    if (call.entered_s >= now_s) break;
    const bool waiting = call.left_queue_s() >= now_s;
    known.calls.push_back(
        {.entered_s = call.entered_s,
         .wait_so_far_s = waiting ? now_s - call.entered_s : call.wait_s,
         .waiting = waiting,
         .in_service = !waiting && call.answered && call.service_ended_s() >= now_s});
  }
  return known;
}

MeanWait WaitOfThoseEntering(const DaySoFar& day, double from_s, double to_s) {
  return Between(day.calls, from_s, to_s, [](const KnownCall& c) { return c.wait_so_far_s; });
}

MeanWait WaitOfThoseEntering(const LogDay& day, double from_s, double to_s) {
  return Between(day.calls, from_s, to_s, [](const LogCall& c) { return c.wait_s; });
}

}  // namespace extramile::queueing

#include "queueing/event_loop.h"

#include <algorithm>
#include <cmath>

namespace extramile::queueing {

void EventLoop::Begin(double begin_s) {
  for (Queue& queue : queues_) queue.waiting.clear(), queue.head = 0;
  heap_.clear();
  absences_.clear();
  const size_t words = (agents_.size() + 63) / 64;
  idle_.assign(words, 0);
  has_skill_.assign(words * queues_.size(), 0);
  release_s_.assign(agents_.size(), kNever);
  for (uint32_t i = 0; i < agents_.size(); ++i) {
    const LoopAgent& agent = agents_[i];
    for (uint32_t skills = agent.skills; skills != 0; skills &= skills - 1) {
      const auto skill = static_cast<size_t>(std::countr_zero(skills));
      has_skill_[skill * words + i / 64] |= uint64_t{1} << i % 64;
    }
    if (agent.away_from_s != kNever) absences_.push_back(i);
    if (agent.ends_s <= begin_s) continue;
    // Even an agent who is free is released once, to take whoever waits at the beginning.
    release_s_[i] = std::max({begin_s, agent.busy_until_s, agent.starts_s});
    heap_.push_back({release_s_[i], i});
  }
  std::stable_sort(absences_.begin(), absences_.end(), [&](uint32_t a, uint32_t b) {
    return agents_[a].away_from_s < agents_[b].away_from_s;
  });
  std::sort(heap_.begin(), heap_.end(), [](const Release& a, const Release& b) {
    return a.at_s < b.at_s || (a.at_s == b.at_s && a.agent < b.agent);
  });
}

void EventLoop::Push(Release release) {
  size_t at = heap_.size();
  heap_.push_back(release);
  while (at > 0) {
    const size_t parent = (at - 1) / 2;
    if (heap_[parent].at_s <= release.at_s) break;
    heap_[at] = heap_[parent];
    at = parent;
  }
  heap_[at] = release;
}

void EventLoop::ReplaceTop(Release release) { SinkTop(release); }

void EventLoop::PopTop() {
  const Release last = heap_.back();
  heap_.pop_back();
  if (!heap_.empty()) SinkTop(last);
}

void EventLoop::SinkTop(Release release) {
  const size_t size = heap_.size();
  size_t at = 0;
  for (;;) {
    size_t child = 2 * at + 1;
    if (child >= size) break;
    if (child + 1 < size) child += heap_[child + 1].at_s < heap_[child].at_s;
    if (heap_[child].at_s >= release.at_s) break;
    heap_[at] = heap_[child];
    at = child;
  }
  heap_[at] = release;
}

int EventLoop::FreeAgent(uint32_t skill, double at_s) {
  const size_t words = idle_.size();
  for (size_t w = 0; w < words; ++w) {
    for (uint64_t free = idle_[w] & has_skill_[skill * words + w]; free != 0; free &= free - 1) {
      const size_t agent = w * 64 + static_cast<size_t>(std::countr_zero(free));
      idle_[w] &= ~(free & -free);
      if (at_s < agents_[agent].ends_s) return static_cast<int>(agent);
    }
  }
  return -1;
}

}  // namespace extramile::queueing

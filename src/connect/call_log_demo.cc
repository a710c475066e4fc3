#include "connect/call_log_demo.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <deque>
#include <string_view>
#include <vector>

namespace extramile::connect {
namespace {

constexpr int kFirstDay = 5;  // of October 2026, a Monday
constexpr int kMostDays = 27;
constexpr int kHandleS = 190;
constexpr int kWrapUpS = 40;  // after a call, before the next one
constexpr int kPatienceS = 300;
constexpr int kLines = 12;

constexpr std::array<std::string_view, 9> kAgents = {"AMARA",  "BRONWEN", "CALLUM", "DEEPA", "EWAN",
                                                     "FATIMA", "GARETH",  "HOLLY",  "ISLA"};
constexpr std::array<std::string_view, 4> kTypes = {"GE", "OR", "RE", "TE"};

// Calls an hour and agents at work by hour of the day; closed where there is no agent.
struct DayPlan {
  std::array<int, 24> calls;
  std::array<int, 24> agents;
};
constexpr DayPlan kWeekday = {
    {0, 0, 0, 0, 0, 0, 0, 10, 22, 38, 68, 66, 42, 32, 48, 44, 36, 30, 20, 14, 12, 9, 0, 0},
    {0, 0, 0, 0, 0, 0, 0, 3, 3, 4, 5, 5, 5, 4, 4, 5, 5, 4, 4, 3, 3, 3, 0, 0}};
constexpr DayPlan kSaturday = {
    {0, 0, 0, 0, 0, 0, 0, 0, 0, 18, 30, 34, 30, 26, 22, 18, 14, 10, 0, 0, 0, 0, 0, 0},
    {0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 4, 4, 4, 3, 3, 3, 2, 2, 0, 0, 0, 0, 0, 0}};
constexpr DayPlan kSunday = {
    {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 18, 22, 22, 20, 16, 12, 0, 0, 0, 0, 0, 0, 0, 0},
    {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 3, 3, 3, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0}};

// SplitMix64 (G. L. Steele, D. Lea, C. H. Flood 2014).
class Chance {
 public:
  explicit Chance(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  int Below(int bound) { return static_cast<int>(Next() % static_cast<uint64_t>(bound)); }
  int Between(int low, int high) { return low + Below(high - low + 1); }
  bool OneIn(int n) { return Below(n) == 0; }
  bool Percent(int percent) { return Below(100) < percent; }
  // True `part` times in `whole`.
  bool Odds(int64_t part, int64_t whole) {
    return static_cast<int64_t>(Next() % static_cast<uint64_t>(whole)) < part;
  }

 private:
  uint64_t state_;
};

// One row as the centre's system would note it; seconds of the day.
struct Row {
  int line = 0;
  int call_id = 0;
  int customer = 0;
  int priority = 0;
  std::string_view type;
  int day = 0;
  int entry = 0, menu_end = 0;
  int queue_start = 0, queue_end = 0;
  int service_start = 0, service_end = 0;
  std::string_view outcome = "HANG";
  std::string_view server = "NO_SERVER";
};

struct Agent {
  std::string_view name;
  size_t row = SIZE_MAX;  // being served, or none
  int back_at = 0;        // from the wrap-up
};

// One day of the centre, one second at a time.
class Day {
 public:
  Day(int day, const DemoLogOptions& options, std::array<int, kLines>& next_id,
      std::vector<Row>& rows)
      : chance_(options.seed * 1'000'003 + static_cast<uint64_t>(day)),
        day_(day),
        next_id_(next_id),
        rows_(rows) {
    const int weekday = day % 7;
    plan_ = weekday == 5 ? &kSaturday : weekday == 6 ? &kSunday : &kWeekday;
    percent_ = options.busy_percent * chance_.Between(85, 118) / 100;
    for (size_t i = 0; i < 6; ++i) {
      agents_.push_back({kAgents[(i + static_cast<size_t>(day) * 2) % kAgents.size()]});
    }
  }

  void Run() {
    for (int second = 0; second < 24 * 3600; ++second) {
      if (At(plan_->calls, second) > 0 &&
          chance_.Odds(int64_t{At(plan_->calls, second)} * percent_, 360'000)) {
        Arrive(second);
      }
      LeaveMenu(second);
      GiveUp(second);
      Finish(second);
      Serve(second);
    }
  }

 private:
  static int At(const std::array<int, 24>& by_hour, int second) {
    return by_hour[static_cast<size_t>(second / 3600)];
  }

  void Arrive(int second) {
    Row row;
    row.line = chance_.Below(kLines);
    row.call_id = next_id_[static_cast<size_t>(row.line)]++;
    row.customer = chance_.Percent(60) ? chance_.Between(10'000'000, 99'999'999) : 0;
    row.priority = row.customer == 0 ? 0 : chance_.Between(1, 2);
    row.type = kTypes[static_cast<size_t>(std::max(0, chance_.Below(7) - 3))];
    row.day = day_;
    row.entry = second;
    row.menu_end = second + chance_.Between(4, 18);
    const bool hangs_up = chance_.Percent(6);
    rows_.push_back(row);
    if (!hangs_up) in_menu_.push_back(rows_.size() - 1);
  }

  void LeaveMenu(int second) {
    for (size_t i = 0; i < in_menu_.size();) {
      Row& row = rows_[in_menu_[i]];
      if (row.menu_end > second) {
        ++i;
        continue;
      }
      queue_.push_back(in_menu_[i]);
      row.queue_start = row.menu_end;
      in_menu_.erase(in_menu_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  void GiveUp(int second) {
    for (size_t i = 0; i < queue_.size();) {
      Row& row = rows_[queue_[i]];
      if (second > row.queue_start && chance_.OneIn(kPatienceS)) {
        row.queue_end = second;
        queue_.erase(queue_.begin() + static_cast<std::ptrdiff_t>(i));
      } else {
        ++i;
      }
    }
  }

  void Finish(int second) {
    for (Agent& agent : agents_) {
      if (agent.row == SIZE_MAX || !chance_.OneIn(kHandleS)) continue;
      rows_[agent.row].service_end = second;
      agent.row = SIZE_MAX;
      agent.back_at = second + chance_.Between(0, 2 * kWrapUpS);
    }
  }

  void Serve(int second) {
    // After closing, whoever is there serves those who are left.
    const int planned = At(plan_->agents, second);
    const size_t present = planned > 0 || queue_.empty() ? static_cast<size_t>(planned) : 1;
    for (size_t i = 0; i < present && !queue_.empty(); ++i) {
      Agent& agent = agents_[i];
      if (agent.row != SIZE_MAX || agent.back_at > second) continue;
      agent.row = queue_.front();
      queue_.pop_front();
      Row& row = rows_[agent.row];
      row.outcome = "AGENT";
      row.server = agent.name;
      row.service_start = row.service_end = second;
      if (second == row.queue_start) {
        row.queue_start = 0;  // answered at once: never queued
      } else {
        row.queue_end = second;
      }
    }
  }

  Chance chance_;
  int day_;
  const DayPlan* plan_;
  int percent_;
  std::array<int, kLines>& next_id_;
  std::vector<Row>& rows_;
  std::vector<Agent> agents_;
  std::vector<size_t> in_menu_;
  std::deque<size_t> queue_;
};

std::string Clock(int second) {
  char text[16];
  std::snprintf(text, sizeof text, "%d:%02d:%02d", second / 3600 % 24, second / 60 % 60,
                second % 60);
  return text;
}

std::string Line(const Row& row) {
  char head[96];
  std::snprintf(head, sizeof head, "AA01%02d\t%d\t%d\t%d\t%.2s\t2610%02d", row.line + 1,
                row.call_id, row.customer, row.priority, row.type.data(), kFirstDay + row.day);
  std::string text = head;
  const auto step = [&](int start, int end) {
    text += '\t' + Clock(start) + '\t' + Clock(end) + '\t' + std::to_string(end - start);
  };
  step(row.entry, row.menu_end);
  step(row.queue_start, row.queue_end);
  text += '\t';
  text += row.outcome;
  step(row.service_start, row.service_end);
  text += '\t';
  text += row.server;
  return text + '\n';
}

// Adds dirty rows between the clean ones; the clean ones stay as they are.
void Soil(const Row& clean, Chance& chance, std::string& text) {
  Row row = clean;
  const bool served = clean.outcome == "AGENT";
  const bool queued = clean.queue_end > 0;
  switch (chance.Below(600)) {
    case 0:
    case 1:
    case 2:
    case 3:
      row.outcome = "PHANTOM";
      row.server = "NO_SERVER";
      text += Line(row);
      return;
    case 4:
    case 5:
    case 6:
    case 7:
      if (!served) return;
      row.server = "NO_SERVER";
      row.service_end = row.service_start + 5;
      text += Line(row);
      return;
    case 8:
      row.menu_end = row.entry - chance.Between(20, 60);
      text += Line(row);
      return;
    case 9:
      if (!served) return;
      row.service_start = row.service_end = 0;
      text += Line(row);
      return;
    case 10:
    case 14:
    case 15:
    case 16:
      if (!queued || served) return;
      row.service_start = row.queue_end;
      row.service_end = row.queue_end + chance.Between(10, 90);
      text += Line(row);
      return;
    case 11:
      if (!queued) return;
      row.queue_start += 3 * 3600 + chance.Between(0, 40);
      row.queue_end = row.queue_start + chance.Between(20, 200);
      text += Line(row);
      return;
    case 12:
      text += Line(row);  // the very same line again
      return;
    case 13: {
      const std::string cut = Line(row);
      text += cut.substr(0, cut.size() / 2) + '\n';
      return;
    }
    default:
      return;
  }
}

}  // namespace

std::string GenerateCallLog(const DemoLogOptions& options) {
  std::vector<Row> rows;
  std::array<int, kLines> next_id;
  for (size_t line = 0; line < next_id.size(); ++line)
    next_id[line] = 10'000 + static_cast<int>(line) * 2'000;
  for (int day = 0; day < std::min(options.days, kMostDays); ++day)
    Day(day, options, next_id, rows).Run();
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return a.line < b.line; });

  std::string text =
      "vru+line\tcall_id\tcustomer_id\tpriority\ttype\tdate\tvru_entry\tvru_exit\tvru_time\tq_"
      "start\tq_exit\t"
      "q_time\toutcome\tser_start\tser_exit\tser_time\tserver\n";
  Chance chance(options.seed);
  for (const Row& row : rows) {
    text += Line(row);
    if (options.dirty) Soil(row, chance, text);
  }
  return text;
}

}  // namespace extramile::connect

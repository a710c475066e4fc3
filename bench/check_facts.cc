#include "check_facts.h"

#include <iterator>

namespace extramile::bench {
namespace {

constexpr const char* kKinds[] = {"goods", "money",  "information", "attention", "priority",
                                  "redo",  "refund", "discount",    "visit",     "access"};
constexpr const char* kOrigins[] = {"own", "suggested", "asked for", "told"};

}  // namespace

desk::Facts RandomFacts(std::mt19937& random) {
  const auto below = [&](int64_t n) {
    return static_cast<int64_t>(random() % static_cast<uint64_t>(n));
  };
  const auto one_in = [&](int64_t n) { return below(n) == 0; };
  desk::Facts facts;
  desk::IdeaFacts& idea = facts.idea;
  if (!one_in(10)) idea.gesture = "gesture-" + std::to_string(below(40));
  idea.kind = kKinds[below(std::size(kKinds))];
  idea.amount = one_in(2) ? 0 : 100 * below(60);
  idea.minutes = 5 * below(5);
  idea.goods_value = idea.kind == "goods" ? idea.amount : 0;
  idea.lines = {{idea.gesture.value_or("own words"), idea.amount, idea.minutes}};
  idea.when = {1'795'000'000'000'000 + below(86'400) * kMicrosPerSecond};
  idea.channel = one_in(2) ? "phone" : "email";
  idea.recipient_kind = one_in(20) ? "business" : "person";
  if (one_in(15)) idea.conditions = {"review"};
  idea.origin = kOrigins[below(std::size(kOrigins))];
  idea.same_customer_so_far = one_in(3) ? 100 * below(80) : 0;
  facts.staff.role = one_in(5) ? desk::Rank::kLead : desk::Rank::kAgent;
  facts.staff.duties = {"gesture-1", "gesture-2"};
  facts.staff.authority = {.granted = true,
                           .per_case = 2500,
                           .per_customer_year = 10000,
                           .per_month = 30000,
                           .left_this_month = 100 * below(300),
                           .minutes_left_today = 5 * below(20)};
  facts.staff.hours_this_week = below(45);
  facts.customer.segment = "standard";
  facts.customer.country = "GB";
  facts.customer.gestures_last_12_months = below(8);
  facts.customer.vulnerable = one_in(20);
  facts.service_case = {.reason = "late parcel",
                        .channel = "phone",
                        .complaint = one_in(4),
                        .regulated_product = one_in(10),
                        .remedy_due = one_in(6),
                        .incident = false,
                        .opened = {1'794'990'000'000'000},
                        .severity = {}};
  facts.offer = {.version = 3, .routine = {"gesture-5", "gesture-6"}, .standard = 2};
  facts.others.verdict = "ok";
  facts.others.method = "exact";
  facts.others.extra_wait_minutes = static_cast<double>(below(80)) / 10;
  facts.others.extra_late = static_cast<double>(below(20)) / 10;
  facts.others.extra_abandons = 0.1;
  facts.others.late_share_before = 0.12;
  facts.others.late_share_after = 0.13;
  facts.budget = {.team = 50000, .organisation = 900000};
  facts.time_of_check = idea.when;
  return facts;
}

}  // namespace extramile::bench

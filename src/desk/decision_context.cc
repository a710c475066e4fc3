#include "desk/decision_context.h"

#include <algorithm>
#include <cmath>

namespace extramile::desk {
namespace {

using feel::Arena;
using feel::ContextBuilder;
using feel::Value;

class Builder {
 public:
  Builder(Arena& arena, const Facts& facts) : arena_(arena), facts_(facts) {}

  Value Build() {
    ContextBuilder all(arena_);
    all.SetView("idea", Idea())
        .SetView("staff", Staff())
        .SetView("customer", Customer())
        .SetView("case", Case())
        .SetView("offer", Offer())
        .SetView("others", Others())
        .SetView("precedent", Precedent())
        .SetView("budget", Budget())
        .SetView("time of check", Time(facts_.time_of_check));
    return all.Build();
  }

 private:
  Value Idea() {
    const IdeaFacts& idea = facts_.idea;
    std::vector<Value> lines;
    for (const IdeaLineFacts& line : idea.lines) {
      lines.push_back(ContextBuilder(arena_)
                          .SetView("gesture", Text(line.gesture))
                          .SetView("amount", Money(line.amount))
                          .SetView("minutes", Value::Int(line.minutes))
                          .Build());
    }
    return ContextBuilder(arena_)
        .SetView("gesture", OptionalText(idea.gesture))
        .SetView("kind", Text(idea.kind))
        .SetView("lines", Value::List(arena_, lines))
        .SetView("amount", Money(idea.amount))
        .SetView("currency", Text(facts_.currency.code()))
        .SetView("minutes", Value::Int(idea.minutes))
        .SetView("goods value", Money(idea.goods_value))
        .SetView("when", Time(idea.when))
        .SetView("channel", Text(idea.channel))
        .SetView("recipient kind", Text(idea.recipient_kind))
        .SetView("conditions", Texts(idea.conditions))
        .SetView("origin", Text(idea.origin))
        .SetView("same customer so far", Money(idea.same_customer_so_far))
        .SetView("same incident so far", Money(idea.same_incident_so_far))
        .SetView("same case so far", Money(idea.same_case_so_far))
        .Build();
  }

  Value Staff() {
    const StaffFacts& staff = facts_.staff;
    const Allowance& left = staff.authority;
    const Value authority = ContextBuilder(arena_)
                                .SetView("granted", Value::Bool(left.granted))
                                .SetView("per case", Money(left.per_case))
                                .SetView("per customer per year", Money(left.per_customer_year))
                                .SetView("per month", Money(left.per_month))
                                .SetView("left this month", Money(left.left_this_month))
                                .SetView("minutes left today", Int(left.minutes_left_today))
                                .Build();
    return ContextBuilder(arena_)
        .SetView("role", Text(Word(staff.role)))
        .SetView("duties", Texts(staff.duties))
        .SetView("authority", authority)
        .SetView("on shift", Value::Bool(staff.on_shift))
        .SetView("hours this week", Int(staff.hours_this_week))
        .Build();
  }

  Value Customer() {
    const CustomerFacts& customer = facts_.customer;
    return ContextBuilder(arena_)
        .SetView("segment", OptionalText(customer.segment))
        .SetView("internal", Value::Bool(customer.internal))
        .SetView("country", OptionalText(customer.country))
        .SetView("gestures last 12 months", Value::Int(customer.gestures_last_12_months))
        .SetView("preferences used", Texts(customer.preferences_used))
        .SetView("consented", Texts(customer.consented))
        .SetView("vulnerable", Value::Bool(customer.vulnerable))
        .SetView("business", Value::Bool(customer.business))
        .SetView("public official", Value::Bool(customer.public_official))
        .SetView("age verified", Value::Bool(customer.age_verified))
        .Build();
  }

  Value Case() {
    const CaseFacts& service_case = facts_.service_case;
    return ContextBuilder(arena_)
        .SetView("reason", Text(service_case.reason))
        .SetView("channel", Text(service_case.channel))
        .SetView("complaint", Value::Bool(service_case.complaint))
        .SetView("regulated product", Value::Bool(service_case.regulated_product))
        .SetView("remedy due", Value::Bool(service_case.remedy_due))
        .SetView("incident", Value::Bool(service_case.incident))
        .SetView("opened", Time(service_case.opened))
        .SetView("severity", OptionalText(service_case.severity))
        .Build();
  }

  Value Offer() {
    return ContextBuilder(arena_)
        .SetView("version", Int(facts_.offer.version))
        .SetView("routine", Texts(facts_.offer.routine))
        .SetView("standard", Int(facts_.offer.standard))
        .Build();
  }

  Value Others() {
    const OthersFacts& others = facts_.others;
    return ContextBuilder(arena_)
        .SetView("extra wait minutes", Real(others.extra_wait_minutes))
        .SetView("extra late", Real(others.extra_late))
        .SetView("extra abandons", Real(others.extra_abandons))
        .SetView("late share before", Real(others.late_share_before))
        .SetView("late share after", Real(others.late_share_after))
        .SetView("verdict", Text(others.verdict))
        .SetView("method", Text(others.method))
        .Build();
  }

  Value Precedent() {
    return ContextBuilder(arena_)
        .SetView("similar", Value::Int(facts_.precedent.similar))
        .SetView("granted share", Real(facts_.precedent.granted_share))
        .SetView("median amount", Money(facts_.precedent.median_amount))
        .Build();
  }

  Value Budget() {
    return ContextBuilder(arena_)
        .SetView("team left", Money(facts_.budget.team))
        .SetView("organisation left", Money(facts_.budget.organisation))
        .Build();
  }

  Value Money(int64_t minor) const { return Value::Decimal(minor, facts_.currency.exponent()); }
  Value Money(const std::optional<int64_t>& minor) const { return minor ? Money(*minor) : Value(); }
  static Value Int(const std::optional<int64_t>& number) {
    return number ? Value::Int(*number) : Value();
  }
  // Measured and forecast figures: four digits after the point say more than they know.
  static Value Real(const std::optional<double>& number) {
    if (!number || !std::isfinite(*number) || std::abs(*number) > 1e13) return Value();
    return Value::Decimal(std::llround(*number * 1e4), 4);
  }
  static Value Text(std::string_view text) { return Value::StringView(text); }
  static Value OptionalText(const std::optional<std::string>& text) {
    return text ? Value::StringView(*text) : Value();
  }
  Value Texts(const std::vector<std::string>& texts) {
    std::vector<Value> items(texts.size());
    std::transform(texts.begin(), texts.end(), items.begin(),
                   [](const std::string& text) { return Value::StringView(text); });
    return Value::List(arena_, items);
  }
  Value Time(Instant instant) { return Value::Of(arena_, instant, facts_.zone); }

  Arena& arena_;
  const Facts& facts_;
};

}  // namespace

PrecedentFacts PrecedentOf(std::vector<PastCheck> past) {
  PrecedentFacts facts;
  facts.similar = static_cast<int64_t>(past.size());
  if (past.empty()) return facts;
  const auto granted = std::count_if(past.begin(), past.end(),
                                     [](const PastCheck& p) { return MayDoNow(p.outcome); });
  facts.granted_share = static_cast<double>(granted) / static_cast<double>(past.size());
  const auto middle = past.begin() + static_cast<std::ptrdiff_t>(past.size() / 2);
  std::nth_element(past.begin(), middle, past.end(),
                   [](const PastCheck& a, const PastCheck& b) { return a.amount < b.amount; });
  facts.median_amount = middle->amount;
  return facts;
}

feel::Value BuildContext(feel::Arena& arena, const Facts& facts) {
  return Builder(arena, facts).Build();
}

Instant TimeOfCheck(const feel::Value& context) {
  const feel::Value value = context.Find("time of check");
  if (value.kind() != feel::Kind::kDateTime) return {};
  const feel::DateTime& at = value.date_time();
  return {feel::UtcSeconds(at) * kMicrosPerSecond + at.nanos % feel::kNanosPerSecond / 1000};
}

}  // namespace extramile::desk

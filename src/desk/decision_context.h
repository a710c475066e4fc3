// What a check decides on: the facts, gathered once, and the context of FEEL values that the rules
// read them from. Names and nesting are the contract with every rule set.
//
// Amounts are numbers in major units (12.50 exactly); null means no limit, or unknown. Times are
// date-and-times in the organisation's zone. Strings and lists are not copied: the facts must
// outlive the context.
//
//   Facts facts = ...;
//   feel::Value context = BuildContext(evaluation.arena(), facts);
//   std::string snapshot = EncodeSnapshot(context);   // desk/snapshot.h: as it is stored
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/money.h"
#include "base/time.h"
#include "desk/authority.h"
#include "desk/vocabulary.h"
#include "feel/value.h"

namespace extramile::desk {

// The objects of the context. Rules may have other inputs for decisions that no check asks for.
inline constexpr std::array<std::string_view, 8> kContextObjects = {
    "idea", "staff", "customer", "case", "offer", "others", "precedent", "budget"};

struct IdeaLineFacts {
  std::string gesture;
  int64_t amount = 0;
  int64_t minutes = 0;
};

struct IdeaFacts {
  std::optional<std::string> gesture;  // null for own words
  std::string kind;
  std::vector<IdeaLineFacts> lines;
  int64_t amount = 0;
  int64_t minutes = 0;
  int64_t goods_value = 0;
  Instant when;
  std::string channel;
  std::string recipient_kind;
  std::vector<std::string> conditions;
  std::string origin;
  int64_t same_customer_so_far = 0;  // in 12 months, without this idea
  int64_t same_incident_so_far = 0;
  int64_t same_case_so_far = 0;
};

struct StaffFacts {
  Rank role = Rank::kAgent;
  std::vector<std::string> duties;
  Allowance authority;
  bool on_shift = true;
  std::optional<int64_t> hours_this_week;
};

struct CustomerFacts {
  std::optional<std::string> segment, country;
  bool internal = false;
  int64_t gestures_last_12_months = 0;
  std::vector<std::string> preferences_used, consented;
  bool vulnerable = false;
  bool business = false;
  bool public_official = false;
  bool age_verified = false;
};

struct CaseFacts {
  std::string reason;
  std::string channel;
  bool complaint = false;
  bool regulated_product = false;
  bool remedy_due = false;
  bool incident = false;
  Instant opened;
  std::optional<std::string> severity;
};

struct OfferFacts {
  std::optional<int64_t> version;
  std::vector<std::string> routine;
  std::optional<int64_t> standard;  // minutes
};

struct OthersFacts {
  std::optional<double> extra_wait_minutes, extra_late, extra_abandons;
  std::optional<double> late_share_before, late_share_after;
  std::string verdict = "unknown";
  std::string method;
};

struct PrecedentFacts {
  int64_t similar = 0;
  std::optional<double> granted_share;
  std::optional<int64_t> median_amount;
};

struct PastCheck {
  Outcome outcome = Outcome::kAllowed;
  int64_t amount = 0;
};
// A check was granted if nobody else had to be asked.
PrecedentFacts PrecedentOf(std::vector<PastCheck> past);

struct Facts {
  IdeaFacts idea;
  StaffFacts staff;
  CustomerFacts customer;
  CaseFacts service_case;
  OfferFacts offer;
  OthersFacts others;
  PrecedentFacts precedent;
  BudgetsLeft budget;
  Currency currency = Currency::Gbp();
  Instant time_of_check;
  const TimeZone* zone = nullptr;  // null: UTC
};

feel::Value BuildContext(feel::Arena& arena, const Facts& facts);

// The time of check of a context; 1970 where it has none.
Instant TimeOfCheck(const feel::Value& context);

}  // namespace extramile::desk

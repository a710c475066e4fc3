// Situation: everything that a verdict about one case depends on, read in one snapshot.
//
// One Read answers all of it, whether the question is about an idea (check, preview, consultation,
// action) or about a case (tiles): the case, its customer and incident, the idea, who asks and what
// their duties are, what is held and spent against every account that could matter, the hold in the
// way, past checks alike, the queue's calibration and an approval that may still cover it. What is
// An idea for everybody that an incident hit takes a second Read, with those affected in it. What
// is configured beforehand comes from configuration.h; where that copy proves old, it is read again
// and the Read repeated.
//
//   EM_ASSIGN(Situation situation, ReadSituation(services, request, {.idea = idea_id}));
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/configuration.h"
#include "app/holds.h"
#include "app/ideas.h"
#include "app/policy.h"
#include "app/queue_state.h"
#include "app/use_case.h"
#include "desk/consultation.h"
#include "desk/decision_context.h"

namespace extramile::app {

// Exactly one of the two.
struct SituationOf {
  std::optional<AnyId> idea = std::nullopt;
  std::optional<AnyId> service_case = std::nullopt;
};

// A yes from somebody else, for this idea.
struct Approval {
  AnyId consultation;
  int64_t version = 1;
  PersonId approver;
  bool confirmed = false;
  desk::Envelope envelope;
};

struct CaseInQuestion {
  AnyId id;
  std::string reference;
  std::string team;
  std::string channel;
  std::optional<AnyId> customer, incident;
  desk::CaseFacts facts;
  desk::CustomerFacts customer_facts;

  // Whose account gifts add up in: the customer's, or the case's own where nobody is known.
  AnyId recipient() const { return customer.value_or(id); }
};

// One of those that an incident hit.
struct AffectedCustomer {
  CaseInQuestion service_case;
  int64_t so_far = 0;  // money given to them in 12 months
};

// An incident's idea: the same gesture for each of these, who have not been given it yet. The
// idea's own money and minutes are then those of all together.
struct EachOf {
  std::vector<AffectedCustomer> customers;
  int64_t amount = 0, minutes = 0;  // for each
  std::vector<desk::IdeaLineFacts> lines;
};

struct IdeaInQuestion {
  IdeaRecord record;
  std::vector<desk::IdeaLineFacts> lines;
  bool acted_on = false;  // an action was recorded already: a check comes after the fact
};

struct Situation {
  std::shared_ptr<const Configuration> configuration;
  std::shared_ptr<const Policy> policy;
  CaseInQuestion service_case;
  std::optional<IdeaInQuestion> idea;
  desk::Holder holder;  // who asks
  std::optional<std::string> holder_name;
  desk::StaffFacts staff;     // without authority, which depends on the idea's kind
  desk::Accounts accounts;    // with `hold` and `expired` put back
  std::optional<Hold> hold;   // the case's, in force
  std::vector<Hold> expired;  // run out, and not yet released
  int64_t same_case_so_far = 0;
  std::map<std::string, std::vector<desk::PastCheck>, std::less<>> past_checks;  // by gesture
  // Of the live queue of the case's team, where anybody tells of it.
  std::optional<int64_t> live_version;
  std::shared_ptr<TeamQueue> live;
  std::optional<Approval> approval;
  std::optional<AnyId> calibration;  // the newest of the case's team
  // Set where the idea is an incident's: `service_case` then stands for the incident itself.
  std::optional<EachOf> each;

  int64_t customers() const { return each ? static_cast<int64_t>(each->customers.size()) : 1; }
  std::optional<AnyId> case_id() const {
    return each ? std::nullopt : std::optional(service_case.id);
  }

  const std::string& month() const { return month_; }
  const std::string& day() const { return day_; }

  std::string month_, day_;  // of the decision, in the organisation's calendar
};

// Errors: kNotFound where there is no such idea or case; kInternal "policy-not-loaded".
Result<Situation> ReadSituation(Services& services, const Request& request,
                                const SituationOf& about);

// Fails where an idea is for everybody that an incident hit, and nobody is left: kConflict
// "nobody-left".
Result<void> SomebodyIsLeft(const Situation& situation);

// The month "2026-11" and the day "2026-11-22" of a moment.
std::string MonthOf(const Organisation& organisation, Instant at);
std::string DayOf(const Organisation& organisation, Instant at);

}  // namespace extramile::app

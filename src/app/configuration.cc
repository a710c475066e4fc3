#include "app/configuration.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "app/policy_library.h"
#include "app/record.h"

namespace extramile::app {

const Sql kConfigurationVersion = {
    "select config_version from organisation_head where organisation_id = $1"};
const Sql kPublishedPolicy = {
    "select content_hash from policy_set where organisation_id = $1 and state = 'published'"};

class ConfigurationCache {
 public:
  std::shared_ptr<const Configuration> Find(OrganisationId organisation) {
    const std::shared_lock lock(mutex_);
    const auto found = configurations_.find(organisation);
    return found == configurations_.end() ? nullptr : found->second;
  }
  void Keep(OrganisationId organisation, std::shared_ptr<const Configuration> configuration) {
    const std::unique_lock lock(mutex_);
    auto& kept = configurations_[organisation];
    if (!kept || IsNewer(*configuration, *kept)) kept = std::move(configuration);
  }
  std::vector<OrganisationId> AwaitingPolicies() {
    std::vector<OrganisationId> out;
    const std::shared_lock lock(mutex_);
    for (const auto& [organisation, kept] : configurations_) {
      if (kept->awaits_policy) out.push_back(organisation);
    }
    return out;
  }

 private:
  // Of one version, the copy that has its policy is the newer one.
  static bool IsNewer(const Configuration& a, const Configuration& b) {
    return a.version > b.version || (a.version == b.version && a.awaits_policy <= b.awaits_policy);
  }

  std::shared_mutex mutex_;
  std::unordered_map<OrganisationId, std::shared_ptr<const Configuration>> configurations_;
};

std::shared_ptr<ConfigurationCache> NewConfigurationCache() {
  return std::make_shared<ConfigurationCache>();
}

namespace {

const Sql kGrants = {
    "select id, person_id, role, purpose, gesture_kind, per_case, per_customer_year, per_month, "
    "minutes_per_day, valid_from, valid_to from authority_grant "
    "where organisation_id = $1 and revoked_at is null order by id"};
const Sql kBudgets = {
    "select id, name, team, per_month, minutes_per_month, valid_from, valid_to from budget "
    "where organisation_id = $1 order by id"};
const Sql kOffer = {
    "select id, number from service_offer where organisation_id = $1 and state = 'published' "
    "order by number desc limit 1"};
const Sql kOfferItems = {
    "select i.gesture_code, i.standard_minutes from offer_item i join service_offer o "
    "on o.organisation_id = i.organisation_id and o.id = i.offer_id "
    "where i.organisation_id = $1 and o.state = 'published' order by i.position"};
const Sql kDuties = {
    "select job_role_id, gesture_code from job_role_duty where organisation_id = $1 "
    "order by job_role_id, gesture_code"};
const Sql kVersionUnchanged = {
    "update organisation_head set config_version = config_version "
    "where organisation_id = $1 and config_version = $2"};

desk::Grant GrantFrom(const Row& row) {
  RowReader in(row);
  desk::Grant grant;
  grant.id = in.Id();
  const Cell& person = in.Next();
  if (!person.is_null()) grant.person = person.Identifier<PersonId>();
  grant.role = in.Text();
  grant.purpose = in.Text() == "approve" ? desk::Purpose::kApprove : desk::Purpose::kAct;
  grant.gesture_kind = in.Text();
  grant.per_case = in.OptionalInt();
  grant.per_customer_year = in.OptionalInt();
  grant.per_month = in.OptionalInt();
  grant.minutes_per_day = in.OptionalInt();
  grant.valid_from = in.Time();
  grant.valid_to = in.OptionalTime();
  return grant;
}

desk::Budget BudgetFrom(const Row& row) {
  RowReader in(row);
  desk::Budget budget;
  budget.id = in.Id();
  budget.name = in.Text();
  budget.team = in.OptionalText();
  budget.per_month = in.Int();
  budget.minutes_per_month = in.OptionalInt();
  budget.valid_from = in.Time();
  budget.valid_to = in.OptionalTime();
  return budget;
}

void AddGestures(Configuration& configuration, const Rows& rows) {
  for (const Row& row : rows) {
    GestureRecord gesture = GestureFrom(row);
    if (gesture.state == "active") {
      configuration.active_gestures.push_back(
          {gesture.code, gesture.kind, gesture.title, gesture.amount, gesture.minutes,
           gesture.goods_value, !gesture.needs.empty(), gesture.conditions, gesture.cash});
    }
    std::string code = gesture.code;
    configuration.gestures.emplace(std::move(code), std::move(gesture));
  }
}

void AddOffer(Configuration& configuration, const Rows& offers, const Rows& items) {
  if (offers.empty()) return;
  configuration.offer = offers[0][0].Identifier<AnyId>();
  configuration.offer_number = offers[0][1].Int();
  for (const Row& item : items) {
    if (!item[0].is_null()) configuration.routine.push_back(item[0].Text());
    if (const auto standard = item[1].OptionalInt()) {
      auto& strictest = configuration.standard_minutes;
      strictest = strictest ? std::min(*strictest, *standard) : *standard;
    }
  }
}

Result<void> AddPolicy(Configuration& configuration, Services& services,
                       OrganisationId organisation, const Rows& published) {
  if (published.empty()) return {};
  const Sha256 hash = HashFrom(published.front().front());
  configuration.policy = services.policy_library->Find(hash);
  if (configuration.policy) return {};
  const auto before =
      services.configurations ? services.configurations->Find(organisation) : nullptr;
  if (before) {
    configuration.policy = before->policy;
    configuration.awaits_policy = true;
    return {};
  }
  EM_ASSIGN(configuration.policy, LoadPolicySet(services, organisation, hash));
  return {};
}

}  // namespace

const GestureRecord* Configuration::FindGesture(std::string_view code) const {
  const auto found = gestures.find(code);
  return found == gestures.end() ? nullptr : &found->second;
}

bool Configuration::IsRoutine(std::string_view code) const {
  return std::find(routine.begin(), routine.end(), code) != routine.end();
}

std::shared_ptr<const WorkingHours> Configuration::HoursOf(std::string_view team) const {
  const auto found = working_hours.find(team);
  return found == working_hours.end() ? nullptr : found->second;
}

Result<std::shared_ptr<const Configuration>> LoadConfiguration(Services& services,
                                                               OrganisationId organisation) {
  const std::array<Query, 9> queries = {{{&kConfigurationVersion, {organisation}},
                                         {&kGrants, {organisation}},
                                         {&kBudgets, {organisation}},
                                         {&kAllGestures, {organisation}},
                                         {&kOffer, {organisation}},
                                         {&kOfferItems, {organisation}},
                                         {&kDuties, {organisation}},
                                         {&kPublishedPolicy, {organisation}},
                                         {&kWorkingHours, {organisation}}}};
  EM_ASSIGN(const std::vector<Rows> rows, services.store.Read(organisation, queries));
  if (rows[0].empty()) return Fail(Request::NotFoundError("organisation"));
  auto configuration = std::make_shared<Configuration>();
  configuration->version = rows[0][0][0].Int();
  for (const Row& row : rows[1]) configuration->grants.push_back(GrantFrom(row));
  for (const Row& row : rows[2]) configuration->budgets.push_back(BudgetFrom(row));
  AddGestures(*configuration, rows[3]);
  AddOffer(*configuration, rows[4], rows[5]);
  for (const Row& row : rows[6]) {
    configuration->duties[row[0].Identifier<AnyId>()].push_back(row[1].Text());
  }
  for (const Row& row : rows[8]) {
    EM_ASSIGN(WorkingHours hours, WorkingHoursFrom(row));
    std::string team = hours.team;
    configuration->working_hours.emplace(std::move(team),
                                         std::make_shared<const WorkingHours>(std::move(hours)));
  }
  EM_TRY(AddPolicy(*configuration, services, organisation, rows[7]));
  if (services.configurations) services.configurations->Keep(organisation, configuration);
  return configuration;
}

Result<std::shared_ptr<const Configuration>> CurrentConfiguration(Services& services,
                                                                  OrganisationId organisation) {
  if (services.configurations) {
    if (auto kept = services.configurations->Find(organisation)) return kept;
  }
  return LoadConfiguration(services, organisation);
}

Result<std::shared_ptr<const Configuration>> FreshConfiguration(Services& services,
                                                                OrganisationId organisation) {
  EM_ASSIGN(const auto kept, CurrentConfiguration(services, organisation));
  EM_ASSIGN(const Rows rows,
            ReadOne(services.store, organisation, kConfigurationVersion, {organisation}));
  if (!rows.empty() && rows[0][0].Int() == kept->version) return kept;
  return LoadConfiguration(services, organisation);
}

std::vector<OrganisationId> AwaitingPolicies(Services& services) {
  if (!services.configurations) return {};
  return services.configurations->AwaitingPolicies();
}

void GuardConfiguration(Change& change, const Configuration& configuration) {
  change.Guard(kVersionUnchanged, {change.plan().organisation, configuration.version},
               StaleError("organisation's configuration"));
}

}  // namespace extramile::app

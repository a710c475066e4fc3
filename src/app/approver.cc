#include "app/approver.h"

#include <algorithm>
#include <array>

#include "app/record.h"

namespace extramile::app {
namespace {

const Sql kMembers = {
    "select person_id, identity_id, roles, valid_to from membership "
    "where organisation_id = $1 and person_id in ($2, $3)"};
const Sql kApprovalStands = {
    "update consultation set version = version where organisation_id = $1 and id = $2 and "
    "version = $3"};
const Sql kRoles = {
    "select roles from membership where organisation_id = $1 and person_id = $2 and "
    "(valid_to is null or valid_to > $3)"};
const Sql kApproverAccounts = {
    "select owner_id, measure, period, held, spent from ledger_account where organisation_id = $1 "
    "and owner_kind = 'grant' and owner_id in (select id from authority_grant where "
    "organisation_id = $1 and purpose = 'approve' and revoked_at is null) and person_id = $2 "
    "and (period = $3 or period >= $4)"};

}  // namespace

Result<Approver> ReadApprover(Services& services, const Request& request,
                              const Situation& situation, PersonId person, PersonId proposer) {
  const OrganisationId org = request.organisation.id;
  const std::array<Query, 2> queries = {
      {{&kMembers, {org, person, proposer}},
       {&kApproverAccounts, {org, person, situation.month(), situation.day()}}}};
  EM_ASSIGN(const std::vector<Rows> rows, services.store.Read(org, queries));
  Approver approver;
  AnyId identity, proposers_identity;
  for (const Row& row : rows[0]) {
    RowReader in(row);
    const PersonId who = in.Next().Identifier<PersonId>();
    const AnyId whose = in.Id();
    const std::string roles = in.Text();
    const auto valid_to = in.OptionalTime();
    if (who == proposer) proposers_identity = whose;
    if (who != person || (valid_to && *valid_to <= request.now)) continue;
    approver.holder = {person, roles};
    identity = whose;
  }
  if (identity.is_nil()) return Fail(Request::NotFoundError("person"));
  approver.alias_of_proposer = identity == proposers_identity;
  approver.rank = desk::HighestRank(approver.holder.roles);
  approver.accounts = situation.accounts;
  for (const Row& row : rows[1]) {
    RowReader in(row);
    desk::Account account;
    account.key.owner_id = in.Id();
    account.key.person = person;
    account.key.measure = in.Text() == "money" ? desk::Measure::kMoney : desk::Measure::kMinutes;
    account.key.period = in.Text();
    account.held = in.Int();
    account.spent = in.Int();
    approver.accounts.Add(std::move(account));
  }
  // What this case holds or has let run out is about to be replaced: it is not in the way.
  const auto put_back = [&](const Hold& hold) {
    for (const desk::Line& line : hold.lines) {
      if (line.key.person == person) approver.accounts.PutBack(line.key, line.quantity);
    }
  };
  if (situation.hold) put_back(*situation.hold);
  for (const Hold& hold : situation.expired) put_back(hold);
  const IdeaRecord& idea = situation.idea->record;
  approver.grant = GoverningGrant(situation.configuration->grants, approver.holder,
                                  desk::Purpose::kApprove, idea.kind, request.now);
  const Instant when = std::max(idea.start_at.value_or(request.now), request.now);
  approver.left = AllowanceOf(approver.grant, approver.accounts, situation.month(),
                              DayOf(request.organisation, when), person);
  return approver;
}

void GuardApproval(Change& change, const Request& request, const Approval& approval) {
  change.Guard(kApprovalStands, {request.organisation.id, approval.consultation, approval.version},
               StaleError("approval"));
}

Result<Roles> ReadRolesOf(Store& store, const Organisation& organisation, PersonId person,
                          Instant now) {
  EM_ASSIGN(const Rows rows,
            ReadOne(store, organisation.id, kRoles, {organisation.id, person, now}));
  if (rows.empty()) return Roles();
  return Roles::Parse(rows[0][0].Text());
}

}  // namespace extramile::app

#include "app/ledger.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <limits>
#include <map>
#include <string_view>

namespace extramile::app::ledger {
namespace {

#define EM_OF_ACCOUNT                                                                        \
  "where organisation_id = $1 and owner_kind = $2 and owner_id = $3 and person_id = $4 and " \
  "measure = $5 and period = $6"
#define EM_OPEN_OR \
  "on conflict (organisation_id, owner_kind, owner_id, person_id, measure, period) do update set "

// One statement opens the account or adds to it, and changes no row where the limit ($8) would not
// be kept.
const Sql kHold = {
    "insert into ledger_account (organisation_id, owner_kind, owner_id, person_id, measure, "
    "period, held, spent) "
    "select $1, $2, $3, $4, $5, $6, $7, 0 where $7 <= $8 " EM_OPEN_OR
    "held = ledger_account.held + $7 where ledger_account.held + ledger_account.spent + $7 <= $8"};
const Sql kSpendUnheld = {
    "insert into ledger_account (organisation_id, owner_kind, owner_id, person_id, measure, "
    "period, held, spent) "
    "select $1, $2, $3, $4, $5, $6, 0, $7 where $7 <= $8 " EM_OPEN_OR
    "spent = ledger_account.spent + $7 where ledger_account.held + ledger_account.spent + $7 <= "
    "$8"};
// $7 was held, $8 is used.
const Sql kSpendHeld = {
    "update ledger_account set held = held - $7, spent = spent + $8 " EM_OF_ACCOUNT};
const Sql kSpendBeyond = {
    "update ledger_account set held = held - $7, spent = spent + $8 " EM_OF_ACCOUNT
    " and held + spent + $8 - $7 <= $9"};
const Sql kRelease = {"update ledger_account set held = held - $7 " EM_OF_ACCOUNT};
const Sql kGiveBack = {"update ledger_account set spent = spent - $7 " EM_OF_ACCOUNT};

const Sql kInsertHold = {
    "insert into hold (organisation_id, id, check_id, subject_id, holder_id, consultation_id, "
    "state, amount, minutes, expires_at, ended_at, lines, occurred_at, recorded_at, recorded_by) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14)"};

// $3 version, $4 state before, $5 state after, $6 now
const Sql kEnd = {
    "update hold set state = $5, ended_at = $6, version = version + 1 "
    "where organisation_id = $1 and id = $2 and version = $3 and state = $4"};
const Sql kExpire = {
    "update hold set state = 'expired', ended_at = $4, version = version + 1 "
    "where organisation_id = $1 and id = $2 and version = $3 and state = 'held' and expires_at <= "
    "$4"};
// $4 now, $5 amount, $6 minutes, $7 lines
const Sql kSpend = {
    "update hold set state = 'spent', ended_at = $4, amount = $5, minutes = $6, lines = $7, "
    "version = version + 1 "
    "where organisation_id = $1 and id = $2 and version = $3 and state = 'held'"};

constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();

Params AccountParams(const WritePlan& plan, const desk::AccountKey& key,
                     std::initializer_list<Cell> more) {
  Params params = {plan.organisation, desk::Word(key.owner),   key.owner_id,
                   key.person,        desk::Word(key.measure), key.period};
  params.insert(params.end(), more);
  return params;
}

// `what` changed meanwhile unless exactly one row does.
void Guard(WritePlan& plan, const Sql& sql, Params params, std::string_view what) {
  plan.steps.push_back({&sql, std::move(params), Expect::kOneRow, StaleError(what)});
}

std::string_view NameOf(const desk::Line& line) {
  switch (line.key.owner) {
    case desk::Owner::kBudget:
      return "budget";
    case desk::Owner::kGrant:
      return "authority";
    default:
      return "sum of gestures";
  }
}

void Take(WritePlan& plan, const Sql& how, const desk::Line& line) {
  Guard(plan, how, AccountParams(plan, line.key, {line.quantity, line.limit.value_or(kNoLimit)}),
        NameOf(line));
}

const desk::Line* Find(const std::vector<desk::Line>& lines, const desk::AccountKey& key) {
  const auto found = std::find_if(lines.begin(), lines.end(),
                                  [&](const desk::Line& line) { return line.key == key; });
  return found == lines.end() ? nullptr : &*found;
}

void WriteHold(WritePlan& plan, const HoldRequest& request, std::string_view state) {
  const Cell ended = state == "held" ? Cell() : Cell(plan.recorded_at);
  // Two first checks of one subject at once: the index lets one hold in, and the other is stale.
  plan.steps.push_back(
      {&kInsertHold,
       {plan.organisation, request.hold, request.check, request.subject, request.holder,
        request.consultation, state, request.amount, request.minutes, request.expires_at, ended,
        LinesText(request.lines), plan.recorded_at, request.recorded_by},
       Expect::kOneRow,
       StaleError("hold")});
}

void PutBack(WritePlan& plan, const Sql& how, const std::vector<desk::Line>& lines) {
  for (const desk::Line& line : lines)
    Guard(plan, how, AccountParams(plan, line.key, {line.quantity}), NameOf(line));
}

// `held`: what the hold has of that account, nullptr where nothing.
void SpendLine(WritePlan& plan, const desk::Line* held, const desk::Line& line, const Used& used) {
  if (!held) return Take(plan, kSpendUnheld, line);
  if (line.quantity <= held->quantity) {
    Guard(plan, kSpendHeld, AccountParams(plan, line.key, {held->quantity, line.quantity}),
          NameOf(line));
  } else {
    const int64_t limit = Find(used.lines, line.key)->limit.value_or(kNoLimit);
    Guard(plan, kSpendBeyond, AccountParams(plan, line.key, {held->quantity, line.quantity, limit}),
          NameOf(line));
  }
}

void End(WritePlan& plan, const CurrentHold& hold, std::string_view from, std::string_view to) {
  Guard(plan, kEnd, {plan.organisation, hold.id, hold.version, from, to, plan.recorded_at},
        from == "held" ? "hold" : "action");
}

// Takes the request's lines, with the difference alone where its predecessor held some already.
void TakeLines(WritePlan& plan, const HoldRequest& request) {
  const std::vector<desk::Line> none;
  const auto& before = request.replaces ? request.replaces->lines : none;
  if (request.replaces) End(plan, *request.replaces, "held", "released");
  for (desk::Line line : request.lines) {
    if (const desk::Line* held = Find(before, line.key)) {
      line.quantity -= held->quantity;
      // Nobody else could take what is held already: it is within the limit as it was.
      if (line.quantity == 0) continue;
    }
    Take(plan, kHold, line);
  }
  for (const desk::Line& line : before) {
    if (!Find(request.lines, line.key)) PutBack(plan, kRelease, {line});
  }
}

}  // namespace

void Reserve(WritePlan& plan, const HoldRequest& request) {
  TakeLines(plan, request);
  WriteHold(plan, request, "held");
}

void ReserveEach(WritePlan& plan, const std::optional<CurrentHold>& replaces,
                 std::span<const HoldRequest> pieces) {
  HoldRequest all;
  all.replaces = replaces;
  std::map<std::string, size_t> places;
  for (const HoldRequest& piece : pieces) {
    for (const desk::Line& line : piece.lines) {
      desk::Line name = line;
      name.quantity = 0;
      const auto [at, anew] = places.try_emplace(LinesText({&name, 1}), all.lines.size());
      if (anew) {
        all.lines.push_back(line);
      } else {
        all.lines[at->second].quantity += line.quantity;
      }
    }
  }
  TakeLines(plan, all);
  for (const HoldRequest& piece : pieces) WriteHold(plan, piece, "held");
}

void Release(WritePlan& plan, const CurrentHold& hold) {
  End(plan, hold, "held", "released");
  PutBack(plan, kRelease, hold.lines);
}

void Expire(WritePlan& plan, const CurrentHold& hold) {
  Guard(plan, kExpire, {plan.organisation, hold.id, hold.version, plan.recorded_at}, "hold");
  PutBack(plan, kRelease, hold.lines);
}

void Spend(WritePlan& plan, const CurrentHold& hold, const Used& used) {
  std::vector<desk::Line> lines = hold.lines;
  for (desk::Line& line : lines) {
    const desk::Line* part = Find(used.lines, line.key);
    line.quantity = part ? part->quantity : 0;
  }
  for (const desk::Line& line : used.lines) {
    if (!Find(hold.lines, line.key)) lines.push_back(line);
  }
  Guard(plan, kSpend,
        {plan.organisation, hold.id, hold.version, plan.recorded_at, used.amount, used.minutes,
         LinesText(lines)},
        "hold");
  for (const desk::Line& line : lines) SpendLine(plan, Find(hold.lines, line.key), line, used);
}

void SpendAtOnce(WritePlan& plan, const HoldRequest& request) {
  if (request.replaces) Release(plan, *request.replaces);
  for (const desk::Line& line : request.lines) Take(plan, kSpendUnheld, line);
  WriteHold(plan, request, "spent");
}

void GiveBack(WritePlan& plan, const CurrentHold& hold) {
  End(plan, hold, "spent", "released");
  PutBack(plan, kGiveBack, hold.lines);
}

std::string LinesText(std::span<const desk::Line> lines) {
  std::string text;
  for (const desk::Line& line : lines) {
    for (const std::string& part :
         {std::string(desk::Word(line.key.owner)), line.key.owner_id.ToString(),
          line.key.person.ToString(), std::string(desk::Word(line.key.measure)),
          std::to_string(line.quantity)}) {
      text += part;
      text += ' ';
    }
    text += line.key.period;
    text += '\n';
  }
  return text;
}

std::vector<desk::Line> ParseLines(std::string_view text) {
  std::vector<desk::Line> lines;
  const auto next = [&text](char end) {
    const size_t at = text.find(end);
    const std::string_view part = text.substr(0, at);
    text.remove_prefix(at == text.npos ? text.size() : at + 1);
    return part;
  };
  while (!text.empty()) {
    desk::Line& line = lines.emplace_back();
    line.key.owner = desk::ParseOwner(next(' '));
    line.key.owner_id = AnyId::Parse(next(' ')).value_or(AnyId());
    line.key.person = PersonId::Parse(next(' ')).value_or(PersonId());
    line.key.measure = next(' ') == "money" ? desk::Measure::kMoney : desk::Measure::kMinutes;
    const std::string_view quantity = next(' ');
    std::from_chars(quantity.data(), quantity.data() + quantity.size(), line.quantity);
    line.key.period = next('\n');
  }
  return lines;
}

}  // namespace extramile::app::ledger

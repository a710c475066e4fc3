#include "app/replay_judge.h"

#include <algorithm>
#include <array>

#include "desk/for_all.h"
#include "desk/snapshot.h"
#include "dmn/difference.h"
#include "dmn/table.h"

namespace extramile::app {
namespace {

// The same to whatever reads it. Values of kinds that no gate gives in practice count as different,
// which only costs time.
bool Same(const feel::Value& a, const feel::Value& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case feel::Kind::kNull:
      return true;
    case feel::Kind::kBoolean:
      return a.boolean() == b.boolean();
    case feel::Kind::kNumber:
      return a.is_small_number() && b.is_small_number() && a.mantissa() == b.mantissa() &&
             a.scale() == b.scale();
    case feel::Kind::kString:
      return a.string() == b.string();
    case feel::Kind::kList:
      return std::ranges::equal(a.items(), b.items(), Same);
    case feel::Kind::kContext:
      return std::ranges::equal(a.entries(), b.entries(), [](const auto& x, const auto& y) {
        return x.name() == y.name() && Same(x.value, y.value);
      });
    default:
      return false;
  }
}

}  // namespace

const Judge::Changes& Judge::ChangesSince(std::string_view policy) {
  if (last_ && last_->first == policy) return last_->second;
  auto found = changes_.find(policy);
  if (found == changes_.end()) {
    Changes changes;
    Sha256 hash{};
    std::shared_ptr<const Policy> decided_by;
    if (earlier_ && policy.size() == hash.size()) {
      std::copy(policy.begin(), policy.end(), hash.begin());
      decided_by = earlier_(hash);
    }
    if (decided_by) {
      const dmn::Model& model = decided_by->model;
      changes.all = !dmn::SameDecision(model, draft_.model, desk::kFeasibility, desk::kGates);
      for (size_t i = 0; i < desk::kGates.size(); ++i) {
        if (dmn::SameDecision(model, draft_.model, desk::kGates[i])) continue;
        changes.gates.push_back(i);
        changes.names.push_back(desk::kGates[i]);
      }
    }
    found = changes_.emplace(std::string(policy), std::move(changes)).first;
  }
  last_ = &*found;
  return found->second;
}

// What the draft says where only its changed gates are asked, and the fold where one says something
// new. nullopt where everything must be asked.
std::optional<desk::Fold> Judge::AskChanges(const StoredCheck& check, const dmn::When& when) {
  const Changes& changes = ChangesSince(check.policy);
  if (changes.all || !check.gates) return std::nullopt;
  if (changes.gates.empty()) return check.said;
  changed_.Reset();
  // Of a draft that lacks a gate or runs out of steps, the whole check has the error.
  if (!Evaluate(draft_.model, changes.names, *check.inputs, when, changed_)) return std::nullopt;
  bool same = true;
  std::array<dmn::KnownDecision, desk::kGates.size()> gates;
  for (size_t i = 0; i < gates.size(); ++i) {
    gates[i] = {desk::kGates[i], check.gates->entries()[i].value};
  }
  for (size_t i = 0; i < changes.gates.size(); ++i) {
    feel::Value& gate = gates[changes.gates[i]].value;
    same = same && Same(gate, changed_.value(i));
    gate = changed_.value(i);
  }
  if (same) return check.said;
  whole_.Reset();
  const auto folded =
      dmn::EvaluateRest(draft_.model, desk::kCheckDecisions, gates, *check.inputs, when, whole_);
  return folded ? std::optional(desk::FoldOf(whole_)) : std::nullopt;
}

Result<std::optional<desk::Fold>> Judge::Ask(const StoredCheck& check) {
  of_all_.reset();
  if (!check.inputs && !desk::HoldsOneContext(check.snapshot)) return AskForAll(check.snapshot);
  if (check.inputs) {
    const dmn::When when{desk::TimeOfCheck(*check.inputs), &zone_};
    // What flips is judged as a whole, for its reasons.
    if (AskChanges(check, when) == check.said) return check.said;
    whole_.Reset();
    return AskInFull(*check.inputs);
  }
  whole_.Reset();
  const auto decoded = desk::DecodeSnapshot(check.snapshot, whole_.arena());
  if (!decoded) return std::nullopt;
  return AskInFull(*decoded);
}

Result<std::optional<desk::Fold>> Judge::AskInFull(const feel::Value& inputs) {
  const dmn::When when{desk::TimeOfCheck(inputs), &zone_};
  EM_TRY(desk::EvaluateCheck(draft_.model, inputs, when, whole_));
  return desk::FoldOf(whole_);
}

Result<std::optional<desk::Fold>> Judge::AskForAll(std::string_view snapshot) {
  auto judgement = desk::JudgeSnapshot(draft_.model, snapshot, zone_, whole_);
  if (!judgement && judgement.error().kind == ErrorKind::kMalformed) return std::nullopt;
  if (!judgement) return Fail(std::move(judgement).error());
  of_all_ = *std::move(judgement);
  return desk::Fold{of_all_->outcome, of_all_->role};
}

std::string Judge::DecisiveRule(const desk::Fold& fold) const {
  if (of_all_) {
    const desk::Finding* finding = of_all_->Decisive();
    return finding && !finding->failed ? finding->rule : std::string();
  }
  const auto hit = desk::DecisiveHit(whole_, fold);
  return hit ? desk::RuleName(hit->table->name, hit->rule + 1) : std::string();
}

}  // namespace extramile::app

#include <algorithm>

#include "dmn/difference.h"
#include "dmn/model_data.h"
#include "feel/literals.h"

namespace extramile::dmn {

using feel::Cause;
using feel::Entry;
using feel::Evaluator;
using feel::Globals;
using feel::NodeId;
using feel::Type;
using feel::Value;
using internal::DrgElement;
using internal::EvaluationData;

namespace {

constexpr size_t kMaxTraces = 100'000;
constexpr int kMaxConversionDepth = 32;

// Texts where the type wants dates, times or durations: JSON has none of these.
Value Converted(feel::Arena& arena, const Value& value, const Type& type, int depth) {
  using Form = Type::Form;
  if (depth > kMaxConversionDepth) return value;
  if (value.is_string()) {
    const bool temporal = type.form == Form::kDate || type.form == Form::kTime ||
                          type.form == Form::kDateTime || type.form == Form::kDaysDuration ||
                          type.form == Form::kMonthsDuration || type.form == Form::kDuration;
    const Value parsed = temporal ? feel::ParseTemporal(arena, value.string()) : Value();
    return parsed.is_null() ? value : parsed;
  }
  if (value.is_list() && type.form == Form::kList && type.element) {
    Value* items = arena.NewArray<Value>(value.items().size());
    for (size_t i = 0; i < value.items().size(); ++i) {
      items[i] = Converted(arena, value.items()[i], *type.element, depth + 1);
    }
    return Value::ListView({items, value.items().size()});
  }
  if (value.is_context() && type.form == Form::kContext) {
    Entry* entries = arena.NewArray<Entry>(value.entries().size());
    for (size_t i = 0; i < value.entries().size(); ++i) {
      const Entry& entry = value.entries()[i];
      const Type* member = type.Find(entry.name());
      entries[i] = {entry.key,
                    member ? Converted(arena, entry.value, *member, depth + 1) : entry.value};
    }
    return Value::ContextView({entries, value.entries().size()});
  }
  return value;
}

// An imported file's input lies in a context named as the import; a caller may also give it by its
// plain name.
Value InputAt(const Value& inputs, const DrgElement& element, uint32_t& position) {
  Value owner = inputs;
  for (const std::string& import : element.path) {
    if (!import.empty()) owner = owner.Find(import);
  }
  const Value* found = owner.FindPointer(element.name, position);
  return found ? *found : inputs.Find(element.name);
}

}  // namespace

namespace internal {

Globals& EvaluationData::NewGlobals() {
  if (globals_used == globals.size()) globals.emplace_back();
  Globals& fresh = globals[globals_used++];
  fresh.Restart(model->elements.size(), model->program.paths.size());
  return fresh;
}

void EvaluationData::Add(const TableTrace& trace) {
  if (traces.size() >= kMaxTraces) return;
  traces.push_back(trace);
  traces.back().decision = current_decision;
}

Value EvaluationData::Input(Evaluator& with, uint32_t slot) {
  const DrgElement& element = model->elements[slot];
  Value value = InputAt(inputs, element, found_at[slot]);
  if (value.is_null() || !element.type) return value;
  if (element.converts) value = Converted(arena, value, *element.type, 0);
  return with.Coerce(value, *element.type, feel::kNoNode);
}

Value EvaluationData::Decision(Evaluator& with, uint32_t slot) {
  const DrgElement& element = model->elements[slot];
  const uint32_t outer = std::exchange(current_decision, slot);
  const size_t begin = with.problem_count();
  Value value = with.Run(*element.code, {});
  if (element.type) value = with.Coerce(value, *element.type, element.code->body);
  runs.push_back({slot, {begin, with.problem_count()}});
  current_decision = outer;
  return value;
}

Value EvaluationData::Compute(Evaluator& with, Globals& table, uint32_t slot, NodeId at) {
  const DrgElement& element = model->elements[slot];
  if (table.states[slot] == Globals::State::kComputing)
    return with.Null(Cause::kCycle, at, {}, {}, element.name);
  table.states[slot] = Globals::State::kComputing;
  Value value;
  switch (element.form) {
    case DrgElement::Form::kInput:
      value = Input(with, slot);
      break;
    case DrgElement::Form::kDecision:
      value = Decision(with, slot);
      break;
    case DrgElement::Form::kKnowledge:
    case DrgElement::Form::kService: {
      feel::Function function;
      function.code = element.code;
      function.globals = &table;
      if (element.code) value = Value::Of(arena.New(function));
      break;
    }
  }
  table.values[slot] = value;
  table.states[slot] = Globals::State::kReady;
  return value;
}

Value ServiceCall::Evaluate(Evaluator& evaluator, NodeId at) const {
  auto* data = static_cast<EvaluationData*>(evaluator.source());
  const DrgElement& service = model_.elements[service_];
  if (data->globals_used > 10'000) return evaluator.Null(Cause::kLimit, at);
  Globals& own = data->NewGlobals();
  // Whatever the service does not compute itself is empty in it: only its parameters come from
  // outside.
  for (size_t i = 0; i < model_.elements.size(); ++i) {
    if (model_.elements[i].form == DrgElement::Form::kInput) own.states[i] = Globals::State::kReady;
  }
  for (size_t i = 0; i < service.parameters.size(); ++i) {
    own.values[service.parameters[i]] = evaluator.Local(static_cast<uint32_t>(i));
    own.states[service.parameters[i]] = Globals::State::kReady;
  }
  Globals* const outer = evaluator.globals();
  evaluator.set_globals(&own);
  Value result;
  if (service.outputs.size() == 1) {
    result = evaluator.ReadGlobal(service.outputs[0], at);
  } else {
    Entry* entries = evaluator.arena().NewArray<Entry>(service.outputs.size());
    for (size_t i = 0; i < service.outputs.size(); ++i) {
      entries[i] = {Value::StringView(model_.elements[service.outputs[i]].name),
                    evaluator.ReadGlobal(service.outputs[i], at)};
    }
    result = Value::ContextView({entries, service.outputs.size()});
  }
  evaluator.set_globals(outer);
  return result;
}

}  // namespace internal

std::vector<std::string_view> Model::decisions() const {
  std::vector<std::string_view> names;
  for (const DrgElement& element : data_->elements) {
    if (element.form == DrgElement::Form::kDecision) names.push_back(element.name);
  }
  return names;
}

std::vector<std::string_view> Model::decision_services() const {
  std::vector<std::string_view> names;
  for (const DrgElement& element : data_->elements) {
    if (element.form == DrgElement::Form::kService) names.push_back(element.name);
  }
  return names;
}

std::vector<InputInfo> Model::inputs() const {
  std::vector<InputInfo> inputs;
  for (const DrgElement& element : data_->elements) {
    if (element.form == DrgElement::Form::kInput)
      inputs.push_back({element.name, element.type_name});
  }
  return inputs;
}

std::vector<std::string_view> Model::names() const {
  std::vector<std::string_view> names;
  for (const DrgElement& element : data_->elements) {
    if (element.form == DrgElement::Form::kInput) names.push_back(element.name);
  }
  for (const uint32_t name : data_->program.names) {
    names.push_back(data_->program.constants[name].string());
  }
  return names;
}

bool Model::HasDecision(std::string_view name) const { return data_->decisions.contains(name); }

const DecisionTable* Model::table(std::string_view name) const {
  const feel::Program& program = data_->program;
  for (const DrgElement& element : data_->elements) {
    if (element.name != name || !element.code || element.code->body == feel::kNoNode) continue;
    const feel::Node& body = program.nodes[element.code->body];
    if (body.op != feel::Op::kExternal) continue;
    if (auto* found = dynamic_cast<const DecisionTable*>(program.externals[body.a].get()))
      return found;
  }
  return nullptr;
}

std::vector<const DecisionTable*> Model::tables() const {
  std::vector<const DecisionTable*> tables;
  for (const auto& external : data_->program.externals) {
    if (auto* table = dynamic_cast<const DecisionTable*>(external.get())) tables.push_back(table);
  }
  return tables;
}

Evaluation::Evaluation(EvaluationLimits limits) : data_(std::make_unique<EvaluationData>(limits)) {}
Evaluation::~Evaluation() = default;
Evaluation::Evaluation(Evaluation&&) noexcept = default;
Evaluation& Evaluation::operator=(Evaluation&&) noexcept = default;

feel::Arena& Evaluation::arena() { return data_->arena; }

void Evaluation::Reset() {
  data_->arena.Reset();
  if (data_->evaluator) data_->evaluator->ForgetProblems();
  data_->inputs = Value();
  data_->traces.clear();
  data_->runs.clear();
  data_->wanted.clear();
  data_->values.clear();
}

size_t Evaluation::size() const { return data_->values.size(); }
const Value& Evaluation::value(size_t i) const { return data_->values[i]; }

namespace {

void Collect(const TableTrace& trace, std::vector<RuleHit>& hits) {
  const bool inputs_vary = trace.table->policy == HitPolicy::kFirst;
  for (const uint32_t rule : trace.matched) {
    hits.push_back({trace.table, rule, &trace, inputs_vary});
  }
}

void Collect(const EvaluationData& data, uint32_t slot, std::vector<RuleHit>& hits) {
  for (const TableTrace& trace : data.traces) {
    if (trace.decision == slot) Collect(trace, hits);
  }
}

std::vector<MatchedRule> Rendered(const EvaluationData& data, uint32_t slot) {
  std::vector<RuleHit> hits;
  Collect(data, slot, hits);
  std::vector<MatchedRule> matched;
  matched.reserve(hits.size());
  for (const RuleHit& hit : hits) matched.push_back(Render(hit));
  return matched;
}

}  // namespace

MatchedRule Render(const RuleHit& hit) {
  const TableRule& rule = hit.table->rules[hit.rule];
  return {hit.table->name,
          rule.id,
          rule.label,
          static_cast<int>(hit.rule + 1),
          {rule.annotations.begin(), rule.annotations.end()},
          hit.table->InputsThatMattered(hit.rule, *hit.trace)};
}

void Evaluation::AddHits(size_t i, std::vector<RuleHit>& hits) const {
  Collect(*data_, data_->wanted[i], hits);
}

void Evaluation::AddAllHits(std::vector<RuleHit>& hits) const {
  for (const TableTrace& trace : data_->traces) Collect(trace, hits);
}

std::vector<MatchedRule> Evaluation::Matched(size_t i) const {
  return Rendered(*data_, data_->wanted[i]);
}

std::vector<MatchedRule> Evaluation::Matched(std::string_view decision) const {
  if (!data_->model) return {};
  const auto found = data_->model->decisions.find(decision);
  return found == data_->model->decisions.end() ? std::vector<MatchedRule>()
                                                : Rendered(*data_, found->second);
}

std::vector<Problem> Evaluation::Problems(size_t i) const {
  std::vector<Problem> problems;
  // Decisions that ran inside this one's span are required by it: their problems are theirs.
  const auto run = std::find_if(data_->runs.begin(), data_->runs.end(),
                                [&](const auto& r) { return r.slot == data_->wanted[i]; });
  if (run == data_->runs.end()) return problems;
  for (size_t p = run->problems.begin; p < run->problems.end; ++p) {
    const bool inner = std::any_of(data_->runs.begin(), run, [&](const auto& other) {
      return other.problems.begin >= run->problems.begin && p >= other.problems.begin &&
             p < other.problems.end;
    });
    if (!inner) problems.push_back(data_->evaluator->ProblemAt(p));
  }
  return problems;
}

std::vector<Problem> Evaluation::Problems() const {
  std::vector<Problem> problems;
  if (!data_->evaluator) return problems;
  for (size_t p = 0; p < data_->evaluator->problem_count(); ++p)
    problems.push_back(data_->evaluator->ProblemAt(p));
  return problems;
}

std::optional<Problem> Evaluation::ReasonOf(const Value& value) const {
  return data_->evaluator ? data_->evaluator->ReasonOf(value) : std::nullopt;
}

namespace {

// Models with more paths follow them one by one, when asked for: most would be followed in vain.
constexpr size_t kMostPathsAtOnce = 256;

// Inputs without a type are read at once, and the paths from them followed, where that many
// decisions are likely to need most of them. (An input with a type may leave a problem, which
// belongs to the decision that reads it.)
void ReadInputs(EvaluationData& data, Globals& globals, size_t decisions) {
  if (data.model->program.paths.size() > kMostPathsAtOnce) return;
  if (decisions < data.model->decisions.size() / 2) return;
  const std::vector<DrgElement>& elements = data.model->elements;
  for (const uint32_t slot : data.model->plain_inputs) {
    globals.values[slot] = InputAt(data.inputs, elements[slot], data.found_at[slot]);
    globals.states[slot] = Globals::State::kReady;
  }
  data.evaluator->FollowPaths();
}

// Makes the evaluation ready for so many decisions of a model; earlier results are dropped.
void Begin(const std::shared_ptr<const internal::ModelData>& model, const Value& inputs,
           const When& when, size_t decisions, EvaluationData& data) {
  if (data.model != model) {
    data.asked_before.clear();
    data.found_at.assign(model->elements.size(), 0);
  }
  data.model = model;
  data.inputs = inputs;
  data.traces.clear();
  data.runs.clear();
  data.wanted.clear();
  data.values.clear();
  data.globals_used = 0;
  data.current_decision = UINT32_MAX;
  feel::Limits limits;
  limits.max_steps = data.limits.max_steps;
  limits.max_call_depth = data.limits.max_call_depth;
  const feel::DateTime now = feel::FromInstant(when.instant, when.zone);
  if (data.evaluator) {
    data.evaluator->Restart(model->program, now, limits);
  } else {
    data.evaluator.emplace(model->program, data.arena, now, limits);
  }
  Globals& globals = data.NewGlobals();
  data.evaluator->set_source(&data);
  data.evaluator->set_globals(&globals);
  ReadInputs(data, globals, decisions);
}

Result<void> CheckLimits(const EvaluationData& data) {
  if (!data.evaluator->stopped()) return {};
  return Fail(ErrorKind::kTooLarge, "evaluation-limit",
              "The evaluation takes too many steps, calls or bytes.", "",
              "Look for recursion without an end, or for very large ranges and lists.");
}

}  // namespace

Result<void> Evaluate(const Model& model, std::span<const std::string_view> decisions,
                      const Value& inputs, const When& when, Evaluation& into) {
  return EvaluateRest(model, decisions, {}, inputs, when, into);
}

Result<void> EvaluateRest(const Model& model, std::span<const std::string_view> decisions,
                          std::span<const KnownDecision> known, const Value& inputs,
                          const When& when, Evaluation& into) {
  EvaluationData& data = into.data();
  const size_t unknown = decisions.size() - std::min(decisions.size(), known.size());
  Begin(model.data(), inputs, when, unknown, data);
  Globals& globals = *data.evaluator->globals();
  for (const KnownDecision& decision : known) {
    const auto found = data.model->decisions.find(decision.name);
    if (found == data.model->decisions.end()) continue;
    globals.values[found->second] = decision.value;
    globals.states[found->second] = Globals::State::kReady;
  }
  const std::vector<internal::DrgElement>& elements = data.model->elements;
  data.asked_before.resize(decisions.size(), UINT32_MAX);
  for (size_t i = 0; i < decisions.size(); ++i) {
    uint32_t& slot = data.asked_before[i];
    if (slot == UINT32_MAX || elements[slot].name != decisions[i]) {
      const auto found = data.model->decisions.find(decisions[i]);
      if (found == data.model->decisions.end()) {
        return Fail(ErrorKind::kNotFound, "unknown-decision",
                    "The model has no decision named '" + std::string(decisions[i]) + "'.");
      }
      slot = found->second;
    }
    data.wanted.push_back(slot);
  }
  for (const uint32_t slot : data.wanted) {
    data.values.push_back(data.evaluator->ReadGlobal(slot, feel::kNoNode));
  }
  return CheckLimits(data);
}

Result<void> EvaluateService(const Model& model, std::string_view service, const Value& inputs,
                             const When& when, Evaluation& into) {
  EvaluationData& data = into.data();
  Begin(model.data(), inputs, when, model.data()->decisions.size(), data);
  const auto found = data.model->services.find(service);
  if (found == data.model->services.end()) {
    return Fail(ErrorKind::kNotFound, "unknown-decision-service",
                "The model has no decision service named '" + std::string(service) + "'.");
  }
  const DrgElement& element = data.model->elements[found->second];
  std::vector<Value> arguments;
  for (const uint32_t parameter : element.parameters) {
    const DrgElement& of = data.model->elements[parameter];
    Value value = inputs.Find(of.name);
    if (of.type && !value.is_null()) value = Converted(data.arena, value, *of.type, 0);
    arguments.push_back(value);
  }
  const Value function = data.evaluator->ReadGlobal(found->second, feel::kNoNode);
  data.wanted.push_back(found->second);
  data.values.push_back(data.evaluator->Call(function, arguments, feel::kNoNode));
  return CheckLimits(data);
}

}  // namespace extramile::dmn

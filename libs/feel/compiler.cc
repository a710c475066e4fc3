#include "feel/compiler.h"

#include <algorithm>

#include "feel/builtins.h"
#include "feel/evaluator.h"
#include "feel/parser.h"
#include "feel/text.h"

namespace extramile::feel {
namespace {

// Names of properties and of range and date parts, so that paths into values of unknown type read
// them whole.
constexpr std::string_view kPropertyNames[] = {"time offset", "start included", "end included"};

}  // namespace

Compiler::Compiler(Program& program, CompilerOptions options)
    : program_(program), options_(options) {
  if (program_.sources.empty()) program_.sources.push_back({});
  Scope root;
  for (uint32_t i = 0; i < AllBuiltins().size(); ++i) {
    root.names.emplace(AllBuiltins()[i].name, Binding{Binding::Form::kBuiltin, i, nullptr});
  }
  scopes_.push_back(std::move(root));
  for (const std::string_view name : kPropertyNames) AddToVocabulary(name);
  longest_name_ = std::max<size_t>(longest_name_, 5);  // "years and months duration" and its like
}

void Compiler::BeginFunction(std::string name, std::vector<FunctionCode::Parameter> parameters) {
  FunctionCode& code = program_.functions.emplace_back();
  code.name = std::move(name);
  code.parameters = std::move(parameters);
  frames_.push_back({&code, scopes_.size(), std::nullopt});
  PushScope();
  for (const FunctionCode::Parameter& parameter : code.parameters) {
    DeclareLocal(parameter.name, parameter.type);
  }
}

FunctionCode* Compiler::EndFunction(NodeId body, const Type* result) {
  const Frame frame = frames_.back();
  scopes_.resize(frame.first_scope);
  frames_.pop_back();
  frame.code->body = body;
  frame.code->result = result;
  return frame.code;
}

Typed Compiler::Closure(const FunctionCode* code) {
  // A deque keeps addresses, and functions are few: the search happens once per function, at load
  // time.
  uint32_t index = 0;
  while (&program_.functions[index] != code) ++index;
  Type type;
  type.form = Type::Form::kFunction;
  type.element = code->result;
  for (const FunctionCode::Parameter& parameter : code->parameters) {
    type.members.push_back({parameter.name, parameter.type ? parameter.type : pool().any()});
  }
  return {Add(Op::kClosure, index), pool().New(std::move(type))};
}

std::string Compiler::Declared(std::string_view name) {
  std::string normalised = NormaliseName(name);
  size_t words = 1;
  for (const char c : normalised) {
    if (c == ' ') words += 1;
    if (std::string_view("./-'+*").find(c) != std::string_view::npos) words += 2;
  }
  longest_name_ = std::max(longest_name_, words);
  return normalised;
}

void Compiler::PushScope() {
  Scope scope;
  scope.frame = frames_.empty() ? 0 : frames_.size() - 1;
  scopes_.push_back(std::move(scope));
}

void Compiler::PopScope() { scopes_.pop_back(); }

uint32_t Compiler::DeclareLocal(std::string_view name, const Type* type) {
  const uint32_t slot = frames_.back().code->frame_size++;
  if (!name.empty()) {
    scopes_.back().names.insert_or_assign(Declared(name),
                                          Binding{Binding::Form::kLocal, slot, type});
  }
  return slot;
}

void Compiler::DeclareLocalAt(std::string_view name, uint32_t slot, const Type* type) {
  scopes_.back().names.insert_or_assign(Declared(name), Binding{Binding::Form::kLocal, slot, type});
}

void Compiler::DeclareSelf(std::string_view name) {
  scopes_.back().names.emplace(Declared(name), Binding{Binding::Form::kSelf, 0, nullptr});
}

void Compiler::DeclareGlobal(std::string_view name, uint32_t slot, const Type* type) {
  scopes_.back().names.insert_or_assign(Declared(name),
                                        Binding{Binding::Form::kGlobal, slot, type});
}

void Compiler::DeclareType(std::string_view name, const Type* type) {
  types_.insert_or_assign(Declared(name), type);
}

uint32_t Compiler::PushItemScope(const Type* item) {
  PushScope();
  const uint32_t slot = DeclareLocal("item", item);
  if (!item || item->form == Type::Form::kAny ||
      (item->form == Type::Form::kContext && item->members.empty())) {
    scopes_.back().open_item = slot;
  } else if (item->form == Type::Form::kContext) {
    for (const Type::Member& member : item->members) {
      scopes_.back().names.insert_or_assign(Declared(member.name),
                                            Binding{Binding::Form::kMember, slot, member.type});
    }
  }
  return slot;
}

void Compiler::AddToVocabulary(std::string_view name) {
  std::string normalised = Declared(name);
  if (!IsPlainName(normalised)) vocabulary_.insert(std::move(normalised));
}

bool Compiler::Knows(const std::string& name) const {
  for (const Scope& scope : scopes_) {
    if (scope.names.contains(name)) return true;
  }
  return false;
}

uint32_t Compiler::SlotInFrame(size_t declared_in, uint32_t slot, size_t frame) {
  if (declared_in == frame) return slot;
  const uint32_t from = SlotInFrame(declared_in, slot, frame - 1);
  FunctionCode& code = *frames_[frame].code;
  for (const FunctionCode::Capture& capture : code.captures) {
    if (capture.from == from) return capture.to;
  }
  code.captures.push_back({from, code.frame_size});
  return code.frame_size++;
}

uint32_t Compiler::SelfSlotInFrame(size_t frame) {
  FunctionCode& code = *frames_[frame].code;
  if (!frames_[frame].self_slot) {
    code.captures.push_back({FunctionCode::kSelf, code.frame_size});
    frames_[frame].self_slot = code.frame_size++;
  }
  return *frames_[frame].self_slot;
}

Typed Compiler::Resolve(const std::string& name, bool called) {
  const size_t here = frames_.empty() ? 0 : frames_.size() - 1;
  std::vector<uint32_t>
      open_items;  // inner first: each may hide the name behind an entry of its own
  Typed found;
  for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
    const auto match = scope->names.find(name);
    if (match != scope->names.end()) {
      const Binding& binding = match->second;
      found.type = binding.type;
      switch (binding.form) {
        case Binding::Form::kLocal:
          found.node = Add(Op::kLocal, SlotInFrame(scope->frame, binding.slot, here));
          // An entry of its own named "item" hides the item.
          if (scope->open_item == binding.slot) open_items.push_back(program_.nodes[found.node].a);
          break;
        case Binding::Form::kSelf: {
          // The function itself is the frame that opens inside the scope that names it.
          if (here == scope->frame) continue;
          const uint32_t own = SelfSlotInFrame(scope->frame + 1);
          found.node = Add(Op::kLocal, SlotInFrame(scope->frame + 1, own, here));
          break;
        }
        case Binding::Form::kGlobal:
          found.node = Add(Op::kGlobal, binding.slot);
          break;
        case Binding::Form::kMember:
          found.node = Add(Op::kMember, SlotInFrame(scope->frame, binding.slot, here),
                           NameIndex(name), kNoNode);
          break;
        case Binding::Form::kBuiltin:
          found.node = AddConstant(Value::Of(&BuiltinFunction(binding.slot)));
          if (called) open_items.clear();
          break;
      }
      break;
    }
    if (scope->open_item) open_items.push_back(SlotInFrame(scope->frame, *scope->open_item, here));
  }
  for (auto item = open_items.rbegin(); item != open_items.rend(); ++item) {
    found.node = Add(Op::kMember, *item, NameIndex(name), found.node);
    found.type = nullptr;
  }
  return found;
}

NodeId Compiler::Add(Op op, uint32_t a, uint32_t b, uint32_t c, uint8_t flags) {
  program_.nodes.push_back({op, flags, 0, a, b, c});
  program_.places.push_back({source_, offset_});
  return static_cast<NodeId>(program_.nodes.size() - 1);
}

uint32_t Compiler::ConstantIndex(Value value) {
  program_.constants.push_back(value);
  return static_cast<uint32_t>(program_.constants.size() - 1);
}

uint32_t Compiler::NameIndex(std::string_view name) {
  const auto [known, is_new] = names_.try_emplace(std::string(name));
  if (is_new) {
    known->second = ConstantIndex(Value::String(program_.arena, name));
    program_.names.push_back(known->second);
  }
  return known->second;
}

uint32_t Compiler::TypeIndex(const Type* type) {
  program_.types.push_back(type);
  return static_cast<uint32_t>(program_.types.size() - 1);
}

NodeId Compiler::AddConstant(Value value) { return Add(Op::kConstant, ConstantIndex(value)); }

NodeId Compiler::AddPath(NodeId owner, std::string_view name) {
  const uint32_t constant = NameIndex(name);
  const Node of = program_.nodes[owner];
  const auto next = static_cast<uint32_t>(program_.paths.size());
  PathStep step{PathStep::Of::kElse, 0, program_.constants[constant].string()};
  if (of.op == Op::kGlobal) step = {PathStep::Of::kGlobal, of.a, step.name};
  if (of.op == Op::kPath && (of.flags & kOfGlobal) != 0) {
    step = {PathStep::Of::kPath, of.c, step.name};
  }
  if (step.of == PathStep::Of::kElse) {
    program_.paths.push_back(step);
    return Add(Op::kPath, owner, constant, next);
  }
  const auto [known, is_new] = paths_.try_emplace({step.of, step.owner, constant}, next);
  if (is_new) program_.paths.push_back(step);
  return Add(Op::kPath, owner, constant, known->second, kOfGlobal);
}

uint32_t Compiler::AddExtra(std::span<const uint32_t> words) {
  const auto start = static_cast<uint32_t>(program_.extra.size());
  program_.extra.insert(program_.extra.end(), words.begin(), words.end());
  return start;
}

NodeId Compiler::AddList(Op op, std::span<const NodeId> children) {
  return Add(op, AddExtra(children), static_cast<uint32_t>(children.size()));
}

NodeId Compiler::AddForeignCode(std::string_view language) {
  const std::string message =
      "The function is written in " + std::string(language) + ", which is not run.";
  return Add(Op::kFailure, ConstantIndex(Value::String(program_.arena, message)), 0, 0,
             kForeignCode);
}

void Compiler::BeginSource(std::string_view place, std::string_view text) {
  program_.sources.push_back({std::string(place), std::string(text)});
  source_ = static_cast<uint32_t>(program_.sources.size() - 1);
  offset_ = 0;
}

NodeId Compiler::Fold(NodeId node) {
  const Node& n = program_.nodes[node];
  const auto constant = [this](NodeId id) {
    return id == kNoNode || program_.nodes[id].op == Op::kConstant;
  };
  bool foldable = false;
  switch (n.op) {
    case Op::kNegate:
      foldable = constant(n.a);
      break;
    case Op::kRange:
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kMultiply:
    case Op::kDivide:
      foldable = constant(n.a) && constant(n.b);
      break;
    case Op::kCallBuiltin: {
      foldable = AllBuiltins()[n.a].pure;
      for (uint32_t i = 0; i < n.c; ++i) foldable = foldable && constant(program_.extra[n.b + i]);
      break;
    }
    default:
      break;
  }
  if (!foldable) return node;
  Evaluator evaluator(program_, program_.arena, {}, {.max_steps = 10'000});
  const Value value = evaluator.EvaluateConstant(node);
  // A null keeps its node, so that its reason is told each time; a long list is cheaper to make
  // than to keep.
  // A boolean keeps its node too: among unary tests a condition that holds is not the literal true.
  if (value.is_null() || evaluator.stopped() || value.is_list() || value.is_boolean()) return node;
  return AddConstant(value);
}

Result<Typed> Compiler::Fallback(Error error) {
  if (!options_.lenient) return Fail(std::move(error));
  return Typed{Add(Op::kFailure, ConstantIndex(Value::String(program_.arena, error.message))),
               nullptr};
}

Result<Typed> Compiler::Expression(std::string_view text, std::string_view place) {
  BeginSource(place, text);
  const size_t scopes = scopes_.size(), frames = frames_.size();
  auto parsed = Parser(*this, text).WholeExpression();
  if (parsed) return parsed;
  scopes_.resize(scopes);
  frames_.resize(frames);
  return Fallback(parsed.error());
}

Result<Typed> Compiler::UnaryTests(std::string_view text, std::string_view place) {
  BeginSource(place, text);
  const size_t scopes = scopes_.size(), frames = frames_.size();
  auto parsed = Parser(*this, text).WholeUnaryTests();
  if (parsed) return parsed;
  scopes_.resize(scopes);
  frames_.resize(frames);
  auto failure = Fallback(parsed.error());
  if (!failure) return failure;
  const NodeId test = Add(Op::kTest, failure->node, 0, 0, kUsesQuestionMark);
  const Typed question = Resolve("?", false);
  const uint32_t words[] = {program_.nodes[question.node].a, test};
  return Typed{Add(Op::kIn, question.node, AddExtra(words) + 1, 1), nullptr};
}

const Type* Compiler::TypeByName(std::string_view text) const {
  const std::string name = NormaliseName(text);
  const auto found = types_.find(name);
  if (found != types_.end()) return found->second;
  return program_.pool.Builtin(name);
}

std::string Program::PlaceOf(NodeId node) const {
  const NodePlace& at = places[node];
  const Source& source = sources[at.source];
  const std::string_view before = std::string_view(source.text).substr(0, at.offset);
  size_t line = 1, line_start = 0;
  for (size_t i = 0; i < before.size(); ++i) {
    if (before[i] == '\n') {
      ++line;
      line_start = i + 1;
    }
  }
  const size_t column = CountCodePoints(before.substr(line_start)) + 1;
  std::string place = source.place;
  if (source.text.empty()) return place;
  place += line > 1 ? ", line " + std::to_string(line) + " character " : ", character ";
  return place + std::to_string(column);
}

}  // namespace extramile::feel

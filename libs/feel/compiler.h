// Compiler: FEEL text to nodes of a Program. Parsing and name resolution are one pass, because
// FEEL's names may contain spaces and operators: which characters form a name depends on which
// names are known at that point (the longest wins).
//
// The caller opens scopes and declares what is visible, then compiles expressions in them; boxed
// expressions are built from the same nodes with Add. One compiler writes one program; not
// thread-safe.
//
//   Program program;
//   Compiler compiler(program, {});
//   compiler.BeginFunction("amount", {});
//   compiler.DeclareGlobal("same customer so far", 0, nullptr);
//   auto sum = compiler.Expression("same customer so far + 5", "demo");
//   FunctionCode* code = compiler.EndFunction(sum->node, nullptr);
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/error.h"
#include "feel/program.h"

namespace extramile::feel {

// A compiled expression and what is known of its value: nullptr is anything.
struct Typed {
  NodeId node = kNoNode;
  const Type* type = nullptr;
};

struct CompilerOptions {
  // Unknown names and expressions that do not parse become nulls with a reason instead of errors.
  bool lenient = false;
  int max_nesting = 120;
  size_t max_expression_bytes = size_t{1} << 20;
};

class Compiler {
 public:
  Compiler(Program& program, CompilerOptions options);

  // A function's frame: parameters are its first slots. Frames nest; an inner one captures what it
  // uses of the outer.
  void BeginFunction(std::string name, std::vector<FunctionCode::Parameter> parameters);
  // Parameters and locals were declared since BeginFunction; all scopes opened since are closed.
  FunctionCode* EndFunction(NodeId body, const Type* result);
  // The node that makes a closure of `code` in the current frame; its name may call it recursively.
  Typed Closure(const FunctionCode* code);

  void PushScope();
  void PopScope();
  uint32_t DeclareLocal(std::string_view name, const Type* type);
  // A name for a slot that DeclareLocal has given out before.
  void DeclareLocalAt(std::string_view name, uint32_t slot, const Type* type);
  void DeclareSelf(std::string_view name);
  void DeclareGlobal(std::string_view name, uint32_t slot, const Type* type);
  void DeclareType(std::string_view name, const Type* type);
  // The scope of a filter: `item`, and the item's own entries by their names.
  uint32_t PushItemScope(const Type* item);
  // A member name that some context of the model has: helps to read paths where the type is
  // unknown.
  void AddToVocabulary(std::string_view name);
  // All that were added so far, by whatever was compiled too.
  const std::unordered_set<std::string>& vocabulary() const { return vocabulary_; }

  // A whole expression. `place` says where it stands: "file.dmn: decision 'Authority'".
  // Errors: kInvalid "feel-syntax", "unknown-name"; kTooLarge "feel-too-deep"; the place gets line
  // and column.
  Result<Typed> Expression(std::string_view text, std::string_view place);
  // Unary tests on the local named "?", which must be declared. "-" gives kNoNode.
  Result<Typed> UnaryTests(std::string_view text, std::string_view place);
  // A type as FEEL writes it: "list<number>", "date and time", or a declared name. nullptr if
  // unknown.
  const Type* TypeByName(std::string_view text) const;

  NodeId Add(Op op, uint32_t a = 0, uint32_t b = 0, uint32_t c = 0, uint8_t flags = 0);
  NodeId AddConstant(Value value);
  // owner.name
  NodeId AddPath(NodeId owner, std::string_view name);
  // The body of a function written in `language`: null, with that as its reason.
  NodeId AddForeignCode(std::string_view language);
  NodeId AddList(Op op, std::span<const NodeId> children);
  uint32_t AddExtra(std::span<const uint32_t> words);
  uint32_t ConstantIndex(Value value);
  // The constant that stands for an entry's name: one for each name.
  uint32_t NameIndex(std::string_view name);
  uint32_t TypeIndex(const Type* type);
  // Nodes added from now on belong to this source.
  void BeginSource(std::string_view place, std::string_view text);
  // A call of builtin or value with evaluated arguments, folded where everything is constant.
  NodeId Fold(NodeId node);

  Program& program() { return program_; }
  TypePool& pool() { return program_.pool; }
  const CompilerOptions& options() const { return options_; }

 private:
  friend class Parser;

  struct Binding {
    enum class Form : uint8_t { kLocal, kGlobal, kMember, kBuiltin, kSelf } form;
    uint32_t slot = 0;  // local, global or built-in; for a member the slot of its item
    const Type* type = nullptr;
  };
  struct Scope {
    size_t frame = 0;  // index into frames_
    std::unordered_map<std::string, Binding> names;
    std::optional<uint32_t> open_item;  // the item may have any entry: its type is not known
  };
  struct Frame {
    FunctionCode* code;
    size_t first_scope;
    std::optional<uint32_t> self_slot;
  };

  // The name as it is compared, remembered for longest_name_.
  std::string Declared(std::string_view name);
  bool Knows(const std::string& name) const;
  // The node that gives the value of a name; kNoNode where it is unknown (an open item scope makes
  // every name known). `called`: an opening bracket follows, so that a built-in function is not
  // hidden by an entry of its name.
  Typed Resolve(const std::string& name, bool called);
  uint32_t SlotInFrame(size_t declared_in, uint32_t slot, size_t frame);
  uint32_t SelfSlotInFrame(size_t frame);
  Result<Typed> Fallback(Error error);

  Program& program_;
  CompilerOptions options_;
  std::vector<Scope> scopes_;
  std::vector<Frame> frames_;
  std::unordered_map<std::string, const Type*> types_;
  std::unordered_set<std::string> vocabulary_;
  // The number of each path that begins at a global.
  std::map<std::tuple<PathStep::Of, uint32_t, uint32_t>, uint32_t> paths_;
  std::unordered_map<std::string, uint32_t> names_;
  size_t longest_name_ = 1;  // in words and symbols, of all names that were ever declared
  uint32_t source_ = 0;
  uint32_t offset_ = 0;
};

}  // namespace extramile::feel

#include "dmn/loader.h"

#include <algorithm>

#include "dmn/boxed.h"
#include "feel/text.h"

namespace extramile::dmn {

Result<Model> Load(std::span<const LoadedFile> files, const LoadOptions& options) {
  auto data = std::make_shared<internal::ModelData>();
  EM_TRY(internal::Loader(*data, options).Load(files));
  return Model(std::move(data));
}

namespace internal {
namespace {

constexpr int kMaxTypeDepth = 50;
constexpr size_t kMaxImportDepth = 50;
constexpr size_t kMaxInstances = 1000;

bool IsDmn(std::string_view name_space) {
  return name_space.starts_with("http://www.omg.org/spec/DMN/") ||
         name_space.starts_with("https://www.omg.org/spec/DMN/");
}

// The words by which a person knows the element.
std::string_view FormWords(std::string_view name) {
  if (name == "inputData") return "input";
  if (name == "decision") return "decision";
  if (name == "businessKnowledgeModel") return "business knowledge model";
  if (name == "decisionService") return "decision service";
  if (name == "itemDefinition") return "item definition";
  return name;
}

std::optional<DrgElement::Form> FormOf(std::string_view name) {
  if (name == "inputData") return DrgElement::Form::kInput;
  if (name == "decision") return DrgElement::Form::kDecision;
  if (name == "businessKnowledgeModel") return DrgElement::Form::kKnowledge;
  if (name == "decisionService") return DrgElement::Form::kService;
  return std::nullopt;
}

bool HoldsTemporal(const feel::Type& type, int depth) {
  using Form = feel::Type::Form;
  if (depth > 8) return true;
  switch (type.form) {
    case Form::kDate:
    case Form::kTime:
    case Form::kDateTime:
    case Form::kDaysDuration:
    case Form::kMonthsDuration:
    case Form::kDuration:
      return true;
    case Form::kList:
      return type.element && HoldsTemporal(*type.element, depth + 1);
    case Form::kContext:
      return std::any_of(type.members.begin(), type.members.end(), [&](const auto& member) {
        return HoldsTemporal(*member.type, depth + 1);
      });
    default:
      return false;
  }
}

}  // namespace

std::string PlaceOf(const File& file, const Element& element) {
  std::string place = file.name + ": " + std::string(FormWords(element.name));
  const std::string_view name = element.Attribute("name");
  if (!name.empty()) place += " '" + std::string(name) + "'";
  return place;
}

Loader::Loader(ModelData& model, const LoadOptions& options) : model_(model), options_(options) {}

Result<void> Loader::Load(std::span<const LoadedFile> files) {
  if (files.size() > options_.max_files) {
    return Fail(ErrorKind::kTooLarge, "too-many-files", "There are too many files.");
  }
  for (const LoadedFile& file : files) EM_TRY(ReadFile(file));
  EM_TRY(LinkImports());
  for (const auto& file : files_) {
    std::vector<const File*> open;
    EM_TRY(RefuseCycles(*file, open));
  }
  EM_TRY(MakeInstances());
  for (auto& file : files_) EM_TRY(MakeTypes(*file));
  for (uint32_t i = 0; i < instances_.size(); ++i) EM_TRY(CollectElements(i));
  const auto instance_of = [this](uint32_t slot) -> const Instance& {
    return instances_[sources_[slot].instance];
  };
  for (uint32_t slot = 0; slot < model_.elements.size(); ++slot) {
    EM_TRY(TypeElement(*instance_of(slot).file, *sources_[slot].xml, model_.elements[slot]));
  }
  DescribeTypes();
  for (uint32_t slot = 0; slot < model_.elements.size(); ++slot) {
    Describe(instance_of(slot), *sources_[slot].xml, model_.elements[slot]);
    EM_TRY(CompileElement(instance_of(slot), *sources_[slot].xml, slot));
  }
  for (uint32_t slot = 0; slot < model_.elements.size(); ++slot) {
    const DrgElement& element = model_.elements[slot];
    const bool plain = element.form == DrgElement::Form::kInput && !element.type;
    if (plain) model_.plain_inputs.push_back(slot);
    if (element.form == DrgElement::Form::kDecision) model_.decisions.emplace(element.name, slot);
    if (element.form == DrgElement::Form::kService) model_.services.emplace(element.name, slot);
  }
  return {};
}

Result<void> Loader::ReadFile(const LoadedFile& loaded) {
  auto file = std::make_unique<File>();
  file->name = loaded.name;
  EM_ASSIGN(file->root, ParseXml(loaded.xml, loaded.name, {.max_bytes = options_.max_file_bytes}));
  if (file->root.name != "definitions" || !IsDmn(file->root.name_space)) {
    return Fail(ErrorKind::kInvalid, "not-dmn",
                "The file is no DMN model: its first element is <" + file->root.name + ">.",
                loaded.name, "Give a file that a DMN 1.2 to 1.5 editor has written.");
  }
  file->name_space = std::string(file->root.Attribute("namespace"));
  for (const Element& child : file->root.children) {
    if (child.name == "import") {
      const std::string_view type = child.Attribute("importType");
      if (!type.empty() && !IsDmn(type)) continue;
      file->imports.push_back({std::string(child.Attribute("name")),
                               std::string(child.Attribute("namespace")), nullptr});
    } else if (child.name == "itemDefinition") {
      file->item_definitions.emplace(std::string(child.Attribute("name")), &child);
    }
  }
  feel::CompilerOptions compiler_options;
  compiler_options.lenient = !options_.strict;
  file->compiler = std::make_unique<feel::Compiler>(model_.program, compiler_options);
  files_.push_back(std::move(file));
  return {};
}

Result<void> Loader::LinkImports() {
  for (auto& file : files_) {
    for (Import& import : file->imports) {
      for (const auto& other : files_) {
        if (other->name_space == import.name_space) import.file = other.get();
      }
      if (import.file || !options_.strict) continue;
      return Fail(ErrorKind::kInvalid, "missing-import",
                  "The file imports '" + import.name_space + "', which is in none of the files.",
                  file->name, "Load that file together with this one.");
    }
  }
  return {};
}

Result<void> Loader::RefuseCycles(const File& file, std::vector<const File*>& open) {
  if (std::find(open.begin(), open.end(), &file) != open.end() || open.size() > kMaxImportDepth) {
    return Fail(ErrorKind::kInvalid, "import-cycle",
                "The file imports itself, directly or through others.", file.name,
                "Move what both files need into a third one.");
  }
  if (!free_of_cycles_.insert(&file).second) return {};
  open.push_back(&file);
  for (const Import& import : file.imports) {
    if (import.file) EM_TRY(RefuseCycles(*import.file, open));
  }
  open.pop_back();
  return {};
}

// The outermost files first, so that their names win; then, level by level, what they import.
Result<void> Loader::MakeInstances() {
  std::set<const File*> imported;
  for (const auto& file : files_) {
    for (const Import& import : file->imports) imported.insert(import.file);
  }
  for (const auto& file : files_) {
    if (!imported.contains(file.get())) instances_.push_back({file.get(), {}, {}, {}});
  }
  for (size_t i = 0; i < instances_.size(); ++i) {
    if (instances_.size() > kMaxInstances) {
      return Fail(ErrorKind::kTooLarge, "too-many-imports",
                  "The files import one another too often.");
    }
    for (const Import& import : instances_[i].file->imports) {
      if (!import.file) continue;
      Instance inner{import.file, instances_[i].path, {}, {}};
      inner.path.push_back(import.name);
      instances_[i].imports.push_back(static_cast<uint32_t>(instances_.size()));
      instances_.push_back(std::move(inner));
    }
  }
  return {};
}

Result<void> Loader::MakeTypes(File& file) {
  for (const auto& [name, definition] : file.item_definitions) {
    if (file.types.contains(name)) continue;
    feel::Type named;
    named.name = name;
    feel::Type* type =
        file.types.emplace(name, model_.program.pool.New(std::move(named))).first->second;
    EM_TRY(FillType(file, *definition, *type, 0));
  }
  for (const auto& [name, type] : file.types) file.compiler->DeclareType(name, type);
  for (const Import& import : file.imports) {
    if (!import.file) continue;
    const std::string prefix = import.name.empty() ? "" : import.name + ".";
    for (const auto& [name, type] : import.file->types)
      file.compiler->DeclareType(prefix + name, type);
  }
  return {};
}

Result<const feel::Type*> Loader::ComponentType(File& file, const Element& component, int depth) {
  feel::Type type;
  EM_TRY(FillType(file, component, type, depth + 1));
  return model_.program.pool.New(std::move(type));
}

// What an item definition is apart from its own name, list-ness and allowed values.
Result<const feel::Type*> Loader::BaseType(File& file, const Element& definition, int depth) {
  feel::Type type;
  if (const Element* function = definition.Child("functionItem")) {
    type.form = feel::Type::Form::kFunction;
    EM_ASSIGN(type.element,
              TypeRef(file, function->Attribute("outputTypeRef"), PlaceOf(file, definition)));
    for (const Element& parameter : function->children) {
      if (parameter.name != "parameters") continue;
      EM_ASSIGN(const feel::Type* of,
                TypeRef(file, parameter.Attribute("typeRef"), PlaceOf(file, definition)));
      type.members.push_back(
          {std::string(parameter.Attribute("name")), of ? of : model_.program.pool.any()});
    }
    return model_.program.pool.New(std::move(type));
  }
  if (const Element* component = definition.Child("itemComponent"); !component) {
    EM_ASSIGN(const feel::Type* base,
              TypeRef(file, definition.ChildText("typeRef"), PlaceOf(file, definition)));
    return base ? base : model_.program.pool.any();
  }
  type.form = feel::Type::Form::kContext;
  for (const Element& component : definition.children) {
    if (component.name != "itemComponent") continue;
    EM_ASSIGN(const feel::Type* of, ComponentType(file, component, depth));
    const std::string name(feel::Trim(component.Attribute("name")));
    type.members.push_back({name, of});
    for (auto& each : files_) each->compiler->AddToVocabulary(name);
  }
  return model_.program.pool.New(std::move(type));
}

Result<const feel::FunctionCode*> Loader::Allowed(File& file, const Element& definition,
                                                  const feel::Type* type) {
  const Element* allowed = definition.Child("allowedValues");
  if (!allowed) allowed = definition.Child("typeConstraint");
  if (!allowed || feel::Trim(allowed->ChildText("text")).empty()) return nullptr;
  file.compiler->BeginFunction("", {{"?", type}});
  EM_ASSIGN(const feel::Typed tests,
            file.compiler->UnaryTests(allowed->ChildText("text"),
                                      PlaceOf(file, definition) + ", allowed values"));
  feel::FunctionCode* code = file.compiler->EndFunction(tests.node, nullptr);
  return tests.node == feel::kNoNode ? nullptr : code;
}

Result<void> Loader::FillType(File& file, const Element& definition, feel::Type& type, int depth) {
  if (depth > kMaxTypeDepth) {
    return Fail(ErrorKind::kTooLarge, "type-too-deep", "The type is nested too deeply.",
                PlaceOf(file, definition));
  }
  // A definition that is being made refers to itself through a list or context: its Type exists and
  // is filled later.
  if (!filling_.insert(&definition).second) return {};
  EM_ASSIGN(const feel::Type* base, BaseType(file, definition, depth));
  EM_ASSIGN(const feel::FunctionCode* allowed, Allowed(file, definition, base));
  const std::string name(definition.Attribute("name"));
  if (definition.Attribute("isCollection") == "true") {
    feel::Type element = *base;
    if (allowed && !definition.Child("typeConstraint")) {
      element.allowed = allowed;
      base = model_.program.pool.New(std::move(element));
      allowed = nullptr;
    }
    type = {};
    type.form = feel::Type::Form::kList;
    type.element = base;
  } else {
    type = *base;
  }
  type.name = name;
  if (allowed) type.allowed = allowed;
  filling_.erase(&definition);
  return {};
}

const feel::Type* Loader::FindType(const File& file, std::string_view ref) const {
  if (const feel::Type* builtin = model_.program.pool.Builtin(ref)) return builtin;
  const auto in = [](const File& where, std::string_view name) -> const feel::Type* {
    const auto found = where.types.find(name);
    return found == where.types.end() ? nullptr : found->second;
  };
  if (const feel::Type* own = in(file, ref)) return own;
  for (const Import& import : file.imports) {
    if (!import.file) continue;
    std::string_view name = ref;
    if (!import.name.empty()) {
      if (!name.starts_with(import.name + ".") && !name.starts_with(import.name + ":")) continue;
      name.remove_prefix(import.name.size() + 1);
    }
    if (const feel::Type* found = FindType(*import.file, name)) return found;
  }
  // DMN 1.1 wrote prefix:name.
  const size_t colon = ref.find(':');
  return colon == std::string_view::npos ? nullptr : FindType(file, ref.substr(colon + 1));
}

Result<const feel::Type*> Loader::TypeRef(const File& file, std::string_view ref,
                                          const std::string& place) {
  ref = feel::Trim(ref);
  if (ref.empty()) return nullptr;
  if (const feel::Type* found = FindType(file, ref)) return found;
  // An item definition that has not been reached yet.
  std::string_view local = ref;
  if (const size_t colon = local.find(':'); colon != std::string_view::npos)
    local.remove_prefix(colon + 1);
  for (auto& each : files_) {
    if (each.get() != &file) continue;
    for (const std::string_view name : {ref, local}) {
      const auto definition = each->item_definitions.find(name);
      if (definition == each->item_definitions.end()) continue;
      feel::Type named;
      named.name = std::string(name);
      feel::Type* type =
          each->types.emplace(std::string(name), model_.program.pool.New(std::move(named)))
              .first->second;
      EM_TRY(FillType(*each, *definition->second, *type, 0));
      return type;
    }
  }
  for (const Import& import : file.imports) {
    if (!import.file || import.file == &file) continue;
    std::string_view name = ref;
    if (!import.name.empty()) {
      if (!name.starts_with(import.name + ".")) continue;
      name.remove_prefix(import.name.size() + 1);
    }
    if (!import.file->item_definitions.contains(name)) continue;
    return TypeRef(*import.file, name, place);
  }
  if (!options_.strict) return nullptr;
  return Fail(ErrorKind::kInvalid, "unknown-type",
              "The type '" + std::string(ref) + "' is not defined.", place,
              "Define it as an item definition, or use string, number, boolean, date, time, "
              "dateTime or a duration.");
}

Result<void> Loader::CollectElements(uint32_t index) {
  Instance& instance = instances_[index];
  for (const Element& child : instance.file->root.children) {
    const auto form = FormOf(child.name);
    if (!form) continue;
    DrgElement element;
    element.form = *form;
    element.name = std::string(child.Attribute("name"));
    element.path = instance.path;
    const std::string id(child.Attribute("id"));
    const auto slot = static_cast<uint32_t>(model_.elements.size());
    if (!instance.slots_by_id.emplace(id, slot).second && options_.strict) {
      return Fail(ErrorKind::kInvalid, "duplicate-id", "The id '" + id + "' is used twice.",
                  PlaceOf(*instance.file, child), "Give each element an id of its own.");
    }
    model_.elements.push_back(std::move(element));
    sources_.push_back({index, &child});
  }
  return {};
}

Result<void> Loader::TypeElement(File& file, const Element& xml, DrgElement& element) {
  const std::string place = PlaceOf(file, xml);
  const Element* variable = xml.Child("variable");
  std::string_view ref = variable ? variable->Attribute("typeRef") : std::string_view();
  if (ref.empty()) {
    const Element* logic = xml.Child("encapsulatedLogic");
    ref = BoxedCompiler::TypeOfLogic(logic ? *logic : xml);
  }
  element.type_name = std::string(ref);
  EM_ASSIGN(const feel::Type* type, TypeRef(file, ref, place));
  element.type = type;
  element.converts = type && HoldsTemporal(*type, 0);
  if (element.form != DrgElement::Form::kKnowledge) return {};
  // What the variable of a function names is its result, or its whole function type.
  feel::Type function;
  function.form = feel::Type::Form::kFunction;
  function.element = type && type->form == feel::Type::Form::kFunction ? type->element : type;
  if (const Element* logic = xml.Child("encapsulatedLogic")) {
    for (const Element& parameter : logic->children) {
      if (parameter.name != "formalParameter") continue;
      EM_ASSIGN(const feel::Type* of, TypeRef(file, parameter.Attribute("typeRef"), place));
      function.members.push_back(
          {std::string(parameter.Attribute("name")), of ? of : model_.program.pool.any()});
    }
  }
  element.type = model_.program.pool.New(std::move(function));
  return {};
}

std::optional<Loader::Target> Loader::FindIn(const Instance& instance, std::string_view name_space,
                                             std::string_view id, const std::string& prefix) const {
  if (instance.file->name_space == name_space) {
    const auto found = instance.slots_by_id.find(id);
    if (found != instance.slots_by_id.end()) return Target{found->second, prefix};
  }
  for (const uint32_t index : instance.imports) {
    const Instance& inner = instances_[index];
    const std::string& name = inner.path.back();
    if (auto found = FindIn(inner, name_space, id, name.empty() ? prefix : prefix + name + "."))
      return found;
  }
  return std::nullopt;
}

Result<std::optional<Loader::Target>> Loader::Resolve(const Instance& instance,
                                                      std::string_view href,
                                                      const std::string& place) {
  const size_t hash = href.find('#');
  const std::string_view id = hash == std::string_view::npos ? href : href.substr(hash + 1);
  const std::string_view name_space = hash == std::string_view::npos || hash == 0
                                          ? std::string_view(instance.file->name_space)
                                          : href.substr(0, hash);
  if (auto found = FindIn(instance, name_space, id, "")) return found;
  if (!options_.strict) return std::nullopt;
  return Fail(ErrorKind::kInvalid, "unknown-reference",
              "'" + std::string(href) + "' is required but does not exist.", place,
              "Draw the requirement again in the editor, or import the file it lies in.");
}

Result<void> Loader::DeclareRequirements(const Instance& instance, const Element& xml,
                                         const std::string& place) {
  for (const Element& requirement : xml.children) {
    if (requirement.name != "informationRequirement" && requirement.name != "knowledgeRequirement")
      continue;
    for (const Element& xml_target : requirement.children) {
      const std::string_view href = xml_target.Attribute("href");
      if (href.empty()) continue;
      EM_ASSIGN(const std::optional<Target> target, Resolve(instance, href, place));
      if (!target) continue;
      const DrgElement& element = model_.elements[target->slot];
      instance.file->compiler->DeclareGlobal(target->prefix + element.name, target->slot,
                                             element.type);
    }
  }
  return {};
}

Result<void> Loader::CompileElement(const Instance& instance, const Element& xml, uint32_t slot) {
  switch (model_.elements[slot].form) {
    case DrgElement::Form::kInput:
      return {};
    case DrgElement::Form::kDecision:
      return CompileDecision(instance, xml, model_.elements[slot]);
    case DrgElement::Form::kKnowledge:
      return CompileKnowledge(instance, xml, model_.elements[slot]);
    case DrgElement::Form::kService:
      return CompileService(instance, xml, slot);
  }
  return {};
}

Result<void> Loader::CompileDecision(const Instance& instance, const Element& xml,
                                     DrgElement& element) {
  File& file = *instance.file;
  const std::string place = PlaceOf(file, xml);
  feel::Compiler& compiler = *file.compiler;
  compiler.BeginFunction(element.name, {});
  EM_TRY(DeclareRequirements(instance, xml, place));
  BoxedCompiler boxed(*this, file, element.name);
  EM_ASSIGN(const feel::Typed body, boxed.LogicOf(xml, place));
  element.code = compiler.EndFunction(body.node, nullptr);
  return {};
}

Result<void> Loader::CompileKnowledge(const Instance& instance, const Element& xml,
                                      DrgElement& element) {
  File& file = *instance.file;
  const std::string place = PlaceOf(file, xml);
  feel::Compiler& compiler = *file.compiler;
  compiler.BeginFunction(element.name, {});
  EM_TRY(DeclareRequirements(instance, xml, place));
  compiler.DeclareGlobal(element.name, static_cast<uint32_t>(&element - model_.elements.data()),
                         element.type);
  BoxedCompiler boxed(*this, file, element.name);
  const Element* logic = xml.Child("encapsulatedLogic");
  if (!logic) {
    compiler.EndFunction(compiler.AddConstant(feel::Value()), nullptr);
    return {};
  }
  EM_ASSIGN(element.code, boxed.Function(*logic, element.name, element.type->element, place));
  compiler.EndFunction(compiler.AddConstant(feel::Value()), nullptr);
  return {};
}

Result<void> Loader::CompileService(const Instance& instance, const Element& xml, uint32_t slot) {
  File& file = *instance.file;
  const std::string place = PlaceOf(file, xml);
  DrgElement& service = model_.elements[slot];
  const auto add = [&](std::string_view name, std::vector<uint32_t>& to) -> Result<void> {
    for (const Element& child : xml.children) {
      if (child.name != name) continue;
      EM_ASSIGN(const std::optional<Target> target,
                Resolve(instance, child.Attribute("href"), place));
      if (target) to.push_back(target->slot);
    }
    return {};
  };
  EM_TRY(add("outputDecision", service.outputs));
  EM_TRY(add("inputData", service.parameters));
  EM_TRY(add("inputDecision", service.parameters));
  if (service.outputs.empty()) {
    if (!options_.strict) return {};
    return Fail(ErrorKind::kInvalid, "service-without-output",
                "The decision service has no output decision.", place);
  }
  std::vector<feel::FunctionCode::Parameter> parameters;
  for (const uint32_t parameter : service.parameters) {
    parameters.push_back({model_.elements[parameter].name, model_.elements[parameter].type});
  }
  feel::Compiler& compiler = *file.compiler;
  compiler.BeginFunction(service.name, std::move(parameters));
  compiler.BeginSource(place, "");
  model_.program.externals.push_back(std::make_unique<ServiceCall>(model_, slot));
  const feel::NodeId call =
      compiler.Add(feel::Op::kExternal, static_cast<uint32_t>(model_.program.externals.size() - 1));
  const feel::Type* result = service.type;
  if (result && result->form == feel::Type::Form::kFunction) result = result->element;
  service.code = compiler.EndFunction(call, result);
  return {};
}

}  // namespace internal
}  // namespace extramile::dmn

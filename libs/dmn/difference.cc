#include "dmn/difference.h"

#include <algorithm>
#include <set>
#include <utility>

#include "dmn/loader.h"
#include "feel/text.h"

namespace extramile::dmn {
namespace internal {
namespace {

// What stands in a file for people and tools, and not for the value of a decision.
bool IsRemark(std::string_view name) {
  return name == "description" || name == "annotation" || name == "annotationEntry" ||
         name == "extensionElements";
}

void Put(std::string& out, std::string_view text) {
  out += std::to_string(text.size()) + ':';
  out += text;
}

void Put(std::string& out, const Element& element) {
  if (IsRemark(element.name)) return;
  Put(out, element.name);
  Put(out, feel::Trim(element.text));
  for (const auto& [name, value] : element.attributes) {
    // Ids are names for references, and what a reference leads to is described by itself.
    if (name == "id" || name == "href") continue;
    Put(out, name);
    Put(out, value);
  }
  out += '(';
  for (const Element& child : element.children) Put(out, child);
  out += ')';
}

std::string Sorted(const std::unordered_set<std::string>& names) {
  std::vector<std::string_view> sorted(names.begin(), names.end());
  std::sort(sorted.begin(), sorted.end());
  std::string out;
  for (const std::string_view name : sorted) Put(out, name);
  return out;
}

Sha256 Hash(std::string_view text) { return HashWithDomain("extramile dmn element", text); }

void Put(std::string& out, const Sha256& hash) { out.append(hash.begin(), hash.end()); }

}  // namespace

void Loader::DescribeTypes() {
  std::string text;
  for (const auto& file : files_) {
    Put(text, file->name_space);
    for (const Import& import : file->imports) {
      Put(text, import.name);
      Put(text, import.name_space);
    }
    for (const auto& [name, definition] : file->item_definitions) Put(text, *definition);
  }
  types_hash_ = Hash(text);
}

void Loader::Describe(const Instance& instance, const Element& xml, DrgElement& element) {
  const Element& root = instance.file->root;
  std::string text;
  Put(text, types_hash_);
  // The names that were known when the element was read: they tell where a name in it ends.
  const auto& names = instance.file->compiler->vocabulary();
  VocabularyHash& vocabulary = vocabularies_[instance.file];
  if (vocabulary.names != names.size()) vocabulary = {names.size(), Hash(Sorted(names))};
  Put(text, vocabulary.hash);
  Put(text, root.name_space);
  Put(text, root.Attribute("expressionLanguage"));
  Put(text, root.Attribute("typeLanguage"));
  for (const std::string& import : element.path) Put(text, import);
  Put(text, xml);
  AddRequired(instance, xml, element, text);
  element.written = Hash(text);
}

// In the order of the file, with the name that each has here.
void Loader::AddRequired(const Instance& instance, const Element& xml, DrgElement& element,
                         std::string& text) {
  if (const std::string_view href = xml.Attribute("href"); !href.empty()) {
    // An error is compiling's to tell.
    const auto target = Resolve(instance, href, "");
    const bool found = target && *target;
    Put(text, found ? (*target)->prefix + model_.elements[(*target)->slot].name : "nothing");
    if (found) element.required.push_back((*target)->slot);
  }
  for (const Element& child : xml.children) {
    if (!IsRemark(child.name)) AddRequired(instance, child, element, text);
  }
}

}  // namespace internal

namespace {

using internal::DrgElement;
using internal::ModelData;

class Comparison {
 public:
  Comparison(const ModelData& a, const ModelData& b, std::span<const std::string_view> apart)
      : a_(a), b_(b), apart_(apart) {}

  bool Same(uint32_t in_a, uint32_t in_b) {
    // What requires itself is the same unless something else about it is not.
    if (!compared_.emplace(in_a, in_b).second) return true;
    const DrgElement& a = a_.elements[in_a];
    const DrgElement& b = b_.elements[in_b];
    if (a.written != b.written || a.required.size() != b.required.size()) return false;
    for (size_t i = 0; i < a.required.size(); ++i) {
      if (IsApart(a.required[i], b.required[i])) continue;
      if (!Same(a.required[i], b.required[i])) return false;
    }
    return true;
  }

 private:
  // The decision that answers to one of the names, of the same type in both: whatever requires it
  // was compiled for a value of that type.
  bool IsApart(uint32_t in_a, uint32_t in_b) const {
    const std::string& name = a_.elements[in_a].name;
    return std::find(apart_.begin(), apart_.end(), name) != apart_.end() &&
           a_.decisions.at(name) == in_a && b_.elements[in_b].name == name &&
           b_.decisions.at(name) == in_b &&
           a_.elements[in_a].type_name == b_.elements[in_b].type_name;
  }

  const ModelData& a_;
  const ModelData& b_;
  const std::span<const std::string_view> apart_;
  std::set<std::pair<uint32_t, uint32_t>> compared_;
};

}  // namespace

bool SameDecision(const Model& a, const Model& b, std::string_view decision,
                  std::span<const std::string_view> apart) {
  const auto in_a = a.data()->decisions.find(decision);
  const auto in_b = b.data()->decisions.find(decision);
  if (in_a == a.data()->decisions.end() || in_b == b.data()->decisions.end()) return false;
  return Comparison(*a.data(), *b.data(), apart).Same(in_a->second, in_b->second);
}

}  // namespace extramile::dmn

// Loader: DMN files to ModelData, in passes: read every file, make types, give each element a slot,
// compile each element in the scope of what it requires. Private to libs/dmn.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "dmn/model_data.h"
#include "dmn/xml.h"
#include "feel/compiler.h"

namespace extramile::dmn::internal {

struct File;

struct Import {
  std::string name;  // prefix of the imported names; may be empty
  std::string name_space;
  File* file = nullptr;  // nullptr where that file was not given
};

struct File {
  std::string name;  // for messages
  Element root;
  std::string name_space;
  std::vector<Import> imports;
  std::map<std::string, const Element*, std::less<>> item_definitions;
  std::map<std::string, feel::Type*, std::less<>> types;
  std::unique_ptr<feel::Compiler> compiler;
};

// A file as one path of imports sees it. A file that is imported twice is there twice, so that its
// inputs may differ.
struct Instance {
  File* file;
  std::vector<std::string> path;  // names of the imports, outermost first
  std::vector<uint32_t> imports;  // instances, one for each import that was given
  std::map<std::string, uint32_t, std::less<>> slots_by_id;  // of its elements
};

class Loader {
 public:
  Loader(ModelData& model, const LoadOptions& options);

  Result<void> Load(std::span<const LoadedFile> files);

 private:
  friend class BoxedCompiler;

  Result<void> ReadFile(const LoadedFile& loaded);
  Result<void> LinkImports();
  Result<void> MakeTypes(File& file);
  Result<void> FillType(File& file, const Element& definition, feel::Type& type, int depth);
  Result<const feel::Type*> BaseType(File& file, const Element& definition, int depth);
  Result<const feel::Type*> ComponentType(File& file, const Element& component, int depth);
  Result<const feel::FunctionCode*> Allowed(File& file, const Element& definition,
                                            const feel::Type* type);
  // The type that a typeRef names in a file; nullptr for none, and (when lenient) an unknown one.
  Result<const feel::Type*> TypeRef(const File& file, std::string_view ref,
                                    const std::string& place);
  const feel::Type* FindType(const File& file, std::string_view ref) const;

  Result<void> RefuseCycles(const File& file, std::vector<const File*>& open);
  Result<void> MakeInstances();
  Result<void> CollectElements(uint32_t instance);
  Result<void> TypeElement(File& file, const Element& xml, DrgElement& element);
  Result<void> CompileElement(const Instance& instance, const Element& xml, uint32_t slot);
  Result<void> CompileDecision(const Instance& instance, const Element& xml, DrgElement& element);
  Result<void> CompileKnowledge(const Instance& instance, const Element& xml, DrgElement& element);
  Result<void> CompileService(const Instance& instance, const Element& xml, uint32_t slot);
  Result<void> DeclareRequirements(const Instance& instance, const Element& xml,
                                   const std::string& place);
  // What dmn/difference.h compares (difference.cc).
  void DescribeTypes();
  void Describe(const Instance& instance, const Element& xml, DrgElement& element);
  void AddRequired(const Instance& instance, const Element& xml, DrgElement& element,
                   std::string& text);
  struct Target {
    uint32_t slot;
    std::string prefix;  // "import." by which the instance names it; empty for its own elements
  };
  // What an href points to; nullopt where it points nowhere (an error unless lenient).
  Result<std::optional<Target>> Resolve(const Instance& instance, std::string_view href,
                                        const std::string& place);
  std::optional<Target> FindIn(const Instance& instance, std::string_view name_space,
                               std::string_view id, const std::string& prefix) const;

  ModelData& model_;
  LoadOptions options_;
  std::vector<std::unique_ptr<File>> files_;
  std::vector<Instance> instances_;
  struct Source {
    uint32_t instance;
    const Element* xml;
  };
  std::vector<Source> sources_;  // one for each element of the model
  Sha256 types_hash_{};
  struct VocabularyHash {
    size_t names = SIZE_MAX;  // it only grows
    Sha256 hash{};
  };
  std::map<const File*, VocabularyHash> vocabularies_;
  std::set<const File*> free_of_cycles_;
  std::set<const Element*> filling_;  // item definitions being made, to see cycles
};

// "file.dmn: decision 'Authority'".
std::string PlaceOf(const File& file, const Element& element);

}  // namespace extramile::dmn::internal

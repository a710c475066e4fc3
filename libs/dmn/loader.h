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
  const File* file = nullptr;  // nullptr where that file was not given
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

  Result<void> CollectElements(File& file);
  Result<void> TypeElement(File& file, const Element& xml, DrgElement& element);
  Result<void> CompileElement(File& file, const Element& xml, uint32_t slot);
  Result<void> CompileDecision(File& file, const Element& xml, DrgElement& element);
  Result<void> CompileKnowledge(File& file, const Element& xml, DrgElement& element);
  Result<void> CompileService(File& file, const Element& xml, uint32_t slot);
  Result<void> DeclareRequirements(File& file, const Element& xml, const std::string& place);
  // The slot an href points to; nullopt where it points nowhere (an error unless lenient).
  Result<std::optional<uint32_t>> Resolve(const File& file, std::string_view href,
                                          const std::string& place);
  // "prefix." by which `file` knows the elements of another namespace; empty for its own.
  std::string PrefixOf(const File& file, const std::string& name_space) const;

  ModelData& model_;
  LoadOptions options_;
  std::vector<std::unique_ptr<File>> files_;
  struct Source {
    File* file;
    const Element* xml;
  };
  std::vector<Source> sources_;  // one for each element of the model
  std::map<std::string, uint32_t, std::less<>> by_key_;
  std::set<const Element*> filling_;  // item definitions being made, to see cycles
};

// "file.dmn: decision 'Authority'".
std::string PlaceOf(const File& file, const Element& element);

}  // namespace extramile::dmn::internal

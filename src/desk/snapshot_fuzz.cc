// Any bytes as a stored check's inputs, of one context or of many: refused, or read to the end; and
// what was read is read again from what is written of it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "desk/snapshot.h"
#include "feel/value.h"

namespace {

using namespace extramile::desk;
using extramile::feel::Arena;
using extramile::feel::ToFeel;
using extramile::feel::Value;

constexpr size_t kMostContexts = 1000;

void ReadOne(std::string_view bytes) {
  Arena arena, again;
  const auto context = DecodeSnapshot(bytes, arena);
  if (!context) return;
  const std::string written = EncodeSnapshot(*context);
  const auto back = DecodeSnapshot(written, again);
  if (!back || ToFeel(*back) != ToFeel(*context)) std::abort();
}

void ReadColumns(std::string_view bytes) {
  Arena arena, again;
  auto reader = ColumnsReader::Open(bytes, arena);
  if (!reader || reader->size() > kMostContexts) return;
  for (size_t read = 0; read < reader->size(); ++read) {
    const Value* context = reader->Next();
    if (!context) std::abort();
    ColumnsWriter writer;
    writer.Add(*context);
    const std::string written = writer.Take();
    auto back = ColumnsReader::Open(written, again);
    if (!back || ToFeel(*back->Next()) != ToFeel(*context)) std::abort();
  }
  if (reader->Next()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ReadOne(bytes);
  ReadColumns(bytes);
  return 0;
}

// Any bytes as lines of JSON, read one after another by one JsonParser: what it accepts is what
// ParseJson and FromJson make of it. (What one of them refuses is left to json_parser_test:
// simdjson has its own mind about some texts that are no JSON.)
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "feel/json.h"
#include "feel/json_parser.h"

namespace {

using namespace extramile::feel;

std::optional<std::string> Plainly(std::string_view text) {
  Arena arena;
  const auto json = extramile::ParseJson(text);
  if (!json) return std::nullopt;
  return ToJson(FromJson(arena, *json));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(bytes), size);
  JsonParser parser;
  for (bool more = true; more;) {
    const size_t end = rest.find('\n');
    more = end != std::string_view::npos;
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(more ? end + 1 : 0);
    Arena arena;
    const auto value = parser.Parse(line, arena);
    const auto plain = Plainly(line);
    if (value && plain && ToJson(*value) != *plain) std::abort();
  }
  return 0;
}

// The text of change_procedure.json, which is made part of the program. Static storage.
#pragma once

#include <string_view>

namespace extramile::desk {

extern const std::string_view kDefaultChangeProcedure;

}  // namespace extramile::desk

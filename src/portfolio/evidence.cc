#include "portfolio/evidence.h"

namespace extramile::portfolio {

std::string EvidenceCase::Context() const {
  std::string text = load == "unknown" || load.empty() ? "load unknown" : load;
  if (load_basis == "declared") text += " (declared)";
  return text + (situation == "let_down" ? ", let down" : ", routine");
}

bool EvidenceRecord::Is(std::string_view fact, std::string_view word) const {
  for (const auto& [name, value] : facts) {
    if (name == fact && value == word) return true;
  }
  return false;
}

}  // namespace extramile::portfolio

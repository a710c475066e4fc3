#include "desk/proposal.h"

#include <string_view>

namespace extramile::desk {
namespace {

std::string Count(int64_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

}  // namespace

std::string FiguresInWords(const ProposalFigures& figures) {
  if (figures.uses == 0) return "Not used yet.";
  return "Used " + Count(figures.uses, "time", "times") + " for " +
         Count(figures.customers, "customer", "customers") + "; " +
         Count(figures.valued, "of the uses was praised", "of the uses were praised") + "; cost " +
         FormatMoney(figures.cost) + " in all.";
}

}  // namespace extramile::desk

#include "base/error.h"

namespace extramile {

std::string Error::ToString() const {
  std::string text;
  if (!place.empty()) text += place + ": ";
  text += message;
  if (!advice.empty()) text += " " + advice;
  text += " [" + code + "]";
  return text;
}

}  // namespace extramile

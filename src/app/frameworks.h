// The qualification units that are loaded: a port, because files are read elsewhere, and the use
// cases list_frameworks, list_enrolments and enrol.
//
// An enrolment pins one edition of one framework by its content: the file's text is stored in the
// organisation at the first enrolment on it, and every later look at that enrolment reads the
// stored text, whatever the folder says by then.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/use_case.h"
#include "base/error.h"
#include "base/hash.h"
#include "portfolio/framework.h"

namespace extramile::app {

struct LoadedFramework {
  portfolio::Framework framework;
  std::string text;  // the file, byte for byte
  Sha256 hash{};     // of the text
};

class FrameworkSource {
 public:
  virtual ~FrameworkSource() = default;
  // In the order of their codes. Thread-safe.
  virtual std::vector<std::shared_ptr<const LoadedFramework>> All() = 0;
  // kNotFound when no framework of this code is loaded.
  virtual Result<std::shared_ptr<const LoadedFramework>> Find(std::string_view code) = 0;
};

Result<Answer> ListFrameworks(Services& services, const Request& request);
Result<Answer> ListEnrolments(Services& services, const Request& request);
Result<Answer> Enrol(Services& services, const Request& request);

// The contract's FrameworkInfo.
void WriteFrameworkInfo(JsonWriter& out, const portfolio::Framework& framework);

}  // namespace extramile::app

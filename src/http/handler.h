// What a server asks of whoever answers its requests.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "http/message.h"

namespace extramile::http {

using Done = std::function<void(HttpResponse)>;

class Handler {
 public:
  virtual ~Handler() = default;
  // The most bytes the body of such a request may have; asked before the body is read.
  virtual size_t BodyLimit(std::string_view method, std::string_view path) const = 0;
  // Calls `done` exactly once, at once or later, on any thread. Never blocks and never throws.
  virtual void Handle(HttpRequest request, Done done) = 0;
};

}  // namespace extramile::http

// The files of the page, built into the program (src/web/dist at build time), plain and compressed.
//
// Files below /assets/ have the hash of their content in their name and may be kept for ever; the
// rest is asked for again each time and answered 304 while its ETag holds. Immutable after
// construction, thread-safe; serving copies nothing.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace extramile::http {

struct EmbeddedFile {
  std::string_view path;  // "/index.html"
  std::string_view plain;
  std::string_view gzip;
};

// Generated at build time; empty where the page was not built.
std::span<const EmbeddedFile> EmbeddedFiles();

class Assets {
 public:
  explicit Assets(std::span<const EmbeddedFile> files);

  // nullopt where there is no such file. Paths that name no file (the page's own addresses, such as
  // /cases/0193...) get the page itself; those that look like a file do not.
  std::optional<HttpResponse> Find(const HttpRequest& request) const;

 private:
  struct File {
    const EmbeddedFile* bytes;
    std::string_view type;
    std::string etag;
    bool for_ever;
  };
  std::map<std::string_view, File> files_;
};

}  // namespace extramile::http

// An HTTP request and response as the rest of src/http sees them: no sockets, no Boost, so that the
// whole pipeline is a function from one to the other.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace extramile::http {

struct HttpRequest {
  std::string method;
  std::string target;                                        // as sent: "/a/b?c=d"
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;

  std::string_view path() const;   // without the query, still encoded
  std::string_view query() const;  // without '?'; empty where absent
  // The first header of this (lower-case) name; nullptr where absent.
  const std::string* Header(std::string_view name) const;
  // The value of a cookie; nullopt where absent.
  std::optional<std::string_view> Cookie(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  std::string content_type;  // empty: no body
  std::string body;
  std::string_view file;  // instead of `body`: bytes that live as long as the program
  std::vector<std::pair<std::string_view, std::string>> headers;
  bool close = false;          // end the connection after this
  std::string_view operation;  // for logs and figures: the route's name, never the path
  std::string request_id;      // for logs

  std::string_view bytes() const { return file.empty() ? std::string_view(body) : file; }
  void Set(std::string_view name, std::string value) {
    headers.emplace_back(name, std::move(value));
  }
};

// "%41b" -> "Ab"; `plus_is_space` as in queries. kMalformed "encoding".
Result<std::string> PercentDecode(std::string_view text, bool plus_is_space = false);
// Everything but letters, digits and -._~ becomes %XX.
std::string PercentEncode(std::string_view text);
// "a=1&b=x%20y" -> {a: 1, b: "x y"}. kMalformed "encoding", "query-twice" for a name given twice.
Result<std::map<std::string, std::string, std::less<>>> ParseQuery(std::string_view query);

// "Not Found".
std::string_view ReasonPhrase(int status);

}  // namespace extramile::http

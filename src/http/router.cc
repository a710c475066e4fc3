#include <vector>

#include "http/message.h"
#include "http/routes.h"

namespace extramile::http {

struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> parameter;
  std::vector<const Route*> routes;  // those whose path ends here
};

namespace {

// The segments of "/a/b": a, b. "/a/b/" has an empty third one, which no route has.
std::vector<std::string_view> Segments(std::string_view path) {
  std::vector<std::string_view> out;
  if (path.starts_with('/')) path.remove_prefix(1);
  for (;;) {
    const size_t slash = path.find('/');
    out.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return out;
    path.remove_prefix(slash + 1);
  }
}

bool IsParameter(std::string_view segment) { return segment.starts_with('{'); }

// The names stand in the route and the values in the path, so that routes that share a node may
// call its parameter differently.
std::optional<PathParameters> ReadParameters(const Route& route, std::string_view path) {
  PathParameters out;
  const auto names = Segments(route.path);
  const auto values = Segments(path);
  for (size_t i = 0; i < names.size(); ++i) {
    if (!IsParameter(names[i])) continue;
    auto value = PercentDecode(values[i]);
    if (!value) return std::nullopt;
    out.emplace(names[i].substr(1, names[i].size() - 2), *std::move(value));
  }
  return out;
}

}  // namespace

Router::Router(std::span<const Route> routes) : root_(std::make_unique<Node>()) {
  for (const Route& route : routes) {
    Node* node = root_.get();
    for (const std::string_view segment : Segments(route.path)) {
      auto& next = IsParameter(segment) ? node->parameter : node->literals[std::string(segment)];
      if (!next) next = std::make_unique<Node>();
      node = next.get();
    }
    node->routes.push_back(&route);
  }
}

Router::~Router() = default;

std::optional<Found> Router::Find(std::string_view method, std::string_view path) const {
  const Node* node = root_.get();
  for (const std::string_view segment : Segments(path)) {
    const auto literal = node->literals.find(segment);
    if (literal != node->literals.end()) {
      node = literal->second.get();
    } else if (node->parameter && !segment.empty()) {
      node = node->parameter.get();
    } else {
      return std::nullopt;
    }
  }
  if (node->routes.empty()) return std::nullopt;
  if (method == "HEAD") method = "GET";
  Found found;
  for (const Route* route : node->routes) {
    found.allowed += (found.allowed.empty() ? "" : ", ") + std::string(route->method);
    if (route->method != method) continue;
    auto parameters = ReadParameters(*route, path);
    if (!parameters) return std::nullopt;
    found.route = route;
    found.parameters = *std::move(parameters);
  }
  return found;
}

}  // namespace extramile::http

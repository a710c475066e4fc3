#include "http/site.h"

#include "app/caller.h"
#include "app/policy.h"
#include "http/problem.h"

namespace extramile::http {
namespace {

HttpResponse Text(int status, std::string text, std::string_view operation) {
  HttpResponse response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(text);
  response.operation = operation;
  response.Set("Cache-Control", "no-store");
  return response;
}

HttpResponse Refused(int status, Error error) {
  HttpResponse response = ProblemResponse({status, std::move(error)}, "");
  response.operation = "none";
  return response;
}

}  // namespace

// The page holds no script and no style of its own text: everything comes from this server's files.
Site::Site(Api& api, app::Services& services, Metrics& metrics, SiteSettings settings,
           std::span<const EmbeddedFile> files)
    : api_(api),
      services_(services),
      metrics_(metrics),
      policy_(
          "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
          "frame-ancestors " +
          settings.frame_ancestors),
      assets_(files) {}

size_t Site::BodyLimit(std::string_view method, std::string_view path) const {
  return path.starts_with("/api/") ? api_.BodyLimit(method, path) : 0;
}

void Site::Handle(HttpRequest request, Done done) {
  Done guarded = [policy = &policy_, done = std::move(done)](HttpResponse response) {
    response.Set("X-Content-Type-Options", "nosniff");
    response.Set("Referrer-Policy", "same-origin");
    response.Set("Cross-Origin-Resource-Policy", "same-origin");
    if (response.content_type.starts_with("text/html")) {
      response.Set("Content-Security-Policy", *policy);
      response.Set("Cross-Origin-Opener-Policy", "same-origin");
    }
    done(std::move(response));
  };
  const std::string_view path = request.path();
  if (path.starts_with("/api/")) return api_.Handle(std::move(request), std::move(guarded));
  if (request.method != "GET" && request.method != "HEAD") {
    HttpResponse response = Refused(405, {ErrorKind::kInvalid, "method-not-allowed",
                                          "This address has no such method.", "", "It has: GET."});
    response.Set("Allow", "GET");
    return guarded(std::move(response));
  }
  if (path == "/healthz") return guarded(Text(200, "ok\n", "healthz"));
  if (path == "/metrics") return guarded(Text(200, metrics_.Text(), "metrics"));
  if (path == "/readyz") {
    // It asks the database, which may take long.
    if (api_.RunSlowly([this, guarded] { guarded(Ready()); })) return;
    return guarded(Text(503, "The server has more to do than it can.\n", "readyz"));
  }
  guarded(Page(request));
}

HttpResponse Site::Ready() const {
  if (auto ready = services_.store.Ready(); !ready) {
    return Text(503, ready.error().ToString() + '\n', "readyz");
  }
  const auto named = app::ListPolicySets(services_.store);
  if (!named) return Text(503, named.error().ToString() + '\n', "readyz");
  for (const std::string& name : *named) {
    if (auto policy = services_.policies.Current(name); !policy) {
      return Text(503, policy.error().ToString() + '\n', "readyz");
    }
  }
  return Text(200, "ready\n", "readyz");
}

HttpResponse Site::Page(const HttpRequest& request) const {
  if (auto file = assets_.Find(request)) return *std::move(file);
  if (request.path() == "/") {
    return Text(404,
                "The page was not built into this program (script/server builds it); the API is at "
                "/api/v1.\n",
                "page");
  }
  return Refused(404, {ErrorKind::kNotFound, "address-unknown", "There is nothing at this address.",
                       "", "The page is at /."});
}

}  // namespace extramile::http

#include "http/assets.h"

#include <array>

#include "base/hash.h"

namespace extramile::http {
namespace {

std::string_view TypeOf(std::string_view path) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kTypes = {
      {{".html", "text/html; charset=utf-8"},
       {".js", "text/javascript; charset=utf-8"},
       {".css", "text/css; charset=utf-8"},
       {".svg", "image/svg+xml"},
       {".png", "image/png"},
       {".ico", "image/x-icon"},
       {".json", "application/json"},
       {".webmanifest", "application/manifest+json"},
       {".woff2", "font/woff2"},
       {".woff", "font/woff"},
       {".ttf", "font/ttf"},
       {".map", "application/json"},
       {".txt", "text/plain; charset=utf-8"}}};
  for (const auto& [ending, type] : kTypes) {
    if (path.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

// A list of codings with optional weights; a coding with weight 0 is refused.
bool AcceptsGzip(const HttpRequest& request) {
  const std::string* header = request.Header("accept-encoding");
  if (!header) return false;
  const size_t at = header->find("gzip");
  if (at == std::string::npos) return false;
  const std::string_view rest = std::string_view(*header).substr(at + 4);
  return !rest.starts_with(";q=0") || rest.starts_with(";q=0.");
}

bool LooksLikeFile(std::string_view path) {
  return path.substr(path.rfind('/') + 1).find('.') != std::string_view::npos;
}

}  // namespace

Assets::Assets(std::span<const EmbeddedFile> files) {
  for (const EmbeddedFile& file : files) {
    const Sha256 hash = HashWithDomain("extramile asset v1", file.plain);
    files_.emplace(file.path, File{&file, TypeOf(file.path), ToHex({hash.data(), 12}),
                                   file.path.starts_with("/assets/")});
  }
}

std::optional<HttpResponse> Assets::Find(const HttpRequest& request) const {
  auto found = files_.find(request.path());
  if (found == files_.end() && !LooksLikeFile(request.path())) found = files_.find("/index.html");
  if (found == files_.end()) return std::nullopt;
  const File& file = found->second;
  const bool gzip = !file.bytes->gzip.empty() && AcceptsGzip(request);
  const std::string etag = '"' + file.etag + (gzip ? "-gzip\"" : "\"");

  HttpResponse response;
  response.operation = "page";
  response.Set("ETag", etag);
  response.Set("Vary", "Accept-Encoding");
  response.Set("Cache-Control", file.for_ever ? "public, max-age=31536000, immutable" : "no-cache");
  const std::string* seen = request.Header("if-none-match");
  if (seen && seen->find(etag) != std::string::npos) {
    response.status = 304;
    return response;
  }
  response.content_type = file.type;
  if (gzip) response.Set("Content-Encoding", "gzip");
  response.file = gzip ? file.bytes->gzip : file.bytes->plain;
  return response;
}

}  // namespace extramile::http

// Everything at this address: the API below /api/, the page, /healthz (the process answers),
// /readyz (the database and the rules are there), /metrics. It also puts on every answer the
// headers that keep a browser from being led astray.
#pragma once

#include <string>

#include "http/api.h"
#include "http/assets.h"
#include "http/handler.h"
#include "http/metrics.h"

namespace extramile::http {

struct SiteSettings {
  // Who may show the page in a frame, as in the Content-Security-Policy: a helpdesk's origin.
  std::string frame_ancestors = "'self'";
};

class Site final : public Handler {
 public:
  Site(Api& api, app::Services& services, Metrics& metrics, SiteSettings settings = {},
       std::span<const EmbeddedFile> files = EmbeddedFiles());

  size_t BodyLimit(std::string_view method, std::string_view path) const override;
  void Handle(HttpRequest request, Done done) override;

 private:
  HttpResponse Page(const HttpRequest& request) const;
  HttpResponse Ready() const;

  Api& api_;
  app::Services& services_;
  Metrics& metrics_;
  const std::string policy_;
  const Assets assets_;
};

}  // namespace extramile::http

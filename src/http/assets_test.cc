#include "http/assets.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace extramile::http {
namespace {

constexpr EmbeddedFile kFiles[] = {
    {"/index.html", "<!doctype html><title>extramile</title>", "zipped page"},
    {"/assets/main-5f3a.js", "let page;", "zipped script"}};

std::string HeaderOf(const HttpResponse& response, std::string_view name) {
  const auto found = std::find_if(response.headers.begin(), response.headers.end(),
                                  [&](const auto& header) { return header.first == name; });
  return found == response.headers.end() ? "" : found->second;
}

HttpRequest Get(std::string target, std::vector<std::pair<std::string, std::string>> headers = {}) {
  return {"GET", std::move(target), std::move(headers), ""};
}

TEST(Assets, AFileWithItsHashInItsNameIsKeptForEver) {
  const Assets assets(kFiles);
  const auto script = assets.Find(Get("/assets/main-5f3a.js"));
  ASSERT_TRUE(script);
  EXPECT_EQ(script->bytes(), "let page;");
  EXPECT_EQ(script->content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(HeaderOf(*script, "Cache-Control"), "public, max-age=31536000, immutable");
}

TEST(Assets, ThePageIsAskedForAgainAndNotSentTwice) {
  const Assets assets(kFiles);
  const auto page = assets.Find(Get("/"));
  ASSERT_TRUE(page);
  EXPECT_EQ(HeaderOf(*page, "Cache-Control"), "no-cache");
  const std::string etag = HeaderOf(*page, "ETag");
  const auto again = assets.Find(Get("/", {{"if-none-match", etag}}));
  EXPECT_EQ(again->status, 304);
  EXPECT_TRUE(again->bytes().empty());
}

TEST(Assets, ThePagesOwnAddressesAreThePage) {
  const Assets assets(kFiles);
  EXPECT_EQ(assets.Find(Get("/cases/0193553a?tab=ideas"))->bytes(), kFiles[0].plain);
  EXPECT_FALSE(assets.Find(Get("/assets/gone-77.js")));
  EXPECT_FALSE(assets.Find(Get("/robots.txt")));
}

TEST(Assets, CompressedWhereTheBrowserTakesItUnderAnotherTag) {
  const Assets assets(kFiles);
  const auto zipped = assets.Find(Get("/", {{"accept-encoding", "br, gzip;q=0.8"}}));
  EXPECT_EQ(zipped->bytes(), "zipped page");
  EXPECT_EQ(HeaderOf(*zipped, "Content-Encoding"), "gzip");
  EXPECT_EQ(assets.Find(Get("/", {{"accept-encoding", "gzip;q=0"}}))->bytes(), kFiles[0].plain);
  EXPECT_NE(HeaderOf(*zipped, "ETag"), HeaderOf(*assets.Find(Get("/")), "ETag"));
}

TEST(Assets, WithoutAPageThereIsNone) {
  const Assets assets({});
  EXPECT_FALSE(assets.Find(Get("/")));
}

}  // namespace
}  // namespace extramile::http

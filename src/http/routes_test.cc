#include "http/routes.h"

#include <gtest/gtest.h>

namespace extramile::http {
namespace {

const Route kRoutes[] = {
    {"list", "GET", "/v1/offers", {}, nullptr},
    {"draft", "POST", "/v1/offers", {}, nullptr},
    {"current", "GET", "/v1/offers/current", {}, nullptr},
    {"see", "GET", "/v1/offers/{id}", {}, nullptr},
    {"tap", "POST", "/v1/cases/{case}/tiles/{gesture}", {}, nullptr},
};

class RouterTest : public testing::Test {
 protected:
  std::string Operation(std::string_view method, std::string_view path) {
    const auto found = router_.Find(method, path);
    return found && found->route ? std::string(found->route->operation) : "";
  }
  Router router_{kRoutes};
};

TEST_F(RouterTest, FindsByMethodAndPath) {
  EXPECT_EQ(Operation("GET", "/v1/offers"), "list");
  EXPECT_EQ(Operation("POST", "/v1/offers"), "draft");
  EXPECT_EQ(Operation("HEAD", "/v1/offers"), "list");
}

TEST_F(RouterTest, ALiteralGoesBeforeAParameter) {
  EXPECT_EQ(Operation("GET", "/v1/offers/current"), "current");
  EXPECT_EQ(Operation("GET", "/v1/offers/currently"), "see");
}

TEST_F(RouterTest, ParametersAreDecodedAfterThePathIsSplit) {
  const auto found = router_.Find("POST", "/v1/cases/a%2Fb/tiles/call%20back");
  ASSERT_TRUE(found && found->route);
  EXPECT_EQ(found->parameters, (PathParameters{{"case", "a/b"}, {"gesture", "call back"}}));
}

TEST_F(RouterTest, SaysWhichMethodsAPathHas) {
  const auto found = router_.Find("PUT", "/v1/offers");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->route, nullptr);
  EXPECT_EQ(found->allowed, "GET, POST");
}

TEST_F(RouterTest, WhatIsAlmostAPathIsNone) {
  for (const char* path :
       {"", "/", "/v1", "/v1/offers/", "/v1/offers//", "/v1/offers/x/y", "//v1/offers",
        "/v1/cases/x/tiles", "/v1/cases//tiles/y", "/v1/offers/%zz"}) {
    EXPECT_FALSE(router_.Find("GET", path)) << path;
  }
}

}  // namespace
}  // namespace extramile::http

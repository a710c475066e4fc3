#include "cli/settings.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

namespace extramile::cli {
namespace {

class SettingsFile : public testing::Test {
 protected:
  std::filesystem::path Write(const std::string& text) {
    const auto path = std::filesystem::path(testing::TempDir()) / "extramile-settings.toml";
    std::ofstream(path) << text;
    return path;
  }
};

TEST_F(SettingsFile, TheFileIsReadByItsNames) {
  Settings settings;
  ASSERT_TRUE(
      ApplyFile(settings, Write("listen = \"127.0.0.1:9000\"\nthreads = 7\ndemo = true\n")));
  EXPECT_EQ(settings.listen, "127.0.0.1:9000");
  EXPECT_EQ(settings.threads, 7);
  EXPECT_TRUE(settings.demo);
}

TEST_F(SettingsFile, TheEnvironmentWinsOverTheFile) {
  Settings settings;
  ASSERT_TRUE(ApplyFile(settings, Write("log-level = \"warn\"\nthreads = 7\n")));
  const std::map<std::string, std::string> environment = {{"EXTRAMILE_LOG_LEVEL", "debug"}};
  ASSERT_TRUE(ApplyEnvironment(settings, [&](const char* name) -> const char* {
    const auto found = environment.find(name);
    return found == environment.end() ? nullptr : found->second.c_str();
  }));
  EXPECT_EQ(settings.log_level, "debug");
  EXPECT_EQ(settings.threads, 7);
}

TEST_F(SettingsFile, AMistakeSaysWhereItStands) {
  Settings settings;
  const auto unknown = ApplyFile(settings, Write("threads = 2\nthread = 3\n"));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, "setting-unknown");
  EXPECT_TRUE(unknown.error().place.ends_with(".toml:2")) << unknown.error().place;
  const auto syntax = ApplyFile(settings, Write("threads = \n"));
  ASSERT_FALSE(syntax);
  EXPECT_EQ(syntax.error().code, "settings-syntax");
  EXPECT_EQ(ApplyFile(settings, Write("threads = 0\n")).error().code, "setting-value");
  EXPECT_EQ(ApplyFile(settings, "/nowhere.toml").error().code, "settings-file");
}

TEST_F(SettingsFile, WhatIsPrintedReadsBackTheSame) {
  Settings settings;
  settings.policies = "a \"quoted\" \\ folder";
  settings.readers = 9;
  settings.secure_cookie = true;
  Settings again;
  ASSERT_TRUE(ApplyFile(again, Write(ToToml(settings))));
  EXPECT_EQ(ToToml(again), ToToml(settings));
  EXPECT_EQ(again.policies, settings.policies);
}

TEST(Settings, AddressesToListenOn) {
  EXPECT_EQ(ParseListen("127.0.0.1:0")->port, 0);
  EXPECT_EQ(ParseListen("[::1]:8080")->host, "::1");
  for (const char* text : {"", "8080", "127.0.0.1", ":8080", "127.0.0.1:", "127.0.0.1:99999"}) {
    EXPECT_FALSE(ParseListen(text)) << text;
  }
}

}  // namespace
}  // namespace extramile::cli

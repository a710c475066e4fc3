// What README.md shows is what example_main.cc compiles.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace extramile::dmn {
namespace {

// The file without white space, which the two may set differently.
std::string Squeezed(const std::string& name) {
  std::ifstream in(std::string(EXTRAMILE_SOURCE_DIR) + "/libs/dmn/" + name, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), {});
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
  return text;
}

TEST(Readme, ShowsTheExampleThatIsCompiled) {
  const std::string program = Squeezed("example_main.cc"), readme = Squeezed("README.md");
  const std::string begin = "//beginoftheexample", end = "//endoftheexample";
  const size_t from = program.find(begin) + begin.size();
  ASSERT_NE(program.find(begin), std::string::npos);
  EXPECT_NE(readme.find(program.substr(from, program.find(end) - from)), std::string::npos);
}

}  // namespace
}  // namespace extramile::dmn

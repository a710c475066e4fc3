// Files written to hurt: each is refused with an error that says why, or its decisions become null.
#include <gtest/gtest.h>

#include "dmn/model.h"
#include "dmn/tck.h"

namespace extramile::dmn {
namespace {

std::string Repeated(std::string_view text, size_t count) {
  std::string out;
  out.reserve(text.size() * count);
  while (count-- > 0) out += text;
  return out;
}

std::string Wrap(const std::string& inside) {
  return R"(<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" id="m" namespace="urn:m">)" +
         inside + "</definitions>";
}

std::string Decision(const std::string& name, const std::string& logic,
                     const std::string& requires_id = "") {
  return "<decision id=\"" + name + "\" name=\"" + name + "\"><variable name=\"" + name + "\"/>" +
         (requires_id.empty() ? ""
                              : "<informationRequirement><requiredDecision href=\"#" + requires_id +
                                    "\"/></informationRequirement>") +
         logic + "</decision>";
}

std::string Text(const std::string& feel) {
  return "<literalExpression><text>" + feel + "</text></literalExpression>";
}

// The code of the error that loading gives; empty where the file loads.
std::string LoadError(const std::string& xml, bool strict = true) {
  const LoadedFile file{"m.dmn", xml};
  LoadOptions options;
  options.strict = strict;
  const auto model = Load(std::span(&file, 1), options);
  return model ? "" : model.error().code;
}

// The last decision's value, or the code of an error.
std::string Answer(const std::string& xml, const std::string& decision) {
  const LoadedFile file{"m.dmn", xml};
  const auto model = Load(std::span(&file, 1), {.strict = false});
  if (!model) return model.error().code;
  Evaluation evaluation;
  const std::string_view wanted = decision;
  const auto done = Evaluate(*model, std::span(&wanted, 1), {}, {}, evaluation);
  return done ? ToFeel(evaluation.value(0)) : done.error().code;
}

TEST(HostileFile, EntitiesAreRefusedWhateverTheyHold) {
  std::string laughs = "<!DOCTYPE d [<!ENTITY l0 \"ha\">";
  for (int i = 1; i < 30; ++i) {
    laughs += "<!ENTITY l" + std::to_string(i) + " \"" +
              Repeated("&l" + std::to_string(i - 1) + ";", 10) + "\">";
  }
  EXPECT_NE(LoadError(laughs + "]>" + Wrap(Decision("d", Text("&l29;")))), "");
  EXPECT_EQ(LoadError("<!DOCTYPE d [<!ENTITY e SYSTEM \"file:///etc/hostname\">]>" +
                      Wrap(Decision("d", Text("&e;")))),
            "xml-doctype");
  EXPECT_EQ(LoadError("<!DOCTYPE d PUBLIC \"a\" \"http://127.0.0.1:9/x.dtd\">" + Wrap("")),
            "xml-doctype");
  EXPECT_EQ(
      LoadError("<!DOCTYPE d [<!ENTITY % p SYSTEM \"file:///etc/hostname\"> %p;]>" + Wrap("")),
      "xml-doctype");
  EXPECT_NE(LoadError(Wrap(Decision("d", Text("&undeclared;")))), "");
}

TEST(HostileFile, NamesOfMegabytesAreRefusedOrHarmless) {
  const std::string name(size_t{7} << 20, 'n');
  EXPECT_EQ(LoadError(Wrap(Decision(std::string(size_t{10} << 20, 'n'), Text("1")))),
            "xml-too-large");
  EXPECT_NE(LoadError(Wrap("<" + name + "/>")), "");
  EXPECT_NE(LoadError(Wrap("<decision id=\"d\" name=\"" + name + "\"/>")), "xml-syntax");
  EXPECT_EQ(LoadError(Wrap(Decision("d", Text(name)))), "feel-too-long");
  // Names of many words make names of many words possible everywhere: the reader must not slow
  // down.
  EXPECT_EQ(LoadError(Wrap("<inputData id=\"i\" name=\"" + Repeated("a ", 2000) + "\"/>" +
                           Decision("d", Text(Repeated("a ", 20'000))))),
            "unknown-name");
}

TEST(HostileFile, DeepAndManyElementsAreRefused) {
  EXPECT_EQ(LoadError(Wrap(Repeated("<context><contextEntry>", 50'000))), "xml-too-large");
  EXPECT_EQ(LoadError(Wrap(Repeated("<a/>", 1'900'000))), "xml-too-large");
  EXPECT_EQ(LoadError(Wrap(Decision("d", Repeated("<list>", 100'000)))), "xml-too-large");
  EXPECT_EQ(LoadError(Repeated("<a>", 100'000)), "xml-too-large");
}

TEST(HostileFile, LongChainsOfDecisionsEnd) {
  std::string xml = Decision("d0", Text("1"));
  for (int i = 1; i <= 20'000; ++i) {
    const std::string before = "d" + std::to_string(i - 1);
    xml += Decision("d" + std::to_string(i), Text(before + " + 1"), before);
  }
  // Too deep for the stack of a thread: stopped, not crashed.
  EXPECT_EQ(Answer(Wrap(xml), "d20000"), "evaluation-limit");
  EXPECT_EQ(Answer(Wrap(xml), "d100"), "101");
}

TEST(HostileFile, DefinitionsThatHoldThemselvesAreRefused) {
  EXPECT_NE(LoadError(Wrap("<itemDefinition name=\"t\"><typeRef>t</typeRef></itemDefinition>" +
                           Decision("d", Text("1")))),
            "xml-syntax");
  EXPECT_NE(
      LoadError(Wrap("<itemDefinition name=\"t\"><itemComponent name=\"c\"><typeRef>t</typeRef>"
                     "</itemComponent></itemDefinition>" +
                     Decision("d", Text("1")))),
      "xml-syntax");
  EXPECT_EQ(Answer(Wrap(Decision("a", Text("b"), "b") + Decision("b", Text("a"), "a")), "a"),
            "null");
}

TEST(HostileFile, TwoServicesThatCallEachOtherEnd) {
  const auto service = [](const std::string& name, const std::string& output) {
    return "<decisionService id=\"" + name + "\" name=\"" + name + "\"><outputDecision href=\"#" +
           output + "\"/></decisionService>";
  };
  const auto calls = [](const std::string& name, const std::string& callee) {
    return "<decision id=\"" + name + "\" name=\"" + name + "\"><variable name=\"" + name +
           "\"/><knowledgeRequirement><requiredKnowledge href=\"#" + callee +
           "\"/></knowledgeRequirement>" + Text(callee + "()") + "</decision>";
  };
  EXPECT_EQ(
      Answer(Wrap(service("s", "a") + service("t", "b") + calls("a", "t") + calls("b", "s")), "a"),
      "evaluation-limit");
}

TEST(HostileFile, TestCasesAreReadWithinTheSameLimits) {
  const LoadedFile model{"m.dmn", Wrap(Decision("d", Text("1")))};
  const auto error = [&](const std::string& xml) {
    const auto report = RunTestCases(std::span(&model, 1), "t.xml", xml, {});
    return report ? "" : report.error().code;
  };
  EXPECT_EQ(error("<!DOCTYPE t [<!ENTITY e \"x\">]><testCases>&e;</testCases>"), "xml-doctype");
  EXPECT_EQ(error(Repeated("<testCases>", 100'000)), "xml-too-large");
  EXPECT_EQ(error("<notTests/>"), "test-case");
  const std::string deep =
      "<testCases><modelName>m.dmn</modelName><testCase id=\"1\"><inputNode "
      "name=\"x\">" +
      Repeated("<component name=\"c\">", 90) + Repeated("</component>", 90) +
      "</inputNode><resultNode name=\"d\"><expected><value>1</value></expected>"
      "</resultNode></testCase></testCases>";
  EXPECT_EQ(error(deep), "");
}

}  // namespace
}  // namespace extramile::dmn

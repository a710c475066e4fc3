// Xml: a small tree of a DMN file. Read by libxml2 without network, without entities (any DOCTYPE
// is refused), within limits of size, depth and number of elements.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace extramile::dmn {

struct Element {
  std::string name;  // without prefix
  std::string name_space;
  std::string text;  // characters directly inside, comments left out
  int line = 0;
  std::vector<std::pair<std::string, std::string>> attributes;
  // Namespace prefixes declared on this element: prefix and URI.
  std::vector<std::pair<std::string, std::string>> prefixes;
  std::vector<Element> children;

  std::string_view Attribute(std::string_view attribute) const;  // empty where absent
  const Element* Child(std::string_view child) const;            // nullptr where absent
  std::string_view ChildText(std::string_view child) const;
};

struct XmlLimits {
  size_t max_bytes = size_t{8} << 20;
  size_t max_elements = 1'000'000;
  int max_depth = 200;
};

// Errors: kMalformed "xml-syntax" with the line, "xml-doctype"; kTooLarge "xml-too-large". The
// place is `file`.
Result<Element> ParseXml(std::string_view xml, const std::string& file,
                         const XmlLimits& limits = {});

}  // namespace extramile::dmn

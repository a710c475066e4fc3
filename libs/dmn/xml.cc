#include "dmn/xml.h"

#include <libxml/parser.h>
#include <libxml/xmlreader.h>

#include <memory>
#include <mutex>

namespace extramile::dmn {
namespace {

std::string Text(const xmlChar* text) { return text ? reinterpret_cast<const char*>(text) : ""; }

void Silent(void*, const char*, xmlParserSeverities, xmlTextReaderLocatorPtr) {}

tl::unexpected<Error> TooLarge(std::string place) {
  return Fail(ErrorKind::kTooLarge, "xml-too-large",
              "The file has too many or too deeply nested elements.", std::move(place));
}

struct FreeReader {
  void operator()(xmlTextReader* reader) const { xmlFreeTextReader(reader); }
};

void ReadAttributes(xmlTextReader* reader, Element& element) {
  constexpr std::string_view kXmlns = "http://www.w3.org/2000/xmlns/";
  while (xmlTextReaderMoveToNextAttribute(reader) == 1) {
    const std::string name = Text(xmlTextReaderConstLocalName(reader));
    std::string value = Text(xmlTextReaderConstValue(reader));
    if (Text(xmlTextReaderConstNamespaceUri(reader)) == kXmlns) {
      const bool prefixed = xmlTextReaderConstPrefix(reader) != nullptr;
      element.prefixes.emplace_back(prefixed ? name : "", std::move(value));
    } else {
      element.attributes.emplace_back(name, std::move(value));
    }
  }
  xmlTextReaderMoveToElement(reader);
}

}  // namespace

std::string_view Element::Attribute(std::string_view attribute) const {
  for (const auto& [key, value] : attributes) {
    if (key == attribute) return value;
  }
  return {};
}

const Element* Element::Child(std::string_view child) const {
  for (const Element& candidate : children) {
    if (candidate.name == child) return &candidate;
  }
  return nullptr;
}

std::string_view Element::ChildText(std::string_view child) const {
  const Element* found = Child(child);
  return found ? std::string_view(found->text) : std::string_view();
}

Result<Element> ParseXml(std::string_view xml, const std::string& file, const XmlLimits& limits) {
  static std::once_flag once;
  std::call_once(once, xmlInitParser);
  if (xml.size() > limits.max_bytes) {
    return Fail(ErrorKind::kTooLarge, "xml-too-large", "The file is too large.", file,
                "Split it into several files.");
  }
  // NOENT is not set, so entities are not replaced; a DOCTYPE is refused below in any case.
  const std::unique_ptr<xmlTextReader, FreeReader> reader(xmlReaderForMemory(
      xml.data(), static_cast<int>(xml.size()), nullptr, nullptr,
      XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA));
  if (!reader)
    return Fail(ErrorKind::kInternal, "xml-reader", "The XML reader could not be made.", file);
  xmlTextReaderSetErrorHandler(reader.get(), Silent, nullptr);
  const auto place = [&] {
    return file + ", line " + std::to_string(xmlTextReaderGetParserLineNumber(reader.get()));
  };
  xmlResetLastError();
  Element document;
  std::vector<Element*> open = {&document};
  size_t count = 0;
  int status;
  while ((status = xmlTextReaderRead(reader.get())) == 1) {
    switch (xmlTextReaderNodeType(reader.get())) {
      case XML_READER_TYPE_DOCUMENT_TYPE:
      case XML_READER_TYPE_ENTITY_REFERENCE:
        return Fail(ErrorKind::kMalformed, "xml-doctype",
                    "The file has a DOCTYPE or an entity of its own.", place(),
                    "Remove the DOCTYPE; decision models need none.");
      case XML_READER_TYPE_ELEMENT: {
        if (++count > limits.max_elements || static_cast<int>(open.size()) > limits.max_depth) {
          return TooLarge(place());
        }
        Element element;
        element.name = Text(xmlTextReaderConstLocalName(reader.get()));
        element.name_space = Text(xmlTextReaderConstNamespaceUri(reader.get()));
        element.line = xmlTextReaderGetParserLineNumber(reader.get());
        const bool empty = xmlTextReaderIsEmptyElement(reader.get()) == 1;
        ReadAttributes(reader.get(), element);
        open.back()->children.push_back(std::move(element));
        if (!empty) open.push_back(&open.back()->children.back());
        break;
      }
      case XML_READER_TYPE_END_ELEMENT:
        open.pop_back();
        break;
      case XML_READER_TYPE_TEXT:
      case XML_READER_TYPE_CDATA:
      case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
        open.back()->text += Text(xmlTextReaderConstValue(reader.get()));
        break;
      default:
        break;
    }
  }
  // libxml2 has limits of its own, for depth and for the length of names and texts.
  const xmlError* last = xmlGetLastError();
  if (status != 0 && last != nullptr && last->code == XML_ERR_INTERNAL_ERROR) {
    return TooLarge(place());
  }
  if (status != 0 || document.children.empty()) {
    return Fail(ErrorKind::kMalformed, "xml-syntax", "The file is not well-formed XML.", place(),
                "Open it in a DMN editor and save it again.");
  }
  return std::move(document.children.front());
}

}  // namespace extramile::dmn

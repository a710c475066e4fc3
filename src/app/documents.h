// Reference documents (procedures, guidelines, laws, the change procedure) and who looked at which,
// when. A new edition names the one it supersedes; both stay, so that a case shows what was in
// force then.
#pragma once

#include <optional>
#include <string>

#include "app/record.h"
#include "app/use_case.h"

namespace extramile::app {

Result<Answer> ListDocuments(Services& services, const Request& request);
Result<Answer> AddDocument(Services& services, const Request& request);
Result<Answer> ConsultDocument(Services& services, const Request& request);

struct DocumentSeenRecord {
  RecordHead head;
  AnyId document;
  std::string title;
  std::optional<std::string> place;
};

// $1 organisation, $2 case.
extern const Sql kDocumentsSeenInCase;
DocumentSeenRecord DocumentSeenFrom(const Row& row);
// The contract's DocumentSeen.
void WriteDocumentSeen(JsonWriter& out, const DocumentSeenRecord& seen);

}  // namespace extramile::app

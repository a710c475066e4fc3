// Cases: one customer's contact each. This header is what every use case about a case shares: how a
// case is read, rendered and opened; the use cases themselves stand in files of their own.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/customers.h"
#include "app/incidents.h"
#include "app/record.h"
#include "app/use_case.h"

namespace extramile::app {

Result<Answer> ListCases(Services& services, const Request& request);
Result<Answer> OpenCase(Services& services, const Request& request);
Result<Answer> OpenCaseNow(Services& services, const Request& request);
Result<Answer> SeeCase(Services& services, const Request& request);
Result<Answer> ChangeCase(Services& services, const Request& request);
Result<Answer> CloseCase(Services& services, const Request& request);
Result<Answer> MarkAsEvidence(Services& services, const Request& request);

struct CaseRecord {
  RecordHead head;
  std::string reference;  // for people: "C-7K3M9Q2T"
  std::string kind = "enquiry";
  std::string reason;
  std::string channel;
  std::string stage = "greeting";
  std::string state = "open";
  std::optional<AnyId> customer, incident;
  std::string team;
  PersonRef agent;
  std::optional<std::string> severity;
  std::string setting = "paid";
  std::string sector = "private";
  bool simulated = false, regulated_product = false, remedy_due = false, use_as_evidence = false;
  std::string load = "unknown";
  std::string load_basis = "unknown";  // computed | declared | unknown
  std::string situation = "routine";   // routine | let_down
  std::string source = "manual";
  std::optional<std::string> external_id;
  Instant opened_at;
  std::optional<Instant> closed_at;
  std::optional<StoredWords> words;
};

// $1 organisation, $2 case: at most one row, as CaseFrom reads it.
extern const Sql kCaseById;
CaseRecord CaseFrom(const Row& row);

// A case with what its answer shows beside it.
struct CaseView {
  CaseRecord record;
  std::optional<CustomerRecord> customer;
  std::optional<IncidentRecord> incident;
};

// The contract's CaseDetail.
void WriteCaseDetail(JsonWriter& out, const CaseView& view, Currency currency);

// Reads the case and what is shown with it. kNotFound when there is no such case here.
Result<CaseView> LoadCase(Services& services, const Request& request, AnyId id);

// What a request or a row of an import says about a new case; the contract's NewCase.
struct NewCase {
  std::string kind, reason, channel;
  std::optional<CustomerInput> customer;
  std::optional<AnyId> customer_id, incident;
  std::optional<std::string> severity, setting, sector, load, external_id;
  bool simulated = false, regulated_product = false, remedy_due = false;
  std::vector<AnyId> colleagues;
  Instant occurred_at;
  std::optional<WrittenWords> words;
};
// `author`: whose words they are when the body does not say.
Result<NewCase> ReadNewCase(const JsonValue& body, const Request& request,
                            std::string_view author = "own_words");

// Opens cases in one change. What they name (customers, incidents, people) is read once, before;
// Open then checks each against it.
class CaseOpener {
 public:
  // Reads what `cases` name, in one snapshot. `source`: manual, import, chatwoot.
  static Result<CaseOpener> Read(Services& services, const Request& request, std::string source,
                                 const std::vector<const NewCase*>& cases);
  // True where a case of this source with this external_id is known already.
  bool Knows(const std::string& external_id) const { return known_.contains(external_id); }
  // Adds one case to the change. Errors: kInvalid with the field that names nothing here.
  Result<CaseView> Open(Change& change, const NewCase& input);

 private:
  Result<void> Check(const NewCase& input) const;
  std::optional<CustomerRecord> CustomerOf(Change& change, const NewCase& input);

  CaseOpener(const Request& request, std::string source)
      : request_(&request), source_(std::move(source)) {}

  const Request* request_;
  std::string source_;
  PersonRef agent_;
  std::string team_;
  std::optional<std::string> load_;  // from the team's live queue, where it is fresh
  CustomerBook customers_;
  std::set<std::string, std::less<>> known_;
  std::map<AnyId, CustomerRecord> customers_by_id_;
  std::map<AnyId, IncidentRecord> incidents_;
  std::set<AnyId> people_;
};

}  // namespace extramile::app

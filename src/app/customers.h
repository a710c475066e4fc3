// Customers: a pseudonym that outlives erasure, so that "different customers" stays countable, and
// beside it the personal data that can be erased.
//
// A case's customer is found by the reference that the organisation's own system uses for them, or
// made with a fresh pseudonym; FindOrAddCustomer plans that for one case after another, so that ten
// rows of an import that name one new customer make one.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/record.h"
#include "app/use_case.h"

namespace extramile::app {

Result<Answer> SeeCustomer(Services& services, const Request& request);
Result<Answer> EraseCustomer(Services& services, const Request& request);

struct CustomerRecord {
  AnyId id;
  std::string pseudonym;
  std::optional<std::string> name, contact, reference;
  std::string kind = "external";  // external | internal
  std::optional<std::string> segment, country;
  bool business = false, public_official = false, vulnerable = false, age_verified = false;
  bool erased = false;
  int64_t cases = 0;
  int64_t gestures_last_12_months = 0;
  int64_t version = 1;
};

// What a request says about a customer; every field may be absent.
struct CustomerInput {
  std::optional<std::string> reference, name, contact, kind, segment, country;
  std::optional<bool> business, public_official, vulnerable, age_verified;
};

// Reads the contract's CustomerInput under `key`, where there is one.
std::optional<CustomerInput> ReadCustomerInput(ObjectReader& in, std::string_view key);

// $1 organisation, $2 customer, $3 twelve months before now.
extern const Sql kCustomerById;
// $1 organisation, $2 JSON array of references, $3 twelve months before now.
extern const Sql kCustomersByReference;
CustomerRecord CustomerFrom(const Row& row);
Instant TwelveMonthsBefore(const Organisation& organisation, Instant now);

// The contract's Customer.
void WriteCustomer(JsonWriter& out, const CustomerRecord& customer);

// Customers met while one plan is built: those read, and those the plan itself adds.
class CustomerBook {
 public:
  void Add(const Rows& rows);  // of kCustomersByReference
  // The customer with that reference, updated by what `input` says anew; or a new one. Adds the
  // steps and the events to `change`.
  CustomerRecord FindOrAdd(Change& change, const Request& request, const CustomerInput& input,
                           Instant occurred_at);
  // The same for a customer already known by id.
  static CustomerRecord Update(Change& change, const Request& request, CustomerRecord customer,
                               const CustomerInput& input, Instant occurred_at);

  // One case more of that customer, so that a later case of the same plan counts it.
  void CountCase(const CustomerRecord& customer);

 private:
  std::map<std::string, CustomerRecord, std::less<>> by_reference_;
};

}  // namespace extramile::app

// The service offer: versions of what every customer is promised. A draft may be published, exactly
// one version is in force, and what was in force before is superseded and never changes again.
//
// What it promises is routine: an action inside it is no extra mile. OfferRecord is also what the
// match, the explanation to a customer and an adopted routine proposal read and write.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/record.h"
#include "app/use_case.h"

namespace extramile::app {

Result<Answer> ListOffers(Services& services, const Request& request);
Result<Answer> DraftOffer(Services& services, const Request& request);
Result<Answer> SeeCurrentOffer(Services& services, const Request& request);
Result<Answer> SeeOffer(Services& services, const Request& request);
Result<Answer> PublishOffer(Services& services, const Request& request);

struct OfferItem {
  AnyId id;
  int64_t position = 0;  // from 1
  std::string promise;
  std::optional<std::string> standard;  // "by the next working day"
  std::optional<int64_t> standard_minutes;
  std::optional<std::string> channel, segment, touchpoint, dimension;
  std::optional<std::string> gesture;  // code of a gesture that is itself promised
};

struct OfferRecord {
  RecordHead head;
  int64_t number = 0;  // from 1
  std::string title;
  std::string summary;
  std::string state;  // draft | published | superseded
  std::optional<Instant> published_at;
  std::optional<AnyId> from_proposal;
  std::vector<OfferItem> items;
};

// $1 organisation: the published version, without its items; at most one row.
extern const Sql kCurrentOffer;
// $1 organisation: the items of the published version, in their order.
extern const Sql kCurrentOfferItems;
// $1 organisation: the highest version number, 0 before the first.
extern const Sql kLastOfferNumber;

// The published offer from the rows of kCurrentOffer and kCurrentOfferItems; nullopt before the
// first.
std::optional<OfferRecord> CurrentOfferFrom(const Rows& offers, const Rows& items);
// kConflict "no-offer": what needs an offer in force says this.
Error NoOfferError();

void WriteOffer(JsonWriter& out, const OfferRecord& offer);

// The steps that add `offer` and its items (ids, numbers and state set by the caller), and that
// take `before` out of force, guarded by its version. A number taken meanwhile makes the plan
// stale.
void AddOfferSteps(Change& change, const Request& request, const OfferRecord& offer,
                   const std::optional<AnyId>& supersedes);
void SupersedeOfferStep(Change& change, const Request& request, const OfferRecord& before);

}  // namespace extramile::app

// What an adopted proposal about a gesture becomes: the next version of the offer, with the gesture
// as a promise of its own, or without the promise that it was.
#pragma once

#include <optional>
#include <string>

#include "app/change.h"
#include "app/gestures.h"
#include "app/offers.h"
#include "app/proposal_record.h"

namespace extramile::app {

struct OfferPromise {
  std::optional<std::string> promise;  // the gesture's title where it says nothing
  std::optional<int64_t> standard_minutes;
};

// What was read for it.
struct OfferInForce {
  OfferRecord offer;
  int64_t last_number = 0;
  GestureRecord gesture;
};
// The rows of kCurrentOffer, kCurrentOfferItems, kLastOfferNumber and kGestureByCode.
Result<OfferInForce> OfferInForceFrom(const Rows& offers, const Rows& items, const Rows& numbers,
                                      const Rows& gestures);

// Adds the next version to the change and says which it is. Errors, kConflict: "already-routine",
// "not-routine" where the offer in force says already what is asked for.
Result<AnyId> PublishAdopted(Change& change, const Request& request, const Rows& actor_name,
                             const OfferInForce& in_force, const ProposalRecord& proposal,
                             const OfferPromise& promise);

}  // namespace extramile::app

#include "app/proposal_adoption.h"

#include <algorithm>
#include <utility>

namespace extramile::app {
namespace {

OfferRecord NextVersion(const OfferInForce& in_force, const ProposalRecord& proposal) {
  OfferRecord next = in_force.offer;
  next.number = in_force.last_number + 1;
  next.state = "published";
  next.from_proposal = proposal.head.id;
  return next;
}

// What is promised now, and the gesture.
Result<OfferRecord> OfferWith(const OfferInForce& in_force, const ProposalRecord& proposal,
                              const OfferPromise& promise) {
  OfferRecord next = NextVersion(in_force, proposal);
  const GestureRecord& gesture = in_force.gesture;
  if (std::any_of(next.items.begin(), next.items.end(),
                  [&](const OfferItem& item) { return item.gesture == gesture.code; })) {
    return Fail(ErrorKind::kConflict, "already-routine",
                "The offer in force promises this gesture already.", "/state",
                "Decline this proposal: what it asks for is there.");
  }
  OfferItem item;
  item.position = static_cast<int64_t>(next.items.size()) + 1;
  item.promise = promise.promise.value_or(gesture.title);
  item.standard_minutes = promise.standard_minutes;
  item.touchpoint = gesture.touchpoint;
  item.dimension = gesture.dimension;
  item.gesture = gesture.code;
  next.items.push_back(std::move(item));
  return next;
}

// The same without the gesture, which is not routine any more.
Result<OfferRecord> OfferWithout(const OfferInForce& in_force, const ProposalRecord& proposal) {
  OfferRecord next = NextVersion(in_force, proposal);
  const size_t taken_out = std::erase_if(
      next.items, [&](const OfferItem& item) { return item.gesture == in_force.gesture.code; });
  if (taken_out == 0) {
    return Fail(ErrorKind::kConflict, "not-routine",
                "The offer in force does not promise this gesture.", "/state",
                "Decline this proposal: what it asks for is done.");
  }
  for (size_t i = 0; i < next.items.size(); ++i) {
    next.items[i].position = static_cast<int64_t>(i) + 1;
  }
  return next;
}

}  // namespace

Result<OfferInForce> OfferInForceFrom(const Rows& offers, const Rows& items, const Rows& numbers,
                                      const Rows& gestures) {
  auto offer = CurrentOfferFrom(offers, items);
  if (!offer) return Fail(NoOfferError());
  if (gestures.empty()) return Fail(Request::NotFoundError("gesture"));
  return OfferInForce{*std::move(offer), RowReader(numbers.front()).Int(),
                      GestureFrom(gestures.front())};
}

Result<AnyId> PublishAdopted(Change& change, const Request& request, const Rows& actor_name,
                             const OfferInForce& in_force, const ProposalRecord& proposal,
                             const OfferPromise& promise) {
  EM_ASSIGN(OfferRecord next, proposal.subject.kind == "routine"
                                  ? OfferWith(in_force, proposal, promise)
                                  : OfferWithout(in_force, proposal));
  const OfferRecord& before = in_force.offer;
  next.head = NewHead(change.NewId(), request.now, request, actor_name);
  next.published_at = request.now;
  for (OfferItem& item : next.items) item.id = change.NewId();
  SupersedeOfferStep(change, request, before);
  AddOfferSteps(change, request, next, before.head.id);
  change.ConfigurationChanged();
  change.Event({.kind = "offer_published",
                .record_kind = "service_offer",
                .record = next.head.id,
                .occurred_at = request.now},
               [&](JsonWriter& body) {
                 Put(body, "number", next.number);
                 Put(body, "supersedes", before.head.id);
                 Put(body, "from_proposal", next.from_proposal);
               });
  return next.head.id;
}

}  // namespace extramile::app

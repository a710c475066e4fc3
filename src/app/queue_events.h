// What a telephone or ticket system tells of its queues, event by event: a contact entered, was
// answered, left; an agent is on or off. In batches over the API or by a signed webhook; and what
// the queues look like now.
//
// A batch is taken as far as it can be: an event that cannot be read, is older than the horizon or
// lies in the future is refused by itself, with the reason; the others count. Late events and those
// out of order are taken too (the state does not depend on the order) and counted, repeats of an id
// are counted and dropped. Nothing but opaque ids is asked for, and even these are stored as
// hashes: no record can tell who called. The feed writes no events of the record; what a decision
// took from it stands in that decision's own inputs.
#pragma once

#include "app/use_case.h"

namespace extramile::app {

Result<Answer> TakeQueueEvents(Services& services, const Request& request);
// The same body, signed with the secret of a connection of kind `queue`: HMAC-SHA256 over
// timestamp, a point and the body, in X-Extramile-Signature ("sha256=" and hexadecimal digits) and
// X-Extramile-Timestamp (seconds since 1970). Answers 202 with the same counts.
Result<Answer> ReceiveQueueEvents(Services& services, const Request& request);
// Every queue that was ever told of: how many wait and how long, who serves, how fresh it is, and
// what became of the events.
Result<Answer> ListQueues(Services& services, const Request& request);

}  // namespace extramile::app

// Check blocks: stored checks as replay reads them, a thousand in one row.
//
// A row of idea_check has everything that a person may ask about a check; replay needs its inputs
// and its verdict, and reading a million rows would cost more than judging them. So housekeeping
// packs each thousand checks that are an hour old into a block, in columns (desk/snapshot.h). A
// block is derived: it counts only while as many checks stand in its range as it holds, else they
// are read from their rows, as are those that no block holds yet. Dropping blocks loses nothing.
// What the gates said is evaluated anew when a block is packed, by the rule set that decided the
// check where that is at hand, and kept where it leads to the verdict that was given.
//
//   EM_ASSIGN(const auto ranges, RangesOfChecks(store, organisation, since));
//   for (const CheckRange& range : ranges) {   // or several threads, a range each
//     EM_TRY(reader.Read(range, [&](const StoredCheck& check) -> Result<void> { ... }));
//   }
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "app/store.h"
#include "app/use_case.h"
#include "desk/verdict.h"
#include "feel/arena.h"
#include "feel/value.h"

namespace extramile::app {

inline std::string_view View(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Views are good until the reader goes on.
struct StoredCheck {
  AnyId id;
  std::string_view gesture;  // empty: own words
  desk::Fold said;
  int64_t amount = 0;  // minor units
  Instant recorded_at;
  std::string_view policy;  // the hash of the rule set that said it
  // What it was about: one context; or where this is null, the snapshot as it is stored.
  const feel::Value* inputs = nullptr;
  std::string_view snapshot;
  // What the gates said, in the order of desk::kGates; nullptr where that is not known.
  const feel::Value* gates = nullptr;
};

// Checks by their ids (UUIDv7: their order is time's): above the one, up to the other.
struct CheckRange {
  AnyId above, last;
  std::optional<int64_t> block;  // its number
};

// All checks recorded since then, in ranges of a few thousand at most where they are packed, and
// otherwise in slices of time.
Result<std::vector<CheckRange>> RangesOfChecks(Store& store, OrganisationId organisation,
                                               Instant since);

// One thread's reader: reads a range after the other into the same memory.
class CheckReader {
 public:
  using Each = std::function<Result<void>(const StoredCheck&)>;

  CheckReader(Store& store, OrganisationId organisation, Instant since)
      : store_(store), organisation_(organisation), since_(since) {}

  // In no particular order. Errors: the store's, and those of `each`, which end it.
  Result<void> Read(const CheckRange& range, const Each& each);

 private:
  Result<bool> ReadBlock(const CheckRange& range, const Each& each);
  Result<void> ReadRows(const CheckRange& range, const Each& each);

  Store& store_;
  const OrganisationId organisation_;
  const Instant since_;
  feel::Arena arena_;
};

// Packs what is due, at most so many blocks; answers how many. Waits until it is durable; safe at
// any time and from several processes.
Result<int> PackChecks(Services& services, const Organisation& organisation, Instant now,
                       int most_blocks);

}  // namespace extramile::app

// Id: 128 bits, a UUID version 7 (RFC 9562) when we make it, so that ids sort by the time they were
// made. Typed by what it names, so that a case's id cannot be passed for a person's.
//
//   using CaseId = Id<struct CaseTag>;
//   CaseId id = CaseId::Make(clock.Now(), random);
//   std::string text = id.ToString();          // "0193553a-..."
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/random.h"
#include "base/time.h"

namespace extramile {

using Uuid = std::array<uint8_t, 16>;

Uuid MakeUuidV7(Instant now, RandomSource& random);
std::string FormatUuid(const Uuid& uuid);       // lower case, with hyphens
Result<Uuid> ParseUuid(std::string_view text);  // the 36-character form only

template <class Tag>
struct Id {
  Uuid bytes{};

  static Id Make(Instant now, RandomSource& random) { return {MakeUuidV7(now, random)}; }
  static Result<Id> Parse(std::string_view text) {
    EM_ASSIGN(Uuid uuid, ParseUuid(text));
    return Id{uuid};
  }
  std::string ToString() const { return FormatUuid(bytes); }
  bool is_nil() const { return bytes == Uuid{}; }
  auto operator<=>(const Id&) const = default;
};

// The ids that cross module boundaries.
using OrganisationId = Id<struct OrganisationTag>;
using PersonId = Id<struct PersonTag>;
using AnyId = Id<struct AnyTag>;  // a record whose kind stands beside it

}  // namespace extramile

template <class Tag>
struct std::hash<extramile::Id<Tag>> {
  size_t operator()(const extramile::Id<Tag>& id) const noexcept {
    uint64_t low;
    std::memcpy(&low, id.bytes.data() + 8, 8);  // the random half
    return static_cast<size_t>(low);
  }
};

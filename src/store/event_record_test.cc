#include "store/event_record.h"

#include <gtest/gtest.h>

namespace extramile::store {
namespace {

app::EventBody Example() {
  app::EventBody event;
  event.kind = "idea_checked";
  event.record_kind = "idea_check";
  event.record = *AnyId::Parse("0193553a-8f5c-7c1e-9d5b-3f2a1b4c5d6e");
  event.actor = *PersonId::Parse("0193553a-0000-7000-8000-000000000001");
  event.occurred_at = {1'763'800'000'000'000};
  event.body = R"({"outcome":"allowed"})";
  return event;
}

const OrganisationId kOrganisation = *OrganisationId::Parse("0193553a-0000-7000-8000-000000000002");

// These bytes are what was signed for: a change here makes every stored hash wrong.
TEST(EventRecord, CanonicalBytesAreFixed) {
  EXPECT_EQ(
      CanonicalEvent(kOrganisation, 7, Example(), {1'763'800'000'000'001}),
      R"({"v":1,"organisation":"0193553a-0000-7000-8000-000000000002","seq":7,"kind":"idea_checked",)"
      R"("record_kind":"idea_check","record":"0193553a-8f5c-7c1e-9d5b-3f2a1b4c5d6e","case":null,)"
      R"("actor":"0193553a-0000-7000-8000-000000000001","occurred_at":1763800000000000,)"
      R"("recorded_at":1763800000000001,"body":{"outcome":"allowed"}})");
}

TEST(EventRecord, SaltAndEveryByteChangeTheHash) {
  const Salt salt{1}, other{2};
  EXPECT_EQ(HashEvent(salt, "a"), HashEvent(salt, "a"));
  EXPECT_NE(HashEvent(salt, "a"), HashEvent(salt, "b"));
  EXPECT_NE(HashEvent(salt, "a"), HashEvent(other, "a"));
}

}  // namespace
}  // namespace extramile::store

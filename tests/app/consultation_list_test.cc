// Which consultations a person is shown, beside a slow statement that says it at once.
#include <random>

#include "app/consultation_rows.h"
#include "app/consultations.h"
#include "fixture.h"

namespace extramile::app {
namespace {

const Sql kInsert = {
    "insert into consultation (organisation_id, id, idea_id, purpose, mode, proposer_id, "
    "with_person_id, outside_authority, deputy_id, state, due_at, facts, occurred_at, recorded_at, "
    "recorded_by) values ($1, $2, $2, 'advice', 'in app', $3, $4, $5, $6, $7, $8, '[]', 0, 0, $3)"};
const Sql kOracle = {
    "select c.id from consultation c where c.organisation_id = $1 and (($3 <> 'mine' and "
    "(c.with_person_id = $2 or c.deputy_id = $2 or (c.with_person_id is null and "
    "c.outside_authority is null and c.proposer_id <> $2 and cast($5 as bigint) = 1))) or "
    "($3 <> 'me' and c.proposer_id = $2)) and ($4 = '' or c.state = $4) order by case when c.state "
    "in ('requested', 'escalated') then 0 else 1 end, c.id desc limit 200"};

class ConsultationListTest : public UseCaseTest {
 protected:
  std::vector<AnyId> Ids(const Sql& sql, PersonId person, const std::string& with,
                         const std::string& state, bool answers) {
    const OrganisationId org = organisation().id;
    const Rows rows = *ReadOne(store(), org, sql, {org, person, with, state, answers});
    std::vector<AnyId> ids;
    for (const Row& row : rows) ids.push_back(row[0].Identifier<AnyId>());
    return ids;
  }
};

TEST_F(ConsultationListTest, IsTheTwoHundredOfEverybodysThatComeFirst) {
  const std::vector<PersonId> people = {Person("lead"), Person("lead"), Person("agent")};
  std::mt19937 random(7);
  const auto somebody = [&](unsigned none) -> std::optional<PersonId> {
    const size_t drawn = random() % (people.size() + none);
    return drawn < people.size() ? std::optional(people[drawn]) : std::nullopt;
  };
  const char* const states[] = {"requested", "escalated", "approved", "declined", "expired"};
  for (int i = 0; i < 900; ++i) {
    std::optional<std::string> outside;
    if (random() % 4 == 0) outside = "the regulator";
    // Those that wait are old: the newest are all settled.
    const size_t state = i < 150 ? random() % 5 : 2 + random() % 3;
    AnyId id;
    for (auto& byte : id.bytes) byte = static_cast<uint8_t>(random());
    id.bytes[0] = static_cast<uint8_t>(i / 4);
    Write(kInsert,
          {organisation().id, id, *somebody(0), somebody(2), outside, somebody(9),
           std::string(states[state]), Instant{static_cast<int64_t>(random()) - (1 << 30)}});
  }
  for (const PersonId person : people) {
    for (const char* with : {"", "me", "mine"}) {
      for (const char* state : {"", "requested", "approved"}) {
        for (const bool answers : {false, true}) {
          EXPECT_EQ(Ids(kConsultationsOfPerson, person, with, state, answers),
                    Ids(kOracle, person, with, state, answers))
              << with << " " << state << " " << answers;
        }
      }
    }
  }
  EXPECT_EQ(Ids(kConsultationsOfPerson, people[0], "", "", true).size(), 200u);
}

}  // namespace
}  // namespace extramile::app

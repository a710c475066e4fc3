// The errors every store gives, in one place so that both databases say the same thing.
#pragma once

#include <string>
#include <string_view>

#include "app/store.h"
#include "base/error.h"

namespace extramile::store {

Error DatabaseAway(std::string_view why);
// The connection broke after COMMIT was sent: the plan may be durable or not.
Error OutcomeUnknown();
Error DiskFull();
Error DatabaseReadOnly();
Error DatabaseBusy();
Error DatabaseDamaged(std::string_view why);
Error StoreBusy();
Error ShuttingDown();
Error KeyReused();
Error AlreadyRecorded();
Error ReferenceMissing();
Error OrganisationUnknown();
// A step the database refused: its own `otherwise` where the record is there already, else the
// refusal.
Error RefusalOf(const app::Step& step, const Error& refusal);
// A bug of ours: `why` is the database's own words about the statement, never a value.
Error StatementWrong(std::string_view sql, std::string_view why);

}  // namespace extramile::store

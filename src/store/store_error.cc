#include "store/store_error.h"

namespace extramile::store {

Error DatabaseAway(std::string_view why) {
  return {ErrorKind::kUnavailable, "database-away",
          "The database cannot be reached: " + std::string(why) + ".", "",
          "Try again in a moment; nothing was written."};
}

Error OutcomeUnknown() {
  return {
      ErrorKind::kUnavailable, "database-away",
      "The database went away while this was being written.", "",
      "Repeat the request with the same Idempotency-Key: it is written once, whichever happened."};
}

Error DiskFull() {
  return {ErrorKind::kUnavailable, "disk-full",
          "The disk of the database is full; nothing was written.", "",
          "Free some space; no restart is needed."};
}

Error DatabaseReadOnly() {
  return {ErrorKind::kUnavailable, "database-read-only",
          "The database can be read but not written.", "",
          "Give this program the right to write the database file and its folder, or point it at "
          "the primary server."};
}

Error DatabaseBusy() {
  return {ErrorKind::kUnavailable, "database-busy", "Another program holds the database locked.",
          "", "Try again in a moment; nothing was written."};
}

Error DatabaseDamaged(std::string_view why) {
  return {ErrorKind::kUnavailable, "database-damaged",
          "The database cannot be used: " + std::string(why) + ".", "",
          "Check the disk, and restore the latest backup."};
}

Error StoreBusy() {
  return {ErrorKind::kTooMany, "store-busy", "Too much is waiting for the database.", "",
          "Try again in a moment."};
}

Error ShuttingDown() {
  return {ErrorKind::kUnavailable, "shutting-down", "The store is closing and takes no more.", "",
          "Try again in a moment."};
}

Error KeyReused() {
  return {ErrorKind::kConflict, "idempotency-key-reused",
          "This Idempotency-Key was used for another request.", "",
          "Use a new key for a new request."};
}

Error AlreadyRecorded() {
  return {ErrorKind::kConflict, "already-recorded",
          "A record with these particulars is there already.", "",
          "Look at the one that is there."};
}

Error ReferenceMissing() {
  return {ErrorKind::kConflict, "reference-missing", "This names a record that is not there.", "",
          ""};
}

Error OrganisationUnknown() {
  return {ErrorKind::kNotFound, "organisation-unknown", "There is no such organisation.", "", ""};
}

Error RefusalOf(const app::Step& step, const Error& refusal) {
  return step.otherwise && refusal.code == "already-recorded" ? *step.otherwise : refusal;
}

Error StatementWrong(std::string_view sql, std::string_view why) {
  return {ErrorKind::kInternal, "statement-wrong",
          "A statement of ours is wrong: " + std::string(why) + ".",
          std::string(sql.substr(0, 200)), ""};
}

}  // namespace extramile::store

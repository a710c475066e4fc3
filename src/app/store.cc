#include "app/store.h"

#include <future>

namespace extramile::app {

double Cell::Real() const {
  if (is_null()) return 0;
  if (const auto* whole = std::get_if<int64_t>(&value_)) return static_cast<double>(*whole);
  return std::get<double>(value_);
}

const std::string& Cell::Text() const {
  static const std::string empty;
  return is_null() ? empty : std::get<std::string>(value_);
}

const Bytes& Cell::Blob() const {
  static const Bytes empty;
  return is_null() ? empty : std::get<Bytes>(value_);
}

Result<Receipt> CommitAndWait(Store& store, WritePlan plan) {
  std::promise<Result<Receipt>> done;
  auto future = done.get_future();
  store.Commit(std::move(plan),
               [&done](Result<Receipt> result) { done.set_value(std::move(result)); });
  return future.get();
}

Result<Rows> ReadOne(Store& store, OrganisationId organisation, const Sql& sql, Params params) {
  const Query query{&sql, std::move(params)};
  EM_ASSIGN(auto all, store.Read(organisation, {&query, 1}));
  return std::move(all.front());
}

Error StaleError(std::string_view what) {
  return {ErrorKind::kStale, "changed-meanwhile",
          "The " + std::string(what) + " changed while this was being decided.", "",
          "Look again and repeat."};
}

}  // namespace extramile::app

// PostgreSQL's binary formats: parameters going out, cells coming in.
//
// Everything travels binary: no text is quoted, parsed or rounded. A parameter's type is that of
// its cell; a null has the type last seen at its place, or none (the server then infers it).
// Integers of any width, booleans and whole numerics (what sum(bigint) gives) come back as
// integers; fractions (avg) as reals.
#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/store.h"
#include "base/error.h"

namespace extramile::store::postgres {

enum TypeOid : Oid {
  kUnknownOid = 0,
  kInt8Oid = 20,
  kTextOid = 25,
  kBytesOid = 17,
  kRealOid = 701,
  kUuidOid = 2950,
};

// Widens what a statement was last prepared with to the types of these cells; a null changes
// nothing.
void MergeTypes(std::span<const app::Cell> cells, std::vector<Oid>& types);

// The parameters of one statement, in libpq's shape. Points into the cells it was made from: they
// must outlive it.
class ParamBlock {
 public:
  ParamBlock() = default;
  // `types` as MergeTypes gave them.
  ParamBlock(std::span<const app::Cell> cells, const std::vector<Oid>& types);

  // An array parameter, for the store's own statements that write many rows at once. Cells are null
  // or of the element's type.
  void AddArray(Oid array_type, Oid element_type, std::span<const app::Cell> cells);
  void Add(const app::Cell& cell, Oid type);
  void AddId(const Uuid& id);  // copied

  int count() const { return static_cast<int>(values_.size()); }
  const std::vector<Oid>& types() const { return types_; }
  const char* const* values() const { return values_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  void Append(const char* data, size_t size, Oid type);
  const char* Keep(std::string bytes);

  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
  std::vector<Oid> types_;
  std::deque<std::string> kept_;  // encoded numbers and arrays; a deque, so that pointers stay
};

app::Rows ReadRows(const PGresult* result);

}  // namespace extramile::store::postgres

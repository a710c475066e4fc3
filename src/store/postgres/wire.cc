#include "store/postgres/wire.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <variant>

namespace extramile::store::postgres {
namespace {

template <class Integer>
std::string BigEndian(Integer value) {
  std::string bytes(sizeof value, '\0');
  for (size_t i = 0; i < sizeof value; ++i) {
    bytes[sizeof value - 1 - i] = static_cast<char>(static_cast<uint64_t>(value) >> (8 * i));
  }
  return bytes;
}

template <class Integer>
Integer FromBigEndian(const char* bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < sizeof(Integer); ++i) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return static_cast<Integer>(value);
}

Oid TypeOf(const app::Cell& cell) {
  static constexpr Oid kTypes[] = {kUnknownOid, kInt8Oid, kRealOid, kTextOid, kBytesOid, kUuidOid};
  return kTypes[cell.variant().index()];
}

// The bytes of a cell that is not null and not a number.
std::string_view PlainBytes(const app::Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell.variant())) return *text;
  if (const auto* bytes = std::get_if<app::Bytes>(&cell.variant())) {
    return {bytes->empty() ? "" : reinterpret_cast<const char*>(bytes->data()), bytes->size()};
  }
  const Uuid& uuid = std::get<Uuid>(cell.variant());
  return {reinterpret_cast<const char*>(uuid.data()), uuid.size()};
}

std::optional<std::string> NumberBytes(const app::Cell& cell, Oid type) {
  const auto* whole = std::get_if<int64_t>(&cell.variant());
  if (whole && type != kRealOid) return BigEndian(*whole);
  if (whole || std::holds_alternative<double>(cell.variant()))
    return BigEndian(std::bit_cast<uint64_t>(cell.Real()));
  return std::nullopt;
}

// numeric: counts of base-10000 digits, weight of the first, sign, digits after the point, then the
// digits.
app::Cell NumericCell(const char* data) {
  const int digits = FromBigEndian<int16_t>(data);
  const int weight = FromBigEndian<int16_t>(data + 2);
  const bool negative = FromBigEndian<uint16_t>(data + 4) == 0x4000;
  const int scale = FromBigEndian<int16_t>(data + 6);
  if (scale == 0) {
    int64_t value = 0;
    for (int i = 0; i <= weight; ++i)
      value = value * 10000 + (i < digits ? FromBigEndian<int16_t>(data + 8 + 2 * i) : 0);
    return negative ? -value : value;
  }
  double value = 0;
  for (int i = 0; i < digits; ++i)
    value += FromBigEndian<int16_t>(data + 8 + 2 * i) * std::pow(10000.0, weight - i);
  return negative ? -value : value;
}

app::Cell ReadCell(Oid type, const char* data, size_t size) {
  switch (type) {
    case 16:  // boolean
      return static_cast<int64_t>(data[0]);
    case 21:  // smallint
      return static_cast<int64_t>(FromBigEndian<int16_t>(data));
    case 23:  // integer
      return static_cast<int64_t>(FromBigEndian<int32_t>(data));
    case kInt8Oid:
      return FromBigEndian<int64_t>(data);
    case 700:  // real
      return static_cast<double>(std::bit_cast<float>(FromBigEndian<uint32_t>(data)));
    case kRealOid:
      return std::bit_cast<double>(FromBigEndian<uint64_t>(data));
    case 1700:
      return NumericCell(data);
    case kBytesOid:
      return app::Bytes(data, data + size);
    case kUuidOid: {
      Uuid uuid;
      std::memcpy(uuid.data(), data, uuid.size());
      return uuid;
    }
    default:  // text, varchar, name
      return std::string(data, size);
  }
}

}  // namespace

void MergeTypes(std::span<const app::Cell> cells, std::vector<Oid>& types) {
  types.resize(cells.size(), kUnknownOid);
  for (size_t i = 0; i < cells.size(); ++i) {
    const Oid type = TypeOf(cells[i]);
    const bool whole_for_real = type == kInt8Oid && types[i] == kRealOid;
    if (type != kUnknownOid && !whole_for_real) types[i] = type;
  }
}

ParamBlock::ParamBlock(std::span<const app::Cell> cells, const std::vector<Oid>& types) {
  for (auto* list : {&lengths_, &formats_}) list->reserve(cells.size());
  values_.reserve(cells.size());
  types_.reserve(cells.size());
  for (size_t i = 0; i < cells.size(); ++i) Add(cells[i], types[i]);
}

void ParamBlock::Add(const app::Cell& cell, Oid type) {
  if (cell.is_null()) return Append(nullptr, 0, type);
  if (auto number = NumberBytes(cell, type)) {
    const size_t size = number->size();
    return Append(Keep(*std::move(number)), size, type);
  }
  const std::string_view bytes = PlainBytes(cell);
  Append(bytes.data(), bytes.size(), type);
}

void ParamBlock::AddId(const Uuid& id) {
  Append(Keep(std::string(id.begin(), id.end())), id.size(), kUuidOid);
}

void ParamBlock::AddArray(Oid array_type, Oid element_type, std::span<const app::Cell> cells) {
  // dimensions, whether there are nulls, type; then the one dimension's size and lower bound; then
  // each element.
  std::string out = BigEndian<int32_t>(1) + BigEndian<int32_t>(1) +
                    BigEndian(static_cast<uint32_t>(element_type)) +
                    BigEndian(static_cast<int32_t>(cells.size())) + BigEndian<int32_t>(1);
  for (const app::Cell& cell : cells) {
    if (cell.is_null()) {
      out += BigEndian<int32_t>(-1);
      continue;
    }
    const auto number = NumberBytes(cell, element_type);
    const std::string_view bytes = number ? std::string_view(*number) : PlainBytes(cell);
    out += BigEndian(static_cast<int32_t>(bytes.size()));
    out += bytes;
  }
  const size_t size = out.size();
  Append(Keep(std::move(out)), size, array_type);
}

void ParamBlock::Append(const char* data, size_t size, Oid type) {
  values_.push_back(data);
  lengths_.push_back(static_cast<int>(size));
  formats_.push_back(1);
  types_.push_back(type);
}

const char* ParamBlock::Keep(std::string bytes) {
  return kept_.emplace_back(std::move(bytes)).data();
}

app::Rows ReadRows(const PGresult* result) {
  const int columns = PQnfields(result);
  app::Rows rows(static_cast<size_t>(PQntuples(result)));
  for (int r = 0; r < static_cast<int>(rows.size()); ++r) {
    app::Row& row = rows[static_cast<size_t>(r)];
    row.reserve(static_cast<size_t>(columns));
    for (int c = 0; c < columns; ++c) {
      if (PQgetisnull(result, r, c)) {
        row.emplace_back(nullptr);
      } else {
        row.push_back(ReadCell(PQftype(result, c), PQgetvalue(result, r, c),
                               static_cast<size_t>(PQgetlength(result, r, c))));
      }
    }
  }
  return rows;
}

}  // namespace extramile::store::postgres

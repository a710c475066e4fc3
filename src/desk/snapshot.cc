#include "desk/snapshot.h"

#include "desk/snapshot_bytes.h"

namespace extramile::desk {
namespace {

using feel::Value;
using snapshot::Reader;
using snapshot::Writer;

constexpr uint8_t kOneContext = 2;
constexpr uint8_t kColumns = 3;
// How many distinct values one byte tells apart.
constexpr size_t kOneByte = 256;
constexpr uint64_t kMostInAGroup = 65'535;
constexpr uint64_t kMostContexts = 1'000'000;

Error UnknownFormat(uint8_t format) {
  return Error{ErrorKind::kMalformed, "snapshot-format",
               "The stored inputs of the check have format " + std::to_string(format) +
                   ", which this version does not know.",
               "", "Use the version that wrote it, or a later one."};
}

Error DamagedAt(size_t byte) {
  return Error{ErrorKind::kMalformed, "snapshot-damaged",
               "The stored inputs of the check are damaged.", "byte " + std::to_string(byte),
               "Restore the database from a backup."};
}

}  // namespace

std::string EncodeSnapshot(const Value& context) {
  Writer writer;
  writer.Byte(kOneContext);
  writer.Value(context);
  return writer.Take();
}

Result<Value> DecodeSnapshot(std::string_view bytes, feel::Arena& arena) {
  Reader reader(bytes, arena);
  const uint8_t format = reader.Byte();
  if (!reader.damaged() && format != kOneContext) return Fail(UnknownFormat(format));
  const Value value = reader.Value();
  if (reader.damaged() || reader.left() > 0) return Fail(DamagedAt(bytes.size() - reader.left()));
  return value;
}

bool HoldsOneContext(std::string_view snapshot) {
  return !snapshot.empty() && static_cast<uint8_t>(snapshot.front()) == kOneContext;
}

void ColumnsWriter::Column::Add(std::string_view value) {
  if (numbers.empty() || value != *last) {
    auto found = distinct.find(value);
    if (found == distinct.end()) {
      found = distinct.emplace(std::string(value), static_cast<uint16_t>(distinct.size())).first;
      bytes += value;
    }
    last = &found->first;
    last_number = found->second;
  }
  numbers.push_back(last_number);
}

ColumnsWriter::Group& ColumnsWriter::GroupOf(std::string_view skeleton, size_t leaves) {
  for (Group& group : groups_) {
    if (group.skeleton == skeleton && group.contexts < kMostInAGroup) return group;
  }
  Group& fresh = groups_.emplace_back();
  fresh.skeleton = skeleton;
  fresh.columns.resize(leaves);
  return fresh;
}

void ColumnsWriter::Add(const Value& context) {
  Writer writer;
  std::vector<const Value*> leaves;
  writer.Skeleton(context, leaves);
  Group& group = GroupOf(writer.bytes(), leaves.size());
  ++group.contexts;
  ++size_;
  for (size_t i = 0; i < leaves.size(); ++i) {
    writer.Clear();
    writer.Value(*leaves[i]);
    group.columns[i].Add(writer.bytes());
  }
}

std::string ColumnsWriter::Take() const {
  Writer out;
  out.Byte(kColumns);
  out.Unsigned(size_);
  for (const Group& group : groups_) {
    out.Unsigned(group.contexts);
    out.Raw(group.skeleton);
    for (const Column& column : group.columns) {
      const size_t distinct = column.distinct.size();
      out.Unsigned(distinct);
      out.Raw(column.bytes);
      if (distinct == 1) continue;
      for (const uint16_t number : column.numbers) {
        out.Byte(static_cast<uint8_t>(number));
        if (distinct > kOneByte) out.Byte(static_cast<uint8_t>(number >> 8));
      }
    }
  }
  return out.Take();
}

Result<ColumnsReader> ColumnsReader::Open(std::string_view bytes, feel::Arena& arena) {
  Reader reader(bytes, arena);
  const uint8_t format = reader.Byte();
  if (!reader.damaged() && format != kColumns) return Fail(UnknownFormat(format));
  ColumnsReader columns;
  const uint64_t size = reader.Unsigned();
  while (!reader.damaged() && columns.size_ < size) {
    const uint64_t contexts = reader.Unsigned();
    if (contexts == 0 || contexts > kMostInAGroup || contexts > size - columns.size_) {
      reader.Damaged();
      break;
    }
    columns.size_ += contexts;
    columns.ReadGroup(reader, arena, contexts);
  }
  if (reader.damaged() || reader.left() > 0 || size > kMostContexts) {
    return Fail(DamagedAt(bytes.size() - reader.left()));
  }
  return columns;
}

void ColumnsReader::ReadGroup(Reader& reader, feel::Arena& arena, size_t contexts) {
  Group& group = groups_.emplace_back();
  group.contexts = contexts;
  group.root = arena.NewArray<Value>(1);
  std::vector<Value*> leaves;
  reader.Skeleton(*group.root, leaves);
  for (Value* place : leaves) {
    const size_t distinct = reader.Size();
    if (distinct == 0 || distinct > contexts) {
      reader.Damaged();
      return;
    }
    auto* values = arena.NewArray<Value>(distinct);
    for (size_t i = 0; i < distinct && !reader.damaged(); ++i) values[i] = reader.Value();
    if (reader.damaged()) return;
    if (distinct == 1) {
      *place = values[0];
      continue;
    }
    Column column{place, values, distinct, {}};
    column.numbers = reader.Raw(contexts * (distinct > kOneByte ? 2 : 1));
    for (size_t i = 0; i < contexts && !reader.damaged(); ++i) {
      if (column.NumberAt(i) >= distinct) reader.Damaged();
    }
    if (reader.damaged()) return;
    group.varying.push_back(column);
  }
}

size_t ColumnsReader::Column::NumberAt(size_t row) const {
  const auto byte = [this](size_t at) { return static_cast<uint8_t>(numbers[at]); };
  if (distinct <= kOneByte) return byte(row);
  return byte(2 * row) | static_cast<size_t>(byte(2 * row + 1)) << 8;
}

const Value* ColumnsReader::Next() {
  if (group_ < groups_.size() && row_ == groups_[group_].contexts) {
    ++group_;
    row_ = 0;
  }
  if (group_ == groups_.size()) return nullptr;
  const Group& group = groups_[group_];
  for (const Column& column : group.varying) {
    *column.place = column.values[column.NumberAt(row_)];
  }
  ++row_;
  return group.root;
}

}  // namespace extramile::desk

#include "feel/json_shape.h"

#include <cstring>

#include "feel/block.h"

namespace extramile::feel {

void JsonShape::Learn(std::string_view text, const Value& root, std::span<const Mark> marks) {
  Forget();
  root_ = CopyWithHoles(root);
  // One behind the other, so that they fill few lines of the processor's memory; what is read
  // beyond one of them is the next.
  auto* next = static_cast<char*>(arena_.Allocate(text.size() + kSameStartReach));
  std::memset(next, 0, text.size() + kSameStartReach);
  const char* done = text.data();
  for (size_t i = 0; i < holes_.size(); ++i) {
    Hole& hole = holes_[i];
    hole.before = next;
    hole.size = static_cast<uint32_t>(marks[i].begin - done);
    hole.mask = FirstBits(hole.size);
    hole.temporal = marks[i].key->temporal;
    hole.depth = marks[i].depth;
    hole.key = marks[i].key;
    std::memcpy(next, done, hole.size);
    next += hole.size;
    done = marks[i].end;
  }
  tail_ = arena_.Copy({done, static_cast<size_t>(text.data() + text.size() - done)});
}

void JsonShape::Forget() {
  holes_.clear();
  arena_.Reset();
  tail_ = {};
  root_ = Value();
}

Value JsonShape::CopyWithHoles(const Value& object) {
  const std::span<const Entry> given = object.entries();
  Entry* const entries = arena_.NewArray<Entry>(given.size());
  for (size_t i = 0; i < given.size(); ++i) {
    const Value& value = given[i].value;
    entries[i].key = given[i].key;
    if (value.is_context() && !value.entries().empty()) {
      entries[i].value = CopyWithHoles(value);
    } else {
      holes_.push_back({.value = &entries[i].value});
    }
  }
  return Value::ContextView({entries, given.size()});
}

}  // namespace extramile::feel

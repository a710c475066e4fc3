#include "feel/arena.h"

#include <algorithm>

namespace extramile::feel {
namespace {
constexpr size_t kFirstBlock = size_t{16} << 10;
constexpr size_t kLargestBlock = size_t{1} << 20;
}  // namespace

void* Arena::AllocateInNewBlock(size_t bytes) {
  const size_t usual = std::clamp(used_, kFirstBlock, kLargestBlock);
  const size_t size = std::max(bytes, usual);
  blocks_.push_back({std::unique_ptr<std::byte[]>(new std::byte[size]), size});
  used_ += size;
  std::byte* start = blocks_.back().bytes.get();
  // A large object leaves the rest of the current block in use.
  if (size - bytes > left_) {
    next_ = start + bytes;
    left_ = size - bytes;
  }
  return start;
}

void Arena::Reset() {
  if (blocks_.empty()) return;
  blocks_.resize(1);
  next_ = blocks_[0].bytes.get();
  left_ = blocks_[0].size;
  used_ = left_;
}

}  // namespace extramile::feel

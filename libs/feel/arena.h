// Arena: memory that is handed out in a row and given back all at once; everything a FEEL value
// points to lives in one.
//
// Values are plain 16-byte copies without owners, so an arena (and the model whose constants a
// value may be) must outlive every value made in it. Not thread-safe: one arena belongs to one
// evaluation at a time. Allocate costs a few nanoseconds; Reset keeps the first block, so that a
// reused arena touches the heap no more.
//
// The limit is soft: Allocate always succeeds, `over_limit` says that an evaluation must stop, and
// the evaluator asks it in every loop and call. One operation can at most double what is there.
//
//   Arena arena;
//   Value text = Value::String(arena, "late by 20 minutes");
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace extramile::feel {

class Arena {
 public:
  static constexpr size_t kDefaultLimit = size_t{256} << 20;

  explicit Arena(size_t limit_bytes = kDefaultLimit) : limit_(limit_bytes) {}
  Arena(Arena&&) noexcept = default;
  Arena& operator=(Arena&&) noexcept = default;

  // Aligned to 16 bytes.
  void* Allocate(size_t bytes) {
    bytes = (bytes + 15) & ~size_t{15};
    if (bytes > left_) return AllocateInNewBlock(bytes);
    void* result = next_;
    next_ += bytes;
    left_ -= bytes;
    return result;
  }

  template <class T>
  T* New(const T& value) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (Allocate(sizeof(T))) T(value);
  }
  // `count` default-constructed Ts.
  template <class T>
  T* NewArray(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    T* items = static_cast<T*>(Allocate(count * sizeof(T)));
    for (size_t i = 0; i < count; ++i) new (items + i) T();
    return items;
  }
  std::string_view Copy(std::string_view text) {
    if (text.empty()) return {};
    char* copy = static_cast<char*>(Allocate(text.size()));
    std::memcpy(copy, text.data(), text.size());
    return {copy, text.size()};
  }

  bool over_limit() const { return used_ > limit_; }
  // Everything allocated becomes invalid.
  void Reset();

 private:
  struct Block {
    std::unique_ptr<std::byte[]> bytes;
    size_t size;
  };
  void* AllocateInNewBlock(size_t bytes);

  std::byte* next_ = nullptr;
  size_t left_ = 0;
  size_t used_ = 0;  // bytes of all blocks
  size_t limit_;
  std::vector<Block> blocks_;
};

}  // namespace extramile::feel

// A bare socket for tests: sends exactly these bytes, reads what comes until the server closes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace extramile {

class RawConnection {
 public:
  explicit RawConnection(uint16_t port);
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  void Send(std::string_view bytes);
  // Everything until the server closes. Gives up after 20 s without a byte.
  std::string ReadAll();
  // Until `ending` has come `times` times.
  std::string ReadUntil(std::string_view ending, int times = 1);

 private:
  bool ReadSome();

  int fd_;
  std::string read_;
};

}  // namespace extramile

#include "raw_connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace extramile {

RawConnection::RawConnection(uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("cannot connect");
  }
  const timeval patience{20, 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

RawConnection::~RawConnection() { close(fd_); }

void RawConnection::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // the server has heard enough
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
}

bool RawConnection::ReadSome() {
  char bytes[4096];
  const ssize_t count = recv(fd_, bytes, sizeof bytes, 0);
  if (count > 0) read_.append(bytes, static_cast<size_t>(count));
  return count > 0;
}

std::string RawConnection::ReadAll() {
  while (ReadSome()) {
  }
  return read_;
}

std::string RawConnection::ReadUntil(std::string_view ending, int times) {
  const auto enough = [&] {
    int found = 0;
    for (size_t at = read_.find(ending); at != std::string::npos; at = read_.find(ending, at + 1)) {
      ++found;
    }
    return found >= times;
  };
  while (!enough() && ReadSome()) {
  }
  return read_;
}

}  // namespace extramile

#include "http_load.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>

namespace extramile::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

Error SocketError(const char* what) {
  return {ErrorKind::kUnavailable, "load-socket", std::string(what) + ": " + std::strerror(errno)};
}

struct Client {
  int fd = -1;
  size_t next = 0;     // request in its list
  std::string answer;  // bytes of the current answer
  SteadyClock::time_point began;
};

// The length of the first whole answer in `text`, 0 while it is incomplete. Answers carry
// Content-Length.
size_t WholeAnswer(const std::string& text) {
  const size_t head_end = text.find("\r\n\r\n");
  if (head_end == std::string::npos) return 0;
  size_t length = 0;
  for (const char* name : {"Content-Length: ", "content-length: "}) {
    const size_t at = text.find(name);
    if (at == std::string::npos || at > head_end) continue;
    const char* from = text.data() + at + std::strlen(name);
    std::from_chars(from, text.data() + head_end, length);
  }
  const size_t total = head_end + 4 + length;
  return text.size() >= total ? total : 0;
}

int StatusOf(const std::string& answer) {
  int status = 0;
  if (answer.size() > 12) std::from_chars(answer.data() + 9, answer.data() + 12, status);
  return status;
}

class Load {
 public:
  explicit Load(const LoadPlan& plan) : plan_(plan), clients_(plan.requests.size()) {}
  ~Load() {
    for (const Client& client : clients_) {
      if (client.fd >= 0) close(client.fd);
    }
    if (epoll_ >= 0) close(epoll_);
  }

  Result<LoadResult> Run() {
    epoll_ = epoll_create1(0);
    if (epoll_ < 0) return Fail(SocketError("epoll"));
    for (Client& client : clients_) EM_TRY(Connect(client));
    start_ = SteadyClock::now();
    measure_from_ = start_ + Seconds(plan_.warm_up_s);
    stop_ = measure_from_ + Seconds(plan_.measure_s);
    for (Client& client : clients_) EM_TRY(Begin(client));
    while (SteadyClock::now() < stop_) {
      epoll_event events[128];
      const int ready = epoll_wait(epoll_, events, 128, 100);
      for (int i = 0; i < ready; ++i) EM_TRY(Receive(clients_[events[i].data.u32]));
    }
    return Summary();
  }

 private:
  static SteadyClock::duration Seconds(double seconds) {
    return std::chrono::duration_cast<SteadyClock::duration>(
        std::chrono::duration<double>(seconds));
  }

  Result<void> Connect(Client& client) {
    client.fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(plan_.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (client.fd < 0 ||
        connect(client.fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      return Fail(SocketError("connect"));
    }
    const int on = 1;
    setsockopt(client.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u32 = static_cast<uint32_t>(&client - clients_.data());
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, client.fd, &event) != 0) return Fail(SocketError("epoll"));
    return {};
  }

  // Requests are small: the kernel takes them whole.
  Result<void> Begin(Client& client) {
    const auto& list = plan_.requests[static_cast<size_t>(&client - clients_.data())];
    const std::string& request = list[client.next++ % list.size()];
    client.began = SteadyClock::now();
    client.answer.clear();
    for (size_t sent = 0; sent < request.size();) {
      const ssize_t n = send(client.fd, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) return Fail(SocketError("send"));
      sent += static_cast<size_t>(n);
    }
    return {};
  }

  Result<void> Receive(Client& client) {
    char buffer[16384];
    const ssize_t n = recv(client.fd, buffer, sizeof buffer, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return {};
    if (n <= 0) return Fail(SocketError("the server closed a connection"));
    client.answer.append(buffer, static_cast<size_t>(n));
    if (WholeAnswer(client.answer) == 0) return {};
    const auto now = SteadyClock::now();
    if (StatusOf(client.answer) != plan_.expected_status && unexpected_++ == 0)
      first_unexpected_ = client.answer;
    ++all_answers_;
    if (now >= measure_from_ && now < stop_) {
      latencies_.push_back(std::chrono::duration<double, std::milli>(now - client.began).count());
    }
    return Begin(client);
  }

  LoadResult Summary() {
    LoadResult result;
    result.answers = static_cast<int64_t>(latencies_.size());
    result.all_answers = all_answers_;
    result.unexpected = unexpected_;
    result.first_unexpected = first_unexpected_;
    if (latencies_.empty()) return result;
    std::sort(latencies_.begin(), latencies_.end());
    const auto quantile = [&](double q) {
      return latencies_[static_cast<size_t>(q * static_cast<double>(latencies_.size() - 1))];
    };
    result.per_second = static_cast<double>(latencies_.size()) / plan_.measure_s;
    result.p50_ms = quantile(0.50);
    result.p99_ms = quantile(0.99);
    result.max_ms = latencies_.back();
    return result;
  }

  const LoadPlan& plan_;
  std::vector<Client> clients_;
  int epoll_ = -1;
  SteadyClock::time_point start_, measure_from_, stop_;
  std::vector<double> latencies_;
  int64_t all_answers_ = 0, unexpected_ = 0;
  std::string first_unexpected_;
};

}  // namespace

Result<LoadResult> RunLoad(const LoadPlan& plan) { return Load(plan).Run(); }

}  // namespace extramile::bench

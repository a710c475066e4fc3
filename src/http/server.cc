#include "http/server.h"

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <mutex>
#include <thread>
#include <unordered_set>

#include "http/connection.h"
#include "http/log.h"

namespace extramile::http {

namespace net = boost::asio;
using net::ip::tcp;

struct Server::Impl {
  Handler& handler;
  Metrics& metrics;
  const ServerSettings settings;
  net::io_context context;
  tcp::acceptor acceptor{context};
  net::steady_timer sweep{context};
  net::steady_timer tick{context};
  net::steady_timer give_up{context};
  net::signal_set signals{context};
  std::atomic<uint16_t> port{0};
  std::atomic<bool> stopping{false};
  std::mutex mutex;
  std::unordered_set<std::shared_ptr<Connection>> connections;  // guarded by mutex

  Impl(Handler& h, Metrics& m, ServerSettings s)
      : handler(h), metrics(m), settings(std::move(s)), context(settings.threads) {}

  size_t Count() {
    const std::lock_guard lock(mutex);
    return connections.size();
  }

  net::awaitable<void> Accept() {
    while (!stopping) {
      boost::system::error_code error;
      while (Count() >= settings.max_connections && !stopping) co_await Pause();
      tcp::socket socket = co_await acceptor.async_accept(
          net::make_strand(context), net::redirect_error(net::use_awaitable, error));
      if (stopping) co_return;
      if (error) {
        // Out of file descriptors, most likely: others will end.
        Log(Level::kWarn, "accept", {{"error", error.message()}});
        co_await Pause();
        continue;
      }
      Welcome(std::move(socket));
    }
  }

  net::awaitable<void> Pause() {
    net::steady_timer timer(context, std::chrono::milliseconds(50));
    boost::system::error_code ignored;
    co_await timer.async_wait(net::redirect_error(net::use_awaitable, ignored));
  }

  void Welcome(tcp::socket socket) {
    auto connection =
        std::make_shared<Connection>(std::move(socket), handler, metrics, settings, stopping);
    {
      const std::lock_guard lock(mutex);
      connections.insert(connection);
    }
    net::co_spawn(connection->executor(), connection->Serve(),
                  [this, connection](const std::exception_ptr& failed) {
                    if (failed) Log(Level::kError, "bug", {{"what", "a connection threw"}});
                    const std::lock_guard lock(mutex);
                    connections.erase(connection);
                  });
  }

  // Cuts off who dawdles; ends by itself when the last connection of a stopping server is gone.
  void Sweep() {
    sweep.expires_after(std::chrono::milliseconds(200));
    sweep.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      size_t left;
      {
        const std::lock_guard lock(mutex);
        const auto now = std::chrono::steady_clock::now();
        for (const auto& connection : connections) connection->Look(now);
        left = connections.size();
      }
      if (stopping && left == 0) {
        give_up.cancel();
      } else {
        Sweep();
      }
    });
  }

  void Tick() {
    if (!settings.on_tick) return;
    tick.expires_after(settings.tick_every);
    tick.async_wait([this](const boost::system::error_code& error) {
      if (error || stopping) return;
      settings.on_tick();
      Tick();
    });
  }

  void WaitForSignal() {
    signals.async_wait([this](const boost::system::error_code& error, int signal) {
      if (error) return;
      if (signal == SIGHUP) {
        if (settings.on_hangup) settings.on_hangup();
        return WaitForSignal();
      }
      Log(Level::kInfo, "stopping", {{"signal", signal}});
      Stop();
    });
  }

  void Stop() {
    if (stopping.exchange(true)) return;
    net::post(context, [this] {
      boost::system::error_code ignored;
      acceptor.close(ignored);
      signals.cancel(ignored);
      tick.cancel();
      // With everybody's limits looked at now, idle connections end at once.
      sweep.cancel();
      {
        const std::lock_guard lock(mutex);
        for (const auto& connection : connections) connection->EndIfIdle();
      }
      Sweep();
      give_up.expires_after(settings.stop_timeout);
      give_up.async_wait([this](const boost::system::error_code& error) {
        if (!error) context.stop();
      });
    });
  }
};

bool IsLoopback(const std::string& address) {
  boost::system::error_code error;
  const auto parsed = net::ip::make_address(address, error);
  return !error && parsed.is_loopback();
}

Server::Server(Handler& handler, Metrics& metrics, ServerSettings settings)
    : impl_(std::make_unique<Impl>(handler, metrics, std::move(settings))) {
  Impl* impl = impl_.get();
  metrics.Watch("extramile_connections", "Open connections.",
                [impl] { return static_cast<double>(impl->Count()); });
}

Server::~Server() = default;

Result<void> Server::Listen() {
  Impl& s = *impl_;
  boost::system::error_code error;
  const auto address = net::ip::make_address(s.settings.address, error);
  if (error) {
    return Fail(ErrorKind::kInvalid, "listen-address", "The address to listen on is none.",
                s.settings.address, "Give an IP address, such as 127.0.0.1.");
  }
  const tcp::endpoint endpoint(address, s.settings.port);
  s.acceptor.open(endpoint.protocol(), error);
  if (!error) s.acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) s.acceptor.bind(endpoint, error);
  if (!error) s.acceptor.listen(tcp::acceptor::max_listen_connections, error);
  if (error) {
    return Fail(ErrorKind::kUnavailable, "listen-failed",
                "The server cannot listen there: " + error.message() + ".",
                s.settings.address + ':' + std::to_string(s.settings.port),
                "Is another server running? Choose another port with --listen.");
  }
  s.port = s.acceptor.local_endpoint().port();
  return {};
}

uint16_t Server::port() const { return impl_->port; }

void Server::Run() {
  Impl& s = *impl_;
  if (s.settings.handle_signals) {
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) s.signals.add(signal);
    s.WaitForSignal();
  }
  net::co_spawn(s.context, s.Accept(), net::detached);
  s.Sweep();
  s.Tick();
  std::vector<std::jthread> others;
  for (int i = 1; i < s.settings.threads; ++i) others.emplace_back([&s] { s.context.run(); });
  s.context.run();
}

void Server::Stop() { impl_->Stop(); }

}  // namespace extramile::http
